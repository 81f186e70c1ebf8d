"""What the mixed load consists of: topics, rates, and how much of it is kept."""

import dataclasses

SAMPLE_SECONDS = 5
# Longer than a group may stand still while a member that left without a word is waited for.
RETAINED_SECONDS = 100
# Until every partition is as full as it will be; the broker looks what is to go each 30 seconds.
FILLING_SECONDS = RETAINED_SECONDS + 40
COMPACTION_PAUSE_MS = 2000


def kept(segment_kib, **config):
    """Segments small enough to roll each ten seconds or so, and to go soon: the disk is bounded,
    and retention is at work."""
    return {"segment.bytes": str(segment_kib << 10),
            "retention.ms": str(1000 * RETAINED_SECONDS), **config}


@dataclasses.dataclass(frozen=True)
class Stream:
    """A topic that one idempotent producer fills at a fixed rate. The record at offset n of a
    partition is the n-th that was written to it, and says so."""

    topic: str
    partitions: int
    codec: str
    record_bytes: int
    per_second: int
    config: dict


STREAMS = (
    Stream("small", 6, "lz4", 100, 1000, kept(128)),
    Stream("brisk", 4, "snappy", 1024, 300, kept(512)),
    Stream("dense", 4, "zstd", 1024, 300, kept(512)),
    Stream("large", 3, "none", 16 << 10, 40, kept(2048, **{"retention.bytes": str(22 << 20)})),
    Stream("packed", 2, "gzip", 16 << 10, 20, kept(1024)),
    Stream("orders", 2, "none", 200, 50, kept(64)),  # what the transactions carry on
)
PATIENCE = {"session.timeout.ms": 10_000, "heartbeat.interval.ms": 1000}
# One group each: who assigns, and what it reads.
GROUPS = {
    "classic": ({"partition.assignment.strategy": "range", **PATIENCE}, ("small", "large")),
    "cooperative": ({"partition.assignment.strategy": "cooperative-sticky", **PATIENCE},
                    ("brisk", "packed")),
    "consumer": ({"group.protocol": "consumer"}, ("dense", "packed")),
}
REREAD = ("small", "brisk", "dense", "large", "packed")
REREAD_BYTES_PER_SECOND = 4 << 20

TRANSFERS = "transfers"   # what was carried from orders, exactly once
PROBE = "probe"           # what the latencies are measured with
PROBE_PER_SECOND = 200
BALANCES = "balances"     # compacted
BALANCES_PER_SECOND = 200
VISITS = "visits"         # of producers that come and go

TOPICS = {
    **{stream.topic: (stream.partitions, stream.config) for stream in STREAMS},
    TRANSFERS: (2, kept(32)),
    PROBE: (1, kept(2048)),
    VISITS: (2, kept(16)),
    BALANCES: (2, {"cleanup.policy": "compact", "segment.bytes": str(256 << 10),
                   "min.cleanable.dirty.ratio": "0.2", "delete.retention.ms": "60000"}),
}


def as_dict():
    """The settings of a run, for its record."""
    return {"sample_seconds": SAMPLE_SECONDS, "streams": [dataclasses.asdict(s) for s in STREAMS],
            "groups": {name: list(topics) for name, (_, topics) in GROUPS.items()},
            "topics": {name: {"partitions": partitions, **config}
                       for name, (partitions, config) in TOPICS.items()},
            "reread_bytes_per_second": REREAD_BYTES_PER_SECOND,
            "probe_per_second": PROBE_PER_SECOND, "balances_per_second": BALANCES_PER_SECOND}


def as_text():
    """The same, for who looks on."""
    lines = [f"{stream.topic}: {stream.per_second}/s of {stream.record_bytes} B, {stream.codec}, "
             f"{stream.partitions} partitions" for stream in STREAMS]
    lines += [f"{BALANCES}: {BALANCES_PER_SECOND}/s, compacted",
              f"{PROBE}: {PROBE_PER_SECOND}/s of 1024 B",
              *(f"group {name}: {', '.join(topics)}" for name, (_, topics) in GROUPS.items()),
              f"from the beginning again and again: {REREAD_BYTES_PER_SECOND >> 20} MiB/s",
              f"kept for {RETAINED_SECONDS} s; one sample each {SAMPLE_SECONDS} s"]
    return "\n".join(f"  {line}" for line in lines)
