"""Whole small runs under the virtual clock: what goes well, what goes wrong, and how it ends."""

from collections import Counter

from msgspec.structs import replace
from tests.runtime.kit import (
    STEADY,
    KitModels,
    agent,
    call,
    chain,
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
from brooks.core.facts import DropReason, EndReason, RefusalReason
from brooks.core.spec import Budget
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.models.profile import Profile
from brooks.models.sections import CallSection, ReplySection
from brooks.runtime.running import Surroundings, start
from brooks.workspace.memory import MemoryWorkspace

SURE = Profile(
    overhead_seconds=1.0,
    output_tokens_per_second=1000.0,
    latency_sigma=0.0,
    seconds_per_1k_input=0.0,
    mistake=0.0,
    repair=1.0,
    stall=0.0,
    stall_seconds=0.0,
    whole_load=1.0,
    thinking_tokens=0,
)


def wrong(name: str) -> list[CallSection]:
    """Calls that write something wrong and complete a task."""
    return [call("write_file", path=f"{name}.txt", content="wrong\n"), call("complete", task=name)]


def test_one_agent_does_everything() -> None:
    """The baseline of every comparison: a chain and some free tasks, one after the other."""
    finished = run(make_spec(chain(2) + free(2), team=make_team("single", 1)))

    assert finished.outcome() == ("done", "every task is done")
    assert set(finished.statuses().values()) == {"done"}
    assert finished.files()["t2.txt"] == "t2: right\n"
    assert finished.problems() == []
    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified, last.total) == (4, 4, 4)


def test_a_team_does_it_sooner() -> None:
    """Eight free tasks by one agent and by four, of the same pace."""
    models = {"sure": SURE}

    def seconds(preset: str, size: int) -> float:
        spec = make_spec(free(8), team=make_team(preset, size), model="sure", slots=8)
        finished = run(spec, models=KitModels(models))
        assert finished.outcome()[0] == "done"
        return finished.state.time

    assert seconds("single", 1) > 3.5 * seconds("leased", 4)


def test_a_dependent_task_begins_after_what_it_needs_is_merged() -> None:
    """A diamond: its last task sees the files of both sides."""
    tasks = [task("a"), task("b", "a"), task("c", "a"), task("d", "b", "c")]

    finished = run(make_spec(tasks, team=make_team("leased", 4)))

    done = [event.task for event in finished.events(events.TaskDone)]
    assert done[0] == "a"
    assert done[-1] == "d"
    last = next(e for e in finished.events(events.TurnStarted) if e.tasks == ("d",))
    assert last.head == 3


def test_a_batch_follows_a_chain_in_one_turn() -> None:
    """An agent that may take five tasks takes the whole chain, and answers it in one reply."""
    team = make_team("single", 1, batch=5)

    finished = run(make_spec(chain(5), team=team, model="sure"), models=KitModels({"sure": SURE}))

    assert [event.tasks for event in finished.events(events.TurnStarted)] == [
        ("t1", "t2", "t3", "t4", "t5")
    ]
    assert len(finished.events(events.RequestSent)) == 1
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_the_rest_of_a_batch_waits_for_a_failed_task_in_it() -> None:
    """The second task of a chain fails its check once; what needs it is not checked before it is mended."""
    script = says(*_solve("t1"), *wrong("t2"), *_solve("t3"))
    mended = says(*_solve("t2"), *_solve("t3"))
    models = KitModels(scripts={"s": {"t1": [script, mended]}})

    finished = run(
        make_spec(chain(3), team=make_team("single", 1, batch=3), model="s"), models=models
    )

    assert finished.outcome()[0] == "done"
    assert [(e.task, e.reason) for e in finished.events(events.ProposalDropped)] == [
        ("t2", DropReason.CHECK_FAILED),
        ("t3", DropReason.DEPENDENCY_NOT_DONE),
    ]
    assert [event.task for event in finished.events(events.TaskDone)] == ["t1", "t2", "t3"]
    assert finished.problems() == []


def _solve(name: str) -> list[CallSection]:
    return list(solves(name).calls)


