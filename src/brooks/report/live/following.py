"""What a live view knows of a run: a few folds over its records, fed one by one."""

from collections import deque

from brooks.analysis.rate_limits import RateLimits
from brooks.analysis.summary import Summary
from brooks.analysis.task_states import TaskStates
from brooks.core import events
from brooks.core.events import Record
from brooks.core.spec import Budget
from brooks.core.state import Phase
from brooks.report.live.expecting import share_left
from brooks.report.live.rows import cells
from brooks.report.wording import plain

MOST_NEWS = 60
"""How many of the last things that happened are kept; a tall terminal shows a dozen."""


class Followed:
    """The facts of a run so far, for a picture of it."""

    def __init__(self, *, simulated: bool = False) -> None:
        self.summary = Summary(simulated=simulated)
        self.tasks = TaskStates()
        self.limits = RateLimits()
        self.budget = Budget()
        """The limits that the run has now."""
        self.longest_task = 0
        """Columns of the longest name of a task."""
        self._left = (float("-inf"), 1.0)
        """When it was last worked out how much of the work is left, and how much."""
        self.news: deque[str] = deque(maxlen=MOST_NEWS)
        """The last things that happened, as lines."""

    def add(self, record: Record) -> None:
        """Fold the next record."""
        self.summary.add(record)
        self.tasks.add(record)
        self.limits.add(record)
        event = record.event
        if isinstance(event, events.RunStarted | events.RunResumed):
            self.budget = event.budget
        elif isinstance(event, events.TaskAdded):
            self.longest_task = max(self.longest_task, cells(plain(event.task.id)))

    def left(self, now: float) -> float:
        """The share of the work that is left; worked out once a second at most."""
        at, left = self._left
        if now - at >= 1.0 or self.summary.phase is Phase.FINISHED:
            left = share_left(self.tasks)
            self._left = (now, left)
        return left
