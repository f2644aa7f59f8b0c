"""YAML text to a document, with the scalars of YAML 1.2.

The parser is PyYAML's, but what a scalar means is decided here. YAML 1.1, which PyYAML follows,
turns `no` into a truth value, `12:30` into 750 and `010` into 8, and a task may well be called
`no`. So a plain scalar is null, true, false, a decimal number or else text (the core schema of YAML
1.2 without its octal and hexadecimal numbers).

Not taken: aliases (a few lines of them unfold into gigabytes), tags other than `!!str`, and a
second document.
"""

import re

import yaml

from brooks.errors import UsageError
from brooks.spec.documents import Builder, Document

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read_yaml(text: str, file: str) -> Document:
    """Read one YAML document.

    Raises:
        UsageError: The text is no YAML, or uses a part of it that is not taken.
    """
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UsageError(
            f"{file}:{line}: the character {found[0]!r} may not stand in YAML: take it out, "
            'or write it as an escape in a "quoted" value'
        )
    builder = Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _feed(builder, event, file)
    except yaml.MarkedYAMLError as error:
        raise UsageError(_syntax(error, text, file)) from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file}: this is not valid YAML: {error}: correct it") from error
    return builder.document()


def _feed(builder: Builder, event: yaml.Event, file: str) -> None:
    line = event.start_mark.line + 1 if event.start_mark else 0
    match event:
        case yaml.ScalarEvent() if builder.wants_key:
            builder.key(event.value, line)
        case yaml.ScalarEvent():
            builder.scalar(_value(event, f"{file}:{line}"), line)
        case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            if builder.wants_key:
                raise UsageError(f"{file}:{line}: a key is a list or mapping: make it plain text")
            if event.tag is not None:
                raise UsageError(_tag(event.tag, f"{file}:{line}"))
            builder.begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            builder.end()
        case yaml.AliasEvent():
            raise UsageError(
                f"{file}:{line}: the alias {'*' + str(event.anchor)!r} is not taken: "
                "write the value out again here"
            )
        case yaml.DocumentStartEvent():
            _refuse_second(builder, f"{file}:{line}")
        case _:
            pass  # the stream's own beginning and end, and the document's end


def _value(event: yaml.ScalarEvent, at: str) -> object:
    if event.tag is not None:
        if event.tag not in _TEXT_TAGS:
            raise UsageError(_tag(event.tag, at))
        return event.value
    return plain_value(event.value) if event.implicit[0] else event.value


def plain_value(text: str) -> object:
    """Give what a scalar without quotes stands for."""
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _REAL.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text


def _tag(tag: str, at: str) -> str:
    return f"{at}: the tag {tag!r} is not taken: write the plain value"


def _refuse_second(builder: Builder, at: str) -> None:
    if builder.is_complete:
        raise UsageError(
            f"{at}: a second document begins here: keep one to a file, without a '---' between"
        )


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> str:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "it cannot be read"
    if mark is None:
        return f"{file}: this is not valid YAML: {problem}: correct it"
    begun = error.context_mark
    context = ""
    if error.context and begun is not None and begun.line != mark.line:
        context = f" {error.context} that begins on line {begun.line + 1}"
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    indented = line[: len(line) - len(line.lstrip())]
    advice = (
        "indent with spaces, not with tabs"
        if "\t" in indented
        else "look at the indentation, quotes and colons there"
    )
    at = f"{file}:{mark.line + 1}"
    return f"{at}: this is not valid YAML: {problem}{context} (column {mark.column + 1}): {advice}"
