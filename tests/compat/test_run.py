"""How `tarn run` begins and ends."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest
from confluent_kafka import Producer
from tarn_process import BINARY, Emulator, Tarn, wait_until

EXIT_UNAVAILABLE = 69

SOURCE = """
version: 1
name: ending
sources:
  flights:
    http: {{url: "{url}", headers: {{X-RapidAPI-Key: "k"}}, records: /data/itineraries,
           timeout: 60s}}
    every: 1s
tables:
  flights: {{format: delta, commit: 100ms}}
"""


@pytest.fixture
def server(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    made = Tarn(tmp_path / "run")
    yield made
    made.stop()


def polled(tmp_path, *emulator_arguments):
    served = tmp_path / "served.jsonl"
    served.write_text("".join(json.dumps({"id": n}) + "\n" for n in range(10)))
    emulator = Emulator(served, ["--key", "k", *emulator_arguments])
    (tmp_path / "tarn.yaml").write_text(SOURCE.format(url=emulator.url))
    return emulator


def test_sigterm_drains_under_load(server):
    server.start()
    producer = Producer({"bootstrap.servers": server.kafka, "linger.ms": 1,
                         "message.timeout.ms": 4000})
    acknowledged, going = [], threading.Event()

    def produce():
        while not going.is_set():
            producer.produce("load", b"x" * 500,
                             on_delivery=lambda error, _: error or acknowledged.append(1))
            producer.poll(0)
            time.sleep(0.0005)

    load = threading.Thread(target=produce)
    load.start()
    try:
        wait_until(lambda: len(acknowledged) > 500, 30, "records are acknowledged")
        assert server.stop() == 0
    finally:
        going.set()
        load.join()
        producer.purge()
    assert not (server.data / "endpoints.json").exists()
    known = len(acknowledged)
    server.start()
    said = server.tool("sql", "--json", "select count(*) as n from log.load")
    assert json.loads(said)[0]["n"] >= known


def test_sigterm_ends_a_poll_that_hangs(server, tmp_path):
    emulator = polled(tmp_path, "--fault", "hang")
    server = Tarn(tmp_path / "run", pipeline=tmp_path)
    try:
        server.start()
        time.sleep(0.5)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10
    finally:
        server.stop()
        emulator.stop()


def test_a_hangup_changes_nothing_and_says_so(server):
    server.start()
    os.kill(server.pid, signal.SIGHUP)
    wait_until(lambda: "SIGHUP" in server.log_tail(), 10, "the log speaks of the signal")
    assert server.status_of("/health/live") == 200
    assert server.stop() == 0


def test_a_second_signal_ends_at_once(server, tmp_path):
    """A reader of /tarn/v1/sql that never reads holds the first one up for its drain timeout."""
    server.start()
    pid = server.pid
    query = json.dumps({"sql": "select count(*) from range(100000000000)"}).encode()
    with socket.create_connection(("127.0.0.1", server.http_port)) as waiting:
        waiting.sendall(b"POST /tarn/v1/sql HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                        b"application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(query), query))
        time.sleep(0.3)
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: not (server.data / "endpoints.json").exists(), 10, "it drains")
        assert os.path.exists(f"/proc/{pid}")
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        assert server._process.wait(10) == -signal.SIGTERM
        assert time.monotonic() - began < 2
    server.start()


@pytest.mark.parametrize("option", ["--kafka-port", "--http-port"])
def test_a_port_in_use_is_named_with_who_to_ask(tmp_path, option):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    ports = {"--kafka-port": "0", "--http-port": "0"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports[option] = str(taken.getsockname()[1])
        done = subprocess.run(
            [str(BINARY), "run", *[word for pair in ports.items() for word in pair]],
            cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == EXIT_UNAVAILABLE, done
    assert option in done.stderr and f"ss -ltnp sport = :{ports[option]}" in done.stderr
    assert not (tmp_path / "data" / "endpoints.json").exists()


def test_the_start_prints_one_line_for_each_endpoint(server):
    server.start()
    wait_until(lambda: server.log.read_text().count("\n") >= 2, 10, "both lines are printed")
    lines = server.log.read_text().splitlines()
    assert lines[-2:] == [f"kafka  {server.kafka}", f"http   {server.http}"]


def run_once(folder, *arguments):
    return subprocess.run(
        [str(BINARY), "run", "--once", "--kafka-port", "0", "--http-port", "0", *arguments],
        cwd=folder, capture_output=True, text=True, timeout=60)


def test_once_says_how_every_step_ended(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    emulator = polled(tmp_path)
    try:
        done = run_once(tmp_path)
        assert done.returncode == 0 and "table flights: 10 rows" in done.stdout, done
    finally:
        emulator.stop()
    emulator = polled(tmp_path, "--fault", "html")
    try:
        done = run_once(tmp_path, "--json")
    finally:
        emulator.stop()
    status = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == EXIT_UNAVAILABLE and "source flights" in done.stderr, done
    assert status["ok"] is False and status["tables"][0]["rows"] == 10


def test_a_signal_ends_once_too(tmp_path):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    emulator = polled(tmp_path, "--fault", "hang")
    process = subprocess.Popen(
        [str(BINARY), "run", "--once", "--kafka-port", "0", "--http-port", "0"], cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: (tmp_path / "data" / "endpoints.json").exists(), 30, "it runs")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1 and "ended by a signal" in said
    finally:
        process.kill()
        emulator.stop()
