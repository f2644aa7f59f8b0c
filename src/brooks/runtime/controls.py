"""Requests from other processes to a running coordinator: pause, continue, cancel, requeue.

They wait in a small table of the log's file, written by `brooks.log.control.post` and read here a
few times a second. A request is taken in the same transaction as the events it leads to, so it has
its effect once.
"""

from collections.abc import Mapping

from brooks.core import commands
from brooks.core.commands import Command
from brooks.core.facts import Outcome
from brooks.errors import UsageError
from brooks.ids import TaskId
from brooks.log.store import JSON, LogStore
from brooks.runtime.clock import Clock
from brooks.runtime.coordinator import Coordinator

POLL_SECONDS = 0.2


def control_request(action: str, task: str | None = None) -> Mapping[str, JSON]:
    """The request to post for one of `pause`, `continue`, `cancel`, `requeue`."""
    request: dict[str, JSON] = {"action": action}
    if task is not None:
        request["task"] = task
    return request


def control_command(request: Mapping[str, JSON]) -> Command:
    """The command that a request asks for.

    Raises:
        UsageError: for a request that means nothing.
    """
    action, task = request.get("action"), request.get("task")
    if action == "pause":
        return commands.PauseRun()
    if action == "continue":
        return commands.ContinueRun()
    if action == "cancel" and task is None:
        return commands.StopRun(outcome=Outcome.CANCELLED, reason="cancelled by the user")
    if action == "cancel":
        return commands.CancelTask(task=TaskId(str(task)))
    if action == "requeue" and task is not None:
        return commands.Requeue(task=TaskId(str(task)))
    message = f"the request {dict(request)!r} means nothing to a coordinator"
    raise UsageError(message)


def take_controls(log: LogStore, coordinator: Coordinator) -> None:
    """Carry out what other processes have asked for since the last look."""
    for control in log.take_controls():
        try:
            command = control_command(control.request)
        except UsageError:
            continue
        coordinator.command(command)


async def watch_controls(log: LogStore, coordinator: Coordinator, clock: Clock) -> None:
    """Look for requests for as long as the run goes on."""
    while True:
        take_controls(log, coordinator)
        await clock.sleep(POLL_SECONDS)
