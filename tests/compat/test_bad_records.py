"""Records that fit no table well, and folders in which others have been: what lands, read by DuckDB
(tarn sql) and by deltalake; what does not, with its reason."""

import json
import shutil

import pyarrow
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource
from deltalake import DeltaTable, write_deltalake
from tarn_process import BINARY, Tarn, wait_until

WIDE = 10_000
COLUMNS_MAX = 1_000
YEAR_9999, YEAR_50000 = 253_402_300_799_000, 1_515_680_380_800_000  # milliseconds
NO_TIME_LIMIT = str(2**63 - 1)

# Topic: the records, one batch each (a list is one batch of several); None: what stands before it
# is committed before what stands after it is sent.
RECORDS = {
    "wide": [{f"k{n:05}": n for n in range(WIDE)}, {"k00001": 7}],
    "cases": [{"id": 1, "ID": 2}, {"Id": 3}, {"id": 4}],
    "integers": [{"n": 2**63 - 1}, {"n": -(2**63)}, None, {"n": 2**63}, {"n": -(10**40)}],
    "types": [{"id": 1, "v": 5}, None, {"id": 2, "v": "late"}, None, {"id": 3, "v": {"a": 1}}],
    "mixed": [[{"id": 1, "v": 5}, {"id": 2, "v": "late"}, {"id": 3, "v": {"a": 1}}]],
    "broken": [{"id": 1}, "<html>", "{\"id\":2", "[1]", "", "\x00\x01", "{\"id\":3}"],
}


def feature(reader, writer):
    return {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": reader,
            "writerFeatures": writer}


def foreign_log(protocol, configuration=None, fields=()):
    schema = json.dumps({"type": "struct", "fields": list(fields)})
    metadata = {"id": "x", "format": {"provider": "parquet", "options": {}},
                "schemaString": schema, "partitionColumns": [],
                "configuration": configuration or {}}
    return f"{json.dumps({'protocol': protocol})}\n{json.dumps({'metaData': metadata})}\n"


DATE = {"name": "day", "type": "interval", "nullable": True, "metadata": {}}
FOREIGN = {
    "deletion_vectors": (foreign_log(feature(["deletionVectors"], ["deletionVectors"])),
                         "needs the reader features deletionVectors"),
    "column_mapping": (foreign_log({"minReaderVersion": 2, "minWriterVersion": 5},
                                   {"delta.columnMapping.mode": "name"}),
                       "needs reader version 2 (columnMapping)"),
    "writer_feature": (foreign_log({"minReaderVersion": 1, "minWriterVersion": 7,
                                    "writerFeatures": ["rowTracking", "appendOnly", "newest"]}),
                       "needs the writer features rowTracking, newest"),
    "unknown_feature": (foreign_log(feature(["quantum"], ["quantum"])),
                        "needs the reader features quantum"),
    "a_later_version": (foreign_log({"minReaderVersion": 9, "minWriterVersion": 9}),
                        "needs reader version 9"),
    "unknown_type": (foreign_log({"minReaderVersion": 1, "minWriterVersion": 2}, fields=[DATE]),
                     "the column day has the type interval"),
    "no_json": ("<html>\n", "line 1: it is not a JSON object"),
    "no_metadata": ("", "none that says what the table is"),
}


class Refused(Exception):
    """A record that the broker did not take."""


class Producing:
    def __init__(self, tarn):
        self._producer = Producer({"bootstrap.servers": tarn.kafka, "acks": "all",
                                   "linger.ms": 20})

    def send(self, topic, *values, **when):
        """As one batch."""
        reports = []
        for value in values:
            text = value if isinstance(value, str) else json.dumps(value)
            self._producer.produce(topic, text, on_delivery=lambda e, _: reports.append(e), **when)
        self._producer.flush(30)
        assert len(reports) == len(values)
        if refused := [error.name() for error in reports if error is not None]:
            raise Refused(refused[0])


