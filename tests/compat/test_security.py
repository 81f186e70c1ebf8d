"""Listeners with TLS, and everyone who logs in to them."""

import os
import signal
import socket
import ssl
import subprocess
import uuid

import pytest

from certificates import Authority
from secured import Secured, goes_there_and_back, is_refused
from tarn_process import BINARY, wait_until

PIPELINE = """\
listeners:
  kafka:
  - {{bind: "127.0.0.1:1", protocol: PLAINTEXT}}
  - {{bind: "127.0.0.1:0", protocol: SSL}}
security:
  tls: {{certificate: {certificate}, key: {key}, client_ca: {ca}, client_auth: requested}}
"""


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    instance = Secured(tmp_path_factory.mktemp("secured"), PIPELINE)
    try:
        instance.tarn.start()
        yield instance
    finally:
        instance.tarn.stop()


def test_librdkafka_speaks_tls(secured):
    goes_there_and_back(secured.tls())


def test_kcat_speaks_tls(secured, kcat):
    address = secured.address("SSL")
    listed = kcat("-L", "-b", address, "-X", "security.protocol=SSL", "-X",
                  f"ssl.ca.location={secured.authority.certificate}")
    assert f"at {address}" in listed


def test_clients_may_show_a_certificate(secured):
    goes_there_and_back(secured.showing("/CN=alice/O=Example"))


def test_the_java_tools_speak_tls_with_a_certificate_of_their_own(secured, kafka_tools, tmp_path):
    certificate, key = secured.authority.sign("java", "/CN=java tools/O=Example")
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + certificate.read_text())
    settings = secured.java(tmp_path, **{
        "security.protocol": "SSL", "ssl.keystore.type": "PEM", "ssl.keystore.location": both})
    name = f"java-{uuid.uuid4().hex[:8]}"
    where = ["--bootstrap-server", secured.address("SSL"), "--command-config", settings]
    kafka_tools("topics", *where, "--create", "--topic", name)
    assert name in kafka_tools("topics", *where, "--list").split()


def test_a_certificate_that_has_expired_is_refused(secured):
    certificate, key = secured.authority.sign("expired", "/CN=late", days=0)
    is_refused(secured.tls(**{"ssl.certificate.location": str(certificate),
                              "ssl.key.location": str(key)}))
    wait_until(lambda: "certificate has expired" in secured.tarn.log_tail(), 10, "the log says it")


def test_a_certificate_of_somebody_else_is_refused(secured, tmp_path):
    certificate, key = Authority(tmp_path / "other").sign("eve", "/CN=eve")
    is_refused(secured.tls(**{"ssl.certificate.location": str(certificate),
                              "ssl.key.location": str(key)}))


def test_plain_text_on_the_tls_port_is_named(secured):
    is_refused({"bootstrap.servers": secured.address("SSL")})
    wait_until(lambda: "this is plain text, and the port speaks TLS" in secured.tarn.log_tail(),
               10, "the log says it")


def test_tls_on_the_plain_port_is_named(secured):
    is_refused(secured.tls(**{"bootstrap.servers": secured.address("PLAINTEXT")}))
    wait_until(lambda: "this is TLS, and the port speaks plain text" in secured.tarn.log_tail(),
               10, "the log says it")


def rss_kib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def test_half_open_handshakes_are_bounded_and_end(secured):
    host, port = secured.address("SSL").split(":")
    before = rss_kib(secured.tarn.pid)
    half_open = []
    try:
        for _ in range(500):
            one = socket.create_connection((host, int(port)))
            one.sendall(b"\x16\x03\x01\x02\x00\x01")  # the beginning of a hello
            half_open.append(one)
        goes_there_and_back(secured.tls(), count=20)
        grown = rss_kib(secured.tarn.pid) - before
        assert grown < 200 * 1024, f"{grown} KiB for 500 handshakes"
        half_open[0].settimeout(20)
        assert half_open[0].recv(1) == b""
    finally:
        for one in half_open:
            one.close()


def test_old_versions_of_tls_are_refused(secured):
    host, port = secured.address("SSL").split(":")
    context = ssl.create_default_context(cafile=secured.authority.certificate)
    with socket.create_connection((host, int(port))) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            assert secure.version() == "TLSv1.3"
    done = subprocess.run(["openssl", "s_client", "-connect", f"{host}:{port}", "-tls1_1",
                           "-cipher", "DEFAULT@SECLEVEL=0"], capture_output=True, text=True,
                          input="")
    assert done.returncode != 0 or "Cipher is (NONE)" in done.stdout


def serial_shown(address):
    host, port = address.split(":")
    return ssl.get_server_certificate((host, int(port)))


def test_a_hangup_brings_a_new_certificate(secured):
    shown = serial_shown(secured.address("SSL"))
    certificate, key = secured.authority.sign("renewed", "/CN=localhost")
    secured.certificate.write_text(certificate.read_text())
    secured.key.write_text(key.read_text())
    os.kill(secured.tarn.pid, signal.SIGHUP)
    wait_until(lambda: serial_shown(secured.address("SSL")) != shown, 10, "another certificate")
    goes_there_and_back(secured.tls(), count=10)
    secured.key.write_text("broken")
    os.kill(secured.tarn.pid, signal.SIGHUP)
    wait_until(lambda: "the former certificates hold" in secured.tarn.log_tail(), 10, "it says so")
    goes_there_and_back(secured.tls(), count=10)


def checked(folder, text):
    (folder / "tarn.yaml").write_text(text)
    return subprocess.run([str(BINARY), "check", str(folder)], capture_output=True, text=True)


def test_check_finds_what_is_wrong_with_files(secured, tmp_path):
    other, _ = secured.authority.sign("other", "/CN=other")
    late, late_key = secured.authority.sign("late", "/CN=late", days=0)
    text = "security: {{tls: {{certificate: {}, key: {}}}}}\n"
    missing = checked(tmp_path, text.format("nowhere.pem", secured.key))
    assert missing.returncode == 78 and "security.tls.certificate (nowhere.pem)" in missing.stderr
    secret = tmp_path / "x.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", secret], check=True)
    unlike = checked(tmp_path, text.format(other, secret))
    assert unlike.returncode == 78 and "does not belong to the certificate" in unlike.stderr
    expired = checked(tmp_path, text.format(late, late_key))
    assert expired.returncode == 0 and "has expired on" in expired.stderr
