"""How a part of the load, in a process of its own, is told to end and tells what it has seen."""

import collections
import multiprocessing
import os
import random
import signal
import threading
import time
import traceback

from comparing.processor import process_seconds

NICENESS = 5  # the load makes way for the server and for what measures it
FAILURES_TOLD = 10  # by one part


class Desk:
    """The part's side. What it counts and measures goes to the steering process once a second."""

    def __init__(self, name, kafka, http, seed, line):
        self.name, self.kafka, self.http = name, kafka, http
        self.chance = random.Random(f"{seed} {name}")
        self._line, self._ended, self._lock = line, threading.Event(), threading.Lock()
        self._counts, self._times = collections.Counter(), collections.defaultdict(list)
        self._failures = 0

    def client(self, name, **settings):
        """Of librdkafka; what is worth a failure is found by the checks, not by its log."""
        return {"bootstrap.servers": self.kafka, "client.id": f"load-{name}", "log_level": 3,
                **settings}

    def goes_on(self):
        return not self._ended.is_set()

    def rest(self, seconds):
        """Until then, or until the end."""
        self._ended.wait(max(0, seconds))

    def count(self, what, number=1):
        with self._lock:
            self._counts[what] += number

    def time(self, what, seconds):
        with self._lock:
            self._times[what].append(seconds)

    def tell(self, **facts):
        """The latest of each fact counts."""
        self._say("facts", facts)

    def fail(self, sentence):
        """Something that must not happen has happened; the run goes on and ends in failure."""
        self._failures += 1
        if self._failures <= FAILURES_TOLD:
            self._say("failure", f"{self.name}: {sentence}")

    def _say(self, kind, told):
        with self._lock:
            self._line.send((kind, told))

    def report(self):
        with self._lock:
            self._line.send(("report", (self._counts, self._times)))
            self._counts, self._times = collections.Counter(), collections.defaultdict(list)

    def report_always(self):
        while self.goes_on():
            self.rest(1)
            self.report()

    def await_end(self):
        """The steering process says so, or is gone."""
        try:
            self._line.recv()
        except EOFError:
            pass
        self._ended.set()


def _work(function, where, niceness):
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the steering process decides
    os.nice(niceness)
    desk = Desk(*where)
    threads = [threading.Thread(target=work, daemon=True)
               for work in (desk.report_always, desk.await_end)]
    for thread in threads:
        thread.start()
    try:
        function(desk)
    except Exception:  # noqa: BLE001  whatever it is ends the run in failure
        desk.fail(f"broke off:\n{traceback.format_exc()}")
    desk.report()


class Part:
    """A process of the load, as the steering process has it."""

    def __init__(self, context, function, where, niceness):
        self.line, theirs = context.Pipe()
        self.process = context.Process(target=_work, name=function.__name__, daemon=True,
                                       args=(function, (function.__name__, *where, theirs),
                                             niceness))
        self.process.start()
        theirs.close()
        self.is_told_to_end = False

    def end(self):
        self.is_told_to_end = True
        try:
            self.line.send("end")
        except OSError:
            pass  # it is gone, which is found elsewhere

    def heard(self):
        """What it has said since it was last asked."""
        try:
            while self.line.poll():
                yield self.line.recv()
        except (EOFError, OSError):
            return


class Hall:
    """The steering process's side: starts the parts, ends them, and hears what they tell."""

    def __init__(self, kafka, http, seed):
        self._where = kafka, http, seed
        self._context = multiprocessing.get_context("spawn")
        self._parts = {}
        self.counts, self.facts, self.failures = collections.Counter(), {}, []
        self._times = collections.defaultdict(list)

    def start(self, function, niceness=NICENESS):
        self._parts[function] = Part(self._context, function, self._where, niceness)

    def listen(self):
        """Takes in all that has been told so far."""
        for part in self._parts.values():
            for kind, told in part.heard():
                self._take(part.process.name, kind, told)

    def is_whole(self):
        """Nobody has ended who was not told to."""
        return all(part.process.is_alive() or part.is_told_to_end
                   for part in self._parts.values())

    def _take(self, name, kind, told):
        if kind == "failure":
            self.failures.append(told)
        elif kind == "facts":
            self.facts.update({(name, fact): value for fact, value in told.items()})
        else:
            counts, times = told
            self.counts.update({(name, what): number for what, number in counts.items()})
            for what, seconds in times.items():
                self._times[what] += seconds

    def take_times(self):
        """What was measured since the last call, in seconds."""
        taken, self._times = self._times, collections.defaultdict(list)
        return taken

    def end(self, *functions, seconds=60):
        """Returns when these parts have ended what they were doing."""
        chosen = [self._parts[function] for function in functions]
        for part in chosen:
            part.end()
        deadline = time.monotonic() + seconds
        while any(part.process.is_alive() for part in chosen) and time.monotonic() < deadline:
            self.listen()  # nobody can end who is not heard
            time.sleep(0.1)
        for part in chosen:
            if part.process.is_alive():
                self.failures.append(f"{part.process.name} does not end")
                part.process.kill()
        self.listen()

    def processor_seconds(self):
        """Of all parts, and of who steers them."""
        times = os.times()
        return times.user + times.system + sum(process_seconds(part.process.pid)
                                               for part in self._parts.values())

    def kill(self):
        for part in self._parts.values():
            part.process.kill()
