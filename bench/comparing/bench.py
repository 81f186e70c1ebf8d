"""Measures a piece of work on several brokers in turn and prints the figures side by side."""

import dataclasses
import json
import os
import statistics
import subprocess
import sys

from comparing.brokers import TOOLS
from comparing.processor import watched

PARTITIONS = 6


@dataclasses.dataclass
class Figures:
    """Of one measurement; what does not apply is None."""

    per_second: float = None
    p50_ms: float = None
    p99_ms: float = None
    server_cpu: float = None  # seconds per million records
    client_cpu: float = None
    peak_mb: float = None
    value: float = None  # of rows with a figure and a unit of their own
    foreign: float = 0.0  # percent of all processors

    @staticmethod
    def median(several):
        def middle(name):
            values = [getattr(one, name) for one in several if getattr(one, name) is not None]
            return statistics.median(values) if values else None
        return Figures(**{field.name: middle(field.name) for field in dataclasses.fields(Figures)})


class Bench:
    def __init__(self, seconds, rounds, gib, results=None):
        self.seconds, self.rounds, self.gib = seconds, rounds, gib
        self._results, self._row, self._topics = results, None, 0

    def row(self, name, what):
        self._row = name
        print(f"\n{name}: {what}", flush=True)

    def compare(self, case, brokers, work, unit=None, started=True):
        """work(broker) → Figures, on each broker; every other round in the opposite order.

        A broker is started for each measurement, in an empty folder, and gone afterwards; with
        started=False the work does that itself."""
        print(f"  {case}", flush=True)
        found = {broker.name: [] for broker in brokers}
        for number in range(self.rounds):
            for broker in brokers if number % 2 == 0 else brokers[::-1]:
                if not started:
                    found[broker.name].append(work(broker))
                    continue
                with broker.running():
                    found[broker.name].append(work(broker))
        medians = {name: Figures.median(several) for name, several in found.items()}
        for name, figures in medians.items():
            print(f"    {name:12}{line_of(figures, unit)}", flush=True)
        for other in brokers[1:]:
            ratios(medians[brokers[0].name], medians[other.name], brokers[0].name, other.name)
        self._keep(case, found)
        return medians

    def topic(self, broker, partitions=PARTITIONS):
        self._topics += 1
        name = f"load-{self._topics}"
        broker.create_topic(name, partitions)
        return name

    def produce(self, broker, tool="produce_load", partitions=PARTITIONS, warm=True, **load):
        """Measures a generator that writes, after a warm-up on another topic; counts afterwards."""
        load = {"seconds": self.seconds, **load}
        if warm:
            self.tool(broker, tool, self.topic(broker, partitions), partitions,
                      **{**load, "seconds": max(1, self.seconds / 3)})
        topic = self.topic(broker, partitions)
        figures, told = self.tool(broker, tool, topic, partitions, **load)
        if broker.stores:
            kept = broker.records_in(topic, partitions)
            assert kept == told["records"], f"{broker.name}: {kept} kept of {told['records']}"
        return figures

    def fill(self, broker, bytes_total, size, partitions=PARTITIONS, topic=None):
        """A topic with so many bytes in it; its name and how many records that is."""
        topic = topic or self.topic(broker, partitions)
        records = int(bytes_total / size)
        batch = max(1, 16384 // size)
        _, told = self.tool(broker, "raw_produce", topic, partitions, bytes=size, batch=batch,
                            connections=2, records=records, seconds=3600)
        return topic, told["records"]

    def consume(self, broker, topic, records, tool, partitions=PARTITIONS, **load):
        return self.tool(broker, tool, topic, partitions, records=records, **load)[0]

    def tool(self, broker, tool, topic, partitions, **load):
        """Runs a generator against a broker; figures, and what it told."""
        words = [str(TOOLS / tool), f"broker={broker.address}", f"topic={topic}",
                 f"partitions={partitions}"]
        words += [f"{name.replace('__', '.')}={value}" for name, value in load.items()]
        figures, text = self.measured(broker, None, words)
        told = json.loads(text)
        assert told["failed"] == 0, f"{broker.name}: {words}: {told}"
        millions = told["records"] / 1e6
        for name in ("server_cpu", "client_cpu"):
            seconds = getattr(figures, name)
            setattr(figures, name, seconds / millions if millions else None)
        for name in ("per_second", "p50_ms", "p99_ms"):
            setattr(figures, name, told.get(name))
        return figures, told

    def measured(self, broker, count, words):
        """Runs a client; what it and the broker took, and what it told. Without a count the
        processor times are seconds."""
        broker.forget_peak()
        with watched(broker.pid) as seen:
            before, own = broker.cpu_seconds(), children_seconds()
            done = subprocess.run(words, capture_output=True, text=True)
            server, client = broker.cpu_seconds() - before, children_seconds() - own
        if done.returncode != 0:
            sys.exit(f"{' '.join(words)}: exit status {done.returncode}\n{done.stderr}")
        millions = count / 1e6 if count else 1
        return Figures(server_cpu=server / millions, client_cpu=client / millions,
                       peak_mb=broker.resident_mb(peak=True), foreign=seen["foreign"]), done.stdout

    def _keep(self, case, found):
        if self._results:
            with open(self._results, "a") as file:
                figures = {name: [dataclasses.asdict(one) for one in several]
                           for name, several in found.items()}
                print(json.dumps({"row": self._row, "case": case, **figures}), file=file)


def children_seconds():
    times = os.times()
    return times.children_user + times.children_system


def line_of(figures, unit):
    parts = []
    if figures.value is not None:
        parts.append(f"{figures.value:,.4g} {unit}")
    if figures.per_second is not None:
        parts.append(f"{figures.per_second:>11,.0f}/s")
    if figures.p50_ms is not None:
        parts.append(f"p50 {figures.p50_ms:.2f} ms  p99 {figures.p99_ms:.2f} ms")
    if figures.server_cpu is not None:
        parts.append(f"server {figures.server_cpu:.2f} and client {figures.client_cpu:.2f} "
                     "CPU s per million")
    if figures.peak_mb is not None:
        parts.append(f"peak {figures.peak_mb:.0f} MB")
    return "   ".join([*parts, f"foreign CPU {figures.foreign:.1f} %"])


def ratios(one, other, name, other_name):
    """Of what both have; for values, times and memory less is better, for rates more."""
    parts = []
    for what, field in (("rate", "per_second"), ("value", "value"), ("p99", "p99_ms"),
                        ("server CPU", "server_cpu"), ("peak", "peak_mb")):
        mine, its = getattr(one, field), getattr(other, field)
        if mine is not None and its:
            parts.append(f"{what} {mine / its:.3g}")
    print(f"    {name} : {other_name} = {', '.join(parts)}", flush=True)
