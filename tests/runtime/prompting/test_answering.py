"""What a model is told after a reply that was of no use, or not all there."""

import pytest

from brooks.models.base import Reply, StopReason, ToolCall
from brooks.runtime.prompting import Templates, answer_to

TEMPLATES = Templates.bundled()
CALL = ToolCall(id="1", name="read_file", arguments={"path": "a.py"})
BROKEN = ToolCall(id="1", name="read_file", arguments={}, broken="no JSON")


@pytest.mark.parametrize(
    ("reply", "name"),
    [
        (Reply(text="Done."), "no_call"),
        (Reply(stop=StopReason.TOOLS), "no_call"),
        (Reply(stop=StopReason.LENGTH), "cut_off"),
        (Reply(calls=(CALL,), stop=StopReason.LENGTH), "cut_off"),
        (Reply(stop=StopReason.REFUSED), "refused"),
    ],
)
def test_a_useless_reply_is_answered_by_what_is_amiss(reply: Reply, name: str) -> None:
    """Each kind has its template; calls of a reply that was cut off have outcomes besides."""
    answer = answer_to(reply, TEMPLATES)

    assert answer is not None
    assert answer.role == "user"
    assert answer.text == TEMPLATES.text(name).strip()


@pytest.mark.parametrize("call", [CALL, BROKEN])
@pytest.mark.parametrize("stop", [StopReason.END, StopReason.TOOLS, StopReason.REFUSED])
def test_calls_are_answered_by_their_outcomes(call: ToolCall, stop: StopReason) -> None:
    """Even those whose arguments could not be read: their outcomes say so."""
    assert answer_to(Reply(calls=(call,), stop=stop), TEMPLATES) is None
