"""Who creates, changes, asks and deletes, all the time."""

import itertools

from confluent_kafka import (Consumer, ConsumerGroupTopicPartitions, KafkaException, Producer,
                             TopicPartition)
from confluent_kafka.admin import (AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource,
                                   NewPartitions, NewTopic, OffsetSpec)

import plan
from streams import SECONDS

PAUSE = 2
RECORDS = 30


def result(futures):
    """The one result of a call about one thing."""
    return next(iter(futures.values())).result(SECONDS)


def alter(admin, kind, name, key, value):
    entry = ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(kind, name, incremental_configs=[entry])
    result(admin.incremental_alter_configs([resource]))


def prepare(kafka):
    """The topics of the plan, and a broker that compacts often."""
    admin = AdminClient({"bootstrap.servers": kafka, "log_level": 3})
    topics = [NewTopic(name, partitions, 1, config=config)
              for name, (partitions, config) in plan.TOPICS.items()]
    for created in admin.create_topics(topics).values():
        created.result(SECONDS)
    alter(admin, ConfigResource.Type.BROKER, "1", "log.cleaner.backoff.ms",
          str(plan.COMPACTION_PAUSE_MS))


class Life:
    """Of one topic and one group: born, used, changed, and gone without a trace."""

    def __init__(self, desk, admin, number):
        self._desk, self._admin = desk, admin
        self._topic, self._group = f"passing-{number}", f"passing-readers-{number}"

    def run(self):
        result(self._admin.create_topics([NewTopic(self._topic, 2, 1, config=plan.kept(1024))]))
        result(self._admin.create_partitions([NewPartitions(self._topic, 3)]))
        alter(self._admin, ConfigResource.Type.TOPIC, self._topic, "retention.ms", "60000")
        self._check_setting()
        self._produce()
        self._delete_records()
        self._commit()
        result(self._admin.delete_consumer_groups([self._group]))
        result(self._admin.delete_topics([self._topic]))

    def _check_setting(self):
        resource = ConfigResource(ConfigResource.Type.TOPIC, self._topic)
        shown = result(self._admin.describe_configs([resource]))["retention.ms"].value
        if shown != "60000":
            self._desk.fail(f"{self._topic} has retention.ms={shown} after it was set to 60000")

    def _produce(self):
        producer = Producer(self._desk.client("passing", **{"linger.ms": 0}))
        for number in range(RECORDS):
            producer.produce(self._topic, bytes(1000), partition=number % 3)
        producer.flush(SECONDS)
        self._expect(0, RECORDS // 3)

    def _expect(self, first, end):
        """Where each partition begins and ends."""
        for spec, expected in ((OffsetSpec.earliest(), first), (OffsetSpec.latest(), end)):
            asked = {TopicPartition(self._topic, number): spec for number in range(3)}
            for place, told in self._admin.list_offsets(asked).items():
                if told.result(SECONDS).offset != expected:
                    self._desk.fail(f"{place} is at {told.result().offset}, not {expected}")

    def _delete_records(self):
        places = [TopicPartition(self._topic, number, 4) for number in range(3)]
        for deleted in self._admin.delete_records(places).values():
            deleted.result(SECONDS)
        self._expect(4, RECORDS // 3)

    def _commit(self):
        place = TopicPartition(self._topic, 0, 7)
        consumer = Consumer(self._desk.client("passing", **{"group.id": self._group}))
        consumer.commit(offsets=[place], asynchronous=False)
        consumer.close()
        asked = ConsumerGroupTopicPartitions(self._group, [TopicPartition(self._topic, 0)])
        told = result(self._admin.list_consumer_group_offsets([asked])).topic_partitions
        if told[0].offset != 7:
            self._desk.fail(f"{self._group} is at {told[0].offset}, and 7 was committed")


def look_around(admin):
    admin.list_topics(timeout=SECONDS)
    admin.list_consumer_groups().result(SECONDS)
    for described in admin.describe_consumer_groups(list(plan.GROUPS)).values():
        described.result(SECONDS)
    admin.describe_cluster().result(SECONDS)


def administer(desk):
    """The part with all admin calls."""
    admin = AdminClient(desk.client("admin"))
    for number in itertools.count():
        if not desk.goes_on():
            return
        try:
            Life(desk, admin, number).run()
            look_around(admin)
            desk.count("topics created and deleted")
        except KafkaException as error:
            desk.fail(f"round {number}: {error}")
        desk.rest(PAUSE)
