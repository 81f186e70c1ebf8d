"""Everyone who logs in: each mechanism, by the clients that people have."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
import uuid

import pytest
from confluent_kafka.admin import AdminClient

from secured import Secured, goes_there_and_back, is_refused, make_topic
from tarn_process import BINARY, ROOT, Tarn, wait_until

PIPELINE = """\
listeners:
  kafka:
  - {{bind: "127.0.0.1:1", protocol: PLAINTEXT}}
  - {{bind: "127.0.0.1:0"}}
  - {{bind: "127.0.0.1:0", protocol: SASL_PLAINTEXT}}
security:
  tls: {{certificate: {certificate}, key: {key}}}
  users: {{alice: "${{secret:ALICE}}", kit: "${{secret:KIT}}"}}
  super_users: [alice]
  aws: {{AKIDEXAMPLE: {{secret: "${{secret:AWS}}", user: loader}}}}
  oauth: {{keys: keys.json, issuer: "https://issuer.example", audience: kafka}}
"""
SECRETS = {"ALICE": "wonder=land 1", "KIT": "plain",
           "AWS": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
SIGNING_KEY = b"thirty-two bytes that sign tokens"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(subject="carol", seconds=300, key=SIGNING_KEY):
    parts = [{"alg": "HS256", "typ": "JWT"},
             {"sub": subject, "iss": "https://issuer.example", "aud": "kafka",
              "exp": int(time.time()) + seconds}]
    text = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return text + "." + base64url(hmac.new(key, text.encode(), hashlib.sha256).digest())


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    instance = Secured(tmp_path_factory.mktemp("logins"), PIPELINE, environment=SECRETS)
    (instance.project / "keys.json").write_text(json.dumps(
        {"keys": [{"kty": "oct", "k": base64url(SIGNING_KEY)}]}))
    try:
        instance.tarn.start()
        yield instance
    finally:
        instance.tarn.stop()


def login(secured, mechanism, user="alice", password=SECRETS["ALICE"], **more):
    return {"bootstrap.servers": secured.address("SASL_SSL"), "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(secured.authority.certificate), "sasl.mechanisms": mechanism,
            "sasl.username": user, "sasl.password": password, **more}


def bearer(secured, make_token):
    return {"bootstrap.servers": secured.address("SASL_SSL"), "security.protocol": "SASL_SSL",
            "ssl.ca.location": str(secured.authority.certificate),
            "sasl.mechanisms": "OAUTHBEARER",
            "oauth_cb": lambda _: (make_token(), time.time() + 300)}


# First, for the log tells a few of such lines only.
def test_who_does_not_log_in_is_refused(secured):
    is_refused({"bootstrap.servers": secured.address("SASL_SSL"), "security.protocol": "SSL",
                "ssl.ca.location": str(secured.authority.certificate)})
    wait_until(lambda: "the client has not logged in (SASL)" in secured.tarn.log_tail(), 10,
               "the log says it")


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_librdkafka_logs_in_with_a_password(secured, mechanism):
    goes_there_and_back(login(secured, mechanism))


def test_a_login_without_tls_works_where_it_is_allowed(secured):
    goes_there_and_back(login(secured, "SCRAM-SHA-512", **{
        "bootstrap.servers": secured.address("SASL_PLAINTEXT"),
        "security.protocol": "SASL_PLAINTEXT"}), count=20)


def test_kcat_logs_in(secured, kcat):
    # librdkafka 2.0.2 repeats its nonce. kcat's -X takes no value with '=' in it.
    listed = kcat("-L", "-b", secured.address("SASL_SSL"), *[
        word for name, value in login(secured, "SCRAM-SHA-256", "kit", SECRETS["KIT"]).items()
        if name != "bootstrap.servers" for word in ("-X", f"{name}={value}")])
    assert "1 brokers" in listed


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
@pytest.mark.parametrize("user", ["alice", "nobody"])
def test_a_wrong_password_is_refused(secured, mechanism, user):
    complaints = is_refused(login(secured, mechanism, user, "guess"))
    assert any("uthentication fail" in complaint for complaint in complaints), complaints
    assert "guess" not in secured.tarn.log.read_text()


def test_librdkafka_logs_in_with_a_signed_token(secured):
    goes_there_and_back(bearer(secured, token))


@pytest.mark.parametrize("bad", [lambda: token(seconds=-3600), lambda: token(key=b"x" * 32),
                                 lambda: "noise"], ids=["ended", "other key", "noise"])
def test_a_bad_token_is_refused(secured, bad):
    is_refused(bearer(secured, bad))


def msk_token():
    """As the signer libraries of MSK make it."""
    now = time.gmtime()
    day, moment = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
    scope = f"{day}/eu-west-1/kafka-cluster/aws4_request"
    query = ("Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
             + f"AKIDEXAMPLE/{scope}".replace("/", "%2F")
             + f"&X-Amz-Date={moment}&X-Amz-Expires=900&X-Amz-SignedHeaders=host")
    host = "kafka.eu-west-1.amazonaws.com"
    request = f"GET\n/\n{query}\nhost:{host}\n\nhost\n{hashlib.sha256(b'').hexdigest()}"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", moment, scope,
                         hashlib.sha256(request.encode()).hexdigest()])
    key = b"AWS4" + SECRETS["AWS"].encode()
    for step in [*scope.split("/"), to_sign]:
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return base64url(f"https://{host}/?{query}&X-Amz-Signature={key.hex()}"
                     "&User-Agent=test%2F1".encode())


def test_librdkafka_logs_in_with_a_token_of_msk(secured):
    goes_there_and_back(bearer(secured, msk_token))


# Kafka's tools with the settings that people have in their client.properties.

def module_of(mechanism):
    kind = "plain.Plain" if mechanism == "PLAIN" else "scram.Scram"
    return f"org.apache.kafka.common.security.{kind}LoginModule required"


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_the_java_tools_log_in(secured, kafka_tools, tmp_path, mechanism):
    settings = secured.java(tmp_path, **{
        "security.protocol": "SASL_SSL", "sasl.mechanism": mechanism,
        "sasl.jaas.config": f'{module_of(mechanism)} username="alice" '
                            f'password="{SECRETS["ALICE"]}";'})
    where = ["--bootstrap-server", secured.address("SASL_SSL")]
    name = f"java-{uuid.uuid4().hex[:8]}"
    kafka_tools("topics", *where, "--command-config", settings, "--create", "--topic", name)
    kafka_tools("console-producer", *where, "--producer.config", settings, "--topic", name,
                stdin="a\nb\nc")
    read = kafka_tools("console-consumer", *where, "--consumer.config", settings, "--topic", name,
                       "--from-beginning", "--max-messages", "3", "--timeout-ms", "30000")
    assert read.split() == ["a", "b", "c"]


def test_kafka_configs_makes_users(secured, kafka_tools):
    user = f"user-{uuid.uuid4().hex[:8]}"
    where = ["--bootstrap-server", secured.address("PLAINTEXT"), "--entity-type", "users",
             "--entity-name", user]
    kafka_tools("configs", *where, "--alter", "--add-config",
                "SCRAM-SHA-256=[iterations=8192,password=first-secret]")
    admin = AdminClient({"bootstrap.servers": secured.address("PLAINTEXT")})
    described = admin.describe_user_scram_credentials([user])[user].result(10)
    assert [(one.mechanism.name, one.iterations)
            for one in described.scram_credential_infos] == [("SCRAM_SHA_256", 8192)]
    goes_there_and_back(login(secured, "SCRAM-SHA-256", user, "first-secret"), count=10)
    goes_there_and_back(login(secured, "PLAIN", user, "first-secret"), count=10)
    kafka_tools("configs", *where, "--alter", "--delete-config", "SCRAM-SHA-256")
    is_refused(login(secured, "SCRAM-SHA-256", user, "first-secret"))


def user_command(secured, *words, password=None, code=0):
    done = subprocess.run([str(BINARY), "user", *words, "--dir", str(secured.project), "--data",
                           str(secured.tarn.data)], capture_output=True, text=True,
                          input=password, env={"PATH": "/usr/bin", **SECRETS})
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_users_are_made_and_survive_a_kill(secured):
    assert "tarn.yaml" in user_command(secured, "list")
    assert "Created" in user_command(secured, "create", "dave", password="one\n")
    assert "there already" in user_command(secured, "create", "dave", password="x\n", code=69)
    goes_there_and_back(login(secured, "SCRAM-SHA-512", "dave", "one"), count=10)
    user_command(secured, "passwd", "dave", password="two\n")
    secured.tarn.kill()
    secured.tarn.start()
    goes_there_and_back(login(secured, "PLAIN", "dave", "two"), count=10)
    is_refused(login(secured, "PLAIN", "dave", "one"))
    user_command(secured, "delete", "dave")
    assert "dave" not in user_command(secured, "list")
    assert "changed there" in user_command(secured, "delete", "alice", code=77)


def test_passwords_lie_nowhere(secured):
    user_command(secured, "create", "erin", password="a-rare-password\n")
    for path in [*secured.tarn.data.rglob("*"), secured.tarn.log]:
        if path.is_file():
            content = path.read_bytes()
            for secret in [b"a-rare-password", *(value.encode() for value in SECRETS.values())]:
                assert secret not in content, path


def test_sessions_that_have_ended_are_made_anew(tmp_path):
    folder = tmp_path / "short"
    folder.mkdir()
    (folder / "tarn.yaml").write_text(
        'security:\n  users: {alice: "${secret:ALICE}"}\n  login_again: 3s\n')
    server = Tarn(tmp_path / "run", pipeline=folder, environment=SECRETS)
    try:
        server.start()
        settings = {"bootstrap.servers": server.kafka, "security.protocol": "SASL_PLAINTEXT",
                    "sasl.mechanisms": "SCRAM-SHA-256", "sasl.username": "alice",
                    "sasl.password": SECRETS["ALICE"]}
        topic = make_topic(settings)
        admin = AdminClient(settings)
        for _ in range(8):  # over two sessions
            assert topic in admin.list_topics(timeout=10).topics
            time.sleep(1)
    finally:
        server.stop()


# System 2: the tools of Kafka 2.8.1 with the client.properties that Amazon MSK wants.

@pytest.fixture(scope="session")
def msk_tools():
    program = ROOT / "scripts" / "kafka-tools"
    environment = {**os.environ, "KAFKA_VERSION": "2.8.1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                   "AWS_SECRET_ACCESS_KEY": SECRETS["AWS"], "AWS_REGION": "eu-west-1"}
    installed = subprocess.run([program, "install"], capture_output=True, text=True,
                               env=environment)
    if installed.returncode != 0:
        pytest.skip(f"Kafka 2.8.1 cannot be installed: {installed.stderr.strip()[-200:]}")

    def call(*arguments, stdin="", code=0, **more):
        done = subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True,
                              timeout=90, env={**environment, **more})
        assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    return call


@pytest.fixture
def msk_settings(secured, tmp_path):
    return secured.java(tmp_path, **{
        "security.protocol": "SASL_SSL", "sasl.mechanism": "AWS_MSK_IAM",
        "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
        "sasl.client.callback.handler.class":
            "software.amazon.msk.auth.iam.IAMClientCallbackHandler"})


def test_the_tools_of_2_8_log_in_with_keys_of_aws(secured, msk_tools, msk_settings):
    name = f"msk-{uuid.uuid4().hex[:8]}"
    where = ["--bootstrap-server", secured.address("SASL_SSL")]
    msk_tools("topics", *where, "--command-config", msk_settings, "--create", "--topic", name,
              "--partitions", "3", "--replication-factor", "2")
    assert name in msk_tools("topics", *where, "--command-config", msk_settings, "--list").split()
    lines = [f"flight {number}" for number in range(50)]
    msk_tools("console-producer", *where, "--producer.config", msk_settings, "--topic", name,
              stdin="\n".join(lines))
    read = msk_tools("console-consumer", *where, "--consumer.config", msk_settings, "--topic", name,
                     "--from-beginning", "--max-messages", "50", "--timeout-ms", "30000")
    assert sorted(read.splitlines()) == sorted(lines)


def test_a_wrong_secret_of_aws_is_refused(secured, msk_tools, msk_settings):
    said = msk_tools("topics", "--bootstrap-server", secured.address("SASL_SSL"),
                     "--command-config", msk_settings, "--list", code=1,
                     AWS_SECRET_ACCESS_KEY="wrong")
    assert "Authentication failed during authentication due to invalid credentials" in said
    wait_until(lambda: "the signature is not made with the secret of the key"
               in secured.tarn.log_tail(), 10, "the log says why")
