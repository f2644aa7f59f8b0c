"""A plan and a simulated team as a person reads them in a terminal. Always called simulated."""

from collections.abc import Callable, Iterator, Sequence

from brooks.plan.applying import team_lines
from brooks.plan.intervals import Quantity
from brooks.plan.outcomes import Happened, TrackRecord
from brooks.plan.predicting import Objective, Predicted, Prediction
from brooks.plan.reasons import Reasons, time_text
from brooks.plan.recommending import Ratio, Recommendation
from brooks.plan.sampling import Distribution
from brooks.report.wording import count

MOST_ROWS = 12
WIDEST_BAR = 40
LEAST_FOR_SPAN = 4
"""Runs from which on it is shown where eight of ten lie."""

_GOAL = {
    Objective.TIME: "the shortest time",
    Objective.COST: "the lowest cost",
    Objective.BALANCED: "the least product of time and cost",
}


def plan_lines(
    predicted: Predicted,
    choice: Recommendation,
    reasons: Reasons,
    *,
    so_far: TrackRecord | None = None,
    every: bool = False,
) -> Iterator[str]:
    """A plan: the table, the choice, why, what would change it, and how well plans have predicted."""
    yield from table(predicted, choice, every=every)
    yield ""
    yield from _choice(predicted, choice)
    yield from _paragraph("why", [each.text for each in reasons.why])
    yield from _paragraph("what would change it", [each.text for each in reasons.changes])
    yield from _paragraph("how sure", list(reasons.sure))
    yield from _paragraph("so far", list(so_far_texts(so_far)))


def table(predicted: Predicted, choice: Recommendation, *, every: bool = False) -> Iterator[str]:
    """Candidates with intervals, the best first; `*` is the choice, `f` is on the frontier."""
    predictions = predicted.predictions
    ranked = sorted(
        range(len(predictions)),
        key=lambda place: (predictions[place].dropped, predictions[place].standing.difference),
    )
    shown = ranked if every else _shown(ranked, choice)
    several = len(predicted.problem.models) > 1
    cells = [_header(by_dollars=predicted.by_dollars)]
    cells += [_row(predicted, place, choice, several=several) for place in shown]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        first = "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield first.rstrip()
    left = len(ranked) - len(shown)
    pruned = len(predicted.pruned)
    yield (
        f"simulated: {predicted.runs} runs of {len(ranked)} teams"
        + (f", {left} of them not shown" if left else "")
        + (f"; {pruned} more were ruled out without a run" if pruned else "")
    )
    yield (
        "brackets hold eight of ten runs; * recommended, f: nothing else is both quicker and cheaper"
    )
    for text in predicted.failures:
        yield f"could not be simulated: {text}"


def _shown(ranked: Sequence[int], choice: Recommendation) -> list[int]:
    wanted = {choice.place, choice.baseline, *choice.frontier}
    rest = [place for place in ranked if place not in wanted]
    chosen = wanted | set(rest[: max(0, MOST_ROWS - len(wanted))])
    return [place for place in ranked if place in chosen]


def _header(*, by_dollars: bool) -> list[str]:
    money = ["dollars"] if by_dollars else []
    return ["", "team", "time", "", "tokens", "", *money, "verified", "conflicts", "runs"]


def _row(predicted: Predicted, place: int, choice: Recommendation, *, several: bool) -> list[str]:
    found: Prediction = predicted.predictions[place]
    mark = ("*" if place == choice.place else " ") + ("f" if place in choice.frontier else " ")
    name = f"{found.name} {found.model}" if several else found.name
    money = []
    if predicted.by_dollars:
        money = ["" if found.dollars is None else f"${found.dollars.typical:.3g}"]
    return [
        mark,
        name,
        time_text(found.seconds.typical),
        _span(found.seconds) if found.runs >= LEAST_FOR_SPAN else "",
        _count(found.tokens.typical),
        f"[{_count(found.tokens.low)}, {_count(found.tokens.high)}]"
        if found.runs >= LEAST_FOR_SPAN
        else "",
        *money,
        f"{found.ends_verified.value:.0%}",
        f"{found.conflicts:.1f}",
        str(found.runs),
    ]


def _span(quantity: Quantity) -> str:
    return f"[{time_text(quantity.low)}, {time_text(quantity.high)}]"


