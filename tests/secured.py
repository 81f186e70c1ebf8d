"""An instance whose listeners are secured, and clients that prove who they are."""

import uuid

import pytest
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from certificates import Authority
from tarn_process import Tarn


class Secured:
    """A running instance, its authority, and what clients of each kind are told."""

    def __init__(self, folder, pipeline, environment=None):
        """pipeline: a tarn.yaml with {certificate}, {key} and {ca}."""
        self.authority = Authority(folder / "certificates")
        self.certificate, self.key = self.authority.sign("server", "/CN=localhost")
        self.project = folder / "pipeline"
        self.project.mkdir()
        (self.project / "tarn.yaml").write_text(pipeline.format(
            certificate=self.certificate, key=self.key, ca=self.authority.certificate))
        self.tarn = Tarn(folder / "tarn", pipeline=self.project, environment=environment)

    def address(self, protocol):
        return next(listener["address"] for listener in self.tarn.endpoints()["listeners"]
                    if listener["protocol"] == protocol)

    def tls(self, **more):
        """Settings of librdkafka."""
        return {"bootstrap.servers": self.address("SSL"), "security.protocol": "SSL",
                "ssl.ca.location": str(self.authority.certificate), **more}

    def showing(self, subject, **more):
        certificate, key = self.authority.sign(uuid.uuid4().hex, subject)
        return self.tls(**{"ssl.certificate.location": str(certificate),
                           "ssl.key.location": str(key), **more})

    def java(self, folder, **settings):
        """A client.properties for Kafka's own tools."""
        lines = {"ssl.truststore.type": "PEM",
                 "ssl.truststore.location": self.authority.certificate, **settings}
        path = folder / "client.properties"
        path.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        return path


def make_topic(settings):
    name = f"secrets-{uuid.uuid4().hex[:8]}"
    admin = AdminClient(settings)
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    return name


def goes_there_and_back(settings, count=200):
    """What is produced with these settings is consumed with them."""
    topic = make_topic(settings)
    producer = Producer({**settings, "linger.ms": 5})
    for number in range(count):
        producer.produce(topic, f"value {number} " + "x" * 2000)
    assert producer.flush(30) == 0
    consumer = Consumer({**settings, "group.id": uuid.uuid4().hex,
                         "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    values = []
    while len(values) < count:
        values += [message.value() for message in consumer.consume(count - len(values), 20)
                   or pytest.fail(f"only {len(values)} of {count} records")]
    consumer.close()
    assert values[-1].startswith(b"value %d " % (count - 1))


def is_refused(settings, seconds=3):
    """The client cannot connect. It tries once, for the log tells a few of such lines only."""
    complaints = []
    admin = AdminClient({**settings, "error_cb": lambda error: complaints.append(str(error)),
                         "reconnect.backoff.ms": 5000, "log_level": 0})
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=seconds)
    admin.poll(0.5)  # hands out what was complained of
    return complaints
