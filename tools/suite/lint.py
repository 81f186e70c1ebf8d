"""clang-tidy, one test per source file. A clean verdict is kept under a key made of everything that
can change it, so that only changed files cost time."""

import hashlib
import json
import re
import subprocess

from suite import commands
from suite.results import FAILED, PASSED, SKIPPED, Outcome

TOOL = "clang-tidy-19"
FILE_SECONDS = 300


def lint(run, seconds_left):
    """Files that have no verdict when the time is up are skipped; the next run goes on."""
    database = json.loads((run.build_folder / "compile_commands.json").read_text())
    entries = [entry for entry in database if is_ours(run, entry["file"])]
    headers = headers_of(run)
    salt = tool_key(run)
    verdicts = run.cache / "clang-tidy"
    verdicts.mkdir(parents=True, exist_ok=True)
    todo = []
    for entry in entries:
        name = str(relative(run, entry["file"]))
        key = key_of(run, entry, headers, salt)
        if (verdicts / key).exists():
            run.report.add([Outcome(f"clang-tidy.{name}", PASSED)])
        else:
            todo.append((name, entry["file"], verdicts / key))
    run.report.say(f"clang-tidy: {len(entries)} files, {len(entries) - len(todo)} known")
    run.each(lambda item: check(run, *item, seconds_left), todo)


def is_ours(run, file):
    name = relative(run, file)
    return name is not None and not re.search(r"_(test|fuzz|bench)\.cc$|/testing/|^tests/|^build/",
                                              str(name))


def relative(run, file):
    root = str(run.root) + "/"
    return file[len(root):] if file.startswith(root) else None


def headers_of(run):
    """Object file → the headers that its compilation read, as ninja noted them."""
    listed = subprocess.run(["ninja", "-C", str(run.build_folder), "-t", "deps"],
                            capture_output=True, text=True)
    found, current = {}, None
    for line in listed.stdout.splitlines():
        if line.startswith("    ") and current is not None:
            current.append(line.strip())
        elif ": #deps" in line:
            current = found.setdefault(line.split(": #deps")[0], [])
    return found


def tool_key(run):
    version = subprocess.run([TOOL, "--version"], capture_output=True, text=True, check=True).stdout
    return version + (run.root / ".clang-tidy").read_text()


def key_of(run, entry, headers, salt):
    """Contents of our files, names of foreign ones: those change with their packages only."""
    digest = hashlib.sha256(salt.encode())
    command = entry.get("command", "").replace(str(run.root), "").replace(str(run.cache), "")
    digest.update(command.encode())
    root = str(run.root) + "/"
    for file in sorted(set([entry["file"], *headers.get(entry.get("output", ""), [])])):
        digest.update(file.removeprefix(root).removeprefix(str(run.cache)).encode())
        if file.startswith(root):
            digest.update(contents(file))
    return digest.hexdigest()


_contents = {}


def contents(file):
    if file not in _contents:
        try:
            with open(file, "rb") as opened:
                _contents[file] = hashlib.sha256(opened.read()).digest()
        except OSError:
            _contents[file] = b""
    return _contents[file]


def check(run, name, file, verdict, seconds_left):
    if seconds_left() <= 0:
        return [Outcome(f"clang-tidy.{name}", SKIPPED,
                        "no time left in this run; verdicts are kept, the next run goes on")]
    done = commands.run([TOOL, "-p", run.build_folder, "--quiet", file], run.root, FILE_SECONDS)
    if done.ok:
        verdict.touch()
        return [Outcome(f"clang-tidy.{name}", PASSED)]
    lines = [line for line in done.output.splitlines() if not re.match(r"\d+ warnings? ", line)]
    return [Outcome(f"clang-tidy.{name}", FAILED, "\n".join(lines))]
