"""Whole runs of teams with a lead in which agents die, freeze and are cut off, or the coordinator stops."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import (
    BAD_NETWORK,
    CuttableLog,
    KitModels,
    Run,
    agent,
    chain,
    cut_copy,
    free,
    go_on,
    make_spec,
    run,
    task,
)
from tests.runtime.leading import (
    EVEN,
    Says,
    SplitModels,
    assign,
    grouped,
    is_led_by_one_at_a_time,
    leaders,
    led,
    terms,
)
from tests.teams.test_every_team import CARELESS, GRAPHS, is_finished, tasks_of

from brooks.bench.suites import suite_path
from brooks.core import events
from brooks.core.facts import EndReason, RefusalReason, Role
from brooks.core.spec import (
    CheckSettings,
    Fault,
    FaultKind,
    FaultPlan,
    MessageFaults,
    Spec,
    Task,
    Team,
)
from brooks.core.team_rules import CutOff
from brooks.models.profile import load_profile
from brooks.spec.faults import random_plan
from brooks.spec.load import load_tasks

TEAMS = {
    "alone": led(1),
    "two": led(2),
    "three, two may lead": led(3, leads=2),
    "in batches": led(3, batch=2),
    "two groups": grouped(g0=2, g1=2),
    "three groups": grouped(g0=1, g1=2, g2=1),
}


def fault(kind: FaultKind, number: int, at: float, seconds: float = 0.0) -> Fault:
    """A planned fault of one agent."""
    return Fault(kind=kind, agent=agent(number), at=at, seconds=seconds)


def faulty(lead: Says, tasks: tuple[Task, ...], *faults: Fault, team: Team | None = None) -> Run:
    """A run in which whoever leads says what a test wants."""
    spec = make_spec(tasks, team=team or led(3), model="even", faults=FaultPlan(faults=faults))
    return run(spec, models=SplitModels(lead))


def refusals(finished: Run) -> set[tuple[str, str, str | None]]:
    """Which commands of whom were refused, and why."""
    return {
        (event.command, event.reason.value, event.agent)
        for event in finished.events(events.Refused)
    }


def test_when_the_lead_dies_another_leads_under_a_higher_fence() -> None:
    """It dies while its model answers; its lease runs out, and the next one is asked."""
    finished = faulty(
        Says([], [[assign("t1", 3)]], seconds=2.0),
        chain(2),
        fault(FaultKind.CRASH, 1, at=1.0),
    )

    assert leaders(finished) == ["agent-1", "agent-2"]
    assert finished.events(events.LeaseExpired)[0].agent == "agent-1"
    assert is_led_by_one_at_a_time(finished)
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


@pytest.mark.parametrize("kind", [FaultKind.STALL, FaultKind.PARTITION])
def test_the_late_word_of_a_lead_that_was_away_is_refused(kind: FaultKind) -> None:
    """Its reply comes when another leads: nothing of it counts, and it becomes one of the others."""
    lead = Says([[assign("f1", 2), assign("f2", 3)]], seconds=5.0)

    finished = faulty(lead, free(9), fault(kind, 1, at=2.0, seconds=60.0))

    assert leaders(finished)[:2] == ["agent-1", "agent-2"]
    assert not [e for e in finished.events(events.TaskAssigned) if e.by == "agent-1"]
    late = [event for event in finished.events(events.Refused) if event.agent == "agent-1"]
    assert late
    assert {event.reason for event in late} <= {
        RefusalReason.TURN_OVER,
        RefusalReason.STALE_FENCE,
    }
    assert finished.outcome()[0] == "done"
    assert is_led_by_one_at_a_time(finished)
    assert finished.problems() == []


def test_a_lead_that_goes_on_while_it_is_cut_off_assigns_nothing() -> None:
    """Its team lets agents go on; its turn is not over when it is back, but its fence is an old one."""
    team = led(3)
    rules = replace(team.rules, cut_off=CutOff.GO_ON)
    guarantees = replace(team.guarantees, one_holder=False)
    lead = Says([[assign("f1", 2), assign("f2", 3)]], seconds=5.0)

    finished = faulty(
        lead,
        free(9),
        fault(FaultKind.PARTITION, 1, at=2.0, seconds=45.0),
        team=replace(team, rules=rules, guarantees=guarantees),
    )

    assert ("Assign", "stale_fence", "agent-1") in refusals(finished)
    assert not [e for e in finished.events(events.TaskAssigned) if e.by == "agent-1"]
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_short_absence_of_the_lead_costs_nothing_but_time() -> None:
    """It is cut off for less than its lease, and goes on as if nothing had been."""
    lead = Says([[assign("f1", 2), assign("f2", 3)]], seconds=5.0)

    finished = faulty(lead, free(2), fault(FaultKind.PARTITION, 1, at=2.0, seconds=15.0))

    assert leaders(finished) == ["agent-1"]
    assert finished.events(events.LeaseExpired) == []
    assert {event.by for event in finished.events(events.TaskAssigned)} == {"agent-1"}


def test_a_lead_that_comes_back_after_its_death_does_not_take_over_again() -> None:
    """It is one of the others from then on."""
    finished = faulty(
        Says(*[[]] * 9, seconds=2.0),
        chain(6),
        fault(FaultKind.CRASH, 1, at=1.0, seconds=50.0),
        team=led(3, leads=2),
    )

    assert leaders(finished)[:2] == ["agent-1", "agent-2"]
    assert "agent-1" in {event.agent for event in finished.events(events.TaskDone)}
    assert finished.outcome()[0] == "done"


def test_a_turn_past_its_end_is_a_leads_end() -> None:
    """The board ends a turn that takes too long, and somebody else leads."""
    finished = faulty(Says(seconds=500.0), free(2), team=led(3, turn_seconds=20.0))

    ended = finished.events(events.TurnEnded)[0]
    assert (ended.agent, ended.reason) == ("agent-1", EndReason.DEADLINE)
    assert leaders(finished)[:2] == ["agent-1", "agent-2"]
    assert finished.outcome()[0] == "done"


@pytest.mark.parametrize("team", ["two", "two groups"])
def test_a_run_with_a_lead_may_be_stopped_after_any_decision(team: str) -> None:
    """Resumed, it is led by one at a time, decides nothing twice, and pays for no reply twice."""
    log = CuttableLog()
    spec = make_spec((*chain(2), task("u")), team=TEAMS[team], model="careless", seed=3)
    models = {"careless": CARELESS}
    whole = run(spec, models=KitModels(models), log=log)
    opened = max(r.position for r in whole.records if isinstance(r.event, events.TaskAdded))

    for cut in [cut for cut in log.cuts if cut > opened][::3]:
        resumed = go_on(cut_copy(log, cut), models=KitModels(models))

        assert is_led_by_one_at_a_time(resumed), cut
        assert is_finished(resumed, declares=True), cut
        said = [(event.turn, event.call) for event in resumed.events(events.TaskAssigned)]
        assert len(said) == len(set(said)), cut
        paid = [(event.turn, event.index) for event in resumed.events(events.ReplyReceived)]
        assert len(paid) == len(set(paid)), cut


def test_after_a_resume_the_same_one_leads() -> None:
    """Not the first in line, but who led when the coordinator stopped."""
    log = CuttableLog()
    lead = Says(None, None, *[[[assign(f"t{number}", 3)]] for number in (1, 2, 3, 4, 5)])
    spec = make_spec(chain(5), team=led(3), model="even")
    whole = run(spec, models=SplitModels(lead), log=log)
    middle = [r.position for r in whole.records if isinstance(r.event, events.TaskDone)][1]
    cut = next(cut for cut in log.cuts if cut >= middle)

    resumed = go_on(cut_copy(log, cut), models=KitModels({"even": EVEN}))

    assert leaders(resumed) == ["agent-1", "agent-2"]
    assert resumed.events(events.RunResumed)
    assert resumed.outcome()[0] == "done"


def test_the_same_seed_gives_the_same_log() -> None:
    """With faults and a bad network, byte for byte; another seed gives another one."""

    def spec(seed: int) -> Spec:
        faults = FaultPlan(
            faults=(fault(FaultKind.CRASH, 1, at=3.0, seconds=9.0),), messages=BAD_NETWORK
        )
        tasks = (*chain(3), *free(3))
        return make_spec(tasks, team=led(3), model="careless", seed=seed, faults=faults)

    first, again, other = (
        run(spec(seed), models=KitModels({"careless": CARELESS})).exported() for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other


@pytest.mark.slow
@pytest.mark.parametrize("structure", ["parallel", "mixed", "serial"])
def test_a_lead_brings_the_bundled_project_to_its_end(structure: str) -> None:
    """Modelled checks, the bundled profile, virtual time."""
    found = load_tasks(suite_path(f"mathlib/{structure}") / "tasks.yaml")
    spec = Spec(
        project="mathlib",
        tasks=found.tasks,
        team=led(4),
        model="sim:typical",
        clock="virtual",
        checks=CheckSettings(mode="modelled"),
    )

    models = KitModels({"typical": load_profile("typical")})
    finished = run(spec, models=models, blobs=found.blobs)

    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []
    assert leaders(finished) == ["agent-1"]


@pytest.mark.slow
@pytest.mark.parametrize("name", TEAMS)
@pytest.mark.parametrize("with_faults", [False, True])
def test_every_small_graph_is_finished(name: str, *, with_faults: bool) -> None:
    """Crashes, stalls, slow stretches, partitions and a bad network, or only mistakes."""
    bad = MessageFaults(lost=0.05, duplicated=0.1, delayed=0.1, delay_seconds=5.0)
    for number, (nodes, edges) in enumerate(GRAPHS):
        team = replace(TEAMS[name], attempts=20, turn_seconds=300.0)
        plan = random_plan(
            f"{name}/{number}",
            [member.id for member in team.members],
            horizon=15.0,
            crashes=1,
            stalls=1,
            slows=1,
            partitions=1,
            messages=bad if number % 2 else None,
        )
        spec = make_spec(
            tasks_of(nodes, edges),
            team=team,
            model="careless",
            seed=number,
            faults=plan if with_faults else None,
        )

        finished = run(spec, models=KitModels({"careless": CARELESS}))

        assert is_finished(finished, declares=True), f"graph {number}, faults {plan}"
        assert is_led_by_one_at_a_time(finished)


def test_who_led_is_in_the_log() -> None:
    """Each turn of a lead names its role and its fence, and assigns under it."""
    finished = faulty(Says([[assign("f1", 2)]]), free(1), team=led(2))

    [(name, fence)] = terms(finished)
    [turn] = [e for e in finished.events(events.TurnStarted) if e.role is Role.LEAD]
    [given] = finished.events(events.TaskAssigned)
    assert (turn.agent, turn.fence) == (given.by, given.fence) == (name, fence)
    assert (given.turn, given.call) == (turn.turn, "turn-1.0.0")
    assert refusals(finished) == set()
