"""Those who fill the streams at fixed rates, and who read them from the beginning again and again.

The record at offset n of a partition is the n-th that was written, so one that is lost, doubled or
out of order shows at once, whoever reads it."""

import struct
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

import plan

NUMBER = struct.Struct(">Q")
TICK = 0.02
READ_AT_ONCE = 500
SECONDS = 60


def number_in(message):
    return NUMBER.unpack_from(message.value())[0]


class Writer:
    """The one producer of a stream."""

    def __init__(self, desk, stream):
        self._desk, self._stream = desk, stream
        self._producer = Producer(desk.client(stream.topic, **{
            "enable.idempotence": True, "compression.type": stream.codec, "linger.ms": 5}))
        self._next = [0] * stream.partitions
        self._acknowledged = [0] * stream.partitions
        self._written, self._began = 0, time.monotonic()
        half = (stream.record_bytes - NUMBER.size) // 2
        self._bodies = [desk.chance.randbytes(half) + b"." * half for _ in range(16)]

    def write_what_is_due(self):
        due = int((time.monotonic() - self._began) * self._stream.per_second)
        for self._written in range(self._written + 1, due + 1):
            partition = self._written % self._stream.partitions
            body = self._bodies[self._written % len(self._bodies)]
            self._producer.produce(self._stream.topic, NUMBER.pack(self._next[partition]) + body,
                                   partition=partition, on_delivery=self._delivered)
            self._next[partition] += 1
        self._producer.poll(0)

    def _delivered(self, error, message):
        if error:
            self._desk.fail(f"{self._stream.topic} does not take a record: {error}")
            return
        partition = message.partition()
        if message.offset() != self._acknowledged[partition]:
            self._desk.fail(f"{self._stream.topic}-{partition} stored record "
                            f"{self._acknowledged[partition]} at offset {message.offset()}")
        self._acknowledged[partition] = message.offset() + 1
        self._desk.count("produced")

    def finish(self):
        """What was acknowledged of each partition, which is all that was written."""
        if self._producer.flush(SECONDS):
            self._desk.fail(f"{self._stream.topic}: records are not acknowledged in {SECONDS} s")
        return {(self._stream.topic, partition): count
                for partition, count in enumerate(self._acknowledged)}


def write(desk):
    """The part that fills all streams."""
    writers = [Writer(desk, stream) for stream in plan.STREAMS]
    while desk.goes_on():
        for writer in writers:
            writer.write_what_is_due()
        desk.rest(TICK)
    acknowledged = {}
    for writer in writers:
        acknowledged |= writer.finish()
    desk.tell(acknowledged=acknowledged)


class Pass:
    """One reading of a topic from its beginning to where it ended when the reading began."""

    def __init__(self, desk, consumer, topic):
        self._desk, self._consumer = desk, consumer
        self._next, self._ends = {}, {}
        for partition in range(plan.TOPICS[topic][0]):
            place = TopicPartition(topic, partition, OFFSET_BEGINNING)
            low, high = consumer.get_watermark_offsets(place, SECONDS)
            if high > low:
                self._next[topic, partition], self._ends[topic, partition] = low, high
        consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in self._next])

    def read(self):
        """How many bytes it was; at most at the rate of the plan."""
        began, taken = time.monotonic(), 0
        while self._ends and self._desk.goes_on():
            messages = self._consumer.consume(READ_AT_ONCE, 1)
            taken += sum(self._check(message) for message in messages)
            if time.monotonic() - began > SECONDS:
                self._desk.fail(f"the ends {self._ends} are not read to in {SECONDS} s")
                return taken
            self._desk.rest(began + taken / plan.REREAD_BYTES_PER_SECOND - time.monotonic())
        return taken

    def _check(self, message):
        if message.error():
            self._desk.fail(f"a reader from the beginning gets: {message.error()}")
            return 0
        place, offset = (message.topic(), message.partition()), message.offset()
        if place not in self._ends:
            return 0
        if number_in(message) != offset:
            self._desk.fail(f"{place}: offset {offset} holds record {number_in(message)}")
        if offset != self._next[place]:
            self._check_gap(place, offset)
        self._next[place] = offset + 1
        if offset + 1 >= self._ends[place]:
            del self._ends[place]
            self._consumer.incremental_unassign([TopicPartition(*place)])
        self._desk.count("read again")
        return len(message.value())

    def _check_gap(self, place, offset):
        """Only what retention has removed meanwhile may be missing."""
        low, _ = self._consumer.get_watermark_offsets(TopicPartition(*place), SECONDS)
        if not self._next[place] < offset <= low:
            self._desk.fail(f"{place}: offset {offset} follows {self._next[place] - 1}, and the "
                            f"log begins at {low}")


def read_again(desk):
    """The part that reads every stream from its beginning, one after the other, without end."""
    consumer = Consumer(desk.client("again", **{
        "group.id": "again", "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "isolation.level": "read_committed"}))
    while desk.goes_on():
        for topic in plan.REREAD:
            if desk.goes_on() and Pass(desk, consumer, topic).read():
                desk.count("passes")
        desk.rest(0.2)
    consumer.close()
