"""Whole runs in which agents crash, freeze and are cut off, and how each of them still ends."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    BAD_NETWORK,
    STEADY,
    KitModels,
    Run,
    agent,
    call,
    chain,
    free,
    make_spec,
    make_team,
    run,
    says,
    solves,
    task,
)

from brooks.core import events
from brooks.core.facts import EndReason, RefusalReason
from brooks.core.spec import Fault, FaultKind, FaultPlan, MessageFaults, Task
from brooks.models.sections import ReplySection


def fault(
    kind: FaultKind, number: int, at: float, seconds: float = 0.0, factor: float = 10.0
) -> Fault:
    """A planned fault of one agent."""
    return Fault(kind=kind, agent=agent(number), at=at, seconds=seconds, factor=factor)


def slowly(*tasks: Task, seconds: float = 10.0) -> dict[str, list[ReplySection]]:
    """A script that solves each task in one reply after some seconds, in every turn."""
    return {each.id: [solves(each.id, seconds=seconds)] for each in tasks}


def faulty(
    tasks: tuple[Task, ...],
    *faults: Fault,
    preset: str = "leased",
    size: int = 2,
    seconds: float = 10.0,
    messages: MessageFaults | None = None,
    seed: int = 0,
) -> Run:
    """A run of scripted agents that need some seconds for each task."""
    spec = make_spec(
        tasks,
        team=make_team(preset, size),
        model="s",
        seed=seed,
        faults=FaultPlan(faults=faults, messages=messages or MessageFaults()),
    )
    return run(spec, models=KitModels(scripts={"s": slowly(*tasks, seconds=seconds)}))


def test_another_agent_finishes_what_a_dead_one_held() -> None:
    """An agent dies while its model answers; its lease runs out, and its task is offered again."""
    finished = faulty(free(2), fault(FaultKind.CRASH, 1, at=5.0))

    assert finished.outcome()[0] == "done"
    [expired] = finished.events(events.LeaseExpired)
    assert (expired.agent, expired.tasks) == ("agent-1", ("f1",))
    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-2"}
    assert finished.problems() == []


def test_an_agent_that_comes_back_goes_on_with_other_work() -> None:
    """It was away for ten seconds; what it held is offered again as soon as it is back."""
    finished = faulty(free(4), fault(FaultKind.CRASH, 1, at=5.0, seconds=10.0))

    assert finished.outcome()[0] == "done"
    assert finished.events(events.LeaseExpired) == []
    assert "agent-1" in {event.agent for event in finished.events(events.TaskDone)}
    assert finished.problems() == []


def test_the_late_write_of_a_frozen_agent_is_refused() -> None:
    """It freezes with its reply on the way, wakes up long after its lease ran out, and may not write."""
    finished = faulty(chain(2), fault(FaultKind.STALL, 1, at=5.0, seconds=100.0))

    assert finished.outcome()[0] == "done"
    assert finished.events(events.LeaseExpired)[0].agent == "agent-1"
    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-2"}
    assert finished.problems() == []


def test_a_reply_that_comes_too_late_is_recorded_since_it_was_paid_for() -> None:
    """The other agent needs long, so that the run still goes on when the frozen one wakes up."""
    finished = faulty(free(9), fault(FaultKind.STALL, 1, at=5.0, seconds=45.0), seconds=20.0)

    late = [
        event.turn
        for event in finished.events(events.Refused)
        if (event.command, event.reason) == ("RecordReply", RefusalReason.TURN_OVER)
    ]
    assert late == ["turn-1"]
    assert "turn-1" in {event.turn for event in finished.events(events.ReplyReceived)}
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_an_agent_whose_model_keeps_it_waiting_goes_on_with_other_work() -> None:
    """Its renewals are refused for want of progress; once the lease ran out it is started anew."""
    first, second = free(2)
    spec = make_spec(free(2), team=make_team("hybrid", 1, batch=1), model="s")
    script = slowly(first, seconds=2000.0) | slowly(second)

    finished = run(spec, models=KitModels(scripts={"s": script}))

    assert finished.outcome()[0] == "failed"
    assert "not_allowed" in {event.reason for event in finished.events(events.Refused)}
    assert {event.tasks for event in finished.events(events.LeaseExpired)} == {("f1",)}
    assert [event.task for event in finished.events(events.TaskDone)] == ["f2"]
    assert finished.problems() == []


def test_an_agent_that_was_cut_off_for_long_loses_its_lease_and_does_no_harm() -> None:
    """Nothing passes between it and the coordinator for 90 s, then everything does."""
    finished = faulty(free(12), fault(FaultKind.PARTITION, 1, at=5.0, seconds=90.0), seconds=20.0)

    assert finished.outcome()[0] == "done"
    assert finished.events(events.LeaseExpired)[0].agent == "agent-1"
    assert "agent-1" in {event.agent for event in finished.events(events.TaskDone)}
    assert finished.problems() == []


def test_a_short_cut_costs_nothing_but_time() -> None:
    """The link is back before the lease runs out: no turn is lost."""
    finished = faulty(free(4), fault(FaultKind.PARTITION, 1, at=9.0, seconds=15.0))

    assert finished.outcome()[0] == "done"
    assert finished.events(events.LeaseExpired) == []
    assert {event.reason for event in finished.events(events.TurnEnded)} == {EndReason.FINISHED}


def test_a_slow_agent_takes_longer_and_keeps_its_lease() -> None:
    """Its model takes ten times as long for the second task, and it renews all the while."""
    finished = faulty(free(2), fault(FaultKind.SLOW, 1, at=5.0, seconds=500.0), size=1)

    assert finished.outcome()[0] == "done"
    assert 110.0 <= finished.state.time <= 112.0
    assert finished.events(events.LeaseExpired) == []
    assert len(finished.events(events.LeaseRenewed)) >= 9


@pytest.mark.parametrize("preset", ["single", "leased", "preassigned"])
def test_a_run_without_a_living_agent_ends(preset: str) -> None:
    """Everyone dies for good; the run gives up after a silence, and says why."""
    size = 1 if preset == "single" else 2
    faults = [fault(FaultKind.CRASH, number, at=5.0) for number in range(1, size + 1)]

    finished = faulty(chain(3), *faults, preset=preset, size=size)

    assert finished.outcome() == ("failed", "no agent was heard for 600 s")
    assert finished.records[-1].time < 1000.0
    assert [problem.partition(":")[0] for problem in finished.problems()] == ["liveness"]


@pytest.mark.parametrize("at", [0.0, 0.5, 5.0, 12.0])
@pytest.mark.parametrize("seconds", [0.0, 60.0, 2000.0])
def test_a_preassigned_team_ends_although_one_of_it_is_dead(at: float, seconds: float) -> None:
    """Whoever is there takes over the list of the one that is not, dead before its first word or later."""
    finished = faulty(
        chain(2) + free(4), fault(FaultKind.CRASH, 1, at=at, seconds=seconds), preset="preassigned"
    )

    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []


@pytest.mark.parametrize("seed", range(3))
def test_a_preassigned_team_ends_when_one_is_dead_before_it_was_ever_heard(seed: int) -> None:
    """Its first letter is lost, and it is dead before it would send another."""
    finished = faulty(
        free(4),
        fault(FaultKind.CRASH, 1, at=1.0),
        preset="preassigned",
        messages=MessageFaults(lost=0.5),
        seed=seed,
    )

    joined = [event.agent for event in finished.events(events.AgentJoined)]
    assert ("agent-1" in joined) is (seed == 1)
    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []


def test_a_preassigned_team_ends_when_all_were_away_in_turn() -> None:
    """One is away for a while, and the other, who took over its list, dies before it is back."""
    finished = faulty(
        free(6),
        fault(FaultKind.CRASH, 1, at=5.0, seconds=200.0),
        fault(FaultKind.CRASH, 2, at=45.0),
        preset="preassigned",
    )

    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []


def test_overlapping_stalls_last_as_long_as_the_longer_one() -> None:
    """A short stall begins within a long one, and does not end it."""
    finished = faulty(
        free(1),
        fault(FaultKind.STALL, 1, at=1.0, seconds=24.0),
        fault(FaultKind.STALL, 1, at=2.0, seconds=1.0),
        size=1,
    )

    first = next(r for r in finished.records if isinstance(r.event, events.ReplyReceived))
    assert first.time == 25.0


@pytest.mark.parametrize("preset", ["leased", "preassigned"])
@pytest.mark.parametrize("seed", range(6))
def test_a_bad_network_costs_time_and_nothing_else(preset: str, seed: int) -> None:
    """Messages are lost, doubled and late in every run; each run ends well."""
    spec = make_spec(
        chain(3) + free(4),
        team=make_team(preset, 3, attempts=12),
        model="careless",
        seed=seed,
        faults=FaultPlan(messages=BAD_NETWORK),
    )
    careless = replace(STEADY, mistake=0.4, repair=0.7)

    finished = run(spec, models=KitModels({"careless": careless}))

    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []
    assert {e.kind for e in finished.events(events.FaultInjected)} == {
        "lost", "duplicated", "delayed",
    }  # fmt: skip


def test_what_was_asked_is_what_the_log_says() -> None:
    """Over a bad network no request reaches the model that is not in the log, and none twice."""
    spec = make_spec(
        free(6), team=make_team("leased", 3), faults=FaultPlan(messages=BAD_NETWORK), seed=4
    )

    finished = run(spec)

    sent = [(event.turn, event.index) for event in finished.events(events.RequestSent)]
    assert sorted(finished.asked) == sorted(sent)
    assert len(set(sent)) == len(sent)


def test_faults_are_in_the_log_with_their_ends() -> None:
    """Who reads the log sees what was done to whom, and when it was over."""
    finished = faulty(free(6), fault(FaultKind.STALL, 1, at=5.0, seconds=7.0))

    seen = [
        (record.time, record.event.agent, record.event.kind, record.event.over)
        for record in finished.records
        if isinstance(record.event, events.FaultInjected)
    ]
    assert seen == [(5.0, "agent-1", "stall", False), (12.0, "agent-1", "stall", True)]


def test_an_agent_with_a_broken_model_does_not_keep_a_task_from_others() -> None:
    """What it failed goes to whoever has been idle for longer."""
    team = make_team("leased", 2)
    members = (replace(team.members[0], model="sim:mute"), team.members[1])
    script = {
        "s": {"a": [solves("a")]},
        "mute": {"a": [ReplySection(error="no key", seconds=5.0)]},
    }
    spec = make_spec([task("a")], team=replace(team, members=members), model="s")

    finished = run(spec, models=KitModels(scripts=script))

    assert finished.outcome()[0] == "done"
    assert [event.agent for event in finished.events(events.TurnStarted)] == ["agent-1", "agent-2"]


@pytest.mark.parametrize("preset", ["single", "leased", "preassigned"])
def test_a_run_does_not_wait_long_for_an_agent_that_died_with_its_work_done(preset: str) -> None:
    """Its last change is merged after its death: it holds nothing any more that could run out."""
    finished = faulty(
        free(1),
        fault(FaultKind.CRASH, 1, at=10.2),
        preset=preset,
        size=1 if preset == "single" else 2,
    )

    assert finished.outcome() == ("done", "every task is done")
    assert finished.state.time < 60.0
    assert finished.problems() == []


def test_an_agent_past_its_deadline_is_given_work_when_it_hears_of_it() -> None:
    """Its model answers long after the board ended the turn; it goes on when a renewal is refused."""
    tasks = free(2)
    team = make_team("single", 1, turn_seconds=50.0)
    script = {"s": {"f1": [solves("f1", seconds=100.0)], "f2": [solves("f2", seconds=5.0)]}}

    finished = run(make_spec(tasks, team=team, model="s"), models=KitModels(scripts=script))

    assert finished.events(events.LeaseExpired) == []
    second = next(
        record
        for record in finished.records
        if isinstance(record.event, events.TurnStarted) and record.event.turn == "turn-2"
    )
    assert second.time == 50.0
    assert finished.problems() == []


@pytest.mark.parametrize(("first", "second"), [("x", "x/y"), ("src/a", "SRC/b"), ("Ab", "aB")])
def test_paths_that_cannot_be_side_by_side_are_not_both_merged(first: str, second: str) -> None:
    """Two agents write them at the same time; the one who comes second is told to use another name."""
    scripts = {
        name: [
            says(call("write_file", path=path, content="1"), *solves(name).calls, seconds=seconds),
            says(call("delete_file", path=path), *solves(name).calls),
        ]
        for name, path, seconds in (("a", first, 1.0), ("b", second, 1.2))
    }
    spec = make_spec([task("a"), task("b")], model="s")

    finished = run(spec, models=KitModels(scripts={"s": scripts}))

    refused = [event.reason for event in finished.events(events.Refused)]
    assert refused == [RefusalReason.PATH_CLASH]
    assert finished.outcome()[0] == "done"
    assert sorted(finished.files()) == sorted(["a.txt", "b.txt", first])
    assert finished.problems() == []
