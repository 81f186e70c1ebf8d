"""Drives kafka-python; see tests/clients/README.md."""

import driver
from driver import tell
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import (ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions,
                         NewTopic)
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor,
             "sticky": StickyPartitionAssignor,
             "cooperative-sticky": CooperativeStickyAssignor}


def connection(settings):
    words = {"bootstrap_servers": settings["bootstrap"], "bootstrap_timeout_ms": 10_000,
             **driver.security(settings)}
    given = settings.get("security", {})
    for name, word in (("ca", "ssl_cafile"), ("certificate", "ssl_certfile"),
                       ("key", "ssl_keyfile")):
        if name in given:
            words[word] = given[name]
    return words


def produce(settings):
    codec = settings["codec"]
    producer = KafkaProducer(**connection(settings), linger_ms=5, acks="all",
                             compression_type=None if codec == "none" else codec,
                             enable_idempotence=settings["idempotent"])
    sent = [producer.send(settings["topic"], **driver.record(number, settings))
            for number in range(settings["count"])]
    producer.flush(timeout=60)
    for future in sent:
        future.get(60)
    producer.close()
    tell(sent=len(sent))


def reader(settings, **more):
    return KafkaConsumer(**connection(settings), auto_offset_reset="earliest",
                         enable_auto_commit=False, **more)


def consume(settings):
    consumer = reader(settings, isolation_level=settings.get("isolation", "read_uncommitted"))
    consumer.assign([TopicPartition(settings["topic"], number)
                     for number in range(settings["partitions"])])
    left = settings["count"]
    while left > 0:
        for messages in consumer.poll(timeout_ms=1000).values():
            left -= len(messages)
            for message in messages:
                driver.tell_record(message)
    consumer.close()


def transactions(settings):
    producer = KafkaProducer(**connection(settings), transactional_id=settings["id"])
    producer.init_transactions()
    for word, kept in driver.rounds():
        producer.begin_transaction()
        for number in range(10):
            producer.send(settings["topic"], b"%s %d" % (word.encode(), number), partition=0)
        producer.flush(timeout=60)
        if word == "last":
            producer.send_offsets_to_transaction(
                {TopicPartition(settings["source"], 0): OffsetAndMetadata(7, "", -1)},
                settings["group"])
        producer.commit_transaction() if kept else producer.abort_transaction()
    producer.close()
    tell(done=True)


def group(settings):
    closed = driver.input_closed()
    consumer = reader(settings, group_id=settings["group"], session_timeout_ms=10_000,
                      heartbeat_interval_ms=500,
                      partition_assignment_strategy=[ASSIGNORS[settings["assignor"]]])
    consumer.subscribe([settings["topic"]])
    before = None
    while not closed.is_set():
        for messages in consumer.poll(timeout_ms=200).values():
            for message in messages:
                tell(read=message.value.decode())
            consumer.commit()
        now = sorted(partition.partition for partition in consumer.assignment())
        if now != before:
            tell(assigned=now)
            before = now
    consumer.close()


def seek(settings):
    consumer = reader(settings, consumer_timeout_ms=30_000)
    partitions = [TopicPartition(settings["topic"], number)
                  for number in range(settings["partitions"])]
    consumer.assign(partitions)
    found = consumer.offsets_for_times({one: settings["timestamp"] for one in partitions})
    tell(offsets={str(one.partition): found[one].offset for one in partitions})
    consumer.assign(partitions[:1])
    consumer.seek(partitions[0], found[partitions[0]].offset)
    tell(first=next(consumer).value.decode())
    consumer.close()


def admin(settings):
    admin = KafkaAdminClient(**connection(settings))
    topic, existing = settings["topic"], TopicPartition(settings["existing"], 0)
    resource = ConfigResource(ConfigResourceType.TOPIC, topic)

    def step(name, value):
        tell(step=name, value=value)

    def retention():
        found = admin.describe_configs([resource], config_filter="all")
        return found["topic"][topic]["retention.ms"]["value"]

    admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "3600000"})])
    step("listed", topic in admin.list_topics())
    step("partitions", len(admin.describe_topics([topic])[0]["partitions"]))
    step("retention", retention())
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic,
                                        {"retention.ms": "7200000"})])
    step("altered", retention())
    admin.create_partitions({topic: NewPartitions(5)})
    step("grown", len(admin.describe_topics([topic])[0]["partitions"]))
    step("low", admin.delete_records({existing: 4})[existing]["low_watermark"])
    step("group_listed", settings["group"] in str(admin.list_groups()))
    step("group_state", "Empty" if "'Empty'" in str(admin.describe_groups([settings["group"]]))
         else "?")
    offsets = admin.list_group_offsets({settings["group"]: None})
    step("committed", offsets[settings["group"]][existing].offset)
    admin.delete_groups([settings["group"]])
    step("group_deleted", settings["group"] not in str(admin.list_groups()))
    admin.delete_topics([topic])
    step("deleted", topic not in admin.list_topics())
    admin.close()


if __name__ == "__main__":
    driver.main({"produce": produce, "consume": consume, "transactions": transactions,
                 "group": group, "seek": seek, "admin": admin})
