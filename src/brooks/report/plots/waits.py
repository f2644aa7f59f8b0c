"""What each task waited for, from when it was added until it was over."""

from typing import Any

from brooks.report.page.contents import Plot, level
from brooks.report.plots.axes import SECONDS, Spec, coloured, tip
from brooks.report.plots.colours import WAITS
from brooks.report.plots.told import Told, short
from brooks.report.wording import count, duration, plain

MOST_TASKS = 30
COLUMNS = {
    "worked": "worked",
    "dependency": "waited_dependency",
    "agent": "waited_agent",
    "lease": "waited_lease",
    "check": "waited_check",
    "merge": "waited_merge",
    "rate limit": "waited_rate_limit",
    "barrier": "waited_barrier",
}
"""What is shown, and the column of the table `tasks` that it is."""

Row = dict[str, Any]


def waits_plot(told: Told, *, name: str = "waits") -> Plot:
    """A bar for each task: the seconds of its life by what it waited for."""
    ordered = sorted(told.tasks, key=lambda row: -_waited(row))
    top, rest = ordered[:MOST_TASKS], ordered[MOST_TASKS:]
    rows = [
        _part(row, what, place)
        for place, row in enumerate(top)
        for what in COLUMNS
        if row[COLUMNS[what]]
    ]
    rows += [part for what in COLUMNS if (part := _of_rest(rest, what))["seconds"]] if rest else []
    labels = [_label(row) for row in top] + ([rest_label(len(rest))] if rest else [])
    columns = {
        key: [row[key] for row in rows]
        for key in ("task", "title", "what", "seconds", "tasks", "place")
    }
    kinds = [what for what in COLUMNS if any(row["what"] == what for row in rows)]
    return Plot(
        name=name,
        title="What tasks waited for",
        says=_says(len(rest)),
        alternative=_alternative(told),
        spec=_spec(labels, kinds),
        data={"waits": level(columns)},
        simulated=told.simulated,
    )


def rest_label(number: int) -> str:
    """What the bar of the tasks that have none of their own is called."""
    return f"the other {number}, each (mean)"


def total(told: Told, what: str) -> float:
    """Seconds of all tasks at one of these."""
    return float(sum(row[COLUMNS[what]] for row in told.tasks))


def _waited(row: Row) -> float:
    return float(sum(row[column] for what, column in COLUMNS.items() if what != "worked"))


def _label(row: Row) -> str:
    return str(row["task"])


def _part(row: Row, what: str, place: int) -> Row:
    return {
        "task": _label(row), "title": "", "what": what, "seconds": short(row[COLUMNS[what]]),
        "tasks": 1, "place": place,
    }  # fmt: skip


def _of_rest(rest: list[Row], what: str) -> Row:
    mean = sum(row[COLUMNS[what]] for row in rest) / len(rest)
    return {
        "task": rest_label(len(rest)), "title": "", "what": what, "seconds": mean,
        "tasks": len(rest), "place": MOST_TASKS,
    }  # fmt: skip


def _says(rest: int) -> str:
    says = (
        "A bar is a task's life, from when it was added until it was over; those that waited longest come "
        "first."
    )
    return (
        f"{says} The last bar is the mean of the {rest} tasks that have no bar." if rest else says
    )


def _alternative(told: Told) -> str:
    whole = {what: total(told, what) for what in COLUMNS}
    shown = sorted((what for what in whole if whole[what] > 0), key=lambda what: -whole[what])
    parts = ", ".join(f"{what} {duration(whole[what])}" for what in shown)
    return (
        f"Of {count(len(told.tasks), 'task')} together: {plain(parts, most=400) or 'nothing yet'}."
    )


def _spec(labels: list[str], kinds: list[str]) -> Spec:
    return {
        "data": {"name": "waits"},
        "height": {"step": 20},
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": "seconds", "type": "quantitative", "title": "seconds of the task's life",
                "stack": "zero", "axis": {"tickCount": 6, "grid": True},
            },
            "y": {
                "field": "task", "type": "nominal", "sort": labels, "title": None,
                "axis": {"labelLimit": 150, "ticks": False, "domain": False},
            },
            "color": coloured("what", WAITS, only=kinds),
            "order": {"field": "rank", "type": "quantitative"},
            "tooltip": [
                tip("task", "task"), tip("what", "what"), tip("seconds", "seconds", form=SECONDS),
                tip("tasks", "tasks", form=",d"),
            ],
        },
        "transform": [{"calculate": f"indexof({list(COLUMNS)!r}, datum.what)", "as": "rank"}],
    }  # fmt: skip
