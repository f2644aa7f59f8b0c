"""The scripted developer behind the servers: it writes the reference solutions, and never errs.

It is a simulated model without mistakes. What it may know it takes from the conversation alone: its
tasks from the first message of the user, and how its calls went from their outcomes. Two things are
put right before it reads a conversation. A call that does not fit its tool counts as never made,
since it was the wire that spoilt it. And where a dialect cannot say that a call went wrong, the
text of the outcome says so.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from brooks.bench.suites import suite_path
from brooks.core.facts import Usage
from brooks.core.spec import Task
from brooks.ids import BlobHash, TaskId
from brooks.models.base import (
    Answered,
    ModelError,
    Outcome,
    Parameter,
    Reply,
    Request,
    Returned,
    Said,
    Tool,
    ToolCall,
    Turned,
    count_tokens,
    reply_text,
    request_text,
)
from brooks.models.profile import Profile
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.chance import stream
from brooks.spec.load import load_tasks

FAULTLESS = Profile(
    overhead_seconds=0.0,
    output_tokens_per_second=1e12,
    latency_sigma=0.0,
    seconds_per_1k_input=0.0,
    mistake=0.0,
    repair=1.0,
    stall=0.0,
    stall_seconds=0.0,
    whole_load=1.0,
    thinking_tokens=0,
)
"""A developer who makes no mistakes and takes no time."""

_WENT_WELL: Mapping[str, Callable[[str], bool]] = {
    "read_file": lambda text: not re.match(r"there is no file |'.*' is not text: ", text),
    "write_file": lambda text: " written, " in text,
    "complete": lambda text: " is done" in text.partition("\n")[0],
}
"""By tool, whether the text of an outcome tells of success."""


class Developer:
    """Answers requests about the tasks it knows."""

    def __init__(
        self, tasks: Iterable[Task], blobs: Mapping[BlobHash, bytes], *, at_once: bool = True
    ) -> None:
        """With `at_once`, all tasks of a turn are done in one reply, else one task a reply."""
        known = tuple(tasks)
        self._known = frozenset(task.id for task in known)
        self._header = task_header(task.id for task in known)
        profile = msgspec.structs.replace(FAULTLESS, whole_load=float(at_once))
        solutions = Solutions(known, blobs.__getitem__)
        self._model = SimulatedModel(profile, solutions, partial(stream, 0))

    def answer(self, request: Request) -> Reply:
        """The reply to a request, and what it costs."""
        tasks = self.tasks(request)
        stuck = Reply(text="There is no task here that I know.")
        reply = self._work(request, tasks) if tasks else stuck
        return counted(reply, request)

    def tasks(self, request: Request) -> tuple[TaskId, ...]:
        """The known tasks that the first message of the user names in its headers."""
        texts = (
            item.text
            for item in request.conversation
            if isinstance(item, Said) and item.role == "user"
        )
        return tasks_of(next(texts, ""), self._header)

    def _work(self, request: Request, tasks: tuple[TaskId, ...]) -> Reply:
        seen = msgspec.structs.replace(
            request, tasks=tasks, conversation=tuple(_put_right(request))
        )
        try:
            self._model.request(seen, sleep=_no_time).send(None)
        except StopIteration as stop:
            reply: Reply = stop.value
            return reply
        except ModelError as error:
            return Reply(text=f"I cannot go on: {error}.")
        raise AssertionError("the simulated model waits for something else than its sleep")


def suite_developer(suite: str, *, at_once: bool = True) -> Developer:
    """A developer who knows a bundled suite, such as `mathlib/parallel`.

    Raises:
        UsageError: There is no such suite.
    """
    return file_developer(suite_path(suite) / "tasks.yaml", at_once=at_once)


def file_developer(path: Path, *, at_once: bool = True) -> Developer:
    """A developer who knows the tasks of a file.

    Raises:
        UsageError: There is no such file, or something in it is wrong.
        OutsideError: Something it leads to cannot be read.
    """
    found = load_tasks(path)
    return Developer(found.tasks, found.blobs, at_once=at_once)


def task_header(known: Iterable[str]) -> re.Pattern[str]:
    """Finds the headers of known tasks: lines `Task ID` or `Task ID: title`."""
    ids = "|".join(re.escape(one) for one in sorted(known, key=len, reverse=True))
    return re.compile(rf"^Task ({ids})(?=:|$)", re.MULTILINE)


def tasks_of(text: str, header: re.Pattern[str]) -> tuple[TaskId, ...]:
    """The tasks whose headers are in a text, each once, in order."""
    return tuple(dict.fromkeys(TaskId(found[1]) for found in header.finditer(text)))


def counted(reply: Reply, request: Request) -> Reply:
    """The reply with what it costs: a token for every four characters that were sent or answered."""
    usage = Usage(
        input_tokens=count_tokens(request_text(request)),
        output_tokens=max(count_tokens(reply_text(reply)), 1),
    )
    return msgspec.structs.replace(reply, usage=usage)


async def _no_time(seconds: float) -> None:
    """The developer takes no time: the server does."""


def _put_right(request: Request) -> Iterable[Turned]:
    """The conversation as if the wire had spoilt nothing and always told success from failure."""
    tools = {tool.name: tool for tool in request.tools}
    calls: dict[str, ToolCall] = {}
    for item in request.conversation:
        if isinstance(item, Answered):
            fitting = tuple(call for call in item.reply.calls if fits(call, tools))
            calls = {call.id: call for call in fitting}
            yield Answered(reply=msgspec.structs.replace(item.reply, calls=fitting))
        elif isinstance(item, Returned):
            outcomes = (one for one in item.outcomes if one.call in calls)
            yield Returned(outcomes=tuple(_judged(one, calls[one.call]) for one in outcomes))
        else:
            yield item


def _judged(outcome: Outcome, call: ToolCall) -> Outcome:
    judge = _WENT_WELL.get(call.name)
    ok = outcome.ok and (judge is None or judge(outcome.text))
    return msgspec.structs.replace(outcome, ok=ok)


def fits(call: ToolCall, tools: Mapping[str, Tool]) -> bool:
    """Whether a call can be carried out: its tool is on offer and its arguments are of the right types."""
    tool = tools.get(call.name)
    return (
        tool is not None
        and not call.broken
        and all(_is_right(call.arguments.get(one.name), one) for one in tool.parameters)
    )


def _is_right(value: Any, parameter: Parameter) -> bool:
    if value is None:
        return not parameter.required
    match parameter.kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int)
        case "strings":
            return isinstance(value, list)
