"""The published protocol: dealt once, in rounds, done when somebody says so."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    STEADY,
    CuttableLog,
    KitModels,
    Run,
    agent,
    call,
    chain,
    cut_copy,
    free,
    go_on,
    make_spec,
    make_team,
    run,
    says,
    solves,
    task,
)

from brooks.core import events
from brooks.core.facts import RefusalReason
from brooks.core.graph import TaskGraph
from brooks.core.spec import Fault, FaultKind, FaultPlan
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling import deal_chains_round_robin

LARGEST_LOADS = {
    2: (20, 11, 8, 6, 5),
    10: (20, 15, 13, 12, 12),
    16: (20, 18, 17, 17, 16),
}
"""The published runs: largest load of twenty tasks at n = 1 … 5, by the length of the chain."""

ONE_BY_ONE = replace(STEADY, whole_load=0.0, latency_sigma=0.0)
ALL_AT_ONCE = replace(STEADY, whole_load=1.0, latency_sigma=0.0)


def agents(count: int) -> list[AgentId]:
    """Names of a team."""
    return [agent(number) for number in range(1, count + 1)]


def twenty(length: int) -> TaskGraph:
    """A chain and free tasks, twenty in all."""
    tasks = chain(length) + free(20 - length)
    return TaskGraph.build({each.id: each.depends_on for each in tasks})


def paper(
    tasks: tuple[object, ...], *, size: int, profile: object = ONE_BY_ONE, **settings: int
) -> Run:
    """A run of the published protocol."""
    spec = make_spec(
        tasks,  # type: ignore[arg-type]
        team=make_team("paper-preassigned", size, **settings),
        model="m",
    )
    return run(spec, models=KitModels({"m": profile}))  # type: ignore[dict-item]


@pytest.mark.parametrize("length", LARGEST_LOADS)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_the_largest_load_is_that_of_the_published_runs(length: int, size: int) -> None:
    """The agent that gets the chain also gets its share of the free tasks."""
    dealt = deal_chains_round_robin(twenty(length), agents(size))

    loads = [len(tasks) for tasks in dealt.values()]
    assert loads[0] == max(loads) == LARGEST_LOADS[length][size - 1]
    assert sum(loads) == 20


def test_a_task_goes_to_the_holder_of_its_last_listed_dependency() -> None:
    """It has two, held by different agents."""
    graph = TaskGraph.build(
        {TaskId("a"): [], TaskId("b"): [], TaskId("c"): [TaskId("a"), TaskId("b")]}
    )

    dealt = deal_chains_round_robin(graph, agents(2))

    assert dealt == {"agent-1": ["a"], "agent-2": ["b", "c"]}


def test_everyone_is_asked_at_once_and_the_slowest_ends_the_round() -> None:
    """Three agents, of which one takes five times as long: all begin the second round together."""
    tasks = free(6)
    spec = make_spec(tasks, team=make_team("paper-preassigned", 3), model="m")
    members = (replace(spec.team.members[0], speed=0.2), *spec.team.members[1:])
    spec = replace(spec, team=replace(spec.team, members=members))

    finished = run(spec, models=KitModels({"m": ONE_BY_ONE}))

    began: dict[int, set[float]] = {}
    for record in finished.records:
        if isinstance(record.event, events.TurnStarted):
            began.setdefault(record.event.round, set()).add(record.time)
    assert list(began) == [1, 2]
    assert [len(times) for times in began.values()] == [1, 1]
    ended = [r.time for r in finished.records if isinstance(r.event, events.TurnEnded)]
    assert began[2] == {max(ended[:3])}


def test_everyone_is_asked_once_in_every_round() -> None:
    """One agent has a chain of three; the other a single task, and then nothing to say."""
    tasks = (*chain(3), task("f"))

    finished = paper(tasks, size=2)

    asked = [(e.round, e.agent, e.tasks) for e in finished.events(events.TurnStarted)]
    assert asked == [
        (1, "agent-1", ("t1", "t2", "t3")),
        (1, "agent-2", ("f",)),
        (2, "agent-1", ("t2", "t3")),
        (2, "agent-2", ()),
        (3, "agent-1", ("t3",)),
        (3, "agent-2", ()),
    ]
    assert {index for _, index in finished.asked} == {0}


def test_a_batching_agent_does_its_whole_load_in_one_round() -> None:
    """Nothing checks dependencies, so a chain may be marked done in one reply."""
    finished = paper(chain(16) + free(4), size=2, profile=ALL_AT_ONCE)

    assert {event.round for event in finished.events(events.TurnStarted)} == {1}
    assert finished.statuses() == dict.fromkeys(finished.statuses(), "done")


def test_nobody_holds_a_lease() -> None:
    """Claims are advisory: nothing expires and nothing is refused for want of a lease."""
    finished = paper(chain(2) + free(2), size=2)

    assert finished.events(events.TasksLeased) == []
    assert {event.fence for event in finished.events(events.TurnStarted)} == {0}
    assert finished.outcome()[0] == "done"


def test_the_last_writer_wins() -> None:
    """Two agents write one file from the same version; both are taken, and the first one's is lost."""
    scripts = {
        "a": [
            says(
                call("write_file", path="x.txt", content="of a\n"), *solves("a").calls, seconds=1.0
            )
        ],
        "b": [
            says(
                call("write_file", path="x.txt", content="of b\n"), *solves("b").calls, seconds=2.0
            )
        ],
    }
    spec = make_spec([task("a"), task("b")], team=make_team("paper-preassigned", 2), model="s")

    finished = run(spec, models=KitModels(scripts={"s": scripts}))

    refused = {event.reason for event in finished.events(events.Refused)}
    assert RefusalReason.STALE_WRITE not in refused
    assert finished.files()["x.txt"] == "of b\n"
    assert finished.problems() == []


