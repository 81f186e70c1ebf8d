"""The rows of the comparison: each is a name, a sentence and the work.

For latencies, memory and processor time less is better, for rates more.
"""

import dataclasses
import os
import re
import shutil
import subprocess
import time

from comparing.bench import PARTITIONS, Figures
from comparing.brokers import (FOLDER, TOOLS, KafkaBroker, KafkaFlushBroker, StubBroker,
                               TarnBroker, kafka_jars, settle)
from comparing.processor import watched

ROWS = {}


def row(name, what):
    def keep(work):
        def measure(bench):
            bench.row(name, what)
            work(bench)
        ROWS[name] = measure
        return measure
    return keep


@row("produce-1k", "1 KiB records, acks=all, librdkafka; the stub is the client's ceiling")
def produce_1k(bench):
    produce(bench, 1024)


@row("produce-100", "100 B records, acks=all, librdkafka; the stub is the client's ceiling")
def produce_100(bench):
    produce(bench, 100)


def produce(bench, size):
    for producers in (1, 8):
        bench.compare(
            f"{producers} producers", [TarnBroker(), KafkaBroker(), StubBroker()],
            lambda broker: bench.produce(broker, bytes=size, producers=producers,
                                         in_flight=200_000 // producers))


@row("produce-encoded", "batches of 16 KiB, encoded beforehand, 2 connections, 5 in flight")
def produce_encoded(bench):
    for size in (1024, 100):
        bench.compare(
            f"records of {size} B", [TarnBroker(), KafkaBroker()],
            lambda broker: bench.produce(broker, "raw_produce", bytes=size, batch=16384 // size,
                                         connections=2))


@row("one-in-flight", "1 KiB records, each acknowledged before the next, against an fsync for each")
def one_in_flight(bench):
    for producers in (1, 64):
        bench.compare(
            f"{producers} producers", [TarnBroker(), KafkaFlushBroker()],
            lambda broker: bench.produce(broker, "raw_produce", batch=1, connections=producers,
                                         in_flight=1))


@row("batches-16k", "8 producers of 1 KiB records, batches of 16 KiB, librdkafka, fsync on both")
def batches_16k(bench):
    bench.compare(
        "8 producers", [TarnBroker(), KafkaFlushBroker()],
        lambda broker: bench.produce(broker, producers=8, in_flight=2_000,
                                     **{"set.batch.size": 16384}))


@row("fixed-rate", "5,000 records of 1 KiB a second: from produce to consume; Kafka without fsync")
def fixed_rate(bench):
    for producers in (1, 8):
        bench.compare(
            f"{producers} producers", [TarnBroker(), KafkaBroker()],
            lambda broker: bench.produce(broker, "end_to_end_load", producers=producers))


@row("partitions-1000", "one producer to all of 1,000 partitions, 1 KiB, fsync on both")
def partitions_1000(bench):
    bench.compare(
        "one request in flight, a batch for every partition in it",
        [TarnBroker(), KafkaFlushBroker()],
        lambda broker: bench.produce(broker, "raw_produce", partitions=1000, spread=1000, batch=1,
                                     in_flight=1))
    bench.compare(
        "librdkafka", [TarnBroker(), KafkaFlushBroker()],
        lambda broker: bench.produce(broker, partitions=1000, in_flight=2_000))


@row("consume-raw", "a client that fetches and discards; loopback is the bandwidth of the machine")
def consume_raw(bench):
    loopback(bench)
    for size in (1024, 100):
        consume(bench, size, [TarnBroker(), KafkaBroker()], "raw_fetch")


@row("consume", "one librdkafka consumer; the stub is the client's ceiling")
def consume_librdkafka(bench):
    for size in (1024, 100):
        stub = StubBroker(bytes=size, batch=16384 // size)
        consume(bench, size, [TarnBroker(), KafkaBroker(), stub], "consume_load")


def consume(bench, size, brokers, tool):
    """As many bytes as are read in some seconds at 500 MB/s, so that the page cache holds them."""
    total = bench.seconds * 500e6

    def hot(broker):
        return bench.consume(broker, *filled(broker), tool)

    def cold(broker):
        topic, records = filled(broker)
        broker.finish()
        broker.forget_pages()
        broker.start()
        return bench.consume(broker, topic, records, tool)

    def filled(broker):
        return bench.fill(broker, total, size) if broker.stores else ("any", int(total / size))

    bench.compare(f"{size} B, just written", brokers, hot)
    bench.compare(f"{size} B, from the disk", [one for one in brokers if one.stores], cold)


def loopback(bench):
    with watched() as seen:
        done = subprocess.run([TOOLS / "machine_limits", "loopback"], check=True, text=True,
                              capture_output=True)
    print(f"  loopback: {float(done.stdout):,.0f} MB/s   foreign CPU {seen['foreign']:.1f} %")


@row("perf-tools", "Kafka's own producer-perf-test and consumer-perf-test, 1 KiB and 100 B")
def perf_tools(bench):
    for size in (1024, 100):
        count = int(bench.seconds * 100e6 / size)

        def written(broker):
            topic = bench.topic(broker)
            return topic, kafka_tool(
                bench, broker, "ProducerPerformance", count, "--topic", topic, "--num-records",
                count, "--record-size", size, "--throughput", -1, "--producer-props",
                f"bootstrap.servers={broker.address}", "acks=all")

        def read(broker):
            topic, _ = written(broker)
            return kafka_tool(bench, broker, "ConsumerPerformance", count, "--topic", topic,
                              "--messages", count, "--bootstrap-server", broker.address)

        bench.compare(f"producer-perf-test, {size} B", [TarnBroker(), KafkaBroker()],
                      lambda broker: written(broker)[1])
        bench.compare(f"consumer-perf-test, {size} B", [TarnBroker(), KafkaBroker()], read)


def kafka_tool(bench, broker, name, count, *words):
    """A performance tool of Kafka; what it says itself is the rate and the latencies."""
    figures, told = bench.measured(
        broker, count, ["java", "-Xmx512m", "-cp", kafka_jars(),
                        f"org.apache.kafka.tools.{name}", *map(str, words)])
    if name == "ProducerPerformance":
        last = told.splitlines()[-1]
        assert last.startswith(f"{count} records sent"), last
        figures.per_second = float(re.search(r"([0-9.]+) records/sec", last)[1])
        figures.p50_ms, figures.p99_ms = (
            float(re.search(rf"([0-9.]+) ms {which}", last)[1]) for which in ("50th", "99th"))
    else:
        head, row = (line.split(", ") for line in told.splitlines()[:2])
        assert int(row[head.index("data.consumed.in.nMsg")]) >= count, row
        figures.per_second = float(row[head.index("fetch.nMsg.sec")])
    return figures


@row("start-empty", "from the start of the process to the first acknowledged record, empty")
def start_empty(bench):
    def first_start(broker):
        with broker.running():
            broker.create_topic("first", 1)
            broker.finish()
            return started(broker, "first")
    bench.compare("first acknowledgement", [TarnBroker(), KafkaBroker()], first_start, unit="s",
                  started=False)


@row("start-full", "the same after a clean stop with 1,000 partitions and 10 GiB (--gib)")
def start_full(bench):
    bench.compare(f"{bench.gib:g} GiB", [TarnBroker(), KafkaBroker()],
                  lambda broker: again(bench, broker, broker.finish), unit="s", started=False)


@row("recovery", "the same after kill -9 under load with 1,000 partitions and 10 GiB (--gib)")
def recovery(bench):
    bench.compare(f"{bench.gib:g} GiB", [TarnBroker(), KafkaBroker()],
                  lambda broker: again(bench, broker, broker.kill), unit="s", started=False)


def again(bench, broker, end):
    with broker.running():
        topic, records = bench.fill(broker, bench.gib * 2**30, 1024, partitions=1000)
        if end == broker.kill:
            broken_off(broker, topic)
        else:
            end()
        figures = started(broker, topic)
        broker.wait_served(topic, 1000)
        kept = broker.records_in(topic, 1000)
        assert kept > records, f"{broker.name}: {kept} kept of {records} and one"
        return figures


def broken_off(broker, topic):
    """Killed while it takes records."""
    load = subprocess.Popen([TOOLS / "raw_produce", f"broker={broker.address}", f"topic={topic}",
                             "partitions=1000", "seconds=60"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)
    settle(1)
    broker.kill()
    load.wait()


def started(broker, topic):
    """Starts it; Figures whose value is the seconds to the first acknowledgement."""
    with watched() as seen:
        waiting = subprocess.Popen([TOOLS / "first_ack", f"broker={broker.address}",
                                    f"topic={topic}"], text=True, stdout=subprocess.PIPE)
        broker.launch()
        seconds = float(waiting.communicate()[0].split(":")[1].strip(" }\n"))
        cpu = broker.cpu_seconds()
    broker.wait_ready()
    own = 100 * cpu / max(seconds, 0.01) / os.cpu_count()  # the clock ticks at 10 ms
    return Figures(value=seconds, peak_mb=broker.resident_mb(peak=True),
                   foreign=max(0.0, seen["foreign"] - own))


@row("memory", "resident memory: idle after the start, and the peak under 8 producers of 1 KiB")
def memory(bench):
    def idle(broker):
        settle(3)
        return Figures(value=broker.resident_mb())

    def loaded(broker):
        figures = bench.produce(broker, producers=8, in_flight=20_000)
        return dataclasses.replace(Figures(), value=figures.peak_mb, foreign=figures.foreign)

    brokers = [TarnBroker(), KafkaBroker()]
    bench.compare("idle", brokers, idle, unit="MB")
    bench.compare("under load", brokers, loaded, unit="MB")


@row("idle", "processor time with 100 consumers that wait for records, 500 ms each time")
def idle_consumers(bench):
    def waited(broker):
        topic = bench.topic(broker)
        settle(3)
        figures, told = bench.tool(broker, "raw_fetch", topic, PARTITIONS, connections=100,
                                   seconds=bench.seconds)
        assert told["answers"] <= 100 * (bench.seconds / 0.5 + 1), told
        return figures

    def percent(broker):
        before = broker.cpu_seconds()
        start = time.monotonic()
        figures = waited(broker)
        share = 100 * (broker.cpu_seconds() - before) / (time.monotonic() - start)
        return Figures(value=share, peak_mb=figures.peak_mb, foreign=figures.foreign)

    bench.compare("100 consumers", [TarnBroker(), KafkaBroker()], percent, unit="% of a core")


def clean():
    shutil.rmtree(FOLDER, ignore_errors=True)
