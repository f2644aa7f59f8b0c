"""The chain of tasks that decided when a run was over, and how much later each task could have been done.

The chain is walked back from the task that was done last. Before each of its tasks comes what it waited
for last: the dependency that was done last; or, if its agent was free only after that, the task that the
agent was at in the turn before; or, if an earlier turn on the task itself ended after both, what that
turn waited for. The last look at the tree is no task and so not on it.

Slack is that of the critical path method (Kelley and Walker 1959) on the dependency graph, with the
measured seconds from ready to done as durations: so it counts the wait for a free agent as a part of the
task, and asks how much later the task could have been done without the last one being later.
"""

from collections.abc import Mapping

from brooks.analysis.tabling.entities import Life, Turn
from brooks.analysis.tabling.history import History
from brooks.core.graph import CycleError, insertion_order
from brooks.ids import AgentId, TaskId, TurnId


class CriticalPath:
    """Walks back from the task that was done last."""

    def __init__(self, history: History) -> None:
        self._lives = history.lives
        self._turns = history.turns
        self._before = _turns_before(history)
        self._merged: dict[TurnId, TaskId] = {}
        """The task that each turn had merged last."""
        merges = [(life.merge, task) for task, life in history.lives.items() if life.merge]
        self._last = max(merges)[1] if merges else None
        for merge, task in sorted(merges):
            self._merged[merge.turn] = task
        self.tasks: dict[TaskId, None] = {}
        """The chain, last task first."""
        self._walk()

    def _walk(self) -> None:
        """From the last merge back; times never grow, and what was seen before ends the walk."""
        task = self._last
        turn = self._winner(task)
        merge = self._lives[task].merge if task is not None else None
        time = 0.0 if merge is None else merge.time
        seen: set[tuple[TaskId, TurnId | None]] = set()
        while task is not None and (task, turn.id if turn else None) not in seen:
            seen.add((task, turn.id if turn else None))
            self.tasks[task] = None
            task, turn, time = self._step_back(task, turn, time)

    def _winner(self, task: TaskId | None) -> Turn | None:
        merge = self._lives[task].merge if task is not None else None
        return self._turns.get(merge.turn) if merge is not None else None

    def _step_back(
        self, task: TaskId, turn: Turn | None, time: float
    ) -> tuple[TaskId | None, Turn | None, float]:
        """What a task waited for last before `time`, in which turn that was done, and when."""
        needed = self._last_dependency(self._lives[task], time)
        merge = self._lives[needed].merge if needed is not None else None
        before = self._turn_before(task, turn)
        freed = -1.0 if before is None or before.ended is None else before.ended
        if merge is not None and merge.time >= freed:
            return needed, self._winner(needed), merge.time
        if before is None:
            return None, None, time
        again = task in before.about and before.agent != (turn.agent if turn else None)
        return (task if again else self._task_of(before)), before, freed

    def _turn_before(self, task: TaskId, turn: Turn | None) -> Turn | None:
        """The turn of the agent or on the task that ended last before a turn began."""
        if turn is None:
            return None
        own = self._before.get(turn.id)
        earlier = [each for each in self._lives[task].turns.values() if each is not own]
        earlier += [] if own is None else [own]
        ended = [(each.ended, each) for each in earlier if each.ended is not None]
        found = [pair for pair in ended if pair[0] <= turn.started and pair[1] is not turn]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def _last_dependency(self, life: Life, time: float) -> TaskId | None:
        found = [
            (merge, task)
            for task in life.dependencies
            if task in self._lives
            and (merge := self._lives[task].merge) is not None
            and merge.time <= time
        ]
        return max(found)[1] if found else None

    def _task_of(self, turn: Turn) -> TaskId | None:
        """The task that a turn was at: the last that it had merged, or the first it was about."""
        return self._merged.get(turn.id) or next(iter(turn.about), None)


def _turns_before(history: History) -> dict[TurnId, Turn]:
    """For each turn about a task, the one before of the same agent that was about one."""
    before: dict[TurnId, Turn] = {}
    last: dict[AgentId, Turn] = {}
    for turn in history.turns.values():
        if turn.about:
            if turn.agent in last:
                before[turn.id] = last[turn.agent]
            last[turn.agent] = turn
    return before


def slacks(history: History, ready: Mapping[TaskId, float | None]) -> dict[TaskId, float]:
    """Seconds that each done task could have been done later without the last one being later."""
    merged = {task: life.merge for task, life in history.lives.items() if life.merge is not None}
    if not merged:
        return {}
    last = max(merge.time for merge in merged.values())
    latest = dict.fromkeys(merged, last)
    for task in reversed(_order(history)):
        if task not in merged:
            continue
        since = ready[task]
        done = merged[task].time
        duration = 0.0 if since is None else max(0.0, done - since)
        for parent in history.lives[task].dependencies:
            if parent in latest:
                latest[parent] = min(latest[parent], latest[task] - duration)
    return {task: max(0.0, latest[task] - merge.time) for task, merge in merged.items()}


def _order(history: History) -> list[TaskId]:
    """Every task after what it depends on."""
    lives = history.lives
    needs = {
        task: [parent for parent in life.dependencies if parent in lives]
        for task, life in lives.items()
    }
    try:
        return insertion_order(needs)
    except CycleError:  # the log is not one that the board wrote
        return list(needs)
