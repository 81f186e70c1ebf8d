"""What happens to the process and its folder from outside: it is stopped and goes on, its data
folder is copied, its disk goes away. Nothing acknowledged is lost, nothing is there twice.

TARN_PAUSE_SECONDS (4) is how long it is stopped; sessions of group members are shorter."""

import os
import shutil
import signal
import threading
import time

import pytest
from confluent_kafka import Consumer, Producer
from cut_disk import CutDisk
from tarn_process import BINARY, Tarn, wait_until
from writers import Payer, Writer, ids_of, payments_of, read_topic

PAUSE = float(os.environ.get("TARN_PAUSE_SECONDS", "4"))
PIPELINE = """
version: 1
name: process
topics:
  orders: {partitions: 2}
  debits: {partitions: 2}
  credits: {partitions: 2}
"""


@pytest.fixture
def folder(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path / "pipeline"
    folder.mkdir()
    (folder / "tarn.yaml").write_text(PIPELINE)
    return folder


@pytest.fixture
def tarn(folder, tmp_path):
    tarn = Tarn(tmp_path / "run", pipeline=folder)
    try:
        yield tarn.start()
    finally:
        tarn.stop()


class Member(threading.Thread):
    """Of a consumer group; commits after each record."""

    def __init__(self, kafka):
        super().__init__(daemon=True)
        self.ids, self.stopping = set(), threading.Event()
        self._consumer = Consumer({
            "bootstrap.servers": kafka, "group.id": "members", "session.timeout.ms": 6000,
            "auto.offset.reset": "earliest", "enable.auto.commit": True,
            "auto.commit.interval.ms": 200, "log_level": 0})
        self._consumer.subscribe(["orders"])

    def run(self):
        while not self.stopping.is_set():
            message = self._consumer.poll(0.1)
            if message is not None and not message.error():
                self.ids.update(ids_of({0: message.value()}))
        self._consumer.close()


def test_a_process_that_was_stopped_goes_on(tarn):
    writer, payer = Writer(tarn.kafka), Payer(tarn.kafka)
    members = [Member(tarn.kafka), Member(tarn.kafka)]
    for one in (writer, payer, *members):
        one.start()
    wait_until(lambda: writer.acknowledged and payer.committed and members[0].ids | members[1].ids,
               30, "records are written and read")
    os.kill(tarn.pid, signal.SIGSTOP)
    time.sleep(PAUSE)
    os.kill(tarn.pid, signal.SIGCONT)
    before = len(writer.acknowledged)
    wait_until(lambda: len(writer.acknowledged) > before + 10, 30, "records are taken again")
    writer.finish()
    payer.finish()
    ids = ids_of(read_topic(tarn.kafka, "orders", 2))
    wait_until(lambda: members[0].ids | members[1].ids == set(ids), 60, "the group reads it all")
    for member in members:
        member.stopping.set()
        member.join(30)
    assert writer.failures == []
    assert set(writer.acknowledged) == set(ids) and set(ids.values()) == {1}
    payer.check([payments_of(read_topic(tarn.kafka, topic, 2)) for topic in Payer.TOPICS])


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_copy_of_the_data_folder_is_the_same_log(tarn, folder, tmp_path, end):
    writer, payer = Writer(tarn.kafka), Payer(tarn.kafka)
    writer.start()
    payer.start()
    wait_until(lambda: len(writer.acknowledged) > 50 and payer.committed, 30, "records")
    writer.finish()
    payer.finish()
    expected = {topic: read_topic(tarn.kafka, topic, 2)
                for topic in ("orders", "debits", "credits")}
    getattr(tarn, end)()
    copy = Tarn(tmp_path / "copy", pipeline=folder)
    shutil.copytree(tarn.data, copy.data)
    copy.start()
    try:
        assert {topic: read_topic(copy.kafka, topic, 2) for topic in expected} == expected
    finally:
        copy.stop()


def test_a_disk_that_goes_away_stops_writing_and_not_reading(folder, tmp_path):
    disk = CutDisk(tmp_path, "ext4")
    tarn = Tarn(tmp_path / "run", pipeline=folder, disk=disk)
    try:
        tarn.start()
        assert produce(tarn, "before") is None
        disk.cut()
        assert produce(tarn, "during") is not None
        assert values(tarn) == [b"before"]
        tarn.kill()
        disk.unmount()
        disk.mount()
        tarn.start()
        assert produce(tarn, "after") is None
        assert values(tarn) == [b"before", b"after"]
    finally:
        tarn.stop()
        disk.close()


def produce(tarn, value):
    """The error, if it is refused."""
    told = []
    producer = Producer({"bootstrap.servers": tarn.kafka, "message.timeout.ms": 3000,
                         "log_level": 0})
    producer.produce("orders", value, partition=0,
                     on_delivery=lambda error, message: told.append(error))
    producer.flush(30)
    return told[0]


def values(tarn):
    return list(read_topic(tarn.kafka, "orders", 2).values())
