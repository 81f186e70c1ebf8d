"""The real program, started on free ports with folders of its own, and always stopped."""

import json
import itertools
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = pathlib.Path(os.environ.get("TARN_BINARY", ROOT / "build/dev/src/app/tarn"))
READY_SECONDS = 60


def _ports():
    """Numbers below those that the system gives away by itself: nobody takes one while a program
    that is stopped is started again. Each test process has some of its own, and keeps them by
    listening on the first."""
    for first in range(10_000, 32_000, 500):
        guard = socket.socket()
        try:
            guard.bind(("127.0.0.1", first))
            guard.listen()
        except OSError:
            guard.close()
            continue
        for port in itertools.cycle(range(first + 1, first + 500)):
            yield port, guard


_numbers = _ports()


def free_port():
    for port, _ in _numbers:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue  # of somebody who does not know of this
    raise AssertionError("no port is free")


def wait_until(condition, seconds, what, pause=0.05):
    """The first true value of condition(); asked again every `pause` seconds."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Tarn:
    """tarn run, with or without a pipeline. The ports stay the same over restarts."""

    def __init__(self, folder, pipeline=None, arguments=(), wrapper=(), environment=None,
                 disk=None):
        """With a disk (small_disk.py) the program's data and lake lie there."""
        self.folder = pathlib.Path(folder)
        home = disk.path if disk else self.folder
        self.data, self.lake = home / "data", home / "lake"
        self.kafka_port, self.http_port = free_port(), free_port()
        self._pipeline, self._arguments, self._wrapper = pipeline, list(arguments), list(wrapper)
        self._environment = environment or {}
        self.see = disk.see if disk else lambda path: path
        self._tool_wrapper = disk.wrapper() if disk else []
        self._wrapper += self._tool_wrapper
        self._process = None
        self.log = self.folder / "tarn.log"
        self.ready_seconds = None

    @property
    def pid(self):
        """Of the program itself, also when it runs under a wrapper."""
        return self.endpoints()["pid"]

    @property
    def kafka(self):
        return f"127.0.0.1:{self.kafka_port}"

    @property
    def http(self):
        return f"http://127.0.0.1:{self.http_port}"

    def command(self):
        where = [str(self._pipeline)] if self._pipeline else []
        return [*self._wrapper, str(BINARY), "run", *where, "--data", str(self.data), "--lake",
                str(self.lake), "--kafka-port", str(self.kafka_port), "--http-port",
                str(self.http_port), *self._arguments]

    def start(self):
        """Returns when the program says that everything answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.see(self.data / "endpoints.json").unlink(missing_ok=True)
        started = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self._environment}, start_new_session=True)
        # A short pause, for it is part of the time that is measured.
        wait_until(self._is_ready, READY_SECONDS, f"{self.log}:\n{self.log_tail()}", pause=0.0005)
        self.ready_seconds = time.monotonic() - started
        return self

    def _is_ready(self):
        if self._process.poll() is not None:
            raise AssertionError(f"exited with {self._process.returncode}:\n{self.log_tail()}")
        return self.see(self.data / "endpoints.json").exists()

    def endpoints(self):
        return json.loads(self.see(self.data / "endpoints.json").read_text())

    def log_tail(self, lines=40):
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def kill(self):
        """As by kill -9: nothing is flushed, nothing is said."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self):
        """SIGTERM; the program drains and exits with 0."""
        if self._process is None or self._process.poll() is not None:
            return self._process and self._process.returncode
        os.kill(self.pid, signal.SIGTERM)
        try:
            return self._process.wait(30)
        finally:
            if self._process.poll() is None:
                self.kill()

    def tool(self, *arguments, seconds=60):
        """Another command of the program, on this one's data; its standard output."""
        command = [*self._tool_wrapper, str(BINARY), *arguments, "--data", str(self.data)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                              timeout=seconds)
        assert done.returncode == 0, f"{arguments}: {done.stderr or done.stdout}"
        return done.stdout

    def get(self, path, seconds=30):
        with urllib.request.urlopen(self.http + path, timeout=seconds) as answer:
            return answer.read().decode()

    def status_of(self, path):
        try:
            with urllib.request.urlopen(self.http + path, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def problem(self, path):
        """The body of an answer that is an error."""
        try:
            self.get(path)
        except urllib.error.HTTPError as error:
            return error.read().decode()
        raise AssertionError(f"{path} answers well")


class Emulator:
    """tarn emulate api over a file of JSON Lines."""

    def __init__(self, file, arguments=()):
        self.port = free_port()
        command = [str(BINARY), "emulate", "api", "--from", str(file), "--port", str(self.port)]
        self._process = subprocess.Popen([*command, *arguments], stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                                         start_new_session=True)
        wait_until(self._answers, READY_SECONDS, "the emulated API answers")

    def _answers(self):
        assert self._process.poll() is None, "the emulator exited"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1/flights"

    def stop(self):
        self._process.kill()
        self._process.wait()
