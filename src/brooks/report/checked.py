"""How far a profile can be trusted, as a person reads it in a terminal. Always called simulated."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

from brooks.plan.calibrating.checking import Again, Check
from brooks.plan.intervals import LEVEL
from brooks.plan.outcomes import Compared, Told
from brooks.report.wording import count

_CALLED = {"seconds": "time", "tokens": "tokens", "requests": "requests"}
_HEADER = ("run", "team", "time", "simulated", "tokens", "simulated")
_OF_ITSELF = "*"


class _Unit(NamedTuple):
    """What a row's numbers are shown in."""

    size: float
    name: str
    digits: int


_TIMES = (
    (10.0, _Unit(1.0, " s", 1)),
    (1000.0, _Unit(1.0, " s", 0)),
    (7200.0, _Unit(60.0, " min", 1)),
    (inf, _Unit(3600.0, " h", 1)),
)
_TOKENS = (
    (10_000.0, _Unit(1.0, "", 0)),
    (100_000.0, _Unit(1e3, "k", 1)),
    (1e6, _Unit(1e3, "k", 0)),
    (inf, _Unit(1e6, "M", 2)),
)
"""The unit of what is below a number."""


def check_lines(check: Check) -> Iterator[str]:
    """What came of all runs together, and a row for each."""
    yield from _together(check)
    yield ""
    yield from _table(check.runs)
    yield from _legend(check.runs, check.seeds)


def _together(check: Check) -> Iterator[str]:
    runs = check.runs
    yield f"simulated: {count(len(runs), 'run')}, {count(check.seeds, 'time')} each, {_by(runs)}"
    for told in check.told:
        yield _told_line(told, check.verified)
    yield (
        f"  {'verified':<8}  {check.verified} of {count(len(runs), 'run')}; simulated: "
        f"{check.expected_verified:.1f}"
    )
    if check.verified:
        yield (
            f"brackets hold eight of ten simulated runs: about {LEVEL * check.verified:.0f} of "
            f"{check.verified} should be inside"
        )


def _by(runs: Sequence[Again]) -> str:
    """What profile it was."""
    own = sum(each.fitted_to_itself for each in runs)
    if own == len(runs):
        return "by a profile fitted to itself"
    return "by a profile fitted to the others" + (f" ({_OF_ITSELF} itself)" if own else "")


def _told_line(told: Told, verified: int) -> str:
    ratio = told.ratio
    sure = f" [{ratio.error_low:.2f}, {ratio.error_high:.2f}]" if verified > 1 else ""
    return (
        f"  {_CALLED[told.name]:<8}  {told.inside} of {verified} inside; typically "
        f"{ratio.typical:.2f} times the median{sure}"
    )


def _table(runs: Sequence[Again]) -> Iterator[str]:
    cells = [_HEADER, *(_row(each, name) for each, name in zip(runs, _names(runs), strict=True))]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADER))]
    for row in cells:
        yield "  ".join(
            cell.rjust(width) if column in {2, 4} else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()


def _row(again: Again, name: str) -> tuple[str, ...]:
    by_name = {each.name: each for each in again.quantities}
    return (
        name + (_OF_ITSELF if again.fitted_to_itself else ""),
        again.team,
        *_cells(by_name["seconds"], _TIMES, is_told=again.verified),
        *_cells(by_name["tokens"], _TOKENS, is_told=again.verified),
    )


def _cells(
    compared: Compared, units: Sequence[tuple[float, _Unit]], *, is_told: bool
) -> tuple[str, str]:
    """What came, marked if it came outside or cannot be compared, and median and bracket in its unit."""
    top = max(compared.happened, compared.high)
    unit = next(unit for most, unit in units if top < most)

    def text(value: float) -> str:
        return f"{value / unit.size:.{unit.digits}f}"

    mark = " "
    if not is_told:
        mark = "x"
    elif not compared.is_inside:
        mark = "+" if compared.happened > compared.high else "-"
    return (
        f"{text(compared.happened)}{unit.name} {mark}",
        f"{text(compared.predicted)} [{text(compared.low)}, {text(compared.high)}]",
    )


def _names(runs: Sequence[Again]) -> list[str]:
    """Ids without the letters at the end of those that the program makes, as long as they differ."""
    short = [_without_letters(each.run) for each in runs]
    return short if len(set(short)) == len(short) else [each.run for each in runs]


def _without_letters(run: str) -> str:
    parts = run.split("-")
    is_made = len(parts) == 3 and parts[0].isdecimal() and parts[1].isdecimal()
    return "-".join(parts[:2]) if is_made else run


def _legend(runs: Sequence[Again], seeds: int) -> Iterator[str]:
    """What the marks that are there mean."""
    told = [one for each in runs if each.verified for one in each.quantities[:2]]
    marks = [
        ("+ above the bracket", any(one.happened > one.high for one in told)),
        ("- below it", any(one.happened < one.low for one in told)),
        ("x not all was verified, so not counted", any(not each.verified for each in runs)),
    ]
    shown = [text for text, is_there in marks if is_there]
    if shown:
        yield "; ".join(shown)
    own = sum(each.fitted_to_itself for each in runs)
    if own:
        yield f"{_OF_ITSELF} fitted to itself: the other sources are too little to fit a profile to"
    simulated = sum(each.is_simulated for each in runs)
    if simulated:
        which = "all these runs" if simulated == len(runs) else count(simulated, "run")
        yield f"{which} of a simulated model: that says how well a profile is found again"
    less = sum(each.simulated_runs < seeds for each in runs)
    if less:
        yield f"of {count(less, 'run')} not every simulated run came to an end"
