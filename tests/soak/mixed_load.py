#!/usr/bin/env python3
"""A mixed load for MINUTES, and whether the server is afterwards as it was before: resident memory,
open files, latencies. scripts/soak load is the way in.

Usage: tests/soak/mixed_load.py [MINUTES]      default: 60, at least 1
Environment: TARN_BINARY (a release binary), TARN_SEED (repeats the load's choices).
Exit status 0 only when all is flat and nothing was lost, doubled or out of order. All samples are
written to build/soak-load.json; the server's log stays in build/soak-load when the run failed."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import sys
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

import flatness  # noqa: E402
import plan  # noqa: E402
from steer import Load, say  # noqa: E402
from tarn_process import Tarn  # noqa: E402

FOLDER = ROOT / "build" / "soak-load"
SAMPLES = ROOT / "build" / "soak-load.json"


def report(load, minutes, seed):
    """Prints it all; whether all is well."""
    failures, found = load.hall.failures + load.failures, []
    say(load.counted())
    if len(load.samples) >= flatness.SAMPLES_MIN:
        found = flatness.faults(load.samples)
        say(flatness.table(load.samples))
        say(flatness.peak(load.samples))
        say(flatness.disturbance(load.samples))
    for sentence in found:
        say(f"load: NOT FLAT: {sentence}")
    for sentence in failures:
        say(f"load: FAILED: {sentence}")
    is_well = not found and not failures
    SAMPLES.write_text(json.dumps({
        "seed": seed, "minutes": minutes, "settings": plan.as_dict(), "flat": not found,
        "faults": found, "failures": failures, "samples": load.samples,
        "counts": {f"{part}: {what}": n for (part, what), n in load.hall.counts.items()},
    }, indent=1))
    say(f"load: {'flat' if is_well else 'red'} after {minutes} minutes, seed {seed}; samples in "
        f"{SAMPLES.relative_to(ROOT)}")
    return is_well


def main(minutes):
    seed = int(os.environ.get("TARN_SEED", time.time_ns() % 1_000_000))
    say(f"load: {minutes} minutes, seed {seed}")
    say(plan.as_text())
    lock = ROOT / "build" / "bench.lock"  # whoever measures has the machine for himself
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        load = run(seed, minutes)
    is_well = report(load, minutes, seed)
    shutil.rmtree(FOLDER if is_well else FOLDER / "data", ignore_errors=True)
    return 0 if is_well else 1


def run(seed, minutes):
    """The load, when it is over; the server has stopped."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    tarn, load = Tarn(FOLDER), None
    try:
        load = Load(tarn.start(), seed, minutes)
        try:
            load.run()
        except (AssertionError, OSError) as error:  # the latter when the server is gone
            load.failures.append(f"the run broke off: {error}")
        if tarn.stop() != 0:
            load.failures.append(f"the server did not stop cleanly:\n{tarn.log_tail()}")
    finally:
        if load:
            load.hall.kill()
        tarn.stop()
    return load


def interrupted(number, _):
    sys.exit(128 + number)


if __name__ == "__main__":
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, interrupted)
    if len(sys.argv) > 2 or not all(word.isdigit() and int(word) > 0 for word in sys.argv[1:]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
