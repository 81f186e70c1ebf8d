"""Reads what strace saw of the real program and judges it: no acknowledgement of a produce request
may leave before an fdatasync that covers its bytes has returned.

The trace is taken with -f -yy -xx: several threads, descriptors with their paths or addresses,
strings as hex. A call begins on one line and may end on a later one; line numbers order both."""

import collections
import dataclasses
import re
import struct

LINE = re.compile(r"^(\d+)\s+(.*)$")
RESUMED = re.compile(r"^<\.\.\. (\w+) resumed>(.*)$")
CALL = re.compile(r"^(\w+)\((\d+)<([^>]*(?:->[^>]*)?)>(.*)$")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
RESULT = re.compile(r"=\s+(-?\d+)(?:\s|$)")

READS = {"read", "readv", "recvfrom", "recvmsg"}
SENDS = {"write", "writev", "sendto", "sendmsg"}
FILE_WRITES = {"write", "writev", "pwrite64", "pwritev", "pwritev2"}
SYNCS = {"fdatasync", "fsync"}
CALLS = sorted(READS | SENDS | FILE_WRITES | SYNCS)
PRODUCE = 0


@dataclasses.dataclass
class Call:
    name: str
    descriptor: int
    what: str  # path, or TCP:[…]
    begin: int
    end: int
    result: int
    data: bytes


def calls_of(lines):
    """Every finished call on a descriptor, in the order of its end."""
    pending = {}
    for number, line in enumerate(lines):
        match = LINE.match(line)
        if not match:
            continue
        thread, text = match.groups()
        if text.endswith("<unfinished ...>"):
            pending[thread] = (number, text.removesuffix("<unfinished ...>"))
            continue
        begin = number
        resumed = RESUMED.match(text)
        if resumed:
            begin, first = pending.pop(thread, (number, ""))
            text = first + resumed.group(2)
        call = call_of(text, begin, number)
        if call:
            yield call


def call_of(text, begin, end):
    match = CALL.match(text)
    results = RESULT.findall(text)
    if not match or not results or match.group(1) not in CALLS:
        return None
    data = b"".join(unhexed(text) for text in TEXT.findall(match.group(4)))
    what = match.group(3)
    if what.startswith("\\x"):
        what = unhexed(what).decode()
    result = int(results[-1])
    if match.group(1) not in SYNCS:
        data = data[:max(result, 0)] if result < len(data) else data
    return Call(match.group(1), int(match.group(2)), what, begin, end, result, data)


def unhexed(text):
    return bytes.fromhex(text.replace("\\x", ""))


class Frames:
    """Cuts one direction of one connection into Kafka frames; each with the line where it began."""

    def __init__(self):
        self._bytes, self._starts = b"", collections.deque()

    def feed(self, data, line):
        """Whole frames, as (line of the first byte, body)."""
        self._starts.append((len(self._bytes), line))
        self._bytes += data
        while len(self._bytes) >= 4:
            size = struct.unpack(">i", self._bytes[:4])[0]
            if len(self._bytes) < 4 + size:
                return
            line_of_first = self._starts[0][1]
            yield line_of_first, self._bytes[4:4 + size]
            self._drop(4 + size)

    def _drop(self, count):
        self._bytes = self._bytes[count:]
        if not self._bytes:
            self._starts.clear()
            return
        starts = [(at - count, line) for at, line in self._starts]
        before = [entry for entry in starts if entry[0] <= 0]
        self._starts = collections.deque(
            ([(0, before[-1][1])] if before else []) + [entry for entry in starts if entry[0] > 0])


@dataclasses.dataclass
class Judgement:
    covered: set = dataclasses.field(default_factory=set)  # markers acknowledged after their sync
    violations: list = dataclasses.field(default_factory=list)


def judge(lines, marker):
    """marker: a compiled pattern of bytes that names each record."""
    calls = list(calls_of(lines))
    written = writes_of(calls, marker)
    syncs = collections.defaultdict(list)
    for call in calls:
        if call.name in SYNCS and call.result == 0:
            syncs[call.what].append(call)
    judgement = Judgement()
    for names, sent in acknowledgements(calls, marker):
        for name in names:
            if any(write_end < sync.begin and sync.end < sent
                   for what, write_end in written[name] for sync in syncs[what]):
                judgement.covered.add(name)
            else:
                judgement.violations.append(f"{name.decode()} acknowledged on line {sent}, "
                                            f"written {written[name]}, synced too late or never")
    return judgement


def writes_of(calls, marker):
    """Marker → [(file, line at which its write had ended)]."""
    written = collections.defaultdict(list)
    for call in calls:
        if call.name in FILE_WRITES and call.what.startswith("/"):
            for name in set(marker.findall(call.data)):
                written[name].append((call.what, call.end))
    return written


def acknowledgements(calls, marker):
    """(markers of a produce request, line on which its answer began to leave)."""
    reading, sending = collections.defaultdict(Frames), collections.defaultdict(Frames)
    waiting = {}
    for call in calls:
        if not call.what.startswith("TCP") or call.result <= 0:
            continue
        key = (call.descriptor, call.what)
        if call.name in READS:
            for _, frame in reading[key].feed(call.data, call.begin):
                api, _, correlation = struct.unpack(">hhi", frame[:8])
                if api == PRODUCE:
                    waiting[key, correlation] = set(marker.findall(frame))
        elif call.name in SENDS:
            for line, frame in sending[key].feed(call.data, call.begin):
                names = waiting.pop((key, struct.unpack(">i", frame[:4])[0]), None)
                if names:
                    yield names, line
