"""Who takes what, in teams that hold tasks under leases."""

from msgspec.structs import replace
from tests.runtime.kit import (
    STEADY,
    KitModels,
    Run,
    chain,
    free,
    make_spec,
    make_team,
    run,
    task,
)

from brooks.core import events

EVEN = replace(STEADY, latency_sigma=0.0, whole_load=1.0, output_tokens_per_second=1e9)


def even(tasks: object, **settings: object) -> Run:
    """A run of agents that all work alike."""
    size = settings.pop("size", 2)
    preset = settings.pop("preset", "leased")
    team = make_team(preset, size, **settings)  # type: ignore[arg-type]
    spec = make_spec(tasks, team=team, model="even")  # type: ignore[arg-type]
    return run(spec, models=KitModels({"even": EVEN}))


def taken(finished: Run) -> list[tuple[str, tuple[str, ...]]]:
    """Who was granted what, in order."""
    return [(event.agent, event.tasks) for event in finished.events(events.TasksLeased)]


def test_of_tasks_that_become_ready_at_once_the_most_urgent_goes_first() -> None:
    """An idle agent sees all of them before it takes one, not only the first that is announced."""
    tasks = (task("a"), task("light", "a"), task("heavy", "a"), task("tail", "heavy"))

    finished = even(tasks)

    assert [each for _, each in taken(finished)][:2] == [("a",), ("heavy",)]


def test_a_batch_is_filled_with_everything_that_is_ready() -> None:
    """Three tasks become ready when the first is done; what is left of them is one batch."""
    tasks = (task("a"), task("x", "a"), task("y", "a"), task("z", "a"))

    finished = even(tasks, size=1, preset="single", batch=3)

    assert [each for _, each in taken(finished)] == [("a", "x"), ("y", "z")]


def test_a_batch_holds_no_more_than_it_may() -> None:
    """A chain of five, in batches of two."""
    finished = even(chain(5), size=1, preset="single", batch=2)

    assert [each for _, each in taken(finished)] == [("t1", "t2"), ("t3", "t4"), ("t5",)]


def test_a_batch_does_not_follow_into_what_another_agent_must_do_first() -> None:
    """The last task needs the work of both; nobody takes it before that is done."""
    tasks = (*chain(2), task("u1"), task("last", "t2", "u1"))

    finished = even(tasks, batch=2)

    assert [each for _, each in taken(finished)] == [("t1", "t2"), ("u1",), ("last",)]
    assert finished.problems() == []


def test_in_a_preassigned_team_everyone_does_its_own() -> None:
    """Two equal chains: each agent gets one, and nobody takes of the other's."""
    tasks = (task("a1"), task("b1"), task("a2", "a1"), task("b2", "b1"))

    finished = even(tasks, preset="preassigned")

    by_agent: dict[str, set[str]] = {}
    for agent, each in taken(finished):
        by_agent.setdefault(agent, set()).update(each)
    assert sorted(len(each) for each in by_agent.values()) == [2, 2]
    assert finished.outcome()[0] == "done"


def test_a_team_larger_than_its_work_lets_the_rest_be_idle() -> None:
    """Eight agents and two tasks: six of them never have a turn."""
    finished = even(free(2), size=8)

    assert len(finished.events(events.TurnStarted)) == 2
    assert finished.outcome()[0] == "done"


def test_nobody_asks_in_vain_when_nothing_goes_wrong() -> None:
    """A policy that knows the state is refused nothing."""
    for preset, size, batch in (("single", 1, 1), ("leased", 4, 3), ("preassigned", 3, 2)):
        finished = even(chain(4) + free(5), preset=preset, size=size, batch=batch)

        assert finished.events(events.Refused) == []
