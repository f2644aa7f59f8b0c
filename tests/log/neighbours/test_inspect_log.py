"""Logs of Inspect are what that library reads back."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.log.neighbours.conftest import Story

from brooks.core import events
from brooks.core.facts import Outcome, Usage
from brooks.errors import UsageError
from brooks.ids import AgentId, Fence, ProposalId, TaskId, TurnId
from brooks.log.neighbours.inspect_log import eval_log, require_inspect, write_log
from brooks.models.base import Reply, ToolCall

inspect_ai_log = pytest.importorskip("inspect_ai.log")
Begin = Callable[..., Story]


def told_to_the_end(story: Begin) -> Story:
    """Two agents whose calls have the same ids; the only task is done and verified."""
    told: Story = story(["one", "two"], clock="real")
    look = (ToolCall(id="c", name="look", arguments={"path": "a"}),)
    usage = Usage(input_tokens=10, output_tokens=4, cached_tokens=3, written_tokens=2, dollars=0.5)
    for agent in ("one", "two"):
        told.turn(1, agent, f"of {agent}")
        told.answer(2, agent, f"of {agent}", Reply(text="I look.", calls=look), usage=usage)
    told.results(4, "two", "of two", {"c": b"no"})
    told.results(4, "one", "of one", {"c": b"a text"})
    told.tell(
        9,
        events.TaskDone(
            task=TaskId("a"),
            agent=AgentId("one"),
            turn=TurnId("of one"),
            fence=Fence(1),
            proposal=ProposalId(1),
            commit=1,
            verified=True,
            changes=(),
        ),
        events.RunFinished(outcome=Outcome.DONE, reason="all done", done=1, verified=1, total=1),
    )
    return told


@pytest.mark.parametrize("name", ["log.eval", "log.json"])
def test_a_run_is_read_back_as_a_graded_sample(story: Begin, tmp_path: Path, name: str) -> None:
    """Beside one that is not over, in both formats of the library."""
    started = datetime(2026, 1, 1, tzinfo=UTC)
    runs = [told_to_the_end(story).read(started), story().read(started)]
    runs[1].run = "other"

    write_log(eval_log(runs), tmp_path / name)
    found = inspect_ai_log.read_eval_log(tmp_path / name)
    by_id = {each.id: each for each in found.samples}
    done, begun = by_id["run"], by_id["other"]

    assert found.status == "started"
    assert found.eval.dataset.sample_ids == ["run", "other"]
    assert done.input == "a project\n\nTask a: The first\n\nFiles: a.txt"
    assert [each.scores["verified"].value for each in (done, begun)] == [1.0, 0.0]
    assert [each.scores["all_verified"].value for each in (done, begun)] == ["C", "I"]
    assert done.scores["verified"].answer == done.target == "1 of 1 tasks verified"
    assert "not over" in begun.scores["verified"].explanation
    metrics = {score.name: score.metrics for score in found.results.scores}
    assert metrics["verified"]["mean"].value == 0.5
    assert metrics["all_verified"]["accuracy"].value == 0.5
    assert (done.started_at, done.completed_at, done.total_time) == (
        "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:09+00:00", 9.0,
    )  # fmt: skip
    assert (begun.completed_at, begun.messages) == (None, [])


def test_tokens_are_counted_as_inspect_counts(story: Begin) -> None:
    """Input without what was read from a cache or written to it; the total is the log's."""
    run = told_to_the_end(story).read()

    (sample,) = eval_log([run]).samples or []
    usage = sample.model_usage["maker:model"]

    assert (usage.input_tokens, usage.output_tokens) == (10, 8)
    assert (usage.input_tokens_cache_read, usage.input_tokens_cache_write) == (6, 4)
    assert usage.total_tokens == run.summary.tokens
    assert usage.total_cost == run.summary.spending.total.dollars == 1.0


def test_messages_name_their_agents_and_results_their_calls(story: Begin) -> None:
    """In the order of the log, and each result behind its call, though two calls have one id."""
    (sample,) = eval_log([told_to_the_end(story).read()]).samples or []

    told = [(message.role, (message.metadata or {})["agent"]) for message in sample.messages]
    calls = [call.id for each in sample.messages for call in getattr(each, "tool_calls", ()) or ()]
    results = [each for each in sample.messages if each.role == "tool"]

    assert told == [
        ("user", "one"), ("assistant", "one"), ("tool", "one"),
        ("user", "two"), ("assistant", "two"), ("tool", "two"),
    ]  # fmt: skip
    assert len({each.id for each in sample.messages}) == 6
    assert [each.tool_call_id for each in results] == calls == ["c", "c@run.8"]
    assert [each.text for each in results] == ["a text", "no"]
    assert [each.error is None for each in results] == [True, False]


def test_the_same_runs_give_the_same_log(story: Begin) -> None:
    """Nothing in it is drawn or read from a clock."""
    first, again = (eval_log([told_to_the_end(story).read()]) for _ in range(2))

    assert first.model_dump_json() == again.model_dump_json()


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not installed."""
    monkeypatch.setitem(sys.modules, "inspect_ai.log", None)

    with pytest.raises(UsageError, match=r"pip install 'brooks\[inspect\]'"):
        require_inspect()
