"""What the outside world sends wrongly gets a sentence or a closed connection, and others go on."""

import json
import os
import random
import socket
import struct
import subprocess

import pytest
from conftest import create_topic
from tarn_process import BINARY, Emulator, Tarn, wait_until

EXIT_CONFIGURATION = 78


def frame(body):
    return struct.pack(">i", len(body)) + body


def request(api, version, body):
    return frame(struct.pack(">hhih", api, version, 7, -1) + body)


FRAMES = {
    "random bytes": frame(random.Random(3).randbytes(600)),
    "a size of two gigabytes": struct.pack(">i", 0x7FFFFFFF) + b"x" * 100,
    "a negative size": struct.pack(">i", -5),
    "an HTTP request": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a huge array": request(3, 1, struct.pack(">i", 0x7FFFFFF0)),
    "a produce request cut short": request(0, 3, b"\xff\xff\x00\x01\x00"),
    "an unknown API": request(999, 0, b""),
    "an unknown version": request(3, 99, b""),
}


def resident_megabytes(tarn):
    status = open(f"/proc/{tarn.pid}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def closed_after(port, data):
    """Whether the server closes the connection upon this."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(data)
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return True


@pytest.mark.parametrize("what", FRAMES)
def test_a_wrong_kafka_frame_closes_its_connection_only(tarn, kcat, what):
    before = resident_megabytes(tarn)
    for _ in range(20):
        assert closed_after(tarn.kafka_port, FRAMES[what])
    assert resident_megabytes(tarn) - before < 64
    assert f"at {tarn.kafka}" in kcat("-L", "-b", tarn.kafka)


def test_a_batch_with_a_wrong_checksum_is_not_stored(tarn, kcat):
    topic = create_topic(tarn)
    kcat("-P", "-b", tarn.kafka, "-t", topic, "-X", "acks=all", stdin="good")
    before = kcat("-Q", "-b", tarn.kafka, "-t", f"{topic}:0:-1")
    batch = bytes(8) + struct.pack(">iib", 49, 0, 2) + b"\xde\xad\xbe\xef" + bytes(40)
    name = topic.encode()
    body = struct.pack(">hhi", -1, -1, 1000) + struct.pack(">i", 1) + struct.pack(
        ">h", len(name)) + name + struct.pack(">iii", 1, 0, len(batch)) + batch
    with socket.create_connection(("127.0.0.1", tarn.kafka_port), timeout=20) as connection:
        connection.sendall(request(0, 3, body))
        answer = connection.recv(4096)
    assert b"\x00\x02" in answer or b"\x00\x57" in answer or not answer
    assert kcat("-Q", "-b", tarn.kafka, "-t", f"{topic}:0:-1") == before


def failed_start(folder, *arguments, environment=None):
    done = subprocess.run(
        [str(BINARY), "run", *arguments], cwd=folder, capture_output=True, text=True, timeout=60,
        env={**os.environ, **(environment or {})})
    assert done.returncode != 0
    return done.returncode, done.stdout + done.stderr


def test_a_second_process_is_told_who_holds_the_data(tarn, tmp_path):
    code, said = failed_start(tmp_path, "--data", str(tarn.data), "--lake", str(tmp_path / "lake"),
                              "--kafka-port", "0", "--http-port", "0")
    assert code not in (0, -6) and str(tarn.data) in said and str(tarn.pid) in said


def test_a_port_in_use_is_named(tarn, tmp_path):
    _, said = failed_start(tmp_path, "--data", str(tmp_path / "data"), "--lake",
                           str(tmp_path / "lake"), "--kafka-port", str(tarn.kafka_port),
                           "--http-port", "0")
    assert str(tarn.kafka_port) in said


WRONG_FILES = {
    "three mistakes": ("version: 1\nname: x\ntables:\n  flights: {form: a, format: delto}\n"
                       "sorces: {}\n", ["from", "delto", "sources"]),
    "an alias bomb": ("a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(22)),
        ["tarn.yaml"]),
    "a key given twice": ("version: 1\nname: x\nname: y\n", ["name"]),
    "no YAML": ("version: [1\n", ["tarn.yaml"]),
    "a missing secret": ("version: 1\nname: x\nsources: {a: {http: {url: 'http://127.0.0.1:1/', "
                         "headers: {K: '${secret:NOT_THERE}'}}, every: 1m}}\n", ["NOT_THERE"]),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_wrong_file_is_explained_and_nothing_starts(tmp_path, what):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    text, words = WRONG_FILES[what]
    (tmp_path / "tarn.yaml").write_text(text)
    code, said = failed_start(tmp_path, "--data", str(tmp_path / "data"), "--kafka-port", "0",
                              "--http-port", "0")
    assert code == EXIT_CONFIGURATION, said
    for word in words:
        assert word in said
    assert not (tmp_path / "data").exists()


def test_sql_cannot_read_the_machine(tarn, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("treasure\n1\n")
    for statement in (f"select * from read_text('{secret}')", f"select * from '{secret}'",
                      f"copy (select 1) to '{tmp_path}/out.csv'", "install httpfs",
                      f"attach '{tmp_path}/x.db'", "set enable_external_access=true"):
        done = subprocess.run([str(BINARY), "sql", "--data", str(tarn.data), statement],
                              cwd=tarn.folder, capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and "treasure" not in done.stdout, statement
    assert not (tmp_path / "out.csv").exists() and not (tmp_path / "x.db").exists()


SOURCE = """
version: 1
name: faults
sources:
  flights:
    http: {{url: "{url}", headers: {{X-RapidAPI-Key: "k"}}, records: /data/itineraries,
           timeout: 2s}}
    every: 1s
"""
FAULTS = {
    "html": (["--fault", "html"], "failing"),
    "truncated": (["--fault", "truncated"], "waiting: retry"),
    "nesting": (["--fault", "nesting"], "failing"),
    "redirect loop": (["--fault", "redirect-loop"], "failing"),
    "hang": (["--fault", "hang"], "waiting: retry"),
    "quota as 429": (["--quota", "1/month"], "waiting"),
    "quota as 200": (["--quota", "1/month", "--quota-status", "200"], "quota"),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_no_record_does_not_become_one(tmp_path, what):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    arguments, word = FAULTS[what]
    served = tmp_path / "served.jsonl"
    served.write_text("".join(json.dumps({"id": n, "origin": "LHR"}) + "\n" for n in range(10)))
    emulator = Emulator(served, [*arguments, "--key", "k"])
    (tmp_path / "tarn.yaml").write_text(SOURCE.format(url=emulator.url))
    server = Tarn(tmp_path / "run", pipeline=tmp_path)
    try:
        server.start()
        wait_until(lambda: word in server.tool("source", "list"), 40, f"status {word}")
        said = server.tool("sql", "--format", "json", "select count(*) as n from log.flights")
        assert json.loads(said)[0]["n"] in (0, 10)
        assert server.status_of("/health/live") == 200
    finally:
        server.stop()
        emulator.stop()
