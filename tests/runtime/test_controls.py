"""Orders to a running run: pause, continue, cancel, requeue, and work found on the way."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.runtime.kit import (
    KitModels,
    Run,
    chain,
    free,
    go_on,
    make_spec,
    make_team,
    run,
    solves,
    task,
)

from brooks.core import commands, events
from brooks.core.commands import Command
from brooks.core.events import Event, Record
from brooks.core.facts import Outcome, RefusalReason
from brooks.core.spec import Spec
from brooks.core.state import State
from brooks.errors import UsageError
from brooks.ids import TaskId
from brooks.log.memory import MemoryLog
from brooks.models.base import Model, Reply, Request, Sleep, ToolCall
from brooks.runtime.controls import control_command, control_request
from brooks.runtime.running import Surroundings, _Assembly
from brooks.workspace.memory import MemoryWorkspace

Order = Callable[[Command], None]


def run_with_orders(
    spec: Spec,
    order: Callable[[Record, Order], None],
    models: KitModels | None = None,
) -> Run:
    """Run a spec; `order` sees every record and may give the coordinator commands."""
    log, workspace = MemoryLog(), MemoryWorkspace()
    models = models or KitModels()
    around = Surroundings(
        log=log,
        workspace=workspace,
        models=models,
        on_record=lambda record: order(record, assembly._coordinator.command),
    )
    assembly = _Assembly(spec, around, State())
    return Run(assembly.start(), log, workspace, models)


def once(kind: type[Event], *given: Command, **fields: Any) -> Callable[[Record, Order], None]:
    """Give these commands at the first event of a kind with these fields."""
    left = list(given)

    def order(record: Record, command: Order) -> None:
        event = record.event
        if isinstance(event, kind) and all(getattr(event, k) == v for k, v in fields.items()):
            while left:
                command(left.pop(0))

    return order


def slowly(*names: str, seconds: float = 10.0) -> KitModels:
    """A script in which every task takes one reply of some seconds."""
    return KitModels(scripts={"s": {name: [solves(name, seconds=seconds)] for name in names}})


def test_a_task_that_is_found_on_the_way_is_done() -> None:
    """It is added while the run goes on, and depends on one that is not done yet."""
    spec = make_spec(chain(2))
    added = commands.AddTask(task=task("found", "t2"))

    finished = run_with_orders(spec, once(events.TurnStarted, added))

    assert finished.statuses() == {"t1": "done", "t2": "done", "found": "done"}
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


@pytest.mark.parametrize("preset", ["single", "leased", "preassigned"])
def test_every_leased_team_does_what_is_added_in_the_last_moment(preset: str) -> None:
    """The last task has just been done, and the run would begin its last look."""
    spec = make_spec(free(2), team=make_team(preset, 1 if preset == "single" else 3))
    added = commands.AddTask(task=task("late", "f1", "f2"))

    finished = run_with_orders(spec, once(events.TaskDone, added, commit=2))

    assert finished.statuses()["late"] == "done"
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_dependency_that_is_found_on_the_way_is_kept() -> None:
    """Two free tasks become a chain before the second one was begun."""
    spec = make_spec([task("a"), task("b"), task("c")], team=make_team("single", 1))
    added = commands.AddDependency(task=TaskId("b"), on=TaskId("c"))

    finished = run_with_orders(spec, once(events.TurnStarted, added))

    assert [event.task for event in finished.events(events.TaskDone)] == ["a", "c", "b"]
    assert finished.problems() == []


def test_a_dependency_found_too_late_sends_the_work_back() -> None:
    """The task is being worked on when it turns out to need another: its change is not taken before that."""
    spec = make_spec([task("a"), task("b")], team=make_team("leased", 2), model="s")
    models = KitModels(
        scripts={"s": {"a": [solves("a", seconds=5.0)] * 9, "b": [solves("b", seconds=50.0)]}}
    )
    added = commands.AddDependency(task=TaskId("a"), on=TaskId("b"))

    finished = run_with_orders(spec, once(events.RequestSent, added), models)

    assert finished.events(events.TaskDone)[0].task == "b"
    assert finished.problems() == []
    assert finished.state.finished is not None


def test_a_cycle_is_refused_and_the_run_goes_on() -> None:
    """A dependency is asked for that would make two tasks wait for each other."""
    spec = make_spec(chain(2))
    added = commands.AddDependency(task=TaskId("t1"), on=TaskId("t2"))

    finished = run_with_orders(spec, once(events.TurnStarted, added))

    refused = [event.reason for event in finished.events(events.Refused)]
    assert RefusalReason.CYCLE in refused
    assert finished.outcome()[0] == "done"


def test_nothing_begins_in_a_pause_and_everything_goes_on_after_it() -> None:
    """Two agents work; the run is paused for a while, and then goes on as if nothing had been."""
    spec = make_spec(free(6), team=make_team("leased", 2), model="s")
    between: list[str] = []
    paused = False

    def order(record: Record, command: Order) -> None:
        nonlocal paused
        kind = type(record.event).__name__
        if isinstance(record.event, events.RunContinued):
            paused = False
        if paused:
            between.append(kind)
        if isinstance(record.event, events.TurnStarted) and record.event.turn == "turn-3":
            command(commands.PauseRun())
        if isinstance(record.event, events.RunPaused):
            paused = True
        if paused and kind == "LeaseRenewed" and between.count("LeaseRenewed") == 20:
            command(commands.ContinueRun())

    finished = run_with_orders(spec, order, slowly(*(f"f{n}" for n in range(1, 7))))

    assert "RequestSent" not in between
    assert "TurnStarted" not in between
    assert between.count("LeaseRenewed") >= 20
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_cancelled_run_keeps_what_is_done_and_may_be_resumed() -> None:
    """The user stops it after the first task."""
    spec = make_spec(free(3), team=make_team("single", 1))
    cancel = commands.StopRun(outcome=Outcome.CANCELLED, reason="cancelled by the user")

    stopped = run_with_orders(spec, once(events.TaskDone, cancel))
    resumed = go_on(stopped.log, files=stopped.workspace.files())

    assert stopped.outcome() == ("cancelled", "cancelled by the user")
    assert stopped.files() == {"f1.txt": "f1: right\n"}
    assert resumed.outcome()[0] == "done"
    assert resumed.problems() == []


def test_a_cancelled_task_frees_its_agent_and_blocks_what_needs_it() -> None:
    """It is cancelled while an agent works on it."""
    spec = make_spec([*chain(2), task("f")], team=make_team("single", 1), model="s")
    cancel = commands.CancelTask(task=TaskId("t1"))

    finished = run_with_orders(spec, once(events.RequestSent, cancel), slowly("t1", "t2", "f"))

    assert finished.statuses() == {"t1": "cancelled", "t2": "blocked", "f": "done"}
    assert finished.outcome() == ("failed", "2 of 3 tasks are not done")
    assert finished.problems() == []


def test_a_task_cancelled_under_check_is_not_merged() -> None:
    """Its change is in the queue when the user gives it up."""
    spec = make_spec([task("a"), task("f")], team=make_team("leased", 2))
    cancel = commands.CancelTask(task=TaskId("a"))

    finished = run_with_orders(spec, once(events.CheckStarted, cancel, proposal=1))

    [done] = finished.events(events.TaskDone)
    cancelled = finished.events(events.TaskCancelled)[0].task
    assert cancelled == "a"
    assert done.task == "f"
    assert finished.problems() == []


class WrongAtFirst:
    """A model whose first reply on a task is wrong, and each later one right."""

    def __init__(self) -> None:
        self._wrong_for: dict[str, None] = {}

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Write and complete the task."""
        await sleep(1.0)
        name = request.tasks[0]
        content = f"{name}: right\n" if name in self._wrong_for else "wrong\n"
        self._wrong_for[name] = None
        return Reply(
            calls=(
                ToolCall(
                    id=f"{request.turn}.{request.index}.0",
                    name="write_file",
                    arguments={"path": f"{name}.txt", "content": content},
                ),
                ToolCall(
                    id=f"{request.turn}.{request.index}.1",
                    name="complete",
                    arguments={"task": name},
                ),
            )
        )


