"""The picture of a running team: a header, a line for each agent, the last things that happened.

It always fits the terminal. When there are more agents than lines, the busiest are shown in their usual
order, and one line says what the others are doing.
"""

from collections import Counter
from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from brooks.analysis.activity import Activity
from brooks.analysis.agent_summary import AgentSummary
from brooks.analysis.summary import Summary
from brooks.core.spec import FaultKind
from brooks.core.state import Phase
from brooks.report.wording import amount, count, plain, short_duration

_SUFFERS = {
    FaultKind.CRASH.value: "crashed",
    FaultKind.STALL.value: "frozen",
    FaultKind.SLOW.value: "slow model",
    FaultKind.PARTITION.value: "cut off",
}
_RESTS = frozenset({Activity.IDLE, Activity.GONE})
MOST_NEWS = 4
"""How many of the last things that happened are shown."""
ROOM_FOR_NEWS = 12
"""Lines below the header from which on they are shown at all."""


def picture(
    summary: Summary, *, now: float, height: int, title: str = "", news: Sequence[str] = ()
) -> Group:
    """One frame for a terminal of so many lines.

    Everything is read off the summary before it returns, so that only this call needs it unchanged.
    """
    lines: list[Text | Table] = [_line(title, style="bold")] if title else []
    lines += [_line(text) for text in (_counts(summary, now), _phase(summary)) if text]
    left = height - 1 - len(lines)
    shown_news = list(news)[-MOST_NEWS:] if left >= ROOM_FOR_NEWS else []
    if shown_news:
        left -= len(shown_news) + 1
    left -= 1  # the table's header
    agents = list(summary.agents.values())
    fits = len(agents) <= left
    if agents and (fits or left > 1):
        shown = agents if fits else _busiest(agents, left - 1, now)
        lines.append(_table(shown, now))
        if not fits:
            lines.append(_line(_others(agents, shown), style="dim"))
    if shown_news:
        lines.append(Text(""))
        lines += [_line(text, style="dim") for text in shown_news]
    return Group(*lines)


def _counts(summary: Summary, now: float) -> str:
    tasks = summary.tasks
    parts = [f"{len(tasks.done)} of {tasks.total} done"]
    if summary.last_looks:
        parts.append(f"{tasks.verified} verified")
    elif summary.guarantees.checked_completion:
        parts.append(f"{len(tasks.checked)} checked")
    for over, word in (
        (len(tasks.failed), "failed"),
        (len(tasks.blocked), "blocked"),
        (len(tasks.cancelled), "cancelled"),
    ):
        if over:
            parts.append(f"{over} {word}")
    parts += [short_duration(now), f"{amount(summary.tokens)} tokens"]
    if summary.conflicts:
        parts.append(count(summary.conflicts, "conflict"))
    if summary.simulated:
        parts.append("simulated")
    return " | ".join(parts)


def _phase(summary: Summary) -> str:
    ended, of = summary.last_look
    match summary.phase:
        case Phase.NEW:
            return "starting"
        case Phase.PAUSED:
            return "paused: nothing new starts"
        case Phase.STOPPING:
            return f"stopping: {plain(summary.reason)}"
        case Phase.FINISHED:
            return f"over: {plain(summary.reason)}"
        case Phase.RUNNING:
            looks = ended < of
            return f"last look: {ended} of {count(of, 'check')} on the final tree" if looks else ""


def _busiest(agents: Sequence[AgentSummary], most: int, now: float) -> list[AgentSummary]:
    """Those at work before those at rest, and of each those that worked longest, in their old order."""

    def rank(agent: AgentSummary) -> tuple[bool, float]:
        return (agent.track.activity in _RESTS, -agent.track.seconds_in_turns(now))

    chosen = {agent.track.agent for agent in sorted(agents, key=rank)[:most]}
    return [agent for agent in agents if agent.track.agent in chosen]


def _table(agents: Sequence[AgentSummary], now: float) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, expand=True, header_style="dim")
    table.add_column("agent", no_wrap=True, max_width=18)
    table.add_column("is", no_wrap=True, min_width=15)
    table.add_column("for", no_wrap=True, justify="right", min_width=7)
    table.add_column("task", no_wrap=True, ratio=1, overflow="ellipsis")
    table.add_column("tokens", no_wrap=True, justify="right", min_width=6)
    table.add_column("done", no_wrap=True, justify="right", min_width=4)
    for agent in agents:
        track = agent.track
        table.add_row(
            Text(plain(track.agent)),
            Text(_state(agent), style=_STYLES[track.activity]),
            short_duration(max(now - track.since, 0.0)),
            Text(_at(agent)),
            amount(agent.tokens),
            str(agent.done),
        )
    return table


_STYLES = {
    Activity.IDLE: "dim",
    Activity.ASKS_MODEL: "cyan",
    Activity.WRITES: "green",
    Activity.WAITS_FOR_CHECK: "yellow",
    Activity.GONE: "red",
}


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
    more = f" (and {len(tasks) - 1} more)" if len(tasks) > 1 else ""
    return f"{plain(next(iter(tasks)))}{more}"


def _others(agents: Sequence[AgentSummary], shown: Sequence[AgentSummary]) -> str:
    there = {agent.track.agent for agent in shown}
    doing = Counter(
        agent.track.activity.value for agent in agents if agent.track.agent not in there
    )
    words = ", ".join(f"{number} {activity}" for activity, number in doing.most_common())
    return f"and {len(agents) - len(shown)} more: {words}"


def _line(text: str, *, style: str = "") -> Text:
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")
