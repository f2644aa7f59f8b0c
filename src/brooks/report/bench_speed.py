"""The part of a bench's page on speed: speedups, laws, and what it costs in tokens."""

from collections.abc import Iterator, Sequence

import polars as pl

from brooks.analysis.scaling import series_of
from brooks.analysis.tables import Tables
from brooks.report.page.contents import Cell, Grid, Plot, Section
from brooks.report.plots.panels import distinct
from brooks.report.plots.speedup import Scaled, scaled, speedup_plot
from brooks.report.plots.worth import worth_plot

SAYS = (
    "A run that is marked done is one whose agents said so; a verified one passed its checks on the files "
    "as they were at the end."
)


def is_simulated(tables: Tables) -> bool:
    """Whether any of the runs is."""
    return bool(tables.runs["simulated"].fill_null(value=False).any())


def by_model(tables: Tables) -> list[tuple[str, Tables]]:
    """The tables of each model, with a suffix for the names of its plots where there are several."""
    models = distinct(str(model) for model in tables.runs["model"].fill_null(""))
    if len(models) == 1:
        return [("", tables)]
    return [
        (f"-{number}", tables.only(pl.col("model").fill_null("") == model))
        for number, model in enumerate(models, 1)
    ]


def with_model(plot: Plot | None, tables: Tables, suffix: str) -> Iterator[Plot]:
    """The plot, with the model in its title where there are several."""
    from msgspec.structs import replace

    if plot is not None:
        model = str(tables.runs["model"][0] or "")
        yield replace(plot, title=f"{plot.title}, {model}") if suffix else plot


def speed_sections(tables: Tables) -> Iterator[Section]:
    """Speedups of verified runs; and of those marked done too, where they are more than those."""
    teams = distinct(str(team) for team in tables.runs["team"].fill_null(""))
    parts: list[Plot] = []
    sentences: list[tuple[str, str]] = []
    for suffix, part in by_model(tables):
        plots, said = _of_one(suffix, part, teams)
        parts += plots
        sentences += said
    if not parts:
        return
    yield Section(
        name="speedup", title="Speedup and what it costs", says=(SAYS,), parts=tuple(parts)
    )
    if sentences:
        grid = _law_grid(sentences, simulated=is_simulated(tables))
        yield Section(name="laws", title="Which law fits", parts=(grid,), folded=True)


def _of_one(
    suffix: str, tables: Tables, teams: Sequence[str]
) -> tuple[list[Plot], list[tuple[str, str]]]:
    """The plots of one model, and its laws in words."""
    verified = scaled(series_of(tables))
    has_laws = any(each.fits for each in verified)
    marked: tuple[Scaled, ...] = ()
    if _says_more_than_it_checks(tables):
        marked = scaled(series_of(tables, verified=False), with_laws=not has_laws)
    plots: list[Plot] = []
    simulated = is_simulated(tables)
    for basis, found, key in (("verified", verified, ""), ("marked done", marked, "-marked")):
        drawn = speedup_plot(
            f"speedup{key}{suffix}", found, basis=basis, simulated=simulated, teams=teams
        )
        if drawn is not None:
            worth = worth_plot(
                f"worth{key}{suffix}", tables, verified=not key, teams=teams, simulated=simulated
            )
            for plot in (drawn, worth):
                plots += with_model(plot, tables, suffix)
    return plots, _law_sentences((*verified, *marked))


def _says_more_than_it_checks(tables: Tables) -> bool:
    """Whether any run was marked done and not verified."""
    is_verified = pl.col("verified_done").fill_null(value=False)
    return not tables.runs.filter(pl.col("marked_done") & ~is_verified).is_empty()


def _law_sentences(found: Sequence[Scaled]) -> list[tuple[str, str]]:
    return [(each.series.title, " ".join(each.sentences)) for each in found if each.fits]


def _law_grid(sentences: Sequence[tuple[str, str]], *, simulated: bool) -> Grid:
    return Grid(
        name="laws",
        title="Laws",
        says="Amdahl's, Gustafson's and the Universal Scalability Law, ranked by AICc, as `brooks fit` has "
        "them.",
        heads=("runs", "in words"),
        rows=tuple(
            (Cell(value=title, text=title), Cell(value=text, text=text))
            for title, text in sentences
        ),
        simulated=simulated,
    )