def test_a_failed_check_is_shown_and_mended() -> None:
    """The first try is wrong, the second right; nothing wrong is ever merged."""
    models = KitModels(scripts={"s": {"a": [says(*wrong("a")), solves("a")]}})

    finished = run(make_spec([task("a")], team=make_team("single", 1), model="s"), models=models)

    assert finished.outcome()[0] == "done"
    assert [event.passed for event in finished.events(events.CheckFinished)] == [False, True]
    assert len(finished.events(events.TurnStarted)) == 1
    first = finished.events(events.ToolsFinished)[0].results[1]
    assert b"the check of a failed (failed):\na: not solved" in finished.log.blob(first.text)
    assert finished.state.commits == 1


def test_when_its_attempts_are_used_up_a_task_fails_and_what_needs_it_is_blocked() -> None:
    """One task can never be done; the run does the rest, ends as failed, and says so."""
    models = KitModels(
        scripts={"s": {"a": [says(*wrong("a"))] * 9, "f": [solves("f")], "b": [], "c": []}}
    )
    tasks = [task("a"), task("b", "a"), task("c", "b"), task("f")]

    finished = run(
        make_spec(tasks, team=make_team("leased", 2, attempts=3), model="s"), models=models
    )

    assert finished.outcome() == ("failed", "3 of 4 tasks are not done")
    assert finished.statuses() == {"a": "failed", "b": "blocked", "c": "blocked", "f": "done"}
    assert len(finished.events(events.CheckFinished)) == 4
    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified, last.total) == (1, 1, 4)
    assert finished.problems() == []


def test_a_model_that_does_not_answer_uses_up_the_attempts() -> None:
    """The script has no reply at all."""
    finished = run(
        make_spec([task("a")], team=make_team("single", 1, attempts=2), model="s"),
        models=KitModels(scripts={"s": {}}),
    )

    assert [event.reason for event in finished.events(events.TurnEnded)] == [
        EndReason.MODEL_FAILED,
        EndReason.MODEL_FAILED,
    ]
    assert finished.statuses() == {"a": "failed"}


def test_a_stale_write_is_refused_and_repaired() -> None:
    """Four agents each add their part to one file at the same time, and none of it is lost."""
    tasks = [task(name, files=("shared.txt",)) for name in "abcd"]

    finished = run(make_spec(tasks, team=make_team("leased", 4)))

    refused = Counter(event.reason for event in finished.events(events.Refused))
    assert refused[RefusalReason.STALE_WRITE] >= 3
    assert finished.outcome()[0] == "done"
    assert sorted(finished.files()["shared.txt"].splitlines()) == [f"{n}: right" for n in "abcd"]
    assert finished.problems() == []


def test_an_agent_that_talks_without_end_is_stopped() -> None:
    """It only looks at files; its turn ends when its requests are used up, and counts as an attempt."""
    team = make_team("single", 1, attempts=2, requests_per_turn=3)
    looks = [says(call("list_files"))] * 9

    finished = run(
        make_spec([task("a")], team=team, model="s"), models=KitModels(scripts={"s": {"a": looks}})
    )

    assert [event.reason for event in finished.events(events.TurnEnded)] == [
        EndReason.OUT_OF_REQUESTS,
        EndReason.OUT_OF_REQUESTS,
    ]
    assert finished.statuses() == {"a": "failed"}


def test_a_turn_past_its_deadline_is_ended_and_its_late_reply_kept() -> None:
    """A model takes longer than a turn may; the task goes to the next turn."""
    slow = [solves("a", seconds=100.0)]
    team = make_team("single", 1, attempts=2, turn_seconds=50.0)

    finished = run(
        make_spec([task("a")], team=team, model="s"), models=KitModels(scripts={"s": {"a": slow}})
    )

    assert finished.events(events.TurnEnded)[0].reason is EndReason.DEADLINE
    assert finished.statuses() == {"a": "failed"}
    assert len(finished.events(events.ReplyReceived)) >= 1
    assert finished.problems() == []


