"""Mistakes: contents that look like work and do not pass its check.

In Python one function gives None instead of its results, which leaves the file importable and its
tests red. The function is one that a user of the module can call, because nothing may test the
others directly. A file that gives nothing back fails when it is imported. Of any other file the
second half is missing.
"""

import ast
import warnings
from collections.abc import Iterator
from functools import lru_cache
from random import Random

UNFINISHED = b'raise NotImplementedError("left unfinished by a simulated agent")\n'
WRONG = b"wrong\n"

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Span = tuple[int, int]


def spoil(path: str, data: bytes, random: Random) -> bytes:
    """Content like `data` that is wrong."""
    if not path.endswith(".py"):
        return _half(data)
    functions = _results(data)
    if not functions:
        return UNFINISHED
    spoiled = _without_results(data, random.choice(functions))
    return UNFINISHED if data in spoiled else spoiled


def _half(data: bytes) -> bytes:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return data[: len(data) // 2]
    body = text.removesuffix("\n")
    if not body:
        return WRONG
    ending = "\n" if text.endswith("\n") else ""
    return (body[: len(body) // 2] + ending).encode()


def _without_results(data: bytes, results: tuple[_Span, ...]) -> bytes:
    pieces, end = [], 0
    for start, stop in results:
        pieces += [data[end:start], b"return None"]
        end = stop
    return b"".join([*pieces, data[end:]])


@lru_cache(maxsize=4096)
def _results(data: bytes) -> tuple[tuple[_Span, ...], ...]:
    """For each function worth spoiling, where its `return X` stand."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    starts = _line_starts(data)
    for functions in _by_importance(tree):
        found = []
        for function in functions:
            spans = sorted(_span(node, starts) for node in _returns(function))
            if spans and all(data.startswith(b"return", start) for start, _ in spans):
                found.append(tuple(spans))
        if found:
            return tuple(found)
    return ()


def _by_importance(tree: ast.Module) -> Iterator[list[_Function]]:
    """Functions a user of the module calls, then methods, then all the others."""
    yield [node for node in tree.body if isinstance(node, _Function) and _is_public(node)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    methods = [node for each in classes for node in each.body if isinstance(node, _Function)]
    yield [node for node in methods if _is_public(node)]
    yield [node for node in ast.walk(tree) if isinstance(node, _Function)]


def _is_public(function: _Function) -> bool:
    return not function.name.startswith("_")


def _returns(function: _Function) -> Iterator[ast.Return]:
    """The function's own `return X`, those of functions within it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            is_none = isinstance(node.value, ast.Constant) and node.value.value is None
            if node.value is not None and not is_none:
                yield node
        elif not isinstance(node, _Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _line_starts(data: bytes) -> list[int]:
    starts = [0]
    for line in data.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _span(node: ast.Return, starts: list[int]) -> _Span:
    last_line, last_column = node.end_lineno or 0, node.end_col_offset or 0
    return starts[node.lineno - 1] + node.col_offset, starts[last_line - 1] + last_column
