"""What each task waited for, from when it was added until it was over.

Every second of a task's life belongs to the first of these that is true of it then:

    check       a check of its change runs; or it is merged and the last look will open it again
    merge       its change is in the merge queue
    worked      a turn is at work on it, its agent is there, and no rate limit holds its request back
    rate limit  a request of such a turn is held back
    dependency  something it depends on is not done
    barrier     an agent of its had its turn of the round, and others have not
    lease       an agent that is gone holds it, or one that claimed it by word does something else
    agent       otherwise

A turn that was asked for several tasks is at work on those it handed something in for; on all of them
that are ready while there is none. So a chain taken in one batch is at work from the start, though its
later tasks were not ready: somebody was on them.
"""

from typing import NamedTuple

from brooks.analysis.tabling.absences import Absences
from brooks.analysis.tabling.entities import Life, Turn
from brooks.analysis.tabling.history import History
from brooks.analysis.tabling.stretches import Left, Stretch, common, minus, united
from brooks.ids import AgentId, TaskId


class Waits(NamedTuple):
    """Seconds of a task's life by what it waited for."""

    check: float
    merge: float
    worked: float
    rate_limit: float
    dependency: float
    barrier: float
    lease: float
    agent: float
    ready: float | None
    """When its dependencies were done; None if never."""
    begun: float | None
    """When an agent was first at work on it; None if never."""


class Waiting:
    """Tells what each task of a history waited for."""

    def __init__(self, history: History, absences: Absences) -> None:
        self._history = history
        self._absences = absences
        self._end = history.end
        self._gone: dict[AgentId, list[Stretch]] = {}
        self._early = _early(history)

    def of(self, task: TaskId) -> Waits:
        """What one task waited for."""
        life = self._history.lives[task]
        over = self._end if life.over is None else life.over
        unmet = self._unmet(life)
        at_work = [(turn, self._at_work(turn, task, unmet)) for turn in life.turns.values()]
        left = Left(life.added, over)
        starts = [stretches[0][0] for _, stretches in at_work if stretches]
        return Waits(
            check=left.take([*life.settled, *life.checks]),
            merge=left.take(life.queued),
            worked=left.take(
                [
                    piece
                    for turn, stretches in at_work
                    for piece in (minus(stretches, turn.held_back) if turn.held_back else stretches)
                ]
            ),
            rate_limit=left.take([piece for _, stretches in at_work for piece in stretches]),
            dependency=left.take(unmet),
            barrier=left.take(self._barriers(life, task)),
            lease=left.take(self._held_by_the_gone(life, over)),
            agent=left.rest(),
            ready=self._ready(life, unmet),
            begun=min(starts) if starts else None,
        )

    def _unmet(self, life: Life) -> list[Stretch]:
        """When something that a task depends on was not done."""
        whole = [(life.added, self._end)]
        lives = self._history.lives
        missing: list[Stretch] = []
        for parent in life.dependencies:
            there = lives.get(parent)
            missing += whole if there is None else minus(whole, there.done_stretches(self._end))
        return united(missing)

    def _ready(self, life: Life, unmet: list[Stretch]) -> float | None:
        """The last time before it was done, or else the first, at which all it needs became done."""
        lives = self._history.lives
        for parent in life.dependencies:
            if parent not in lives or not lives[parent].done_stretches(self._end):
                return None
        times = [end for _, end in unmet if end < self._end]
        if not unmet or unmet[0][0] > life.added:
            times.insert(0, life.added)
        if not times and all(lives[parent].merge is not None for parent in life.dependencies):
            times = [self._end]  # the last one was done with the last record
        if life.merge is None:
            return times[-1] if times else None
        before = [time for time in times if time <= life.merge.time]
        return before[-1] if before else next(iter(times), None)

    def _at_work(self, turn: Turn, task: TaskId, unmet: list[Stretch]) -> list[Stretch]:
        """When a turn was at work on a task, while its agent was there."""
        if turn.touched and task not in turn.touched and len(turn.tasks) > 1:
            return []
        start, end = turn.stretch(self._end)
        stretches = [(start, min(end, turn.let_go.get(task, end)))]
        if not turn.touched and len(turn.tasks) > 1 and unmet:
            stretches = minus(stretches, unmet)
        gone = self._away(turn.agent)
        return minus(stretches, gone) if gone else united(stretches)

    def _away(self, agent: AgentId) -> list[Stretch]:
        found = self._gone.get(agent)
        if found is None:
            found = self._gone[agent] = united(self._absences.of(agent, self._end))
        return found

    def _barriers(self, life: Life, task: TaskId) -> list[Stretch]:
        """When an agent of a task had its turn of the round, and others had not."""
        if not self._early:
            return []
        claimed = dict(reversed(life.claims))
        return [
            stretch
            for turn, stretch in self._early
            if task in turn.about or claimed.get(turn.agent, self._end) <= stretch[0]
        ]

    def _held_by_the_gone(self, life: Life, over: float) -> list[Stretch]:
        """When a task was held by an agent that was not at work on it and that nobody could make let go."""
        held: list[Stretch] = [(since, over) for _, since in life.claims]
        for hold in life.all_holds(self._end):
            gone = self._away(hold.agent)
            if gone:
                held += common([(hold.since, hold.until)], gone)
        return held


def _early(history: History) -> list[tuple[Turn, Stretch]]:
    """Turns that were over before their round was, and the time between."""
    ends: dict[int, float] = {}
    turns = [turn for turn in history.turns.values() if turn.round]
    for turn in turns:
        ends[turn.round] = max(ends.get(turn.round, 0.0), turn.stretch(history.end)[1])
    return [
        (turn, (turn.ended, ends[turn.round]))
        for turn in turns
        if turn.ended is not None and turn.ended < ends[turn.round]
    ]
