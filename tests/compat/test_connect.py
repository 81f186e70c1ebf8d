"""A Kafka Connect worker that keeps its three topics in Tarn, through restarts of both.

Its file source writes exactly once (transactions), its file sink at least once, as Connect has it.
"""

import json
import os
import subprocess
import urllib.error
import urllib.request
import uuid

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from clients import command_of
from tarn_process import BINARY, Tarn, free_port, wait_until

ROUNDS = int(os.environ.get("TARN_CONNECT_ROUNDS", "2"))
SECONDS = 120
TOPICS = {"config": "connect-configs", "offset": "connect-offsets", "status": "connect-status"}


class Worker:
    def __init__(self, folder, tarn):
        self.folder = folder
        self.folder.mkdir()
        self._url = f"http://127.0.0.1:{free_port()}"
        (folder / "worker.properties").write_text("\n".join([
            f"bootstrap.servers={tarn.kafka}", f"listeners={self._url}", "group.id=connect",
            *(f"{kind}.storage.topic={name}" for kind, name in TOPICS.items()),
            *(f"{kind}.storage.replication.factor=1" for kind in TOPICS),
            *(f"{side}.converter=org.apache.kafka.connect.storage.StringConverter"
              for side in ("key", "value")),
            "exactly.once.source.support=enabled", "offset.flush.interval.ms=300",
            "scheduled.rebalance.max.delay.ms=0", "session.timeout.ms=6000",
            "heartbeat.interval.ms=1000", "reconnect.backoff.max.ms=200",
            "plugin.discovery=only_scan",
        ]))
        self._process = None

    def start(self):
        with (self.folder / "worker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command_of("connect"), "worker.properties"], cwd=self.folder, stdout=log,
                stderr=log, stdin=subprocess.DEVNULL)
        wait_until(lambda: self.ask("GET", "/connectors") is not None, SECONDS, "Connect answers",
                   pause=0.2)
        return self

    def ask(self, method, path, body=None):
        """Its answer, or None while it is not there or not ready."""
        request = urllib.request.Request(
            self._url + path, method=method, data=json.dumps(body).encode() if body else None,
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or "{}")
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert self._process.poll() is None, f"the worker ended\n{self.log()}"
            return None

    def running(self, connector):
        state = self.ask("GET", f"/connectors/{connector}/status")
        return bool(state and state["tasks"]) and all(
            part["state"] == "RUNNING" for part in (state["connector"], *state["tasks"]))

    def log(self):
        return "\n".join((self.folder / "worker.log").read_text().splitlines()[-40:])

    def kill(self):
        self._process.kill()
        self._process.wait()

    def stop(self):
        self._process.terminate()
        assert self._process.wait(60) in (0, 143)


@pytest.fixture
def worker(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    command_of("connect")
    tarn = Tarn(tmp_path / "tarn").start()
    worker = Worker(tmp_path / "worker", tarn)
    worker.tarn = tarn
    try:
        yield worker.start()
    finally:
        worker.kill()
        tarn.stop()


def test_lines_go_through_source_topic_and_sink_through_restarts(worker, tmp_path):
    source, sink, topic = tmp_path / "in.txt", tmp_path / "out.txt", f"lines-{uuid.uuid4().hex[:6]}"
    source.write_text("")
    create_connectors(worker, source, sink, topic)
    lines = []
    disturbances = [(worker.tarn, "kill"), (worker, "kill"), (worker.tarn, "stop"),
                    (worker, "stop")]
    for number in range(ROUNDS):
        append(source, lines, 100)
        victim, way = disturbances[number % len(disturbances)]
        getattr(victim, way)()
        append(source, lines, 100)
        victim.start()
        append(source, lines, 100)
        wait_until(lambda: len(set(lines_of(sink))) == len(lines), SECONDS,
                   f"{len(lines)} lines in the sink\n{worker.log()}", pause=0.2)
    assert values(worker.tarn, topic) == lines
    assert set(lines_of(sink)) == set(lines)
    wait_until(lambda: worker.running("source") and worker.running("sink"), SECONDS,
               "both connectors run")


def test_its_topics_are_compacted(worker):
    admin = AdminClient({"bootstrap.servers": worker.tarn.kafka})
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in TOPICS.values()]
    for described in admin.describe_configs(resources).values():
        assert described.result(30)["cleanup.policy"].value == "compact"
    partitions = {name: len(found.partitions)
                  for name, found in admin.list_topics(timeout=30).topics.items()}
    assert [partitions[name] for name in TOPICS.values()] == [1, 25, 5]


def create_connectors(worker, source, sink, topic):
    kind = "org.apache.kafka.connect.file.FileStream"
    for name, config in (
            ("source", {"connector.class": f"{kind}SourceConnector", "file": str(source),
                        "topic": topic, "tasks.max": "1"}),
            ("sink", {"connector.class": f"{kind}SinkConnector", "file": str(sink),
                      "topics": topic, "tasks.max": "1",
                      "consumer.override.isolation.level": "read_committed"})):
        wait_until(lambda: worker.ask("PUT", f"/connectors/{name}/config", config), SECONDS,
                   f"the {name} is taken\n{worker.log()}", pause=0.5)


def append(source, lines, count):
    fresh = [f"line {len(lines) + number}" for number in range(count)]
    with source.open("a") as file:
        file.writelines(f"{line}\n" for line in fresh)
    lines += fresh


def lines_of(sink):
    return sink.read_text().splitlines() if sink.exists() else []


def values(tarn, topic):
    reader = Consumer({"bootstrap.servers": tarn.kafka, "group.id": uuid.uuid4().hex,
                       "isolation.level": "read_committed", "enable.partition.eof": True})
    reader.assign([TopicPartition(topic, 0, 0)])
    found = []
    while (message := reader.poll(30)) and not message.error():
        found.append(message.value().decode())
    reader.close()
    return found
