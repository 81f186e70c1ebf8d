"""System calls of the real program while real producers write: acknowledged means fsynced."""

import re
import shutil

import pytest
from confluent_kafka import Producer
from conftest import create_topic
from system_calls import CALLS, judge
from tarn_process import BINARY, Tarn

MARKER = re.compile(rb"mark-\d{6}")
RECORDS = 400


@pytest.fixture
def traced(tmp_path):
    if not shutil.which("strace"):
        pytest.skip("strace is not installed: apt-get install strace")
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    trace = tmp_path / "trace"
    wrapper = ["strace", "-f", "-v", "-yy", "-xx", "-s", "200000", "-o", str(trace),
               "-e", "trace=" + ",".join(CALLS)]
    # LeakSanitizer cannot work under ptrace.
    no_leaks = {"ASAN_OPTIONS": "detect_leaks=0"}
    server = Tarn(tmp_path / "tarn", wrapper=wrapper, environment=no_leaks)
    server.trace = trace
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.mark.parametrize("acks", ["all", "1"])
def test_every_acknowledged_record_was_synced_before(traced, acks):
    topic = create_topic(traced, partitions=3)
    acknowledged = []
    producers = [Producer({"bootstrap.servers": traced.kafka, "acks": acks, "linger.ms": 1,
                           "batch.num.messages": 20}) for _ in range(4)]

    def delivered(error, message):
        assert error is None, error
        acknowledged.append(message.value())

    for number in range(RECORDS):
        producer = producers[number % len(producers)]
        producer.produce(topic, f"mark-{number:06}", on_delivery=delivered)
        producer.poll(0.001)
    for producer in producers:
        assert producer.flush(60) == 0
    traced.stop()
    judgement = judge(traced.trace.read_text().splitlines(), MARKER)
    assert judgement.violations == []
    assert judgement.covered == set(acknowledged) and len(acknowledged) == RECORDS
