"""Teams that are dealt their tasks and then help each other: stealing, backups, batches, habits."""

from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, Run, chain, free, make_spec, make_team, run, task

from brooks.core import events
from brooks.core.facts import EndReason
from brooks.core.spec import Fault, FaultKind, FaultPlan, Team
from brooks.core.team_rules import Consistency, Failing, Stragglers
from brooks.ids import AgentId

AT_ONCE = replace(STEADY, latency_sigma=0.0, whole_load=1.0)
ONE_BY_ONE = replace(AT_ONCE, whole_load=0.0)
SLOW = replace(AT_ONCE, overhead_seconds=200.0)
ONE = AgentId("agent-1")


def hybrid(size: int = 3, **rules: object) -> Team:
    """A hybrid team with some rules changed."""
    team = make_team("hybrid", size)
    return replace(team, rules=replace(team.rules, **rules))


def done(
    tasks: object, team: Team, *, profile: object = AT_ONCE, faults: FaultPlan | None = None
) -> Run:
    """A run of agents that all work alike; every run in this file must end well."""
    spec = make_spec(tasks, team=team, model="even", faults=faults)  # type: ignore[arg-type]
    finished = run(spec, models=KitModels({"even": profile, "slow": SLOW}))  # type: ignore[dict-item]
    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []
    return finished


def leased(finished: Run) -> list[tuple[str, tuple[str, ...], int]]:
    """Who was granted what, and which copy of it."""
    return [(event.agent, event.tasks, event.copy) for event in finished.events(events.TasksLeased)]


def first_is_slow(team: Team) -> Team:
    """The team with a first agent whose model takes hundreds of seconds, though nobody knows."""
    return replace(team, members=(replace(team.members[0], model="sim:slow"), *team.members[1:]))


def test_a_chain_is_one_batch_and_stays_in_one_hand() -> None:
    """Handing a result on costs something, so the chain is dealt to one agent."""
    finished = done((*chain(4), *free(2)), hybrid())

    assert ("agent-1", ("t1", "t2", "t3", "t4"), 0) in leased(finished)
    assert len(leased(finished)) == 3


def test_a_batch_is_no_longer_than_a_reply() -> None:
    """A third of a reply of 2,000 tokens holds two tasks of 300."""
    team = replace(hybrid(1), reply_tokens=2000)

    finished = done(chain(4), team)

    assert len(leased(finished)[0][1]) == 2


def test_who_works_one_by_one_is_given_single_tasks() -> None:
    """Its first reply shows it; what it has not begun is taken back, and given to it one after the other."""
    finished = done(free(4), hybrid(1), profile=ONE_BY_ONE)

    assert [len(tasks) for _, tasks, _ in leased(finished)] == [4, 1, 1, 1]
    assert {event.reason for event in finished.events(events.TasksReturned)} == {
        "released: its agent works one by one"
    }


def test_a_chain_that_one_works_off_one_by_one_goes_to_who_may_do_it_at_once() -> None:
    """An idle agent nobody has seen yet gets the rest of it whole."""
    finished = done(chain(4), hybrid(2), profile=ONE_BY_ONE)

    first, second = leased(finished)[:2]
    assert first == ("agent-1", ("t1", "t2", "t3", "t4"), 0)
    assert second == ("agent-2", ("t2", "t3", "t4"), 0)


def test_who_has_nothing_left_steals_what_another_has_not_begun() -> None:
    """Batches of one: the slow agent's list is worked off by the others."""
    team = replace(hybrid(2), batch=1)

    finished = done(free(8), first_is_slow(team))

    by_one = [tasks for agent, tasks, _ in leased(finished) if agent == "agent-1"]
    assert len(by_one) == 1


def test_without_stealing_everyone_does_its_own() -> None:
    """The same team with stealing and backups switched off."""
    off = Stragglers(stealing=False, backups=False)
    team = replace(hybrid(2, stragglers=off), batch=1)

    finished = done(free(8), first_is_slow(team))

    by_one = [tasks for agent, tasks, _ in leased(finished) if agent == "agent-1"]
    assert len(by_one) == 4


def test_a_late_task_is_backed_up_and_the_loser_is_told() -> None:
    """The backup is a second copy of the task; its result counts, and the late turn is superseded."""
    finished = done(free(6), first_is_slow(replace(hybrid(2), batch=1)))

    backups = [(agent, copy) for agent, _, copy in leased(finished) if copy]
    ends = [event.reason for event in finished.events(events.TurnEnded) if event.agent == ONE]
    assert backups == [("agent-2", 1)]
    assert ends == [EndReason.SUPERSEDED]


def test_a_late_chain_is_backed_up_whole() -> None:
    """What waits for a late task in the same lease goes along with it."""
    chained = (*chain(3), *(task(f"f{number}") for number in range(6)))

    finished = done(chained, first_is_slow(hybrid(5)))

    copied = [tasks for _, tasks, copy in leased(finished) if copy]
    assert copied == [("t1", "t2", "t3")]


def test_nothing_is_late_before_anything_has_ended() -> None:
    """With nobody to compare with there is no backup, however long it takes."""
    quiet = Failing(suspect_seconds=None)

    finished = done(chain(1), first_is_slow(hybrid(2, failing=quiet)))

    assert [copy for _, _, copy in leased(finished)] == [0]


