"""Rounds of a team without leases: tests that block everyone, memory, orphaned claims, equal logs."""

import pytest
from msgspec.structs import replace
from tests.runtime.advisory.script import AgentScript, Says, checks, claims, play, says, solves
from tests.runtime.kit import (
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
from brooks.core.spec import Fault, FaultKind, FaultPlan
from brooks.models.base import Answered, Returned, Said
from brooks.runtime.advisory.floor import Floor
from brooks.runtime.advisory.talk import MEMORY, Talk
from brooks.runtime.clock import Handle
from brooks.runtime.virtual_clock import VirtualClock

RIGHT = replace(STEADY, chosen_load=1.0, whole_load=1.0, latency_sigma=0.0)


def ends(finished: Run) -> dict[str, float]:
    """When each agent's reply of the first round was carried out."""
    return {
        record.event.agent: record.time
        for record in reversed(finished.records)
        if isinstance(record.event, events.ToolsFinished)
    }


def test_a_test_run_blocks_the_whole_team() -> None:
    """Three replies come at the same time; each with a test run of half a second, one after the other."""
    script = {f"agent-{number}": [says(checks("f1"))] for number in (1, 2, 3)}

    finished = play(script, free(1), rounds=1).run

    assert list(ends(finished).values()) == pytest.approx([1.5, 2.0, 2.5][::-1])


def test_a_reply_that_comes_during_a_test_run_waits_for_its_end() -> None:
    """The second reply comes in the middle of the first one's test; it is durable then, and done after it."""
    script = {
        "agent-1": [says(checks("f1"), seconds=1.0)],
        "agent-2": [says(*solves("f1"), seconds=1.2)],
    }

    finished = play(script, free(1)).run

    came = [r.time for r in finished.records if isinstance(r.event, events.ReplyReceived)]
    assert came == pytest.approx([1.0, 1.2])
    [done] = [r.time for r in finished.records if isinstance(r.event, events.TaskDone)]
    assert done == pytest.approx(1.5)


def test_without_rounds_a_test_run_blocks_nobody() -> None:
    """The `decentralized` team is the same freedom without its barrier."""
    script = {f"agent-{number}": [says(checks("f1"))] for number in (1, 2, 3)}

    finished = play(script, free(1), team="decentralized", rounds=1).run

    assert set(ends(finished).values()) == {1.5}


def test_the_floor_of_one_that_dies_goes_to_the_next() -> None:
    """One dies while it has the floor, another while it waits for it."""
    clock = VirtualClock()
    floor = Floor()
    had: list[str] = []

    async def take(name: str, seconds: float) -> None:
        async with floor.taken(clock):
            had.append(name)
            await clock.sleep(seconds)

    async def main() -> None:
        handles: dict[str, Handle] = {}
        for name in "abcd":
            handles[name] = clock.spawn(take(name, 10.0), name)
            await clock.sleep(1.0)
        clock.cancel(handles["b"])
        clock.cancel(handles["a"])
        await clock.sleep(11.0)
        assert had == ["a", "c", "d"]
        await clock.sleep(11.0)
        await take("e", 0.0)

    clock.run(main())

    assert had == ["a", "c", "d", "e"]


def test_an_agent_remembers_its_last_messages_and_no_more() -> None:
    """The instructions are always there; what comes after begins with a message to the agent."""
    script: dict[str, list[Says]] = {"agent-1": [says(checks("f1"))] * 15}

    played = play(script, free(1), rounds=15)

    lengths = [len(request.conversation) for request in played.model.requests]
    assert lengths[:4] == [2, 5, 8, 11]
    assert max(lengths) == 2 + MEMORY - 2
    for request in played.model.requests:
        system, first = request.conversation[:2]
        assert isinstance(system, Said)
        assert isinstance(first, Said)
        assert (system.role, first.role) == ("system", "user")


def test_what_is_forgotten_is_told_again() -> None:
    """A task's description is told once, and again when the message that told it is gone."""
    tasks = (replace(task("f1"), description="The words of the task."),)
    script: dict[str, list[Says]] = {"agent-1": [says(claims("f1"))] + [says(checks("f1"))] * 12}

    played = play(script, tasks, rounds=12)

    told = [
        number
        for number, request in enumerate(played.model.requests, 1)
        if isinstance(request.conversation[-1], Said)
        and "The words of the task." in request.conversation[-1].text
    ]
    assert told == [2, 9]


def test_talk_keeps_calls_and_their_outcomes_together() -> None:
    """Twenty messages are kept at most, and none that answers one that is gone."""
    talk = Talk()
    for number in range(30):
        talk.remember(Said(role="user", text=f"{number}"), told=[f"{number}"])
        if number % 3:
            talk.remember(Said(role="user", text="more"))

    assert len(talk.items()) <= MEMORY
    assert talk.knows("29")
    assert not talk.knows("1")


def test_an_orphaned_claim_holds_the_run_up_to_the_cap() -> None:
    """One agent claims a task and never reports; the others can do nothing about it."""
    script = {"agent-1": [says(claims("t1"))], "agent-2": [says(*solves("f1"))]}

    finished = play(script, (*chain(2), task("f1")), rounds=6).run

    assert finished.outcome() == ("failed", "the cap of 6 rounds is reached")
    assert finished.statuses() == {"t1": "ready", "t2": "waiting", "f1": "done"}
    assert finished.events(events.LeaseExpired) == []
    assert finished.problems() == []


def test_everyone_sees_titles_and_states_and_only_its_own_descriptions() -> None:
    """The message of the second round, of an agent that has claimed a task and of one that has not."""
    tasks = (
        replace(task("a"), title="The first", description="Secret of a."),
        replace(task("b", "a"), title="The second", description="Secret of b."),
    )
    script = {"agent-1": [says(claims("a"))], "agent-2": []}

    played = play(script, tasks, rounds=2)

    [mine, other] = [request.conversation[-1] for request in played.model.requests[2:]]
    assert isinstance(mine, Said)
    assert isinstance(other, Said)
    assert "- a: The first [open, claimed by you]\n- b: The second [waits] needs a" in mine.text
    assert "[open, claimed by agent-1]" in other.text
    assert "Secret of a." in mine.text
    assert "Secret" not in other.text
    assert "Secret of b." not in mine.text


def test_a_new_life_begins_with_an_empty_memory() -> None:
    """The agent crashes after its first turn and comes back."""
    crash = Fault(kind=FaultKind.CRASH, agent=agent(1), at=1.5, seconds=3)
    script: dict[str, list[Says]] = {"agent-1": [says(claims("f1")), says(seconds=9.0)]}

    played = play(script, free(1), rounds=4, faults=FaultPlan(faults=(crash,)), turn_seconds=60.0)

    assert len(played.model.requests) >= 2
    after = [
        request
        for request in played.model.requests[2:]
        if not any(isinstance(one, Answered | Returned) for one in request.conversation)
    ]
    assert after
    assert "f1" in str(after[0].conversation)


@pytest.mark.parametrize("team", ["paper-preassigned", "paper-decentralized", "decentralized"])
def test_equal_seeds_give_equal_logs(team: str) -> None:
    """Of simulated models, with tests, mistakes and orphans."""
    profile = replace(STEADY, mistake=0.3, runs_tests=0.5, orphaned=0.05, chosen_load=0.5)
    tasks = (*chain(4), *free(4))
    spec = make_spec(tasks, team=make_team(team, 3, rounds=12), model="m", seed=4)

    logs = [run(spec, models=KitModels({"m": profile})).exported() for _ in range(2)]

    assert logs[0] == logs[1]


@pytest.mark.parametrize("team", ["paper-preassigned", "paper-decentralized", "decentralized"])
def test_a_run_may_be_cut_anywhere_and_writes_nothing_twice(team: str) -> None:
    """Cut after each decision and resumed: nothing paid for is asked again, no call is carried out twice."""
    profile = replace(STEADY, runs_tests=0.5, chosen_load=0.5)
    models = {"m": profile}
    spec = make_spec((*chain(2), *free(2)), team=make_team(team, 2, rounds=20), model="m", seed=1)
    log = CuttableLog()
    whole = run(spec, models=KitModels(models), log=log)
    opened = max(r.position for r in whole.records if isinstance(r.event, events.TaskAdded))

    for cut in [place for place in log.cuts if opened < place < whole.records[-1].position][::3]:
        resumed = go_on(cut_copy(log, cut), models=KitModels(models))
        assert resumed.problems() == []
        assert resumed.outcome() == ("done", "every task is done")
        durable = {
            (r.event.turn, r.event.index)
            for r in whole.records[:cut]
            if isinstance(r.event, events.ReplyReceived)
        }
        assert durable.isdisjoint(resumed.asked)
        calls = [(e.turn, e.call) for e in resumed.events(events.FilesWritten)]
        assert len(set(calls)) == len(calls)
        assert set(resumed.files()) == {"t1.txt", "t2.txt", "f1.txt", "f2.txt"}


def test_files_that_a_task_builds_on_are_shown_while_they_are_news() -> None:
    """The second task names the first one's file; its agent wrote neither, and is shown it once."""
    tasks = (task("a", files=["a.txt"]), task("b", "a", files=["b.txt"]))
    script: dict[str, list[Says]] = {
        "agent-1": [says(*solves("a"))],
        "agent-2": [says(), says(claims("b")), says(), says(*solves("b"))],
    }

    played = play(script, tasks, rounds=6)

    texts = [
        request.conversation[-1].text
        for request in played.model.requests
        if request.agent == "agent-2" and isinstance(request.conversation[-1], Said)
    ]
    assert ["a.txt:\na: right" in text for text in texts] == [False, False, True, False]


def test_a_script_needs_a_team_without_leases() -> None:
    """Nobody else is shown the whole board."""
    model = AgentScript({})
    spec = make_spec(free(1), team=make_team("leased", 1, attempts=1), model="script")

    finished = run(spec, models=KitModels(others={"script": model}))

    assert [request.board for request in model.requests][:1] == [None]
    assert finished.outcome()[0] == "failed"