def test_a_task_without_a_check_is_done_and_not_called_verified() -> None:
    """Nothing can verify it, and the end says how much was verified."""
    finished = run(make_spec([task("a", check=None), task("b")], team=make_team("single", 1)))

    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified, last.total) == (2, 1, 2)
    assert finished.outcome()[0] == "done"


def test_a_budget_of_turns_stops_the_run_and_a_larger_one_finishes_it() -> None:
    """Two turns of four are paid for; what they made is kept, and nothing is paid for twice."""
    spec = make_spec(free(4), team=make_team("single", 1), budget=Budget(turns=2))

    stopped = run(spec)
    kept = stopped.workspace.files()
    resumed = go_on(stopped.log, budget=Budget(turns=9), files=kept)

    assert stopped.outcome() == ("budget", "the budget of 2 turns is used up")
    assert len(kept) == 2
    assert stopped.problems() == []
    assert resumed.outcome() == ("done", "every task is done")
    assert len(resumed.workspace.files()) == 4
    assert len(resumed.events(events.TurnStarted)) == 4
    assert resumed.problems() == []


def test_a_resume_within_the_same_budget_stops_at_once() -> None:
    """Nobody raised the budget, so nothing more is asked of a model."""
    spec = make_spec(free(4), team=make_team("single", 1), budget=Budget(turns=2))
    stopped = run(spec)

    resumed = go_on(stopped.log)

    assert resumed.outcome()[0] == "budget"
    assert resumed.asked == []


def test_a_budget_of_time_lets_replies_in_flight_come_in() -> None:
    """Time is over while two agents wait for their models; both replies are kept for the resume."""
    slow = {name: [solves(name, seconds=10.0)] for name in ("f1", "f2", "f3", "f4")}
    spec = make_spec(free(4), team=make_team("leased", 2), model="s", budget=Budget(seconds=15.0))

    stopped = run(spec, models=KitModels(scripts={"s": slow}))
    resumed = go_on(
        stopped.log, models=KitModels(scripts={"s": slow}), budget=Budget(seconds=900.0)
    )

    assert stopped.outcome() == ("budget", "the budget of 0.25 minutes is used up")
    assert len(stopped.events(events.ReplyReceived)) == 4
    assert stopped.problems() == []
    assert resumed.outcome()[0] == "done"
    assert resumed.asked == []
    assert len(resumed.events(events.ReplyReceived)) == 4
    assert resumed.problems() == []


def test_a_run_out_of_time_does_not_wait_for_ever_for_a_reply() -> None:
    """A model needs an hour; the run ends soon, and the request is listed when it goes on."""
    slow = {"a": [solves("a", seconds=3600.0)]}
    team = make_team("single", 1, turn_seconds=9000.0)
    spec = make_spec([task("a")], team=team, model="s", budget=Budget(seconds=5.0))

    stopped = run(spec, models=KitModels(scripts={"s": slow}))
    resumed = go_on(
        stopped.log, models=KitModels(scripts={"s": slow}), budget=Budget(seconds=9000.0)
    )

    assert stopped.outcome()[0] == "budget"
    assert stopped.state.time < 60.0
    [again] = resumed.events(events.RunResumed)
    assert [(e.turn, e.index) for e in again.in_flight] == [("turn-1", 0)]
    assert resumed.outcome()[0] == "done"


def test_a_done_run_is_left_as_it_is() -> None:
    """Resuming it changes nothing."""
    finished = run(make_spec(free(2)))

    resumed = go_on(finished.log)

    assert resumed.exported() == finished.exported()


def test_a_failed_run_goes_on_when_it_is_resumed() -> None:
    """The run failed for want of attempts; there is nothing left to do, and it says so again."""
    models = KitModels(scripts={"s": {"a": [says(*wrong("a"))] * 9}})
    failed = run(make_spec([task("a")], team=make_team("single", 1), model="s"), models=models)

    resumed = go_on(failed.log, models=models)

    assert resumed.outcome() == ("failed", "1 of 1 tasks are not done")
    assert resumed.problems() == []


