"""kill -9 at random moments while a producer with acks=all and the HTTP source run: every
acknowledged record is in the topic, in the table and in the JSON objects, each exactly once.

TARN_KILL_ROUNDS (25) kills; TARN_SEED repeats a run; TARN_READY_SECONDS is the limit of a restart
(1 for a release binary, more for one with sanitizers)."""

import collections
import json
import os
import random
import threading
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from deltalake import DeltaTable
from tarn_process import BINARY, Emulator, Tarn, wait_until

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "25"))
SEED = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
READY = float(os.environ.get("TARN_READY_SECONDS", "1" if "release" in str(BINARY) else "4"))
SERVED = 60_000

PIPELINE = """
version: 1
name: kill
sources:
  flights:
    http:
      url: {url}
      headers: {{X-RapidAPI-Key: "${{secret:FLIGHTS_KEY}}"}}
      records: /data/itineraries
      pages: {{style: cursor, at: /next_cursor, parameter: cursor, max: 3}}
    every: 1s
    to: flights
    key: /id
topics:
  orders: {{partitions: 2}}
tables:
  flights: {{from: flights, format: delta, commit: {{every: 500ms}}}}
  orders: {{from: orders, format: delta, commit: {{every: 500ms}}}}
  orders_json: {{from: orders, format: json, commit: {{every: 500ms}}}}
  flights_json: {{from: flights, format: json, commit: {{every: 500ms}}}}
"""


class Writer(threading.Thread):
    """An idempotent producer that never rests; remembers what was acknowledged."""

    def __init__(self, kafka):
        super().__init__(daemon=True)
        self.acknowledged, self.failures, self.stopping = [], [], threading.Event()
        self._producer = Producer({
            "bootstrap.servers": kafka, "acks": "all", "enable.idempotence": True, "linger.ms": 2,
            "message.timeout.ms": 600_000, "reconnect.backoff.max.ms": 100,
            "retry.backoff.ms": 50, "log_level": 0})

    def run(self):
        number = 0
        while not self.stopping.is_set():
            value = json.dumps({"id": number, "item": f"item {number % 97}"})
            self._producer.produce("orders", value, on_delivery=self._delivered)
            number += 1
            self._producer.poll(0.003)

    def _delivered(self, error, message):
        if error:
            self.failures.append(str(error))
        else:
            self.acknowledged.append(json.loads(message.value())["id"])

    def finish(self):
        self.stopping.set()
        self.join()
        assert self._producer.flush(60) == 0


@pytest.fixture
def pipeline(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    served = tmp_path / "served.jsonl"
    with served.open("w") as file:
        for number in range(SERVED):
            file.write(json.dumps({"id": number, "origin": "LHR", "delay": number % 60}) + "\n")
    emulator = Emulator(served, ["--page", "20", "--style", "cursor", "--key", "k"])
    folder = tmp_path / "pipeline"
    folder.mkdir()
    (folder / "tarn.yaml").write_text(PIPELINE.format(url=emulator.url))
    tarn = Tarn(tmp_path / "run", pipeline=folder, environment={"FLIGHTS_KEY": "k"})
    try:
        yield tarn
    finally:
        tarn.stop()
        emulator.stop()


def ids_in_topic(tarn, topic, partitions):
    """How often each id is in the topic, up to its end now."""
    consumer = Consumer({"bootstrap.servers": tarn.kafka, "group.id": "count",
                         "auto.offset.reset": "earliest"})
    ids, places = collections.Counter(), collections.Counter()
    for partition in range(partitions):
        where = TopicPartition(topic, partition, 0)
        _, end = consumer.get_watermark_offsets(where, timeout=20)
        consumer.assign([where])
        while end:
            message = consumer.poll(20)
            assert message is not None and message.error() is None, f"{topic} cannot be read"
            ids[json.loads(message.value())["id"]] += 1
            places[message.partition(), message.offset()] += 1
            if message.offset() >= end - 1:
                break
    consumer.close()
    return ids, places


def ids_in_table(tarn, table):
    path = tarn.lake / table
    if not (path / "_delta_log").is_dir():
        return collections.Counter(), collections.Counter()
    rows = DeltaTable(str(path)).to_pyarrow_table(columns=["id", "_partition", "_offset"])
    ids = collections.Counter(rows.column("id").to_pylist())
    places = collections.Counter(zip(rows.column("_partition").to_pylist(),
                                     rows.column("_offset").to_pylist()))
    return ids, places


def ids_in_objects(tarn, table):
    ids = collections.Counter()
    for path in (tarn.lake / table).rglob("*.json"):
        if not any(part.startswith(("_", ".")) for part in path.relative_to(tarn.lake).parts):
            ids.update(json.loads(line)["id"] for line in path.read_text().splitlines())
    return ids


def repeated(counter):
    return [key for key, count in counter.items() if count > 1]


def test_nothing_acknowledged_is_lost_or_repeated(pipeline):
    chance = random.Random(SEED)
    print(f"seed {SEED}, {ROUNDS} rounds")
    pipeline.start()
    writer = Writer(pipeline.kafka)
    writer.start()
    ready = []
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.05, 2.0))
        pipeline.kill()
        pipeline.start()
        ready.append(pipeline.ready_seconds)
    time.sleep(2)
    writer.finish()
    assert writer.failures == []
    for topic, partitions in (("orders", 2), ("flights", 1)):
        check(pipeline, topic, partitions, writer.acknowledged if topic == "orders" else None)
    print(f"restart to ready: {min(ready):.3f} to {max(ready):.3f} s")
    assert max(ready) < READY, f"restarts took {sorted(ready)[-5:]} s"


def check(pipeline, topic, partitions, acknowledged):
    if topic == "flights":
        pipeline.tool("source", "pause", "flights")
    ids, places = ids_in_topic(pipeline, topic, partitions)
    assert ids, f"nothing arrived in {topic}"
    assert repeated(ids) == [] and repeated(places) == []
    if acknowledged is not None:
        assert set(acknowledged) - set(ids) == set()
    wait_until(lambda: len(ids_in_table(pipeline, topic)[0]) >= len(ids), 60, f"table {topic}")
    in_table, rows = ids_in_table(pipeline, topic)
    assert in_table == ids and rows == places
    objects = f"{topic}_json"
    wait_until(lambda: len(ids_in_objects(pipeline, objects)) >= len(ids), 60, objects)
    assert ids_in_objects(pipeline, objects) == ids
    print(f"{topic}: {len(ids)} records in topic, table and objects")
