"""A history of a key-value store, a map in EDN on each line.

    {:process 9, :type :invoke, :f :append, :key "0", :value "x 9 0 y"}

Functions are `:get`, `:put` and `:append`; a get is called with the value `nil` and ends with the
text that it was given.
"""

import re

from brooks.audit.linearizability import Append, Get, Put
from brooks.audit.linearizability.operation import Argument
from brooks.log.foreign.history import Pairing, Place

_ENTRY = re.compile(r'\s*:(\w+)\s+("(?:[^"\\]|\\.)*"|:[\w-]+|-?\w+)\s*(?:,|$)')
_ESCAPED = re.compile(r"\\(.)")
_LETTERS = {"n": "\n", "r": "\r", "t": "\t"}
_FIELDS = ("process", "type", "f", "key", "value")
_FUNCTIONS = (":get", ":put", ":append")


def read_line(pairing: Pairing, place: Place, text: str) -> None:
    """Add one line to the history.

    Raises:
        UsageError: It is none of this format, or does not fit those before it.
    """
    fields = _fields(place, text)
    process, kind, function = fields["process"], fields["type"], fields["f"]
    if process == ":nemesis":
        return
    if function not in _FUNCTIONS:
        raise place.error(f"the function {function!r} is none of {', '.join(_FUNCTIONS)}")
    argument = _argument(place, function, fields)
    if kind == ":invoke":
        pairing.call(place, process, function, argument)
        return
    called = pairing.called(place, process, function)
    match kind:
        case ":ok":
            if argument != called:
                raise place.error(
                    f"{function!r} of process {process!r} ends with other words than it was called "
                    f"with: {argument!r}, not {called!r}"
                )
            result = _string(place, "value", fields["value"]) if isinstance(called, Get) else True
            pairing.done(place, process, result)
        case ":fail":
            pairing.not_done(process)
        case ":info":
            pairing.nobody_knows(process)
        case _:
            raise place.error(f"the type {kind!r} is none of :invoke, :ok, :fail, :info")


def _fields(place: Place, text: str) -> dict[str, str]:
    inside = text.removeprefix("{").removesuffix("}")
    if len(inside) != len(text) - 2:
        raise place.error(
            f"{text!r} is not a map `{{:process …, :type …, :f …, :key …, :value …}}`"
        )
    fields = {}
    at = 0
    while at < len(inside):
        entry = _ENTRY.match(inside, at)
        if entry is None:
            raise place.error(f"{inside[at:]!r} is not `:name value`")
        fields[entry[1]] = entry[2]
        at = entry.end()
    missing = [f":{name}" for name in _FIELDS if name not in fields]
    if missing and fields.get("process") != ":nemesis":
        raise place.error(f"{text!r} has no {', '.join(missing)}")
    return {name: fields.get(name, "nil") for name in _FIELDS}


def _argument(place: Place, function: str, fields: dict[str, str]) -> Argument:
    key = _string(place, "key", fields["key"])
    if function == ":get":
        return Get(key=key)
    value = _string(place, "value", fields["value"])
    return Put(key=key, value=value) if function == ":put" else Append(key=key, value=value)


def _string(place: Place, name: str, text: str) -> str:
    if not text.startswith('"'):
        raise place.error(f"the {name} {text!r} is not a text in quotes")
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), text[1:-1])
