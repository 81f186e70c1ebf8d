"""A run from its beginning to its end: starts the parts of the load, takes samples, lets the
readers come to the end, and looks at what is left."""

import time

import flatness
import plan
from administration import administer, prepare
from balances import keep_balances
from desk import Hall
from groups import read_in_groups
from probe import probe
from server import Watched
from streams import read_again, write
from tarn_process import wait_until
from transfers import transact
from visitors import numbers_of, visit

READERS = (read_in_groups, transact)
OTHERS = (read_again, keep_balances, visit, administer)
CATCH_UP_SECONDS = 60
CHECKED = ("read by groups", "read again", "transfers read")
BALANCES_MAX = 12_000  # records of the compacted topic; an hour writes 720,000


def say(text):
    print(text, flush=True)


class Load:
    """One run. What went wrong beside what the parts have told is in failures."""

    def __init__(self, tarn, seed, minutes):
        self._tarn, self._minutes = tarn, minutes
        self.hall = Hall(tarn.kafka, tarn.http, seed)
        self.samples, self.failures = [], []

    def run(self):
        prepare(self._tarn.kafka)
        watched = Watched(self._tarn.pid, self._tarn.data, self.hall.processor_seconds)
        self.hall.start(probe, niceness=0)
        for part in (write, *READERS, *OTHERS):
            self.hall.start(part)
        wait_until(self._is_under_way, 60, "the load is under way")
        self._fill()
        self._sample_all(watched)
        self._finish()
        self._check_what_is_left()

    def _is_under_way(self):
        self._listen()
        return all(any(name == part.__name__ for name, _ in self.hall.counts)
                   for part in (write, *READERS, *OTHERS))

    def _fill(self):
        say(f"load: under way; {plan.FILLING_SECONDS} s until all is as full as it will be")
        until = time.monotonic() + plan.FILLING_SECONDS
        while time.monotonic() < until:
            time.sleep(0.5)
            self._listen()
        self.hall.take_times()

    def _listen(self):
        told = len(self.hall.failures)
        self.hall.listen()
        for failure in self.hall.failures[told:]:
            say(f"load: FAILED: {failure}")
        assert self.hall.is_whole(), "a part of the load has ended by itself; so ends the run"

    def _sample_all(self, watched):
        began = time.monotonic()
        for number in range(self._minutes * 60 // plan.SAMPLE_SECONDS + 1):
            while (left := began + number * plan.SAMPLE_SECONDS - time.monotonic()) > 0:
                time.sleep(min(left, 0.5))
                self._listen()
            times = {f"{what}_{point}_ms": value for what, seconds in self.hall.take_times().items()
                     for point, value in flatness.points(seconds).items()}
            lines = self.hall.facts[("visit", "metrics")]["lines"]
            self.samples.append({"at": time.monotonic() - began, "metrics": lines,
                                 **watched.sample(), **times})
            minute, rest = divmod(number * plan.SAMPLE_SECONDS, 60)
            if minute and not rest:
                say(self._progress(minute))

    def _progress(self, minute):
        now, before = self.samples[-1], self.samples[-1 - 60 // plan.SAMPLE_SECONDS]
        cpu = (now["cpu_seconds"] - before["cpu_seconds"]) / (now["at"] - before["at"])
        checked = sum(n for (_, what), n in self.hall.counts.items() if what in CHECKED)
        return (f"load: minute {minute} of {self._minutes}: RSS {now['rss_mb']:.0f} MB, "
                f"{now['open_files']} files, CPU {100 * cpu:.0f} %, disk {now['disk_mb']:.0f} MB, "
                f"acknowledged p50 {now.get('acknowledged_p50_ms', 0):.2f} ms, p99 "
                f"{now.get('acknowledged_p99_ms', 0):.2f} ms, {checked:,} records checked")

    def _finish(self):
        """The writers stop; the readers come to the end; all others stop."""
        self.hall.end(write, probe)
        try:
            wait_until(self._is_all_read, CATCH_UP_SECONDS, "all records are read", pause=0.5)
        except AssertionError:
            self.failures.append(f"not read {CATCH_UP_SECONDS} s after the end: {self._unread()}")
        self.hall.end(*READERS, *OTHERS, seconds=90)

    def _is_all_read(self):
        self._listen()
        return not self._unread()

    def _unread(self):
        """Of each reader and place: what was read, and what was acknowledged."""
        facts = self.hall.facts
        acknowledged = facts.get(("write", "acknowledged"), {})
        read = facts[("read_in_groups", "read")] | facts[("transact", "read")]
        topics = {name: topics for name, (_, topics) in plan.GROUPS.items()}
        return [f"{place} by {name} to {read[name].get(place, 0)} of {count}"
                for name, chosen in {**topics, "transfers": ("orders",)}.items()
                for place, count in acknowledged.items()
                if place[0] in chosen and read[name].get(place, 0) < count]

    def _check_what_is_left(self):
        def connections():
            return numbers_of(self._tarn.get("/metrics"))["tarn_kafka_connections"]

        try:
            wait_until(lambda: connections() == 0, 20, "no connection is left", pause=0.5)
        except AssertionError:
            self.failures.append(f"{connections():.0f} connections are left, and no client is")
        records = self.hall.facts[("keep_balances", "records")]
        if records > BALANCES_MAX:
            self.failures.append(f"the compacted topic has grown to {records} records")

    def counted(self):
        lines = [f"  {part}: " + ", ".join(f"{number:,} {what}" for (name, what), number
                                           in sorted(self.hall.counts.items()) if name == part)
                 for part in sorted({name for name, _ in self.hall.counts})]
        return "\n".join(["counted:", *lines])
