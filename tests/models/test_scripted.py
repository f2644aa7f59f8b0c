"""The scripted model: which reply it gives, and what is said about a bad script."""

import asyncio
from pathlib import Path

import pytest

from brooks.core.facts import Usage
from brooks.errors import UsageError
from brooks.ids import AgentId, TaskId, TurnId
from brooks.models.base import ModelError, Reply, Request, Said, StopReason, ToolCall
from brooks.models.scripted import ScriptedModel

SCRIPT = """\
replies:
  a:
    - text: First.
      calls:
        - {name: read_file, arguments: {path: a.py}}
        - {name: list_files}
      seconds: 2.5
      input_tokens: 1000
      output_tokens: 20
    - {text: Second.}
    - {error: the server is busy, seconds: 9}
  2:
    - {text: Two.}
"""


def load(folder: Path, text: str) -> ScriptedModel:
    """The model of a script."""
    path = folder / "script.yaml"
    path.write_text(text)
    return ScriptedModel.load(path)


def ask(model: ScriptedModel, *tasks: str, index: int = 0, slept: list[float]) -> Reply:
    """Ask for a reply about some tasks."""
    request = Request(
        agent=AgentId("agent-1"),
        turn=TurnId("turn-3"),
        index=index,
        tasks=tuple(TaskId(task) for task in tasks),
        conversation=(Said(role="user", text="12345"),),
    )

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return asyncio.run(model.request(request, sleep=sleep))


def test_the_reply_is_that_of_the_first_task_and_the_requests_number(tmp_path: Path) -> None:
    """Everything the script says is in it; what it leaves out is counted."""
    model = load(tmp_path, SCRIPT)
    slept: list[float] = []

    replies = [ask(model, "a", "2", index=index, slept=slept) for index in (0, 1)]
    other = ask(model, "2", "a", slept=slept)

    calls = (
        ToolCall(id="turn-3.0.0", name="read_file", arguments={"path": "a.py"}),
        ToolCall(id="turn-3.0.1", name="list_files", arguments={}),
    )
    assert replies == [
        Reply(
            text="First.",
            calls=calls,
            stop=StopReason.TOOLS,
            usage=Usage(input_tokens=1000, output_tokens=20),
        ),
        Reply(text="Second.", usage=Usage(input_tokens=2, output_tokens=2)),
    ]
    assert other.text == "Two."
    assert slept == [2.5, 0, 0]


def test_an_error_of_the_script_comes_after_its_time(tmp_path: Path) -> None:
    """As a server that gives up late does."""
    model = load(tmp_path, SCRIPT)
    slept: list[float] = []

    with pytest.raises(ModelError, match="the server is busy"):
        ask(model, "a", index=2, slept=slept)

    assert slept == [9]


@pytest.mark.parametrize(
    ("task", "index", "words"),
    [("a", 3, ["number 3", "'a'", "has 3"]), ("b", 0, ["number 0", "'b'", "has 0"])],
)
def test_where_the_script_has_nothing_the_model_does_not_answer(
    tmp_path: Path, task: str, index: int, words: list[str]
) -> None:
    """Which task and which number are missing is said, and in which file."""
    model = load(tmp_path, SCRIPT)

    with pytest.raises(ModelError) as caught:
        ask(model, task, index=index, slept=[])

    assert all(word in str(caught.value) for word in [*words, "script.yaml"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["script.yaml"]),
        ("- a\n", ["mapping"]),
        ("replies: [a]\n", ["replies", "mapping"]),
        ("replies: {a: {text: x}}\n", ["replies.a", "not a list"]),
        ("answers: {}\n", ["'replies' is missing"]),
        ("replies:\n  a:\n    - hello\n", ["script.yaml:3", "replies.a[0]", "'hello'"]),
        ("replies:\n  a:\n    - {txt: x}\n", ["replies.a[0]", "'txt'", "'text'"]),
        ("replies: {a: [{calls: [{nam: x}]}]}\n", ["replies.a[0].calls[0]", "'nam'", "'name'"]),
        ("replies: {a: [{calls: [{name: x, arguments: y}]}]}\n", ["arguments", "'y'"]),
        ("replies: {a: [{seconds: -1}]}\n", ["seconds", "-1"]),
        ("replies: {a: [{error: x, text: y}]}\n", ["replies.a[0]", "'error'"]),
        ("replies: {a: [\n", ["not valid YAML"]),
    ],
)
def test_a_bad_script_is_refused_with_the_place_of_each_problem(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    """The file, the line and the key are in the message."""
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text)

    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With what it was taken for."""
    with pytest.raises(UsageError, match=r"no script .*gone\.yaml"):
        ScriptedModel.load(tmp_path / "gone.yaml")