def _count(value: float) -> str:
    if value < 10_000:
        return f"{value:.0f}"
    return f"{value / 1000:.0f}k" if value < 1e6 else f"{value / 1e6:.1f}M"


def _choice(predicted: Predicted, choice: Recommendation) -> Iterator[str]:
    found = predicted.predictions[choice.place]
    name = found.name if len(predicted.problem.models) == 1 else f"{found.name} {found.model}"
    goal = _GOAL[predicted.wish.objective]
    yield f"recommended for {goal}: {name}"
    if choice.place != choice.baseline:
        cost = "dollars" if predicted.by_dollars else "tokens"
        yield (
            f"  {_ratio(choice.seconds_ratio)} the time of one agent, and "
            f"{_ratio(choice.cost_ratio)} its {cost}"
        )
    if not choice.keeps_limits:
        yield (
            "  no team keeps your limits in eight of ten runs; this one does so most often, in "
            f"{found.keeps_limits.value:.0%}"
        )
    yield from (f"  {line}" for line in team_lines(predicted.candidates[choice.place].section))


def _ratio(ratio: Ratio) -> str:
    return f"{ratio.value:.2f} times [{ratio.low:.2f}, {ratio.high:.2f}]"


def _paragraph(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from (f"  - {line}" for line in lines)


def so_far_texts(record: TrackRecord | None) -> Iterator[str]:
    """How plans with this model have fared against real runs."""
    if record is None:
        yield "no real run with this model and profile has been held against a plan yet"
        return
    yield (
        f"{record.verified} of {count(record.runs, 'planned run')} ended verified, where plans expected "
        f"{record.expected_verified:.1f}"
    )
    for told in record.told:
        ratio = told.ratio
        reach = f", on average between {ratio.error_low:.2f} and {ratio.error_high:.2f}"
        yield (
            f"{_CALLED[told.name]}: {told.inside} of {record.verified} within the bracket; typically "
            f"{ratio.typical:.2f} times what was predicted{reach if record.verified > 1 else ''}"
        )
    yield f"to learn from them: brooks calibrate {' '.join(record.latest)} -o PROFILE.yaml"


_CALLED = {"seconds": "time", "tokens": "tokens", "dollars": "dollars"}


def happened_text(happened: Happened) -> str:
    """A run beside its plan, in a line."""
    parts = []
    for each in happened.quantities:
        write = _WRITTEN[each.name]
        parts.append(
            f"{_CALLED[each.name]} {write(each.predicted)} [{write(each.low)}, {write(each.high)}], "
            f"came {write(each.happened)}"
        )
    return f"(simulated) {'; '.join(parts)}"


def distribution_lines(found: Distribution, *, team: str) -> Iterator[str]:
    """What many runs of one team came to."""
    yield f"simulated: {team}, {found.runs} runs"
    yield f"  time       median {time_text(found.median_seconds)}, eight of ten {_span(found.seconds)}"
    yield (
        f"  tokens     typically {_count(found.tokens.typical)}, eight of ten "
        f"[{_count(found.tokens.low)}, {_count(found.tokens.high)}]"
    )
    if found.dollars is not None:
        yield (
            f"  dollars    typically ${found.dollars.typical:.3g}, eight of ten "
            f"[${found.dollars.low:.3g}, ${found.dollars.high:.3g}]"
        )
    yield (
        f"  agents     there for {time_text(found.agent_seconds.typical)} typically, added up, eight of "
        f"ten {_span(found.agent_seconds)}"
    )
    verified = found.ends_verified
    yield (
        f"  verified   {verified.value:.0%} of the runs [{verified.low:.0%}, {verified.high:.0%}]"
    )
    yield (
        f"  on average {found.requests:.1f} requests, {found.checks_failed:.1f} failed checks, "
        f"{found.conflicts:.1f} conflicts"
    )
    most = max(bar.count for bar in found.histogram)
    texts = [f"{time_text(bar.low)} - {time_text(bar.high)}" for bar in found.histogram]
    width = max(map(len, texts))
    for bar, text in zip(found.histogram, texts, strict=True):
        length = round(WIDEST_BAR * bar.count / most)
        yield f"  {text.rjust(width)} {'#' * length}{' ' if length else ''}{bar.count}"


def _dollars(value: float) -> str:
    return f"${value:.3g}"


_WRITTEN: dict[str, Callable[[float], str]] = {
    "seconds": time_text,
    "tokens": _count,
    "dollars": _dollars,
}
