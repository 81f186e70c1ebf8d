"""Transactions that carry orders on, with their offsets: each order is in transfers exactly once,
in its order; none of an aborted transaction is ever seen."""

import threading

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

import plan
from streams import SECONDS, number_in

AT_ONCE = 25
KEPT, DROPPED = b"kept", b"dropped"
ABORTED_OF = 6      # one of so many, by chance
REPLACED_AFTER = 200  # transactions: then a new instance takes over the id


class Carrier:
    """One instance of the transactional producer, with the consumer whose offsets it commits."""

    def __init__(self, desk, partition):
        self._desk, self._place = desk, TopicPartition("orders", partition)
        self._consumer = Consumer(desk.client("carrier", **{
            "group.id": f"carriers-{partition}", "auto.offset.reset": "earliest",
            "enable.auto.commit": False, "isolation.level": "read_committed"}))
        self._producer = Producer(desk.client("carrier", **{
            "transactional.id": f"carrier-{partition}", "transaction.timeout.ms": 30_000,
            "linger.ms": 0}))
        self._producer.init_transactions(SECONDS)
        self._go_where_it_committed()

    def _go_where_it_committed(self):
        place = self._consumer.committed([self._place], SECONDS)[0]
        place.offset = max(place.offset, 0)
        self._consumer.assign([place])

    def carry(self):
        """One transaction, if there are orders."""
        messages = self._consumer.consume(AT_ONCE, 0.5)
        errors = [message.error() for message in messages if message.error()]
        if errors:
            self._desk.fail(f"a carrier gets: {errors[0]}")
        if not messages or errors:
            return
        is_aborted = self._desk.chance.randrange(ABORTED_OF) == 0
        self._producer.begin_transaction()
        for message in messages:
            self._producer.produce(plan.TRANSFERS, message.value()[:8] +
                                   (DROPPED if is_aborted else KEPT),
                                   partition=self._place.partition)
        self._producer.send_offsets_to_transaction(
            self._consumer.position([self._place]), self._consumer.consumer_group_metadata(),
            SECONDS)
        if is_aborted:
            self._producer.flush(SECONDS)
            self._producer.abort_transaction(SECONDS)
            self._go_where_it_committed()
            self._desk.count("aborted")
        else:
            self._producer.commit_transaction(SECONDS)
            self._desk.count("committed")

    def close(self):
        self._consumer.close()


def keep_carrying(desk, partition):
    try:
        while desk.goes_on():
            carrier = Carrier(desk, partition)
            for _ in range(REPLACED_AFTER):
                if not desk.goes_on():
                    break
                carrier.carry()
            carrier.close()
    except KafkaException as error:
        desk.fail(f"a carrier broke off: {error}")


def read_along(desk):
    """Each partition's transfers are the orders, one after the other."""
    consumer = Consumer(desk.client("transfers", **{
        "group.id": "transfer-reader", "auto.offset.reset": "error", "enable.auto.commit": False,
        "isolation.level": "read_committed"}))
    partitions = range(plan.TOPICS[plan.TRANSFERS][0])
    consumer.assign([TopicPartition(plan.TRANSFERS, partition, 0) for partition in partitions])
    expected = dict.fromkeys(partitions, 0)
    while desk.goes_on():
        for message in consumer.consume(100, 0.5):
            if message.error():
                desk.fail(f"the reader of transfers gets: {message.error()}")
                continue
            number, partition = number_in(message), message.partition()
            if message.value()[8:] != KEPT:
                desk.fail(f"transfers-{partition} shows order {number} of an aborted transaction")
            if number != expected[partition]:
                desk.fail(f"transfers-{partition} has {number} where {expected[partition]} follows")
            expected[partition] = number + 1
            desk.count("transfers read")
        desk.tell(read={"transfers": {("orders", partition): number
                                      for partition, number in expected.items()}})
    consumer.close()


def transact(desk):
    """The part with all transactions."""
    threads = [threading.Thread(target=keep_carrying, args=(desk, partition))
               for partition in range(plan.TOPICS["orders"][0])]
    for thread in threads:
        thread.start()
    read_along(desk)
    for thread in threads:
        thread.join()
