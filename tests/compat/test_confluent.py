"""confluent-kafka (librdkafka): idempotent producing, groups with a rebalance, administration."""

import time
import uuid

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions
from tarn_process import wait_until

SECONDS = 40


def produce(tarn, topic, count, **settings):
    """Sends count numbered records; their (partition, offset)s as acknowledged."""
    acknowledged, failures = [], []

    def delivered(error, message):
        if error:
            failures.append(error)
        else:
            acknowledged.append((message.partition(), message.offset()))

    producer = Producer({"bootstrap.servers": tarn.kafka, "linger.ms": 5, **settings})
    for number in range(count):
        producer.produce(topic, f"value {number}", key=str(number), on_delivery=delivered)
        producer.poll(0)
    assert producer.flush(SECONDS) == 0
    assert failures == []
    return acknowledged


def member(tarn, group, **settings):
    return Consumer({"bootstrap.servers": tarn.kafka, "group.id": group,
                     "auto.offset.reset": "earliest", "session.timeout.ms": 6000,
                     "heartbeat.interval.ms": 500, "enable.auto.commit": False, **settings})


def read(consumers, enough):
    """Polls the consumers in turn until enough(messages)."""
    messages, deadline = [], time.monotonic() + SECONDS
    while not enough(messages):
        assert time.monotonic() < deadline, f"{len(messages)} messages in {SECONDS} s"
        for consumer in consumers:
            message = consumer.poll(0.1)
            if message is not None and message.error() is None:
                messages.append(message)
    return messages


def places(messages):
    return sorted((m.partition(), m.offset()) for m in messages)


def test_an_idempotent_producer_writes_each_record_once(tarn, topic):
    acknowledged = produce(tarn, topic, 2000, **{"enable.idempotence": True, "acks": "all"})
    consumer = member(tarn, uuid.uuid4().hex)
    consumer.subscribe([topic])
    messages = read([consumer], lambda got: len(got) >= 2000)
    consumer.close()
    assert places(messages) == sorted(acknowledged)
    assert sorted(int(m.key()) for m in messages) == list(range(2000))


def test_two_members_share_the_partitions_and_one_takes_over(tarn, topic):
    group = uuid.uuid4().hex
    first, second = member(tarn, group), member(tarn, group)
    first.subscribe([topic])
    second.subscribe([topic])
    read([first, second], lambda _: len(first.assignment()) == 1 == len(second.assignment()))
    second.close()
    read([first], lambda _: len(first.assignment()) == 2)
    first.close()


def test_a_group_goes_on_where_it_committed(tarn, topic):
    group = uuid.uuid4().hex
    produce(tarn, topic, 100)
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    before = read([consumer], lambda got: len(got) >= 60)
    consumer.commit(offsets=next_offsets(topic, before), asynchronous=False)
    consumer.close()
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    after = read([consumer], lambda got: len(got) >= 100 - len(before))
    consumer.close()
    assert len(set(places(before + after))) == len(before) + len(after) == 100


def next_offsets(topic, messages):
    ends = {}
    for message in messages:
        ends[message.partition()] = message.offset() + 1
    return [TopicPartition(topic, partition, offset) for partition, offset in ends.items()]


@pytest.mark.parametrize("assignor", ["range", "roundrobin", "cooperative-sticky"])
def test_every_assignor_works(tarn, topic, assignor):
    group = uuid.uuid4().hex
    settings = {"partition.assignment.strategy": assignor}
    first, second = member(tarn, group, **settings), member(tarn, group, **settings)
    first.subscribe([topic])
    read([first], lambda _: len(first.assignment()) == 2)
    second.subscribe([topic])
    read([first, second], lambda _: len(first.assignment()) == 1 == len(second.assignment()))
    first.close()
    second.close()


def test_offsets_are_found_by_time(tarn, topic):
    produce(tarn, topic, 10)
    consumer = member(tarn, uuid.uuid4().hex)
    low, high = zip(*(consumer.get_watermark_offsets(TopicPartition(topic, p)) for p in (0, 1)))
    assert sum(low) == 0 and sum(high) == 10
    found = consumer.offsets_for_times([TopicPartition(topic, p, 1) for p in (0, 1)], timeout=10)
    consumer.close()
    assert [partition.offset for partition in found] == [0, 0]


def test_topics_are_administered(tarn, topic):
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    admin.create_partitions([NewPartitions(topic, 4)])[topic].result(20)
    assert len(admin.list_topics(topic, 10).topics[topic].partitions) == 4
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    entries = admin.describe_configs([resource])[resource].result(20)
    assert entries["cleanup.policy"].value == "delete"
    admin.delete_topics([topic])[topic].result(20)
    assert topic not in admin.list_topics(timeout=10).topics


def test_groups_are_listed_described_and_deleted(tarn, topic):
    group = uuid.uuid4().hex
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    read([consumer], lambda _: len(consumer.assignment()) == 2)
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    assert group in [g.group_id for g in admin.list_consumer_groups().result(20).valid]
    described = admin.describe_consumer_groups([group])[group].result(20)
    assert len(described.members) == 1 and described.state.name == "STABLE"
    consumer.close()
    wait_until(lambda: state_of(admin, group) == "EMPTY", 10, "the member has left")
    admin.delete_consumer_groups([group])[group].result(20)
    assert group not in [g.group_id for g in admin.list_consumer_groups().result(20).valid]


def state_of(admin, group):
    return admin.describe_consumer_groups([group])[group].result(20).state.name


def test_a_topic_that_exists_is_not_created_again(tarn, topic):
    from confluent_kafka.admin import NewTopic
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    with pytest.raises(KafkaException) as raised:
        admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    assert raised.value.args[0].code() == KafkaError.TOPIC_ALREADY_EXISTS


@pytest.mark.parametrize("name", ["../etc/passwd", "a/b", "x" * 250, "", "."])
def test_a_topic_name_that_is_a_path_or_too_long_is_refused(tarn, name):
    from confluent_kafka.admin import NewTopic
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    with pytest.raises((KafkaException, ValueError)):
        admin.create_topics([NewTopic(name, 1, 1)])[name].result(20)
