"""A disk of its own for the program: a small tmpfs in a user and mount namespace.

Only the program and what runs under wrapper() sees it at its path; tests look in by see().
"""

import os
import pathlib
import subprocess

import pytest


class SmallDisk:
    def __init__(self, where, megabytes):
        self.path = pathlib.Path(where)
        self.path.mkdir(parents=True)
        self._size = f"size={megabytes}m"
        mount = f'mount -t tmpfs -o {self._size} small "{self.path}" && echo ready && exec cat'
        self._holder = subprocess.Popen(["unshare", "-rm", "sh", "-c", mount],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        if self._holder.stdout.readline() != "ready\n":
            why = self._holder.stderr.read().strip()
            self.close()
            pytest.skip(f"no disk of its own here (user and mount namespaces): {why}")

    def wrapper(self):
        """A command that runs the one after it where the disk is."""
        return ["nsenter", "--preserve-credentials", "-U", "-m", "-t", str(self._holder.pid), "--"]

    def see(self, path):
        """The path at which a test finds a file of the disk."""
        return pathlib.Path(f"/proc/{self._holder.pid}/root{path}")

    def run(self, *command):
        subprocess.run([*self.wrapper(), *command], check=True, capture_output=True, text=True)

    def remount(self, how):
        """"ro" or "rw"."""
        # With its source named, mount does not take over the options of before (uid=, which only
        # root may give).
        self.run("mount", "-t", "tmpfs", "-o", f"remount,{how},{self._size}", "small",
                 str(self.path))

    def free_bytes(self):
        found = os.statvfs(self.see(self.path))
        return found.f_bavail * found.f_frsize

    def fill(self, leave=0):
        """Takes all space but so many bytes."""
        with self.see(self.path / "ballast").open("ab", buffering=0) as ballast:
            try:
                while (free := self.free_bytes() - leave) > 0:
                    ballast.write(bytes(min(free, 1 << 20)))
            except OSError:
                pass

    def make_space(self):
        self.see(self.path / "ballast").unlink()

    def close(self):
        self._holder.kill()
        self._holder.communicate()
