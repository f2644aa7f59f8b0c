"""A run beside the plan that was made for it: is it about where the simulated runs of its team were?

A plan keeps what the whole run takes, not a curve. So the present is judged by when the run would end
if what is left took the time that was predicted for that share of the work: of the effort that is not
done, or of the longest chain that is not done, whichever is the larger share.
"""

from pathlib import Path
from typing import NamedTuple

from brooks.analysis.task_states import TaskNow, TaskStates
from brooks.core.spec import Spec
from brooks.core.state import OVER, Status
from brooks.errors import BrooksError
from brooks.plan.outcomes import foretold
from brooks.plan.recording import PLANS_DIR
from brooks.report.wording import plain, short_duration

AT_WORK = frozenset({Status.LEASED, Status.QUEUED})


class Expected(NamedTuple):
    """What a plan predicts of the team that runs."""

    team: str
    seconds: float
    low: float
    """A tenth of the simulated runs took less."""
    high: float
    """A tenth of the simulated runs took more."""


def expected_of(spec: Spec, folder: Path = PLANS_DIR) -> Expected | None:
    """What the latest plan that was kept for these tasks predicts of this team."""
    if spec.time_scale != 1.0:
        return None
    try:
        found = foretold(spec, folder)
        if found is None:
            return None
        seconds = found.row["seconds"]
        return Expected(found.row["name"], seconds["typical"], seconds["low"], seconds["high"])
    except (KeyError, TypeError, BrooksError, OSError):
        return None


def share_left(tasks: TaskStates) -> float:
    """How much of the work is left, between 0 and 1; a task at work counts half."""
    work = work_left = span = span_left = 0.0
    chains: dict[str, tuple[float, float]] = {}
    for name, task in tasks.all.items():
        effort, effort_left = task.spec.effort, _left(task)
        before = [chains[each] for each in task.spec.depends_on if each in chains]
        chain = effort + max((each[0] for each in before), default=0.0)
        chain_left = effort_left + max((each[1] for each in before), default=0.0)
        chains[name] = (chain, chain_left)
        work, work_left = work + effort, work_left + effort_left
        span, span_left = max(span, chain), max(span_left, chain_left)
    return max(work_left / work, span_left / span) if work and span else 1.0


def _left(task: TaskNow) -> float:
    if task.status in OVER:
        return 0.0
    return task.spec.effort / 2 if task.status in AT_WORK else task.spec.effort


def standing(expected: Expected, *, now: float, left: float) -> tuple[str, str]:
    """The plan beside the present, in words, and the style that goes with them."""
    end = now + left * expected.seconds
    planned = (
        f"simulated {short_duration(expected.seconds)} "
        f"({short_duration(expected.low)} to {short_duration(expected.high)}) "
        f"for {plain(expected.team, most=40)}"
    )
    in_all = f"about {short_duration(end)} in all" if left else f"it took {short_duration(now)}"
    if end > expected.high:
        return f"later than 9 of 10 runs: {in_all}; {planned}", "wait"
    if end < expected.low:
        return f"sooner than 9 of 10 runs: {in_all}; {planned}", "good"
    return f"on track: {in_all}; {planned}", "good"
