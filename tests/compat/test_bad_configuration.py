"""A wrong tarn.yaml, argument or data directory: all mistakes in sentences, and nothing started."""

import os
import resource
import socket
import subprocess

import pytest
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from tarn_process import BINARY, free_port

EXIT_ERROR, EXIT_USAGE, EXIT_UNAVAILABLE, EXIT_CONFIGURATION = 1, 2, 69, 78
MEMORY_MEGABYTES = 400  # of a sanitized binary that refuses a file; it takes 60


@pytest.fixture(autouse=True)
def the_binary():
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")


def run(folder, *arguments, seconds=20):
    """tarn run, which is expected to end: its exit status and what it says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    done = subprocess.run([str(BINARY), "run", *arguments], cwd=folder, capture_output=True,
                          text=True, errors="replace", timeout=seconds)
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert after == before or after < MEMORY_MEGABYTES << 10
    return done.returncode, done.stdout + done.stderr


def run_file(folder, *arguments):
    """With the tarn.yaml of the folder; nothing may be left behind by the attempt."""
    before = sorted(os.listdir(folder))
    port = free_port()
    given = {"--data": "data", "--lake": "lake", "--kafka-port": str(port), "--http-port": "0",
             **dict(zip(arguments[::2], arguments[1::2], strict=True))}
    code, said = run(folder, *[word for option in given.items() for word in option])
    assert sorted(os.listdir(folder)) == before, "something was made"
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "a port is open"
    return code, said


def alias_bomb(item):
    lines = [f"x0: &x0 {item}"]
    for n in range(1, 40):
        lines.append(f"x{n}: &x{n} {{a: *x{n - 1}, b: *x{n - 1}}}")
    return "version: 1\nname: x\n" + "\n".join(lines) + "\n"


WRONG_FILES = {
    "several mistakes": (
        "version: 1\nname: x\ntables:\n  flights: {form: a, format: delto}\nsorces: {}\n"
        "api:\n  /a/{b}: {sql: 'select :c'}\n",
        ["tarn.yaml:4:13: tables.flights: unknown key 'form'; did you mean 'from'?",
         "tarn.yaml:4:30:", "did you mean 'delta'?",
         "tarn.yaml:5:1: unknown key 'sorces'; did you mean 'sources'?",
         "tarn.yaml:7:"]),
    "an alias bomb of maps": (alias_bomb("{a: 1, b: 2}"), ["tarn.yaml:", "aliases expanded"]),
    "an alias of itself": ("version: 1\nname: &a [*a]\n", ["tarn.yaml:2"]),
    "deep nesting": ("a: " + "[" * 100_000, ["nested deeper than 50 levels"]),
    "keys given twice": (
        "version: 1\nname: x\nname: y\ntables:\n  a: {from: t}\n  a: {from: u}\n",
        ["tarn.yaml:3:1: the key 'name' stands here for the second time; the first is in line 2",
         "tarn.yaml:6:3: the key 'a' stands here for the second time; the first is in line 5"]),
    "no YAML": ("version: [1\n", ["tarn.yaml:", "not valid YAML"]),
    "random bytes": (os.urandom(4096), ["tarn.yaml:"]),
    "nothing": ("", ["says nothing", "tarn init"]),
    "a comment only": ("# later\n\n  # perhaps\n", ["says nothing", "tarn init"]),
    "100 MB": (b"# " + b"x" * 100_000_000, ["larger than 1 MiB"]),
    "secrets that are missing": (
        "version: 1\nname: x\nsources:\n"
        "  a: {http: {url: 'http://127.0.0.1:1/', headers: {K: '${secret:NOT_HERE}'}}, every: 1m}\n"
        "  b: {http: {url: 'http://127.0.0.1:1/', query: {k: '${secret:NOR_HERE}'}}, every: 1m}\n",
        ["NOT_HERE", "NOR_HERE"]),
    "topics that are paths": (
        "version: 1\nname: x\ntopics:\n  ../x: {}\n  a/b: {}\n  .: {}\n  " + "a" * 250 + ": {}\n"
        "tables:\n  ../t: {from: a/b}\n",
        ["tarn.yaml:4:3: topics.../x: a topic's name has 1 to 249 letters", "tarn.yaml:5:3:",
         "tarn.yaml:6:3:", "tarn.yaml:7:3:", "tarn.yaml:9:3: tables.../t: a name has 1 to 100"]),
}


@pytest.mark.parametrize("what", WRONG_FILES)
def test_a_wrong_file_is_explained_and_nothing_starts(tmp_path, what):
    content, sentences = WRONG_FILES[what]
    content = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "tarn.yaml").write_bytes(content)
    code, said = run_file(tmp_path)
    assert code == EXIT_CONFIGURATION, said
    for sentence in sentences:
        assert sentence in said, said


def test_a_tarn_yaml_that_is_no_file_is_named(tmp_path):
    (tmp_path / "folder" / "tarn.yaml").mkdir(parents=True)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "tarn.yaml").symlink_to("nowhere")
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "tarn.yaml")
    for kind in ("folder", "link", "pipe"):
        code, said = run_file(tmp_path / kind)
        assert code == EXIT_CONFIGURATION and "tarn.yaml is not a file" in said, said
    code, said = run(tmp_path, "missing")
    assert code == EXIT_CONFIGURATION and "does not exist" in said


WRONG_ARGUMENTS = {
    "a port beyond 65535": (["--kafka-port", "99999"], EXIT_USAGE, "--kafka-port"),
    "a port that is no number": (["--http-port", "x"], EXIT_USAGE, "not 'x'"),
    "an unknown option": (["--kafka-prot", "1"], EXIT_USAGE, "--kafka-prot"),
    "a data folder without a name": (["--data", ""], EXIT_CONFIGURATION, "--data needs a folder"),
    "an address of everybody": (["--host", "0.0.0.0"], EXIT_CONFIGURATION, "listeners.open"),
}


@pytest.mark.parametrize("what", WRONG_ARGUMENTS)
def test_a_wrong_argument_is_named(tmp_path, what):
    arguments, status, sentence = WRONG_ARGUMENTS[what]
    code, said = run_file(tmp_path, *arguments)
    assert code == status and sentence in said, said


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file/below", "/proc/tarn/data"):
        code, said = run(tmp_path, "--data", str(place), "--lake", "lake", "--kafka-port", "0",
                         "--http-port", "0")
        assert code == EXIT_ERROR and said.startswith("tarn: making the folder /"), said
        assert said.count("\n") == 1


def test_data_of_a_newer_format_is_left_as_it_is(tmp_path):
    storage = tmp_path / "data" / "log"
    storage.mkdir(parents=True)
    (storage / "format").write_text("tarn storage 99\n")
    (storage / "checkpoint").write_text("of the future")
    code, said = run(tmp_path, "--data", "data", "--lake", "lake", "--kafka-port", "0",
                     "--http-port", "0")
    assert code == EXIT_UNAVAILABLE
    assert "storage format 99, this program knows formats up to 2" in said
    assert "newer program" in said
    assert (storage / "format").read_text() == "tarn storage 99\n"
    assert (storage / "checkpoint").read_text() == "of the future"
    assert not (storage / "journal").exists() and not (tmp_path / "lake").exists()


def test_ports_in_use_are_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for option in ("--kafka-port", "--http-port"):
            ports = {"--kafka-port": "0", "--http-port": "0", option: str(port)}
            code, said = run(tmp_path, "--data", "data", "--lake", "lake",
                             *[word for pair in ports.items() for word in pair])
            assert code not in (0, -6) and str(port) in said and option in said, said
            assert "another program uses this port" in said or "already in use" in said, said


def test_a_second_process_is_told_who_holds_the_data(tarn, tmp_path):
    code, said = run(tmp_path, "--data", str(tarn.data), "--lake", str(tmp_path / "lake"),
                     "--kafka-port", "0", "--http-port", "0")
    assert code == EXIT_UNAVAILABLE
    assert f"{tarn.data}/log/lock is held by process {tarn.pid}" in said


WRONG_TOPICS = ["../x", "a/b", ".", "..", "a b", "é", "a" * 250]


@pytest.mark.parametrize("name", WRONG_TOPICS, ids=range(len(WRONG_TOPICS)))
def test_a_topic_name_that_is_a_path_or_too_long_is_refused(tarn, name):
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    with pytest.raises(KafkaException, match="a topic name"):
        admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)

    reports = []
    producer = Producer({"bootstrap.servers": tarn.kafka, "acks": "all",
                         "message.timeout.ms": 10_000})
    try:
        producer.produce(name, "x", on_delivery=lambda error, _: reports.append(error))
    except KafkaException as refused:  # the broker's answer came before the call was over
        assert refused.args[0].name() == "_UNKNOWN_TOPIC"
    else:
        producer.flush(15)
        assert [error.name() for error in reports] == ["TOPIC_EXCEPTION"]

    done = subprocess.run([str(BINARY), "topic", "create", name, "--data", str(tarn.data)],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == EXIT_USAGE and "a topic name" in done.stderr
    logs = {folder.name.rsplit("-", 1)[0] for folder in (tarn.data / "log" / "logs").iterdir()}
    assert name not in logs and not list(tarn.data.parent.glob("**/x*"))


def test_a_topic_name_of_249_characters_is_taken(tarn, kcat):
    name = "a" * 249
    kcat("-P", "-b", tarn.kafka, "-t", name, "-X", "acks=all", stdin="hello")
    assert kcat("-C", "-b", tarn.kafka, "-t", name, "-e", "-q").strip() == "hello"
