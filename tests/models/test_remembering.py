"""What a simulated agent makes of the texts that tools answer with."""

from hashlib import sha256

import pytest

from brooks.core.facts import CheckReason, CheckResult, DropReason
from brooks.core.state import Verdict
from brooks.ids import BlobHash, TaskId
from brooks.models.base import Answered, ModelError, Outcome, Reply, Returned, ToolCall, Turned
from brooks.models.remembering import remember
from brooks.runtime.toolbox import Toolbox, _stale_text

OUTPUT = b"E   assert 1 == 2"


def test_the_phrases_it_understands_are_those_of_the_tools() -> None:
    """Each way in which a proposal can be dropped is told as the model reads it."""
    task = TaskId("a")
    check = CheckResult(
        level="modelled",
        passed=False,
        reason=CheckReason.FAILED,
        tests_passed=None,
        tests_failed=None,
        output=hash_of(OUTPUT),
    )

    told = {
        (reason, held): remember(_conversation(_dropped(task, reason, check, held=held)))
        for reason in DropReason
        for held in (True, False)
    }

    assert all(list(memory.over) == [task] for (_, held), memory in told.items() if not held)
    assert told[DropReason.CHECK_FAILED, True].failures == {task: 1}
    assert list(told[DropReason.STALE_WRITE, True].stale) == [task]
    assert list(told[DropReason.DEPENDENCY_NOT_DONE, True].waiting) == [task]
    assert list(told[DropReason.TASK_OVER, True].over) == [task]


def test_an_outcome_of_a_call_that_was_not_made_is_no_conversation() -> None:
    """Something between model and tools is out of order, so nothing can be known."""
    outcomes = Returned(outcomes=(Outcome(call="turn-1.0.0", ok=True, text=""),))

    with pytest.raises(ModelError, match=r"'turn-1\.0\.0'"):
        remember([outcomes])


def hash_of(data: bytes) -> BlobHash:
    """The name of some bytes."""
    return BlobHash(sha256(data).hexdigest())


class _Blobs:
    """A log that holds one blob."""

    def blob(self, blob_hash: BlobHash) -> bytes:
        assert blob_hash == hash_of(OUTPUT)
        return OUTPUT


def _dropped(task: TaskId, reason: DropReason, check: CheckResult, *, held: bool) -> str:
    """What the real tools say about a dropped proposal."""
    verdict = Verdict(merged=False, check=check, dropped=reason, held=held, paths=("s.md",))
    toolbox = object.__new__(Toolbox)
    toolbox._tree = _Blobs()  # type: ignore[assignment] # all that is asked of a tree here
    return toolbox._dropped_text(task, verdict, _stale_text(verdict.paths))


def _conversation(text: str) -> tuple[Turned, ...]:
    call = ToolCall(id="c", name="complete", arguments={"task": "a"})
    outcome = Outcome(call="c", ok=False, text=text)
    return (Answered(reply=Reply(calls=(call,))), Returned(outcomes=(outcome,)))
