"""JSON text to a document.

The standard library judges the syntax and says where it is wrong, but not on which line a value
stands. So text that it accepts is walked once more by its tokens, which are easy to tell apart in
text known to be valid.
"""

import json
import re
from typing import NoReturn

from brooks.errors import UsageError
from brooks.spec.documents import DEEPEST, Builder, Document

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|\n|[^\s{}\[\],:"]+')
_LONGEST_WHOLE = 18
_WORDS = {"null": None, "true": True, "false": False}


class NotJson(Exception):  # noqa: N818 - an answer: the caller may go on to try YAML
    """The text is no JSON; the message is for the user and begins with file and line."""


def read_json(text: str, file: str) -> Document:
    """Read one JSON value.

    Raises:
        NotJson: The text is no JSON.
        UsageError: It is, but nothing that could be a task file.
    """
    _judge(text, file)
    builder = Builder(file)
    line = 1
    for found in _TOKEN.finditer(text):
        token = found[0]
        match token:
            case "\n":
                line += 1
            case "{":
                builder.begin({}, line)
            case "[":
                builder.begin([], line)
            case "}" | "]":
                builder.end()
            case _ if builder.wants_key:
                builder.key(json.loads(token), line)
            case _:
                builder.scalar(_value(token), line)
    return builder.document()


def _judge(text: str, file: str) -> None:
    try:
        json.loads(text, parse_int=_number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotJson(
            f"{file}:{error.lineno}: this is not valid JSON: {error.msg} (column {error.colno}): "
            "look at the commas, quotes and brackets there"
        ) from error
    except _Constant as error:
        name = str(error)
        place = next(found.start() for found in _TOKEN.finditer(text) if found[0] == name)
        line = text.count("\n", 0, place) + 1
        raise NotJson(f"{file}:{line}: {name!r} is not JSON: write a number") from error
    except RecursionError:
        raise UsageError(
            f"{file}: values lie more than {DEEPEST} deep in one another: "
            "a task file needs 5 levels at most"
        ) from None


class _Constant(Exception):  # noqa: N818 - never leaves this module
    """`NaN` or an infinity, which Python takes for JSON and nobody else does."""


def _refuse_constant(name: str) -> NoReturn:
    raise _Constant(name)


def _number(token: str) -> int | float:
    """Give a whole number; one of 19 digits or more is taken as real, as most programs do."""
    return int(token) if len(token) <= _LONGEST_WHOLE else float(token)


def _value(token: str) -> object:
    if token in _WORDS:
        return _WORDS[token]
    if token[0] == '"':
        return json.loads(token)
    return _number(token) if token.lstrip("-").isdecimal() else float(token)
