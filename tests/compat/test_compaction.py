"""Compacted topics, as librdkafka sees them: the latest record of each key, at its offset."""

import uuid

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   NewTopic)
from tarn_process import wait_until

SECONDS = 30
COMPACTION_SECONDS = 60
KEYS = 20
BACKOFF = "log.cleaner.backoff.ms"


@pytest.fixture
def admin(tarn):
    """Of a broker that looks for what is dirty five times a second."""
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    alter_backoff(admin, AlterConfigOpType.SET, "200")
    return admin


def alter_backoff(admin, operation, value=None):
    entry = ConfigEntry(BACKOFF, value, incremental_operation=operation)
    resource = ConfigResource(ConfigResource.Type.BROKER, "1", incremental_configs=[entry])
    for altered in admin.incremental_alter_configs([resource]).values():
        altered.result(SECONDS)


def describe(admin, resource):
    return next(iter(admin.describe_configs([resource]).values())).result(SECONDS)


def create(admin, **config):
    name = uuid.uuid4().hex
    settings = {"cleanup.policy": "compact", "segment.bytes": "20000", **config}
    admin.create_topics([NewTopic(name, 1, 1, config=settings)])[name].result(SECONDS)
    return name


def write(tarn, topic, records, **settings):
    """The records by their offsets, as they were acknowledged."""
    offsets, errors = {}, []
    producer = Producer({"bootstrap.servers": tarn.kafka, "linger.ms": 5, **settings})

    def done(error, message):
        if error:
            errors.append(error)
        else:
            offsets[message.offset()] = (message.key(), message.value())

    for key, value in records:
        producer.produce(topic, value, key, on_delivery=done)
        producer.poll(0)
    producer.flush(SECONDS)
    assert not errors, errors
    return offsets


def read(tarn, topic, **settings):
    """All that a reader finds from the beginning, by offset."""
    reader = Consumer({"bootstrap.servers": tarn.kafka, "group.id": uuid.uuid4().hex,
                       "enable.partition.eof": True, "enable.auto.commit": False, **settings})
    reader.assign([TopicPartition(topic, 0, 0)])
    found = {}
    while True:
        message = reader.poll(SECONDS)
        assert message is not None
        if message.error():
            assert message.error().code() == KafkaError._PARTITION_EOF
            break
        assert message.offset() not in found
        found[message.offset()] = (message.key(), message.value())
    reader.close()
    return found


def latest(records):
    return {key: offset for offset, (key, value) in sorted(records.items())}


def updates(rounds, size=500):
    return [(f"key {number}".encode(), f"{turn} ".encode() + b"." * size)
            for turn in range(rounds) for number in range(KEYS)]


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_the_latest_of_each_key_stays_at_its_offset(tarn, admin, codec):
    topic = create(admin)
    written = write(tarn, topic, updates(20), **{"compression.type": codec})
    # Incompressible, so that what was written is sealed whatever the codec.
    written |= write(tarn, topic, [(b"last", uuid.uuid4().bytes * 1300) for _ in range(2)])

    def is_compacted():
        found = read(tarn, topic)
        return found if len(found) <= 3 * KEYS else None

    found = wait_until(is_compacted, COMPACTION_SECONDS, "the topic is compacted")
    assert found.items() <= written.items()
    assert latest(found) == latest(written)
    assert max(found) == max(written)


def test_tombstones_go_with_their_keys_and_a_kill_changes_nothing(tarn, admin):
    topic = create(admin, **{"delete.retention.ms": "0", "min.cleanable.dirty.ratio": "0.01"})
    written = write(tarn, topic, updates(5))
    written |= write(tarn, topic, [(f"key {number}".encode(), None) for number in range(10)])
    written |= write(tarn, topic, [(b"seal", b"." * 25000)] * 2)

    def has_no_tombstones():
        more = write(tarn, topic, [(b"seal", b"." * 25000)])
        written.update(more)
        found = read(tarn, topic)
        gone = all(value is not None for _, value in found.values())
        return found if gone and len(found) < 2 * KEYS else None

    wait_until(has_no_tombstones, 2 * COMPACTION_SECONDS, "no tombstone is left", pause=0.3)
    tarn.kill()
    tarn.start()
    found = read(tarn, topic)
    assert found.items() <= written.items()
    living = {key for key in latest(written) if key not in
              {f"key {number}".encode() for number in range(10)}}
    assert set(latest(found)) == living
    assert all(latest(found)[key] == latest(written)[key] for key in living)
    tarn.stop()
    tarn.start()
    assert latest(read(tarn, topic)) == latest(found)


def test_transactions_are_compacted_as_they_ended(tarn, admin):
    topic = create(admin, **{"min.cleanable.dirty.ratio": "0.01"})
    producer = Producer({"bootstrap.servers": tarn.kafka, "transactional.id": uuid.uuid4().hex})
    producer.init_transactions(SECONDS)
    for word, end in (("kept", producer.commit_transaction), ("gone", producer.abort_transaction)):
        for turn in range(5):
            producer.begin_transaction()
            for number in range(KEYS):
                producer.produce(topic, f"{word} {turn}".ljust(600), f"key {number}")
            producer.flush(SECONDS)
            end(SECONDS)
    write(tarn, topic, [(b"seal", b"." * 25000)] * 2)

    def is_compacted():
        found = read(tarn, topic, **{"isolation.level": "read_uncommitted"})
        return len(found) < 3 * KEYS

    wait_until(is_compacted, COMPACTION_SECONDS, "the topic is compacted")
    found = read(tarn, topic, **{"isolation.level": "read_committed"})
    values = {key: value for key, value in found.values() if key != b"seal"}
    assert len(values) == KEYS
    assert {value.strip() for value in values.values()} == {b"kept 4"}


def test_how_often_the_broker_compacts_can_be_set(admin):
    broker = ConfigResource(ConfigResource.Type.BROKER, "1")
    assert describe(admin, broker)[BACKOFF].value == "200"
    with pytest.raises(KafkaException, match="a whole number from 0"):
        alter_backoff(admin, AlterConfigOpType.SET, "-1")
    alter_backoff(admin, AlterConfigOpType.DELETE)
    assert describe(admin, broker)[BACKOFF].value == "15000"


def test_a_record_without_a_key_is_refused(tarn, admin):
    topic = create(admin)
    producer = Producer({"bootstrap.servers": tarn.kafka})
    errors = []
    producer.produce(topic, "no key", on_delivery=lambda error, _: errors.append(error))
    producer.flush(SECONDS)
    assert errors[0] and errors[0].code() == KafkaError.INVALID_RECORD
    assert write(tarn, topic, [(b"key", b"value")]) == {0: (b"key", b"value")}


def test_the_policy_is_shown_and_checked(admin):
    topic = create(admin, **{"cleanup.policy": "compact,delete", "delete.retention.ms": "5000"})
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    shown = describe(admin, resource)
    assert shown["cleanup.policy"].value == "compact,delete"
    assert shown["delete.retention.ms"].value == "5000"
    assert shown["min.cleanable.dirty.ratio"].value == "0.5"
    assert shown["min.cleanable.dirty.ratio"].is_default
    with pytest.raises(KafkaException):
        create(admin, **{"min.cleanable.dirty.ratio": "2"})