def test_marked_done_and_verified_are_counted_apart() -> None:
    """What is wrong is marked done all the same; the last look says how much of it holds."""
    wrong = says(call("write_file", path="b.txt", content="wrong\n"), call("complete", task="b"))
    scripts = {"a": [solves("a")], "b": [wrong]}
    spec = make_spec([task("a"), task("b")], team=make_team("paper-preassigned", 2), model="s")

    finished = run(spec, models=KitModels(scripts={"s": scripts}))

    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified, last.total) == (2, 1, 2)
    assert finished.statuses() == {"a": "done", "b": "done"}
    assert [event.verified for event in finished.events(events.TaskDone)] == [False, False]
    assert finished.outcome() == ("failed", "1 tasks fail their check on the final tree")
    assert finished.events(events.CheckStarted) == []
    assert finished.events(events.TaskReopened) == []


def test_the_cap_of_rounds_ends_the_run() -> None:
    """An agent only ever looks; after the cap the run ends as failed and says why."""
    looks = [says(call("list_files"))] * 3
    spec = make_spec([task("a")], team=make_team("paper-preassigned", 1, rounds=4), model="s")

    finished = run(spec, models=KitModels(scripts={"s": {"a": looks}}))

    assert finished.outcome() == ("failed", "the cap of 4 rounds is reached")
    assert [event.round for event in finished.events(events.TurnStarted)] == [1, 2, 3, 4]


def test_no_round_is_counted_in_which_nobody_was_asked() -> None:
    """The run is cut between two rounds; agents come back one by one, the first of them without work."""
    tasks = (task("f1"), task("f2"), task("f3", "f2"))
    team = make_team("paper-preassigned", 2, rounds=2)
    models = {"m": ONE_BY_ONE}
    log = CuttableLog()
    whole = run(make_spec(tasks, team=team, model="m"), models=KitModels(models), log=log)
    second = next(
        r.position
        for r in whole.records
        if isinstance(r.event, events.TurnStarted) and r.event.round == 2
    )
    cut = max(place for place in log.cuts if place < second)

    resumed = go_on(cut_copy(log, cut), models=KitModels(models))

    assert whole.outcome()[0] == "done"
    assert resumed.outcome()[0] == "done"
    assert [e.round for e in resumed.events(events.TurnStarted)] == [1, 1, 2, 2]


@pytest.mark.parametrize("at", [0.0, 1.0, 2.5])
@pytest.mark.parametrize("seconds", [0.0, 100.0])
def test_a_dead_member_holds_up_the_round_and_the_run_still_ends(at: float, seconds: float) -> None:
    """There is no lease that could run out: only the turn's deadline ends the round."""
    crash = Fault(kind=FaultKind.CRASH, agent=agent(2), at=at, seconds=seconds)
    spec = make_spec(
        free(4),
        team=make_team("paper-preassigned", 2, rounds=5, turn_seconds=60.0),
        model="m",
        faults=FaultPlan(faults=(crash,)),
    )

    finished = run(spec, models=KitModels({"m": ONE_BY_ONE}))

    assert finished.outcome()[0] in {"done", "failed"}
    assert finished.problems() == []
    if seconds:
        assert finished.outcome()[0] == "done"
