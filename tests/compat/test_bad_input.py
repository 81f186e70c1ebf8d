"""What the outside world sends wrongly gets a sentence or a closed connection, and others go on."""

import json
import random
import socket
import struct
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import pytest
from conftest import create_topic
from tarn_process import BINARY, Tarn, wait_until


def frame(body):
    return struct.pack(">i", len(body)) + body


def request(api, version, body):
    return frame(struct.pack(">hhih", api, version, 7, -1) + body)


HUGE = struct.pack(">i", 0x7FFFFFF0)
VARINT_HUGE = b"\xff\xff\xff\xff\x0f"
PRODUCE = struct.pack(">hhi", -1, -1, 1000)
# What is sent, and what the one line in the log says.
FRAMES = {
    "random bytes": (frame(random.Random(3).randbytes(600)), "is not served"),
    "a size of two gigabytes": (struct.pack(">i", 0x7FFFFFFF) + b"x" * 100,
                                "a request of 2147483647 bytes; at most 104857600 are taken"),
    "a negative size": (struct.pack(">i", -5), "a request of -5 bytes"),
    "an HTTP request": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "this is HTTP"),
    "a huge array": (request(3, 1, HUGE), "Metadata version 1"),
    "a huge compact array": (frame(struct.pack(">hhih", 3, 9, 7, -1) + b"\x00" + VARINT_HUGE),
                             "Metadata version 9"),
    "huge records": (request(0, 3, PRODUCE + struct.pack(">ih", 1, 1) + b"x"
                             + struct.pack(">ii", 1, 0) + HUGE), "Produce version 3"),
    "a request cut short": (request(0, 3, b"\xff\xff\x00\x01\x00"),
                            "the message does not fit its frame"),
    "an unknown API": (request(999, 0, b""), "API 999 version 0 from client"),
    "an unknown version": (request(3, 99, b""), "Metadata version 99 from client"),
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


def test_a_wrong_kafka_frame_is_one_line_and_closes_its_connection_only(tmp_path):
    server = Tarn(tmp_path / "run")
    try:
        server.start()
        with socket.create_connection(("127.0.0.1", server.kafka_port), timeout=20) as other:
            for what, (data, _) in FRAMES.items():
                assert closed_after(server.kafka_port, data), what
                other.sendall(request(18, 0, b""))
                assert len(other.recv(4096)) > 100, f"after {what} another client is not answered"
        lines = [line for line in server.log.read_text().splitlines() if "WARN" in line]
        assert len(lines) == len(FRAMES)
        for (_, said), line in zip(FRAMES.values(), lines, strict=True):
            assert "connection closed" in line and said in line
    finally:
        server.stop()


def test_wrong_frames_take_little_memory_and_few_lines(tarn, kcat):
    before, lines = resident_megabytes(tarn), len(tarn.log.read_text().splitlines())
    for data, _ in FRAMES.values():
        for _ in range(20):
            assert closed_after(tarn.kafka_port, data)
    waiting = [socket.create_connection(("127.0.0.1", tarn.kafka_port)) for _ in range(100)]
    for connection in waiting:  # a size that is allowed, of which little comes
        connection.sendall(struct.pack(">i", 90 << 20) + bytes(100_000))
    assert f"at {tarn.kafka}" in kcat("-L", "-b", tarn.kafka)
    assert resident_megabytes(tarn) - before < 96
    assert len(tarn.log.read_text().splitlines()) - lines <= 40
    for connection in waiting:
        connection.close()


def fetch(topic):
    """All of its partition 0 at once, up to 8 MiB."""
    name = topic.encode()
    return request(1, 4, struct.pack(">iiiib", -1, 0, 1, 8 << 20, 0) + struct.pack(
        ">ih", 1, len(name)) + name + struct.pack(">iiqi", 1, 0, 0, 8 << 20))


