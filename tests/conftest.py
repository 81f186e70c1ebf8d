"""What the tests of the real program share, and how they are dealt to several processes."""

import functools
import shutil
import subprocess
import sys
import uuid
import pathlib

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from tarn_process import BINARY, ROOT, Tarn  # noqa: E402

# Those that take longest begin first, so that nobody is left with one at the end.
LONG = ("test_kill", "test_power_cut", "test_connect", "test_streams")


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.path.stem.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The tests of a module with an instance of its own stay together, in their order. All others
    may run anywhere beside each other: what they share is an empty platform (tarn), on which each
    makes names of its own."""
    from xdist.scheduler import LoadScopeScheduling

    class Dealing(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            module = nodeid.partition("::")[0]
            return module if has_its_own_instance(config.rootpath / module) else nodeid

    return Dealing(config, log)


@functools.cache
def has_its_own_instance(module):
    return '@pytest.fixture(scope="module")' in module.read_text()


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
