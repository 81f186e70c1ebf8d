"""What a run has found out: passed, failed and skipped tests, and how it is told."""

import dataclasses
import sys
import threading
import time

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclasses.dataclass(frozen=True)
class Outcome:
    name: str
    state: str
    detail: str = ""  # of a failure what was seen, of a skipped test the reason


class Report:
    """Collects outcomes; prints progress as it goes and the summary at the end."""

    def __init__(self, out=sys.stdout):
        self.outcomes = []
        self._out = out
        self._lock = threading.Lock()
        self._started = time.monotonic()

    def say(self, text):
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        with self._lock:
            print(f"[{minutes:02}:{seconds:02}] {text}", file=self._out, flush=True)

    def add(self, outcomes):
        outcomes = list(outcomes)
        with self._lock:
            self.outcomes += outcomes
        for outcome in outcomes:
            if outcome.state == FAILED:
                self.say(f"FAILED {outcome.name}\n{indented(outcome.detail)}")
        return outcomes

    def elapsed(self):
        return time.monotonic() - self._started

    def count(self, state):
        return sum(outcome.state == state for outcome in self.outcomes)

    def close(self):
        """Prints failures, reasons for skipping and the one last line; the exit status."""
        reasons = {}
        for outcome in self.outcomes:
            if outcome.state == FAILED:
                print(f"failed: {outcome.name}", file=self._out)
            elif outcome.state == SKIPPED:
                reasons.setdefault(outcome.detail, []).append(outcome.name)
        for reason, names in reasons.items():
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            print(f"skipped: {', '.join(names[:3])}{more}: {reason}", file=self._out)
        counts = [f"{self.count(state)} {state}" for state in (PASSED, FAILED, SKIPPED)]
        print(", ".join(counts), file=self._out, flush=True)
        return 1 if self.count(FAILED) or not self.count(PASSED) else 0


def indented(text, lines=60):
    kept = text.rstrip().splitlines()
    if len(kept) > lines:
        kept = [f"… {len(kept) - lines} lines before", *kept[-lines:]]
    return "\n".join("    " + line for line in kept)


def summary(outcomes):
    """34 passed, 1 failed"""
    states = [outcome.state for outcome in outcomes]
    return ", ".join(f"{states.count(s)} {s}" for s in (PASSED, FAILED, SKIPPED) if s in states)
