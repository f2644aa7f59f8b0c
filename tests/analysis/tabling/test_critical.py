"""The chain that decided when a run was over, slack, and the seconds of work and span."""

import pytest
from tests.analysis.tabling.telling import Story


def critical(story: Story) -> set[str]:
    tasks = story.rows()["tasks"]
    return {task for task, on in zip(tasks["task"], tasks["on_critical_path"], strict=True) if on}


def slack(story: Story) -> dict[str, float | None]:
    tasks = story.rows()["tasks"]
    return dict(zip(tasks["task"], tasks["slack"], strict=True))


def test_the_critical_path_goes_back_through_dependencies() -> None:
    """`c` waited for `b`, which was done after `a`."""
    story = Story("a", "b", "c needs a b")
    story.at(0).takes(2, "b").asks(2)
    story.does(1, "a", until=4)
    story.at(7).replies(2).merges(2, "b").ends(2)
    story.does(1, "c", until=9).look(a=True, b=True).at(20).finishes()

    assert critical(story) == {"b", "c"}
    assert slack(story) == {"a": 3, "b": 0, "c": 0}


def test_the_critical_path_goes_back_through_the_agent_where_that_was_waited_for() -> None:
    """`c` was ready at 4, but agent 2 was free only at 7; nothing on the graph says so."""
    story = Story("a", "b", "c needs a")
    story.at(0).takes(2, "b").asks(2)
    story.does(1, "a", until=4)
    story.at(7).replies(2).merges(2, "b").ends(2)
    story.does(2, "c", until=9).finishes()

    assert critical(story) == {"b", "c"}
    assert slack(story) == {"a": 0, "b": 2, "c": 0}


def test_the_critical_path_goes_back_through_an_earlier_turn_on_the_same_task() -> None:
    """Agent 1 did `x` and then lost `a`, which agent 2 took over: `x` kept `a` waiting."""
    story = Story("a", "x", "y")
    story.at(0).does(1, "x", until=5)
    story.takes(1, "a").asks(1)
    story.at(6).takes(2, "y").asks(2)
    story.at(8).replies(2).merges(2, "y").ends(2)
    story.at(35).loses(1, "a")
    story.at(36).does(2, "a", until=40).finishes()

    assert critical(story) == {"x", "a"}


def test_of_a_chain_in_one_batch_all_tasks_are_on_the_critical_path() -> None:
    story = Story("a", "b needs a", "c needs b")
    story.at(0).takes(1, "a", "b", "c").asks(1)
    story.at(6).replies(1).proposes(1, "a").proposes(1, "b").proposes(1, "c")
    story.done("a").done("b").done("c").ends(1).finishes()

    assert critical(story) == {"a", "b", "c"}
    assert slack(story) == {"a": 0, "b": 0, "c": 0}


def test_what_is_not_done_has_no_slack_and_is_not_on_the_path() -> None:
    story = Story("a", "b")
    story.at(0).does(1, "a", until=2).finishes()

    assert critical(story) == {"a"}
    assert slack(story) == {"a": 0, "b": None}


def test_work_is_all_merged_time_and_span_that_of_the_heaviest_chain() -> None:
    """`a` and `b` come from one turn of 6 s without its queue, by their efforts 1 and 2; `c` takes 5."""
    story = Story("a", "b needs a", "c", effort={"b": 2.0})
    story.at(0).takes(1, "a", "b").asks(1).takes(2, "c").asks(2)
    story.at(5).replies(2).merges(2, "c").ends(2)
    story.at(6).replies(1).proposes(1, "a").proposes(1, "b")
    story.at(8).done("a").done("b").ends(1).finishes()

    runs = story.rows()["runs"]

    assert (runs["work"], runs["span"]) == ([4.0], [3.0])
    assert runs["work_seconds"] == [pytest.approx(11.0)]
    assert runs["span_seconds"] == [pytest.approx(6.0)]
    assert runs["parallel_fraction"] == [pytest.approx(1 / 3)]


def test_a_run_that_merged_nothing_has_no_measured_work() -> None:
    runs = Story("a").rows()["runs"]

    assert (runs["work_seconds"], runs["span_seconds"], runs["work"]) == ([None], [None], [1.0])
