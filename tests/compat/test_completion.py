"""The completion scripts, each in the shell that it is for."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest
from conftest import create_topic
from tarn_process import BINARY

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>]|\][^\x07]*\x07)")


def complete_in_bash(line, folder, environment):
    script = """
        source <(tarn completion bash)
        line="$1"; COMP_LINE="$line"; COMP_POINT=${#line}
        read -ra COMP_WORDS <<<"${line//=/ = }"
        [[ $line == *" " || $line == *= ]] && COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        compopt() { :; }
        _tarn
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "--norc", "-c", script, "bash", line], cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


def complete_in_fish(line, folder, environment):
    script = "tarn completion fish | source; complete -C $argv[1]"
    done = subprocess.run(["fish", "--no-config", "-c", script, line], cwd=folder,
                          env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return [found.split("\t")[0] for found in done.stdout.splitlines()]


def complete_in_zsh(line, folder, environment):
    """zsh completes only where somebody types: a terminal, and the key that lists."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-f", "-i"], {**environment, "TERM": "xterm", "PS1": "READY> "})
    try:
        setup = ("stty columns 500; unsetopt zle_bracketed_paste; autoload -U compinit; "
                 "compinit -u -D; source <(tarn completion zsh); bindkey '^I' list-choices; "
                 "PS1=TYPE''HERE\n")
        os.write(terminal, setup.encode())
        read_until(terminal, "TYPEHERE")
        os.write(terminal, line.encode() + b"\t")
        said = read_until(terminal, None)
        return said.split()
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)


def read_until(terminal, word, seconds=15, quiet=1):
    """What the terminal shows until the word, or until it stays quiet after the first answer."""
    said, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        ready, _, _ = select.select([terminal], [], [], quiet)
        if ready:
            said += ESCAPES.sub("", os.read(terminal, 65536).decode(errors="replace"))
            if word and word in said:
                return said
        elif not word and "\n" in said:
            return said
    raise AssertionError(f"the shell showed only {said!r}")


SHELLS = {"bash": complete_in_bash, "zsh": complete_in_zsh, "fish": complete_in_fish}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("path")
    (folder / "tarn").symlink_to(BINARY)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}


@pytest.fixture(params=SHELLS)
def complete(request, tarn, environment):
    """complete(line) gives the words that the shell offers in the folder of the instance."""
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed: apt-get install {request.param}")
    return lambda line: SHELLS[request.param](line, tarn.folder, environment)


def test_a_shell_completes_commands_options_choices_and_names(complete, tarn):
    topic = create_topic(tarn)
    assert {"topic", "table", "source"} <= set(complete("tarn "))
    assert {"list", "describe", "read"} <= set(complete("tarn topic "))
    assert {"--json", "--dir"} <= set(complete("tarn topic list --"))
    assert {"csv", "json"} <= set(complete("tarn sql --format "))
    assert any(word.endswith("json") for word in complete("tarn sql --format=j"))
    assert topic in complete("tarn topic read ord")


def test_a_shell_completes_paths(complete, tarn):
    assert any(word.rstrip("/") == "data" for word in complete("tarn topic list --data d"))


@pytest.mark.parametrize("left_behind", ["nothing", "an endpoints.json", "a wrong tarn.yaml"])
def test_without_an_instance_there_are_no_names_and_no_noise(tmp_path, left_behind):
    if not BINARY.exists():
        pytest.skip(f"{BINARY} is not built")
    (tmp_path / "data").mkdir()
    if left_behind == "an endpoints.json":
        (tmp_path / "data" / "endpoints.json").write_text('{"pid":1,"http":"http://127.0.0.1:1"}')
        (tmp_path / "data" / "cluster_id").write_text("x")
    if left_behind == "a wrong tarn.yaml":
        (tmp_path / "tarn.yaml").write_text("tabels: [")
    done = subprocess.run([str(BINARY), "complete", "--", "topic", "read", ""], cwd=tmp_path,
                          capture_output=True, text=True, timeout=10)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(entry.name for entry in (tmp_path / "data").iterdir()) == (
        ["cluster_id", "endpoints.json"] if left_behind == "an endpoints.json" else [])
