"""The tree that is checked: its files, its modules, and what each finding looks like."""

import dataclasses
import functools
import pathlib
import re
import subprocess

LAYERS = ["base", "platform", "formats", "engines", "services", "edges", "app"]


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


@dataclasses.dataclass
class Module:
    """One tarn_module call; its folder is relative to src."""

    name: str
    folder: str
    lists: dict  # SOURCES, DEPS, TESTS, ...: the words of each
    line: int

    @property
    def cmake(self):
        return f"src/{self.folder}/CMakeLists.txt"

    @property
    def layer(self):
        first = self.folder.split("/")[0]
        return LAYERS.index(first) if first in LAYERS else None

    @property
    def dependencies(self):
        return self.lists.get("DEPS", [])

    @property
    def test_dependencies(self):
        return [name.removesuffix("_testing") for name in self.lists.get("TEST_DEPS", [])]

    def files_in(self, *keywords):
        return [f"src/{self.folder}/{name}" for key in keywords for name in self.lists.get(key, [])]


class Tree:
    def __init__(self, root, paths):
        self.root = pathlib.Path(root)
        self.paths = sorted(paths)
        self._texts = {}

    @staticmethod
    def of_repository(root):
        """What git knows or would add."""
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "-z"],
            cwd=root, check=True, capture_output=True, text=True)
        names = [name for name in listed.stdout.split("\0") if name]
        return Tree(root, [name for name in names if (pathlib.Path(root) / name).is_file()])

    @staticmethod
    def of_folder(root):
        """Every file; for trees that are not under version control."""
        root = pathlib.Path(root)
        return Tree(root, [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()])

    def text(self, path):
        if path not in self._texts:
            data = (self.root / path).read_bytes()
            self._texts[path] = None if b"\0" in data[:4096] else data.decode("utf-8", "replace")
        return self._texts[path]

    def lines(self, path):
        """Numbered from 1; none for a binary file."""
        return enumerate((self.text(path) or "").splitlines(), 1)

    def with_suffix(self, *suffixes, under=""):
        return [p for p in self.paths if p.endswith(suffixes) and p.startswith(under)]

    def cpp(self):
        return self.with_suffix(".h", ".cc", under=("src/", "bench/", "tests/"))

    @functools.cached_property
    def modules(self):
        """By name."""
        found = {}
        for path in self.with_suffix("CMakeLists.txt", under="src/"):
            for module in parse_modules(self.text(path), str(pathlib.PurePath(path).parent)):
                found[module.name] = module
        return found

    def module_of(self, path):
        """The module whose folder holds the file, the innermost one."""
        inside = [m for m in self.modules.values() if path.startswith(f"src/{m.folder}/")]
        return max(inside, key=lambda m: len(m.folder), default=None)


KEYWORDS = set("NAME SOURCES DEPS LINK TESTS TEST_SUPPORT TEST_DEPS FUZZ BENCH".split())


def parse_modules(text, folder):
    plain = re.sub(r"#.*", "", text)
    for call in re.finditer(r"^\s*tarn_module\s*\(([^)]*)\)", plain, re.MULTILINE):
        lists, current = {}, None
        for word in call.group(1).split():
            if word in KEYWORDS:
                current = lists.setdefault(word, [])
            elif current is not None:
                current.append(word)
        name = (lists.get("NAME") or ["?"])[0]
        line = plain.count("\n", 0, call.start()) + 1
        yield Module(name, folder.removeprefix("src/"), lists, line)
