"""The clients of tests/clients, installed and called by way of scripts/kafka-clients."""

import functools
import json
import os
import pathlib
import subprocess
import sys
import threading

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from tarn_process import ROOT, wait_until  # noqa: E402


@functools.cache
def command_of(client):
    """The words that call a client's driver; skips the test when it cannot be installed."""
    done = subprocess.run([ROOT / "scripts" / "kafka-clients", client], capture_output=True,
                          text=True, timeout=900)
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:]
        pytest.skip(f"{client}: {' '.join(last) or 'cannot be installed'}")
    return done.stdout.split("\n")[:-1]


class Driver:
    """A running driver. What it tells, a line of JSON each, is kept as it comes."""

    def __init__(self, client, folder, words=(), environment=None, **settings):
        folder.mkdir(parents=True, exist_ok=True)
        self.told = []
        self._errors = folder / "errors.log"
        file = folder / "settings.json"
        file.write_text(json.dumps(settings))
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [*command_of(client), *words, str(file)], cwd=folder, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, **(environment or {})})
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            if line.startswith("{"):
                self.told.append(json.loads(line))

    def all(self, key):
        """What was told under this name so far."""
        return [line[key] for line in list(self.told) if key in line]

    def wait_for(self, condition, seconds, what):
        def happened():
            assert self._process.poll() is None, f"{what}: the client ended\n{self.errors()}"
            return condition(self)
        try:
            return wait_until(happened, seconds, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.told[-5:]}\n{self.errors()}") from None

    def errors(self, last=30):
        """The last lines of its standard error."""
        lines = self._errors.read_text(errors="replace").splitlines()
        return "\n".join(lines[-last:])

    def close(self, seconds=60):
        """Closes its standard input, at which it ends."""
        self.close_input()
        status = self.end(seconds)
        assert status == 0, f"exit status {status}\n{self.errors()}"
        return self

    def close_input(self):
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass  # it has ended already; its status says how

    def end(self, seconds=90):
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"not done in {seconds} s\n{self.told[-5:]}\n{self.errors()}")
        self._reader.join()
        return status

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._reader.join()


def start_all(client, folder, steps):
    """A driver that does one after the other: (command, settings) each."""
    *before, (last, settings) = steps
    folder.mkdir(parents=True, exist_ok=True)
    words = []
    for place, (command, own) in enumerate(before):
        file = folder / f"step-{place}.json"
        file.write_text(json.dumps(own))
        words += [command, str(file)]
    driver = Driver(client, folder, [*words, last], **settings)
    driver.close_input()
    return driver


def run(client, folder, command, seconds=90, **settings):
    """Calls a driver that ends by itself; what it told."""
    driver = Driver(client, folder, [command], **settings)
    driver.close_input()
    status = driver.end(seconds)
    assert status == 0, f"{client} {command}: exit status {status}\n{driver.errors()}"
    return driver
