"""What a coding agent is told."""

from msgspec.structs import replace

from brooks.ids import AgentId, TaskId, TurnId
from brooks.models.base import Answered, Outcome, Reply, Request, Returned, Said, ToolCall
from brooks.models.command import prompt_text

FIRST = Request(
    agent=AgentId("agent-1"),
    turn=TurnId("turn-1"),
    index=0,
    tasks=(TaskId("a"), TaskId("b")),
    conversation=(
        Said(role="system", text="You are agent-1.\n"),
        Said(role="user", text="Task a: First\n\nTask b"),
    ),
)


def call(number: int, name: str, **arguments: str) -> ToolCall:
    return ToolCall(id=f"{number}", name=name, arguments=arguments)


def test_the_first_prompt_is_what_was_said_and_how_to_work() -> None:
    """The headers of the tasks are lines of their own, by which an agent finds them."""
    lines = prompt_text(FIRST).splitlines()

    assert lines[0] == "You are agent-1."
    assert "Task a: First" in lines
    assert "Task b" in lines
    assert "Do not commit" in prompt_text(FIRST)
    assert "tried before" not in prompt_text(FIRST)


def test_a_later_prompt_says_what_came_of_the_last_attempt() -> None:
    """Only what went wrong, and only with the last attempt: the folder shows the rest."""
    calls = (call(1, "write_file", path="a.py"), call(2, "complete", task="a"))
    earlier = (
        Answered(reply=Reply(text="my words", calls=(call(0, "complete", task="b"),))),
        Returned(outcomes=(Outcome(call="0", ok=False, text="an old failure"),)),
    )
    last = (
        Answered(reply=Reply(calls=calls)),
        Returned(
            outcomes=(
                Outcome(call="1", ok=True, text="a.py written"),
                Outcome(call="2", ok=False, text="the check of a failed (failed):\n1 != 2"),
            )
        ),
    )

    text = prompt_text(replace(FIRST, conversation=(*FIRST.conversation, *earlier, *last)))

    assert "a: the check of a failed (failed):\n1 != 2" in text
    assert text.index("Task b") < text.index("tried before") < text.index("Do not commit")
    assert not any(absent in text for absent in ("old failure", "my words", "a.py written"))


def test_an_outcome_of_no_call_is_told_all_the_same() -> None:
    """A conversation that makes no sense makes a prompt, not an error."""
    stray = Returned(outcomes=(Outcome(call="9", ok=False, text="lost"),))

    assert "one call: lost" in prompt_text(replace(FIRST, conversation=(stray,)))
