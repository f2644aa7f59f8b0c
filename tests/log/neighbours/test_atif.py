"""Trajectories keep the rules of their format, and add up to what the log says."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.log.neighbours.atif_rules import check_trajectory, references
from tests.log.neighbours.conftest import Story

from brooks.core.facts import Usage
from brooks.log.neighbours import atif
from brooks.models.base import Reply, ToolCall

Begin = Callable[..., Story]
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
USAGES = st.builds(
    Usage,
    input_tokens=st.integers(0, 9),
    output_tokens=st.integers(0, 9),
    cached_tokens=st.integers(0, 9),
    written_tokens=st.integers(0, 9),
    dollars=st.none() | st.sampled_from([0.0, 0.25, 1.5]),
)


def parsed(parts: Iterator[bytes]) -> dict[str, Any]:
    """A document; it must keep the rules."""
    found: dict[str, Any] = json.loads(b"".join(parts))
    check_trajectory(found)
    return found


def test_one_agent_is_one_trajectory(story: Begin) -> None:
    """With a call that is carried out, one that is refused, and one that could not be read."""
    told = story(clock="real")
    told.turn(0, "one", "t1")
    calls = (
        ToolCall(id="c1", name="look", arguments={"path": "a"}),
        ToolCall(id="c2", name="write", arguments={}, broken="no JSON"),
    )
    usage = Usage(input_tokens=10, output_tokens=4, cached_tokens=3, written_tokens=2, dollars=0.5)
    told.answer(1, "one", "t1", Reply(text="I look.", calls=calls), usage=usage)
    told.results(3, "one", "t1", {"c1": b"a text", "c2": b"no: unreadable", "c9": b"whose?"})

    found = parsed(atif.document(told.read(datetime(2026, 1, 1, tzinfo=UTC))))

    assert found["agent"] == {
        "name": "brooks",
        "version": "0.1.0",
        "model_name": "maker:model",
        "extra": {"agent": "one", "team": "leased", "agents": 1},
    }
    assert (found["session_id"], found["trajectory_id"]) == ("run", "run")
    assert found["extra"]["simulated"] is False
    asked, answered = found["steps"]
    assert (asked["source"], asked["message"]) == ("user", "Task a: The first\n\nFiles: a.txt")
    assert answered == {
        "step_id": 2,
        "timestamp": "2026-01-01T00:00:02+00:00",
        "source": "agent",
        "model_name": "maker:model",
        "message": "I look.",
        "tool_calls": [
            {"tool_call_id": "c1", "function_name": "look", "arguments": {"path": "a"}},
            {
                "tool_call_id": "c2",
                "function_name": "write",
                "arguments": {},
                "extra": {"broken": "no JSON"},
            },
        ],
        "observation": {
            "results": [
                {"source_call_id": "c1", "content": "a text", "extra": {"ok": True}},
                {"source_call_id": "c2", "content": "no: unreadable", "extra": {"ok": False}},
                {"content": "whose?", "extra": {"ok": True}},
            ]
        },
        "metrics": {
            "prompt_tokens": 10,
            "completion_tokens": 4,
            "cached_tokens": 3,
            "cost_usd": 0.5,
            "extra": {"written_tokens": 2},
        },
        "extra": {
            "log_seconds": 2,
            "turn": "t1",
            "reply": 0,
            "attempts": 1,
            "stop": "end",
            "carried_out": True,
        },
    }


def test_a_team_is_a_root_above_its_agents(story: Begin) -> None:
    """Two of three agents had a turn; the same trajectories are embedded and in files."""
    told = story(["one", "two/2", "idle"])
    for agent in ("one", "two/2"):
        told.turn(1, agent, f"of {agent}")
        told.answer(2, agent, f"of {agent}", Reply(text="x"), usage=Usage(input_tokens=5))

    found = told.read()
    whole = parsed(atif.document(found))
    files = {name: parsed(parts) for name, parts in atif.files(found)}

    assert list(files) == [
        "trajectory.one.json", "trajectory.two%2F2.json", "trajectory.json",
    ]  # fmt: skip
    root = files.pop("trajectory.json")
    assert whole["subagent_trajectories"] == list(files.values())
    assert [each["trajectory_path"] for each in references(root)] == list(files)
    assert [each["trajectory_id"] for each in references(root)] == ["run/one", "run/two/2"]
    assert whole["final_metrics"] == root["final_metrics"]
    assert root["final_metrics"]["total_prompt_tokens"] == 10
    assert root["steps"][0]["message"] == found.project_text()


def test_a_run_in_which_nobody_had_a_turn_is_its_project(story: Begin) -> None:
    """A trajectory has at least one step."""
    for agents in (["one"], ["one", "two"]):
        found = parsed(atif.document(story(agents).read()))

        assert found["steps"][0]["message"].startswith("a project")
        assert found["final_metrics"]["total_prompt_tokens"] == 0
        assert "subagent_trajectories" not in found


def test_money_that_nobody_knows_is_left_out(story: Begin) -> None:
    """No price at all: no sum; one unknown: the sum of what is known, and how much it leaves out."""
    told = story()
    told.turn(1, "one", "t1")
    told.answer(2, "one", "t1", Reply())
    unknown = parsed(atif.document(told.read()))["final_metrics"]
    told.answer(4, "one", "t1", Reply(), index=1, usage=Usage(dollars=0.5))
    partly = parsed(atif.document(told.read()))["final_metrics"]

    assert "total_cost_usd" not in unknown
    assert partly["total_cost_usd"] == 0.5
    assert partly["extra"] == {"replies": 2, "unpriced_replies": 1}


@pytest.mark.slow
@settings(max_examples=15)
@given(data=st.data())
def test_whatever_agents_say_the_rules_hold_and_the_totals_are_the_logs(
    data: st.DataObject,
) -> None:
    """Any texts, calls, results and costs, cut off anywhere."""
    agents = data.draw(st.lists(TEXTS.filter(bool), min_size=1, max_size=3, unique=True))
    told = Story(agents)
    for number in range(data.draw(st.integers(0, 5))):
        agent, turn = data.draw(st.sampled_from(agents)), f"t{number}"
        ids = data.draw(st.lists(TEXTS, max_size=3, unique=True))
        calls = tuple(
            ToolCall(id=each, name=data.draw(TEXTS), arguments={data.draw(TEXTS): number})
            for each in ids
        )
        told.turn(number, agent, turn)
        reply = Reply(text=data.draw(TEXTS), calls=calls)
        told.answer(number, agent, turn, reply, usage=data.draw(USAGES))
        if data.draw(st.booleans()):
            told.results(number + 1, agent, turn, {each: data.draw(st.binary()) for each in ids})

    found = told.read()
    whole = parsed(atif.document(found))
    for _, parts in atif.files(found):
        parsed(parts)

    each = [whole, *whole.get("subagent_trajectories", [])]
    metrics = [step["metrics"] for one in each for step in one["steps"] if "metrics" in step]
    final, total = whole["final_metrics"], found.summary.spending.total
    assert final["total_prompt_tokens"] == sum(each["prompt_tokens"] for each in metrics)
    assert final["total_prompt_tokens"] + final["total_completion_tokens"] == found.summary.tokens
    assert final.get("total_cost_usd", 0.0) == sum(each.get("cost_usd", 0.0) for each in metrics)
    assert final.get("total_cost_usd", 0.0) == total.dollars
    assert final["extra"]["unpriced_replies"] == total.unpriced
