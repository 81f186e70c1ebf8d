"""The rules of the tree that a program can check: one function per rule, tree in, findings out."""

from tidy_checks import arrows, documents, functions, limits, lists, words

CHECKS = {
    "dependencies": arrows.dependencies,
    "includes": arrows.includes,
    "layers": arrows.layers,
    "cycles": arrows.cycles,
    "third-party": arrows.third_party,
    "file-limits": limits.files,
    "text": limits.text,
    "function-limits": functions.limits,
    "names": words.names,
    "words": words.words,
    "calls": words.calls,
    "suppressions": words.suppressions,
    "sources-listed": lists.sources,
    "headers-used": lists.headers,
    "handlers-listed": lists.handlers,
    "formats": documents.formats,
    "architecture": documents.architecture,
    "markdown": documents.markdown,
    "decisions": documents.decisions,
}
