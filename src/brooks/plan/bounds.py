"""What is known of a candidate without running it: times and prices that it cannot go below.

All of it follows from what has to be written. The tasks take so many output tokens; so long does the
fastest member write them, alone or along the heaviest chain (Brent's bound, `brooks.analysis.laws`); so
much do they cost; and so long do they take under a limit of requests or tokens a minute. A reply's
overhead is counted once where a team may do many tasks in one reply, and for each task where not.

Latencies vary, so a bound is one on what is typical, and is held against a limit with some slack.
"""

from collections.abc import Sequence
from math import ceil, inf

from brooks.analysis.laws import brent
from brooks.core.facts import Usage
from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.ids import TaskId
from brooks.models.base import count_tokens
from brooks.plan.candidates import Candidate
from brooks.plan.pace import Pace, pace_of
from brooks.plan.problem import Problem

SLACK = 0.7
"""Share of a bound that is held against limits: a lucky run may be quicker than a typical one."""
NO_GAIN = 0.02
"""Share of the time by which a larger team must be able to be quicker, to be looked at."""


class Bounds(Message, frozen=True, kw_only=True):
    """What a candidate needs at least, typically."""

    seconds: float
    tokens: float
    dollars: float
    """0 where no price is known."""
    chain_seconds: float
    """What the heaviest chain takes."""
    load_seconds: float
    """What all the work takes, shared out evenly."""
    limit_seconds: float
    """What the limits on requests and tokens a minute leave no way around."""
    greedy_seconds: float
    """What the work takes at most if nobody is idle while a task is ready, but for bad luck."""


class Pruned(Message, frozen=True, kw_only=True):
    """A candidate that was not run."""

    name: str
    model: str
    why: str


class Limits(Message, frozen=True, kw_only=True):
    """What the user sets; None for no limit."""

    deadline_seconds: float | None = None
    dollars: float | None = None
    tokens: int | None = None


