"""Who used the processors: a process, this one with its children, others."""

import contextlib
import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def busy_seconds():
    """Processor seconds of the whole machine, and of this process with its ended children."""
    fields = [int(word) for word in open("/proc/stat").readline().split()[1:]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def own_seconds(pids):
    times = os.times()
    mine = times.user + times.system + times.children_user + times.children_system
    return mine + sum(process_seconds(pid) for pid in pids)


def process_seconds(pid):
    try:
        fields = open(f"/proc/{pid}/stat").read().rsplit(") ", 1)[1].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def watched(*pids):
    """Yields a dict that gets 'foreign': others' share of all processors, in percent."""
    found = {}
    start, busy, own = time.monotonic(), busy_seconds(), own_seconds(pids)
    yield found
    elapsed = time.monotonic() - start
    foreign = (busy_seconds() - busy) - (own_seconds(pids) - own)
    found["foreign"] = max(0.0, 100 * foreign / elapsed / os.cpu_count())
