"""The power of the disk is cut at random moments while idempotent and transactional producers
write: what is acknowledged, committed or read is there afterwards, once, in the topics and in the
tables.

TARN_CUTS (5) cuts on each file system; TARN_SEED repeats a run."""

import collections
import os
import random
import time

import pytest
from cut_disk import CutDisk
from deltalake import DeltaTable
from tarn_process import BINARY, Tarn, wait_until
from writers import Onlooker, Payer, Writer, ids_of, payments_of, read_topic

CUTS = int(os.environ.get("TARN_CUTS", "5"))
SEED = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
PARTITIONS = {"orders": 2, "debits": 2, "credits": 2}
PIPELINE = """
version: 1
name: cut
topics:
  orders: {partitions: 2}
  debits: {partitions: 2}
  credits: {partitions: 2}
tables:
  orders: {from: orders, format: delta, commit: {every: 300ms}}
  debits: {from: debits, format: delta, commit: {every: 300ms}}
"""


@pytest.fixture(params=["ext4", "xfs"])
def disk(tmp_path, request):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    disk = CutDisk(tmp_path, request.param)
    try:
        yield disk
    finally:
        disk.close()


@pytest.fixture
def tarn(tmp_path, disk):
    folder = tmp_path / "pipeline"
    folder.mkdir()
    (folder / "tarn.yaml").write_text(PIPELINE)
    tarn = Tarn(tmp_path / "run", pipeline=folder, disk=disk)
    try:
        yield tarn
    finally:
        tarn.stop()


def places_in_table(tarn, table):
    if not (tarn.lake / table / "_delta_log").is_dir():
        return collections.Counter()
    rows = DeltaTable(str(tarn.lake / table)).to_pyarrow_table(columns=["_partition", "_offset"])
    return collections.Counter(zip(rows.column("_partition").to_pylist(),
                                   rows.column("_offset").to_pylist()))


def test_nothing_that_was_acknowledged_is_lost(tarn, disk):
    chance = random.Random(SEED)
    tarn.start()
    writer, payer = Writer(tarn.kafka), Payer(tarn.kafka)
    onlooker = Onlooker(tarn.kafka, PARTITIONS)
    for one in (writer, payer, onlooker):
        one.start()
    for _ in range(CUTS):
        time.sleep(chance.uniform(0.1, 1.0))
        disk.cut()
        time.sleep(chance.uniform(0, 0.05))  # the program meets a disk that is gone
        tarn.kill()
        disk.unmount()
        disk.mount()
        tarn.start()
    wait_until(lambda: writer.acknowledged and payer.committed and onlooker.seen, 30, "records")
    for one in (writer, payer, onlooker):
        one.finish()
    records = {topic: read_topic(tarn.kafka, topic, count) for topic, count in PARTITIONS.items()}
    ids = ids_of(records["orders"])
    print(f"seed {SEED}, {CUTS} cuts: {len(ids)} records, {len(writer.acknowledged)} of them "
          f"acknowledged; {payer}; {len(onlooker.seen)} records read on the way")
    assert writer.failures == []
    assert set(writer.acknowledged) - set(ids) == set(), "an acknowledged record is lost"
    assert set(ids.values()) == {1}, "a record is there twice"
    payer.check([payments_of(records[topic]) for topic in Payer.TOPICS])
    everything = {place: value for topic in records.values() for place, value in topic.items()}
    assert onlooker.seen.items() <= everything.items(), "what was read is gone"
    for table in ("orders", "debits"):
        expected = collections.Counter(place[1:] for place in records[table])
        wait_until(lambda: places_in_table(tarn, table) == expected, 60, f"table {table}")
