"""Why a team is recommended, in sentences that a person can check against the task file.

Each reason has a kind and names what it rests on: the tasks of the chain, the file and its writers, the
limit and what waits for it. Beside them stands what would change the answer. The kinds:

==============  =====================================================================================
`one agent`     a team gains nothing, or no more than chance explains
`chain`         most of the time is the heaviest chain of tasks, which no team is faster than
`load`          most of the time is work that would be shared out further by more agents
`width`         no more tasks can be worked on side by side
`agents`        the user allows no more agents
`rate limit`    requests wait for the provider's limit
`files`         several tasks write a file and meet in it
`price`         another model or size is quicker, and costs more than that is worth
`mistakes`      many first attempts are wrong
`deadline`      what would be better by the objective is too late
`budget`        what would be better by the objective is too dear
==============  =====================================================================================
"""

from collections.abc import Iterator

from brooks.analysis.clashes import find_clashes
from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.ids import TaskId
from brooks.plan.bounds import token_sizes
from brooks.plan.candidates import LIKELY_MISTAKE, MOST_AGENTS, Candidate
from brooks.plan.pace import pace_of
from brooks.plan.predicting import Objective, Predicted, Prediction
from brooks.plan.recommending import Recommendation, cost_of
from brooks.runtime.routes import settings_for

MOST_SHOWN = 6
"""Tasks of a chain that are named."""
MUCH = 0.5
"""Share of the predicted time from which on a bound is what the time is made of."""
WAITS = 0.1
"""Share of the agents' time from which on waiting for a limit is a reason."""
MEET = 0.5
"""Conflicts a run from which on they are worth a sentence."""


class Reason(Message, frozen=True, kw_only=True):
    """One reason."""

    kind: str
    text: str


class Reasons(Message, frozen=True, kw_only=True):
    """Why, what would change it, and how sure it is."""

    why: tuple[Reason, ...]
    changes: tuple[Reason, ...]
    """What would change the answer; the kind is that of the reason it takes away."""
    sure: tuple[str, ...]


def explain(
    predicted: Predicted, recommendation: Recommendation, *, max_agents: int | None = None
) -> Reasons:
    """The reasons for a recommendation."""
    case = _Case(predicted, recommendation, max_agents)
    return Reasons(
        why=tuple(case.why()), changes=tuple(case.changes()), sure=tuple(case.sureness())
    )


