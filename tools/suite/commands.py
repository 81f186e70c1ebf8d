"""Runs programs: with a limit in time, in a process group of their own, ended when we end."""

import os
import signal
import subprocess


class Finished:
    def __init__(self, status, output, timed_out):
        self.status, self.output, self.timed_out = status, output, timed_out

    @property
    def ok(self):
        return self.status == 0 and not self.timed_out


_running = set()


def run(command, cwd, seconds, environment=None, show=None):
    """Both outputs in one text; show is called with each line as it comes."""
    process = subprocess.Popen(
        [str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
        env={**os.environ, **(environment or {})})
    _running.add(process)
    try:
        return _collect(process, seconds, show)
    finally:
        _running.discard(process)
        end(process)


def _collect(process, seconds, show):
    if show is None:
        try:
            output, _ = process.communicate(timeout=seconds)
            return Finished(process.returncode, output, False)
        except subprocess.TimeoutExpired:
            end(process)
            output, _ = process.communicate()
            return Finished(process.returncode, output + f"\nended after {seconds} s\n", True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        show(line.rstrip("\n"))
    return Finished(process.wait(), "".join(lines), False)


def end(process):
    """The program and all that it started in its group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def end_all():
    for process in list(_running):
        end(process)
