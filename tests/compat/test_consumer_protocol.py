"""Groups whose broker assigns (KIP-848, group.protocol=consumer): Java's client and librdkafka."""

import json
import subprocess
import time
import uuid

import pytest
from confluent_kafka import (Consumer, ConsumerGroupState, ConsumerGroupType, KafkaError,
                             TopicPartition)
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic
from conftest import create_topic
from tarn_process import Tarn, wait_until

SECONDS = 60


@pytest.fixture
def group():
    return f"readers-{uuid.uuid4().hex[:8]}"


def member(tarn, group, **settings):
    return Consumer({"bootstrap.servers": tarn.kafka, "group.id": group,
                     "group.protocol": "consumer", "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, **settings})


def poll(consumers, enough):
    """Polls the consumers in turn until enough(messages)."""
    messages, deadline = [], time.monotonic() + SECONDS
    while not enough(messages):
        assert time.monotonic() < deadline, f"{len(messages)} messages in {SECONDS} s"
        for consumer in consumers:
            message = consumer.poll(0.1)
            if message is None:
                continue
            error = message.error()
            assert error is None or error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART, error
            if error is None:
                messages.append(message)
    return messages


def counts(*consumers):
    return [len(consumer.assignment()) for consumer in consumers]


def describe(tarn, group):
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    return admin.describe_consumer_groups([group])[group].result(30)


def wait_until_empty(tarn, group):
    wait_until(lambda: describe(tarn, group).state == ConsumerGroupState.EMPTY, SECONDS, group)


def test_members_share_the_partitions_and_one_takes_over(tarn, group):
    topic = create_topic(tarn, partitions=4)
    first, second = member(tarn, group), member(tarn, group)
    first.subscribe([topic])
    poll([first], lambda _: counts(first) == [4])
    second.subscribe([topic])
    poll([first, second], lambda _: counts(first, second) == [2, 2])
    seen = describe(tarn, group)
    assert seen.type == ConsumerGroupType.CONSUMER and seen.state == ConsumerGroupState.STABLE
    assert len(seen.members) == 2
    second.close()
    poll([first], lambda _: counts(first) == [4])
    first.close()
    wait_until_empty(tarn, group)


def test_a_group_goes_on_where_it_committed(tarn, group, kcat):
    topic = create_topic(tarn)
    kcat("-P", "-b", tarn.kafka, "-t", topic, stdin="\n".join(str(n) for n in range(100)))
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    before = poll([consumer], lambda got: len(got) >= 60)
    consumer.commit(offsets=[TopicPartition(topic, 0, before[-1].offset() + 1)], asynchronous=False)
    consumer.close()
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    after = poll([consumer], lambda got: len(got) >= 100 - len(before))
    consumer.close()
    assert [int(m.value()) for m in before + after] == list(range(100))


def test_topics_that_match_an_expression_are_read_when_they_appear(tarn, group):
    prefix = f"flights-{uuid.uuid4().hex[:6]}"
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    consumer = member(tarn, group)
    consumer.subscribe([f"^{prefix}-.*"])
    poll([consumer], lambda _: describe(tarn, group).state == ConsumerGroupState.STABLE)
    admin.create_topics([NewTopic(f"{prefix}-eu", 3, 1)])[f"{prefix}-eu"].result(30)
    poll([consumer], lambda _: counts(consumer) == [3])
    consumer.close()


def test_more_partitions_are_assigned(tarn, group):
    topic = create_topic(tarn)
    consumer = member(tarn, group)
    consumer.subscribe([topic])
    poll([consumer], lambda _: counts(consumer) == [1])
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    admin.create_partitions([NewPartitions(topic, 3)])[topic].result(30)
    poll([consumer], lambda _: counts(consumer) == [3])
    consumer.close()


def test_a_static_member_that_is_back_has_what_it_had(tarn, group):
    topic = create_topic(tarn, partitions=4)
    first = member(tarn, group, **{"group.instance.id": "one"})
    second = member(tarn, group, **{"group.instance.id": "two"})
    first.subscribe([topic])
    second.subscribe([topic])
    poll([first, second], lambda _: counts(first, second) == [2, 2])
    had = sorted((p.topic, p.partition) for p in first.assignment())
    first.close()
    first = member(tarn, group, **{"group.instance.id": "one"})
    first.subscribe([topic])
    poll([first, second], lambda _: counts(first, second) == [2, 2])
    assert sorted((p.topic, p.partition) for p in first.assignment()) == had
    first.close()
    second.close()


@pytest.mark.parametrize("assignor", ["uniform", "range"])
def test_the_assignor_can_be_chosen(tarn, group, assignor):
    topic = create_topic(tarn, partitions=4)
    settings = {"group.remote.assignor": assignor}
    first, second = member(tarn, group, **settings), member(tarn, group, **settings)
    first.subscribe([topic])
    second.subscribe([topic])
    poll([first, second], lambda _: counts(first, second) == [2, 2])
    first.close()
    second.close()


def test_a_group_changes_its_protocol_when_it_has_no_members(tarn, group):
    topic = create_topic(tarn, partitions=2)
    for protocol, type_ in (("classic", ConsumerGroupType.CLASSIC),
                            ("consumer", ConsumerGroupType.CONSUMER),
                            ("classic", ConsumerGroupType.CLASSIC)):
        consumer = member(tarn, group, **{"group.protocol": protocol})
        consumer.subscribe([topic])
        poll([consumer], lambda _: counts(consumer) == [2])
        assert describe(tarn, group).type == type_
        consumer.close()
        wait_until_empty(tarn, group)


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
@pytest.mark.parametrize("end", ["stop", "kill"])
def test_members_go_on_after_a_restart_without_a_rebalance(tmp_path, group, protocol, end):
    tarn = Tarn(tmp_path)
    try:
        tarn.start()
        topic = create_topic(tarn, partitions=4)
        moves = []

        def note(consumer, partitions):
            moves.append(len(partitions))

        settings = {"group.protocol": protocol}
        consumers = [member(tarn, group, **settings), member(tarn, group, **settings)]
        for consumer in consumers:
            consumer.subscribe([topic], on_assign=note, on_revoke=note)
        poll(consumers, lambda _: counts(*consumers) == [2, 2])
        moves.clear()
        getattr(tarn, end)()
        tarn.start()
        began = time.monotonic()
        poll(consumers, lambda _: time.monotonic() > began + 12)
        assert counts(*consumers) == [2, 2] and moves == []
        assert describe(tarn, group).state == ConsumerGroupState.STABLE
        for consumer in consumers:
            consumer.close()
    finally:
        tarn.stop()


class JavaConsumer:
    """kafka-console-consumer of the consumer protocol, in the background."""

    def __init__(self, kafka_tools, tarn, group, *arguments):
        self.process = subprocess.Popen(
            [kafka_tools.program, "console-consumer", "--bootstrap-server", tarn.kafka, "--group",
             group, "--consumer-property", "group.protocol=consumer", "--from-beginning",
             *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def close(self):
        self.process.terminate()
        return self.process.communicate(timeout=SECONDS)[0]


def test_javas_consumers_rebalance_and_are_described(tarn, topic, group, kafka_tools):
    server = ["--bootstrap-server", tarn.kafka]
    kafka_tools("console-producer", *server, "--topic", topic, stdin="a\nb\nc\nd")
    first = JavaConsumer(kafka_tools, tarn, group, "--topic", topic)
    second = JavaConsumer(kafka_tools, tarn, group, "--include", f"{topic}.*",
                          "--consumer-property", "group.instance.id=two")

    def members():
        described = kafka_tools("consumer-groups", *server, "--describe", "--group", group,
                                "--members", "--verbose")
        rows = [line.split() for line in described.splitlines()[1:] if group in line]
        return [row for row in rows if f"{topic}:0" in row or f"{topic}:1" in row]

    wait_until(lambda: len(members()) == 2, SECONDS, "two members", pause=1)

    def state():
        return kafka_tools("consumer-groups", *server, "--describe", "--group", group, "--state")

    wait_until(lambda: "Stable" in state() and "uniform" in state(), SECONDS, "stable", pause=1)
    listed = kafka_tools("consumer-groups", *server, "--list", "--type", "consumer")
    assert group in listed.split()
    shown = json.loads(tarn.tool("group", "describe", group, "--json"))
    assert shown["type"] == "consumer" and shown["state"] == "Stable"
    assert sorted(len(m["partitions"]) for m in shown["members"]) == [1, 1]
    assert first.close().split() + second.close().split()


def test_the_performance_consumer_reads_everything(tarn, topic, group, kafka_tools, tmp_path):
    config = tmp_path / "consumer.properties"
    config.write_text("group.protocol=consumer\n")
    server = ["--bootstrap-server", tarn.kafka]
    kafka_tools("producer-perf-test", "--producer-props", f"bootstrap.servers={tarn.kafka}",
                "--topic", topic, "--num-records", "20000", "--record-size", "100",
                "--throughput", "-1")
    told = kafka_tools("consumer-perf-test", *server, "--topic", topic, "--group", group,
                       "--messages", "20000", "--consumer.config", str(config), "--timeout",
                       "30000")
    assert int(float(told.splitlines()[-1].split(",")[4])) >= 20000


def test_the_verifiable_consumer_commits_what_it_reads(tarn, topic, group, kafka_tools):
    kafka_tools("console-producer", "--bootstrap-server", tarn.kafka, "--topic", topic,
                stdin="\n".join("abcdefgh"))
    told = kafka_tools("verifiable-consumer", "--bootstrap-server", tarn.kafka, "--topic", topic,
                       "--group-id", group, "--group-protocol", "consumer", "--max-messages", "8")
    events = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert any(e["name"] == "partitions_assigned" and len(e["partitions"]) == 2 for e in events)
    assert sum(e["count"] for e in events if e["name"] == "records_consumed") == 8
    committed = [e for e in events if e["name"] == "offsets_committed"]
    assert committed and all(e["success"] for e in committed)
