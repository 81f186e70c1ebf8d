#!/usr/bin/env python3
"""Proof that tests notice: each entry of mutations.toml takes one safeguard out of a copy of the
tree, and the tests that it names must turn red.

Usage: tests/mutations/run.py [NAME...]      default: all of them
The copy lies in build/mutations; the checkout stays as it is. A verdict is kept while no source
changes, so that a run that was broken off goes on. Exit status 0 only when nothing survived.
Environment: TARN_CACHE (default ~/.cache/tarn), TARN_JOBS (default: all processors).
"""

import dataclasses
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIST = pathlib.Path(__file__).resolve().parent / "mutations.toml"
TREE = ROOT / "build" / "mutations"
TEST_SECONDS = 300


class Wrong(Exception):
    """The list and the tree do not fit together."""


@dataclasses.dataclass(frozen=True)
class Mutation:
    name: str
    why: str      # what is lost with the lines
    file: str
    lines: str    # whole lines that stand in the file exactly once
    becomes: str  # what takes their place; empty: nothing
    test: str     # the module whose tests are run
    red: tuple    # all of these turn red

    def applied(self, text):
        found = text.count("\n" + self.lines)
        if found != 1:
            raise Wrong(f"mutation {self.name}: its lines are found {found} times in {self.file}; "
                        "mend mutations.toml")
        return text.replace("\n" + self.lines, "\n" + self.becomes)


def mutations():
    entries = tomllib.loads(LIST.read_text())["mutation"]
    return [Mutation(**{"becomes": "", **entry, "red": tuple(entry["red"])}) for entry in entries]


def say(text):
    print(text, flush=True)


def make_copy():
    """What git knows or would add, as it stands now. Files that are the same keep their time."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                            check=True, capture_output=True, text=True)
    wanted = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    for path in [p for p in TREE.rglob("*") if p.is_file()]:
        name = str(path.relative_to(TREE))
        if not name.startswith("build/") and name not in wanted:
            path.unlink()
    for name in wanted:
        source, copy = ROOT / name, TREE / name
        if copy.is_file() and copy.read_bytes() == source.read_bytes():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, copy)


def command(*words, seconds=None):
    environment = {**os.environ, "CCACHE_BASEDIR": str(TREE), "CCACHE_NOHASHDIR": "1"}
    return subprocess.run([str(word) for word in words], cwd=TREE, env=environment, text=True,
                          errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=seconds)


def build(module):
    done = command("cmake", "--build", "build/dev", "-j", os.environ.get("TARN_JOBS") or
                   os.cpu_count(), "--target", f"tarn_{module}_test")
    if done.returncode != 0:
        raise Wrong(f"tarn_{module}_test cannot be built:\n{done.stdout[-3000:]}")


def run_tests(module, names):
    """Test → ok or not. A test in which the program died is not; what never ran is missing."""
    program, = (TREE / "build/dev/src").glob(f"**/tarn_{module}_test")
    try:
        done = command(program, "--gtest_color=no", f"--gtest_filter={':'.join(names) or '*'}",
                       seconds=TEST_SECONDS)
    except subprocess.TimeoutExpired:
        raise Wrong(f"tarn_{module}_test took longer than {TEST_SECONDS} s") from None
    results = {}
    for state, test in re.findall(r"^\[ +(RUN|OK|FAILED) +\] (\S+?)(?:,|$| \()", done.stdout, re.M):
        results[test] = state == "OK"
    return results


def missed(mutation):
    """The tests that should have turned red and did not; with no tests named, which did."""
    path = TREE / mutation.file
    original = path.read_text()
    try:
        path.write_text(mutation.applied(original))
        build(mutation.test)
        results = run_tests(mutation.test, mutation.red)
    finally:
        path.write_text(original)
    if not mutation.red:
        failed = [name for name, ok in results.items() if not ok]
        raise Wrong(f"mutation {mutation.name} names no test; red are: {' '.join(failed)}")
    return [name for name in mutation.red if results.get(name, True)]


def check_green(chosen):
    """Unchanged, all named tests are green: else their red would say nothing."""
    for module in sorted({mutation.test for mutation in chosen}):
        names = sorted({name for m in chosen if m.test == module for name in m.red})
        build(module)
        if not names:
            continue
        results = run_tests(module, names)
        wrong = [name for name in names if not results.get(name, False)]
        if wrong:
            raise Wrong(f"not green without a mutation: {' '.join(wrong)}")
        say(f"unchanged: {module}: {len(names)} tests are green")


def state_of_sources():
    digest = hashlib.sha256()
    for folder in ("src", "cmake"):
        for path in sorted((TREE / folder).rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(TREE)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def verdict_file(mutation, sources):
    cache = pathlib.Path(os.environ.get("TARN_CACHE") or pathlib.Path.home() / ".cache" / "tarn")
    key = hashlib.sha256((sources + repr(mutation)).encode()).hexdigest()
    return cache / "mutations" / key


def prove(mutation, sources):
    """True when its tests turn red."""
    verdict = verdict_file(mutation, sources)
    tests = " ".join(mutation.red)
    if verdict.exists():
        say(f"mutation {mutation.name}: red, as it should be: {tests} (known)")
        return True
    try:
        survived = missed(mutation)
    except Wrong as wrong:
        say(str(wrong))
        return False
    if survived:
        say(f"mutation {mutation.name}: SURVIVED {' '.join(survived)}: {mutation.why}")
        return False
    verdict.parent.mkdir(parents=True, exist_ok=True)
    verdict.touch()
    say(f"mutation {mutation.name}: red, as it should be: {tests}")
    return True


def main(names):
    known = mutations()
    unknown = set(names) - {mutation.name for mutation in known}
    if unknown:
        print(f"mutations: there is no {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [mutation for mutation in known if not names or mutation.name in names]
    make_copy()
    configured = command("cmake", "--preset", "dev")
    if configured.returncode != 0:
        print(configured.stdout[-3000:], file=sys.stderr)
        return 1
    sources = state_of_sources()
    try:
        check_green([m for m in chosen if not verdict_file(m, sources).exists()])
    except Wrong as wrong:
        say(str(wrong))
        return 1
    red = sum(prove(mutation, sources) for mutation in chosen)
    say(f"{red} of {len(chosen)} mutations are red, as they should be")
    return 0 if red == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
