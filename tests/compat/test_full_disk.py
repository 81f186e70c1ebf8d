"""A disk that is full or read-only: what cannot be written waits, reading goes on, and all goes on
by itself afterwards. The disk is a small tmpfs of the program's own (small_disk.py)."""

import base64
import json
import random
import shutil

import pytest
from confluent_kafka import Producer
from deltalake import DeltaTable
from small_disk import SmallDisk
from tarn_process import BINARY, Tarn, wait_until

PIPELINE = """
version: 1
name: full
auto_create: true
tables:
  orders: {from: orders, format: delta, commit: 1s}
  orders_json: {from: orders, format: json, commit: 1s}
"""
MEGABYTES = 200
RECORD_BYTES = 200_000
SECONDS = 30


@pytest.fixture
def disk(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    disk = SmallDisk(tmp_path / "disk", MEGABYTES)
    yield disk
    disk.close()


@pytest.fixture
def tarn(disk, tmp_path):
    (tmp_path / "tarn.yaml").write_text(PIPELINE)
    server = Tarn(tmp_path / "run", pipeline=tmp_path, disk=disk)
    try:
        yield server.start()
    finally:
        server.stop()


class Orders:
    """Produces records of a size, counts what was acknowledged, and reads it back everywhere."""

    def __init__(self, tarn, tmp_path):
        self._tarn, self._copies, self._next = tarn, tmp_path / "copies", 0
        self.acknowledged = []

    def produce(self, count=1, size=10):
        """The names of the errors; no retries, so that each attempt tells what became of it."""
        errors = []
        producer = Producer({"bootstrap.servers": self._tarn.kafka, "acks": "all", "retries": 0,
                             "linger.ms": 0, "message.timeout.ms": 20_000})

        def report(error, message):
            if error:
                errors.append(error.name())
            else:
                self.acknowledged.append(json.loads(message.value())["id"])

        for _ in range(count):
            self._next += 1
            # Not to be compressed by much.
            fill = base64.b64encode(random.randbytes(size)).decode()
            producer.produce("orders", json.dumps({"id": self._next, "fill": fill}),
                             on_delivery=report)
            producer.flush(30)
        return errors

    def produce_until_refused(self):
        for _ in range(2 * MEGABYTES * 1_000_000 // RECORD_BYTES):
            if errors := self.produce(size=RECORD_BYTES):
                return errors
        raise AssertionError("a full disk takes records")

    def by_sql(self, relation):
        text = self._tarn.tool("sql", "--format", "json", f"select id from {relation} order by id")
        return [row["id"] for row in json.loads(text)]

    def in_topic(self):
        text = self._tarn.tool("sql", "--format", "json",
                               "select (value ->> 'id')::int as id from log.orders order by id")
        return [row["id"] for row in json.loads(text)]

    def table(self, name="orders"):
        return next(table for table in json.loads(self._tarn.tool("table", "list", "--json"))
                    ["tables"] if table["name"] == name)

    def wait_for_lake(self):
        """Until both tables have all that was acknowledged; each record exactly once."""
        wanted = sorted(self.acknowledged)
        for name in ("orders", "orders_json"):
            wait_until(lambda name=name: self.table(name)["rows"] >= len(wanted), SECONDS,
                       f"{name} has {len(wanted)} rows")
            assert self.by_sql(name) == wanted
        self._copies.mkdir(exist_ok=True)
        copy = self._copies / str(len(list(self._copies.iterdir())))
        shutil.copytree(self._tarn.see(self._tarn.lake), copy)
        delta = DeltaTable(str(copy / "orders")).to_pyarrow_table(columns=["id"])
        assert sorted(delta.column("id").to_pylist()) == wanted
        lines = [json.loads(line) for path in (copy / "orders_json").rglob("*.json")
                 for line in path.read_text().splitlines()]
        assert sorted(line["id"] for line in lines) == wanted


@pytest.fixture
def orders(tarn, tmp_path):
    orders = Orders(tarn, tmp_path)
    assert orders.produce(3) == []
    orders.wait_for_lake()
    return orders


def test_a_full_disk_refuses_records_and_takes_them_again(tarn, disk, orders):
    disk.fill(leave=30 << 20)
    assert orders.produce_until_refused() == ["KAFKA_STORAGE_ERROR"]
    assert orders.in_topic() == sorted(orders.acknowledged)
    orders.wait_for_lake()
    assert tarn.status_of("/health/ready") == 503 and tarn.status_of("/health/live") == 200
    assert f"the disk of {tarn.data}/log has" in tarn.problem("/health/ready")
    assert tarn.log.read_text().count("records are refused for lack of space") == 1

    disk.make_space()
    assert orders.produce(3, RECORD_BYTES) == []
    assert tarn.status_of("/health/ready") == 200
    orders.wait_for_lake()


def test_a_table_waits_for_space_and_goes_on_exactly_once(disk, orders):
    disk.fill()
    orders.produce(2)
    for name in ("orders", "orders_json"):
        wait_until(lambda name=name: orders.table(name)["state"] == "waiting", SECONDS, "waiting")
        assert f"the disk of {disk.path}" in orders.table(name)["reason"]
        assert "MB left" in orders.table(name)["reason"]
    assert orders.by_sql("orders") == sorted(orders.acknowledged)
    disk.make_space()
    orders.wait_for_lake()
    assert orders.table()["state"] == "running" and orders.table()["reason"] == ""


@pytest.mark.parametrize("end", ["killed", "stopped"])
def test_a_start_on_a_full_disk_serves_reads_and_says_what_is_wrong(tarn, disk, orders, end):
    disk.fill()
    orders.produce(2)
    tarn.kill() if end == "killed" else tarn.stop()
    tarn.see(tarn.data / "endpoints.json").unlink(missing_ok=True)
    disk.fill()
    assert disk.free_bytes() == 0
    tarn.start()
    assert orders.in_topic() == sorted(orders.acknowledged)
    assert orders.by_sql("orders") == sorted(orders.acknowledged)
    assert orders.produce_until_refused() == ["KAFKA_STORAGE_ERROR"]
    assert "MB left" in tarn.problem("/health/ready")
    assert "table" not in tarn.problem("/health/ready")

    assert tarn.stop() == 0
    tarn.start()
    assert orders.in_topic() == sorted(orders.acknowledged)
    disk.make_space()
    assert orders.produce(2, RECORD_BYTES) == []
    orders.wait_for_lake()


def test_a_kill_in_commits_that_fill_the_disk_loses_and_repeats_nothing(tarn, disk, orders):
    names = ("orders", "orders_json")
    for name in names:
        tarn.tool("table", "pause", name)
    assert orders.produce(50, RECORD_BYTES) == []
    # Enough to begin the commits with, too little for their files.
    disk.fill(leave=18 << 20)
    tarn.kill()
    tarn.start()
    for _ in range(3):
        wait_until(lambda: any(orders.table(name)["state"] == "waiting" for name in names), SECONDS,
                   "a commit that does not fit")
        tarn.kill()
        tarn.start()
    assert orders.in_topic() == sorted(orders.acknowledged)
    disk.make_space()
    assert orders.produce(1) == []
    orders.wait_for_lake()


def test_a_read_only_lake_waits_and_goes_on_exactly_once(tmp_path, disk):
    (tmp_path / "tarn.yaml").write_text(PIPELINE)
    server = Tarn(tmp_path / "run", pipeline=tmp_path, disk=disk)
    server.data = tmp_path / "run" / "data"
    try:
        orders = Orders(server.start(), tmp_path)
        assert orders.produce(2) == []
        orders.wait_for_lake()
        disk.remount("ro")
        assert orders.produce(2) == []
        for name in ("orders", "orders_json"):
            wait_until(lambda name=name: orders.table(name)["state"] == "waiting", SECONDS, name)
            assert "Read-only file system" in orders.table(name)["reason"]
            assert str(disk.path) in orders.table(name)["reason"]
        assert orders.by_sql("orders") == orders.in_topic() == sorted(orders.acknowledged)
        server.stop()
        server.start()
        assert orders.by_sql("orders") == sorted(orders.acknowledged)
        disk.remount("rw")
        orders.wait_for_lake()
    finally:
        server.stop()
