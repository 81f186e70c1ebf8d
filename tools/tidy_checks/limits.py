"""Sizes of files, widths of lines, and the plain state of text."""

import re

from tidy_checks.tree import Finding

COLUMNS = 100
LINES = {".h": 200, ".cc": 600, ".py": 400}
WIDE_MAY_BE = (".md", ".json", ".jsonl", ".csv", ".svg", ".txt", ".html", ".sum",
               ".lock", "LICENSE")
BINARY = (".png", ".parquet", ".bin", ".gz", ".zst")


def files(tree):
    for path in tree.paths:
        for suffix, most in LINES.items():
            if path.endswith(suffix) and tree.text(path) is not None:
                count = len(tree.text(path).splitlines())
                if count > most:
                    yield Finding(path, count, f"{count} lines; {suffix} files have at most {most}")


def text(tree):
    for path in tree.paths:
        content = tree.text(path)
        if content is None or path.endswith(BINARY) or path.startswith("tests/golden/"):
            continue
        if content and not content.endswith("\n") and not is_data(path):
            yield Finding(path, content.count("\n") + 1, "no newline at the end")
        for number, line in tree.lines(path):
            if not path.endswith(WIDE_MAY_BE) and len(line) > COLUMNS and " " in line.strip():
                yield Finding(path, number, f"{len(line)} columns; at most {COLUMNS}")
            if re.search(r"[ \t]+$", line) and not is_data(path):
                yield Finding(path, number, "blanks at the end of the line")
            if "\t" in line and path.endswith((".h", ".cc", ".py", ".md", ".cmake")):
                yield Finding(path, number, "a tab")
        if path.endswith(".h") and "#pragma once" not in content:
            yield Finding(path, 1, "a header without #pragma once")


def is_data(path):
    return "/corpus/" in path or path.endswith((".jsonl", ".csv", ".json"))