def test_a_silent_holder_is_suspected_before_its_lease_is_over() -> None:
    """Cut off, it does not renew; another copies its task after 20 s, and not after 30."""
    cut = Fault(kind=FaultKind.PARTITION, agent=ONE, at=0.5, seconds=500.0)
    slow_model = replace(AT_ONCE, overhead_seconds=10.0)

    finished = done(free(2), hybrid(2), profile=slow_model, faults=FaultPlan(faults=(cut,)))

    at = next(
        record.time
        for record in finished.records
        if isinstance(record.event, events.TasksLeased) and record.event.copy
    )
    assert 20.0 <= at < 30.0


def test_a_member_known_to_be_slow_is_given_little() -> None:
    """A tenth of the speed: it would finish one task when the others have done all of theirs."""
    team = hybrid(3)
    members = (replace(team.members[0], speed=0.1), *team.members[1:])

    finished = done(free(8), replace(team, members=members))

    by_one = [tasks for agent, tasks, _ in leased(finished) if agent == "agent-1"]
    assert by_one == []


def test_a_task_goes_to_a_member_that_has_its_skill() -> None:
    """A pipeline: one builds, one tests."""
    tasks = [replace(task("b1"), skill="build"), replace(task("c1", "b1"), skill="test")]
    team = hybrid(2)
    members = tuple(
        replace(member, skills=(skill,))
        for member, skill in zip(team.members, ("test", "build"), strict=True)
    )

    finished = done(tasks, replace(team, members=members))

    assert [(agent, each) for agent, each, _ in leased(finished)] == [
        ("agent-2", ("b1",)),
        ("agent-1", ("c1",)),
    ]


def test_when_nobody_is_left_with_a_skill_anybody_may() -> None:
    """The only tester leaves before there is anything to test."""
    tasks = [replace(task("b1"), skill="build"), replace(task("c1", "b1"), skill="test")]
    team = hybrid(2)
    tester, builder = team.members
    members = (
        replace(tester, skills=("test",), leaves=0.1),
        replace(builder, skills=("build",)),
    )

    finished = done(tasks, replace(team, members=members))

    assert leased(finished)[-1][:2] == ("agent-2", ("c1",))


def test_a_member_that_joins_helps_and_one_that_leaves_is_replaced() -> None:
    """The first leaves in the middle of its batch, the third comes after two seconds."""
    team = replace(hybrid(3), batch=1)
    members = (
        replace(team.members[0], leaves=1.0),
        team.members[1],
        replace(team.members[2], joins=2.0),
    )

    finished = done(free(12), replace(team, members=members))

    assert [event.agent for event in finished.events(events.AgentLeft)] == ["agent-1"]
    assert "agent-3" in {agent for agent, _, _ in leased(finished)}


def test_tasks_that_name_the_same_file_are_not_at_work_together_where_files_are_locked() -> None:
    """Three agents, three tasks, one file: no claim is refused and no write conflicts."""
    tasks = [task(name, files=("shared.txt",)) for name in "abc"]

    finished = done(tasks, hybrid(3, consistency=Consistency.LOCKED))

    assert finished.events(events.Refused) == []


def test_an_agent_that_keeps_failing_is_given_no_work_for_a_while() -> None:
    """Its model writes only rubbish; after two turns in vain it is left out, and the other does it all."""
    rules = Failing(quarantine=2, quarantine_seconds=1000.0)
    team = replace(hybrid(2, failing=rules), batch=1, attempts=50, requests_per_turn=2)
    members = (replace(team.members[0], model="sim:bad"), team.members[1])
    spec = make_spec(free(6), team=replace(team, members=members), model="even")
    profiles = {"even": AT_ONCE, "bad": replace(AT_ONCE, mistake=1.0, repair=0.0)}

    finished = run(spec, models=KitModels(profiles))

    assert finished.outcome()[0] == "done"
    assert [event.agent for event in finished.events(events.AgentQuarantined)] == ["agent-1"]
    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-2"}


def test_a_task_that_keeps_failing_is_given_to_a_stronger_model() -> None:
    """After two failed attempts its next turn asks the model named for that."""
    rules = Failing(escalate_after=2, escalate_to="sim:even")
    team = replace(hybrid(1, failing=rules), attempts=9, requests_per_turn=2)
    spec = make_spec(free(1), team=team, model="bad")
    profiles = {"even": AT_ONCE, "bad": replace(AT_ONCE, mistake=1.0, repair=0.0)}

    finished = run(spec, models=KitModels(profiles))

    assert finished.outcome()[0] == "done"
    assert [event.model for event in finished.events(events.TurnStarted)] == ["", "sim:even"]


def test_the_stronger_model_gets_a_turn_of_its_own_before_the_attempts_are_spent() -> None:
    """One turn could mend until nothing is left; at the second failure the task is taken back instead."""
    rules = Failing(escalate_after=2, escalate_to="sim:even")
    team = replace(hybrid(1, failing=rules), attempts=5)
    spec = make_spec(free(2), team=team, model="bad")
    profiles = {"even": AT_ONCE, "bad": replace(AT_ONCE, mistake=1.0, repair=0.0)}

    finished = run(spec, models=KitModels(profiles))

    assert finished.outcome()[0] == "done"
    assert finished.problems() == []
    assert [event.model for event in finished.events(events.TurnStarted)] == ["", "sim:even"]
