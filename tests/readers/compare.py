"""One Delta table, four readers: the file that was served, tarn sql, deltalake and Spark with
delta-spark tell the same number of rows and, for every column, the same sum and the same nulls.

Usage: compare.py BINARY DEMO          DEMO is the folder of tools/demo.py, after a run
Of numbers the sum is compared, of texts the sum of the first 32 bits of their MD5, of times the sum
of microseconds since 1970. Columns that Tarn adds are not in the file; there stands a "-".
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import pyarrow
from delta import configure_spark_with_delta_pip
from deltalake import DeltaTable
from pyspark.sql import SparkSession

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "flights"
NUMBER, TEXT, TIME = "number", "text", "time"
# What each kind is summed up by; {} is the column.
DUCKDB = {NUMBER: "{}", TEXT: "('0x' || substr(md5({}), 1, 8))::bigint", TIME: "epoch_us({})"}
SPARK = {NUMBER: "{}", TEXT: "conv(substr(md5({}), 1, 8), 16, 10)", TIME: "unix_micros({})"}


def kinds_of(schema):
    """Column → kind, by its type in Arrow."""
    kinds = {}
    for field in schema:
        if pyarrow.types.is_integer(field.type) or pyarrow.types.is_floating(field.type):
            kinds[field.name] = NUMBER
        elif pyarrow.types.is_string(field.type) or pyarrow.types.is_large_string(field.type):
            kinds[field.name] = TEXT
        elif pyarrow.types.is_timestamp(field.type):
            kinds[field.name] = TIME
        else:
            raise SystemExit(f"readers: no way to sum up {field.name}, which is {field.type}")
    return kinds


def summed(values, kind):
    """(sum, nulls) of Python values; times are microseconds already."""
    there = [value for value in values if value is not None]
    if kind == TEXT:
        there = [int(hashlib.md5(value.encode()).hexdigest()[:8], 16) for value in there]
    return sum(there), len(values) - len(there)


class Reader:
    """What one program found: rows, (sum, nulls) of each column, and how long it took."""

    def __init__(self, name, read):
        self.name = name
        started = time.monotonic()
        self.rows, self.columns = read()
        self.seconds = time.monotonic() - started


def read_file(file, kinds):
    records = [json.loads(line) for line in file.open()]
    return len(records), {
        column: summed([record[column] for record in records], kind)
        for column, kind in kinds.items() if column in records[0]}


def read_with_deltalake(table, kinds):
    content = DeltaTable(str(table)).to_pyarrow_table()
    columns = {}
    for name, kind in kinds.items():
        column = content.column(name)
        if kind == TIME:
            column = column.cast(pyarrow.timestamp("us", "UTC")).cast(pyarrow.int64())
        columns[name] = summed(column.to_pylist(), kind)
    return content.num_rows, columns


def expressions(kinds, by_kind, quote):
    """count, then sum and nulls of each column, in the SQL of one engine."""
    wanted = ["count(*)"]
    for name, kind in kinds.items():
        column = f"{quote}{name}{quote}"
        value = by_kind[kind].format(column)
        wanted += [f"sum(cast({value} as decimal(38, 0)))", f"count(*) - count({column})"]
    return [f"cast({each} as varchar(50)) as c{index}" for index, each in enumerate(wanted)]


def unpacked(row, kinds):
    numbers = [int(cell) for cell in row]
    pairs = zip(numbers[1::2], numbers[2::2])
    return numbers[0], dict(zip(kinds, pairs))


def read_with_tarn(binary, demo, kinds):
    statement = f"select {', '.join(expressions(kinds, DUCKDB, chr(34)))} from flights"
    done = subprocess.run([binary, "sql", "--dir", EXAMPLE, "--data", demo / "data", "--lake",
                           demo / "lake", "--format", "json", statement], capture_output=True,
                          text=True, env={"RAPIDAPI_KEY": "none", "HOME": str(demo)})
    if done.returncode != 0:
        raise SystemExit(f"readers: tarn sql: {done.stderr or done.stdout}")
    answer = json.loads(done.stdout)
    row = answer[0] if isinstance(answer, list) else answer
    return unpacked(row.values(), kinds)


def spark_session(scratch):
    builder = (SparkSession.builder.master("local[2]").appName("readers")
               .config("spark.driver.host", "127.0.0.1")
               .config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.ui.enabled", "false")
               .config("spark.ui.showConsoleProgress", "false")
               .config("spark.sql.session.timeZone", "UTC")
               .config("spark.sql.warehouse.dir", scratch)
               .config("spark.sql.shuffle.partitions", "2")
               .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
               .config("spark.sql.catalog.spark_catalog",
                       "org.apache.spark.sql.delta.catalog.DeltaCatalog"))
    return configure_spark_with_delta_pip(builder).getOrCreate()


def read_with_spark(spark, table, kinds):
    frame = spark.read.format("delta").load(str(table.resolve()))
    return unpacked(frame.selectExpr(*expressions(kinds, SPARK, "`")).first(), kinds)


def show(kinds, readers):
    """One line for each column; the nulls stand behind the sum where there are any."""
    lines = [["column", "kind", *(reader.name for reader in readers)],
             ["rows", "", *(str(reader.rows) for reader in readers)]]
    for name, kind in kinds.items():
        cells = [reader.columns.get(name) for reader in readers]
        lines.append([name, kind, *("-" if cell is None else text_of(*cell) for cell in cells)])
    lines.append(["seconds", "", *(f"{reader.seconds:.2f}" for reader in readers)])
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        named, told = line[:2], line[2:]
        print("  ".join([cell.ljust(width) for cell, width in zip(named, widths)] +
                        [cell.rjust(width) for cell, width in zip(told, widths[2:])]))


def text_of(total, nulls):
    return f"{total} ({nulls} null)" if nulls else str(total)


def differences(kinds, readers):
    if len({reader.rows for reader in readers}) > 1:
        yield "rows"
    for name in kinds:
        if len({reader.columns[name] for reader in readers if name in reader.columns}) > 1:
            yield name


def main(binary, demo):
    demo = pathlib.Path(demo)
    table = demo / "lake" / "flights"
    kinds = kinds_of(pyarrow.schema(DeltaTable(str(table)).schema().to_arrow()))
    readers = [Reader("the file served", lambda: read_file(demo / "flights.jsonl", kinds)),
               Reader("tarn sql", lambda: read_with_tarn(binary, demo, kinds)),
               Reader("deltalake", lambda: read_with_deltalake(table, kinds))]
    with tempfile.TemporaryDirectory() as scratch:
        started = time.monotonic()
        spark = spark_session(scratch)
        spark.sparkContext.setLogLevel("ERROR")
        spark_start = time.monotonic() - started
        readers.append(Reader("Spark", lambda: read_with_spark(spark, table, kinds)))
        spark.stop()
    show(kinds, readers)
    different = list(differences(kinds, readers))
    print(f"(starting Spark took {spark_start:.1f} s more)")
    print(f"THEY DIFFER in {', '.join(different)}" if different else
          f"all agree in {len(kinds)} columns of {readers[0].rows} rows")
    return 1 if different or not readers[0].rows else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
