"""A Kafka Streams word count with exactly_once_v2, through restarts of Tarn and of itself."""

import collections
import os
import random
import time
import uuid

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from clients import Driver, command_of
from tarn_process import BINARY, Tarn, wait_until

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa".split()
LINES = int(os.environ.get("TARN_STREAMS_LINES", "400"))
ROUNDS = int(os.environ.get("TARN_STREAMS_ROUNDS", "4"))
SEED = int(os.environ.get("TARN_SEED", "7"))
SECONDS = 120


@pytest.fixture
def own_tarn(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    command_of("streams")
    server = Tarn(tmp_path / "tarn").start()
    yield server
    server.stop()


def test_the_counts_are_exact_through_restarts(own_tarn, tmp_path):
    topics = {name: f"{name}-{uuid.uuid4().hex[:6]}" for name in ("input", "output")}
    create(own_tarn, topics.values())
    chance, counter, expected = random.Random(SEED), None, collections.Counter()
    disturbances = [own_tarn.stop, own_tarn.kill, lambda: counter.kill(), own_tarn.kill]
    for number in range(ROUNDS):
        counter = counter or start(own_tarn, tmp_path, topics)
        lines = [" ".join(chance.choices(WORDS, k=8)) for _ in range(LINES // ROUNDS)]
        expected.update(word for line in lines for word in line.split())
        produce(own_tarn, topics["input"], lines[:len(lines) // 2])
        time.sleep(chance.uniform(0.5, 2))  # somewhere in the middle of its work
        disturbance = disturbances[number % len(disturbances)]
        disturbance()
        if disturbance in (own_tarn.stop, own_tarn.kill):
            own_tarn.start()
        else:
            counter = start(own_tarn, tmp_path, topics)
        produce(own_tarn, topics["input"], lines[len(lines) // 2:])
    seen = collections.defaultdict(list)
    reader = reader_of(own_tarn, topics["output"])
    wait_until(lambda: read_into(reader, seen) == sum(expected.values()), SECONDS,
               f"{sum(expected.values())} counts\n{counter.told[-5:]}\n{counter.errors()}")
    reader.close()
    assert {word: counts[-1] for word, counts in seen.items()} == dict(expected)
    for word, counts in seen.items():
        assert counts == list(range(1, expected[word] + 1)), word
    counter.close()


def start(tarn, folder, topics):
    counter = Driver("streams", folder / "streams", bootstrap=tarn.kafka, application="counter",
                     state=str(folder / "state"), **topics)
    counter.wait_for(lambda it: "RUNNING" in it.all("state"), SECONDS, "the word count runs")
    return counter


def create(tarn, names):
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    for created in admin.create_topics([NewTopic(name, 3, 1) for name in names]).values():
        created.result(30)


def produce(tarn, topic, lines):
    producer = Producer({"bootstrap.servers": tarn.kafka, "enable.idempotence": True})
    for line in lines:
        producer.produce(topic, line)
    assert producer.flush(SECONDS) == 0


def reader_of(tarn, topic):
    reader = Consumer({"bootstrap.servers": tarn.kafka, "group.id": uuid.uuid4().hex,
                       "isolation.level": "read_committed", "enable.auto.commit": False})
    reader.assign([TopicPartition(topic, number, 0) for number in range(3)])
    return reader


def read_into(reader, seen):
    """Reads what there is; how many counts there are now. A word's counts are in one partition."""
    for message in reader.consume(1000, 0.5):
        assert not message.error()
        seen[message.key().decode()].append(int(message.value()))
    return sum(len(counts) for counts in seen.values())
