"""Where tokens and money went: by agent, by task, by what they came to, and over time."""

from collections.abc import Callable, Sequence
from typing import Any

from brooks.report.page.contents import Cell, Columns, Grid, Plot, Zoom, level
from brooks.report.plots.axes import WHOLE, Spec, coloured, tip
from brooks.report.plots.burn_up import steps, steps_spec
from brooks.report.plots.colours import BLUE, GREY, SKY, WORTH
from brooks.report.plots.levels import step_levels
from brooks.report.plots.metric_grid import number
from brooks.report.plots.told import Told, natural
from brooks.report.wording import amount, count

MOST_BARS = 30
OTHER = "about no task, or one that is unknown"
ALL = "all"

Row = dict[str, Any]


def tokens_of(row: Row) -> int:
    """The tokens of a reply, in and out; unknown ones are not counted."""
    return (row["input_tokens"] or 0) + (row["output_tokens"] or 0)


def worth_of(row: Row) -> str:
    """What a reply came to, in a word."""
    return row["worth"] or "unknown"


def by_agent_plot(told: Told, *, name: str = "tokens-by-agent") -> Plot:
    """Tokens of each agent by what they came to."""
    sums: dict[tuple[str, str], int] = {}
    for row in told.calls:
        key = (row["agent"], worth_of(row))
        sums[key] = sums.get(key, 0) + tokens_of(row)
    spent: dict[str, int] = {}
    for (agent, _), tokens in sums.items():
        spent[agent] = spent.get(agent, 0) + tokens
    agents = sorted(spent, key=natural)
    if len(agents) > MOST_BARS:
        agents = sorted(agents, key=lambda agent: (-spent[agent], natural(agent)))
    shown, rest = agents[:MOST_BARS], agents[MOST_BARS:]
    bars = {key: tokens for key, tokens in sums.items() if key[0] in set(shown)}
    other = _rest(len(rest), "agent")
    for (agent, worth), tokens in sums.items():
        if agent in set(rest):
            bars[other, worth] = bars.get((other, worth), 0) + tokens
    names = [*shown, *([other] if rest else [])]
    columns: Columns = {
        "agent": [agent for agent, _ in bars],
        "worth": [worth for _, worth in bars],
        "tokens": list(bars.values()),
    }
    by_worth = {worth: sum(t for (_, w), t in sums.items() if w == worth) for worth in WORTH}
    kinds = [worth for worth in WORTH if by_worth[worth]]
    parts = ", ".join(f"{worth} {by_worth[worth]:,}" for worth in kinds)
    return Plot(
        name=name,
        title="Tokens by agent, and what they came to",
        says=(
            "Useful: the work is in the final tree, or answered what was asked. Redundant: it did what "
            "somebody else's merged work does. Wasted: nothing of it was kept."
        ),
        alternative=f"{amount(sum(sums.values()))} tokens: {parts or 'none'}.",
        spec=_bars_spec("agent", names, coloured("worth", WORTH, only=kinds), "worth"),
        data={"bars": level(columns)},
        simulated=told.simulated,
    )


def by_task_plot(told: Told, *, name: str = "tokens-by-task") -> Plot:
    """Tokens of each task, a turn shared by its tasks in equal parts, the most first."""
    rows = sorted((row for row in told.tasks if row["tokens"]), key=lambda row: -row["tokens"])
    shown, rest = rows[:MOST_BARS], rows[MOST_BARS:]
    bars: list[Row] = [
        {
            "task": row["task"],
            "tokens": row["tokens"],
            "dollars": row["dollars"],
            "status": row["status"],
            "turns": row["turns"],
        }
        for row in shown
    ]
    if rest:
        bars.append(_sum(_rest(len(rest), "task"), rest))
    whole = sum(map(tokens_of, told.calls))
    of_none = whole - sum(row["tokens"] for row in rows)
    if of_none > 0.5:
        bars.append(
            {"task": OTHER, "tokens": of_none, "dollars": None, "status": "", "turns": None}
        )
    columns = {
        key: [bar[key] for bar in bars] for key in ("task", "tokens", "dollars", "status", "turns")
    }
    first = rows[0] if rows else None
    most = f" The most went to {first['task']}: {first['tokens']:,.0f}." if first else ""
    spec = _bars_spec("task", columns["task"], {"value": SKY}, "status")
    spec["encoding"]["tooltip"] += [tip("turns", "turns", form=",d")]
    return Plot(
        name=name,
        title="Tokens by task",
        says="What the turns on each task took; a turn that was about several is shared in equal parts.",
        alternative=f"{count(len(rows), 'task')} with tokens.{most}",
        spec=spec,
        data={"bars": level(columns)},
        simulated=told.simulated,
    )


def over_time_plot(told: Told, *, name: str = "tokens-over-time") -> Plot:
    """Tokens so far, by what they came to."""
    calls = sorted(told.calls, key=lambda row: row["ended"])
    series = {ALL: _sums(calls, tokens_of)}
    present = [worth for worth in WORTH if any(worth_of(row) == worth for row in calls)]
    if len(present) > 1:
        for worth in present:
            series[worth] = _sums([row for row in calls if worth_of(row) == worth], tokens_of)
    ends = ", ".join(f"{each} {points[-1][1]:,.0f}" for each, points in series.items())
    return Plot(
        name=name,
        title="Tokens over time",
        says="All tokens so far, and of them those that came to one thing. A step is a reply.",
        alternative=f"At the end: {ends}.",
        spec=steps_spec(
            list(series),
            {ALL: BLUE, **WORTH},
            title="tokens",
            top=series[ALL][-1][1],
            form="~s",
            height=180,
        ),
        data={"steps": step_levels(steps(series, end=told.span.end), told.span)},
        simulated=told.simulated,
        zoom=Zoom(start=0.0, end=told.span.end),
    )


