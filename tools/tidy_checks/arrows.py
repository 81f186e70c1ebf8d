"""Who may include whom: DEPS of the tarn_module calls is the truth, includes must agree with it."""

import re

from tidy_checks.tree import LAYERS, Finding

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Third-party headers and the modules that may see them; a test may see any but DuckDB and Beast.
CONFINED = [
    (r"duckdb", {"sql"}),
    (r"boost/beast", {"http"}),
    (r"openssl/", {"aws", "http", "jwt", "sasl", "tls"}),
    (r"yaml-cpp/", {"pipeline"}),
    (r"re2/", {"pattern"}),
    (r"simdjson", {"columns"}),
    (r"(zstd|lz4|lz4frame|snappy)\.h", {"record"}),
    (r"zlib\.h", {"record", "http"}),
    (r"CLI/", {"app"}),
    (r"spdlog/", {"telemetry"}),
    (r"librdkafka/", {"kafka_client"}),
    (r"(fcntl|unistd|dirent|sys/[a-z]+)\.h", {"base", "os", "app"}),
]
# Seconds to compile: in private headers of their module only.
HEAVY = re.compile(r"duckdb|boost/beast")
OPEN_TO_TESTS = {"(fcntl|unistd|dirent|sys/[a-z]+)\\.h", "(zstd|lz4|lz4frame|snappy)\\.h"}
FORMATS_MAY_NOT = re.compile(r"boost/asio|boost/beast|(fcntl|unistd|sys/[a-z]+)\.h|fstream")


def is_test(path):
    return path.endswith(("_test.cc", "_fuzz.cc", "_bench.cc")) or "/testing/" in path


def included(tree, path):
    """(line, bracket, name) of every include; a quoted name outside of our layers is foreign."""
    for number, line in tree.lines(path):
        match = INCLUDE.match(line)
        if match:
            bracket, name = match.groups()
            yield number, bracket if name.split("/")[0] in LAYERS else "<", name


def dependencies(tree):
    """Names in DEPS exist, are used, and every module is built."""
    built = tree.text("src/CMakeLists.txt") if "src/CMakeLists.txt" in tree.paths else ""
    for module in tree.modules.values():
        if not re.search(rf"add_subdirectory\({re.escape(module.folder)}\)", built):
            yield Finding("src/CMakeLists.txt", 1, f"does not build {module.folder}")
        for name in module.dependencies + module.test_dependencies:
            if name not in tree.modules:
                yield Finding(module.cmake, module.line, f"DEPS names {name}: no such module")
        used = {target.name for path in files_of(tree, module) if not is_test(path)
                for target in targets(tree, path)}
        for name in module.dependencies:
            if name in tree.modules and name not in used:
                yield Finding(module.cmake, module.line, f"DEPS names {name}: nothing includes it")


def files_of(tree, module):
    return [p for p in tree.with_suffix(".h", ".cc", under=f"src/{module.folder}/")
            if tree.module_of(p) is module]


def targets(tree, path):
    for _, bracket, name in included(tree, path):
        target = tree.module_of(f"src/{name}") if bracket == '"' else None
        if target:
            yield target


def includes(tree):
    """Every include of ours names a file that exists, in a module that DEPS covers."""
    for path in tree.with_suffix(".h", ".cc", under="src/"):
        module = tree.module_of(path)
        if module is None:
            yield Finding(path, 1, "belongs to no module: its folder has no tarn_module")
            continue
        allowed = {module.name, *module.dependencies}
        if is_test(path):
            allowed |= set(module.test_dependencies)
        for number, bracket, name in included(tree, path):
            if bracket == '"':
                yield from check_include(tree, path, number, name, allowed)


def check_include(tree, path, number, name, allowed):
    if f"src/{name}" not in tree.paths:
        yield Finding(path, number, f'"{name}" is not a file under src')
        return
    target = tree.module_of(f"src/{name}")
    if target and target.name not in allowed:
        yield Finding(path, number, f'includes "{name}", but DEPS does not name {target.name}')
    if target and target is not tree.module_of(path) and is_heavy(tree, f"src/{name}"):
        yield Finding(path, number, f'includes "{name}", which shows a heavy library to everybody')
    if "/testing/" in name and not is_test(path):
        yield Finding(path, number, f'includes "{name}": test support in production code')


def is_heavy(tree, header):
    return any(HEAVY.match(name) for _, _, name in included(tree, header))


def layers(tree):
    """Arrows point downwards, or sideways inside one layer."""
    for module in tree.modules.values():
        if module.layer is None:
            yield Finding(module.cmake, module.line,
                          f"{module.folder} is in no layer ({', '.join(LAYERS)})")
            continue
        for name in module.dependencies + module.test_dependencies:
            target = tree.modules.get(name)
            if target and target.layer is not None and target.layer > module.layer:
                yield Finding(module.cmake, module.line,
                              f"arrow upwards: {module.folder} depends on {target.folder}")


def cycles(tree):
    """No module reaches itself through DEPS."""
    graph = {m.name: [n for n in m.dependencies if n in tree.modules]
             for m in tree.modules.values()}
    reported = set()
    for start in sorted(graph):
        way = find_way(graph, start, start)
        if way and frozenset(way) not in reported:
            reported.add(frozenset(way))
            module = tree.modules[start]
            yield Finding(module.cmake, module.line, "cycle: " + " -> ".join(way))


def find_way(graph, start, goal):
    pending, seen = [[start]], set()
    while pending:
        way = pending.pop()
        for following in graph[way[-1]]:
            if following == goal:
                return [*way, goal]
            if following not in seen:
                seen.add(following)
                pending.append([*way, following])
    return None


def third_party(tree):
    """A library's headers stay in the one module that wraps it; formats do no I/O."""
    for path in tree.with_suffix(".h", ".cc", under="src/"):
        module = tree.module_of(path)
        for number, bracket, name in included(tree, path):
            if bracket == "<" and module:
                for reason in reasons_against(path, module, name):
                    yield Finding(path, number, f"<{name}> {reason}")


def reasons_against(path, module, name):
    for pattern, owners in CONFINED:
        if re.match(pattern, name) and module.name not in owners:
            if not (is_test(path) and pattern in OPEN_TO_TESTS):
                yield f"is confined to {', '.join(sorted(owners))}"
    if module.folder.startswith("formats/") and not is_test(path) and FORMATS_MAY_NOT.match(name):
        yield "in a format: formats do no I/O"
