"""Those who write while the program dies, and one who reads along; each knows what it was told."""

import collections
import json
import threading

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

PATIENT = {"message.timeout.ms": 600_000, "reconnect.backoff.max.ms": 100, "retry.backoff.ms": 50,
           "log_level": 0}


class Writer(threading.Thread):
    """An idempotent producer that never rests; remembers what was acknowledged."""

    def __init__(self, kafka):
        super().__init__(daemon=True)
        self.acknowledged, self.failures, self.stopping = [], [], threading.Event()
        self._producer = Producer({**PATIENT, "bootstrap.servers": kafka, "acks": "all",
                                   "enable.idempotence": True, "linger.ms": 2})

    def run(self):
        number = 0
        while not self.stopping.is_set():
            value = json.dumps({"id": number, "item": f"item {number % 97}"})
            self._producer.produce("orders", value, on_delivery=self._delivered)
            number += 1
            self._producer.poll(0.003)

    def _delivered(self, error, message):
        if error:
            self.failures.append(str(error))
        else:
            self.acknowledged.append(json.loads(message.value())["id"])

    def finish(self):
        self.stopping.set()
        self.join()
        assert self._producer.flush(60) == 0


class Payer(threading.Thread):
    """Commits and aborts one transaction after the other; begins anew where it is not told how one
    ended. Every seventh transaction is aborted."""

    TOPICS = ("debits", "credits")
    RECORDS = 4  # of a transaction, in each topic

    def __init__(self, kafka):
        super().__init__(daemon=True)
        self._kafka = kafka
        self.committed, self.aborted, self.unknown = set(), set(), set()
        self.stopping = threading.Event()

    def run(self):
        number, producer = 0, None
        while not self.stopping.is_set():
            try:
                if producer is None:
                    producer = self._begin()
                number += 1
                self._pay(producer, number)
            except KafkaException:
                self.unknown.add(number)
                producer = None

    def ended(self):
        """How many transactions, in whatever way."""
        return len(self.committed) + len(self.aborted) + len(self.unknown)

    def finish(self):
        self.stopping.set()
        self.join(60)
        assert not self.is_alive()
        self._begin()  # a last instance ends what the one before has left open

    def _begin(self):
        producer = Producer({
            **PATIENT, "bootstrap.servers": self._kafka, "transactional.id": "payer",
            "linger.ms": 0, "transaction.timeout.ms": 20_000, "message.timeout.ms": 20_000})
        producer.init_transactions(20)
        return producer

    def _pay(self, producer, number):
        producer.begin_transaction()
        for part in range(self.RECORDS):
            for topic in self.TOPICS:
                producer.produce(topic, json.dumps({"payment": number, "part": part}),
                                 partition=part % 2)
        if number % 7 == 0:
            producer.flush(20)
            producer.abort_transaction(20)
            self.aborted.add(number)
        else:
            producer.commit_transaction(20)
            self.committed.add(number)

    def check(self, payments_by_topic):
        """payments_by_topic: how often each (payment, part) is read in each topic."""
        first, *others = payments_by_topic
        assert all(other == first for other in others), "a transaction is in one topic only"
        assert set(first.values()) == {1}, "a record is there twice"
        payments = collections.Counter(payment for payment, _ in first)
        assert set(payments.values()) == {self.RECORDS}, "a transaction is there in part"
        assert self.committed <= set(payments), "a committed transaction is lost"
        assert not self.aborted & set(payments), "an aborted transaction is seen"
        assert set(payments) <= self.committed | self.unknown

    def __str__(self):
        return (f"{len(self.committed)} committed, {len(self.aborted)} aborted, "
                f"{len(self.unknown)} with an end that was not told")


class Onlooker(threading.Thread):
    """Reads committed records all the time, from wherever it was; remembers them by position."""

    def __init__(self, kafka, partitions):
        super().__init__(daemon=True)
        self.seen, self.changed, self.stopping = {}, [], threading.Event()
        self._consumer = reader(kafka, {"reconnect.backoff.max.ms": 100, "log_level": 0})
        self._consumer.assign([TopicPartition(topic, partition, 0)
                               for topic, count in partitions.items()
                               for partition in range(count)])

    def run(self):
        while not self.stopping.is_set():
            message = self._consumer.poll(0.1)
            if message is None or message.error():
                continue
            place = message.topic(), message.partition(), message.offset()
            if self.seen.setdefault(place, message.value()) != message.value():
                self.changed.append(place)
        self._consumer.close()

    def finish(self):
        self.stopping.set()
        self.join(60)
        assert not self.is_alive()
        assert self.changed == [], "what was read once has changed"
        assert self.seen, "nothing was read"


def reader(kafka, settings):
    return Consumer({"bootstrap.servers": kafka, "group.id": "reader",
                     "isolation.level": "read_committed", **settings})


def read_topic(kafka, topic, partitions):
    """{(topic, partition, offset): value} of what is committed in a topic, up to its end now."""
    consumer = reader(kafka, {"enable.partition.eof": True})
    found, ended = {}, set()
    consumer.assign([TopicPartition(topic, partition, 0) for partition in range(partitions)])
    while len(ended) < partitions:
        message = consumer.poll(30)
        assert message is not None, f"{topic} cannot be read to its end"
        if message.error():
            ended.add(message.partition())
        else:
            place = topic, message.partition(), message.offset()
            assert place not in found, f"{place} is there twice"
            found[place] = message.value()
    consumer.close()
    return found


def ids_of(records):
    return collections.Counter(json.loads(value)["id"] for value in records.values())


def payments_of(records):
    found = map(json.loads, records.values())
    return collections.Counter((value["payment"], value["part"]) for value in found)