def test_two_thousand_connections_harm_nobody(tarn, kcat):
    topic = create_topic(tarn)
    record = "x" * 900_000
    kcat("-P", "-b", tarn.kafka, "-t", topic, stdin="\n".join([record] * 8))
    before = resident_megabytes(tarn)
    silent = [socket.create_connection(("127.0.0.1", tarn.kafka_port), timeout=20)
              for _ in range(1000)]
    halves = [socket.create_connection(("127.0.0.1", tarn.kafka_port), timeout=20)
              for _ in range(500)]
    for connection in halves:
        connection.sendall(request(3, 1, HUGE)[:-2])
    deaf = [socket.create_connection(("127.0.0.1", tarn.kafka_port), timeout=20)
            for _ in range(500)]
    for connection in deaf:  # 4 GB of answers that nobody takes
        connection.sendall(fetch(topic))
    try:
        assert kcat("-C", "-b", tarn.kafka, "-t", topic, "-c1", "-e").strip() == record
        for connection in silent:
            connection.sendall(request(18, 0, b""))
        for connection in silent:
            assert len(connection.recv(4096)) > 100
        assert resident_megabytes(tarn) - before < 200
    finally:
        for connection in silent + halves + deaf:
            connection.close()
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


SELECTS = ["select * from read_text('{file}')", "select * from '{file}'",
           "select * from read_csv('{file}')", "select * from read_text('/etc/passwd')",
           "select * from read_blob('{lake}/../secret.csv')", "select * from glob('/etc/*')",
           "select * from read_csv('http://127.0.0.1:1/x.csv')", "select getenv('HOME')",
           "from read_parquet('s3://bucket/x')"]
STATEMENTS = ["copy (select 1) to '{folder}/out.csv'", "copy orders from '{file}'",
              "attach '{folder}/x.db'", "install httpfs", "load httpfs",
              "set enable_external_access=true", "set lock_configuration=false",
              "set memory_limit='1TB'", "reset memory_limit", "export database '{folder}/all'",
              "import database '{folder}'", "create table t(a int)", "drop table orders",
              "insert into orders values (1)", "delete from orders", "begin",
              "call pragma_version()", "checkpoint", "vacuum", "use log"]


@pytest.mark.parametrize("door", ["command", "http"])
def test_sql_cannot_read_the_machine(tarn, tmp_path, door):
    secret = tarn.folder / "secret.csv"
    secret.write_text("treasure\n1\n")
    places = {"file": secret, "folder": tmp_path, "lake": tarn.lake}
    for statement in SELECTS + STATEMENTS:
        refused, said = ask(tarn, door, statement.format(**places))
        assert refused and "treasure" not in said and "root:" not in said, (statement, said)
        if statement in STATEMENTS and "import" not in statement:
            assert "only statements that read can be run" in said, (statement, said)
    refused, said = ask(tarn, door, "select 1; select 2")
    assert refused and "one statement" in said
    assert list(tmp_path.iterdir()) == []


def ask(tarn, door, statement):
    """Whether it was refused, and what was said."""
    if door == "command":
        done = subprocess.run([str(BINARY), "sql", "--data", str(tarn.data), statement],
                              cwd=tarn.folder, capture_output=True, text=True, timeout=60)
        return done.returncode != 0, done.stdout + done.stderr
    request = urllib.request.Request(
        tarn.http + "/tarn/v1/sql", json.dumps({"sql": statement}).encode(),
        {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return False, answer.read().decode()
    except urllib.error.HTTPError as error:
        return True, error.read().decode()


PIPELINE = """
version: 1
name: parameters
auto_create: true
topics: {people: {}}
api:
  /people/{who}:
    sql: |
      select value ->> 'name' as name, :who as asked from log.people where value ->> 'name' = :who
"""
ATTACKS = ["x' or '1'='1", "x'; drop table people; --", "x' union select 'a', 'b' --", '"', "\\",
           "%' --", "x\x00y", "${secret:HOME}", ":who", "null", "é' or 1=1", "'" * 2000]


def test_sql_in_a_parameter_is_bound(tmp_path, kcat):
    (tmp_path / "tarn.yaml").write_text(PIPELINE)
    server = Tarn(tmp_path / "run", pipeline=tmp_path)
    try:
        server.start()
        names = [name for name in ATTACKS if "\x00" not in name]
        kcat("-P", "-b", server.kafka, "-t", "people", "-X", "acks=all",
             stdin="\n".join(json.dumps({"name": name}) for name in [*names, "bob"]))
        for name in names:
            rows = json.loads(server.get("/people/" + urllib.parse.quote(name, safe="")))
            assert rows == [{"name": name, "asked": name}]
        assert json.loads(server.get("/people/bob")) == [{"name": "bob", "asked": "bob"}]
        assert server.status_of("/people/x%00y") in (200, 400)
    finally:
        server.stop()
