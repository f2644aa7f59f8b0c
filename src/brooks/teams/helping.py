"""What an agent does that has nothing of its own to do: it helps with what others have.

In this order: it casts one more vote on a task, takes over what another agent has been dealt and has not
begun (work stealing, Blumofe and Leiserson 1999), has part of a long batch released to it, and
last of all backs up a turn that is late or whose agent has fallen silent. A backup goes to an
agent that is at least as fast (the slow-node filter of LATE, Zaharia 2008), and the latest
turn is backed up first.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from brooks.core.copies import free_copies, free_copy, is_voted_on
from brooks.core.spec import Member
from brooks.core.state import Lease, State, Status
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, TaskId
from brooks.teams.cohort import Cohort

USUAL = 0.5
"""The quantile that stands for what is expected."""
SLACK = 2.0
"""How many times as long as its replies have taken so far an agent may take for the next one."""
Fits = Callable[[Sequence[TaskId]], bool]
"""Whether a batch may grow."""
May = Callable[[AgentId, TaskId], bool]
"""Whether an agent is able and allowed to do a task."""


class Late(NamedTuple):
    """A task whose turn has lasted too long, or whose agent says nothing any more."""

    since: float
    """When it became late; may lie ahead."""
    task: TaskId
    holder: AgentId


class Helping:
    """Finds work for an agent that has none of its own."""

    def __init__(self, rules: Rules, members: Mapping[AgentId, Member], cohort: Cohort) -> None:
        self._rules = rules
        self._members = members
        self._cohort = cohort
        self._alike = len({member.speed for member in members.values()}) == 1
        """Whether nobody is known to be faster than another."""
        self._late_at = -1
        """The position for which `_late` was looked up."""
        self._late: list[Late] = []

    @property
    def replicates(self) -> bool:
        """Whether every task is to be done by several agents."""
        return self._rules.redundancy.replicas > 1

    @property
    def shares(self) -> bool:
        """Whether agents ever work on the same task."""
        return self._rules.copies > 1

    def replica(
        self, agent: AgentId, state: State, may: May, ranked: Sequence[TaskId]
    ) -> TaskId | None:
        """A task that others have begun and more agents are to do, the most urgent first."""
        for task in ranked:
            wanted = may(agent, task) and self._wants_more(state, task)
            if wanted and free_copy(state, task, agent) is not None:
                return task
        return None

    def _wants_more(self, state: State, task: TaskId) -> bool:
        there = state.tasks[task]
        if is_voted_on(self._rules, there):
            return True
        return len(there.holders) + len(there.ballots) < self._rules.redundancy.replicas

    def is_worth_stealing(
        self, thief: AgentId, owner: AgentId, task: TaskId, load: float, state: State
    ) -> bool:
        """Whether the thief would have done a task before its owner, who has `load` to do before it."""
        effort = state.graph.weight(task)
        own = (load + effort) / self._members[owner].speed
        return effort / self._members[thief].speed <= own

    def part_of_batch(self, thief: AgentId, state: State, may: May) -> list[TaskId]:
        """Tasks at the end of another agent's batch that the thief could do meanwhile: half of those left.

        Only from an agent that has answered and still has tasks it has handed nothing in for, so not
        from one that does all at once.
        """
        if not self._rules.stragglers.stealing:
            return []
        best: list[TaskId] = []
        for lease in state.leases.values():
            turn = None if lease.turn is None else state.turns.get(lease.turn)
            if turn is None or not turn.replies or lease.copy:
                continue
            left = [
                task
                for task in lease.tasks
                if _is_untouched(state, lease, task) and may(thief, task)
            ]
            share = left[len(left) - len(left) // 2 :]
            if len(share) > len(best) and self._is_sooner(thief, share, lease.agent, left, state):
                best = share
        return best

    def _is_sooner(
        self,
        thief: AgentId,
        share: Sequence[TaskId],
        owner: AgentId,
        left: Sequence[TaskId],
        state: State,
    ) -> bool:
        """Whether the thief has done its share no later than the owner would have done all that is left."""
        mine = sum(state.graph.weight(task) for task in share) / self._members[thief].speed
        return mine <= sum(state.graph.weight(task) for task in left) / self._members[owner].speed

    def late(self, state: State) -> list[Late]:
        """Every task at work that could have a backup, and from when on it is late; the latest first."""
        if not self._rules.stragglers.backups:
            return []
        if self._late_at == state.position:
            return self._late
        found: list[Late] = []
        for lease in state.leases.values():
            since = self._late_since(lease, state)
            if since is not None:
                found += [
                    Late(since, task, lease.agent)
                    for task in lease.tasks
                    if state.tasks[task].status is Status.LEASED
                    and not state.tasks[task].unmet
                    and len(state.tasks[task].holders) < self._rules.copies
                ]
        self._late_at = state.position
        self._late = sorted(found, key=lambda late: late.since)
        return self._late

    def _late_since(self, lease: Lease, state: State) -> float | None:
        turn = None if lease.turn is None else state.turns.get(lease.turn)
        if turn is None or not lease.tasks:
            return None
        effort = sum(state.graph.weight(task) for task in turn.tasks)
        longest = self._cohort.seconds(effort, lease.agent, self._rules.stragglers.quantile)
        times = []
        if longest is not None:
            pace = (turn.progress - turn.began) / len(turn.replies) if turn.replies else 0.0
            times.append(max(turn.began + longest, turn.progress + SLACK * pace))
        silence = self._rules.failing.suspect_seconds
        if silence is not None:
            times.append(state.agents[lease.agent].heard + silence)
        return min(times, default=None)

    def backup(
        self, agent: AgentId, state: State, may: May, fits: Fits, now: float
    ) -> tuple[TaskId, ...]:
        """A late task that this agent can back up, with what its holder has to do after it, if it may."""
        for late in self.late(state):
            if late.since > now:
                if self._alike:
                    return ()
                if not self._would_overtake(agent, late, state, now):
                    continue
            fast_enough = self._members[agent].speed >= self._members[late.holder].speed
            able = fast_enough and may(agent, late.task)
            if able and free_copy(state, late.task, agent) is not None:
                return self._with_followers(late, agent, state, may, fits)
        return ()

    def _would_overtake(self, agent: AgentId, late: Late, state: State, now: float) -> bool:
        """Whether an agent known to be faster would be done before the holder is expected to be."""
        if self._members[agent].speed <= self._members[late.holder].speed:
            return False
        there = state.agents[late.holder].turn
        turn = None if there is None else state.turns.get(there)
        if turn is None:
            return False
        effort = sum(state.graph.weight(task) for task in turn.tasks)
        holder = self._cohort.seconds(effort, late.holder, USUAL)
        own = self._cohort.seconds(state.graph.weight(late.task), agent, USUAL)
        return holder is not None and own is not None and now + own < turn.began + holder

    def _with_followers(
        self, late: Late, agent: AgentId, state: State, may: May, fits: Fits
    ) -> tuple[TaskId, ...]:
        """A late task and those of the same lease that nothing but the batch keeps waiting."""
        batch = [late.task]
        lease = next(
            lease
            for lease in state.leases.values()
            if lease.agent == late.holder and late.task in lease.tasks
        )
        for task in lease.tasks:
            waits = [
                parent
                for parent in state.graph.parents(task)
                if state.tasks[parent].status is not Status.DONE and parent not in batch
            ]
            at_work = state.tasks[task].status is Status.LEASED and task not in batch
            if not at_work or waits or not may(agent, task) or not fits(batch):
                continue
            if free_copies(state, (*batch, task), agent) is not None:
                batch.append(task)
        return tuple(batch)

    def next_late(self, state: State, now: float) -> Iterator[float]:
        """When the next turn will be late."""
        for late in self.late(state):
            if late.since > now:
                yield late.since
                return


def _is_untouched(state: State, lease: Lease, task: TaskId) -> bool:
    """Whether nothing has come of a task of a batch yet, and nobody has to wait for another of it."""
    there = state.tasks[task]
    return (
        there.status is Status.LEASED
        and not there.unmet
        and not there.failures
        and len(there.holders) == 1
    )