class _Case:
    def __init__(
        self, predicted: Predicted, recommendation: Recommendation, max_agents: int | None
    ) -> None:
        self._predicted = predicted
        self._problem = predicted.problem
        self._choice = recommendation
        self._max_agents = max_agents
        self._candidate: Candidate = predicted.candidates[recommendation.place]
        self._found: Prediction = predicted.predictions[recommendation.place]
        self._bounds = predicted.bounds[recommendation.place]
        self._clashes = find_clashes(self._problem.tasks, self._problem.graph)
        model = self._problem.model(self._candidate.model)
        self._pace = pace_of(model.profile)
        weights = token_sizes(self._problem)
        needs = {task.id: task.depends_on for task in self._problem.tasks}
        self._needs = needs
        self._weights = weights
        self._graph = TaskGraph.build(needs, weights)

    def why(self) -> Iterator[Reason]:
        if self._found.size == 1:
            yield from self._one_agent()
        yield from self._bounded()
        if 1 < self._problem.width <= self._found.size:
            yield self._width()
        elif self._is_held_by_agents() and self._found.size > 1:
            yield Reason(
                kind="agents",
                text=f"no more than {self._max_agents} agents are allowed, and "
                f"{self._problem.width} tasks could be worked on side by side",
            )
        yield from self._files()
        yield from self._mistakes()
        yield from self._others()

    def _one_agent(self) -> Iterator[Reason]:
        team = self._best_team()
        if team is None:
            if self._problem.width == 1:
                yield Reason(
                    kind="one agent",
                    text="no two tasks can be done side by side: a second agent would only wait",
                )
            return
        if self._choice.is_one_agent_by_noise:
            text = f"{team.name} looks a little better, by no more than chance explains"
        elif self._predicted.wish.objective is Objective.TIME:
            text = (
                f"the best team, {team.name}, takes {time_text(team.seconds.typical)} where one agent "
                f"takes {time_text(self._found.seconds.typical)}: it gains nothing"
            )
        else:
            text = (
                f"the best team, {team.name}, takes {time_text(team.seconds.typical)} and "
                f"{team.tokens.typical:,.0f} tokens where one agent takes "
                f"{time_text(self._found.seconds.typical)} and {self._found.tokens.typical:,.0f}"
            )
        yield Reason(kind="one agent", text=text)

    def _best_team(self) -> Prediction | None:
        teams = [
            each
            for each in self._predicted.predictions
            if each.size > 1 and each.model == self._candidate.model
        ]
        return min(teams, key=lambda each: each.standing.difference, default=None)

    def _bounded(self) -> Iterator[Reason]:
        """What the time is made of."""
        limit = self._rate_limit()
        if limit is not None:
            yield limit
            return
        bounds = self._bounds
        chain = self._graph.critical_path()
        if bounds.chain_seconds >= bounds.load_seconds * 0.95 and len(chain) > 1:
            yield Reason(
                kind="chain",
                text=f"the chain {_listed(chain)} ({len(chain)} of {len(self._problem.tasks)} tasks, "
                f"{self._chain_share():.0%} of the work) has to be done in this order: no team needs "
                f"less than about {time_text(bounds.chain_seconds)}",
            )
        elif self._found.size > 1:
            yield Reason(
                kind="load",
                text=f"the work, about {time_text(bounds.load_seconds * self._found.size)} for one agent, "
                f"is shared by {self._found.size}, and the longest chain is only "
                f"{self._chain_share():.0%} of it",
            )

    def _chain_share(self) -> float:
        return self._graph.span() / max(self._graph.work(), 1e-9)

    def _rate_limit(self) -> Reason | None:
        settings = settings_for(
            {model.name: model.settings for model in self._problem.models}, self._candidate.model
        )
        limits = [
            f"{count} {what} a minute"
            for count, what in (
                (settings.requests_per_minute, "requests"),
                (settings.tokens_per_minute, "tokens"),
            )
            if count is not None
        ]
        if not limits:
            return None
        bound = self._bounds.limit_seconds >= MUCH * self._found.seconds.typical
        waiting = max(
            (each.waited for each in self._predicted.predictions if each.size > self._found.size),
            default=self._found.waited,
        )
        if not (bound or self._found.waited > WAITS or waiting > WAITS):
            return None
        return Reason(
            kind="rate limit",
            text=f"the limit of {' and '.join(limits)} is shared by the team: more than "
            f"{self._found.size} {_agents(self._found.size)} would only wait for it (agents of larger "
            f"teams that were tried wait up to {waiting:.0%} of their time)",
        )

    def _width(self) -> Reason:
        return Reason(
            kind="width",
            text=f"no more than {self._problem.width} tasks can be worked on side by side",
        )

    def _is_held_by_agents(self) -> bool:
        return self._max_agents is not None and self._found.size >= self._max_agents

    def _files(self) -> Iterator[Reason]:
        if not self._clashes:
            return
        clash = max(self._clashes, key=lambda each: each.writers)
        way = self._candidate.team.rules.consistency.value
        effect = {
            "isolated": "each agent works on a copy of its own and results are merged line by line",
            "locked": "a task waits until nobody else works on its files",
        }.get(way, "who is second does its part again")
        met = f", {self._found.conflicts:.1f} times a run" if self._found.conflicts >= MEET else ""
        if self._found.size == 1:
            effect = "one agent meets nobody there"
        yield Reason(
            kind="files",
            text=f"{clash.writers} tasks write {clash.file!r}, and not all of them are in an order: "
            f"{effect}{met}",
        )

    def _mistakes(self) -> Iterator[Reason]:
        if self._pace.mistake < LIKELY_MISTAKE:
            return
        wrong = f"{self._pace.mistake:.0%} of first attempts are wrong"
        if self._candidate.replicas > 1:
            text = (
                f"{wrong}: {self._candidate.replicas} agents do each task and the first result that "
                "passes its check is taken, which is quicker than trying again one after the other"
            )
        else:
            text = f"{wrong}: trying again costs less than having several agents do each task"
        yield Reason(kind="mistakes", text=text)

    def _others(self) -> Iterator[Reason]:
        """What was passed over though it is quicker or cheaper, and why."""
        objective = self._predicted.wish.objective
        limits = self._predicted.wish.limits
        for each in self._predicted.predictions:
            better = each.standing.difference < self._found.standing.difference - 0.05
            if better and each.keeps_limits.value < 0.8 <= self._found.keeps_limits.value:
                kind = "deadline" if limits.deadline_seconds is not None else "budget"
                yield Reason(
                    kind=kind,
                    text=f"{each.name} would be better, and keeps the {kind} in only "
                    f"{each.keeps_limits.value:.0%} of its runs",
                )
                break
        if objective is Objective.COST:
            yield from self._dearer()

    def _dearer(self) -> Iterator[Reason]:
        quickest = min(
            range(len(self._predicted.predictions)),
            key=lambda place: self._predicted.predictions[place].seconds.typical,
        )
        other = self._predicted.predictions[quickest]
        times = cost_of(self._predicted, quickest) / max(
            cost_of(self._predicted, self._choice.place), 1e-12
        )
        if quickest == self._choice.place or times < 1.02:
            return
        sooner = self._found.seconds.typical / other.seconds.typical
        name = other.name if other.model == self._found.model else f"{other.name} {other.model}"
        yield Reason(
            kind="price",
            text=f"{name} is the quickest, {sooner:.1f} times as fast, and costs {times:.1f} times "
            "as much",
        )

    def changes(self) -> Iterator[Reason]:
        kinds = {each.kind for each in self.why()}
        if "chain" in kinds:
            yield self._split()
        if "agents" in kinds:
            yield Reason(kind="agents", text="allow more agents with --max-agents")
        elif "load" in kinds and self._found.size >= MOST_AGENTS and self._max_agents is None:
            yield Reason(kind="load", text="look at larger teams with --max-agents")
        if "rate limit" in kinds:
            yield Reason(
                kind="rate limit", text="raise the limit, or let some members use another model"
            )
        if "files" in kinds and self._clashes:
            clash = max(self._clashes, key=lambda each: each.writers)
            yield Reason(
                kind="files",
                text=f"let one task write {clash.file!r}, or give each task a file of its own",
            )
        if "width" in kinds and "chain" not in kinds:
            largest = max(self._weights, key=self._weights.__getitem__)
            yield Reason(
                kind="width",
                text=f"more and smaller tasks would let more agents help: split the largest, {largest!r}",
            )

    def _split(self) -> Reason:
        """What the chain would be if its heaviest task were two that need not wait for each other."""
        chain = self._graph.critical_path()
        heaviest = max(chain, key=self._weights.__getitem__)
        halved = {**self._weights, heaviest: self._weights[heaviest] / 2}
        after = TaskGraph.build(self._needs, halved).span() / self._graph.span()
        return Reason(
            kind="chain",
            text=f"split {heaviest!r} into two tasks that do not wait for each other: the longest "
            f"chain is then {after:.0%} of what it is",
        )

    def sureness(self) -> Iterator[str]:
        found = self._choice.sure
        yield (
            f"in {found.value:.0%} of the simulated runs it was the best of those that lasted to the "
            "end, or within 5 % of the best"
        )
        problem = self._problem
        if not problem.has_efforts and not problem.has_solutions:
            spread = problem.effort_spread
            text = (
                f"each run drew them with a spread of {spread:.0%}, unknown to the team"
                if spread
                else "all tasks were taken to be the same"
            )
            yield f"the task file gives no efforts: {text}; give 'effort:' to be surer"
        if problem.found:
            yield (
                f"{problem.found:.0%} more tasks are expected to turn up; each was simulated as proposed by "
                "the agent at one of the known tasks"
            )
        for name in self._candidate.models:
            model = problem.model(name)
            if not model.is_simulated_itself:
                yield (
                    f"{name} is simulated as {model.profile_name!r}: calibrate a profile on its own "
                    "runs to be surer"
                )


def _listed(chain: list[TaskId]) -> str:
    if len(chain) <= MOST_SHOWN:
        return " -> ".join(chain)
    return f"{' -> '.join(chain[:3])} -> … -> {' -> '.join(chain[-2:])}"


def _agents(count: int) -> str:
    return "agent" if count == 1 else "agents"


def time_text(seconds: float) -> str:
    """A time in the unit that reads best."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"
