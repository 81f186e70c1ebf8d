"""Names and words that the tree does without, and calls that have a named replacement."""

import re

from tidy_checks import functions
from tidy_checks.tree import Finding

DRAWERS = re.compile(r"(^|[/_.-])(utils?|common|helpers?|misc)([/_.-]|$)")
SHAPES = re.compile(r"\b(?:class|struct)\s+(?:\[\[\w+\]\]\s+)?"
                    r"(\w*(?:Impl|Manager|Utils?|Helper|[a-z]2))\b")
# Spelled in halves, so that this file does not find itself.
OPEN_ENDS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:wo" r"rk|ro" r"ot|ho" r"me|tmp/" r"w)/|\.lib" r"rary\b")
USING = re.compile(r"^\s*using\s+namespace\b")
NOLINT = re.compile(r"NOLINT(NEXTLINE|BEGIN|END)?(\S*)(.*)")

# What, where it may stand (folders under src), and what to use instead.
BANNED = [
    (r"\b(?:steady|system|high_resolution|utc|file)_clock\b", ("platform/os",), "os::Clock"),
    (r"\b(?:gettimeofday|clock_gettime|std::time|::time)\s*\(", ("platform/os",), "os::Clock"),
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(", ("platform/runtime",),
     "runtime::sleep_for, or an event"),
    (r"\b(?:std::rand|srand)\b", ("base",), "base/random.h"),
    (r"\bstd::(?:cout|cerr|clog)\b|\b(?:printf|puts)\s*\(", ("app", "platform/telemetry"),
     "the Logger; only app prints"),
    (r"\b(?:secure_)?getenv\s*\(", ("app", "platform/os"), "Options, filled by app"),
    (r"\bdetached\b", ("platform/runtime",), "TaskGroup"),
    (r"\b(?:std::)?(?:strtol|strtoll|atoi|atol|atof|stoi|stol|stoll|stod)\s*\(", (),
     "std::from_chars"),
    (r"\bassert\s*\(", (), "check()"),
    (r"\bstd::regex\b", (), "a small parser"),
    (r"\bstd::async\b", (), "tasks"),
    (r"\bgoto\b", (), "a function"),
]
COROUTINE_SLEEP = re.compile(r"co_await\s+(?:runtime::)?sleep_")


def names(tree):
    for path in tree.paths:
        if DRAWERS.search(path):
            yield Finding(path, 1, "a drawer for everything; name it after the one thing in it")
        if path.startswith("src/") and not re.fullmatch(r"[a-z0-9_/.-]+|.*CMakeLists\.txt", path):
            yield Finding(path, 1, "file names are snake_case")
    for path in tree.cpp():
        for number, line in tree.lines(path):
            for match in SHAPES.finditer(line):
                yield Finding(path, number, f"{match.group(1)}: say what it is or does")


def words(tree):
    for path in tree.paths:
        for number, line in tree.lines(path):
            if OPEN_ENDS.search(line):
                yield Finding(path, number, f"an open end: {OPEN_ENDS.search(line).group(0)}")
            machine = MACHINE.search(line)
            if machine:
                yield Finding(path, number, f"a path of one machine: {machine.group(0)}")
            if path.endswith(".h") and USING.match(line):
                yield Finding(path, number, "using namespace in a header")


def calls(tree):
    for path in tree.with_suffix(".h", ".cc", under="src/"):
        for number, line in enumerate(functions.strip(tree.text(path)).splitlines(), 1):
            for pattern, homes, instead in BANNED:
                match = re.search(pattern, line)
                if not match or path.startswith(tuple(f"src/{home}/" for home in homes)):
                    continue
                if "sleep_" in pattern and COROUTINE_SLEEP.search(line):
                    continue
                yield Finding(path, number, f"{match.group(0).rstrip(' (')}: use {instead}")


def suppressions(tree):
    """NOLINT(check): reason."""
    for path in tree.cpp():
        for number, line in tree.lines(path):
            match = NOLINT.search(line)
            if not match:
                continue
            if not re.match(r"\([\w.,-]+\)", match.group(2)):
                yield Finding(path, number, "NOLINT names its check: NOLINT(check): reason")
            elif match.group(1) != "END" and len(match.group(3).strip(" :-")) < 8:
                yield Finding(path, number, "NOLINT gives its reason: NOLINT(check): reason")
