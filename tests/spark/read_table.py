"""Spark with delta-spark reads the flights table: count and sums are those of the served file.

Usage: read_table.py TABLE FLIGHTS.jsonl
"""

import json
import pathlib
import sys
import tempfile
import time

from delta import configure_spark_with_delta_pip
from pyspark.sql import SparkSession


def session(scratch):
    builder = (SparkSession.builder.master("local[2]").appName("tarn")
               .config("spark.driver.host", "127.0.0.1")
               .config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false")
               .config("spark.sql.warehouse.dir", scratch)
               .config("spark.sql.shuffle.partitions", "2")
               .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
               .config("spark.sql.catalog.spark_catalog",
                       "org.apache.spark.sql.delta.catalog.DeltaCatalog"))
    return configure_spark_with_delta_pip(builder).getOrCreate()


def main(table, file):
    flights = [json.loads(line) for line in open(file)]
    wanted = {"count": len(flights), **{f"sum of {column}": sum(f[column] for f in flights)
                                        for column in ("id", "delay", "distance")}}
    with tempfile.TemporaryDirectory() as scratch:
        spark = session(scratch)
        spark.sparkContext.setLogLevel("ERROR")
        started = time.monotonic()
        frame = spark.read.format("delta").load(str(pathlib.Path(table).resolve()))
        row = frame.selectExpr("count(*)", "sum(id)", "sum(delay)", "sum(distance)").first()
        seconds = time.monotonic() - started
        spark.stop()
    found = dict(zip(wanted, row))
    print(f"Spark: {found}, in {seconds:.1f} s\ninput: {wanted}")
    return 0 if found == wanted else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
