"""Every Kafka client of tests/clients over TLS: with a login, with a certificate, and with what
does not fit. A client is asked everything at once; each test looks at a part of what it told."""

import dataclasses
import re
import uuid

import pytest
from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from certificates import Authority
from clients import start_all
from counterpart import BYTES, COUNT, PARTITIONS, committed, expected, read_all
from secured import Secured
from tarn_process import BINARY

# Who shows neither a password nor a certificate is ANONYMOUS, and uses open topics only.
PIPELINE = """\
listeners:
  kafka:
  - {{bind: "127.0.0.1:1", protocol: PLAINTEXT}}
  - {{bind: "127.0.0.1:0", protocol: SASL_SSL}}
  - {{bind: "127.0.0.1:0", protocol: SSL}}
security:
  tls: {{certificate: {certificate}, key: {key}, client_ca: {ca}, client_auth: requested}}
  users: {{"a,li=ce": "${{secret:PASSWORD}}", alice: "${{secret:PASSWORD}}"}}
  super_users: ["a,li=ce", alice, CN=kit]
  authorization: acls
  acls:
  - {{allow: ANONYMOUS, to: create, topic: "*"}}
  - {{allow: ANONYMOUS, to: all, topic: "open-*"}}
  - {{allow: ANONYMOUS, to: read, group: "*"}}
"""
PASSWORD = 'wonder=land, "1" \\ é'
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
RIGHT_SECONDS, REFUSED_SECONDS = 90, 60


@dataclasses.dataclass(frozen=True)
class Client:
    """What a client has; what it lacks is its own, and is named here."""

    name: str
    user: str = "a,li=ce"
    of_password: str = "authentication fail|invalid username or password|invalid credentials"

    def says_of(self, what):
        """What it must say when this is wrong."""
        return self.of_password if "password" in what else "certificate|CertPath"

    def __str__(self):
        return self.name


CLIENTS = [
    Client("java"),
    # It does not escape a name for SCRAM, and drops an answer that is followed by the end of the
    # connection at once.
    Client("kafka-python", user="alice", of_password="authentication fail|socket disconnected"),
    Client("aiokafka"),
    Client("franz-go"),
    Client("sarama"),
    Client("rdkafka"),
    Client("kafkajs"),
]
WRONG = ("password of PLAIN", "password of SCRAM", "authority")


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    instance = Secured(tmp_path_factory.mktemp("clients"), PIPELINE,
                       environment={"PASSWORD": PASSWORD})
    try:
        instance.tarn.start()
        yield instance
    finally:
        instance.tarn.stop()


class Doors:
    """The ways in, as the drivers' settings say them."""

    def __init__(self, secured, folder):
        self._secured = secured
        self._certificate, self._key = secured.authority.sign("kit", "/CN=kit")
        self._foreign = Authority(folder).certificate

    def login(self, client, mechanism, password=PASSWORD):
        return self._to("SASL_SSL", mechanism=mechanism, username=client.user, password=password)

    def tls(self, **more):
        return self._to("SSL", **more)

    def with_certificate(self):
        return self.tls(certificate=str(self._certificate), key=str(self._key))

    def trusting_another_authority(self):
        return self.tls(ca=str(self._foreign))

    def _to(self, protocol, **more):
        return {"bootstrap": self._secured.address(protocol), "security": {
            "protocol": protocol, "ca": str(self._secured.authority.certificate), **more}}


@pytest.fixture(scope="module")
def doors(secured, tmp_path_factory):
    return Doors(secured, tmp_path_factory.mktemp("foreign"))


