"""Lists that must be complete: sources in CMake, handlers and commands in their tables."""

import pathlib
import re

from tidy_checks import arrows
from tidy_checks.tree import Finding

# Every .cc of the folder is one thing that the list file names.
TABLES = [
    ("src/edges/kafka_server/handlers/", "src/edges/kafka_server/handlers.cc"),
    ("src/edges/api/endpoints/", "src/edges/api/endpoints.cc"),
    ("src/app/commands/", "src/app/commands.cc"),
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
    for folder, table in TABLES:
        files = [p for p in tree.with_suffix(".cc", under=folder)
                 if not arrows.is_test(p) and p.count("/") == folder.count("/")]
        if not files:
            continue
        if table not in tree.paths:
            yield Finding(files[0], 1, f"the list {table} is missing")
            continue
        rows = "\n".join(line for _, line in tree.lines(table) if not line.startswith("#include"))
        known = squeezed(rows)
        for path in files:
            if squeezed(pathlib.PurePath(path).stem) not in known:
                yield Finding(path, 1, f"has no row in {table}")


def squeezed(text):
    return re.sub(r"[_\W]", "", text).lower() if "\n" not in text else re.sub(
        r"_", "", text).lower()
