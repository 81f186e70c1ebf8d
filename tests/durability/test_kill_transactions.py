"""kill -9 at random moments while a transactional producer writes to two topics: a transaction is
in both or in neither, what was committed is there, what was aborted is not, and nothing is twice;
in the topics for a reader of committed records, and in the table that is made of one of them. What
a consumer that reads along has seen stays where it saw it.

TARN_KILL_ROUNDS (25) kills; TARN_SEED repeats a run."""

import collections
import os
import random
import time

import pytest
from deltalake import DeltaTable
from tarn_process import BINARY, Tarn, wait_until
from writers import Onlooker, Payer, payments_of, read_topic

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "25"))
SEED = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
PIPELINE = """
version: 1
name: kill
topics:
  debits: {partitions: 2}
  credits: {partitions: 2}
tables:
  debits: {from: debits, format: delta, commit: {every: 300ms}}
"""


@pytest.fixture
def tarn(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path / "pipeline"
    folder.mkdir()
    (folder / "tarn.yaml").write_text(PIPELINE)
    tarn = Tarn(tmp_path / "run", pipeline=folder)
    try:
        yield tarn
    finally:
        tarn.stop()


def in_table(tarn):
    rows = DeltaTable(str(tarn.lake / "debits")).to_pyarrow_table(columns=["payment", "part"])
    return collections.Counter(zip(rows.column("payment").to_pylist(),
                                   rows.column("part").to_pylist()))


def wait_for_another(payer):
    """However slow the machine is, transactions are under way when the program dies."""
    ended = payer.ended()
    wait_until(lambda: payer.ended() > ended, 60, "another transaction has ended", pause=0.005)


def test_a_transaction_is_whole_or_not_there(tarn):
    chance = random.Random(SEED)
    tarn.start()
    payer = Payer(tarn.kafka)
    onlooker = Onlooker(tarn.kafka, {topic: 2 for topic in Payer.TOPICS})
    payer.start()
    onlooker.start()
    for number in range(ROUNDS):
        if number % 2:  # else it dies while its clients are still on their way back
            wait_for_another(payer)
        time.sleep(chance.uniform(0.02, 0.5))
        tarn.kill()
        tarn.start()
    wait_until(lambda: payer.committed and onlooker.seen, 30, "a transaction, written and read")
    time.sleep(1)
    payer.finish()
    onlooker.finish()
    records = {topic: read_topic(tarn.kafka, topic, 2) for topic in Payer.TOPICS}
    print(f"seed {SEED}, {ROUNDS} rounds: {payer}, {len(onlooker.seen)} records read on the way")
    payments = [payments_of(records[topic]) for topic in Payer.TOPICS]
    payer.check(payments)
    assert onlooker.seen.items() <= (records["debits"] | records["credits"]).items()
    wait_until(lambda: in_table(tarn) == payments[0], 30, "the table has what is committed")
