"""The brokers that are compared. Each lives in a folder of its own and is asked the same way."""

import contextlib
import functools
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ.setdefault("TARN_BINARY", str(ROOT / "build/release/src/app/tarn"))

from confluent_kafka import KafkaException, TopicPartition  # noqa: E402
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec  # noqa: E402
from tarn_process import Tarn, free_port, wait_until  # noqa: E402

from comparing.processor import process_seconds  # noqa: E402

TOOLS = ROOT / "build" / "release" / "bench"
FOLDER = ROOT / "build" / "compare"


class Broker:
    """A broker under test: start and stop, topics, and what it costs."""

    name = ""
    stores = True  # what is produced can be counted afterwards

    def __init__(self):
        self.folder = FOLDER / self.name
        self.address = None
        self.pid = None

    def launch(self):
        """Begins to start; the address is known then, but nobody may answer yet."""
        raise NotImplementedError

    def finish(self):
        """Stops cleanly."""
        raise NotImplementedError

    def start(self):
        self.launch()
        self.wait_ready()
        return self

    def wait_ready(self):
        self._connect()
        wait_until(self._answers, 600, f"{self.name} answers; see {self.folder}")

    def _connect(self):
        self._admin = AdminClient({"bootstrap.servers": self.address, "log_level": 0})

    def _answers(self):
        try:
            return bool(self._admin.list_topics(timeout=1).brokers)
        except Exception:  # noqa: BLE001  the client's own, while nobody listens
            return False

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)

    @contextlib.contextmanager
    def running(self):
        """Started in an empty folder, gone with it afterwards."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        os.sync()  # what the one before left unwritten is not this one's burden
        self.start()
        try:
            yield self
        finally:
            self.finish()
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_topic(self, name, partitions):
        created = self._admin.create_topics([NewTopic(name, partitions, 1)],
                                            operation_timeout=120, request_timeout=120)
        created[name].result(130)
        self.wait_served(name, partitions)

    def wait_served(self, topic, partitions):
        """Every partition has a leader that answers: Kafka is not there yet when it says so."""
        deadline = time.monotonic() + 120
        while True:
            try:
                self.records_in(topic, partitions)
                return
            except KafkaException as error:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{self.name} does not serve {topic}") from error
                self._connect()  # the old one may go on with what it knew of its topics

    def records_in(self, topic, partitions):
        """By its offsets."""
        places = [TopicPartition(topic, number) for number in range(partitions)]
        first, last = (
            [found.result(60).offset for found in self._admin.list_offsets(
                {place: which for place in places}, request_timeout=60).values()]
            for which in (OffsetSpec.earliest(), OffsetSpec.latest()))
        return sum(last) - sum(first)

    def cpu_seconds(self):
        return process_seconds(self.pid)

    def resident_mb(self, peak=False):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        name = "VmHWM:" if peak else "VmRSS:"
        return int(status.split(name)[1].split()[0]) / 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def forget_pages(self):
        """Its files leave the page cache: what is read then comes from the disk."""
        os.sync()
        for path in self.folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


class TarnBroker(Broker):
    name = "tarn"

    def launch(self):
        if not getattr(self, "_tarn", None):
            self._tarn = Tarn(self.folder)
        self.address = self._tarn.kafka
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tarn.start()
        self.pid = self._tarn.pid

    @property
    def ready_seconds(self):
        return self._tarn.ready_seconds

    def finish(self):
        self._tarn.stop()

    def kill(self):
        self._tarn.kill()


class KafkaBroker(Broker):
    """Apache Kafka as its own scripts start it: KRaft, one node, 1 GB of heap."""

    name = "kafka"
    settings = {}

    def launch(self):
        jars = kafka_jars()
        config = self.folder / "server.properties"
        if not config.exists():
            self._configure(config)
            subprocess.run(["java", "-cp", jars, "kafka.tools.StorageTool", "format", "-t",
                            "4L6g3nShT-eMCtK--X86sw", "-c", config], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with (self.folder / "kafka.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["java", "-Xms1g", "-Xmx1g", "-server", "-XX:+UseG1GC",
                 "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
                 "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true", "-cp", jars,
                 "kafka.Kafka", config],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=many_files)
        self.pid = self._process.pid

    def _configure(self, path):
        port, controller = free_port(), free_port()
        self.address = f"127.0.0.1:{port}"
        settings = {
            "process.roles": "broker,controller", "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.listener.names": "CONTROLLER", "log.dirs": self.folder / "data",
            "offsets.topic.replication.factor": 1, "group.initial.rebalance.delay.ms": 0,
            "transaction.state.log.replication.factor": 1, "transaction.state.log.min.isr": 1,
            "share.coordinator.state.topic.replication.factor": 1,
            "share.coordinator.state.topic.min.isr": 1, **self.settings,
        }
        path.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))

    def finish(self):
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(120)

    def kill(self):
        self._process.kill()
        self._process.wait()


class KafkaFlushBroker(KafkaBroker):
    """The same with an fsync for what it acknowledges, as Tarn has it."""

    name = "kafka-flush"
    settings = {"log.flush.interval.messages": 1}


class StubBroker(Broker):
    """Acknowledges and gives out without storing: the client's own ceiling."""

    name = "stub"
    stores = False

    def __init__(self, **shape):
        super().__init__()
        self._shape = [f"{name}={value}" for name, value in shape.items()]

    def launch(self):
        self._process = subprocess.Popen([TOOLS / "broker_stub", *self._shape], text=True,
                                         stdout=subprocess.PIPE)
        self.address = f"127.0.0.1:{int(self._process.stdout.readline())}"
        self.pid = self._process.pid

    def create_topic(self, name, partitions):
        pass  # any topic exists

    def finish(self):
        self._process.kill()
        self._process.wait()


@functools.cache
def kafka_jars():
    installed = subprocess.run([ROOT / "scripts" / "kafka-tools", "install"], check=True, text=True,
                               capture_output=True)
    return installed.stdout.strip() + "/jars/*"


def many_files():
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def settle(seconds=1):
    """The time in which a broker ends what it does after a load."""
    time.sleep(seconds)
