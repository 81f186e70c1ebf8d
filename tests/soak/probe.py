"""The latencies, as a light process of its own measures them: how long a record takes until it is
acknowledged, and until a consumer has it."""

import struct
import threading
import time

from confluent_kafka import Consumer, Producer, TopicPartition

import plan
from streams import SECONDS

STAMP = struct.Struct(">Qd")
BODY = bytes(1024 - STAMP.size)


class Probe:
    def __init__(self, desk):
        self._desk = desk
        self._producer = Producer(desk.client("probe", **{
            "enable.idempotence": True, "linger.ms": 0}))
        self._reader = threading.Thread(target=self._read)
        self._written = self._read_so_far = 0

    def run(self):
        self._reader.start()
        began = time.monotonic()
        while self._desk.goes_on():
            self._write_one()
            due = began + self._written / plan.PROBE_PER_SECOND
            while (left := due - time.monotonic()) > 0:
                self._producer.poll(left)
        self._producer.flush(SECONDS)
        self._reader.join()

    def _write_one(self):
        number, sent = self._written, time.monotonic()

        def acknowledged(error, _):
            self._desk.time("acknowledged", time.monotonic() - sent)
            if error:
                self._desk.fail(f"record {number} is not taken: {error}")

        self._producer.produce(plan.PROBE, STAMP.pack(number, sent) + BODY, partition=0,
                               on_delivery=acknowledged)
        self._written += 1

    def _read(self):
        consumer = Consumer(self._desk.client("probe", **{
            "group.id": "probe", "auto.offset.reset": "error", "enable.auto.commit": False}))
        consumer.assign([TopicPartition(plan.PROBE, 0, 0)])
        while self._goes_on():
            message = consumer.poll(0.2)
            if message is None:
                continue
            if message.error():
                self._desk.fail(f"the reader gets: {message.error()}")
                continue
            number, sent = STAMP.unpack_from(message.value())
            self._desk.time("consumed", time.monotonic() - sent)
            if number != self._read_so_far:
                self._desk.fail(f"{number} is read where {self._read_so_far} follows")
            self._read_so_far = number + 1
        consumer.close()

    def _goes_on(self):
        """To the last record, or until it is late."""
        if self._desk.goes_on():
            self._late = time.monotonic() + SECONDS
        elif time.monotonic() > self._late:
            self._desk.fail(f"{self._written - self._read_so_far} records are not read")
            return False
        return self._desk.goes_on() or self._read_so_far < self._written


def probe(desk):
    Probe(desk).run()
