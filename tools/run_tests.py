#!/usr/bin/env python3
"""Runs the test suite and counts it; scripts/test is the way in.

Usage: tools/run_tests.py [STAGE...]      default: all, in this order
Stages: tidy format build unit fuzz compat lint
Environment: TARN_PRESET (dev), TARN_TEST_MINUTES (38: what clang-tidy may fill up), TARN_JOBS.
"""

import os
import pathlib
import signal
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from suite import commands, lint, stages  # noqa: E402
from suite.results import Report  # noqa: E402

STAGES = {
    "tidy": stages.tidy,
    "format": stages.formatting,
    "build": stages.build,
    "unit": stages.unit,
    "fuzz": stages.fuzz,
    "compat": stages.compat,
    "lint": None,
}


def main(chosen):
    wrong = [name for name in chosen if name not in STAGES]
    if wrong:
        print(f"no such stage: {' '.join(wrong)}; there are {' '.join(STAGES)}", file=sys.stderr)
        return 2
    root = pathlib.Path(__file__).resolve().parent.parent
    report = Report()
    jobs = int(os.environ.get("TARN_JOBS") or os.cpu_count() or 2)
    run = stages.Run(root, os.environ.get("TARN_PRESET", "dev"), report, jobs)
    minutes = float(os.environ.get("TARN_TEST_MINUTES", "38"))
    used = float(os.environ.get("TARN_SECONDS_USED", "0"))
    STAGES["lint"] = lambda run: lint.lint(run, lambda: minutes * 60 - used - report.elapsed())
    for name in chosen or STAGES:
        before = len(report.outcomes)
        report.say(f"== {name}")
        STAGES[name](run)
        report.say(f"== {name}: {stages.summary(report.outcomes[before:]) or 'nothing to do'}")
    return report.close()


def stop(number, _):
    commands.end_all()
    os._exit(128 + number)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    sys.exit(main(sys.argv[1:]))