def dollars_plot(told: Told, *, name: str = "dollars-over-time") -> Plot | None:
    """Money so far; None where nobody knows what it was, or nothing was paid."""
    calls = sorted(told.calls, key=lambda row: row["ended"])
    whole = told.metrics["dollars"]
    if not whole:
        return None
    series = {ALL: _sums(calls, _price)}
    for agent in told.agents if len(told.agents) <= 6 else ():
        own = [row for row in calls if row["agent"] == agent]
        if own:
            series[agent] = _sums(own, _price)
    colours = dict(
        zip(
            series,
            (BLUE, "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", GREY),
            strict=False,
        )
    )
    return Plot(
        name=name,
        title="Money over time",
        says="What the models had cost so far, by their list prices.",
        alternative=f"{number(whole, 'US$')} at the end.",
        spec=steps_spec(list(series), colours, title="US$", top=whole, form="$,.2~f", height=180),
        data={"steps": step_levels(steps(series, end=told.span.end), told.span)},
        simulated=told.simulated,
        zoom=Zoom(start=0.0, end=told.span.end),
    )


def money_grid(told: Told, *, name: str = "cost") -> Grid:
    """What each agent took: replies, tokens, money, and what the tokens came to."""
    calls = told.calls
    agents = [agent for agent in told.agents if any(row["agent"] == agent for row in calls)]
    groups = [
        (agent, [row for row in calls if row["agent"] == agent]) for agent in agents[:MOST_BARS]
    ]
    rest = [row for row in calls if row["agent"] in set(agents[MOST_BARS:])]
    if rest:
        groups.append((_rest(len(agents) - MOST_BARS, "agent"), rest))
    rows = tuple(_cost_row(agent, own) for agent, own in (*groups, (ALL, calls)))
    return Grid(
        name=name,
        title="Tokens and money by agent",
        says="The last row is the run's.",
        heads=(
            "agent",
            "replies",
            "tokens in",
            "tokens out",
            "US$",
            "useful",
            "redundant",
            "wasted",
            "unknown",
        ),
        rows=rows,
        simulated=told.simulated,
    )


def _cost_row(agent: str, calls: Sequence[Row]) -> tuple[Cell, ...]:
    dollars = [row["dollars"] for row in calls]
    known = None if not dollars or None in dollars else float(sum(dollars))
    money = Cell(
        value=known,
        text="unknown" if known is None else number(known, "US$"),
        tone="" if known is not None else "quiet",
    )
    worth = [sum(tokens_of(row) for row in calls if worth_of(row) == each) for each in WORTH]
    return (
        Cell(value=agent, text=agent),
        _number(len(calls)),
        _number(sum(row["input_tokens"] or 0 for row in calls)),
        _number(sum(row["output_tokens"] or 0 for row in calls)),
        money,
        *map(_number, worth),
    )


def _number(value: int) -> Cell:
    return Cell(value=value, text=f"{value:,}", tone="" if value else "quiet")


def _sums(calls: Sequence[Row], of: Callable[[Row], float]) -> list[tuple[float, float]]:
    points: list[tuple[float, float]] = [(0.0, 0)]
    whole: float = 0
    for row in calls:
        whole += of(row)
        points.append((row["ended"], whole))
    return points


def _price(row: Row) -> float:
    return row["dollars"] or 0.0


def _sum(label: str, rows: Sequence[Row]) -> Row:
    dollars = [row["dollars"] for row in rows]
    known = None if None in dollars else sum(dollars)
    tokens = sum(row["tokens"] for row in rows)
    return {
        "task": label,
        "tokens": tokens,
        "dollars": known,
        "status": "",
        "turns": sum(row["turns"] for row in rows),
    }


def _rest(number: int, noun: str) -> str:
    return f"{count(number, f'more {noun}')} together"


def _bars_spec(field: str, names: Sequence[str], colour: Spec, what: str) -> Spec:
    encoding: Spec = {
        "x": {
            "field": "tokens", "type": "quantitative", "title": "tokens", "stack": "zero",
            "axis": {"tickCount": 5, "format": "~s", "grid": True},
        },
        "y": {
            "field": field, "type": "nominal", "sort": list(names), "title": None,
            "axis": {"labelLimit": 150, "ticks": False, "domain": False},
        },
        "color": colour,
        "tooltip": [tip(field, field), tip(what, what), tip("tokens", "tokens", form=WHOLE)],
    }  # fmt: skip
    spec: Spec = {
        "data": {"name": "bars"},
        "height": {"step": 20},
        "mark": {"type": "bar"},
        "encoding": encoding,
    }
    if what == "worth":
        spec["transform"] = [{"calculate": f"indexof({list(WORTH)!r}, datum.worth)", "as": "rank"}]
        encoding["order"] = {"field": "rank", "type": "quantitative"}
    return spec
