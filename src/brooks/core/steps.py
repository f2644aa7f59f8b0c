"""The small steps that the handlers of `brooks.core.applying` are made of. Nothing else may take them."""

from heapq import heappop, heappush, heapreplace

from brooks.core.facts import FileChange
from brooks.core.moves import MOVES, Move
from brooks.core.state import OVER, FileVersion, Lease, Proposal, State, Status, TaskState
from brooks.core.team_rules import Consistency
from brooks.errors import InternalError
from brooks.ids import Fence, TaskId

AT_WORK = frozenset({Status.LEASED, Status.QUEUED})
"""Statuses in which somebody works on a task, or its change waits for its check."""


def move(state: State, task: TaskState, wanted: Move) -> None:
    """Make a legal move; raises InternalError for any other."""
    before = task.status
    after = MOVES[wanted].get(before)
    if after is None:
        message = f"task {task.spec.id!r} cannot {wanted.value!r} while it is {before.value!r}"
        raise InternalError(message)
    if after is not before:
        state.counts[before] -= 1
        state.counts[after] += 1
        task.status = after
        if state.rules.consistency is Consistency.LOCKED:
            _lock(state, task)


def _lock(state: State, task: TaskState) -> None:
    """Keep the locks of a task's files for as long as it is being worked on."""
    for path in task.spec.files:
        tasks = state.locks.setdefault(path, {})
        if task.status in AT_WORK:
            tasks[task.spec.id] = None
        else:
            tasks.pop(task.spec.id, None)
            if not tasks:
                del state.locks[path]


def write_file(state: State, change: FileChange) -> None:
    """Put a file into the tree, one version on."""
    before = state.files.get(change.path)
    version = FileVersion(
        state.commits,
        1 if before is None else before.version + 1,
        change.blob,
        executable=change.executable,
    )
    state.files[change.path] = version
    state.history.setdefault(change.path, []).append(version)
    was_there = before is not None and before.blob is not None
    if change.blob is not None and not was_there:
        state.paths.add(change.path)
    elif change.blob is None and was_there:
        state.paths.remove(change.path)


def let_go(state: State, task_id: TaskId, fence: Fence) -> None:
    """The task is no longer held under this lease; a change already in the queue stays there."""
    task = state.tasks[task_id]
    if fence not in task.holders:  # it was taken already, or the work was done without holding it
        return
    _unlease(state, task, fence)
    if not task.holders:
        move(state, task, Move.LOSE)


def unlease(state: State, task: TaskState) -> None:
    """Take the task out of every lease that covers it, and close those whose last one it was."""
    for fence in tuple(task.holders):
        _unlease(state, task, fence)


def _unlease(state: State, task: TaskState, fence: Fence) -> None:
    task.holders.pop(fence, None)
    lease = state.leases.get(fence)
    if lease is None or task.spec.id not in lease.tasks:
        return
    del lease.tasks[task.spec.id]
    close_empty(state, fence)


def close_empty(state: State, fence: Fence) -> None:
    """Close a lease that covers nothing any more."""
    lease = state.leases.get(fence)
    if lease is not None and not lease.tasks:
        del state.leases[fence]
        _hurry(state, lease)
        holder = state.agents[lease.agent]
        if holder.fence == fence:
            holder.fence = Fence(0)
        trim_timers(state)


def _hurry(state: State, lease: Lease) -> None:
    """A turn that has lost its last task has only to say so: it may last no longer than a lease would."""
    turn = state.turns.get(lease.turn) if lease.turn is not None else None
    if turn is not None and state.run is not None:
        turn.deadline = min(turn.deadline, state.time + state.run.lease_seconds)
        heappush(state.turn_deadlines, (turn.deadline, turn.turn))


def trim_timers(state: State) -> None:
    """Drop entries of the timer heaps that no longer mean anything from their tops.

    A lease has one entry, which is put where it belongs when it comes to the top and the lease was renewed.
    """
    heap = state.expiries
    while heap:
        at, fence = heap[0]
        lease = state.leases.get(fence)
        if lease is None:
            heappop(heap)
        elif lease.expires_at > at:
            heapreplace(heap, (lease.expires_at, fence))
        else:
            break
    deadlines = state.turn_deadlines
    while deadlines:
        turn = state.turns.get(deadlines[0][1])
        if turn is not None and turn.deadline == deadlines[0][0]:
            break
        heappop(deadlines)
    while state.deadlines and not is_deadline(state, *state.deadlines[0]):
        heappop(state.deadlines)


def is_deadline(state: State, at: float, task_id: TaskId) -> bool:
    """Whether a task is still to be given up at this time: it is open and was not offered anew since."""
    task = state.tasks[task_id]
    if task.status in OVER or task.first_leased is None or task.spec.deadline is None:
        return False
    return at == task.first_leased + task.spec.deadline


def void_check(proposal: Proposal) -> None:
    """Forget the verdict of a queued proposal, and the check that runs for one."""
    if proposal.running:
        proposal.run += 1
    proposal.running = False
    proposal.check = None
