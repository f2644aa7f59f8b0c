"""The data of the lanes: what each agent did and what happened to it, and the path through the lanes."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from brooks.analysis.activity import Activity
from brooks.analysis.lanes import LaneStretch
from brooks.analysis.moments import MomentKind
from brooks.report.page.contents import Columns
from brooks.report.plots.colours import IDLENESS
from brooks.report.plots.told import Told, natural, short
from brooks.report.plots.trouble import FAILED, trouble_rows
from brooks.report.wording import plain

MOST_LANES = 60
"""Agents that have a lane; of more, those to whom most happened."""
_TROUBLE = {"lost claim": "claim lost", FAILED: "check failed"}
_OF_RUN = frozenset(
    {MomentKind.RESUMED, MomentKind.PAUSED, MomentKind.STOPPING, MomentKind.LAST_LOOK}
)

Row = dict[str, Any]


def shown_agents(told: Told) -> tuple[str, ...]:
    """Those that have a lane, in order: all, or those to whom most happened."""
    if len(told.agents) <= MOST_LANES:
        return told.agents
    happened: Counter[str] = Counter()
    for moment in told.moments:
        if moment.agent is not None:
            happened[moment.agent] += 1
    for row in trouble_rows(told):
        happened[row["agent"]] += 1
    chosen = sorted(told.agents, key=lambda agent: (-happened[agent], natural(agent)))
    return tuple(sorted(chosen[:MOST_LANES], key=natural))


BAR = ("lane", "start", "end", "kind", "task", "title", "why")
WORK = ("lane", "start", "end", "task", "critical")
MARK = ("lane", "time", "kind", "task", "detail")
LINK = ("lane", "start", "end", "to_lane", "task")
FAULT = ("lane", "start", "end", "kind")
MOMENT = ("time", "kind", "detail")


class _Calls:
    """Which task a reply was about, for teams whose turns are asked for none."""

    def __init__(self, told: Told) -> None:
        self._own: dict[str, list[tuple[float, float, str]]] = {}
        for row in told.calls:
            if row["task"] is not None and row["began"] is not None:
                stretch = (row["began"], row["ended"], row["task"])
                self._own.setdefault(row["agent"], []).append(stretch)
        for own in self._own.values():
            own.sort()

    def task(self, agent: str, start: float, end: float) -> str:
        """What an agent was asked at the time; empty where that is not known."""
        own = self._own.get(agent, [])
        place = bisect_right(own, (start + end) / 2, key=lambda each: each[0]) - 1
        return own[place][2] if place >= 0 and own[place][1] >= (start + end) / 2 else ""


def bar_rows(told: Told, shown: Sequence[str]) -> list[Row]:
    """What each agent did, stretch by stretch."""
    there = set(shown)
    calls = _Calls(told)
    return [
        _bar(told, piece, piece.task or calls.task(piece.agent, piece.start, piece.end))
        for piece in told.lanes
        if piece.agent in there
    ]


def _bar(told: Told, piece: LaneStretch, task: str) -> Row:
    idle = piece.doing == Activity.IDLE
    return {
        "lane": piece.agent,
        "start": short(piece.start),
        "end": short(piece.end),
        "kind": IDLENESS[piece.why][0] if idle else piece.doing,
        "task": "" if idle else task,
        "title": "" if idle else told.title_of(task),
        "why": "" if idle else plain(piece.why, most=60),
    }


def work_rows(told: Told, bars: Sequence[Row]) -> list[Row]:
    """What each agent was at, whatever it did for it: one row from taking a task to leaving it."""
    critical = {row["task"] for row in told.tasks if row["on_critical_path"]}
    last: dict[str, Row] = {}
    found: list[Row] = []
    for bar in bars:
        before = last.pop(bar["lane"], None)
        if not bar["task"] or bar["kind"] == Activity.GONE:
            continue
        goes_on = before is not None and before["task"] == bar["task"]
        if before is not None and goes_on and abs(before["end"] - bar["start"]) < 1e-5:
            before["end"] = bar["end"]
        else:
            before = {name: bar[name] for name in ("lane", "start", "end", "task")}
            before["critical"] = bar["task"] in critical
            found.append(before)
        last[bar["lane"]] = before
    return found


def mark_rows(told: Told, shown: Sequence[str]) -> list[Row]:
    """What happened in a lane, ordered by time."""
    there = set(shown)
    found = [
        _mark(moment.time, moment.kind.value, moment.agent, moment.task, moment.detail)
        for moment in told.moments
        if moment.agent in there
    ]
    for row in trouble_rows(told):
        if row["agent"] in there:
            kind = _TROUBLE.get(row["kind"], "conflict")
            detail = f"{row['kind']} {row['detail']}" if kind == "conflict" else row["detail"]
            found.append(_mark(row["time"], kind, row["agent"], row["task"], detail))
    return sorted(found, key=lambda row: row["time"])


def fault_rows(told: Told, shown: Sequence[str]) -> list[Row]:
    """For how long each fault was in effect, which what the agent does need not show."""
    return [
        {
            "lane": fault.agent, "start": short(fault.start), "end": short(fault.end), "kind": fault.kind,
        }
        for fault in told.faults
        if fault.agent in shown
    ]  # fmt: skip


def _mark(time: float, kind: str, agent: str | None, task: str | None, detail: str) -> Row:
    return {
        "lane": agent,
        "time": short(time),
        "kind": kind,
        "task": task or "",
        "detail": plain(detail, most=80),
    }


def path_rows(told: Told, works: Sequence[Row], shown: Sequence[str]) -> list[Row]:
    """The path through the lanes: along each critical task, and from where it was done to the next."""
    done = sorted(
        (row for row in told.tasks if row["on_critical_path"] and row["done"] is not None),
        key=lambda row: (row["done"], row["begun"] or 0.0),
    )
    starts: dict[tuple[str, str], list[float]] = {}
    for work in works:
        starts.setdefault((work["lane"], work["task"]), []).append(work["start"])
    path: list[Row] = []
    lane: str = ""
    time: float = 0.0
    for row in done:
        agent, end = row["agent"], short(row["done"])
        start = min(max(_began(row, starts), time), end)
        if lane and lane in shown and agent in shown and (lane, time) != (agent, start):
            path.append(_link(lane, time, agent, start, row["task"]))
        if agent in shown:
            path.append(_link(agent, start, agent, end, row["task"]))
        lane, time = agent, end
    return path


def _link(lane: str, start: float, to_lane: str, end: float, task: str) -> Row:
    return {"lane": lane, "start": start, "end": end, "to_lane": to_lane, "task": task}


def _began(row: Row, starts_of: Mapping[tuple[str, str], list[float]]) -> float:
    """When the agent that did a task went to work on it for the last time before it was done."""
    starts = [
        start for start in starts_of.get((row["agent"], row["task"]), ()) if start < row["done"]
    ]
    return max(starts, default=short(row["done"] if row["begun"] is None else row["begun"]))


def run_rows(told: Told) -> list[Row]:
    """What happened to the run as a whole."""
    return [
        {"time": short(moment.time), "kind": moment.kind.value, "detail": plain(moment.detail)}
        for moment in told.moments
        if moment.kind in _OF_RUN
    ]


def columns_of(rows: Sequence[Row], names: Sequence[str]) -> Columns:
    """Rows as columns of these names."""
    return {name: [row[name] for row in rows] for name in names}
