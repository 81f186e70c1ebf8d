"""Length, parameters and nesting of C++ functions. clang-format has normalised the text, so that
following braces and parentheses is enough, and takes milliseconds."""

import bisect
import dataclasses
import re

from tidy_checks.tree import Finding

LINES, PARAMETERS, NESTING = 70, 6, 4

NOISE = re.compile(
    r'R"([^()\s\\]{0,16})\((?:.|\n)*?\)\1"|//[^\n]*|/\*(?:.|\n)*?\*/'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'')
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
LABEL = re.compile(r"^\s*(?:(?:public|private|protected|default)\s*:(?!:)|"
                   r"case\s(?:[^:?{};]|::)+:(?!:))\s*")
ATTRIBUTES = re.compile(r"^(?:\s*\[\[[^\]]*\]\])+\s*")
CONTROL = re.compile(r"(if|else|for|while|do|switch|try|catch)\b")
TYPE = re.compile(r"\b(class|struct|union|enum)\b")


def strip(text):
    """The same lines without comments, literals and directives."""

    def blank(match):
        literal = '""' if match.group(0)[0] in "\"R'" else ""
        return literal + "\n" * match.group(0).count("\n")

    return DIRECTIVE.sub(blank, NOISE.sub(blank, text))


def balanced(text, start, opening, closing):
    """The index after the bracket that closes the one at start."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == opening) - (text[at] == closing)
        if depth == 0:
            return at + 1
    return len(text)


def plain(head):
    """A statement's head without label, attributes and template parameters."""
    while LABEL.match(head):
        head = LABEL.sub("", head, count=1)
    head = ATTRIBUTES.sub("", head.strip())
    while head.startswith("template"):
        opening = head.find("<")
        head = head[balanced(head, opening, "<", ">"):].strip() if opening >= 0 else head[8:]
    requirement = re.match(r"requires\s*(?=\()", head)
    return head[balanced(head, requirement.end(), "(", ")"):].strip() if requirement else head


def parameter_list(head):
    """(start, end) of the parentheses that hold the parameters, or None."""
    operator = re.search(r"\boperator\s*(\(\)|[^\s\w(]+)\s*(?=\()", head)
    if operator:
        return operator.end(), balanced(head, operator.end(), "(", ")")
    at, angles = 0, 0
    while at < len(head):
        if head[at] == "<" and at and (head[at - 1].isalnum() or head[at - 1] == "_"):
            angles += 1
        elif head[at] == ">" and angles:
            angles -= 1
        elif head[at] == "(" and angles == 0:
            return at, balanced(head, at, "(", ")")
        at += 1
    return None


def count_parameters(text):
    depth, count = 0, 1
    for at, c in enumerate(text):
        if c in "([{" or (c == "<" and text[at - 1].isalnum()):
            depth += 1
        elif c in ")]}" or (c == ">" and text[at - 1] != "-"):
            depth -= 1
        elif c == "," and depth == 0:
            count += 1
    return count if text.strip() else 0


def kind_of(head, inside):
    """What the brace after this head opens: namespace, type, function, control or block."""
    if re.match(r"(inline\s+)?namespace\b|extern\s*\"\"", head):
        return "namespace"
    if CONTROL.match(head):
        return "control"
    found = parameter_list(head)
    before = head[:found[0]] if found else head
    if inside in ("function", "control", "block"):
        return "type" if TYPE.match(head) else "block"
    if TYPE.search(before) and not re.search(r"=\s*$", head):
        return "type"
    if not found or re.search(r"(?<![=!<>+\-*/|&^])=(?!=)\s*[\w\[({]", before):
        return "block"
    after = head[found[1]:]
    if re.match(r"\s*(noexcept\s*)?:(?!:)", after):  # a constructor's initialisers
        return "block" if re.search(r"[\w>]$", head) else "function"
    return "function"


def name_of(head):
    found = parameter_list(head)
    if not found:
        return "?"
    match = re.search(r"(operator\s*\S+|[~\w:]+)\s*$", head[:found[0]])
    name = match.group(1) if match else "?"
    return name + head[found[0]:found[1]] if name.startswith(("TEST", "TYPED_TEST")) else name


