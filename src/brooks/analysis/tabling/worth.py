"""What the tokens of each reply came to.

A reply has the worth of most of the tasks that it touched (handed something in for, claimed, asked to
complete); where it touched none, of those its turn is about. Of equally many the better worth counts.
For one task, the first line that is true of the reply's turn decides:

    the task's last merge is of this turn, and stands                       useful
    the run goes on, and so does the task                                   unknown
    the task is not done                                                    wasted
    a file of it that the turn wrote stands, or the same stood there later  useful
    the turn gave the answer that a vote on the task decided on             useful
    the turn gave another answer to a vote that was decided                 wasted
    the turn claimed it by word, and its agent did it                       useful
    its agent did it, in another turn                                       wasted
    the turn wrote a file of it when another had done it, or the same again redundant
    the turn asked to complete it when it was over                          redundant
    the turn had it while the turn that did it was at work                  redundant
    otherwise (its change failed its check, or came too late)               wasted

A merge stands unless its task was opened again or taken back. A written file stands unless a later write
replaced it that did not itself come after the task was done by another. Of turns about no task:

    a lead's reply that assigned or released, as the board accepted         useful
    a reply that checked a task as a lead, where its calls are known        useful
    a reply whose turn wrote a file of no task, and it stands               useful
    otherwise                                                               wasted
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from brooks.analysis.columns import Worth
from brooks.analysis.tabling.entities import Answer, Life, Turn
from brooks.analysis.tabling.files import Write
from brooks.analysis.tabling.history import History
from brooks.core.facts import Role
from brooks.ids import TaskId, TurnId

_BEST_FIRST = (Worth.USEFUL, Worth.REDUNDANT, Worth.WASTED, None)


class Worths:
    """Judges the replies of a history."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._writes: dict[TurnId, list[Write]] = {}
        for write in history.files.writes:
            self._writes.setdefault(write.turn, []).append(write)
        self._judged: dict[tuple[TurnId, TaskId], Worth | None] = {}

    def of(self, answer: Answer) -> Worth | None:
        """What a reply came to; None if that is not known yet."""
        turn = answer.turn
        if turn is None:
            return None
        if turn.role is Role.LEAD:
            return Worth.USEFUL if answer.led else Worth.WASTED
        tasks = answer.touched or turn.about
        if not tasks:
            return self._of_no_task(turn)
        counts = Counter(self._of_task(turn, task) for task in tasks)
        return max(_BEST_FIRST, key=lambda worth: counts[worth])

    def _of_no_task(self, turn: Turn) -> Worth | None:
        if any(write.kept for write in self._writes.get(turn.id, ())):
            return Worth.USEFUL
        goes_on = turn.ended is None and not self._history.finished
        return None if goes_on else Worth.WASTED

    def _of_task(self, turn: Turn, task: TaskId) -> Worth | None:
        key = (turn.id, task)
        if key not in self._judged:
            self._judged[key] = self._judge(turn, task)
        return self._judged[key]

    def _judge(self, turn: Turn, task: TaskId) -> Worth | None:
        life = self._history.lives[task]
        merge = life.merge
        if merge is None:
            known = life.over is not None or self._history.finished
            return Worth.WASTED if known else None
        if merge.turn == turn.id or self._stands(turn, task, life):
            return Worth.USEFUL
        if merge.agent == turn.agent:
            return Worth.USEFUL if task in turn.claimed else Worth.WASTED
        if life.decided and (turn.id, task) in self._history.ballots:
            return Worth.WASTED
        late = any(write.late for write in self._of_turn(turn, task))
        if late or task in turn.overtaken or self._was_beside(turn, task, life):
            return Worth.REDUNDANT
        return Worth.WASTED

    def _stands(self, turn: Turn, task: TaskId, life: Life) -> bool:
        """Whether what it handed in is in the tree, or the answer that was decided on."""
        answer = self._history.ballots.get((turn.id, task))
        voted = answer is not None and answer in life.decided
        return voted or any(write.kept for write in self._of_turn(turn, task))

    def _of_turn(self, turn: Turn, task: TaskId) -> Iterator[Write]:
        return (write for write in self._writes.get(turn.id, ()) if write.task == task)

    def _was_beside(self, turn: Turn, task: TaskId, life: Life) -> bool:
        """Whether a turn had a task while the turn of another that did it was at work."""
        merge = life.merge
        winner = self._history.turns.get(merge.turn) if merge is not None else None
        if winner is None or merge is None:
            return False
        end = turn.stretch(self._history.end)[1]
        until = min(end, turn.let_go.get(task, end))
        return turn.started < merge.time and winner.started < until


def worths(history: History) -> Sequence[Worth | None]:
    """What each reply came to, in order."""
    judge = Worths(history)
    return [judge.of(answer) for answer in history.answers]
