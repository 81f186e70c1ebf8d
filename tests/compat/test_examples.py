"""The pipeline tests that lie beside each example."""

import pathlib
import subprocess

import pytest
from tarn_process import BINARY

ROOT = pathlib.Path(__file__).resolve().parents[2]
TESTED = sorted(path.parent.parent.relative_to(ROOT)
                for path in ROOT.glob("examples/*/tests/*.yaml"))


@pytest.mark.parametrize("example", TESTED, ids=str)
def test_an_example_does_what_its_tests_say(example):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    done = subprocess.run([str(BINARY), "test", "--dir", str(ROOT / example)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
