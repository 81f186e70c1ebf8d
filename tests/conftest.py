"""What the tests of the real program share."""

import shutil
import subprocess
import sys
import uuid
import pathlib

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from tarn_process import BINARY, ROOT, Tarn  # noqa: E402


@pytest.fixture(scope="module")
def tarn(tmp_path_factory):
    """An empty platform: a log and no pipeline."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    server = Tarn(tmp_path_factory.mktemp("tarn"))
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def topic(tarn):
    """A new topic with two partitions."""
    return create_topic(tarn, partitions=2)


def create_topic(tarn, partitions=1, config=None):
    name = f"orders-{uuid.uuid4().hex[:8]}"
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    created = admin.create_topics([NewTopic(name, partitions, 1, config=config or {})])
    created[name].result(30)
    return name


@pytest.fixture(scope="session")
def kcat():
    program = shutil.which("kcat")
    if not program:
        pytest.skip("kcat is not installed: apt-get install kcat")

    def call(*arguments, stdin=None, seconds=60):
        done = subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True,
                              timeout=seconds)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return call


@pytest.fixture(scope="session")
def kafka_tools():
    """Apache Kafka's command-line tools: kafka_tools("topics", "--list", …) → standard output."""
    program = ROOT / "scripts" / "kafka-tools"
    installed = subprocess.run([program, "install"], capture_output=True, text=True)
    if installed.returncode != 0:
        pytest.skip(f"Kafka's tools cannot be installed: {installed.stderr.strip()[-200:]}")

    def call(*arguments, stdin="", seconds=90):
        done = subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True,
                              timeout=seconds)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    call.program = program
    return call
