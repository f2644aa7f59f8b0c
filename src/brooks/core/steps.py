"""The small steps that the handlers of `brooks.core.applying` are made of. Nothing else may take them."""

from heapq import heappop, heappush

from brooks.core.facts import FileChange
from brooks.core.moves import MOVES, Move
from brooks.core.state import FileVersion, Lease, Proposal, State, TaskState
from brooks.errors import InternalError
from brooks.ids import Fence, TaskId


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


def let_go(state: State, task_id: TaskId) -> None:
    """The task is no longer held; a change already in the queue stays there."""
    task = state.tasks[task_id]
    move(state, task, Move.LOSE)
    unlease(state, task)


def unlease(state: State, task: TaskState) -> None:
    """Take the task out of its lease, and close the lease when that was its last one."""
    lease = state.leases.get(task.fence)
    task.fence = Fence(0)
    if lease is None or task.spec.id not in lease.tasks:
        return
    del lease.tasks[task.spec.id]
    if not lease.tasks:
        del state.leases[lease.fence]
        _hurry(state, lease)
        holder = state.agents[lease.agent]
        if holder.fence == lease.fence:
            holder.fence = Fence(0)
        trim_timers(state)


def _hurry(state: State, lease: Lease) -> None:
    """A turn that has lost its last task has only to say so: it may last no longer than a lease would."""
    turn = state.turns.get(lease.turn) if lease.turn is not None else None
    if turn is not None and state.run is not None:
        turn.deadline = min(turn.deadline, state.time + state.run.lease_seconds)
        heappush(state.turn_deadlines, (turn.deadline, turn.turn))


def trim_timers(state: State) -> None:
    """Drop entries of the timer heaps that no longer mean anything from their tops."""
    heap = state.expiries
    while heap:
        lease = state.leases.get(heap[0][1])
        if lease is not None and lease.expires_at == heap[0][0]:
            break
        heappop(heap)
    deadlines = state.turn_deadlines
    while deadlines:
        turn = state.turns.get(deadlines[0][1])
        if turn is not None and turn.deadline == deadlines[0][0]:
            break
        heappop(deadlines)


def void_check(proposal: Proposal) -> None:
    """Forget the verdict of a queued proposal, and the check that runs for one."""
    if proposal.running:
        proposal.run += 1
    proposal.running = False
    proposal.check = None
