"""What the server takes, as the system tells."""

import os
import pathlib

from comparing.processor import busy_seconds, process_seconds

MEGABYTE = 1_000_000


class Watched:
    """The server, beside those who put load on it."""

    def __init__(self, pid, data, load_seconds):
        self._proc, self._pid, self._data = pathlib.Path(f"/proc/{pid}"), pid, data
        self._load_seconds = load_seconds

    def sample(self):
        status = dict(line.split(":", 1) for line in
                      (self._proc / "status").read_text().splitlines())
        return {
            "rss_mb": _megabytes(status["VmRSS"]), "anonymous_mb": _megabytes(status["RssAnon"]),
            "peak_mb": _megabytes(status["VmHWM"]), "threads": int(status["Threads"]),
            "open_files": len(os.listdir(self._proc / "fd")),
            "cpu_seconds": process_seconds(self._pid), "load_seconds": self._load_seconds(),
            "machine_seconds": busy_seconds(), "disk_mb": disk_bytes(self._data) / MEGABYTE,
        }


def _megabytes(text):
    return int(text.split()[0]) * 1024 / MEGABYTE


def disk_bytes(folder):
    """What its files take on the disk; some go while they are counted."""
    found = 0
    for path, _, names in os.walk(folder):
        for name in names:
            try:
                found += os.stat(os.path.join(path, name)).st_blocks * 512
            except FileNotFoundError:
                pass
    return found
