"""The study as parts of a page: its figures, its findings with verdicts, what the figures hide."""

from collections.abc import Iterator, Mapping, Sequence

from brooks.analysis.tables import Tables
from brooks.bench.study.beside import Beside, beside
from brooks.bench.study.findings import Finding, findings
from brooks.bench.study.hidden import hidden
from brooks.report.page.contents import Cell, Grid, Section
from brooks.report.plots.figures import figure_plots, is_simulated

AGREES = 0.05
"""Share by which a number may be from the study's own and still be called the same."""
BESIDE_SAYS = (
    "As the study tells them of its three models, computed again from its published runs of two of them "
    "where these are at hand, and computed from these runs."
)
AGAIN_SAYS = (
    "The study tells of three models; of two of them the runs are published, so that a number can differ "
    "from the one that is told and be right all the same."
)
HIDDEN_SAYS = (
    "Done is not correct; a team divided by its own slow single agent looks fast; agents that see the same "
    "board do the same work; a claim that nobody reports holds the run to its cap."
)


def figure_section(sources: Mapping[str, Tables], *, title: str) -> Section:
    """All figures, over runs of one source or of several beside each other."""
    says = (
        "The data of each figure is computed in the same way whatever the runs are. Success is what the "
        "study calls so: every task was marked done, correct or not."
    )
    return Section(name="figures", title=title, says=(says,), parts=tuple(figure_plots(sources)))


def findings_section(tables: Tables, published: Tables | None, *, ours: str) -> Section:
    """The findings of our runs beside the study's, and what is hidden."""
    rows = beside(tables, published)
    simulated = is_simulated({ours: tables})
    return Section(
        name="findings",
        title="The study's findings beside ours",
        says=(BESIDE_SAYS,),
        parts=(
            _beside_grid("findings", "Findings", rows, ours, hidden=False, simulated=simulated),
            _beside_grid("hidden", "What the figures hide", rows, ours, hidden=True, simulated=simulated),
        ),
    )  # fmt: skip


def _beside_grid(
    name: str, title: str, rows: Sequence[Beside], ours: str, *, hidden: bool, simulated: bool
) -> Grid:
    shown = [row for row in rows if row.is_hidden is hidden]
    return Grid(
        name=name,
        title=title,
        says="Intervals are of our value, at 95 %.",
        heads=("finding", "as told", "published runs", ours, "from", "to"),
        rows=tuple(
            (
                Cell(value=row.name, text=in_words(row.name)),
                *(number(value) for value in (row.told, row.published, row.ours)),
                *(number(value, tone="quiet") for value in (row.low, row.high)),
            )
            for row in shown
        ),
        notes=tuple(row.name for row in shown),
        simulated=simulated,
    )


def in_words(name: str) -> str:
    """The name of a finding as a person reads it."""
    words = name.replace("_", " ")
    for short, long in ((" dec", " decentralized"), (" pre", " preassigned")):
        words = words.replace(f"{short} ", f"{long} ") if f"{short} " in words else words
        words = f"{words.removesuffix(short)}{long}" if words.endswith(short) else words
    return words


def number(value: float | None, *, tone: str = "") -> Cell:
    """A number of any size."""
    if value is None:
        return Cell(value=None, text="-", tone="quiet")
    text = f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
    return Cell(value=value, text=text, tone=tone)


def published_sections(tables: Tables, *, source: str) -> Iterator[Section]:
    """Findings with a verdict on each that the study gives a number of, and what is hidden."""
    from brooks.bench.study.told import TOLD

    simulated = is_simulated({source: tables})
    found = findings(tables)
    yield Section(
        name="findings",
        title="What the study reports, computed again",
        says=(AGAIN_SAYS,),
        parts=(
            Grid(
                name="findings", title="Findings", says="Intervals are at 95 %.",
                heads=("finding", "as told", "these runs", "from", "to", "verdict"),
                rows=tuple(_judged(each, TOLD.get(each.name)) for each in found),
                notes=tuple(each.says for each in found),
                simulated=simulated,
            ),
        ),
    )  # fmt: skip
    below = hidden(tables)
    yield Section(
        name="hidden",
        title="What its figures hide",
        says=(HIDDEN_SAYS,),
        parts=(
            Grid(
                name="hidden", title="Hidden", says="Intervals are at 95 %.",
                heads=("finding", "these runs", "from", "to"),
                rows=tuple(
                    (Cell(value=each.name, text=in_words(each.name)), *_values(each)) for each in below
                ),
                notes=tuple(each.says for each in below),
                simulated=simulated,
            ),
        ),
    )  # fmt: skip


def _values(finding: Finding) -> tuple[Cell, ...]:
    ends = (number(end, tone="quiet") for end in (finding.low, finding.high))
    return (number(finding.value), *ends)


def _judged(finding: Finding, told: float | None) -> tuple[Cell, ...]:
    text, tone = verdict_on(finding, told)
    name = Cell(value=finding.name, text=in_words(finding.name))
    return (name, number(told), *_values(finding), Cell(value=text, text=text, tone=tone))


def verdict_on(finding: Finding, told: float | None) -> tuple[str, str]:
    """Whether a finding is what the study tells, in a word or two, and its tone."""
    if told is None or finding.value is None:
        return ("no number told" if told is None else "unknown here"), "quiet"
    if finding.low is not None and finding.high is not None and finding.low <= told <= finding.high:
        return "agrees: told is within the interval", "good"
    if abs(finding.value - told) <= AGREES * abs(told):
        return f"agrees within {AGREES:.0%}", "good"
    if finding.name.startswith(("mannwhitney", "kruskal", "wilcoxon")):
        return "not comparable: grows with the number of runs", "quiet"
    if (finding.value > 0) != (told > 0):
        return "differs in sign", "bad"
    return f"differs: {finding.value / told:.2f} times what is told", "bad"