@pytest.fixture(scope="module")
def tarn(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    folder = tmp_path_factory.mktemp("records")
    lines = [f"  {name}: {{from: {name}, format: delta, commit: 1s}}" for name in RECORDS]
    lines += [f"  {name}: {{from: plain, format: delta, commit: 1s}}"
              for name in [*FOREIGN, "ours", "removed", "a_file"]]
    lines += ["  times: {from: times, format: delta, commit: 1s, partition_by: [year(_time)]}"]
    (folder / "tarn.yaml").write_text(
        "version: 1\nname: odd\nauto_create: true\ntables:\n" + "\n".join(lines) + "\n")
    server = Tarn(folder / "run", pipeline=folder)
    for name, (text, _) in FOREIGN.items():
        log = server.lake / name / "_delta_log"
        log.mkdir(parents=True)
        (log / f"{0:020}.json").write_text(text)
    (server.lake / "a_file").write_text("not a folder")
    write_deltalake(str(server.lake / "ours"), pyarrow.table({"id": [1, 2], "who": ["x", None]}))
    try:
        server.start()
        produce_all(server)
        yield server
    finally:
        server.stop()


def produce_all(server):
    """The n-th records of all topics together, so that waits for commits run side by side."""
    producing = Producing(server)
    producing.send("plain", {"id": 3, "who": "y"})
    for n in range(max(map(len, RECORDS.values()))):
        for topic, records in RECORDS.items():
            if n >= len(records):
                continue
            if records[n] is None:
                wait_for_rows(server, topic, sum(record is not None for record in records[:n]))
            elif isinstance(records[n], list):
                producing.send(topic, *records[n])
            else:
                producing.send(topic, records[n])


def table(server, name):
    return next(item for item in json.loads(server.tool("table", "list", "--json"))["tables"]
                if item["name"] == name)


def wait_for_rows(server, name, count):
    wait_until(lambda: table(server, name)["rows"] >= count, 30, f"{count} rows in {name}")


def read_both(server, name, count):
    """The rows as DuckDB has them; deltalake must have the same, in all columns but times."""
    wait_for_rows(server, name, count)
    rows = json.loads(server.tool("sql", "--format", "json",
                                  f"select * from {name} order by _offset nulls first, #1"))
    delta = DeltaTable(str(server.lake / name)).to_pyarrow_table()
    delta = delta.drop_columns(["_time"]).to_pylist()  # Python knows no times after 9999
    assert len(rows) == len(delta) == count
    by_offset = {row["_offset"]: row for row in delta}
    for row in rows:
        if row["_offset"] is None:
            continue
        theirs = by_offset[row["_offset"]]
        assert {k: v for k, v in row.items() if k != "_time"} == theirs
    return rows


def test_ten_thousand_keys_become_columns_and_a_rest(tarn):
    wide, narrow = read_both(tarn, "wide", 2)
    columns = [name for name in wide if name.startswith("k")]
    assert len(columns) <= COLUMNS_MAX
    rest = json.loads(wide["_rescued"])
    assert {**{name: wide[name] for name in columns}, **rest} == RECORDS["wide"][0]
    assert narrow["k00001"] == 7 and narrow["_rescued"] is None


def test_keys_that_differ_by_case_share_a_column_and_lose_nothing(tarn):
    rows = read_both(tarn, "cases", 3)
    assert [row["id"] for row in rows] == [1, 3, 4]
    assert [row["_rescued"] and json.loads(row["_rescued"]) for row in rows] == [
        {"ID": 2}, None, None]


def value_of(row, name):
    return row[name] if row[name] is not None else json.loads(row["_rescued"])[name]


def test_integers_beyond_64_bits_keep_their_digits(tarn):
    rows = read_both(tarn, "integers", 4)
    assert [int(value_of(row, "n")) for row in rows] == [
        record["n"] for record in RECORDS["integers"] if record]


def test_a_field_that_changes_its_type_between_commits_is_kept_beside(tarn):
    rows = read_both(tarn, "types", 3)
    assert [value_of(row, "v") for row in rows] == [5, "late", {"a": 1}]


def test_a_field_of_several_types_in_one_commit_is_text(tarn):
    rows = read_both(tarn, "mixed", 3)
    assert [row["v"] for row in rows] == ["5", "late", '{"a": 1}']


def test_what_is_no_json_object_is_a_dead_letter_with_its_reason(tarn):
    assert [row["id"] for row in read_both(tarn, "broken", 2)] == [1, 3]
    letters = json.loads(tarn.tool("sql", "--format", "json",
                                   'select _key, value from log."broken.dead-letter"'))
    assert [letter["_key"] for letter in letters] == [f"broken/0/{n}" for n in range(1, 6)]
    assert letters[0]["value"] == "<html>"
    assert table(tarn, "broken")["dead_letters"] == 5


def test_times_of_1970_and_of_the_year_50000(tarn):
    producing = Producing(tarn)
    producing.send("times", {"id": 1, "at": "1970-01-01T00:00:00Z"}, timestamp=1)
    with pytest.raises(Refused, match="INVALID_TIMESTAMP"):
        producing.send("times", {"id": 2}, timestamp=YEAR_50000)
    allow_all_times(tarn, "times")
    producing.send("times", {"id": 2, "at": "9999-12-31T23:59:59Z"}, timestamp=YEAR_9999)
    producing.send("times", {"id": 3, "at": "50000-01-01T00:00:00Z"}, timestamp=YEAR_50000)
    producing.send("times", {"id": 4, "at": "1969-02-30"}, timestamp=2**63 - 1)
    rows = read_both(tarn, "times", 4)
    assert [(row["year"], row["_time"]) for row in rows] == [
        (1970, "1970-01-01T00:00:00.001Z"), (9999, "9999-12-31T23:59:59Z"),
        (50000, "+50000-01-01T00:00:00Z"), (None, None)]
    micros = DeltaTable(str(tarn.lake / "times")).to_pyarrow_table().sort_by("_offset").column(
        "_time").cast(pyarrow.int64()).to_pylist()
    assert micros == [1000, YEAR_9999 * 1000, YEAR_50000 * 1000, None]


def allow_all_times(tarn, topic):
    entry = ConfigEntry("message.timestamp.after.max.ms", NO_TIME_LIMIT,
                        incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": tarn.kafka})
    for altered in admin.incremental_alter_configs([resource]).values():
        altered.result(30)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_table_that_is_not_understood_is_left_alone(tarn, name):
    text, reason = FOREIGN[name]
    wait_until(lambda: table(tarn, name)["state"] == "stopped", 30, "stopped")
    said = table(tarn, name)["reason"]
    assert reason in said and name in said, said
    assert "another name" in said or name == "no_json", said
    assert f"table {name}: stopped:" in tarn.problem("/health/ready")
    files = [path.relative_to(tarn.lake / name) for path in (tarn.lake / name).rglob("*")
             if path.is_file()]
    assert [str(path) for path in files] == [f"_delta_log/{0:020}.json"]
    assert (tarn.lake / name / files[0]).read_text() == text


def test_a_foreign_table_that_is_understood_is_written_on(tarn):
    rows = read_both(tarn, "ours", 3)
    assert [(row["id"], row["who"]) for row in rows] == [(1, "x"), (2, None), (3, "y")]


def test_a_file_in_the_place_of_a_table_is_named(tarn):
    wait_until(lambda: table(tarn, "a_file")["state"] == "waiting", 30, "waiting")
    assert "a_file" in table(tarn, "a_file")["reason"]
    (tarn.lake / "a_file").unlink()
    tarn.tool("table", "flush", "a_file")
    wait_for_rows(tarn, "a_file", 1)


def test_a_table_whose_folder_is_removed_waits_and_is_written_anew_by_a_start(tarn):
    read_both(tarn, "removed", 1)
    shutil.rmtree(tarn.lake / "removed")
    Producing(tarn).send("plain", {"id": 4, "who": "z"})
    wait_until(lambda: table(tarn, "removed")["state"] == "waiting", 30, "waiting")
    said = table(tarn, "removed")["reason"]
    assert "removed/_delta_log/00000000000000000000.json is gone" in said and "put it back" in said
    assert not (tarn.lake / "removed" / "_delta_log").exists()
    assert tarn.stop() == 0
    tarn.start()
    assert [row["id"] for row in read_both(tarn, "removed", 2)] == [3, 4]
