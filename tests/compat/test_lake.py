"""The flights example from the API to the table, read by programs that are not ours."""

import collections
import json
import subprocess

import pyarrow
import pytest
from deltalake import DeltaTable
from tarn_process import BINARY, ROOT, Emulator, Tarn, wait_until

KEY = "a-key"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    file = tmp_path_factory.mktemp("served") / "flights.jsonl"
    subprocess.run([ROOT / "scripts/flights-data", file], check=True)
    return file


@pytest.fixture(scope="module")
def flights(served):
    return [json.loads(line) for line in served.read_text().splitlines()]


@pytest.fixture(scope="module")
def tarn(served, flights, tmp_path_factory):
    """examples/flights, after all flights have landed."""
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    emulator = Emulator(served, ["--page", "500", "--key", KEY, "--quota", "500/month"])
    server = Tarn(tmp_path_factory.mktemp("flights"), pipeline=ROOT / "examples/flights",
                  arguments=["--set", f"sources.flights.http.url={emulator.url}"],
                  environment={"RAPIDAPI_KEY": KEY})
    try:
        server.start()
        wait_until(lambda: table_rows(server) >= len(flights), 120, "all flights in the table")
        wait_until(lambda: len(objects(server)) >= len(flights), 60, "all flights in objects")
        yield server
    finally:
        server.stop()
        emulator.stop()


def table_rows(server):
    path = server.lake / "flights"
    if not list(path.glob("_delta_log/*.json")):
        return 0
    return DeltaTable(str(path)).to_pyarrow_table(columns=["id"]).num_rows


def objects(server):
    """The records of all JSON objects."""
    return [json.loads(line) for path in (server.lake / "flights_json").rglob("data_*.json")
            for line in path.read_text().splitlines()]


def query(server, statement):
    return server.tool("sql", "--format", "json", statement)


def sums(rows):
    return {"count": len(rows), **{column: sum(row[column] for row in rows)
                                   for column in ("id", "delay", "distance")}}


def test_deltalake_reads_what_was_served(tarn, flights):
    table = DeltaTable(str(tarn.lake / "flights")).to_pyarrow_table(
        columns=["id", "date", "delay", "distance", "origin", "destination"])
    assert sorted(table.to_pylist(), key=lambda row: row["id"]) == flights


def test_each_record_has_its_place_in_the_topic(tarn, flights):
    table = DeltaTable(str(tarn.lake / "flights")).to_pyarrow_table(columns=["_offset", "_topic"])
    assert sorted(table.column("_offset").to_pylist()) == list(range(len(flights)))
    assert set(table.column("_topic").to_pylist()) == {"flight-kafka-topic"}


def test_the_statistics_of_the_files_are_true(tarn, flights):
    actions = DeltaTable(str(tarn.lake / "flights")).get_add_actions(flatten=True)
    actions = pyarrow.table(actions).to_pydict()
    assert sum(actions["num_records"]) == len(flights)
    assert min(actions["min.id"]) == 1 and max(actions["max.id"]) == len(flights)


def test_the_objects_hold_what_was_served(tarn, flights):
    assert sorted(objects(tarn), key=lambda row: row["id"]) == flights


def test_sql_tells_the_same_sums(tarn, flights):
    told = query(tarn, "select count(*) as count, sum(id)::bigint as id, "
                       "sum(delay)::bigint as delay, sum(distance)::bigint as distance "
                       "from flights")
    assert json.loads(told.strip().strip("[]")) == sums(flights)


def test_the_endpoint_answers_per_origin(tarn, flights):
    delays = collections.defaultdict(list)
    for flight in flights:
        if flight["origin"] == "ATL":
            delays[flight["destination"]].append(flight["delay"])
    told = json.loads(tarn.get("/delays/ATL?limit=1000"))
    rows = told if isinstance(told, list) else told.get("rows", told.get("data"))
    assert {row["destination"]: row["flights"] for row in rows} == {
        destination: len(some) for destination, some in delays.items()}


@pytest.mark.parametrize("path, status", [
    ("/delays?limit=0", 400), ("/delays?limit=x", 400), ("/nowhere", 404),
    ("/delays/x';drop%20table%20flights;--", 200), ("/health/live", 200), ("/health/ready", 200),
    ("/metrics", 200), ("/openapi.json", 200)])
def test_the_api_says_what_is_wrong(tarn, path, status):
    assert tarn.status_of(path) == status
