"""What an API answers and is no record: a status of its source, while other sources go on."""

import contextlib
import json

import pytest
from tarn_process import BINARY, Emulator, Tarn, wait_until

RECORDS = 10
# What the API does; the state; what the reason says; how many records came before that.
FAULTS = {
    "html": (["--fault", "html"], "failing",
             "not JSON but text/html: <html><body>We are down for maintenance.</body></html>", 0),
    "truncated": (["--fault", "truncated"], "waiting: retry", "ends in its middle", 0),
    "nesting": (["--fault", "nesting"], "failing", "nested too deeply: [[[[", 0),
    "redirects": (["--fault", "redirect-loop"], "failing", "redirected in a circle", 0),
    "hang": (["--fault", "hang"], "waiting: retry", "took longer than allowed", 0),
    "quota429": (["--quota", "1/month"], "waiting: quota",
                 'used up: {"message":"You have exceeded the MONTHLY quota', RECORDS),
    "quota200": (["--quota", "1/month", "--quota-status", "200"], "waiting: quota",
                 'used up: {"message":"You have exceeded the MONTHLY quota', RECORDS),
    "key": (["--key", "another"], "failing", "401 Unauthorized", 0),
}
SOURCE = """
  {name}:
    http: {{url: "{url}", headers: {{X-RapidAPI-Key: k}}, records: /data/itineraries, timeout: 2s}}
    every: 1s
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One source for each fault, one that nobody answers, and one where all is well."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path_factory.mktemp("answers")
    served = folder / "served.jsonl"
    served.write_text("".join(json.dumps({"id": n}) + "\n" for n in range(RECORDS)))
    with contextlib.ExitStack() as running:
        def serve(arguments):
            emulator = Emulator(served, arguments)
            running.callback(emulator.stop)
            return emulator.url

        urls = {name: serve(arguments) for name, (arguments, *_) in FAULTS.items()}
        urls |= {"good": serve([]), "nobody": "http://127.0.0.1:1/"}
        (folder / "tarn.yaml").write_text("version: 1\nname: faults\nsources:" + "".join(
            SOURCE.format(name=name, url=url) for name, url in urls.items()))
        server = Tarn(folder / "run", pipeline=folder)
        running.callback(server.stop)
        yield server.start()


def source(server, name):
    return next(item for item in json.loads(server.tool("source", "list", "--json"))["sources"]
                if item["name"] == name)


def records(server, topic):
    counted = server.tool("sql", "--format", "json", f'select count(*) as n from log."{topic}"')
    return json.loads(counted)[0]["n"]


@pytest.mark.parametrize("what", FAULTS)
def test_what_is_no_record_is_a_status(server, what):
    _, state, reason, count = FAULTS[what]
    wait_until(lambda: source(server, what)["state"] == state, 30, f"{what} is {state}")
    said = source(server, what)["reason"]
    assert reason in said and len(said) < 400, said
    assert records(server, what) == count
    assert reason in server.tool("source", "logs", what)


def test_an_api_that_nobody_serves_is_tried_again(server):
    wait_until(lambda: source(server, "nobody")["calls"] > 1, 30, "a second call")
    assert source(server, "nobody")["state"] == "waiting: retry"
    assert "Connection refused" in source(server, "nobody")["reason"]


def test_other_sources_and_queries_go_on(server):
    calls = source(server, "good")["calls"]
    wait_until(lambda: source(server, "good")["calls"] > calls + 1, 30, "two more polls")
    assert source(server, "good")["state"] == "running" and records(server, "good") >= RECORDS
    assert server.status_of("/health/live") == 200
    peak = open(f"/proc/{server.pid}/status").read().split("VmHWM:")[1].split()[0]
    assert int(peak) / 1024 < 400, "10 MB of nesting must not take more memory than 10 MB do"
