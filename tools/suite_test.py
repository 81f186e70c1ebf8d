#!/usr/bin/env python3
"""The test run counts what happened and never takes silence for success."""

import io
import pathlib
import sys
import tempfile
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from suite import commands, lint, stages  # noqa: E402
from suite.results import FAILED, PASSED, SKIPPED, Outcome, Report  # noqa: E402


class ReportTest(unittest.TestCase):
    def setUp(self):
        self.out = io.StringIO()
        self.report = Report(self.out)

    def last_line(self):
        return self.out.getvalue().splitlines()[-1]

    def test_the_last_line_counts(self):
        self.report.add([Outcome("a", PASSED), Outcome("b", FAILED, "x"),
                         Outcome("c", SKIPPED, "no kcat")])
        self.assertEqual(self.report.close(), 1)
        self.assertEqual(self.last_line(), "1 passed, 1 failed, 1 skipped")
        self.assertIn("skipped: c: no kcat", self.out.getvalue())

    def test_all_passed_is_success(self):
        self.report.add([Outcome("a", PASSED)])
        self.assertEqual(self.report.close(), 0)
        self.assertEqual(self.last_line(), "1 passed, 0 failed, 0 skipped")

    def test_nothing_passed_is_no_success(self):
        self.assertEqual(self.report.close(), 1)


class StagesTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.run = stages.Run(self.root, "dev", Report(io.StringIO()), 1)

    def program(self, name, text):
        path = self.root / name
        path.write_text("#!/bin/sh\n" + text)
        path.chmod(0o755)
        return path

    def test_a_test_program_that_crashes_fails(self):
        path = self.program("tarn_x_test", "echo gone; exit 134\n")
        self.assertEqual(stages.google_tests(self.run, path),
                         [Outcome("tarn_x_test", FAILED, "gone\n")])

    def test_a_failure_and_a_skipped_test_are_told_apart(self):
        told = {"classname": "S", "name": "t", "status": "RUN", "result": "COMPLETED"}
        self.assertEqual(stages.google_test(told).state, PASSED)
        self.assertEqual(stages.google_test({**told, "failures": [{"failure": "1 != 2"}]}),
                         Outcome("S.t", FAILED, "1 != 2"))
        skipped = {**told, "result": "SKIPPED", "skipped": [{"message": "no disk\n"}]}
        self.assertEqual(stages.google_test(skipped), Outcome("S.t", SKIPPED, "no disk"))

    def test_a_replay_that_fails_fails(self):
        path = self.program("tarn_x_fuzz_replay", "exit 1\n")
        self.assertEqual(stages.replay(self.run, path)[0].state, FAILED)

    def test_results_of_pytest_are_read(self):
        path = self.root / "tests.xml"
        path.write_text('<testsuites><testsuite><testcase classname="t" name="a"/>'
                        '<testcase classname="t" name="b"><failure>no</failure></testcase>'
                        '<testcase classname="t" name="c"><skipped message="why"/></testcase>'
                        "</testsuite></testsuites>")
        self.assertEqual([outcome.state for outcome in stages.junit(path)],
                         [PASSED, FAILED, SKIPPED])


class CommandsTest(unittest.TestCase):
    def test_a_program_that_hangs_is_ended(self):
        done = commands.run(["sleep", "100"], "/", 0.1)
        self.assertTrue(done.timed_out and not done.ok)

    def test_what_a_program_leaves_behind_is_ended(self):
        done = commands.run(["sh", "-c", "sleep 100 >/dev/null 2>&1 & echo $!"], "/", 10)
        child = pathlib.Path("/proc") / done.output.strip() / "stat"
        self.assertTrue(not child.exists() or ") Z " in child.read_text() or self.ends(child))

    @staticmethod
    def ends(child):
        for _ in range(100000):
            if not child.exists() or ") Z " in child.read_text():
                return True
        return False


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.run = types.SimpleNamespace(root=self.root, cache=self.root / "cache")
        for name in ("a.cc", "a.h"):
            (self.root / name).write_text("int a;\n")
        self.entry = {"file": f"{self.root}/a.cc", "output": "a.o", "command": "clang++ a.cc"}

    def key(self, salt="1"):
        lint._contents.clear()
        return lint.key_of(self.run, self.entry, {"a.o": [f"{self.root}/a.h"]}, salt)

    def test_a_verdict_holds_while_nothing_changes(self):
        self.assertEqual(self.key(), self.key())

    def test_a_changed_header_command_or_tool_asks_again(self):
        first = self.key()
        (self.root / "a.h").write_text("int b;\n")
        second = self.key()
        self.entry["command"] = "clang++ -DX a.cc"
        self.assertEqual(len({first, second, self.key(), self.key(salt="2")}), 4)


if __name__ == "__main__":
    unittest.main()
