"""The other side of what a client does: the records of the tests, by confluent-kafka."""

import uuid

from confluent_kafka import (OFFSET_BEGINNING, Consumer, ConsumerGroupTopicPartitions, Producer,
                             TopicPartition)
from confluent_kafka.admin import AdminClient

FIRST_TIME = 1_700_000_000_000
COUNT, BYTES, PARTITIONS = 120, 900, 3
SECONDS = 60


def value(number, size=BYTES):
    text = f"record {number} "
    return (text * (size // len(text) + 1))[:size]


def expected(number):
    return {"partition": number % PARTITIONS, "offset": number // PARTITIONS,
            "key": f"key-{number}", "value": value(number), "number": str(number),
            "timestamp": FIRST_TIME + 1000 * number}


def produce(tarn, topic, codec, numbers, partitions=PARTITIONS):
    producer = Producer({"bootstrap.servers": tarn.kafka, "compression.type": codec,
                         "linger.ms": 5})
    for number in numbers:
        producer.produce(topic, value(number), f"key-{number}", number % partitions,
                         timestamp=FIRST_TIME + 1000 * number, headers={"number": str(number)})
    assert producer.flush(SECONDS) == 0


def read_all(tarn, topic, partitions=PARTITIONS, count=COUNT, isolation="read_committed"):
    reader = Consumer({"bootstrap.servers": tarn.kafka, "group.id": uuid.uuid4().hex,
                       "isolation.level": isolation})
    reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING)
                   for number in range(partitions)])
    messages = []
    while len(messages) < count:
        got = reader.consume(count - len(messages), SECONDS)
        assert got, f"{len(messages)} records of {count}"
        messages += got
    assert reader.consume(1, 0.2) == []
    reader.close()
    found = [as_told(message) for message in messages]
    return sorted(found, key=lambda one: int(one["number"])) if found[0]["number"] else found


def as_told(message):
    assert not message.error()
    headers = dict(message.headers() or [])
    return {"partition": message.partition(), "offset": message.offset(),
            "key": message.key() and message.key().decode(), "value": message.value().decode(),
            "number": headers["number"].decode() if "number" in headers else None,
            "timestamp": message.timestamp()[1]}


def commit(tarn, group, topic, offset):
    consumer = Consumer({"bootstrap.servers": tarn.kafka, "group.id": group})
    consumer.commit(offsets=[TopicPartition(topic, 0, offset)], asynchronous=False)
    consumer.close()


def committed(tarn, group, topic, partition=0):
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, partition)])
    found = admin.list_consumer_group_offsets([asked])[group].result(SECONDS)
    return found.topic_partitions[0].offset
