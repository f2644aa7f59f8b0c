"""From what a supervisor saw to a verdict, the same for the same tree in any process.

What differs from run to run is taken out of the output: folders, durations, addresses. Only then is
it cut, so that a duration one digit longer does not move the cut.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from brooks.workspace.sandbox.commands import pytest_words
from brooks.workspace.sandbox.outcome import CheckLimits, CheckOutcome, Reason
from brooks.workspace.sandbox.protocol import Answer, Stopped

_BANNER = re.compile(r"^=+ (.*) in \d+\.\d+s(?: \(\d+:\d\d:\d\d\))? =+$", re.MULTILINE)
_DURATION = re.compile(r" in \d+\.\d+s(?: \(\d+:\d\d:\d\d\))?")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_NOT_FOUND = frozenset({126, 127})


@dataclass(frozen=True, slots=True)
class _Counts:
    passed: int
    failed: int
    unfinished: int


def judge(
    command: str, answer: Answer, limits: CheckLimits, names: Mapping[str, str]
) -> CheckOutcome:
    """The outcome of a check; `names` are what to call the folders in its output."""
    counts = _counts_in(answer.counts)
    output = _cut(_normalise(answer.output, names), limits.output_bytes)
    reason = _reason(command, answer, counts)
    note = _note(answer, limits, counts)
    return CheckOutcome(
        passed=reason is Reason.PASSED,
        reason=reason,
        exit_code=answer.exit_code,
        tests_passed=None if counts is None else counts.passed,
        tests_failed=None if counts is None else counts.failed,
        output=f"{output.rstrip()}\n{note}\n".lstrip() if note else output,
    )


def _counts_in(text: str) -> _Counts | None:
    try:
        fields = json.loads(text)
        numbers = [fields[name] for name in ("passed", "failed", "unfinished")]
    except (ValueError, TypeError, KeyError):
        return None
    if not all(type(number) is int and number >= 0 for number in numbers):
        return None
    return _Counts(*numbers)


def _reason(command: str, answer: Answer, counts: _Counts | None) -> Reason:
    if answer.problem is not None:
        return Reason.NOT_RUNNABLE
    match answer.stopped:
        case Stopped.TIMEOUT:
            return Reason.TIMEOUT
        case Stopped.MEMORY:
            return Reason.MEMORY
        case Stopped.OUTPUT | Stopped.DISK | Stopped.CLOSED:
            return Reason.KILLED
        case None:
            pass
    code = answer.exit_code
    if answer.is_lost:
        return Reason.KILLED
    if code != 0 and "MemoryError" in answer.output:
        return Reason.MEMORY
    if code is None:
        return Reason.KILLED
    if pytest_words(command) is None:
        if code in _NOT_FOUND:
            return Reason.NOT_RUNNABLE
        return Reason.PASSED if code == 0 else Reason.FAILED
    return _pytest_reason(code, counts)


def _pytest_reason(code: int, counts: _Counts | None) -> Reason:
    if counts is None:
        if code in _NOT_FOUND:
            return Reason.NOT_RUNNABLE
        return Reason.KILLED if code == 0 else Reason.FAILED
    if code != 0 or counts.failed:
        return Reason.FAILED
    if counts.unfinished:
        return Reason.KILLED
    return Reason.PASSED if counts.passed else Reason.FAILED


def _note(answer: Answer, limits: CheckLimits, counts: _Counts | None) -> str:
    """A sentence for what the check could not say itself."""
    if answer.problem is not None:
        return answer.problem
    if answer.is_lost:
        return "it ended whoever watched it, and was ended"
    match answer.stopped:
        case Stopped.TIMEOUT:
            return f"ended after {limits.seconds:g} s"
        case Stopped.MEMORY:
            return f"ended because it took more than {limits.memory_bytes} bytes of memory"
        case Stopped.OUTPUT:
            return f"ended because it printed more than {16 * limits.output_bytes} bytes"
        case Stopped.DISK:
            return "ended because it wrote too much"
        case Stopped.CLOSED:
            return "ended because the sandbox was closed"
        case None:
            pass
    if answer.exit_code == 0 and counts is not None and counts.unfinished and not counts.failed:
        return f"the session ended before {counts.unfinished} of its tests"
    return ""


def _normalise(text: str, names: Mapping[str, str]) -> str:
    for path, name in names.items():
        escaped = path.encode("unicode_escape").decode("ascii")  # as pytest shows other letters
        text = text.replace(path, name).replace(escaped, name)
    text = _BANNER.sub(r"=== \1 ===", text)
    return _ADDRESS.sub("0x…", _DURATION.sub("", text))


def _cut(text: str, most: int) -> str:
    """The head and the tail of a text that is longer than `most` bytes."""
    data = text.encode("utf-8", "replace")
    if len(data) <= most:
        return text
    half = most // 2
    head = data[:half].decode("utf-8", "ignore")
    tail = data[len(data) - half :].decode("utf-8", "ignore")
    return f"{head}\n… {len(data) - 2 * half} bytes left out …\n{tail}"