def test_a_failed_task_is_tried_again_when_the_user_asks_for_it() -> None:
    """It had one attempt and failed; requeued, it is done, and what it blocked is done after it."""
    model: Mapping[str, Model] = {"w": WrongAtFirst()}
    spec = make_spec(
        [task("a"), task("b", "a"), task("c")],
        team=make_team("single", 1, attempts=1),
        model="w",
    )
    requeue = [commands.Requeue(task=TaskId("a")), commands.Requeue(task=TaskId("b"))]

    def order(record: Record, command: Order) -> None:
        if isinstance(record.event, events.TaskFailed) and requeue:
            left = {"a": 0, "b": 1}.get(record.event.task)
            if left is not None:
                command(requeue[left])

    finished = run_with_orders(spec, order, KitModels(others=model))

    assert finished.statuses() == {"a": "done", "b": "done", "c": "failed"}
    assert [event.task for event in finished.events(events.TaskRequeued)] == ["a", "b", "b"]
    assert finished.problems() == []


def test_a_held_task_can_be_taken_from_its_agent() -> None:
    """The user requeues a task that an agent has been working on for too long."""
    spec = make_spec([task("a")], team=make_team("leased", 2), model="s")
    requeue = commands.Requeue(task=TaskId("a"))

    finished = run_with_orders(spec, once(events.LeaseRenewed, requeue), slowly("a", seconds=25.0))

    assert [event.agent for event in finished.events(events.TurnStarted)] == ["agent-1", "agent-2"]
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


