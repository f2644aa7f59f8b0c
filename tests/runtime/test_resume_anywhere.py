"""A run may be stopped after any decision: resumed, it does what is left and pays for nothing twice.

The log of a finished run is cut after each decision in turn, and each part is resumed as after a
crash. Real logs are cut at commits only, which are some of these places.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    BAD_NETWORK,
    STEADY,
    CuttableLog,
    KitModels,
    Run,
    agent,
    chain,
    cut_copy,
    free,
    go_on,
    make_spec,
    make_team,
    run,
    task,
)

from brooks.core import events
from brooks.core.applying import fold
from brooks.core.events import Record
from brooks.core.spec import Fault, FaultKind, FaultPlan, Spec
from brooks.errors import UsageError
from brooks.ids import Position
from brooks.log.memory import MemoryLog
from brooks.log.sqlite import SqliteLog
from brooks.spec.teams import build_team

CARELESS = replace(STEADY, mistake=0.5, repair=0.6)

GRAPHS = {
    "a chain and free tasks": chain(3) + free(2),
    "one shared file": tuple(task(name, files=("shared.txt",)) for name in "abcd"),
    "a diamond": (task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c")),
}

FAULTS = {
    "no faults": FaultPlan(),
    "a crash": FaultPlan(faults=(Fault(kind=FaultKind.CRASH, agent=agent(1), at=1.5, seconds=0),)),
    "a crash and a stall": FaultPlan(
        faults=(
            Fault(kind=FaultKind.CRASH, agent=agent(1), at=1.5, seconds=20),
            Fault(kind=FaultKind.STALL, agent=agent(2), at=2.0, seconds=60),
        )
    ),
    "a partition and a bad network": FaultPlan(
        faults=(Fault(kind=FaultKind.PARTITION, agent=agent(1), at=1.2, seconds=50),),
        messages=BAD_NETWORK,
    ),
}

TEAMS = {
    "leased": make_team("leased", 2, attempts=12),
    "leased, in batches": make_team("leased", 2, attempts=12, batch=3),
    "preassigned, in batches": make_team("preassigned", 2, attempts=12, batch=2),
}


def models() -> KitModels:
    """A model that is wrong half of the time."""
    return KitModels({"careless": CARELESS})


def places_to_cut(whole: Run, log: CuttableLog) -> list[Position]:
    """Every place at which the log may end once anything was committed."""
    opened = max(r.position for r in whole.records if isinstance(r.event, events.TaskAdded))
    return [cut for cut in log.cuts if cut > opened]


def replies(records: Sequence[Record]) -> set[tuple[str, int]]:
    """Turn and index of every durable reply."""
    return {
        (record.event.turn, record.event.index)
        for record in records
        if isinstance(record.event, events.ReplyReceived)
    }


def unanswered(records: Sequence[Record]) -> list[tuple[str, int]]:
    """Turn and index of every request of an open turn that has no durable reply."""
    answered = replies(records)
    state = fold(records)
    asked: dict[tuple[str, int], None] = {}
    for record in records:
        if isinstance(record.event, events.RequestSent) and record.event.turn in state.turns:
            asked[record.event.turn, record.event.index] = None
    return [each for each in asked if each not in answered]


def check_resumed(before: list[Record], resumed: Run) -> None:
    """Everything that any resumed run must be able to say of itself."""
    assert resumed.problems() == []
    assert resumed.records[: len(before)] == before

    done = Counter(event.task for event in resumed.events(events.TaskDone))
    reopened = Counter(event.task for event in resumed.events(events.TaskReopened))
    assert all(times <= 1 + reopened[name] for name, times in done.items())

    [epoch] = resumed.events(events.RunResumed)
    listed = [(each.turn, each.index) for each in epoch.in_flight]
    assert sorted(listed) == sorted(unanswered(before))
    assert len({each.agent for each in epoch.in_flight}) == len(listed)

    durable = replies(before)
    assert durable.isdisjoint(resumed.asked)
    asked_before = {
        (record.event.turn, record.event.index)
        for record in before
        if isinstance(record.event, events.RequestSent)
    }
    assert asked_before.intersection(resumed.asked) <= set(listed)


def check_every_cut(spec: Spec, *, step: int = 1) -> None:
    """Run once to the end, cut the log everywhere, and resume each part."""
    log = CuttableLog()
    whole = run(spec, models=models(), log=log)
    assert whole.outcome() == ("done", "every task is done")

    for cut in places_to_cut(whole, log)[:-1:step]:
        resumed = go_on(cut_copy(log, cut), models=models())

        assert resumed.outcome() == ("done", "every task is done"), f"cut after {cut}"
        assert resumed.state.verified == dict.fromkeys(
            resumed.state.tasks, resumed.state.commits
        ), f"cut after {cut}"
        check_resumed(whole.records[:cut], resumed)


@pytest.mark.slow
@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("faults", FAULTS)
@pytest.mark.parametrize("team", TEAMS)
def test_a_run_cut_anywhere_is_finished_by_its_resume(team: str, faults: str, graph: str) -> None:
    """Failing checks, stale writes and faults in every one of them."""
    plan = FAULTS[faults]
    spec = make_spec(GRAPHS[graph], team=TEAMS[team], model="careless", faults=plan, seed=3)

    check_every_cut(spec, step=1 if team == "leased" and not plan.messages.lost else 4)


@pytest.mark.slow
@pytest.mark.parametrize("faults", ["no faults", "a crash and a stall"])
def test_an_elastic_run_cut_anywhere_is_finished_by_its_resume(faults: str) -> None:
    """Who was in the team comes back, and who was not stays away until it is called."""
    team = build_team("leased:1-3", attempts=12)
    assert team.elastic is not None
    team = replace(team, elastic=replace(team.elastic, idle_seconds=1.0))
    tasks = (*free(3), task("neck", "f1", "f2", "f3"), *(task(f"l{n}", "neck") for n in "123"))

    check_every_cut(
        make_spec(tasks, team=team, model="careless", faults=FAULTS[faults], seed=3), step=3
    )


@pytest.mark.slow
def test_a_resume_cut_anywhere_is_finished_by_the_next() -> None:
    """The coordinator dies, is resumed, dies again before it is through, and is resumed again."""
    spec = make_spec(GRAPHS["a diamond"], team=TEAMS["leased"], model="careless", seed=3)
    first = CuttableLog()
    whole = run(spec, models=models(), log=first)
    places = places_to_cut(whole, first)

    for cut in places[3 : len(places) : 9]:
        second = CuttableLog()
        once = go_on(cut_copy(first, cut, into=second), models=models())
        for later in [place for place in second.cuts if place > cut][:-1:4]:
            twice = go_on(cut_copy(second, later), models=models(), epoch=2)

            assert twice.outcome() == ("done", "every task is done"), f"cut after {cut}, {later}"
            assert twice.problems() == []
            assert replies(once.records[:later]).isdisjoint(twice.asked)
            epochs = [event.epoch for event in twice.events(events.RunResumed)]
            assert epochs == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2])
def test_a_run_in_rounds_cut_anywhere_ends_as_it_would_have(size: int) -> None:
    """The published protocol promises nothing, but a durable reply is not paid for again."""
    team = make_team("paper-preassigned", size)
    spec = make_spec(chain(2) + free(3), team=team, seed=1)
    log = CuttableLog()
    whole = run(spec, log=log)

    for cut in places_to_cut(whole, log)[:-1]:
        resumed = go_on(cut_copy(log, cut))

        assert resumed.outcome() == whole.outcome(), f"cut after {cut}"
        assert replies(whole.records[:cut]).isdisjoint(resumed.asked)
        assert resumed.problems() == []


def test_a_file_cut_at_a_commit_is_resumed_like_a_log_in_memory(tmp_path: Path) -> None:
    """The same prefix, in SQLite and in memory, leads to the same log."""
    spec = make_spec(GRAPHS["a diamond"], team=TEAMS["leased"], model="careless", seed=3)
    log = CuttableLog()
    whole = run(spec, models=models(), log=log)
    cut = places_to_cut(whole, log)[20]
    with closing(SqliteLog.create(tmp_path / "run.db")) as store:
        cut_copy(log, cut, into=store)

    with closing(SqliteLog.open_writer(tmp_path / "run.db")) as store:
        from_file = go_on(store, models=models()).exported()
    from_memory = go_on(cut_copy(log, cut), models=models()).exported()

    assert from_file == from_memory


def test_every_commit_of_a_run_is_at_the_end_of_a_decision() -> None:
    """So that the cuts of these tests are all that there can be."""
    log = CuttableLog()

    run(make_spec(chain(3)), log=log)

    assert set(log.flushes) <= set(log.cuts)


def test_the_first_commit_holds_the_whole_beginning() -> None:
    """A log that holds anything holds the spec, the tree and every task."""
    log = CuttableLog()

    whole = run(make_spec(chain(3)), log=log)

    last_added = max(r.position for r in whole.records if isinstance(r.event, events.TaskAdded))
    assert log.flushes[0] >= last_added


def test_time_goes_on_where_the_log_ends() -> None:
    """The time in which no coordinator ran is no part of the run."""
    log = CuttableLog()
    whole = run(make_spec(chain(3)), log=log)
    cut = places_to_cut(whole, log)[10]

    resumed = go_on(cut_copy(log, cut))

    times = [record.time for record in resumed.records]
    assert times == sorted(times)
    assert resumed.records[cut].time == whole.records[cut - 1].time


def test_the_files_are_written_back_again() -> None:
    """Nobody knows how far the last epoch came with the workspace: all that was merged is written."""
    log = CuttableLog()
    whole = run(make_spec(chain(3), team=make_team("single", 1)), log=log)
    after_two = next(
        r.position
        for r in whole.records
        if isinstance(r.event, events.TaskDone) and r.event.commit == 2
    )
    cut = next(place for place in log.cuts if place >= after_two)

    resumed = go_on(cut_copy(log, cut), files={})

    assert resumed.files() == {f"t{n}.txt": f"t{n}: right\n" for n in (1, 2, 3)}


def test_an_empty_log_cannot_be_resumed() -> None:
    """The run was stopped before it began: the user is told to start it."""
    with pytest.raises(UsageError, match="start it again"):
        go_on(MemoryLog())
