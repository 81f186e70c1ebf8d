"""Transactions of confluent-kafka (librdkafka): across topics, with a group's offsets, fencing."""

import uuid

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

SECONDS = 30


@pytest.fixture
def topics(tarn):
    names = [uuid.uuid4().hex for _ in range(2)]
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    for future in admin.create_topics([NewTopic(name, 3, 1) for name in names]).values():
        future.result(SECONDS)
    return names


def transactional(tarn, name, **settings):
    producer = Producer({"bootstrap.servers": tarn.kafka, "transactional.id": name, **settings})
    producer.init_transactions(SECONDS)
    return producer


def consumer(tarn, group=None, isolation="read_committed"):
    return Consumer({"bootstrap.servers": tarn.kafka, "group.id": group or uuid.uuid4().hex,
                     "auto.offset.reset": "earliest", "enable.auto.commit": False,
                     "isolation.level": isolation, "enable.partition.eof": True})


def all_values(tarn, topic, isolation="read_committed"):
    """What a reader finds up to the ends of all partitions."""
    reader, values, ended = consumer(tarn, isolation=isolation), [], set()
    partitions = reader.list_topics(topic, SECONDS).topics[topic].partitions
    reader.assign([TopicPartition(topic, number, 0) for number in partitions])
    while len(ended) < len(partitions):
        message = reader.poll(SECONDS)
        assert message is not None
        if message.error():
            ended.add(message.partition())
        else:
            values.append(message.value().decode())
    reader.close()
    return sorted(values)


def test_all_topics_or_none(tarn, topics):
    producer = transactional(tarn, uuid.uuid4().hex)
    for word, end in (("kept", producer.commit_transaction), ("gone", producer.abort_transaction),
                      ("last", producer.commit_transaction)):
        producer.begin_transaction()
        for topic in topics:
            for number in range(30):
                producer.produce(topic, f"{word} {number}", key=str(number))
        producer.flush(SECONDS)
        end(SECONDS)
    expected = sorted(f"{word} {number}" for word in ("kept", "last") for number in range(30))
    for topic in topics:
        assert all_values(tarn, topic) == expected
        everything = all_values(tarn, topic, isolation="read_uncommitted")
        assert set(expected) <= set(everything)


def test_an_open_transaction_is_not_seen(tarn, topics):
    producer = transactional(tarn, uuid.uuid4().hex)
    producer.begin_transaction()
    producer.produce(topics[0], "not yet")
    producer.flush(SECONDS)
    assert all_values(tarn, topics[0]) == []
    assert all_values(tarn, topics[0], isolation="read_uncommitted") == ["not yet"]
    producer.commit_transaction(SECONDS)
    assert all_values(tarn, topics[0]) == ["not yet"]


def test_a_new_instance_fences_the_old_one(tarn, topics):
    name = uuid.uuid4().hex
    old = transactional(tarn, name)
    old.begin_transaction()
    old.produce(topics[0], "gone")
    old.flush(SECONDS)
    new = transactional(tarn, name)
    with pytest.raises(KafkaException) as refused:
        old.commit_transaction(SECONDS)
    assert refused.value.args[0].fatal()
    new.begin_transaction()
    new.produce(topics[0], "kept")
    new.commit_transaction(SECONDS)
    assert all_values(tarn, topics[0]) == ["kept"]


def test_records_are_copied_exactly_once(tarn, topics):
    """Reads, writes and commits in one transaction; every third one is aborted and done again."""
    source, target = topics
    group, count = uuid.uuid4().hex, 300
    plain = Producer({"bootstrap.servers": tarn.kafka})
    for number in range(count):
        plain.produce(source, str(number), key=str(number))
    plain.flush(SECONDS)
    producer = transactional(tarn, uuid.uuid4().hex)
    copied, rounds = 0, 0
    while copied < count:
        reader = consumer(tarn, group)
        reader.subscribe([source])
        batch = []
        while len(batch) < min(20, count - copied):
            message = reader.poll(SECONDS)
            assert message is not None
            if not message.error():
                batch.append(message)
        producer.begin_transaction()
        for message in batch:
            producer.produce(target, message.value(), key=message.key())
        next_offsets = {}
        for message in batch:
            next_offsets[message.partition()] = message.offset() + 1
        producer.send_offsets_to_transaction(
            [TopicPartition(source, number, offset) for number, offset in next_offsets.items()],
            reader.consumer_group_metadata(), SECONDS)
        rounds += 1
        if rounds % 3 == 0:
            producer.abort_transaction(SECONDS)
        else:
            producer.commit_transaction(SECONDS)
            copied += len(batch)
        reader.close()
    assert all_values(tarn, target) == sorted(str(number) for number in range(count))