@pytest.mark.parametrize(
    ("request_", "kind"),
    [
        (control_request("pause"), commands.PauseRun),
        (control_request("continue"), commands.ContinueRun),
        (control_request("cancel"), commands.StopRun),
        (control_request("cancel", "a"), commands.CancelTask),
        (control_request("requeue", "a"), commands.Requeue),
    ],
)
def test_a_request_becomes_its_command(request_: Mapping[str, Any], kind: type[Command]) -> None:
    """What `brooks pause` and its like post is what the coordinator carries out."""
    assert type(control_command(request_)) is kind


@pytest.mark.parametrize("request_", [{}, {"action": "requeue"}, {"action": "explode"}])
def test_a_request_that_means_nothing_is_an_error(request_: Mapping[str, Any]) -> None:
    """Another program wrote into the table."""
    with pytest.raises(UsageError, match="means nothing"):
        control_command(request_)


def real_run(
    spec: Spec, posts: Callable[[Record, MemoryLog], None], models: KitModels | None = None
) -> Run:
    """A run under the real clock, whose latencies are tiny; `posts` sees every record."""
    log = MemoryLog()
    return run(spec, models=models, log=log, on_record=lambda record: posts(record, log))


def real_spec(*tasks: Any, **settings: Any) -> Spec:
    """A spec for the real clock."""
    return make_spec(tasks, clock="real", time_scale=0.001, **settings)


def test_a_run_under_the_real_clock_is_the_same_run() -> None:
    """The same team, tasks and models, with real waiting."""
    finished = real_run(real_spec(*chain(3), *free(3)), lambda record, log: None)

    assert finished.outcome() == ("done", "every task is done")
    assert finished.problems() == []
    assert len(finished.files()) == 6


@pytest.mark.slow
def test_pause_and_continue_reach_a_running_run() -> None:
    """Another process posts them beside the log."""
    team = make_team("single", 1)
    script = {"s": {f"f{n}": [solves(f"f{n}", seconds=100.0)] for n in range(1, 6)}}

    def posts(record: Record, log: MemoryLog) -> None:
        if isinstance(record.event, events.TurnStarted) and record.event.turn == "turn-1":
            log.post_control(control_request("pause"))
        if isinstance(record.event, events.RunPaused):
            log.post_control({"action": "explode"})
            log.post_control(control_request("continue"))

    finished = real_run(real_spec(*free(5), team=team, model="s"), posts, KitModels(scripts=script))

    kinds = [type(record.event).__name__ for record in finished.records]
    pause, go = kinds.index("RunPaused"), kinds.index("RunContinued")
    assert "RequestSent" not in kinds[pause:go]
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


@pytest.mark.slow
def test_cancel_and_requeue_reach_a_running_run() -> None:
    """One task is cancelled and called back, one is cancelled for good, and at last the whole run."""
    script = {"s": {name: [solves(name, seconds=400.0)] for name in "abcd"}}

    def posts(record: Record, log: MemoryLog) -> None:
        event = record.event
        if isinstance(event, events.TurnStarted) and event.turn == "turn-1":
            log.post_control(control_request("cancel", "b"))
            log.post_control(control_request("cancel", "c"))
        if isinstance(event, events.TaskCancelled) and event.task == "c":
            log.post_control(control_request("requeue", "b"))
        if isinstance(event, events.TaskDone) and event.task == "b":
            log.post_control(control_request("cancel"))

    spec = real_spec(*(task(name) for name in "abcd"), team=make_team("leased", 2), model="s")

    finished = real_run(spec, posts, KitModels(scripts=script))

    assert [event.task for event in finished.events(events.TaskCancelled)] == ["b", "c"]
    assert [event.task for event in finished.events(events.TaskRequeued)] == ["b"]
    assert finished.statuses()["b"] == "done"
    assert finished.statuses()["c"] == "cancelled"
    assert finished.outcome()[0] in {"cancelled", "failed"}
    assert finished.problems() == []
