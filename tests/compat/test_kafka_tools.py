"""Apache Kafka's own command-line tools (the Java client)."""

import json
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


def test_transactions_are_listed_described_and_read_from_their_log(tarn, topic, kafka_tools):
    name = f"copier-{uuid.uuid4().hex[:8]}"
    kafka_tools("producer-perf-test", "--producer-props", f"bootstrap.servers={tarn.kafka}",
                "--topic", topic, "--num-records", "2000", "--record-size", "100", "--throughput",
                "-1", "--transactional-id", name, "--transaction-duration-ms", "50")
    listed = kafka_tools("transactions", *broker(tarn), "list")
    assert any(line.split()[0] == name and "CompleteCommit" in line
               for line in listed.splitlines())
    described = kafka_tools("transactions", *broker(tarn), "describe", "--transactional-id", name)
    assert "CompleteCommit" in described
    producers = kafka_tools("transactions", *broker(tarn), "describe-producers", "--topic", topic,
                            "--partition", "0")
    assert "None" in producers  # no transaction is open
    read = kafka_tools("console-consumer", *broker(tarn), "--topic", topic, "--from-beginning",
                       "--consumer-property", "isolation.level=read_committed",
                       "--max-messages", "2000", "--timeout-ms", "30000")
    assert len(read.splitlines()) == 2000
    log = kafka_tools("console-consumer", *broker(tarn), "--topic", "__transaction_state",
                      "--from-beginning", "--max-messages", "1", "--timeout-ms", "30000",
                      "--formatter",
                      "org.apache.kafka.tools.consumer.TransactionLogMessageFormatter")
    assert '"transactionalId":' in log and '"transactionStatus":' in log


def test_log_dirs_leaders_and_the_quorum_of_one_are_told(tarn, topic, kafka_tools, tmp_path):
    kafka_tools("console-producer", *broker(tarn), "--topic", topic, stdin="a\nb\nc")
    told = kafka_tools("log-dirs", *broker(tarn), "--describe", "--topic-list", topic)
    dirs = json.loads(told.splitlines()[-1])["brokers"][0]["logDirs"]
    assert dirs[0]["error"] is None and dirs[0]["logDir"].endswith("/data/log")
    assert sum(partition["size"] for partition in dirs[0]["partitions"]) > 0
    elected = kafka_tools("leader-election", *broker(tarn), "--election-type", "preferred",
                          "--all-topic-partitions")
    assert "error" not in elected.lower()
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": 0, "replicas": [1]}]}))
    moved = kafka_tools("reassign-partitions", *broker(tarn), "--reassignment-json-file",
                        str(plan), "--execute")
    assert "Successfully started partition reassignment" in moved
    assert "No partition reassignments found" in kafka_tools("reassign-partitions", *broker(tarn),
                                                             "--list")
    quorum = kafka_tools("metadata-quorum", *broker(tarn), "describe", "--replication")
    assert "Leader" in quorum
