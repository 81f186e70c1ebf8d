"""The machine's clock is set back or forth, while the program runs and between two runs.

A small library moves the time of day (tests/shifted_clock.c); the monotonic clock stays true.
"""

import collections
import json
import re
import shutil
import struct
import subprocess

import pytest
from confluent_kafka import Consumer, Producer
from deltalake import DeltaTable
from tarn_process import BINARY, ROOT, Emulator, Tarn, wait_until

DAY = 24 * 60 * 60
IN_1990 = 631_152_000_000  # before any time the clock shows: the future is refused
CALLS = 1_000_000_000
PIPELINE = """
version: 1
name: clocks
auto_create: true
sources:
  polled:
    http: {{url: "{url}", headers: {{X-RapidAPI-Key: k}}, records: /data/itineraries}}
    every: 1s
    quota: {calls}/day
tables:
  polled: {{from: polled, format: delta, commit: 1s, partition_by: [day(_time)]}}
  sent: {{from: sent, format: delta, commit: 1s}}
  sent_json: {{from: sent, format: json, commit: 1s, path: 'day={{day}}/data_{{HHmmss}}.json'}}
"""


class ShiftedClock:
    def __init__(self, folder):
        compiler = shutil.which("clang-19") or shutil.which("cc")
        if not compiler:
            pytest.skip("no C compiler for tests/shifted_clock.c: apt-get install clang-19")
        library, self._file = folder / "shifted_clock.so", folder / "shift"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library,
                        ROOT / "tests/shifted_clock.c"], check=True)
        self.set(0)
        self.environment = {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(self._file)}

    def set(self, seconds):
        with open(self._file, "r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))


@pytest.fixture
def clock(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    return ShiftedClock(tmp_path)


@pytest.fixture
def tarn(tmp_path, clock):
    served = tmp_path / "served.jsonl"
    served.write_text("".join(json.dumps({"id": n}) + "\n" for n in range(10)))
    emulator = Emulator(served)
    (tmp_path / "tarn.yaml").write_text(PIPELINE.format(url=emulator.url, calls=CALLS))
    server = Tarn(tmp_path / "run", pipeline=tmp_path, environment=clock.environment)
    try:
        yield server.start()
    finally:
        server.stop()
        emulator.stop()


def rows(tarn, statement):
    return json.loads(tarn.tool("sql", "--format", "json", statement))


def source(tarn):
    return json.loads(tarn.tool("source", "list", "--json"))["sources"][0]


def send(tarn, *numbers):
    reports = []
    producer = Producer({"bootstrap.servers": tarn.kafka, "acks": "all",
                         "enable.idempotence": True})
    for number in numbers:
        producer.produce("sent", json.dumps({"n": number}), timestamp=IN_1990 + number,
                         on_delivery=lambda error, _: reports.append(error))
    assert producer.flush(30) == 0
    assert [error.name() for error in reports if error is not None] == []


def wait_for_polls(tarn, count=2):
    polls = source(tarn)["calls"]
    wait_until(lambda: source(tarn)["calls"] >= polls + count, 20, "polls go on")


def wait_for_tables(tarn, numbers):
    """Everything that was sent is in both tables, exactly once."""
    for name in ("sent", "sent_json"):
        wait_until(lambda name=name: table(tarn, name)["rows"] >= numbers, 20, f"{name} goes on")
    assert [row["n"] for row in rows(tarn, "select n from sent order by n")] == list(range(numbers))
    delta = DeltaTable(str(tarn.lake / "sent")).to_pyarrow_table(columns=["n"])
    assert sorted(delta.column("n").to_pylist()) == list(range(numbers))
    lines = [json.loads(line)["n"] for path in (tarn.lake / "sent_json").rglob("*.json")
             for line in path.read_text().splitlines()]
    assert sorted(lines) == list(range(numbers))


def table(tarn, name):
    return next(item for item in json.loads(tarn.tool("table", "list", "--json"))["tables"]
                if item["name"] == name)


def committed(tarn, group):
    consumer = Consumer({"bootstrap.servers": tarn.kafka, "group.id": group,
                         "auto.offset.reset": "earliest", "enable.auto.commit": False})
    consumer.subscribe(["sent"])
    message = wait_until(lambda: consumer.poll(0.2), 20, "a record")
    assert message.error() is None
    consumer.commit(message, asynchronous=False)
    consumer.close()
    return message.offset()


def test_a_clock_set_back_while_running_stops_nothing(tarn, clock):
    send(tarn, 0, 1)
    wait_for_polls(tarn)
    clock.set(-3 * DAY)
    send(tarn, 2, 3)
    wait_for_polls(tarn)
    wait_for_tables(tarn, 4)
    assert committed(tarn, "readers") == 0
    assert committed(tarn, "readers") == 1
    # The quota is not given away a second time for a day that has been.
    assert source(tarn)["state"] == "running" and source(tarn)["calls_left"] < CALLS
    assert tarn.status_of("/health/ready") == 200


def test_a_clock_set_back_or_forth_between_two_runs_loses_nothing(tarn, clock):
    sent = 0
    for shift in (0, -30 * DAY, 400 * DAY, -10_000 * DAY):
        clock.set(shift)
        tarn.stop() if shift < 0 else tarn.kill()
        tarn.start()
        send(tarn, sent, sent + 1)
        sent += 2
        assert committed(tarn, "readers") == sent // 2 - 1
        if shift <= 0:
            wait_for_polls(tarn, 1)
    wait_for_tables(tarn, sent)
    counts = collections.Counter(row["_offset"] for row in rows(tarn, "select _offset from polled"))
    assert set(counts.values()) == {1} and sorted(counts) == list(range(len(counts)))
    assert tarn.status_of("/health/ready") == 200
    assert not re.search("quarantin|corrupt|Sanitizer", tarn.log.read_text())
