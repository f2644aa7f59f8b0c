"""What a simulated agent does where it is shown all tasks and claims are only words."""

import pytest
from msgspec.structs import replace
from tests.runtime.kit import STEADY, KitModels, Run, chain, free, make_spec, make_team, run, task

from brooks.core import events
from brooks.core.spec import Task
from brooks.models.profile import Profile

ALL = replace(STEADY, latency_sigma=0.0, whole_load=1.0, chosen_load=1.0)
ONE = replace(ALL, whole_load=0.0, chosen_load=0.0)
TWENTY = (*chain(10), *free(10))


def played(
    profile: Profile,
    *,
    size: int,
    team: str = "paper-decentralized",
    tasks: tuple[Task, ...] = TWENTY,
    seed: int = 0,
    rounds: int = 30,
) -> Run:
    """A run of such a team."""
    spec = make_spec(tasks, team=make_team(team, size, rounds=rounds), model="m", seed=seed)
    return run(spec, models=KitModels({"m": profile}))


def written_in_round_one(finished: Run) -> list[str]:
    """Every file that was written in the first round, each time."""
    return [
        change.path
        for event in finished.events(events.FilesWritten)
        if event.round == 1
        for change in event.changes
    ]


def last_round(finished: Run) -> int:
    """How many rounds there were."""
    return max(event.round for event in finished.events(events.TurnStarted))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_in_round_one_everyone_does_the_same_work(size: int) -> None:
    """All see the same board; an agent that works at once writes everything on it."""
    paths = written_in_round_one(played(ALL, size=size))

    assert len(paths) == 20 * size
    assert len(set(paths)) == 20


@pytest.mark.parametrize("size", [1, 3, 5])
def test_more_agents_complete_no_more_in_a_round(size: int) -> None:
    """Those that take one task at a time all take the same one, and one of them gets it."""
    finished = played(ONE, size=size)

    assert last_round(finished) == 20
    assert len(set(written_in_round_one(finished))) == 1
    assert finished.outcome()[0] == "done"


def test_a_chain_advances_by_as_many_tasks_as_there_are_agents_in_round_one() -> None:
    """A later reply of the round sees what an earlier one has completed, and had claimed in hope."""
    advanced = [
        sum(
            event.task.startswith("t") and turns[event.turn] == 1
            for event in finished.events(events.TaskDone)
        )
        for size in (1, 3, 5)
        for finished in [played(ALL, size=size)]
        for turns in [{each.turn: each.round for each in finished.events(events.TurnStarted)}]
    ]

    assert advanced == [1, 3, 5]


def test_those_who_do_all_at_once_claim_in_hope_in_every_round() -> None:
    """So a chain of ten takes ten rounds alone, and two with five agents."""
    rounds = [last_round(played(ALL, size=size)) for size in (1, 5)]

    assert rounds == [10, 2]


def test_one_with_nothing_to_claim_writes_the_next_file_all_the_same() -> None:
    """Of a chain only the first task can be claimed, by one of three; all write in each reply."""
    finished = played(ONE, size=3, tasks=chain(4))

    written = finished.events(events.FilesWritten)
    assert [sum(one.round == number for one in written) for number in (1, 2)] == [3, 3]


def test_where_tasks_are_dealt_a_chain_costs_one_reply() -> None:
    """Nothing looks at dependencies there."""
    finished = played(ALL, size=3, team="paper-preassigned")

    assert last_round(finished) == 1
    assert len(written_in_round_one(finished)) == 20


def test_what_is_claimed_and_never_reported_holds_the_run_up_to_the_cap() -> None:
    """The work is done: every file is there, and nobody says so."""
    finished = played(replace(ALL, orphaned=0.2), size=3, rounds=10)

    assert finished.outcome() == ("failed", "the cap of 10 rounds is reached")
    held = [name for name, there in finished.state.tasks.items() if there.claimed_by]
    open_ones = [name for name in held if finished.statuses()[name] != "done"]
    assert open_ones
    assert set(finished.files()) == {f"{each.id}.txt" for each in TWENTY}


def test_what_is_not_reported_with_its_claim_is_reported_later() -> None:
    """Alone, in the next reply, and after its first reply an agent knows."""
    late = replace(ONE, reports_late=1.0)

    assert last_round(played(late, size=1, tasks=chain(3))) == 4


def test_what_a_team_forgets_holds_it_up_to_the_cap() -> None:
    """An agent alone comes back to it, since nothing else is left to do; in a team another may be at it."""
    forgetful = replace(ALL, reports_late=0.5, recalls=0.1)

    alone, five = (played(forgetful, size=size, rounds=60) for size in (1, 5))

    assert alone.outcome()[0] == "done"
    assert five.outcome()[0] == "failed"


def test_who_writes_files_again_does_so_less_and_less() -> None:
    """In the second reply half of the open ones, in the third a quarter."""
    finished = played(replace(ALL, rewrites=0.7), size=1, tasks=chain(16))

    written = [
        sum(len(one.changes) for one in finished.events(events.FilesWritten) if one.round == number)
        for number in (1, 2, 8)
    ]
    assert written[0] == 16 > written[1] > written[2]


def test_an_agent_alone_orphans_nothing() -> None:
    """There is nobody it could leave the task to."""
    assert played(replace(ALL, orphaned=1.0), size=1).outcome()[0] == "done"


def test_an_agent_that_waits_claims_first_and_works_when_asked_again() -> None:
    """Two replies a task."""
    finished = played(replace(ONE, waits_first=1.0), size=1, tasks=free(3))

    assert written_in_round_one(finished) == []
    assert last_round(finished) == 6


def test_a_reply_holds_no_more_than_the_published_runs_allowed() -> None:
    """4,096 tokens: of twelve long files not all go into one reply, and the rest follow."""
    names = [f"{'a-long-name-' * 30}{number}" for number in range(60)]
    tasks = tuple(task(name, files=(f"f{number}.txt",)) for number, name in enumerate(names))

    finished = played(ALL, size=1, tasks=tasks)

    first = len(written_in_round_one(finished))
    assert 1 < first < 60
    assert finished.outcome()[0] == "done"


def test_who_reads_of_a_failed_test_writes_it_again() -> None:
    """Everything is wrong at first and right the second time; all was marked done before."""
    profile = replace(ONE, mistake=1.0, repair=1.0, runs_tests=1.0)

    finished = played(profile, size=1, tasks=free(3))

    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified) == (3, 2)


def test_agents_add_their_parts_to_a_shared_file_and_lose_some() -> None:
    """Two add to it at the same time, each to what it was shown, and the later one counts."""
    tasks = tuple(task(name, files=("shared.txt",)) for name in "ab")

    alone, both = (
        played(ALL, size=1, tasks=tasks),
        played(ALL, size=2, team="paper-preassigned", tasks=tasks),
    )

    assert alone.files()["shared.txt"] == "a: right\nb: right\n"
    assert both.files()["shared.txt"] in {"a: right\n", "b: right\n"}
