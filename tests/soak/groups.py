"""Groups that read the streams as they grow, while members come and go.

Nothing is skipped, whoever reads; nothing is read again that was committed."""

import threading
import time

from confluent_kafka import Consumer, KafkaError, KafkaException

import plan
from streams import number_in

# What a commit may be told while partitions change hands; what it covers is read again then.
MOVED = {KafkaError.REBALANCE_IN_PROGRESS, KafkaError.ILLEGAL_GENERATION,
         KafkaError.UNKNOWN_MEMBER_ID, KafkaError.STALE_MEMBER_EPOCH,
         KafkaError.FENCED_MEMBER_EPOCH, KafkaError._NO_OFFSET, KafkaError._ASSIGNMENT_LOST}
GUESTS = 2                   # beside the member that stays
STAY, AWAY = (5, 25), (2, 10)


class Group:
    """What the members of one group have read and committed, together."""

    def __init__(self, desk, name):
        self.desk, self.name = desk, name
        self.settings, self.topics = plan.GROUPS[name]
        self._read, self._committed, self._lock = {}, {}, threading.Lock()

    def read(self, messages):
        with self._lock:
            for message in messages:
                self._check(message)

    def _check(self, message):
        place, offset = (message.topic(), message.partition()), message.offset()
        expected, committed = self._read.get(place, 0), self._committed.get(place, 0)
        if number_in(message) != offset:
            self.desk.fail(f"{place}: offset {offset} holds record {number_in(message)}")
        if offset > expected:
            self.desk.fail(f"{self.name} skips {expected} to {offset - 1} of {place}")
        if offset < committed:
            self.desk.fail(f"{self.name} reads {offset} of {place}, and {committed} was committed")
        self.desk.count("read again after a rebalance" if offset < expected else "read by groups")
        self._read[place] = max(expected, offset + 1)

    def commit(self, consumer):
        try:
            committed = consumer.commit(asynchronous=False)
        except KafkaException as error:
            self._check_refusal(error.args[0])
            return
        with self._lock:
            for place in committed:
                key = place.topic, place.partition
                if place.error:
                    self._check_refusal(place.error)
                else:
                    self._committed[key] = max(place.offset, self._committed.get(key, 0))

    def _check_refusal(self, error):
        if error.code() not in MOVED:
            self.desk.fail(f"{self.name} cannot commit: {error}")

    def frontier(self):
        with self._lock:
            return dict(self._read)


class Member:
    """One member; what it gets of partitions that it has already lost does not count."""

    def __init__(self, group):
        self._group, self._mine = group, set()
        self._consumer = Consumer(group.desk.client(group.name, **{
            "group.id": group.name, "auto.offset.reset": "earliest", "enable.auto.commit": False,
            "enable.auto.offset.store": False, "isolation.level": "read_committed",
            **group.settings}))
        self._consumer.subscribe(list(group.topics), on_assign=self._take, on_revoke=self._leave,
                                 on_lost=self._leave)

    def _take(self, _, places):
        self._mine |= {(place.topic, place.partition) for place in places}
        self._group.desk.count("assignments")

    def _leave(self, _, places):
        self._mine -= {(place.topic, place.partition) for place in places}

    def read_for(self, seconds):
        """Or to the end of the run."""
        until = time.monotonic() + seconds
        while self._group.desk.goes_on() and time.monotonic() < until:
            messages = self._consumer.consume(200, 0.25)
            self._report_errors(messages)
            mine = [message for message in messages if not message.error()
                    and (message.topic(), message.partition()) in self._mine]
            if mine:
                self._group.read(mine)
                for message in {(m.topic(), m.partition()): m for m in mine}.values():
                    self._consumer.store_offsets(message)
                self._group.commit(self._consumer)

    def _report_errors(self, messages):
        for message in messages:
            if message.error():
                self._group.desk.fail(f"{self._group.name} gets: {message.error()}")

    def close(self):
        self._consumer.close()


def stay(group):
    member = Member(group)
    member.read_for(float("inf"))
    member.close()


def come_and_go(group):
    desk = group.desk
    while desk.goes_on():
        desk.rest(desk.chance.uniform(*AWAY))
        member = Member(group)
        member.read_for(desk.chance.uniform(*STAY))
        member.close()
        desk.count("members gone")


def read_in_groups(desk):
    """The part with all groups: in each a member that stays and guests."""
    groups = [Group(desk, name) for name in plan.GROUPS]
    threads = [threading.Thread(target=guarded, args=(desk, role, group))
               for group in groups for role in [stay] + GUESTS * [come_and_go]]
    for thread in threads:
        thread.start()
    while desk.goes_on():
        desk.tell(read={group.name: group.frontier() for group in groups})
        desk.rest(1)
    for thread in threads:
        thread.join()


def guarded(desk, role, group):
    try:
        role(group)
    except Exception as error:  # noqa: BLE001  a thread that dies silently would read nothing
        desk.fail(f"a member of {group.name} broke off: {error!r}")
