"""The developer knows its tasks from the prompt alone, and is not thrown by what the wire does."""

import msgspec
import pytest
from tests.servers.kit import PARAMETERS, PROMPT, schema, small_developer

from brooks.bench.suites import suite_names
from brooks.models.base import Answered, Outcome, Reply, Returned, Said, ToolCall
from servers import suite_developer
from servers.developer import Developer, task_header, tasks_of
from servers.wire import neutral, read_tool

TOOLS = [read_tool(name, "", schema(name)) for name in PARAMETERS]


def _ask(developer: Developer, *more: Answered | Returned, text: str = PROMPT) -> Reply:
    conversation = (Said(role="user", text=text), *more)
    return developer.answer(neutral(conversation, tools=TOOLS, max_output_tokens=None))


def _names(reply: Reply) -> list[str]:
    return [f"{call.name} {call.arguments.get('task', '')}".strip() for call in reply.calls]


def test_tasks_are_known_by_their_headers() -> None:
    """A header is a line of its own, with or without a title; ids may begin like one another."""
    header = task_header(["a", "a-b", "a.b"])

    assert tasks_of("Task a-b: one\n Task a.b\nTask a\nIt says Task a.b", header) == ("a-b", "a")
    assert tasks_of("Task a-bc\nTask axb: x\nTask a b", header) == ()


@pytest.mark.parametrize("suite", suite_names())
def test_every_bundled_suite_has_its_developer(suite: str) -> None:
    """All tasks of a suite that are asked for are done in one reply."""
    developer = suite_developer(suite)
    ids = sorted(developer._known)
    text = "\n\n".join(f"Task {task}: title" for task in ids)

    reply = _ask(developer, text=text)

    assert [call.arguments["task"] for call in reply.calls if call.name == "complete"] == ids


def test_without_a_known_task_it_says_so() -> None:
    """A request that only tries the connection gets an answer."""
    reply = _ask(small_developer(), text="Say hello.")

    assert (reply.text, reply.calls) == ("There is no task here that I know.", ())
    assert reply.usage.output_tokens > 0


@pytest.mark.parametrize(
    "spoilt",
    [
        {"arguments": {}, "broken": "no JSON"},
        {"arguments": {"path": "alpha.py"}},
        {"arguments": {"path": "alpha.py", "content": {"value": "x"}}},
        {"name": "write_file_now"},
    ],
)
def test_a_spoilt_call_counts_as_never_made(spoilt: dict[str, object]) -> None:
    """Told that the call cannot be carried out and that the check failed, it does the task anew."""
    developer = small_developer()
    first = _ask(developer)
    write, complete = first.calls
    wrong = msgspec.structs.replace(write, **spoilt)
    outcomes = (
        Outcome(call=write.id, ok=False, text="write_file needs content as text"),
        Outcome(call=complete.id, ok=False, text="the check of alpha failed (failed):\nno file"),
    )

    sent = Answered(reply=msgspec.structs.replace(first, calls=(wrong, complete)))
    second = _ask(developer, sent, Returned(outcomes=outcomes))

    assert _names(second) == ["write_file", "complete alpha"]
    assert second.calls[0].arguments == write.arguments


def test_a_failure_is_read_from_its_text() -> None:
    """Where the dialect has no sign for it, every outcome comes as a success."""
    developer = small_developer()
    call = ToolCall(id="c1", name="complete", arguments={"task": "alpha"})
    failed = Outcome(call="c1", ok=True, text="the check of alpha failed (failed):\n1 failed")
    done = Outcome(call="c1", ok=True, text="alpha is done, 3 tests passed")

    asked = [
        _ask(developer, Answered(reply=Reply(calls=(call,))), Returned(outcomes=(one,)))
        for one in (failed, done)
    ]

    assert [_names(reply) for reply in asked] == [["write_file", "complete alpha"], ["read_file"]]
