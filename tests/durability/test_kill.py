"""kill -9 at random moments while a producer with acks=all and the HTTP source run: every
acknowledged record is in the topic, in the table and in the JSON objects, each exactly once.

TARN_KILL_ROUNDS (25) kills; TARN_SEED repeats a run; TARN_READY_SECONDS is the limit of a restart
(1 for a release binary, more for one with sanitizers)."""

import collections
import json
import os
import random
import time

import pytest
from deltalake import DeltaTable
from tarn_process import BINARY, Emulator, Tarn, wait_until
from writers import Writer, ids_of, read_topic

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "25"))
SEED = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
READY = float(os.environ.get("TARN_READY_SECONDS", "1" if "release" in str(BINARY) else "4"))
SERVED = max(60_000, 200 * ROUNDS)  # at the end the API would begin anew; some 70 go in a round

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
    records = read_topic(pipeline.kafka, topic, partitions)
    ids = ids_of(records)
    assert ids, f"nothing arrived in {topic}"
    assert topic == "orders" or len(ids) < SERVED, "the API was read to its end"
    assert repeated(ids) == []
    places = collections.Counter((partition, offset) for _, partition, offset in records)
    if acknowledged is not None:
        assert set(acknowledged) - set(ids) == set()
    wait_until(lambda: len(ids_in_table(pipeline, topic)[0]) >= len(ids), 60, f"table {topic}")
    in_table, rows = ids_in_table(pipeline, topic)
    assert in_table == ids and rows == places
    objects = f"{topic}_json"
    wait_until(lambda: len(ids_in_objects(pipeline, objects)) >= len(ids), 60, objects)
    assert ids_in_objects(pipeline, objects) == ids
    print(f"{topic}: {len(ids)} records in topic, table and objects")
