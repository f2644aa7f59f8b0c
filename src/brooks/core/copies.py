"""Copies of a task: several agents may work on it at once, each under a lease of its own.

A backup of a late turn and the replicas of a vote are the same thing to the board. At most as many
agents hold a task as the team's rules allow, each holds a copy with a number of its own, and one
change is merged: whatever the others still do is taken from them in the decision that merges it.
"""

from collections.abc import Collection, Iterator, Sequence

from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import EndReason
from brooks.core.state import OVER, State, TaskState
from brooks.core.team_rules import Rules
from brooks.core.voting.rules import Rule
from brooks.ids import AgentId, TaskId


def is_voted_on(rules: Rules, task: TaskState) -> bool:
    """Whether the answer to a task is found by a vote: by rule, or where no check can tell."""
    redundancy = rules.redundancy
    if redundancy.replicas < 2:
        return False
    return redundancy.rule is not Rule.FIRST_VERIFIED or task.spec.check is None


def may_vote(state: State, task: TaskState, agent: AgentId) -> bool:
    """Whether a task is not voted on, or this agent is one of the team, as far as that is known."""
    if state.run is None or not state.run.members or agent in state.run.members:
        return True
    return not is_voted_on(state.rules, task)


def free_copy(state: State, task_id: TaskId, agent: AgentId) -> int | None:
    """The number of the copy that this agent could take of a task at work; None where it can take none."""
    return None if state.tasks[task_id].unmet else free_copies(state, (task_id,), agent)


def free_copies(state: State, tasks: Sequence[TaskId], agent: AgentId) -> int | None:
    """The number of the copy that this agent could take of each of these tasks in one lease.

    Whether what they depend on is done, or earlier among them, is not looked at here. What is
    voted on is had only alone.
    """
    if any(task not in state.tasks for task in tasks):
        return None
    taken: set[int] = set()
    for task in tasks:
        numbers = _taken(state, state.tasks[task], agent, is_alone=len(tasks) == 1)
        if numbers is None:
            return None
        taken |= numbers
    return next((number for number in range(state.rules.copies) if number not in taken), None)


def _taken(state: State, task: TaskState, agent: AgentId, *, is_alone: bool) -> set[int] | None:
    """The numbers of a task's copies that are taken; None where this agent can have none of it."""
    rules = state.rules
    if task.status in OVER or rules.copies < 2:
        return None
    queued = state.queue.get(task.proposal)
    voted = is_voted_on(rules, task)
    if voted and not is_alone:
        return None
    if queued is not None and (voted or queued.event.agent == agent):
        return None
    if any(ballot.agent == agent for ballot in task.ballots.values()):
        return None
    if any(state.leases[fence].agent == agent for fence in task.holders):
        return None
    most = rules.redundancy.replicas if voted else rules.copies
    taken = set(task.holders.values())
    if len(taken) + len(task.ballots) >= most:
        return None
    return taken | set(range(most, rules.copies))


def take_from_others(
    state: State,
    task_id: TaskId,
    *,
    winner: AgentId | None,
    why: str,
    over: Collection[TaskId] = (),
) -> Iterator[Event]:
    """End the others' leases of a task, and their turns where they have nothing else to do.

    Tasks that are `over` were taken from them before, in the same decision.
    """
    for fence in state.tasks[task_id].holders:
        lease = state.leases[fence]
        if lease.agent == winner:
            continue
        yield events.TasksReturned(
            agent=lease.agent, fence=fence, tasks=(task_id,), counted=(), reason=why
        )
        left = [task for task in lease.tasks if task != task_id and task not in over]
        if not left and lease.turn is not None:
            yield events.TurnEnded(turn=lease.turn, agent=lease.agent, reason=EndReason.SUPERSEDED)
