"""Connections that come and go each second: clients that stay for a moment, half-open ones, ones
that send rubbish, ones that never read their answers; and who asks over HTTP."""

import collections
import socket
import struct
import time
import urllib.request

from confluent_kafka import Producer

import plan
from streams import SECONDS

HALF_OPEN_SECONDS = 20
DEAF_SECONDS = 10
DEAF_REQUESTS = 64
VISIT_EVERY = 2     # seconds; each visitor is a new idempotent producer
SCRAPE_EVERY = 5


def request(api, version, body):
    return struct.pack(">ihhih", 10 + len(body), api, version, 7, -1) + body


API_VERSIONS = request(18, 0, b"")
METADATA_OF_HUGE_ARRAY = request(3, 1, struct.pack(">i", 0x7FFFFFF0))


def fetch(topic):
    """Up to a mebibyte of its partition 0, from its beginning."""
    name = topic.encode()
    return request(1, 4, struct.pack(">iiiib", -1, 0, 1, 1 << 20, 0) + struct.pack(
        ">ih", 1, len(name)) + name + struct.pack(">iiqi", 1, 0, 0, 1 << 20))


class Visitors:
    def __init__(self, desk):
        self._desk = desk
        host, port = desk.kafka.split(":")
        self._address = host, int(port)
        self._leaving = collections.deque()  # when, and who
        self._visited = 0

    def connect(self):
        return socket.create_connection(self._address, timeout=SECONDS)

    def come(self):
        """One of each kind; those whose time is over go."""
        now = time.monotonic()
        self._polite()
        self._rubbish()
        for sent, seconds in ((b"", HALF_OPEN_SECONDS), (API_VERSIONS[:9], HALF_OPEN_SECONDS),
                              (DEAF_REQUESTS * fetch(plan.BALANCES), DEAF_SECONDS)):
            connection = self.connect()
            connection.sendall(sent)
            self._leaving.append((now + seconds, connection))
        self._desk.count("connections", 5)
        staying = [(until, who) for until, who in self._leaving if until > now]
        for _, connection in set(self._leaving) - set(staying):
            connection.close()
        self._leaving = collections.deque(staying)

    def _polite(self):
        with self.connect() as connection:
            connection.sendall(API_VERSIONS)
            if len(connection.recv(4096)) < 100:
                self._desk.fail("ApiVersions is not answered")

    def _rubbish(self):
        sent = self._desk.chance.choice([
            struct.pack(">i", 600) + self._desk.chance.randbytes(600), METADATA_OF_HUGE_ARRAY,
            request(999, 0, b""), struct.pack(">i", 0x7FFFFFFF) + bytes(100),
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"])
        with self.connect() as connection:
            try:
                connection.sendall(sent)
                while connection.recv(65536):
                    pass
            except (ConnectionResetError, BrokenPipeError):
                pass
            except TimeoutError:
                self._desk.fail("who sends rubbish stays connected")

    def visit(self):
        """A producer that writes a little, once."""
        def acknowledged(error, _):
            if error:
                self._desk.fail(f"a visitor's record is not taken: {error}")

        producer = Producer(self._desk.client(f"visitor-{self._visited}",
                                              **{"enable.idempotence": True}))
        for number in range(10):
            producer.produce(plan.VISITS, bytes(200), str(number), on_delivery=acknowledged)
        if producer.flush(SECONDS):
            self._desk.fail("a visitor's records are not acknowledged")
        self._visited += 1
        self._desk.count("visits")

    def ask_over_http(self):
        for path in ("/metrics", "/health/live", "/health/ready", "/tarn/v1/instance",
                     "/tarn/v1/groups"):
            with urllib.request.urlopen(self._desk.http + path, timeout=SECONDS) as answer:
                told = answer.read().decode()
            if path == "/metrics":
                self._desk.tell(metrics=numbers_of(told))
        self._desk.count("scrapes")

    def leave(self):
        for _, connection in self._leaving:
            connection.close()


def numbers_of(metrics):
    """Those without labels, and how many lines there are."""
    lines = [line for line in metrics.splitlines() if not line.startswith("#")]
    plain = dict(line.split() for line in lines if "{" not in line)
    return {"lines": len(lines), **{name: float(value) for name, value in plain.items()}}


def visit(desk):
    """The part with all that comes and goes."""
    visitors, seconds = Visitors(desk), 0
    while desk.goes_on():
        began = time.monotonic()
        visitors.come()
        if seconds % VISIT_EVERY == 0:
            visitors.visit()
        if seconds % SCRAPE_EVERY == 0:
            visitors.ask_over_http()
        seconds += 1
        desk.rest(began + 1 - time.monotonic())
    visitors.leave()
