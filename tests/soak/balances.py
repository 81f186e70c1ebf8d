"""A compacted topic that is written and read all the time: whoever reads it from the beginning
finds for each key what was acknowledged last before, or something newer; and that it is short."""

import threading
import time

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Producer, TopicPartition

import plan
from streams import NUMBER, SECONDS, TICK, number_in

KEYS = 400
GONE_OF = 50          # one update of so many removes its key
BODY_BYTES = 800
PAUSE = 5             # between two readings


class Keeper:
    """Writes the updates: numbered, each to one key."""

    def __init__(self, desk):
        self._desk, self._lock = desk, threading.Lock()
        self._producer = Producer(desk.client("balances", **{
            "enable.idempotence": True, "compression.type": "lz4", "linger.ms": 5}))
        self._body = desk.chance.randbytes(BODY_BYTES)
        self._latest = {}  # of each key: its offset, and its number or None

    def run(self):
        number, began = 0, time.monotonic()
        while self._desk.goes_on():
            due = int((time.monotonic() - began) * plan.BALANCES_PER_SECOND)
            for number in range(number + 1, due + 1):
                self._update(number)
            self._producer.poll(0)
            self._desk.rest(TICK)
        if self._producer.flush(SECONDS):
            self._desk.fail("updates are not acknowledged")

    def _update(self, number):
        chance = self._desk.chance
        key, is_removed = chance.randrange(KEYS), chance.randrange(GONE_OF) == 0
        value = None if is_removed else NUMBER.pack(number) + self._body

        def acknowledged(error, message):
            if error:
                self._desk.fail(f"an update is not taken: {error}")
                return
            with self._lock:
                self._latest[key] = message.offset(), None if is_removed else number
            self._desk.count("updates")

        self._producer.produce(plan.BALANCES, value, str(key), partition=key % 2,
                               on_delivery=acknowledged)

    def latest(self):
        with self._lock:
            return dict(self._latest)


def read_all(desk, consumer):
    """What a reader finds now: of each key its last offset and number; and how many records."""
    found, records = {}, 0
    ends = {}
    for partition in range(plan.TOPICS[plan.BALANCES][0]):
        place = TopicPartition(plan.BALANCES, partition)
        low, high = consumer.get_watermark_offsets(place, SECONDS)
        if high > low:
            ends[partition] = high
    before = dict.fromkeys(ends, -1)
    consumer.assign([TopicPartition(plan.BALANCES, number, OFFSET_BEGINNING) for number in ends])
    until = time.monotonic() + SECONDS
    while ends and time.monotonic() < until:
        for message in consumer.consume(500, 0.5):
            partition, offset = message.partition(), message.offset()
            if message.error():
                if message.error().code() == KafkaError._PARTITION_EOF:
                    ends.pop(partition, None)
                else:
                    desk.fail(f"a reader gets: {message.error()}")
                continue
            if offset <= before[partition]:
                desk.fail(f"offset {offset} of partition {partition} follows {before[partition]}")
            before[partition] = offset
            found[int(message.key())] = offset, number_in(message) if message.value() else None
            records += 1
            if offset + 1 >= ends.get(partition, offset + 2):  # a log that grows may have no end
                del ends[partition]
    if ends:
        desk.fail(f"the ends {ends} are not reached in {SECONDS} s")
    return found, records


def check(desk, known, found):
    """A key whose removal is known may be there no more, or with what came after."""
    for key, (offset, number) in known.items():
        seen = found.get(key)
        if seen is None and number is not None:
            desk.fail(f"key {key} is lost; its record {number} was at offset {offset}")
        elif seen and seen[0] < offset:
            desk.fail(f"key {key} is {seen}, which {number} at offset {offset} has replaced")
        elif seen and seen[0] == offset and seen[1] != number:
            desk.fail(f"key {key} is {seen} at the offset of {number}")


def keep_balances(desk):
    """The part that writes, reads and checks the compacted topic."""
    keeper = Keeper(desk)
    writing = threading.Thread(target=keeper.run)
    writing.start()
    consumer = Consumer(desk.client("balances", **{
        "group.id": "balances", "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "enable.partition.eof": True}))
    while desk.goes_on():
        known = keeper.latest()
        found, records = read_all(desk, consumer)
        check(desk, known, found)
        desk.count("readings")
        desk.tell(records=records)
        desk.rest(PAUSE)
    writing.join()
    consumer.close()
