"""Lists that must be complete: sources in CMake, handlers and commands in their tables."""

import pathlib
import re

from tidy_checks import arrows
from tidy_checks.tree import Finding

# Files of one kind (the group is the name of the thing inside), the file that lists all things of
# this kind, and how it names one.
TABLES = [
    (r"src/edges/kafka_server/handlers/(\w+)\.cc", "src/edges/kafka_server/handlers.cc",
     r"\bApiRow\{{.*\b{}\}}"),
    (r"src/edges/api/(\w+_routes)\.cc", "src/edges/api/routes.cc", r"\badd_{}\("),
    (r"src/app/commands/(\w+)\.cc", "src/app/commands.cc", r"\b{}_command\("),
]
ENDINGS = {"TESTS": ("_test.cc", "_contract.cc"), "FUZZ": "_fuzz.cc", "BENCH": "_bench.cc"}
COMPILED = ("SOURCES", "TESTS", "TEST_SUPPORT", "FUZZ", "BENCH")


def sources(tree):
    """Every .cc stands in its module's CMake call, every name in the call is a file."""
    for module in tree.modules.values():
        listed = module.files_in(*COMPILED)
        for path in listed:
            if path not in tree.paths:
                yield Finding(module.cmake, module.line, f"lists {path}, which is not there")
        others = without_module(tree, module)
        for path in arrows.files_of(tree, module):
            name = pathlib.PurePath(path).name
            if path.endswith(".cc") and path not in listed and name not in others:
                yield Finding(path, 1, f"is not listed in {module.cmake}")
        for keyword, ending in ENDINGS.items():
            for path in module.files_in(keyword):
                if not path.endswith(ending):
                    yield Finding(module.cmake, module.line, f"{keyword}: {path} is not x{ending}")


def without_module(tree, module):
    """Names of .cc files that the same CMakeLists.txt gives to other targets (executables)."""
    text = re.sub(r"tarn_module\s*\([^)]*\)", "", tree.text(module.cmake))
    return set(re.findall(r"[\w./-]+\.cc", text))


def headers(tree):
    """Every header is included by somebody."""
    used = {f"src/{name}" for path in tree.cpp() for _, bracket, name in arrows.included(tree, path)
            if bracket == '"'}
    for path in tree.with_suffix(".h", under="src/"):
        if path not in used:
            yield Finding(path, 1, "no file includes this header")


def handlers(tree):
    for files, table, row in TABLES:
        if table not in tree.paths:
            continue
        rows = "\n".join(line for _, line in tree.lines(table))
        found = [match for path in tree.with_suffix(".cc", under="src/")
                 if (match := re.fullmatch(files, path))]
        if not found:
            yield Finding(table, 1, f"lists nothing: no file is called {files}")
        for match in found:
            if not re.search(row.format(match[1]), rows):
                yield Finding(match[0], 1, f"has no row in {table}")
