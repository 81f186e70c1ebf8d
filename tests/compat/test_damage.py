"""A file of the log is damaged while the program is stopped: the partition says so, the others go
on, the doctor explains, and repairs when asked to."""

import subprocess

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from conftest import create_topic
from tarn_process import BINARY, Tarn

RECORDS = 20


@pytest.fixture
def damaged(tmp_path):
    """A partition whose fourth record has a wrong bit, beside one that is whole."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    tarn = Tarn(tmp_path / "tarn").start()
    try:
        tarn.topic = create_topic(tarn, partitions=2)
        for number in range(RECORDS):
            assert produce(tarn, f"record {number:02}", number % 2) is None
        tarn.stop()
        [file] = (tarn.data / "log" / "logs").glob(f"{tarn.topic}-0*/*.log")
        content = bytearray(file.read_bytes())
        content[content.index(b"record 06")] ^= 1
        file.write_bytes(content)
        yield tarn.start()
    finally:
        tarn.stop()


def produce(tarn, value, partition):
    told = []
    producer = Producer({"bootstrap.servers": tarn.kafka, "message.timeout.ms": 3000, "retries": 0,
                         "log_level": 0})
    producer.produce(tarn.topic, value, partition=partition,
                     on_delivery=lambda error, message: told.append(error))
    producer.flush(30)
    return told[0]


def consume(tarn, partition):
    """The values up to the end, or up to the first error, and that error."""
    consumer = Consumer({"bootstrap.servers": tarn.kafka, "group.id": "reader", "log_level": 0,
                         "enable.partition.eof": True})
    consumer.assign([TopicPartition(tarn.topic, partition, 0)])
    values, error = [], None
    while error is None:
        message = consumer.poll(10)
        if message is None:
            error = "nothing comes"
        elif message.error():
            error = message.error().code()
        else:
            values.append(message.value().decode())
    consumer.close()
    return values, error


def doctor(tarn, *arguments):
    return subprocess.run([str(BINARY), "doctor", *arguments, "--data", str(tarn.data)],
                          cwd=tarn.folder, capture_output=True, text=True, timeout=60)


def test_damage_stays_in_its_partition_is_explained_and_repaired_on_request(damaged):
    values, error = consume(damaged, 0)
    assert values == ["record 00", "record 02", "record 04"]
    assert error != KafkaError._PARTITION_EOF
    assert produce(damaged, "refused", 0).name() == "KAFKA_STORAGE_ERROR"
    assert consume(damaged, 1) == ([f"record {number:02}" for number in range(1, RECORDS, 2)],
                                   KafkaError._PARTITION_EOF)
    said = doctor(damaged)
    assert said.returncode == 1
    assert f"partition {damaged.topic}/0: damaged and quarantined" in said.stdout
    assert "offsets 3 to 3" in said.stdout
    refused = doctor(damaged, "--repair", f"{damaged.topic}/0")
    assert refused.returncode != 0 and "--yes" in refused.stderr
    repaired = doctor(damaged, "--repair", f"{damaged.topic}/0", "--yes")
    assert repaired.returncode == 0, repaired.stderr
    assert "takes records again" in repaired.stdout
    assert produce(damaged, "after", 0) is None
    damaged.kill()
    damaged.start()
    kept = [f"record {number:02}" for number in range(0, RECORDS, 2) if number != 6]
    assert consume(damaged, 0) == ([*kept, "after"], KafkaError._PARTITION_EOF)
    assert doctor(damaged).returncode == 0


def test_only_what_is_quarantined_is_repaired(damaged):
    said = doctor(damaged, "--repair", f"{damaged.topic}/1", "--yes")
    assert said.returncode != 0 and "nothing to repair" in said.stderr
    said = doctor(damaged, "--repair", "orders", "--yes")
    assert said.returncode != 0 and "TOPIC/NUMBER" in said.stderr
