"""Those of Apache Kafka's tools that write, read and measure, and the rarer admin tools."""

import json
import re
import uuid

from test_kafka_tools import broker


def filled(tarn, topic, kafka_tools, count=2000):
    return kafka_tools("producer-perf-test", "--topic", topic, "--num-records", str(count),
                       "--record-size", "200", "--throughput", "-1", "--producer-props",
                       f"bootstrap.servers={tarn.kafka}", "acks=all")


def test_the_performance_tools_write_and_read_all(tarn, topic, kafka_tools):
    assert "2000 records sent" in filled(tarn, topic, kafka_tools)
    read = kafka_tools("consumer-perf-test", *broker(tarn), "--topic", topic, "--messages", "2000")
    head, row = [line.split(", ") for line in read.splitlines()[:2]]
    assert int(row[head.index("data.consumed.in.nMsg")]) == 2000


def test_the_verifiable_tools_agree(tarn, topic, kafka_tools):
    written = lines_of(kafka_tools("verifiable-producer", *broker(tarn), "--topic", topic,
                                   "--max-messages", "500", "--acks", "-1"))
    sent = {line["value"] for line in written if line["name"] == "producer_send_success"}
    assert sent == {str(number) for number in range(500)}
    read = lines_of(kafka_tools("verifiable-consumer", *broker(tarn), "--topic", topic,
                                "--group-id", uuid.uuid4().hex, "--max-messages", "500",
                                "--reset-policy", "earliest", "--verbose"))
    values = [line["value"] for line in read if line["name"] == "record_data"]
    assert set(values) == sent and len(values) == 500
    commits = [line for line in read if line["name"] == "offsets_committed"]
    assert commits and all(line["success"] for line in commits)


def lines_of(told):
    return [json.loads(line) for line in told.splitlines() if line.startswith("{")]


def test_the_latency_tool_gets_each_record_back(tarn, topic, kafka_tools):
    told = kafka_tools("e2e-latency", tarn.kafka, topic, "200", "all", "64")
    assert re.search(r"Avg latency: [0-9.]+ ms", told) and "Percentiles" in told


def test_records_are_deleted_up_to_an_offset(tarn, topic, kafka_tools, tmp_path):
    filled(tarn, topic, kafka_tools)
    asked = tmp_path / "offsets.json"
    asked.write_text(json.dumps({"version": 1, "partitions": [
        {"topic": topic, "partition": 0, "offset": 100}]}))
    told = kafka_tools("delete-records", *broker(tarn), "--offset-json-file", str(asked))
    assert f"partition: {topic}-0\tlow_watermark: 100" in told
    first = kafka_tools("get-offsets", *broker(tarn), "--topic", topic, "--time", "earliest")
    assert f"{topic}:0:100" in first.split()


def test_a_streams_application_is_reset(tarn, topic, kafka_tools):
    application = uuid.uuid4().hex
    filled(tarn, topic, kafka_tools)
    kafka_tools("console-consumer", *broker(tarn), "--topic", topic, "--group", application,
                "--from-beginning", "--max-messages", "2000", "--timeout-ms", "30000")
    internal = f"{application}-counts-changelog"
    kafka_tools("topics", *broker(tarn), "--create", "--topic", internal)
    told = kafka_tools("streams-application-reset", *broker(tarn), "--application-id", application,
                       "--input-topics", topic, "--force")
    assert "Reset-offsets for input topics" in told and internal in told
    assert internal not in kafka_tools("topics", *broker(tarn), "--list").split()
    described = kafka_tools("consumer-groups", *broker(tarn), "--describe", "--group", application)
    rows = [line.split() for line in described.splitlines() if topic in line]
    assert [row[3] for row in rows] == ["0", "0"]


def test_groups_features_and_the_cluster_are_told(tarn, topic, kafka_tools):
    group = uuid.uuid4().hex
    kafka_tools("console-producer", *broker(tarn), "--topic", topic, stdin="a")
    kafka_tools("console-consumer", *broker(tarn), "--topic", topic, "--group", group,
                "--from-beginning", "--max-messages", "1", "--timeout-ms", "30000")
    listed = kafka_tools("groups", *broker(tarn), "--list")
    assert any(line.split()[:2] == [group, "Classic"] for line in listed.splitlines())
    assert "transaction.version" in kafka_tools("features", *broker(tarn), "describe")
    assert "Cluster ID: " in kafka_tools("cluster", "cluster-id", *broker(tarn))


def test_settings_of_topics_and_of_the_broker(tarn, topic, kafka_tools):
    entity = ["--entity-type", "topics", "--entity-name", topic]
    kafka_tools("configs", *broker(tarn), *entity, "--alter", "--add-config",
                "retention.ms=1234567,max.message.bytes=54321")
    told = kafka_tools("configs", *broker(tarn), *entity, "--describe")
    assert "retention.ms=1234567" in told and "max.message.bytes=54321" in told
    kafka_tools("configs", *broker(tarn), *entity, "--alter", "--delete-config", "retention.ms")
    assert "retention.ms" not in kafka_tools("configs", *broker(tarn), *entity, "--describe")
    everything = kafka_tools("configs", *broker(tarn), "--entity-type", "brokers", "--entity-name",
                             "1", "--describe", "--all")
    assert "num.partitions=" in everything
