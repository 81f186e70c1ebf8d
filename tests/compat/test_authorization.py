"""ACLs and quotas as real clients and Kafka's own tools see them."""

import json
import socket
import time
import uuid

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tarn_process import BINARY, Tarn, wait_until

# Nobody logs in here: everybody is ANONYMOUS, and may keep the lists.
PIPELINE = """
security:
  authorization: acls
  acls:
  - {allow: ANONYMOUS, to: [alter, describe, alter-configs, describe-configs], cluster: true}
  - {allow: ANONYMOUS, to: create, topic: "made-*"}
"""


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "tarn.yaml").write_text(PIPELINE)
    server = Tarn(folder, folder)
    try:
        yield server.start()
    finally:
        server.stop()


def tarn_command(server, *arguments):
    return json.loads(server.tool(*arguments, "--json"))


def allow(server, *arguments):
    return tarn_command(server, "acl", "add", "--principal", "User:ANONYMOUS", *arguments)


def a_name():
    return f"made-{uuid.uuid4().hex[:8]}"


def make_topic(server):
    name = a_name()
    admin = AdminClient({"bootstrap.servers": server.kafka})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    return name


def produce(server, topic, count=1, **settings):
    """The errors of the deliveries."""
    errors = []
    producer = Producer({"bootstrap.servers": server.kafka, "message.timeout.ms": 20000,
                         **settings})
    for number in range(count):
        producer.produce(topic, f"record {number}",
                         on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    return errors


def test_a_producer_needs_its_right(guarded):
    topic = make_topic(guarded)
    errors = produce(guarded, topic)
    assert [error.code() for error in errors] == [KafkaError.TOPIC_AUTHORIZATION_FAILED]
    allow(guarded, "--operation", "write", "--topic", topic)
    assert produce(guarded, topic) == [None]
    assert produce(guarded, topic, **{"enable.idempotence": True}) == [None]


def test_a_consumer_needs_its_topic_and_its_group(guarded):
    topic, group = make_topic(guarded), a_name()
    allow(guarded, "--operation", "write", "--topic", topic)
    assert produce(guarded, topic, 5) == [None] * 5
    allow(guarded, "--operation", "read", "--topic", topic)
    assert first_error(guarded, topic, group) == KafkaError.GROUP_AUTHORIZATION_FAILED
    allow(guarded, "--operation", "read", "--group", group)
    assert read(guarded, topic, group, 5) == [f"record {number}" for number in range(5)]


def consumer_of(server, topic, group):
    consumer = Consumer({"bootstrap.servers": server.kafka, "group.id": group,
                         "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    return consumer


def first_error(server, topic, group):
    consumer = consumer_of(server, topic, group)
    try:
        message = wait_until(lambda: consumer.poll(1), 30, "an answer")
        return message.error().code()
    except KafkaException as error:
        return error.args[0].code()
    finally:
        consumer.close()


def read(server, topic, group, count):
    consumer = consumer_of(server, topic, group)
    values = []
    deadline = time.monotonic() + 30
    while len(values) < count and time.monotonic() < deadline:
        message = consumer.poll(1)
        if message is not None and not message.error():
            values.append(message.value().decode())
    consumer.close()
    return values


def test_what_is_hidden_cannot_be_told_from_what_is_not_there(guarded):
    topic = make_topic(guarded)
    admin = AdminClient({"bootstrap.servers": guarded.kafka})
    assert topic not in admin.list_topics(timeout=10).topics
    codes = {name: admin.list_topics(name, timeout=10).topics[name].error.code()
             for name in (topic, "nowhere")}
    assert set(codes.values()) == {KafkaError.TOPIC_AUTHORIZATION_FAILED}


def test_acls_outlive_the_program(guarded):
    topic = make_topic(guarded)
    allow(guarded, "--operation", "write", "--topic", topic)
    guarded.kill()
    guarded.start()
    assert produce(guarded, topic) == [None]


def test_denials_are_told_without_flooding(guarded):
    topic = make_topic(guarded)
    for _ in range(5):
        produce(guarded, topic)
    lines = [line for line in guarded.log.read_text().splitlines()
             if "audit: denied" in line and topic in line]
    assert 1 <= len(lines) <= 3, lines
    assert "principal=User:ANONYMOUS host=127.0.0.1" in lines[0]
    assert "resource=topic" in lines[0]


def broker(server):
    return ["--bootstrap-server", server.kafka]


def test_kafka_acls_adds_lists_and_removes(guarded, kafka_tools):
    name = a_name()
    kafka_tools("acls", *broker(guarded), "--add", "--allow-principal", "User:alice",
                "--allow-host", "10.0.0.1", "--operation", "Read", "--operation", "Describe",
                "--topic", name)
    kafka_tools("acls", *broker(guarded), "--add", "--deny-principal", "User:*", "--operation",
                "Write", "--topic", name[:8], "--resource-pattern-type", "prefixed")
    kafka_tools("acls", *broker(guarded), "--add", "--allow-principal", "User:bob", "--consumer",
                "--topic", name, "--group", "*")
    listed = kafka_tools("acls", *broker(guarded), "--list", "--topic", name,
                         "--resource-pattern-type", "match")
    assert "(principal=User:alice, host=10.0.0.1, operation=READ, permissionType=ALLOW)" in listed
    assert "(principal=User:*, host=*, operation=WRITE, permissionType=DENY)" in listed
    assert "patternType=PREFIXED" in listed
    kafka_tools("acls", *broker(guarded), "--remove", "--force", "--topic", name,
                "--resource-pattern-type", "any")
    listed = kafka_tools("acls", *broker(guarded), "--list", "--topic", name)
    assert "alice" not in listed
    assert "User:bob" in kafka_tools("acls", *broker(guarded), "--list", "--group", "*")


def test_lines_of_the_pipeline_are_not_removed(guarded, kafka_tools):
    with pytest.raises(AssertionError, match="stands in tarn.yaml"):
        kafka_tools("acls", *broker(guarded), "--remove", "--force", "--topic", "made-",
                    "--resource-pattern-type", "prefixed")
    assert make_topic(guarded)


def test_without_an_authorizer_there_are_no_acls(tarn, kafka_tools):
    with pytest.raises(AssertionError, match="SecurityDisabled"):
        kafka_tools("acls", *broker(tarn), "--list")


def test_kafka_configs_sets_quotas(tarn, kafka_tools):
    kafka_tools("configs", *broker(tarn), "--alter", "--add-config",
                "producer_byte_rate=1048576,consumer_byte_rate=2097152", "--entity-type", "users",
                "--entity-name", "alice", "--entity-type", "clients", "--entity-default")
    shown = kafka_tools("configs", *broker(tarn), "--describe", "--entity-type", "users",
                        "--entity-type", "clients")
    assert "producer_byte_rate=1048576.0" in shown and "consumer_byte_rate=2097152.0" in shown
    kafka_tools("configs", *broker(tarn), "--alter", "--delete-config", "consumer_byte_rate",
                "--entity-type", "users", "--entity-name", "alice", "--entity-type", "clients",
                "--entity-default")
    listed = tarn_command(tarn, "quota", "list")["quotas"]
    assert {"user": "alice", "client_id": "*", "ip": None,
            "quotas": {"producer_byte_rate": 1048576}} in [
                {**entry, "quotas": {key: int(value) for key, value in entry["quotas"].items()}}
                for entry in listed]


def test_a_producer_keeps_to_its_quota_and_others_are_free(tarn, topic):
    client = a_name()
    tarn_command(tarn, "quota", "set", "--client-id", client, "producer_byte_rate=200000")
    assert timed_megabyte(tarn, topic, "free") < 3
    # A megabyte less the free second's worth, at 200 kB a second.
    assert 3 < timed_megabyte(tarn, topic, client) < 12
    tarn_command(tarn, "quota", "remove", "--client-id", client, "producer_byte_rate")


def timed_megabyte(server, topic, client):
    producer = Producer({"bootstrap.servers": server.kafka, "client.id": client, "acks": "all",
                         "batch.size": 50000, "linger.ms": 0,
                         "max.in.flight.requests.per.connection": 1})
    errors = []
    begin = time.monotonic()
    for _ in range(100):
        producer.produce(topic, bytes(10000), on_delivery=lambda error, _: errors.append(error))
    producer.flush(60)
    assert errors == [None] * 100
    return time.monotonic() - begin


def test_an_address_has_its_share_of_connections(tmp_path):
    limits = "security: {connections: {max: 100, per_address: 5}}\n"
    (tmp_path / "tarn.yaml").write_text(limits)
    server = Tarn(tmp_path, tmp_path)
    server.start()
    try:
        sockets = [socket.create_connection(("127.0.0.1", server.kafka_port)) for _ in range(50)]
        for one in sockets:
            one.settimeout(5)
        assert sum(is_closed(one) for one in sockets[5:]) == 45
        lines = [line for line in server.log.read_text().splitlines()
                 if "too many connections from this address" in line]
        assert len(lines) == 1, lines
        for one in sockets:
            one.close()
        wait_until(lambda: AdminClient({"bootstrap.servers": server.kafka}).list_topics(timeout=5),
                   30, "room for others")
    finally:
        server.stop()


def is_closed(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


LOGINS = """
security:
  users: {alice: "${secret:ALICE}", root: "${secret:ROOT}"}
  super_users: [root]
  authorization: acls
  acls:
  - {allow: alice, to: write, topic: "raw-*"}
"""


def test_rights_are_those_of_who_has_logged_in(tmp_path):
    (tmp_path / "tarn.yaml").write_text(LOGINS)
    server = Tarn(tmp_path, tmp_path, environment={"ALICE": "one-password", "ROOT": "another"})
    server.start()
    try:
        root = AdminClient({"bootstrap.servers": server.kafka, **login("root", "another")})
        names = ["raw-1", "other"]
        for future in root.create_topics([NewTopic(name, 1, 1) for name in names]).values():
            future.result(30)
        assert set(names) <= set(root.list_topics(timeout=10).topics)
        alice = login("alice", "one-password")
        admin = AdminClient({"bootstrap.servers": server.kafka, **alice})
        assert list(admin.list_topics(timeout=10).topics) == ["raw-1"]
        assert produce(server, "raw-1", **alice) == [None]
        errors = produce(server, "other", **alice)
        assert [error.code() for error in errors] == [KafkaError.TOPIC_AUTHORIZATION_FAILED]
        assert "principal=User:alice" in server.log.read_text()
        assert "one-password" not in server.log.read_text()
    finally:
        server.stop()


def login(user, password):
    return {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
            "sasl.username": user, "sasl.password": password}
