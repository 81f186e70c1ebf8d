"""A control group that holds a run and its page cache in so much memory."""

import contextlib
import os
import pathlib
import sys

CONTROL_GROUPS = pathlib.Path("/sys/fs/cgroup")


@contextlib.contextmanager
def limited(gib):
    """This process and all that it starts; without a number nothing is held."""
    if not gib:
        yield
        return
    parent = CONTROL_GROUPS / "memory"  # version 1
    limit = "memory.limit_in_bytes"
    if not parent.is_dir():
        parent, limit = CONTROL_GROUPS, "memory.max"
    group = parent / f"tarn-compare-{os.getpid()}"
    try:
        if limit == "memory.max":
            (parent / "cgroup.subtree_control").write_text("+memory")
        group.mkdir()
        (group / limit).write_text(str(int(gib * 2**30)))
        (group / "cgroup.procs").write_text(str(os.getpid()))
    except OSError as error:
        sys.exit(f"--memory needs root and the memory controller in {parent}: {error}")
    try:
        yield
    finally:
        (parent / "cgroup.procs").write_text(str(os.getpid()))
        group.rmdir()
