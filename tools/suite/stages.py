"""The parts of the test run. Each takes the run and reports outcomes; a red test is an outcome."""

import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile
import xml.etree.ElementTree

from suite import commands
from suite.results import FAILED, PASSED, SKIPPED, Outcome, summary

UNIT_SECONDS = 600
REPLAY_SECONDS = 120
COMPAT_SECONDS = 1500
COMPAT_AT_ONCE = 12  # however many processors there are; each takes memory, too
SANITIZERS = {
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


class Run:
    """What all stages share: the tree, the build folder, the report, how many jobs at once."""

    def __init__(self, root, preset, report, jobs):
        self.root, self.preset, self.report, self.jobs = root, preset, report, jobs
        self.build_folder = root / "build" / preset
        cache = os.environ.get("TARN_CACHE") or pathlib.Path.home() / ".cache" / "tarn"
        self.cache = pathlib.Path(cache)

    def each(self, work, items):
        """work(item) → outcomes, some at a time, reported as they come."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for outcomes in pool.map(work, items):
                self.report.add(outcomes)


def tidy(run):
    """Every check of tools/tidy is one test, and so is every test of tools/tidy itself."""
    from tidy_checks import CHECKS
    from tidy_checks.tree import Tree
    tree = Tree.of_repository(run.root)
    for name, check in CHECKS.items():
        found = sorted(check(tree))
        text = "\n".join(str(finding) for finding in found)
        run.report.add([Outcome(f"tidy.{name}", FAILED if found else PASSED, text)])
    tests = sorted((run.root / "tools").glob("*_test.py"))
    run.each(lambda path: python_tests(run, path), tests)


def python_tests(run, path):
    """One unittest file in a process of its own."""
    done = commands.run([sys.executable, path, "-v"], run.root, 120)
    outcomes = []
    for line in done.output.splitlines():
        name, dots, state = line.partition(" ... ")
        if dots and state in ("ok", "FAIL", "ERROR"):
            outcomes.append(Outcome(f"{path.stem}.{name.split()[0]}",
                                    PASSED if state == "ok" else FAILED, done.output))
    if not done.ok and not any(outcome.state == FAILED for outcome in outcomes):
        outcomes.append(Outcome(path.stem, FAILED, done.output))
    return outcomes


def formatting(run):
    """clang-format leaves every C++ file as it is."""
    from tidy_checks.tree import Tree
    files = Tree.of_repository(run.root).cpp()
    for start in range(0, len(files), 100):
        some = files[start:start + 100]
        done = commands.run(["clang-format-19", "--dry-run", "-Werror", *some], run.root, 300)
        run.report.add([Outcome(f"format.{start // 100 + 1}", PASSED if done.ok else FAILED,
                                done.output)])


def build(run):
    """Configures and compiles; one test, without which the rest has nothing to run."""
    report = run.report
    configured = commands.run(["cmake", "--preset", run.preset], run.root, 300)
    if not configured.ok:
        report.add([Outcome("configure", FAILED, configured.output)])
        return
    shown = [0.0]

    def progress(line):
        if line.startswith("[") and report.elapsed() - shown[0] > 15:
            shown[0] = report.elapsed()
            report.say(f"build: {line.split(' ')[0]}")

    command = ["cmake", "--build", run.build_folder, "-j", run.jobs, "--", "-k", "0"]
    done = commands.run(command, run.root, None, show=progress)
    if done.ok:
        report.add([Outcome("build", PASSED)])
    else:
        lines = done.output.splitlines()
        errors = [line for line in lines if "error" in line or line.startswith("FAILED")]
        report.add([Outcome("build", FAILED, "\n".join(errors[:60] or lines[-60:]))])


def programs(run, pattern):
    found = [p for p in sorted(run.build_folder.glob(f"src/**/{pattern}")) if os.access(p, os.X_OK)]
    return [path for path in found if path.is_file() and path.suffix == ""]


def unit(run):
    binaries = programs(run, "tarn_*_test")
    if not binaries:
        run.report.add([Outcome("unit", FAILED, f"no test program in {run.build_folder}")])
    run.each(lambda path: google_tests(run, path), binaries)


def google_tests(run, path):
    with tempfile.TemporaryDirectory(prefix="tarn-unit-") as folder:
        told = pathlib.Path(folder) / "tests.json"
        done = commands.run([path, f"--gtest_output=json:{told}", "--gtest_color=no"], run.root,
                            UNIT_SECONDS, {**SANITIZERS, "TMPDIR": folder})
        try:
            tests = json.loads(told.read_text())
        except (OSError, ValueError):
            tests = {"testsuites": []}
    outcomes = [google_test(test) for suite in tests["testsuites"] for test in suite["testsuite"]]
    outcomes = [outcome for outcome in outcomes if outcome]
    if not done.ok and not any(outcome.state == FAILED for outcome in outcomes):
        outcomes.append(Outcome(path.name, FAILED, done.output))
    run.report.say(f"{path.name}: {summary(outcomes) or 'no tests'}")
    return outcomes


def google_test(test):
    name = f"{test['classname']}.{test['name']}"
    if test.get("failures"):
        return Outcome(name, FAILED, "\n".join(f["failure"] for f in test["failures"]))
    if test.get("result") == "SKIPPED":
        reasons = [entry.get("message", "") for entry in test.get("skipped", [])]
        return Outcome(name, SKIPPED, " ".join(reasons).strip().replace("\n", " ") or "no reason")
    return Outcome(name, PASSED) if test.get("status") == "RUN" else None


def fuzz(run):
    """Every fuzz target replays its corpus and some mutations of it with a fixed seed."""
    run.each(lambda path: replay(run, path), programs(run, "tarn_*_fuzz_replay"))


def replay(run, path):
    stem = path.name.removeprefix("tarn_").removesuffix("_replay")
    corpus = run.root / "tests" / "corpora" / stem
    inputs = sorted(corpus.iterdir()) if corpus.is_dir() else []
    done = commands.run([path, *inputs], run.root, REPLAY_SECONDS, SANITIZERS)
    run.report.say(f"{path.name}: {'passed' if done.ok else 'FAILED'}, {len(inputs)} inputs kept")
    return [Outcome(f"fuzz.{stem}", PASSED if done.ok else FAILED, done.output)]


def compat(run):
    """Real clients against the real program; two tests for each processor, for they mostly wait."""
    binary = run.build_folder / "src" / "app" / "tarn"
    if not binary.exists():
        run.report.add([Outcome("compat", SKIPPED, f"{binary.relative_to(run.root)} is not built")])
        return
    prepared = commands.run([run.root / "scripts" / "python-env"], run.root, 900)
    if not prepared.ok:
        reason = "the Python clients cannot be installed: " + prepared.output[-300:].strip()
        run.report.add([Outcome("compat", SKIPPED, reason)])
        return
    python = prepared.output.strip().splitlines()[-1]
    with tempfile.TemporaryDirectory(prefix="tarn-compat-") as folder:
        told = pathlib.Path(folder) / "tests.xml"
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={told}",
                   "-n", min(2 * run.jobs, COMPAT_AT_ONCE), "tests"]
        environment = {**SANITIZERS, "TARN_BINARY": str(binary), "TMPDIR": folder,
                       "PYTHONDONTWRITEBYTECODE": "1"}
        done = commands.run(command, run.root, COMPAT_SECONDS, environment, show=run.report.say)
        outcomes = junit(told) if told.exists() else []
    if not done.ok and not any(outcome.state == FAILED for outcome in outcomes):
        outcomes.append(Outcome("compat", FAILED, done.output))
    run.report.add(outcomes)


def junit(path):
    outcomes = []
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        bad = [child for child in case if child.tag in ("failure", "error")]
        skipped = case.find("skipped")
        if bad:
            outcomes.append(Outcome(name, FAILED, bad[0].text or bad[0].get("message", "")))
        elif skipped is not None:
            outcomes.append(Outcome(name, SKIPPED, skipped.get("message", "no reason")))
        else:
            outcomes.append(Outcome(name, PASSED))
    return outcomes
