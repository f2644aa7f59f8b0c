"""The two tables of the picture: who does what, and where each task is."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from brooks.analysis.activity import Activity
from brooks.analysis.agent_summary import AgentSummary
from brooks.analysis.task_states import TaskNow
from brooks.core.spec import FaultKind
from brooks.core.state import Status
from brooks.report.live.following import Followed
from brooks.report.live.rows import Piece, Row, left, right
from brooks.report.wording import amount, plain, short_duration

_SUFFERS = {
    FaultKind.CRASH.value: "crashed",
    FaultKind.STALL.value: "frozen",
    FaultKind.SLOW.value: "slow model",
    FaultKind.PARTITION.value: "cut off",
}
_ACTIVITY_STYLES = {
    Activity.IDLE: "dim",
    Activity.ASKS_MODEL: "busy",
    Activity.WRITES: "good",
    Activity.WAITS_FOR_CHECK: "wait",
    Activity.GONE: "bad",
    Activity.AWAY: "dim",
}
_STATUS_WORDS = {
    Status.WAITING: ("waiting", "dim"),
    Status.READY: ("ready", ""),
    Status.LEASED: ("at work", "busy"),
    Status.QUEUED: ("in check", "wait"),
    Status.DONE: ("done", "good"),
    Status.FAILED: ("failed", "bad"),
    Status.BLOCKED: ("blocked", "bad"),
    Status.CANCELLED: ("cancelled", "bad"),
}
_RESTS = frozenset({Activity.IDLE, Activity.GONE, Activity.AWAY})
_LEAST_NAME = 8
_MORE = " (and {} more)"


def agents_panel(
    followed: Followed, *, now: float, width: int, height: int, offset: int | None
) -> list[Row]:
    """A line for each agent; where there is no room for all, the busiest, or those from `offset` on.

    A line at the end says what the others do.
    """
    agents = list(followed.summary.agents.values())
    if not agents or height < 2:
        return []
    names = max(len("agent"), *(len(plain(each.track.agent)) for each in agents[:200]))
    columns = _AgentColumns(width, names, followed.longest_task + len(_MORE.format(99)))
    fits = len(agents) <= height - 1
    room = len(agents) if fits else height - 2
    if fits:
        shown = agents
    elif offset is None:
        shown = _busiest(agents, room, now)
    else:
        start = min(offset, len(agents) - room)
        shown = agents[start : start + room]
    rows: list[Row] = [columns.head(), *(columns.row(agent, now) for agent in shown)]
    if not fits:
        rows.append([(_others(agents, shown), "dim")])
    return rows


class _AgentColumns:
    """Where the columns of the agents are, for names and tasks of at most some columns."""

    def __init__(self, width: int, longest: int, longest_task: int) -> None:
        rest = width - 15 - 7 - 6 - 4 - 5 * 2
        self.name = min(18, longest, max(_LEAST_NAME, rest - _LEAST_NAME))
        self.task = max(min(rest - self.name, longest_task), 0)
        self.state = 15

    def head(self) -> Row:
        text = (
            f"{left('agent', self.name)}  {left('is', self.state)}  {right('for', 7)}  "
            f"{left('task', self.task)}  {right('tokens', 6)}  {right('done', 4)}"
        )
        return [(text, "dim")]

    def row(self, agent: AgentSummary, now: float) -> Row:
        track = agent.track
        state = _state(agent)
        spill = max(0, len(state) - self.state)
        task = max(self.task - spill, 0)
        tail = (
            f"  {right(short_duration(max(now - track.since, 0.0)), 7)}  {left(_at(agent), task)}"
            f"  {right(amount(agent.tokens), 6)}  {right(str(agent.done), 4)}"
        )
        return [
            (f"{left(plain(track.agent), self.name)}  ", ""),
            (left(state, self.state + spill), _ACTIVITY_STYLES[track.activity]),
            (tail, ""),
        ]


def _busiest(agents: Sequence[AgentSummary], most: int, now: float) -> list[AgentSummary]:
    """Those at work before those at rest, and of each those that worked longest, in their old order."""

    def rank(agent: AgentSummary) -> tuple[bool, float]:
        return (agent.track.activity in _RESTS, -agent.track.seconds_in_turns(now))

    chosen = {agent.track.agent for agent in sorted(agents, key=rank)[:most]}
    return [agent for agent in agents if agent.track.agent in chosen]


def _state(agent: AgentSummary) -> str:
    track = agent.track
    if not track.fault:
        return track.activity.value
    suffers = _SUFFERS[track.fault]
    return suffers if track.activity is Activity.GONE else f"{track.activity.value}, {suffers}"


def _at(agent: AgentSummary) -> str:
    tasks = agent.track.tasks
    if not tasks:
        return ""
    more = _MORE.format(len(tasks) - 1) if len(tasks) > 1 else ""
    return f"{plain(next(iter(tasks)))}{more}"


def _others(agents: Sequence[AgentSummary], shown: Sequence[AgentSummary]) -> str:
    there = {agent.track.agent for agent in shown}
    doing = Counter(
        agent.track.activity.value for agent in agents if agent.track.agent not in there
    )
    words = ", ".join(f"{number} {activity}" for activity, number in doing.most_common())
    return f"and {len(agents) - len(shown)} more: {words}"


def tasks_panel(
    followed: Followed, *, now: float, width: int, height: int, offset: int
) -> list[Row]:
    """A line for each task, those at work first; a line at the end says which are shown."""
    states = followed.tasks
    total = len(states.all)
    if not total or height < 2:
        return []
    fits = total <= height - 1
    room = total if fits else height - 2
    start = 0 if fits else min(offset, total - room)
    shown = list(islice(states.in_order(), start, start + room))
    columns = _TaskColumns(width, followed.longest_task)
    rows: list[Row] = [columns.head()]
    for task in shown:
        cost = followed.summary.spending.tasks.get(task.spec.id)
        rows.append(columns.row(task, now, tokens=0 if cost is None else round(cost.tokens)))
    if not fits:
        rows.append([(f"{start + 1} to {start + len(shown)} of {total:,} tasks", "dim")])
    return rows


class _TaskColumns:
    """Where the columns of the tasks are."""

    def __init__(self, width: int, longest: int) -> None:
        rest = width - 9 - 7 - 5 - 6 - 5 * 2
        self.agent = min(18, max(_LEAST_NAME, rest // 3))
        self.task = max(min(rest - self.agent, max(longest, _LEAST_NAME)), 0)

    def head(self) -> Row:
        text = (
            f"{left('task', self.task)}  {left('is', 9)}  {right('for', 7)}  "
            f"{left('agent', self.agent)}  {right('tokens', 6)}  {right('tries', 5)}"
        )
        return [(text, "dim")]

    def row(self, task: TaskNow, now: float, *, tokens: int) -> list[Piece]:
        word, style = _STATUS_WORDS[task.status]
        agent = "" if task.agent is None else plain(task.agent)
        tail = (
            f"  {right(short_duration(max(now - task.since, 0.0)), 7)}  {left(agent, self.agent)}"
            f"  {right(amount(tokens), 6)}  {right(str(task.attempts or ''), 5)}"
        )
        name_style = "dim" if task.status in {Status.DONE, Status.WAITING} else ""
        return [
            (f"{left(plain(task.spec.id), self.task)}  ", name_style),
            (left(word, 9), style),
            (tail, name_style),
        ]
