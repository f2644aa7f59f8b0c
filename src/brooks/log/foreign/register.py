"""Jepsen's log of one register.

A line is `INFO  jepsen.util - PROCESS KIND FUNCTION VALUE`, its first three words left out or not;
functions are `:read`, `:write` and `:cas`, a value is a number, `nil` for none, a pair `[old new]`,
or, where a call did not end well, a word such as `:timed-out`. Lines of the nemesis, which breaks
things and asks nothing, are passed over.
"""

import re

from brooks.audit.linearizability import CompareAndSet, Read, Value, Write
from brooks.audit.linearizability.operation import Argument
from brooks.log.foreign.history import Pairing, Place

LINE = re.compile(
    r"(?:\w+\s+\S+\s+-\s+)?(?P<process>:?\w+)\s+(?P<kind>:\w+)\s+(?P<function>:\w+)(?:\s+(?P<value>.+))?"
)
_VALUE = re.compile(r"nil|-?\d+")
_PAIR = re.compile(r"\[(nil|-?\d+)[\s,]+(nil|-?\d+)\]")
_FUNCTIONS = (":read", ":write", ":cas")


def read_line(pairing: Pairing, place: Place, text: str) -> None:
    """Add one line to the history.

    Raises:
        UsageError: It is none of this format, or does not fit those before it.
    """
    found = LINE.fullmatch(text)
    if found is None:
        raise place.error(f"{text!r} is not `PROCESS KIND FUNCTION VALUE`")
    process, kind, function = found["process"], found["kind"], found["function"]
    value = (found["value"] or "nil").strip()
    if process == ":nemesis":
        return
    if function not in _FUNCTIONS:
        raise place.error(f"the function {function!r} is none of {', '.join(_FUNCTIONS)}")
    if kind == ":invoke":
        pairing.call(place, process, function, _argument(place, function, value))
        return
    argument = pairing.called(place, process, function)
    match kind:
        case ":ok":
            pairing.done(place, process, _result(place, argument, function, value))
        case ":fail" if isinstance(argument, CompareAndSet) and _PAIR.fullmatch(value):
            pairing.done(place, process, result=False)
        case ":fail":
            pairing.not_done(process)
        case ":info":
            pairing.nobody_knows(process)
        case _:
            raise place.error(f"the kind {kind!r} is none of :invoke, :ok, :fail, :info")


def _argument(place: Place, function: str, value: str) -> Argument:
    if function == ":read":
        return Read()
    if function == ":write":
        return Write(value=_value(place, value))
    pair = _PAIR.fullmatch(value)
    if pair is None:
        raise place.error(f"the value {value!r} of :cas is not a pair `[old new]` of numbers")
    return CompareAndSet(expected=_value(place, pair[1]), new=_value(place, pair[2]))


def _result(place: Place, argument: Argument, function: str, value: str) -> Value | bool:
    if isinstance(argument, Read):
        return _value(place, value)
    if _argument(place, function, value) != argument:
        raise place.error(
            f"{function!r} ends with the value {value!r}, which it was not called with"
        )
    return True


def _value(place: Place, text: str) -> Value:
    if _VALUE.fullmatch(text) is None:
        raise place.error(f"the value {text!r} is neither a number nor `nil`")
    return None if text == "nil" else int(text)
