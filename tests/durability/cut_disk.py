"""A disk that loses its power: a file system of its own in a file, which is shut down between two
writes without anything being flushed (the FS_IOC_SHUTDOWN ioctl of ext4 and xfs). For Tarn(disk=…),
as small_disk.py has one."""

import fcntl
import os
import pathlib
import shutil
import struct
import subprocess

import pytest

SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32)
WITHOUT_FLUSHING_ITS_LOG = struct.pack("I", 2)
MEGABYTES = 400  # xfs has no smaller ones than 300


class CutDisk:
    def __init__(self, folder, kind):
        self.path = pathlib.Path(folder) / "disk"
        self._image = pathlib.Path(folder) / "image"
        self._is_mounted = False
        if os.geteuid() != 0:
            pytest.skip("only root can mount a file system and cut its power")
        if not shutil.which(f"mkfs.{kind}"):
            pytest.skip(f"mkfs.{kind} is not installed: apt-get install {kind}progs")
        self.path.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(MEGABYTES << 20)
        subprocess.run([f"mkfs.{kind}", "-q", str(self._image)], check=True, capture_output=True)
        try:
            self.mount()
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no {kind} can be mounted here: {error.stderr.decode().strip()}")

    def see(self, path):
        return path

    def wrapper(self):
        return []

    def mount(self):
        """As after a power failure: the file system repairs itself by its own log."""
        subprocess.run(["mount", "-o", "loop", str(self._image), str(self.path)], check=True,
                       capture_output=True)
        self._is_mounted = True

    def cut(self):
        """From now on nothing reaches the disk, and what has not reached it is lost."""
        folder = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, WITHOUT_FLUSHING_ITS_LOG)
        finally:
            os.close(folder)

    def unmount(self):
        """Whoever has files open there is gone."""
        subprocess.run(["umount", str(self.path)], check=True, capture_output=True)
        self._is_mounted = False

    def close(self):
        if self._is_mounted:
            subprocess.run(["umount", "--lazy", str(self.path)], check=True)
        self._image.unlink()