@dataclasses.dataclass
class Scope:
    kind: str
    head: str = ""
    line: int = 0
    nesting: int = 0
    parens: int = 0
    deepest: int = 0  # of a function


@dataclasses.dataclass
class Function:
    name: str
    line: int
    lines: int
    nesting: int


class Reader:
    """Goes once through a file; collects its functions and the parameters of declarations."""

    def __init__(self, text):
        self.functions, self.declarations = [], []
        self._text = strip(text)
        self._breaks = [m.start() for m in re.finditer("\n", self._text)]
        self._stack = [Scope("namespace")]
        self._restart(0)
        for match in re.finditer(r"[{}();]", self._text):
            self._step(match.group(0), match.start())

    def _restart(self, at, head="", line=0, parens=0):
        self._start, self._head, self._line, self._parens = at, head, line, parens

    def _line_of(self, at):
        return bisect.bisect_left(self._breaks, at) + 1

    def _head_until(self, at):
        piece = self._text[self._start:at]
        if not self._head:
            self._line = self._line_of(self._start + len(piece) - len(piece.lstrip()))
        return self._head + piece

    def _step(self, token, at):
        if token == "{":
            self._open(at)
        elif token == "}":
            self._close(at)
        elif token == ";":
            if self._parens == 0:
                self._declare(self._head_until(at))
                self._restart(at + 1)
        else:
            self._parens += 1 if token == "(" else -1

    def _open(self, at):
        head = self._head_until(at)
        outer, text = self._stack[-1], plain(head)
        scope = Scope(kind_of(text, outer.kind), head, self._line, outer.nesting, self._parens)
        if self._parens and scope.kind == "function":
            scope.kind = "block"
        if scope.kind == "function":
            scope.nesting = 0
            self._parameters(text)
        elif scope.kind == "control":
            scope.nesting += 1
            for around in reversed(self._stack):
                if around.kind == "function":
                    around.deepest = max(around.deepest, scope.nesting)
                    break
        self._stack.append(scope)
        self._restart(at + 1)

    def _close(self, at):
        if len(self._stack) == 1:
            return
        scope = self._stack.pop()
        if scope.kind == "function":
            lines = self._line_of(at) - scope.line + 1
            name = name_of(plain(scope.head))
            self.functions.append(Function(name, scope.line, lines, scope.deepest))
        if scope.kind == "block":  # the statement around it goes on
            self._restart(at + 1, scope.head + "{}" if scope.head.strip() else "", scope.line,
                          scope.parens)
        else:
            self._restart(at + 1)

    def _declare(self, head):
        text = plain(head)
        if self._stack[-1].kind in ("namespace", "type"):
            if not re.match(r"static_assert\b|using\b|typedef\b", text):
                self._parameters(text)

    def _parameters(self, text):
        found = parameter_list(text)
        if found and not re.search(r"(?<![=!<>])=(?!=)\s*\w", text[:found[0]]):
            count = count_parameters(text[found[0] + 1:found[1] - 1])
            self.declarations.append((name_of(text), self._line, count))


def excused(tree, path):
    """Lines whose function has a foreign signature: NOLINT(readability-function-size): reason."""
    for number, line in tree.lines(path):
        if "(readability-function-size)" in line:
            yield number + ("NOLINTNEXTLINE" in line)


def limits(tree):
    for path in tree.cpp():
        reader = Reader(tree.text(path))
        exceptions = set(excused(tree, path))
        for function in reader.functions:
            if function.lines > LINES:
                yield Finding(path, function.line,
                              f"{function.name} has {function.lines} lines; at most {LINES}")
            if function.nesting > NESTING:
                yield Finding(path, function.line,
                              f"{function.name} nests {function.nesting} deep; at most {NESTING}")
        for name, line, count in reader.declarations:
            if count > PARAMETERS and line not in exceptions and not name.isupper():
                yield Finding(path, line, f"{name} has {count} parameters; at most {PARAMETERS}")