class Bounding:
    """Bounds of every candidate for one problem."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._sizes = token_sizes(problem)
        self._input = sum(
            count_tokens(task.description) + count_tokens(task.title) for task in problem.tasks
        )
        self._known: dict[tuple[Pace, bool], tuple[float, float]] = {}

    def of(self, candidate: Candidate) -> Bounds:
        """The bounds of one candidate."""
        paces = [pace_of(self._problem.model(name).profile) for name in candidate.models]
        pace = min(paces, key=lambda each: (each.seconds_per_token, each.reply_seconds))
        work, span = self._work_and_span(pace, each=candidate.takes_one_task)
        workers = min(candidate.size / candidate.replicas, len(self._sizes)) or 1.0
        found = brent(work, span, max(1.0, workers))
        limit = self._limit_seconds(candidate)
        again = pace.attempts
        return Bounds(
            seconds=max(found.lower, limit)
            + (0.0 if candidate.takes_one_task else pace.reply_seconds),
            tokens=sum(self._sizes.values()) + self._input,
            dollars=self._dollars(candidate),
            chain_seconds=span,
            load_seconds=work / max(1.0, workers),
            limit_seconds=limit,
            greedy_seconds=max(found.upper * again, limit) + pace.reply_seconds,
        )

    def _work_and_span(self, pace: Pace, *, each: bool) -> tuple[float, float]:
        key = (pace, each)
        if key not in self._known:
            once = pace.reply_seconds if each else 0.0
            weights = {
                task: once + tokens * pace.seconds_per_token for task, tokens in self._sizes.items()
            }
            needs = {task.id: task.depends_on for task in self._problem.tasks}
            graph = TaskGraph.build(needs, weights)
            self._known[key] = (graph.work(), graph.span())
        return self._known[key]

    def _limit_seconds(self, candidate: Candidate) -> float:
        """The longest that the limits of the models make the run, all of which share the work."""
        longest = 0.0
        for name in candidate.models:
            if len(candidate.models) > 1:
                return 0.0
            settings = self._problem.model(name).settings
            if settings.requests_per_minute:
                least = self._fewest_requests(candidate, settings.max_output_tokens)
                longest = max(longest, 60.0 * ((least - 1) // settings.requests_per_minute))
            if settings.tokens_per_minute:
                tokens = sum(self._sizes.values()) * candidate.replicas
                longest = max(longest, 60.0 * (tokens / settings.tokens_per_minute - 1))
        return longest

    def _fewest_requests(self, candidate: Candidate, room: int) -> int:
        tasks = len(self._sizes) * candidate.replicas
        if candidate.takes_one_task:
            return tasks
        return max(1, ceil(sum(self._sizes.values()) / room))

    def _dollars(self, candidate: Candidate) -> float:
        prices = []
        usage = Usage(input_tokens=self._input, output_tokens=round(sum(self._sizes.values())))
        for name in candidate.models:
            pricing = self._problem.model(name).pricing
            prices.append(0.0 if pricing is None else pricing.dollars(usage))
        return min(prices, default=0.0)


def token_sizes(problem: Problem) -> dict[TaskId, float]:
    """Output tokens that each task takes, on average; of several models, by the tersest.

    A fitted profile says what a file takes, whatever its solution holds; of the others it is counted.
    """
    counted = _counted_sizes(problem)
    sizes = counted
    for number, model in enumerate(problem.models):
        a_file = model.profile.file_tokens
        own = (
            counted
            if not a_file
            else {task.id: a_file * task.effort * max(1, len(task.files)) for task in problem.tasks}
        )
        sizes = own if number == 0 else {task: min(sizes[task], own[task]) for task in sizes}
    return sizes


def _counted_sizes(problem: Problem) -> dict[TaskId, float]:
    without = [task.effort for task in problem.tasks if not task.solution]
    mean = sum(without) / max(len(without), 1)
    sizes: dict[TaskId, float] = {}
    for task in problem.tasks:
        if task.solution:
            length = sum(len(problem.blobs.get(part.blob, b"")) for part in task.solution)
            sizes[task.id] = max(1.0, length / 4)
        else:
            sizes[task.id] = problem.task_tokens * task.effort / mean
    return sizes


def prune(
    candidates: Sequence[Candidate], problem: Problem, limits: Limits
) -> tuple[list[Candidate], list[Pruned]]:
    """The candidates that are worth a simulated run, and why the others are not.

    One agent is never left out, and neither is every other team for one and the same limit: what comes
    nearest to it is then still worth knowing.
    """
    bounding = Bounding(problem)
    bounds = [bounding.of(candidate) for candidate in candidates]
    why = [
        _beyond(limits, bound) if each.size > 1 else ""
        for each, bound in zip(candidates, bounds, strict=True)
    ]
    if all(why[place] for place, each in enumerate(candidates) if each.size > 1):
        why = [""] * len(candidates)
    best: dict[str, float] = {}
    for place, candidate in sorted(enumerate(candidates), key=lambda each: each[1].size):
        bound = bounds[place]
        if why[place] or candidate.size == 1:
            continue
        quickest = best.get(candidate.family, inf)
        if bound.greedy_seconds > quickest * (1 - NO_GAIN) and candidate.size > 2:
            cause = "limit" if bound.limit_seconds >= bound.seconds * 0.99 else "chain"
            why[place] = _no_gain(cause)
        else:
            best[candidate.family] = min(quickest, bound.greedy_seconds)
    kept = [each for each, reason in zip(candidates, why, strict=True) if not reason]
    out = [
        Pruned(name=each.name, model=each.model, why=reason)
        for each, reason in zip(candidates, why, strict=True)
        if reason
    ]
    return kept, out


def _no_gain(cause: str) -> str:
    if cause == "limit":
        return "the limit of the model leaves nothing to more agents"
    return "the chain leaves nothing to more agents"


def _beyond(limits: Limits, bound: Bounds) -> str:
    if limits.deadline_seconds is not None and bound.seconds * SLACK > limits.deadline_seconds:
        return (
            f"needs {bound.seconds:.0f} s at least, the deadline is {limits.deadline_seconds:g} s"
        )
    if limits.dollars is not None and bound.dollars * SLACK > limits.dollars:
        return f"costs ${bound.dollars:.3g} at least, the budget is ${limits.dollars:g}"
    if limits.tokens is not None and bound.tokens * SLACK > limits.tokens:
        return f"takes {bound.tokens:.0f} tokens at least, the budget is {limits.tokens}"
    return ""
