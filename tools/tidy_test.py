#!/usr/bin/env python3
"""tools/tidy fails on what it is there to prevent: each test breaks one rule in a small tree."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from tidy_checks import CHECKS  # noqa: E402
from tidy_checks.functions import Reader  # noqa: E402
from tidy_checks.tree import Tree  # noqa: E402

MODULES = {
    "base": "tarn_module(NAME base SOURCES error.cc)\n",
    "engines/storage": "tarn_module(NAME storage SOURCES log.cc DEPS base)\n",
    "services/broker": "tarn_module(NAME broker SOURCES broker.cc DEPS base storage)\n",
}
CLEAN = {
    "src/CMakeLists.txt": "".join(f"add_subdirectory({folder})\n" for folder in MODULES),
    **{f"src/{folder}/CMakeLists.txt": call for folder, call in MODULES.items()},
    "src/base/error.h": "#pragma once\n",
    "src/base/error.cc": '#include "base/error.h"\n',
    "src/engines/storage/log.h": '#pragma once\n#include "base/error.h"\n',
    "src/engines/storage/log.cc": '#include "engines/storage/log.h"\n',
    "src/services/broker/broker.cc":
        '#include "base/error.h"\n#include "engines/storage/log.h"\n',
    "ARCHITECTURE.md": "# Map\n\n`base` errors.\n\n`engines/storage` logs.\n\n"
                       "`services/broker` topics.\n",
}
HANDLERS = "src/edges/kafka_server"


def body(lines):
    return "int f() {\n" + "  step();\n" * lines + "}\n"


class TidyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def findings(self, *checks):
        tree = Tree.of_folder(self.root)
        return [str(finding) for name in checks or CHECKS for finding in CHECKS[name](tree)]

    def assert_found(self, check, words):
        found = self.findings(check)
        self.assertTrue(any(words in line for line in found), f"{words!r} not in {found}")

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.findings(), [])

    # Arrows

    def test_an_include_upwards_is_found(self):
        self.write("src/engines/storage/log.cc", '#include "services/broker/broker.h"\n')
        self.write("src/services/broker/broker.h", "#pragma once\n")
        self.assert_found("includes", "DEPS does not name broker")

    def test_a_dependency_upwards_is_found(self):
        self.write("src/engines/storage/CMakeLists.txt",
                   "tarn_module(NAME storage SOURCES log.cc DEPS base broker)\n")
        self.assert_found("layers", "engines/storage depends on services/broker")

    def test_a_cycle_is_found(self):
        self.write("src/engines/storage/CMakeLists.txt",
                   "tarn_module(NAME storage SOURCES log.cc DEPS base broker)\n")
        self.assert_found("cycles", "broker -> storage -> broker")

    def test_an_include_without_its_dependency_is_found(self):
        self.write("src/services/broker/CMakeLists.txt",
                   "tarn_module(NAME broker SOURCES broker.cc DEPS base)\n")
        self.assert_found("includes", "DEPS does not name storage")

    def test_a_dependency_that_nothing_uses_is_found(self):
        self.write("src/services/broker/broker.cc", '#include "base/error.h"\n')
        self.assert_found("dependencies", "DEPS names storage: nothing includes it")

    def test_a_dependency_on_nothing_is_found(self):
        self.write("src/base/CMakeLists.txt",
                   "tarn_module(NAME base SOURCES error.cc DEPS void)\n")
        self.assert_found("dependencies", "void: no such module")

    def test_an_include_of_nothing_is_found(self):
        self.write("src/base/error.cc", '#include "base/lost.h"\n')
        self.assert_found("includes", "is not a file")

    def test_a_file_outside_of_modules_is_found(self):
        self.write("src/lost/a.cc", "int a;\n")
        self.assert_found("includes", "belongs to no module")

    def test_a_foreign_header_outside_of_its_module_is_found(self):
        self.write("src/engines/storage/log.cc", "#include <duckdb.hpp>\n")
        self.assert_found("third-party", "<duckdb.hpp> is confined to sql")

    def test_test_support_in_production_code_is_found(self):
        self.write("src/base/testing/fake.h", "#pragma once\n")
        self.write("src/base/error.cc", '#include "base/testing/fake.h"\n')
        self.assert_found("includes", "test support in production code")

    # Limits

    def test_a_71_line_function_is_found(self):
        self.write("src/base/error.cc", body(69))
        self.assert_found("function-limits", "f has 71 lines; at most 70")

    def test_a_70_line_function_passes(self):
        self.write("src/base/error.cc", body(68))
        self.assertEqual(self.findings("function-limits"), [])

    def test_a_long_member_function_with_initialisers_is_found(self):
        self.write("src/base/error.cc",
                   "A::A(int a)\n    : a_{a},\n      b_(1) {\n" + "  step();\n" * 70 + "}\n")
        self.assert_found("function-limits", "A::A has 74 lines")

    def test_a_long_coroutine_with_lambdas_is_found(self):
        text = body(30).replace("}\n", "  run([&](int a) {\n    use(a);\n  });\n")
        self.write("src/base/error.cc", text + "  step();\n" * 40 + "}\n")
        self.assert_found("function-limits", "f has 75 lines")

    def test_a_seventh_parameter_is_found(self):
        self.write("src/base/error.h",
                   "#pragma once\nvoid f(int a, std::map<int, int> b, int c, int d, int e, int g,\n"
                   "       int h);\n")
        self.assert_found("function-limits", "f has 7 parameters")

    def test_a_fifth_level_is_found(self):
        self.write("src/base/error.cc",
                   "void f() {\n" + "if (a) {\n" * 5 + "}\n" * 5 + "}\n")
        self.assert_found("function-limits", "f nests 5 deep")

    def test_a_wide_line_is_found(self):
        self.write("src/base/error.cc", "// " + "wide " * 20 + "\n")
        self.assert_found("text", "columns")

    def test_a_long_header_is_found(self):
        self.write("src/base/error.h", "#pragma once\n" + "int a();\n" * 200)
        self.assert_found("file-limits", "201 lines")

    # Names and words

    def test_a_drawer_is_found(self):
        self.write("src/base/string_utils.h", "#pragma once\n")
        self.assert_found("names", "a drawer for everything")

    def test_a_manager_is_found(self):
        self.write("src/base/error.h", "#pragma once\nclass LogManager {};\n")
        self.assert_found("names", "LogManager")

    def test_an_open_end_is_found(self):
        self.write("src/base/error.cc", "// TO" "DO: later\n")
        self.assert_found("words", "an open end")

    def test_a_path_of_one_machine_is_found(self):
        self.write("scripts/build", "cd /ro" "ot/tarn\n")
        self.assert_found("words", "a path of one machine")

    def test_using_namespace_in_a_header_is_found(self):
        self.write("src/base/error.h", "#pragma once\nusing namespace std;\n")
        self.assert_found("words", "using namespace")

    def test_a_clock_outside_of_os_is_found(self):
        self.write("src/base/error.cc", "auto now = std::chrono::steady_clock::now();\n")
        self.assert_found("calls", "use os::Clock")

    def test_a_clock_in_a_comment_passes(self):
        self.write("src/base/error.cc", "// not steady_clock\n")
        self.assertEqual(self.findings("calls"), [])

    def test_sleeping_is_found(self):
        self.write("src/base/error.cc", "std::this_thread::sleep_for(second);\n")
        self.assert_found("calls", "sleep_for")

    def test_a_suppression_without_check_or_reason_is_found(self):
        for comment in ("// NOL" "INT", "// NOL" "INT(bugprone-x)"):
            self.write("src/base/error.cc", f"int a;  {comment}\n")
            self.assert_found("suppressions", "NOLINT")

    def test_a_suppression_with_check_and_reason_passes(self):
        self.write("src/base/error.cc", "int a;  // NOL" "INT(bugprone-x): the C API wants it\n")
        self.assertEqual(self.findings("suppressions"), [])

    # Lists

    def test_an_unlisted_handler_is_found(self):
        self.write(f"{HANDLERS}/handlers/list_offsets.cc", "")
        self.write(f"{HANDLERS}/handlers/fetch.cc", "")
        self.write(f"{HANDLERS}/handlers/offset_fetch.cc", "")
        self.write(f"{HANDLERS}/handlers.cc", "ApiRow{kOffsetFetch, 1, offset_fetch},\n")
        self.assert_found("handlers-listed", "list_offsets.cc:1: has no row")
        self.assert_found("handlers-listed", "/fetch.cc:1: has no row")

    def test_listed_handlers_pass(self):
        self.write(f"{HANDLERS}/handlers/list_offsets.cc", "")
        self.write(f"{HANDLERS}/handlers.cc", "ApiRow{kListOffsets, 1, list_offsets},\n")
        self.assertEqual(self.findings("handlers-listed"), [])

    def test_a_list_of_handlers_that_are_elsewhere_is_found(self):
        self.write(f"{HANDLERS}/handlers.cc", "ApiRow{kListOffsets, 1, list_offsets},\n")
        self.assert_found("handlers-listed", "lists nothing")

    def test_an_unlisted_command_is_found(self):
        self.write("src/app/commands/check.cc", "")
        self.write("src/app/commands.cc", "add(run_command());\n")
        self.assert_found("handlers-listed", "check.cc:1: has no row")

    def test_an_unlisted_source_is_found(self):
        self.write("src/base/extra.cc", "")
        self.assert_found("sources-listed", "is not listed in src/base/CMakeLists.txt")

    def test_a_listed_source_that_is_gone_is_found(self):
        (self.root / "src/base/error.cc").unlink()
        self.assert_found("sources-listed", "which is not there")

    def test_a_header_nobody_includes_is_found(self):
        self.write("src/base/alone.h", "#pragma once\n")
        self.assert_found("headers-used", "no file includes this header")

    # Documents

    def test_a_module_without_its_paragraph_is_found(self):
        self.write("ARCHITECTURE.md", "# Map\n\n`base` errors.\n\n`engines/storage` logs.\n")
        self.assert_found("architecture", "no paragraph on services/broker")

    def test_a_paragraph_without_its_module_is_found(self):
        self.write("ARCHITECTURE.md", CLEAN["ARCHITECTURE.md"] + "\n`edges/gone` left.\n")
        self.assert_found("architecture", "there is no module edges/gone")

    def test_a_format_page_without_header_is_found(self):
        self.write("docs/formats/journal.md", "# Journal\n")
        self.assert_found("formats", "names no header")

    def test_a_source_that_names_a_lost_page_is_found(self):
        self.write("src/base/error.h", "#pragma once\n// docs/formats/lost.md\n")
        self.assert_found("formats", "lost.md, which is not there")

    def test_a_dead_link_is_found(self):
        self.write("README.md", "# Tarn\n\n[there](docs/none.md)\n")
        self.assert_found("markdown", "leads nowhere")

    def test_a_link_to_a_lost_title_is_found(self):
        self.write("README.md", "# Tarn\n\n[there](#nowhere)\n")
        self.assert_found("markdown", "names a title that is not there")

    def test_a_document_without_title_is_found(self):
        self.write("README.md", "Tarn\n")
        self.assert_found("markdown", "starts with its title")

    def test_a_gap_in_the_decisions_is_found(self):
        self.write("docs/adr/0002-two.md", "# Two\n")
        self.assert_found("decisions", "numbered without gaps")


class ReaderTest(unittest.TestCase):
    def names(self, text):
        return [function.name for function in Reader(text).functions]

    def test_functions_of_every_shape_are_seen(self):
        text = """
namespace a {
struct [[nodiscard]] S final : public B {
  S() : x_{1}, y_(2) {}
  int get() const { return x_; }
  bool operator()(int a) const { return a; }
  std::function<void(int)> make(int a) { return {}; }
  int x_{3};
};
template <class T = int>
  requires(sizeof(T) > 1)
Task<T> run(T t) {
  switch (t) {
    case A::b: {
      break;
    }
    default:
      break;
  }
  co_return;
}
constexpr int kTable[] = {1, 2};
enum class E { a, b };
TEST_F(Fixture, Reads) { EXPECT_EQ(1, 1); }
}  // namespace a
"""
        self.assertEqual(self.names(text), [
            "S", "get", "operator()", "make", "run", "TEST_F(Fixture, Reads)"])

    def test_literals_and_comments_do_not_confuse(self):
        text = """
const char* a = "}{";  // {
char b = '{';
int c = 1'000'000;
auto d = R"({"x": [1})";
void f() {}
"""
        self.assertEqual(self.names(text), ["f"])


if __name__ == "__main__":
    unittest.main()
