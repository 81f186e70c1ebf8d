"""Documents: what they say about the tree is true, and their links lead somewhere."""

import pathlib
import re
import urllib.parse

from tidy_checks.tree import LAYERS, Finding

CODE_MAP = re.compile(r"^(?:[-*] |#{2,4} |\*\*)?`((?:" + "|".join(LAYERS) + r")(?:/[a-z_]+)*)`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:src|docs|scripts|tools|tests|bench|examples|cmake)/[\w./-]+)`")


def prose(tree, path):
    """(number, line) outside of fenced code."""
    fenced = False
    for number, line in tree.lines(path):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def architecture(tree):
    """The code map of ARCHITECTURE.md and the modules of the tree are the same."""
    if "ARCHITECTURE.md" not in tree.paths:
        yield Finding("ARCHITECTURE.md", 1, "is missing")
        return
    mapped = {}
    for number, line in prose(tree, "ARCHITECTURE.md"):
        match = CODE_MAP.match(line)
        if match:
            mapped[match.group(1)] = number
    present = {module.folder: module for module in tree.modules.values()}
    for folder in sorted(set(present) - set(mapped)):
        yield Finding("ARCHITECTURE.md", 1, f"the code map has no paragraph on {folder}")
    for folder in sorted(set(mapped) - set(present)):
        yield Finding("ARCHITECTURE.md", mapped[folder], f"there is no module {folder}")


def formats(tree):
    """A page on a format names its header; a page that a source names exists."""
    for path in tree.with_suffix(".md", under="docs/formats/"):
        if path.endswith("README.md"):
            continue
        headers = re.findall(r"src/[\w/]+\.h", tree.text(path))
        if not headers:
            yield Finding(path, 1, "names no header under src")
        for header in headers:
            if header not in tree.paths:
                yield Finding(path, 1, f"names {header}, which is not there")
    for path in tree.cpp():
        for number, line in tree.lines(path):
            for page in re.findall(r"docs/[\w/-]+\.md", line):
                if page not in tree.paths:
                    yield Finding(path, number, f"names {page}, which is not there")


def markdown(tree):
    """One title, on the first line; links and named files exist."""
    for path in tree.with_suffix(".md"):
        lines = list(prose(tree, path))
        if not lines or not lines[0][1].startswith("# ") or lines[0][0] != 1:
            yield Finding(path, 1, "a document starts with its title")
        for number, line in lines:
            if number > 1 and line.startswith("# "):
                yield Finding(path, number, "a second title")
            if re.match(r"#+ .*[.:]$", line):
                yield Finding(path, number, "a title ends without a stop")
            for match in LINK.finditer(line):
                yield from check_link(tree, path, number, match.group(1) or match.group(2))
            for name in PATH.findall(line):
                if not exists(tree, name.rstrip("/.")):
                    yield Finding(path, number, f"names {name}, which is not there")


def exists(tree, name):
    return name in tree.paths or any(p.startswith(name + "/") for p in tree.paths)


def check_link(tree, path, number, link):
    if re.match(r"[a-z]+:", link):
        return
    target, _, anchor = link.partition("#")
    name = path
    if target:
        name = str(pathlib.PurePosixPath(path).parent / urllib.parse.unquote(target))
        parts = []
        for part in name.split("/"):
            if part == "..":
                parts = parts[:-1]
            elif part != ".":
                parts.append(part)
        name = "/".join(parts)
    if not exists(tree, name):
        yield Finding(path, number, f"the link {link} leads nowhere")
    elif anchor and name.endswith(".md") and anchor not in anchors(tree, name):
        yield Finding(path, number, f"the link {link} names a title that is not there")


def anchors(tree, path):
    titles = [line.lstrip("#") for _, line in prose(tree, path) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def decisions(tree):
    """docs/adr/NNNN-title.md, numbered without gaps, each with its four parts."""
    pages = [p for p in tree.with_suffix(".md", under="docs/adr/") if not p.endswith("README.md")]
    for expected, path in enumerate(pages, 1):
        name = pathlib.PurePath(path).name
        if not re.fullmatch(rf"{expected:04}-[a-z0-9-]+\.md", name):
            yield Finding(path, 1, f"decisions are numbered without gaps: expected {expected:04}-…")
        for part in ("## Context", "## Decision", "## Consequences"):
            if part not in tree.text(path):
                yield Finding(path, 1, f"has no part “{part}”")
