"""Apache Kafka's own command-line tools (the Java client)."""

import uuid


def broker(tarn):
    return ["--bootstrap-server", tarn.kafka]


def test_topics_are_created_listed_described_and_deleted(tarn, kafka_tools):
    name = f"flights-{uuid.uuid4().hex[:8]}"
    kafka_tools("topics", *broker(tarn), "--create", "--topic", name, "--partitions", "3",
                "--config", "retention.ms=3600000")
    assert name in kafka_tools("topics", *broker(tarn), "--list").split()
    described = kafka_tools("topics", *broker(tarn), "--describe", "--topic", name)
    assert "PartitionCount: 3" in described and "retention.ms=3600000" in described
    assert described.count("Leader: ") == 3
    kafka_tools("topics", *broker(tarn), "--delete", "--topic", name)
    assert name not in kafka_tools("topics", *broker(tarn), "--list").split()


def test_the_console_producer_feeds_the_console_consumer(tarn, topic, kafka_tools):
    lines = [f"flight {number}" for number in range(50)]
    kafka_tools("console-producer", *broker(tarn), "--topic", topic, stdin="\n".join(lines))
    read = kafka_tools("console-consumer", *broker(tarn), "--topic", topic, "--from-beginning",
                       "--max-messages", "50", "--timeout-ms", "30000")
    assert sorted(read.split("\n")) == sorted([*lines, ""])


def test_offsets_are_told(tarn, topic, kafka_tools):
    kafka_tools("console-producer", *broker(tarn), "--topic", topic, stdin="a\nb\nc")
    told = kafka_tools("get-offsets", *broker(tarn), "--topic", topic, "--time", "latest")
    ends = [int(line.split(":")[2]) for line in told.split()]
    assert len(ends) == 2 and sum(ends) == 3
    told = kafka_tools("get-offsets", *broker(tarn), "--topic", topic, "--time", "earliest")
    assert sorted(told.split()) == [f"{topic}:0:0", f"{topic}:1:0"]


def test_groups_are_described_and_reset(tarn, topic, kafka_tools):
    group = f"readers-{uuid.uuid4().hex[:8]}"
    kafka_tools("console-producer", *broker(tarn), "--topic", topic, stdin="a\nb\nc\nd")
    kafka_tools("console-consumer", *broker(tarn), "--topic", topic, "--group", group,
                "--from-beginning", "--max-messages", "4", "--timeout-ms", "30000")
    assert group in kafka_tools("consumer-groups", *broker(tarn), "--list").split()
    rows = group_rows(kafka_tools("consumer-groups", *broker(tarn), "--describe", "--group", group))
    assert sum(committed for committed, _ in rows) == 4 and sum(lag for _, lag in rows) == 0
    kafka_tools("consumer-groups", *broker(tarn), "--reset-offsets", "--group", group, "--topic",
                topic, "--to-earliest", "--execute")
    rows = group_rows(kafka_tools("consumer-groups", *broker(tarn), "--describe", "--group", group))
    assert sum(lag for _, lag in rows) == 4


def group_rows(described):
    """(committed offset, lag) per partition."""
    lines = [line.split() for line in described.splitlines() if line.strip()]
    head = next(line for line in lines if "CURRENT-OFFSET" in line)
    offset, lag = head.index("CURRENT-OFFSET"), head.index("LAG")
    rows = [line for line in lines if line[0] == lines[lines.index(head) + 1][0] and line != head]
    return [(int(row[offset]), int(row[lag])) for row in rows]


def test_versions_of_the_protocol_are_understood(tarn, kafka_tools):
    told = kafka_tools("broker-api-versions", *broker(tarn))
    for api in ("Produce(0)", "Fetch(1)", "CreateTopics(19)", "InitProducerId(22)"):
        assert api in told