def test_a_regression_on_the_final_tree_reopens_its_task() -> None:
    """A later task overwrites an earlier one's file; the last look finds it, and it is done again."""
    spoils = says(call("write_file", path="a.txt", content="overwritten\n"), *_solve("b"))
    models = KitModels(scripts={"s": {"a": [solves("a")], "b": [spoils]}})
    spec = make_spec([task("a"), task("b", "a")], team=make_team("single", 1), model="s")

    finished = run(spec, models=models)

    assert [event.task for event in finished.events(events.TaskReopened)] == ["a"]
    assert [event.task for event in finished.events(events.TaskDone)] == ["a", "b", "a"]
    assert finished.outcome() == ("done", "every task is done")
    assert finished.files() == {"a.txt": "a: right\n", "b.txt": "b: right\n"}
    assert finished.problems() == []
    [last] = finished.events(events.RunFinished)
    assert (last.done, last.verified) == (2, 2)


def test_two_tasks_that_undo_each_other_end_the_run_as_failed() -> None:
    """Each breaks the other's file whenever it is done; attempts run out, and the run ends."""
    a = says(call("write_file", path="b.txt", content="broken\n"), *_solve("a"))
    b = says(call("write_file", path="a.txt", content="broken\n"), *_solve("b"))
    models = KitModels(scripts={"s": {"a": [a], "b": [b]}})
    spec = make_spec([task("a"), task("b", "a")], team=make_team("single", 1), model="s")

    finished = run(spec, models=models)

    assert finished.outcome()[0] == "failed"
    assert 0 < len(finished.events(events.TaskReopened)) <= 2 * 3
    assert finished.problems() == []


def test_the_projects_own_check_is_run_at_the_end() -> None:
    """Tasks with checks, and a check of the whole."""
    finished = run(make_spec(free(2), check="all of it"))

    assert [event.task for event in finished.events(events.VerificationFinished)][-1] is None
    assert finished.state.project_verified == finished.state.commits


def test_a_faster_member_does_more() -> None:
    """Two agents take tasks when they are free; one works at five times the pace."""
    team = make_team("leased", 2)
    members = (replace(team.members[0], speed=5.0), team.members[1])
    profile = replace(STEADY, latency_sigma=0.0, whole_load=1.0, overhead_seconds=10.0)

    finished = run(
        make_spec(free(12), team=replace(team, members=members), model="m"),
        models=KitModels({"m": profile}),
    )

    turns = Counter(event.agent for event in finished.events(events.TurnStarted))
    assert turns[agent(1)] >= 3 * turns[agent(2)]


def test_members_may_have_models_of_their_own() -> None:
    """One member's model fails after a while, always; the other does all the work."""
    busy = ReplySection(error="the server is busy", seconds=20.0)
    team = make_team("leased", 2, attempts=9)
    members = (replace(team.members[0], model="sim:mute"), team.members[1])
    finished = run(
        make_spec(free(3), team=replace(team, members=members)),
        models=KitModels(scripts={"mute": {each.id: [busy] for each in free(3)}}),
    )

    assert {event.agent for event in finished.events(events.TaskDone)} == {"agent-2"}
    assert finished.outcome()[0] == "done"


def test_users_files_that_changed_meanwhile_are_kept() -> None:
    """The user edits a file while the run works on it: theirs stays, ours is put aside, the log says so."""
    spec = make_spec([task("a")], team=make_team("single", 1))
    workspace = MemoryWorkspace({"a.txt": b"old\n"})

    def on_record(record: events.Record) -> None:
        if isinstance(record.event, events.TurnStarted):
            workspace.user_writes("a.txt", b"the user's\n")

    log = MemoryLog()
    start(
        spec,
        {},
        Surroundings(log=log, workspace=workspace, models=KitModels(), on_record=on_record),
    )

    assert workspace.files() == {"a.txt": b"the user's\n"}
    assert list(workspace.kept()) == ["a.txt"]
    [kept] = [
        record.event
        for record in Codec().decode_all(log.read())
        if isinstance(record.event, events.FileKept)
    ]
    assert (kept.path, kept.kept_at) == ("a.txt", "kept/a.txt")
