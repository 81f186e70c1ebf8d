"""Every command against a running pipeline: what it prints, its --json, its exit code."""

import json
import os
import pty
import subprocess
import urllib.error
import urllib.request

import pytest
from tarn_process import BINARY, Emulator, Tarn, wait_until

EXIT_USAGE, EXIT_UNAVAILABLE, EXIT_CONFIGURATION = 2, 69, 78

PIPELINE = """
version: 1
name: commands
sources:
  flights:
    http: {{url: "{url}", headers: {{X-RapidAPI-Key: "k"}}, records: /data/itineraries,
           unchanged: skip}}
    every: 1h
tables:
  flights: {{format: delta, commit: 100ms}}
api:
  /flights:
    sql: select id, origin from flights order by id limit :limit
    params: {{limit: {{type: integer, default: 5, max: 10}}}}
"""


def run(*arguments, folder, **options):
    return subprocess.run([str(BINARY), *arguments], cwd=folder, capture_output=True, text=True,
                          timeout=60, stdin=subprocess.DEVNULL, **options)


def test_folders_that_cannot_be_are_said(tmp_path):
    (tmp_path / "tarn.yaml").write_text("version: 1\nname: empty\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "one.yaml").write_text("name: one\nexpect: {}\n")
    done = run("test", folder=tmp_path, env=dict(os.environ, TMPDIR=str(tmp_path / "none")))
    assert done.returncode == 1 and "TMPDIR" in done.stdout + done.stderr, done
    name = "a" * 300
    done = run("topic", "list", "--data", name, folder=tmp_path)
    assert done.returncode == EXIT_UNAVAILABLE and "no such folder" in done.stderr, done
    done = run("check", name, folder=tmp_path)
    assert done.returncode == EXIT_CONFIGURATION and "does not exist" in done.stdout + done.stderr
    done = run("check", "tarn.yaml", folder=tmp_path)
    assert done.returncode == EXIT_CONFIGURATION and "is a file" in done.stdout + done.stderr


def test_a_command_typed_in_a_folder_that_is_gone_says_so(tmp_path):
    shell = f"mkdir gone && cd gone && rmdir ../gone && {BINARY} check"
    done = subprocess.run(["sh", "-c", shell], cwd=tmp_path, capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == EXIT_CONFIGURATION and "tarn.yaml" in done.stdout + done.stderr, done


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """A pipeline that has landed the 10 records of its source."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path_factory.mktemp("commands")
    served = folder / "served.jsonl"
    served.write_text("".join(json.dumps({"id": n, "origin": "LHR"}) + "\n" for n in range(10)))
    emulator = Emulator(served, ["--key", "k"])
    (folder / "tarn.yaml").write_text(PIPELINE.format(url=emulator.url))
    server = Tarn(folder, pipeline=folder)
    try:
        server.start()
        wait_until(lambda: rows(server) == 10, 40, "ten rows are committed")
        yield server
    finally:
        server.stop()
        emulator.stop()


def rows(server):
    return json.loads(server.tool("table", "describe", "flights", "--json"))["rows"]


LISTS = [
    ("topic list", "NAME", "topics"), ("topic describe flights", "flights: 10 records", "config"),
    ("table list", "LAG RECORDS", "tables"), ("table describe flights", "format:", "rows"),
    ("table flush flights", "rows:", "rows"), ("group list", "GROUP", "groups"),
    ("source list", "NEXT CALL", "sources"), ("source describe flights", "polls:", "records"),
    ("source logs flights", "10", "lines"), ("state show", "source", "entries"),
    ("verify", "exactly once", "exactly_once"), ("doctor", "is ready", "examined"),
    ("check", "nothing is wrong", "problems"), ("version", "tarn ", "version"),
]


@pytest.mark.parametrize("words, sentence, member", LISTS, ids=[row[0] for row in LISTS])
def test_a_command_speaks_to_people_and_to_programs(pipeline, words, sentence, member):
    said = run(*words.split(), folder=pipeline.folder)
    assert said.returncode == 0 and sentence in said.stdout, said
    assert "\x1b" not in said.stdout
    answer = run(*words.split(), "--json", folder=pipeline.folder)
    assert answer.returncode == 0 and member in json.loads(answer.stdout), answer


def test_sql_and_read_answer_row_by_row(pipeline):
    answer = run("sql", "--json", "select count(*) as n from flights", folder=pipeline.folder)
    assert json.loads(answer.stdout) == [{"n": 10}]
    read = run("topic", "read", "flights", "--last", "2", "--json", folder=pipeline.folder)
    assert [json.loads(line)["offset"] for line in read.stdout.splitlines()] == [8, 9]


WRONG = [
    ("topic describe nowhere", 1, "nowhere"), ("table describe nowhere", 1, "nowhere"),
    ("source pause nowhere", 1, "nowhere"), ("group describe nowhere", 1, "nowhere"),
    ("state reset nowhere", 1, "nowhere"), ("sql selec", EXIT_USAGE, "selec"),
    ("topic create a/b", EXIT_USAGE, "letters, digits"),
    ("topic create flights", EXIT_UNAVAILABLE, "flights"),
    ("topic read flights --last x", EXIT_USAGE, "--last is a whole number"),
    ("state set a nonsense", EXIT_USAGE, "VALUE is JSON"),
    ("group reset g flights --to soon", EXIT_USAGE, "earliest, latest"),
    ("topic lst", EXIT_USAGE, "did you mean 'list'?"), ("topic", EXIT_USAGE, "Usage: tarn topic"),
    ("explain sorces", EXIT_USAGE, "sources"), ("run --kafka-port 70000", EXIT_USAGE, "65535"),
    ("topic list --dir nowhere", EXIT_CONFIGURATION, "nowhere"),
    ("topic list --set nowhere=1", EXIT_CONFIGURATION, "nowhere"),
    ("completion tcsh", EXIT_USAGE, "bash, zsh, fish"),
]


@pytest.mark.parametrize("words, code, sentence", WRONG, ids=[row[0] for row in WRONG])
def test_a_mistake_has_its_sentence_and_its_code(pipeline, words, code, sentence):
    done = run(*words.split(), folder=pipeline.folder)
    assert done.returncode == code and sentence in done.stderr, done
    assert not done.stdout


def test_without_an_instance_and_without_data_a_command_says_what_to_do(tmp_path):
    done = run("topic", "list", folder=tmp_path)
    assert done.returncode == EXIT_UNAVAILABLE and "tarn run" in done.stderr
    assert not (tmp_path / "data").exists()


def test_topics_are_created_and_deleted_only_on_purpose(pipeline):
    folder = pipeline.folder
    run("topic", "create", "gone", "--partitions", "2", folder=folder, check=True)
    refused = run("topic", "delete", "gone", folder=folder)
    assert refused.returncode == EXIT_USAGE and "--yes" in refused.stderr
    assert answer_at_terminal(folder, "gome") == 1
    assert "gone" in run("topic", "list", folder=folder).stdout
    assert answer_at_terminal(folder, "gone") == 0
    assert "gone" not in run("topic", "list", folder=folder).stdout
    run("topic", "create", "gone", folder=folder, check=True)
    done = run("topic", "delete", "gone", "--yes", "--json", folder=folder)
    assert json.loads(done.stdout) == {"deleted": "gone"}


def answer_at_terminal(folder, name):
    """tarn topic delete gone, with somebody at the terminal; its exit code."""
    leader, follower = pty.openpty()
    process = subprocess.Popen([str(BINARY), "topic", "delete", "gone"], cwd=folder,
                               stdin=follower, stdout=follower, stderr=follower)
    try:
        os.write(leader, name.encode() + b"\n")
        return process.wait(30)
    finally:
        os.close(leader)
        os.close(follower)


def test_offsets_of_a_group_move_only_in_earnest(pipeline):
    folder = pipeline.folder

    def reset(*arguments):
        done = run("group", "reset", "readers", "flights", "--json", *arguments, folder=folder)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["offsets"][0]

    planned = reset("--to", "4", "--dry-run")
    assert (planned["was"], planned["offset"], planned["lag"]) == (None, 4, 6)
    assert "readers" not in run("group", "list", folder=folder).stdout
    assert reset("--to", "4")["offset"] == 4
    assert reset("--to", "earliest", "--dry-run")["was"] == 4
    assert reset("--to", "999")["offset"] == 10
    described = run("group", "describe", "readers", "--json", folder=folder)
    assert json.loads(described.stdout)["offsets"][0]["lag"] == 0
    assert run("group", "delete", "readers", folder=folder).returncode == 0


def test_state_is_set_and_reset(pipeline):
    folder = pipeline.folder
    assert run("state", "set", "mine", '{"a": 1}', folder=folder).returncode == 0
    shown = run("state", "show", "mine", "--json", folder=folder)
    assert json.loads(shown.stdout)["entries"] == {"mine": {"a": 1}}
    assert json.loads(run("state", "reset", "mine", "--json", folder=folder).stdout) == {"ok": True}
    assert "mine" not in run("state", "show", folder=folder).stdout


def test_a_pause_and_the_log_of_a_source_last_across_restarts(pipeline):
    folder = pipeline.folder
    assert "paused" in run("source", "pause", "flights", folder=folder).stdout
    refused = run("source", "poll", "flights", folder=folder)
    assert refused.returncode == EXIT_UNAVAILABLE and "paused" in refused.stderr
    before = run("source", "logs", "flights", folder=folder).stdout.splitlines()
    pipeline.stop()
    # Without an instance the data answers by itself, but nobody polls.
    assert "paused" in run("source", "list", folder=folder).stdout
    refused = run("source", "poll", "flights", folder=folder)
    assert refused.returncode == EXIT_UNAVAILABLE and "tarn run" in refused.stderr
    pipeline.start()
    assert "paused" in run("source", "list", folder=folder).stdout
    after = run("source", "logs", "flights", folder=folder).stdout.splitlines()
    assert before and before[-1] in after
    assert run("source", "resume", "flights", folder=folder).returncode == 0
    assert run("source", "poll", "flights", folder=folder).returncode == 0
    assert "paused" not in run("source", "list", folder=folder).stdout


def test_an_endpoint_sends_nothing_again_to_who_has_it(pipeline):
    def get(path, **headers):
        request = urllib.request.Request(pipeline.http + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.headers["ETag"], answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["ETag"], error.read()

    status, tag, body = get("/flights")
    assert status == 200 and len(json.loads(body)) == 5
    assert get("/flights", **{"If-None-Match": tag}) == (304, tag, b"")
    assert get("/flights?limit=1", **{"If-None-Match": tag})[0] == 200
    assert get("/flights?format=csv", **{"If-None-Match": tag})[0] == 200


def test_a_port_that_is_another_instance_by_now_is_not_asked(pipeline, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cluster_id").write_text("somebody else")
    stale = (pipeline.data / "endpoints.json").read_text()
    (tmp_path / "data" / "endpoints.json").write_text(stale)
    listed = run("topic", "list", folder=tmp_path)
    assert listed.returncode == 0 and "flights" not in listed.stdout


def test_a_failing_check_counts_its_mistakes_for_programs(tmp_path):
    (tmp_path / "tarn.yaml").write_text("version: 1\nname: x\nsorces: {}\ntables: {a: {form: b}}\n")
    done = run("check", "--json", folder=tmp_path)
    answer = json.loads(done.stdout)
    assert done.returncode == EXIT_CONFIGURATION and not answer["ok"]
    assert {problem["line"] for problem in answer["problems"]} == {3, 4}


def test_a_failing_test_of_a_pipeline_shows_its_rows(pipeline, tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tarn.yaml").write_text((pipeline.folder / "tarn.yaml").read_text())
    body = json.dumps({"data": {"itineraries": [{"id": 1, "origin": "LHR"}]}})
    (tmp_path / "tests" / "expected.csv").write_text("id,origin\n1,LGW\n")
    (tmp_path / "tests" / "one.yaml").write_text(json.dumps({
        "name": "one", "now": "2024-09-01T00:00:00Z", "http": {"flights": [{"body": body}]},
        "expect": {"table": {"flights": {"rows_file": "expected.csv"}}}}))
    done = run("test", folder=tmp_path)
    assert done.returncode == 1 and "- 1,LGW" in done.stdout and "+ 1,LHR" in done.stdout, done
    answer = json.loads(run("test", "--json", folder=tmp_path).stdout)
    assert answer["failed"] == 1 and answer["tests"][0]["name"] == "one"
    recorded = run("test", "--record", folder=tmp_path)
    assert recorded.returncode == 0 and "wrote expected.csv" in recorded.stdout, recorded
    assert "- 1,LGW" in recorded.stdout and "+ 1,LHR" in recorded.stdout
    assert (tmp_path / "tests" / "expected.csv").read_text() == "id,origin\n1,LHR\n"
    assert run("test", folder=tmp_path).returncode == 0
    (tmp_path / "tests" / "expected.csv").unlink()
    assert run("test", "--record", folder=tmp_path).returncode == 0
    assert (tmp_path / "tests" / "expected.csv").read_text() == "id,origin\n1,LHR\n"


def test_a_folder_is_no_test_and_no_tests_are_said(pipeline, tmp_path):
    (tmp_path / "tarn.yaml").write_text((pipeline.folder / "tarn.yaml").read_text())
    done = run("test", folder=tmp_path)
    assert done.returncode == 0 and "no tests: they are the files tests/*.yaml" in done.stdout, done
    done = run("test", ".", folder=tmp_path)
    assert done.returncode == 1 and ". is a folder; a project is named" in done.stdout, done


def test_doctor_names_what_is_wrong(tmp_path):
    (tmp_path / "tarn.yaml").write_text(PIPELINE.format(url="http://127.0.0.1:1/v1"))
    done = run("doctor", "--json", "--set", "listeners.kafka.bind=127.0.0.1:0", "--set",
               "listeners.http.bind=127.0.0.1:0", folder=tmp_path)
    examined = {entry["what"]: entry["ok"] for entry in json.loads(done.stdout)["examined"]}
    assert done.returncode == 1
    assert examined["source flights at http://127.0.0.1:1"] is False
    assert sum(not ok for ok in examined.values()) == 1


def test_colours_are_for_terminals_that_want_them(pipeline):
    def doctor(**environment):
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [str(BINARY), "doctor"], cwd=pipeline.folder, stdin=subprocess.DEVNULL,
            stdout=follower, stderr=follower, env={**os.environ, "TERM": "xterm", **environment})
        process.wait(30)
        os.close(follower)
        said = os.read(leader, 65536)
        os.close(leader)
        return said

    assert b"\x1b[32m" in doctor(NO_COLOR="")
    assert b"\x1b" not in doctor(NO_COLOR="1")
    assert b"\x1b[32m" not in doctor(NO_COLOR="", TERM="dumb")
