"""kill -9 at random moments while a transactional producer writes to two topics: a transaction is
in both or in neither, what was committed is there, what was aborted is not, and nothing is twice;
in the topics for a reader of committed records, and in the table that is made of one of them.

TARN_KILL_ROUNDS (25) kills; TARN_SEED repeats a run."""

import collections
import json
import os
import random
import threading
import time

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from deltalake import DeltaTable
from tarn_process import BINARY, Tarn, wait_until

ROUNDS = int(os.environ.get("TARN_KILL_ROUNDS", "25"))
SEED = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
RECORDS = 4  # of a transaction, in each topic
TOPICS = ("debits", "credits")
PIPELINE = """
version: 1
name: kill
topics:
  debits: {partitions: 2}
  credits: {partitions: 2}
tables:
  debits: {from: debits, format: delta, commit: {every: 300ms}}
"""


class Payer(threading.Thread):
    """Commits and aborts one transaction after the other; begins anew where it is not told how one
    ended. Every seventh transaction is aborted."""

    def __init__(self, kafka):
        super().__init__(daemon=True)
        self._kafka = kafka
        self.committed, self.aborted, self.unknown = set(), set(), set()
        self.stopping = threading.Event()

    def run(self):
        number, producer = 0, None
        while not self.stopping.is_set():
            try:
                if producer is None:
                    producer = self._begin()
                number += 1
                self._pay(producer, number)
            except KafkaException:
                self.unknown.add(number)
                producer = None

    def _begin(self):
        producer = Producer({
            "bootstrap.servers": self._kafka, "transactional.id": "payer", "linger.ms": 0,
            "transaction.timeout.ms": 20_000, "message.timeout.ms": 20_000,
            "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 50, "log_level": 0})
        producer.init_transactions(20)
        return producer

    def _pay(self, producer, number):
        producer.begin_transaction()
        for part in range(RECORDS):
            for topic in TOPICS:
                producer.produce(topic, json.dumps({"payment": number, "part": part}),
                                 partition=part % 2)
        if number % 7 == 0:
            producer.flush(20)
            producer.abort_transaction(20)
            self.aborted.add(number)
        else:
            producer.commit_transaction(20)
            self.committed.add(number)


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


def committed_in_topic(tarn, topic):
    """How often each (payment, part) is read, up to the last stable offsets."""
    consumer = Consumer({"bootstrap.servers": tarn.kafka, "group.id": "count",
                         "isolation.level": "read_committed", "enable.partition.eof": True})
    found, ended = collections.Counter(), set()
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(2)])
    while len(ended) < 2:
        message = consumer.poll(20)
        assert message is not None, f"{topic} cannot be read to its end"
        if message.error():
            ended.add(message.partition())
        else:
            value = json.loads(message.value())
            found[value["payment"], value["part"]] += 1
    consumer.close()
    return found


def in_table(tarn):
    rows = DeltaTable(str(tarn.lake / "debits")).to_pyarrow_table(columns=["payment", "part"])
    return collections.Counter(zip(rows.column("payment").to_pylist(),
                                   rows.column("part").to_pylist()))


def test_a_transaction_is_whole_or_not_there(tarn):
    chance = random.Random(SEED)
    tarn.start()
    payer = Payer(tarn.kafka)
    payer.start()
    for _ in range(ROUNDS):
        time.sleep(chance.uniform(0.02, 0.5))
        tarn.kill()
        tarn.start()
    wait_until(lambda: not payer.is_alive() or len(payer.committed) > 0, 30, "a transaction")
    time.sleep(1)
    payer.stopping.set()
    payer.join(60)
    # A last instance ends what the one before has left open.
    Payer(tarn.kafka)._begin()
    debits, credits = (committed_in_topic(tarn, topic) for topic in TOPICS)
    print(f"seed {SEED}, {ROUNDS} rounds: {len(payer.committed)} committed, {len(payer.aborted)} "
          f"aborted, {len(payer.unknown)} with an end that was not told")
    assert debits == credits
    assert set(debits.values()) == {1}
    payments = collections.Counter(payment for payment, _ in debits)
    assert set(payments.values()) == {RECORDS}, "a transaction is there in part"
    assert payer.committed <= set(payments), "a committed transaction is lost"
    assert not payer.aborted & set(payments), "an aborted transaction is seen"
    assert set(payments) <= payer.committed | payer.unknown
    wait_until(lambda: in_table(tarn) == debits, 30, "the table has what is committed")
