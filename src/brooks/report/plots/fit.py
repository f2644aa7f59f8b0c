"""How well a fitted profile describes the runs it was fitted to: what was seen beside what it draws."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from brooks.plan.calibrating.drawing import (
    KINDS,
    drawn_seconds,
    expected_seconds,
    expected_tokens,
    fitted_replies,
)
from brooks.plan.calibrating.fitting import Fitted
from brooks.plan.calibrating.priors import USUAL
from brooks.plan.calibrating.replies import Replies
from brooks.plan.calibrating.timing import STALLED
from brooks.plan.calibrating.timing import run_rows as times_of_runs
from brooks.plan.calibrating.wording import run_rows as tokens_of_runs
from brooks.report.page.contents import Plot, level
from brooks.report.plots.colours import BLUE, GREY, ORANGE
from brooks.report.plots.panels import LEGEND, Spec, columns_of, of_kind, panels, ticks, tooltip
from brooks.report.plots.shares import name_axis, share_axis, share_layers

Row = dict[str, Any]
SEEN = "seen"
DRAWN = "drawn from the profile, simulated"
STEPS = 100
"""Quantiles that a distribution is drawn by."""
LEAST = 10
"""Replies of a kind below which their distribution is not drawn."""
MOST_RUNS = 1500
"""Runs that are drawn as dots."""


def latency_plots(fitted: Fitted, replies: Replies) -> Iterator[Plot]:
    """The times of replies: distribution functions above each other, and quantiles against quantiles."""
    seen = fitted_replies(replies)
    seen = seen.with_columns(drawn=pl.Series(drawn_seconds(fitted.profile, seen), dtype=pl.Float64))
    kinds = [kind for kind in KINDS if len(seen.filter(pl.col("kind") == kind)) >= LEAST]
    if not kinds:
        return
    rows = [
        row for kind in kinds for row in _quantile_rows(kind, seen.filter(pl.col("kind") == kind))
    ]
    medians = "; ".join(
        f"{kind}: seen {row['seen']:.3g} s, drawn {row['drawn']:.3g} s"
        for kind in kinds
        for row in rows
        if row["kind"] == "pair" and row["panel"] == kind and row["share"] == 0.5
    )
    yield Plot(
        name="reply-seconds",
        title="Seconds of a reply",
        says="The share of replies that took at most so long, of those that were seen and of those that "
        "the profile draws in their place.",
        alternative=f"Median seconds of a reply. {medians}.",
        spec=panels(_distribution_layers(), data="replies", by="panel", order=kinds, height=150),
        data={"replies": level(columns_of(row for row in rows if row["kind"] == "share"))},
        simulated=True,
    )
    yield Plot(
        name="reply-quantiles",
        title="Seconds of a reply, quantile by quantile",
        says="Each dot is the time that the same share of replies does not exceed, seen and drawn. On the "
        "line both are equal; above it the profile is too slow there.",
        alternative=f"Quantiles of seconds, seen and drawn. {medians}.",
        spec=panels(_pair_layers(), data="quantiles", by="panel", order=kinds, height=150),
        data={"quantiles": level(columns_of(row for row in rows if row["kind"] != "share"))},
        simulated=True,
    )


def _quantile_rows(kind: str, part: pl.DataFrame) -> Iterator[Row]:
    shares = [step / STEPS for step in range(1, STEPS)]
    both = {name: _quantiles(part[name], shares) for name in ("seconds", "drawn")}
    for source, name in ((SEEN, "seconds"), (DRAWN, "drawn")):
        for share, value in zip(shares, both[name], strict=True):
            yield {
                "kind": "share", "panel": kind, "source": source, "share": share, "seconds": value,
                "replies": len(part),
            }  # fmt: skip
    for share, seen, drawn in zip(shares, both["seconds"], both["drawn"], strict=True):
        yield {"kind": "pair", "panel": kind, "share": share, "seen": seen, "drawn": drawn}
    for end in (min(map(min, both.values())), max(map(max, both.values()))):
        yield {"kind": "even", "panel": kind, "seen": end, "drawn": end}


def _quantiles(values: pl.Series, shares: Sequence[float]) -> list[float]:
    import numpy as np

    return [float(value) for value in np.quantile(values.to_numpy(), shares)]


def _distribution_layers() -> list[Spec]:
    x: Spec = {
        "field": "seconds", "type": "quantitative", "title": "seconds, logarithmic",
        "scale": {"type": "log", "nice": False}, "axis": {"tickCount": 4, "format": "~g"},
    }  # fmt: skip
    y: Spec = {
        "field": "share", "type": "quantitative", "title": "share of replies",
        "scale": {"domain": [0, 1]}, "axis": {"format": "%", "tickCount": 5},
    }  # fmt: skip
    told = tooltip(
        ("source", "", ""), ("share", "share of replies", ".0%"), ("seconds", "seconds", ".3~g"),
        ("replies", "replies", "d"),
    )  # fmt: skip
    sources: Spec = {"field": "source", "type": "nominal", "title": None}
    names = [SEEN, DRAWN]
    legend = {**LEGEND, "symbolType": "stroke", "symbolStrokeWidth": 2}
    return [
        {
            "mark": {"type": "line", "strokeWidth": 2},
            "encoding": {
                "x": x, "y": y, "tooltip": told,
                "color": {**sources, "scale": {"domain": names, "range": [BLUE, ORANGE]},
                          "legend": legend},
                "strokeDash": {**sources, "scale": {"domain": names, "range": [[1, 0], [5, 3]]},
                               "legend": legend},
            },
        }
    ]  # fmt: skip


def _pair_layers() -> list[Spec]:
    axis = {"tickCount": 4, "format": "~g", "grid": False}
    x: Spec = {
        "field": "seen", "type": "quantitative", "title": "seconds seen",
        "scale": {"type": "log", "nice": False}, "axis": axis,
    }  # fmt: skip
    y: Spec = {
        "field": "drawn", "type": "quantitative", "title": "seconds drawn, simulated",
        "scale": {"type": "log", "nice": False}, "axis": axis,
    }  # fmt: skip
    told = tooltip(
        ("share", "share of replies", ".0%"), ("seen", "seconds seen", ".3~g"),
        ("drawn", "seconds drawn", ".3~g"),
    )  # fmt: skip
    return [
        of_kind("even", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.3},
            "encoding": {"x": x, "y": y},
        }),
        of_kind("pair", {
            "mark": {"type": "point", "filled": True, "size": 26, "color": BLUE, "opacity": 0.85},
            "encoding": {"x": x, "y": y, "tooltip": told},
        }),
    ]  # fmt: skip


def run_plots(fitted: Fitted, replies: Replies) -> Iterator[Plot]:
    """Runs: what they took and wrote, and what the profile says of the same replies."""
    writing = replies.each.filter(
        (pl.col("seconds") > 0) & (pl.col("seconds") <= STALLED) & (pl.col("writes") > 0)
    )
    times = times_of_runs(replies, writing)
    yield _against(
        "run-seconds", "Time of a run's writing replies", "seconds",
        times.with_columns(expected=expected_seconds(fitted.profile, times)).select(
            "run", seen="seconds", expected="expected"
        ),
        "what overhead and speed say of the number of its writing replies and its output tokens",
    )  # fmt: skip
    tokens = tokens_of_runs(replies)
    yield _against(
        "run-tokens", "Output tokens of a run", "tokens",
        tokens.with_columns(expected=expected_tokens(fitted.profile, tokens)).select(
            "run", seen="output_tokens", expected="expected"
        ),
        "what the tokens of a reply and of a file say of its replies and the files they wrote",
    )  # fmt: skip


def _against(name: str, title: str, unit: str, frame: pl.DataFrame, says: str) -> Plot:
    every = frame.filter((pl.col("seen") > 0) & (pl.col("expected") > 0))
    shown = every.gather_every(max(1, -(-len(every) // MOST_RUNS)))
    rows: list[Row] = [{"kind": "run", **row} for row in shown.rows(named=True)]
    ends = [float(value) for row in rows for value in (row["seen"], row["expected"])]
    even = [{"kind": "even", "seen": end, "expected": end} for end in (min(ends), max(ends))]
    left = "" if len(shown) == len(every) else f" {len(shown)} of {len(every)} runs are drawn."
    ratio = every.select((pl.col("expected") / pl.col("seen")).median()).item()
    return Plot(
        name=name,
        title=title,
        says=f"Each dot is a run: across what was seen, up {says}. On the line both are equal.{left}",
        alternative=f"{title}: in the median of {len(every)} runs the profile says {ratio:.2f} times "
        "what was seen.",
        spec={"data": {"name": name}, "height": 260, "layer": _against_layers(unit, ticks(ends))},
        data={name: level(columns_of([*even, *rows]))},
        simulated=True,
    )


def _against_layers(unit: str, marks_at: Sequence[float]) -> list[Spec]:
    scale = {"type": "log", "nice": False}
    axis = {"values": list(marks_at), "format": "~s"}
    x: Spec = {"field": "seen", "type": "quantitative", "title": f"{unit} seen", "scale": scale,
               "axis": axis}  # fmt: skip
    y: Spec = {"field": "expected", "type": "quantitative", "title": f"{unit} by the profile", "scale": scale,
               "axis": axis}  # fmt: skip
    told = tooltip(
        ("run", "run", ""), ("seen", "seen", ",.4~g"), ("expected", "by the profile", ",.4~g")
    )
    return [
        of_kind("run", {
            "mark": {"type": "point", "filled": True, "size": 24, "color": BLUE, "opacity": 0.45},
            "encoding": {"x": x, "y": y, "tooltip": told},
        }),
        of_kind("even", {
            "mark": {"type": "line", "strokeDash": [5, 4], "color": GREY, "strokeWidth": 1.5},
            "encoding": {"x": x, "y": y},
        }),
    ]  # fmt: skip


def habits_plot(fitted: Fitted) -> Plot | None:
    """The probabilities of a profile, with intervals, beside what is usual; None where there are none."""
    rows: list[Row] = [
        {
            "key": one.key, "value": one.value, "low": one.low, "high": one.high, "count": one.count,
            "of": one.of, "usual": USUAL[one.key],
        }
        for one in fitted.parameters
        if one.key in USUAL
    ]  # fmt: skip
    if not rows:
        return None
    x, y = share_axis("share"), name_axis("key", [row["key"] for row in rows], widest=200)
    told = tooltip(
        ("key", "key", ""), ("value", "fitted", ".1%"), ("low", "from", ".1%"), ("high", "to", ".1%"),
        ("usual", "usual", ".1%"), ("count", "rests on", "d"), ("of", "of", ""),
    )  # fmt: skip
    usual: Spec = {
        "mark": {"type": "point", "shape": "diamond", "filled": True, "size": 60, "opacity": 1,
                 "color": ORANGE},
        "encoding": {"x": {**x, "field": "usual"}, "y": y, "tooltip": told},
    }  # fmt: skip
    said = "; ".join(f"{row['key']} {row['value']:.1%}, usual {row['usual']:.1%}" for row in rows)
    return Plot(
        name="habits",
        title="Habits",
        says="What agents do, as shares: the tick is fitted, the bar its 95 % interval, the diamond what is "
        "usual, which pulls a little.",
        alternative=f"Fitted shares: {said}.",
        spec={
            "data": {"name": "habits"},
            "height": max(60, 26 * len(rows)),
            "layer": share_layers(x, y, told, [usual]),
        },
        data={"habits": level(columns_of(rows))},
        simulated=False,
    )


def kinds_plot(replies: Replies) -> Plot:
    """What replies held: the share of them with each kind of action, by team."""
    actions = {
        "writes files": pl.col("writes") > 0,
        "claims": pl.col("claims") > 0,
        "claim refused": pl.col("refused") > 0,
        "reports done": pl.col("completions") > 0,
        "runs tests": pl.col("checks") > 0,
    }
    shares = replies.each.group_by("team", maintain_order=True).agg(
        pl.len().alias("replies"), *(test.mean().alias(name) for name, test in actions.items())
    )
    rows = [
        {"team": row["team"], "action": name, "share": row[name], "replies": row["replies"]}
        for row in shares.sort("team").rows(named=True)
        for name in actions
    ]
    teams = list(dict.fromkeys(str(row["team"]) for row in rows))
    x: Spec = {
        "field": "share",
        "type": "quantitative",
        "title": "share of replies",
        "scale": {"domain": [0, 1]},
        "axis": {"format": "%", "grid": True, "tickCount": 5},
    }
    y: Spec = {"field": "action", "type": "nominal", "title": None, "sort": list(actions),
               "axis": {"grid": False, "ticks": False, "domain": False}}  # fmt: skip
    told = tooltip(
        ("team", "team", ""), ("action", "action", ""), ("share", "share", ".1%"),
        ("replies", "replies", ",d"),
    )  # fmt: skip
    said = "; ".join(f"{row['team']} {row['action']} {row['share']:.0%}" for row in rows)
    bar: Spec = {
        "mark": {"type": "bar", "color": BLUE, "height": 12},
        "encoding": {"x": x, "y": y, "tooltip": told},
    }
    return Plot(
        name="kinds",
        title="What replies held",
        says="Share of the replies with at least one such action. One reply may hold several.",
        alternative=f"Share of replies: {said}.",
        spec=panels([bar], data="kinds", by="team", order=teams, height=120),
        data={"kinds": level(columns_of(rows))},
        simulated=bool(replies.runs["simulated"].fill_null(value=False).any()),
    )
