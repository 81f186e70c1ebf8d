"""Drives aiokafka; see tests/clients/README.md."""

import asyncio

import driver
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.helpers import create_ssl_context
from driver import tell

ASSIGNORS = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor,
             "sticky": StickyPartitionAssignor}


def connection(settings):
    words = {"bootstrap_servers": settings["bootstrap"], **driver.security(settings)}
    given = settings.get("security", {})
    if "ca" in given:
        words["ssl_context"] = create_ssl_context(
            cafile=given["ca"], certfile=given.get("certificate"), keyfile=given.get("key"))
    return words


async def produce(settings):
    codec = settings["codec"]
    producer = AIOKafkaProducer(**connection(settings), linger_ms=5, acks="all",
                                compression_type=None if codec == "none" else codec,
                                enable_idempotence=settings["idempotent"])
    await producer.start()
    sent = [await producer.send(settings["topic"], **driver.record(number, settings))
            for number in range(settings["count"])]
    await asyncio.gather(*sent)
    await producer.stop()
    tell(sent=len(sent))


async def reader(settings, *topics, **more):
    consumer = AIOKafkaConsumer(*topics, **connection(settings), auto_offset_reset="earliest",
                                enable_auto_commit=False, **more)
    await consumer.start()
    return consumer


async def consume(settings):
    consumer = await reader(settings,
                            isolation_level=settings.get("isolation", "read_uncommitted"))
    consumer.assign([TopicPartition(settings["topic"], number)
                     for number in range(settings["partitions"])])
    for _ in range(settings["count"]):
        driver.tell_record(await consumer.getone())
    await consumer.stop()


async def transactions(settings):
    producer = AIOKafkaProducer(**connection(settings), transactional_id=settings["id"])
    await producer.start()
    for word, kept in driver.rounds():
        await producer.begin_transaction()
        for number in range(10):
            await producer.send_and_wait(settings["topic"], b"%s %d" % (word.encode(), number),
                                         partition=0)
        if word == "last":
            await producer.send_offsets_to_transaction(
                {TopicPartition(settings["source"], 0): 7}, settings["group"])
        await (producer.commit_transaction() if kept else producer.abort_transaction())
    await producer.stop()
    tell(done=True)


async def group(settings):
    closed = driver.input_closed()
    consumer = await reader(settings, settings["topic"], group_id=settings["group"],
                            session_timeout_ms=10_000, heartbeat_interval_ms=500,
                            partition_assignment_strategy=[ASSIGNORS[settings["assignor"]]])
    before = None
    while not closed.is_set():
        for messages in (await consumer.getmany(timeout_ms=200)).values():
            for message in messages:
                tell(read=message.value.decode())
            await consumer.commit()
        now = sorted(partition.partition for partition in consumer.assignment())
        if now != before:
            tell(assigned=now)
            before = now
    await consumer.stop()


async def seek(settings):
    consumer = await reader(settings)
    partitions = [TopicPartition(settings["topic"], number)
                  for number in range(settings["partitions"])]
    consumer.assign(partitions)
    found = await consumer.offsets_for_times({one: settings["timestamp"] for one in partitions})
    tell(offsets={str(one.partition): found[one].offset for one in partitions})
    consumer.assign(partitions[:1])
    consumer.seek(partitions[0], found[partitions[0]].offset)
    tell(first=(await consumer.getone()).value.decode())
    await consumer.stop()


async def admin(settings):
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    topic, existing = settings["topic"], TopicPartition(settings["existing"], 0)

    def step(name, value):
        tell(step=name, value=value)

    async def partitions():
        return len((await admin.describe_topics([topic]))[0]["partitions"])

    async def retention():
        resource = ConfigResource(ConfigResourceType.TOPIC, topic)
        answers = await admin.describe_configs([resource])
        entries = answers[0].resources[0][4]
        return next(entry[1] for entry in entries if entry[0] == "retention.ms")

    await admin.create_topics([NewTopic(topic, 3, 1, topic_configs={"retention.ms": "3600000"})])
    step("listed", topic in await admin.list_topics())
    step("partitions", await partitions())
    step("retention", await retention())
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic,
                                              {"retention.ms": "7200000"})])
    step("altered", await retention())
    await admin.create_partitions({topic: NewPartitions(5)})
    step("grown", await partitions())
    deleted = await admin.delete_records({existing: RecordsToDelete(4)})
    step("low", deleted[existing])
    groups = await admin.list_consumer_groups()
    step("group_listed", settings["group"] in [found[0] for found in groups])
    described = await admin.describe_consumer_groups([settings["group"]])
    step("group_state", described[0].groups[0][2])
    offsets = await admin.list_consumer_group_offsets(settings["group"])
    step("committed", offsets[existing].offset)
    await admin.delete_topics([topic])
    step("deleted", topic not in await admin.list_topics())
    await admin.close()


COMMANDS = {"produce": produce, "consume": consume, "transactions": transactions,
            "group": group, "seek": seek, "admin": admin}

if __name__ == "__main__":
    driver.main({name: lambda settings, command=command: asyncio.run(command(settings))
                 for name, command in COMMANDS.items()})