class Asked:
    """The drivers of one client: one that does all that is right, and beside it one for each thing
    that is wrong."""

    def __init__(self, client, secured, doors, folder):
        self.client, self._doors = client, doors
        self.topic, self.source = make_topics(secured, "open", "open", partitions=1)
        *topics, spare = make_topics(secured, "own", "own", "own", "own", "open", "open")
        self.right = start_all(client.name, folder / "right", self._right(topics))
        self.wrong = {what: start_all(client.name, folder / what, [step])
                      for what, step in zip(WRONG, self._wrong(spare))}

    def _right(self, topics):
        """There and back through every door, then transactions."""
        logins = [self._doors.login(self.client, mechanism) for mechanism in MECHANISMS]
        doors = [*logins, self._doors.with_certificate(), self._doors.tls()]
        steps = [self._step(command, door, topic) for door, topic in zip(doors, topics)
                 for command in ("produce", "consume")]
        return [*steps, ("transactions", {**logins[-1], "topic": self.topic, "id": self.topic,
                                          "source": self.source, "group": self.source})]

    def _wrong(self, topic):
        def guess(mechanism):
            return self._doors.login(self.client, mechanism, "guess")
        return [self._step("produce", guess("PLAIN"), topic),
                self._step("consume", guess("SCRAM-SHA-256"), topic),
                self._step("produce", self._doors.trusting_another_authority(), topic)]

    @staticmethod
    def _step(command, door, topic):
        return command, {**door, "topic": topic, "partitions": PARTITIONS, "count": COUNT,
                         "bytes": BYTES, "codec": "none", "idempotent": True}

    def end(self):
        for driver in [self.right, *self.wrong.values()]:
            driver.kill()


def make_topics(secured, *prefixes, partitions=PARTITIONS):
    names = [f"{prefix}-{uuid.uuid4().hex[:8]}" for prefix in prefixes]
    admin = AdminClient({"bootstrap.servers": secured.address("PLAINTEXT")})
    for made in admin.create_topics([NewTopic(name, partitions, 1) for name in names]).values():
        made.result(30)
    return names


@pytest.fixture(scope="module")
def begun(secured, doors, tmp_path_factory):
    """The drivers of each client that has begun."""
    drivers = {}

    def begin(client):
        if client not in drivers:
            folder = tmp_path_factory.mktemp(client.name)
            drivers[client] = Asked(client, secured, doors, folder)
        return drivers[client]

    yield begin
    for asked in drivers.values():
        asked.end()


@pytest.fixture(scope="module", params=CLIENTS, ids=str)
def asked(request, begun):
    """The next client begins, too: much of what each does is waiting."""
    for client in CLIENTS[CLIENTS.index(request.param):][:2]:
        begun(client)
    return begun(request.param)


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_refused(asked, what):
    driver = asked.wrong[what]
    assert driver.end(REFUSED_SECONDS) != 0, driver.told[-3:]
    said = driver.errors(last=1000)
    assert re.search(asked.client.says_of(what), said, re.IGNORECASE), said
    assert driver.told == []


def test_what_is_right_goes_on_beside(asked):
    status = asked.right.end(RIGHT_SECONDS)
    assert status == 0, f"status {status}, {len(asked.right.told)} lines\n{asked.right.errors()}"
    each = [{"sent": COUNT}, *(expected(number) for number in range(COUNT))]
    told = asked.right.told
    assert len(told) == 5 * len(each) + 1
    for place in range(0, 5 * len(each), len(each)):
        sent, *read = told[place:place + len(each)]
        assert [sent, *sorted(read, key=lambda line: int(line["number"]))] == each


def test_its_transactions_are_all_or_nothing(asked, secured):
    assert asked.right.end(RIGHT_SECONDS) == 0
    values = [one["value"] for one in read_all(secured.tarn, asked.topic, partitions=1, count=20)]
    assert values == [f"{word} {number}" for word in ("kept", "last") for number in range(10)]
    assert committed(secured.tarn, asked.source, asked.source) == 7


def test_who_shows_nothing_does_not_reach_what_the_others_did(secured):
    [topic] = make_topics(secured, "own")
    assert error_of_producing(secured.tls(), topic) == KafkaError.TOPIC_AUTHORIZATION_FAILED
    assert error_of_producing(secured.showing("/CN=kit"), topic) is None


def error_of_producing(settings, topic):
    errors = []
    producer = Producer(settings)
    producer.produce(topic, "x", on_delivery=lambda error, _: errors.append(error))
    producer.flush(30)
    [error] = errors
    return error and error.code()
