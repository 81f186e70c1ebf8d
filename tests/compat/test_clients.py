"""Every Kafka client of tests/clients, asked the same things; see tests/clients/README.md."""

import concurrent.futures
import dataclasses
import uuid

import pytest

from clients import Driver, run
from conftest import create_topic
from counterpart import (BYTES, COUNT, FIRST_TIME, PARTITIONS, SECONDS, commit, committed, expected,
                         produce, read_all, value)

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
ADMIN = {"listed": True, "partitions": 3, "retention": "3600000", "altered": "7200000", "grown": 5,
         "low": 4, "group_listed": True, "group_state": "Empty", "committed": 7,
         "group_deleted": True, "deleted": True}


@dataclasses.dataclass(frozen=True)
class Client:
    """What a client has; what it lacks is its own, and is named here."""

    name: str
    assignors: tuple = ("range", "roundrobin", "sticky", "cooperative-sticky")
    codecs: tuple = CODECS
    without: tuple = ()  # steps of the admin call

    def __str__(self):
        return self.name


CLIENTS = [
    Client("java"),
    Client("kafka-python"),
    Client("aiokafka", assignors=("range", "roundrobin", "sticky"), without=("group_deleted",)),
    Client("franz-go"),
    Client("sarama", assignors=("range", "roundrobin", "sticky")),
    Client("rdkafka", assignors=("range", "roundrobin", "cooperative-sticky")),
    Client("kafkajs", assignors=("roundrobin",)),
]
everyone = pytest.mark.parametrize("client", CLIENTS, ids=str)


@pytest.fixture
def ask(tarn, tmp_path):
    """ask(client, command, …) → what its driver told."""
    def call(client, command, **settings):
        return run(client.name, tmp_path / uuid.uuid4().hex, command, bootstrap=tarn.kafka,
                   **settings)
    return call


@everyone
def test_what_it_produces_another_client_reads(tarn, ask, client):
    def one(codec):
        topic = create_topic(tarn, partitions=PARTITIONS)
        told = ask(client, "produce", topic=topic, partitions=PARTITIONS, count=COUNT, bytes=BYTES,
                   codec=codec, idempotent=codec != "none")
        assert told.all("sent") == [COUNT]
        assert read_all(tarn, topic) == [expected(number) for number in range(COUNT)], codec
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        list(pool.map(one, client.codecs))


@everyone
def test_what_another_client_produces_it_reads(tarn, ask, client):
    topic = create_topic(tarn, partitions=PARTITIONS)
    each = COUNT // len(client.codecs)
    for place, codec in enumerate(client.codecs):
        produce(tarn, topic, codec, range(place * each, place * each + each))
    told = ask(client, "consume", topic=topic, partitions=PARTITIONS, count=COUNT).told
    told = sorted(told, key=lambda line: int(line["number"]))
    assert told == [expected(number) for number in range(COUNT)]


@everyone
def test_its_transactions_are_all_or_nothing(tarn, ask, client):
    topic, source = create_topic(tarn, partitions=1), create_topic(tarn, partitions=1)
    group = uuid.uuid4().hex
    ask(client, "transactions", topic=topic, id=uuid.uuid4().hex, source=source, group=group)
    values = [one["value"] for one in read_all(tarn, topic, partitions=1, count=20)]
    assert values == [f"{word} {number}" for word in ("kept", "last") for number in range(10)]
    assert committed(tarn, group, source) == 7
    produce(tarn, topic, "none", [0])  # with a key and a number, as consume tells them
    everything = read_all(tarn, topic, partitions=1, count=31, isolation="read_uncommitted")
    assert len(everything) == 31


@everyone
def test_two_members_share_a_topic(tarn, tmp_path, client):
    """With every assignor; all at once, for most of it is waiting."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for done in [pool.submit(share, tarn, tmp_path / assignor, client, assignor)
                     for assignor in client.assignors]:
            done.result()


def share(tarn, folder, client, assignor):
    topic, group = create_topic(tarn, partitions=4), uuid.uuid4().hex
    produce(tarn, topic, "none", range(40), partitions=4)
    members = [start_member(client, tarn, folder, topic, group, assignor)]
    try:
        members[0].wait_for(lambda it: it.all("assigned")[-1:] == [[0, 1, 2, 3]], SECONDS,
                            f"{assignor}: one member has all")
        members.append(start_member(client, tarn, folder, topic, group, assignor))
        members[1].wait_for(lambda _: halves(members), SECONDS, f"{assignor}: two members share")
        members[0].wait_for(lambda _: len(reads(members)) >= 40, SECONDS, "all is read")
        members.pop(0).close()
        members[0].wait_for(lambda it: it.all("assigned")[-1:] == [[0, 1, 2, 3]], SECONDS,
                            f"{assignor}: the other has all")
        produce(tarn, topic, "none", range(40, 80), partitions=4)
        fresh = {value(number) for number in range(40, 80)}
        members[0].wait_for(lambda it: fresh <= set(it.all("read")), SECONDS, "it reads on")
        members.pop().close()
        assert sum(committed(tarn, group, topic, number) for number in range(4)) == 80
    finally:
        for member in members:
            member.kill()


def start_member(client, tarn, folder, topic, group, assignor):
    return Driver(client.name, folder / uuid.uuid4().hex, ["group"], bootstrap=tarn.kafka,
                  topic=topic, group=group, assignor=assignor)


def halves(members):
    """Each has two of the four partitions, and they are not the same."""
    last = [member.all("assigned")[-1] if member.all("assigned") else [] for member in members]
    return sorted(last[0] + last[1]) == [0, 1, 2, 3] and len(last[0]) == 2


def reads(members):
    return {one for member in members for one in member.all("read")}


@everyone
def test_it_finds_a_time(tarn, ask, client):
    topic = create_topic(tarn, partitions=PARTITIONS)
    produce(tarn, topic, "none", range(COUNT))
    told = ask(client, "seek", topic=topic, partitions=PARTITIONS,
               timestamp=FIRST_TIME + 1000 * 60 - 500)
    assert told.all("offsets") == [{"0": 20, "1": 20, "2": 20}]
    assert told.all("first") == [value(60)]


@everyone
def test_it_administers(tarn, ask, client):
    existing, group = create_topic(tarn, partitions=1), uuid.uuid4().hex
    produce(tarn, existing, "none", range(10), partitions=1)
    commit(tarn, group, existing, 7)
    told = ask(client, "admin", topic=f"made-{uuid.uuid4().hex[:8]}", existing=existing,
               group=group).told
    assert {line["step"]: line["value"] for line in told} == {
        name: value for name, value in ADMIN.items() if name not in client.without}
