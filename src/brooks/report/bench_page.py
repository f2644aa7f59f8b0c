"""The page of a folder of results: what teams gained, what for, how sure that is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from brooks import __version__
from brooks.analysis.tables import Tables
from brooks.bench.experiment import CellSummary, Past
from brooks.bench.experiment.summary import summarise
from brooks.errors import UsageError
from brooks.report.bench_cells import cell_grid
from brooks.report.bench_speed import by_model, is_simulated, speed_sections, with_model
from brooks.report.bench_verdicts import Told, verdict_section, verdicts_of
from brooks.report.imported_page import imported_page, study_facts, study_verdict
from brooks.report.page.contents import Fact, Page, Plot, Section
from brooks.report.plots.cells import metric_plot, time_plot, verified_plot
from brooks.report.study_sections import figure_section, findings_section
from brooks.report.wording import count, duration

MOST_OPEN = 40
"""Cells from which on their table is closed until it is asked for."""


class Bench(NamedTuple):
    """What a page of results is made from."""

    tables: Tables
    past: Past | None = None
    """Its manifest, if there is one: without it nothing is said of which team is better."""
    published: Tables | None = None
    """Runs of the published study that its own are shown beside."""

    @property
    def simulated(self) -> bool:
        """Whether any of the runs is."""
        return is_simulated(self.tables)


def bench_page(
    tables: Tables,
    past: Past | None = None,
    *,
    published: Tables | None = None,
    name: str = "",
) -> Page:
    """The page of results; that of imported runs, where the folder holds what `brooks import -o` wrote.

    Args:
        tables: The runs, as `read_tables` gives them.
        past: The experiment that they are of, as `read_manifest` gives it.
        published: Published runs, whose figures and findings are shown beside these.
        name: What to call them where there is no manifest.
    """
    if past is None and _is_study(tables) and not (tables.runs["source"] == "brooks").any():
        return imported_page(tables)
    bench = Bench(tables, past, published)
    summaries = summarise({"runs": tables.runs.to_dict(as_series=False)})
    told = verdicts_of(bench.tables, bench.past)
    title = past.experiment.name if past is not None else name or "runs"
    return Page(
        title=f"Bench: {title}",
        verdict=_verdict(bench, told),
        tone=_tone(told),
        facts=tuple(_facts(bench)),
        sections=tuple(_sections(bench, summaries, told)),
        simulated=bench.simulated,
        about=_about(bench),
    )


def _verdict(bench: Bench, told: Sequence[Told]) -> str:
    simulated = " (simulated)" if bench.simulated else ""
    if len(told) and (len(told) == 1 or not told[0].where):
        return f"{_capital(told[0].sentence)}{simulated}."
    runs = bench.tables.runs
    verified = int(runs["verified_done"].fill_null(value=False).sum())
    share = f"{verified} of {count(len(runs), 'run')} ended with everything verified{simulated}"
    by_time = [each for each in told if each.quantity == "time"]
    if not by_time:
        said = f"{share}."
        return f"{study_verdict(bench.tables)} {said}" if _is_study(bench.tables) else said
    faster = sum(each.kind == "faster" for each in by_time)
    slower = sum(each.kind == "slower" for each in by_time)
    return (
        f"In {count(len(by_time), 'comparison')} with the baseline the team was faster in {faster}, slower "
        f"in {slower}, and it could not be told in {len(by_time) - faster - slower}; {share}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:] if text.startswith("not decisive") else text


def _tone(told: Sequence[Told]) -> str:
    kinds = {each.kind for each in told if each.quantity == "time"}
    if kinds == {"faster"}:
        return "good"
    return "bad" if kinds == {"slower"} else "quiet"


def _facts(bench: Bench) -> Iterator[Fact]:
    runs = bench.tables.runs
    verified = int(runs["verified_done"].fill_null(value=False).sum())
    share = verified / len(runs) if len(runs) else None
    yield Fact(name="runs", label="runs", value=float(len(runs)), text=f"{len(runs):,}")
    yield Fact(
        name="verified_done",
        label="verified",
        value=share,
        text="-" if share is None else f"{share:.0%}",
        says="Share of the runs in which every task was done and the checks passed on the final files.",
    )
    tokens = float(runs.select(pl.sum("input_tokens") + pl.sum("output_tokens")).item())
    yield Fact(name="tokens", label="tokens", value=tokens, text=_large(tokens))
    seconds = float(runs["seconds"].sum())
    yield Fact(
        name="seconds",
        label="time of all runs",
        value=seconds,
        text=duration(seconds),
        says="Log time of the runs, one after another.",
    )
    if runs["dollars"].drop_nulls().len():
        dollars = float(runs["dollars"].sum())
        yield Fact(name="dollars", label="cost", value=dollars, text=f"${dollars:,.2f}")
    if _is_study(bench.tables):
        yield from study_facts(bench.tables)


def _large(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.0f}"


def _sections(
    bench: Bench, summaries: Sequence[CellSummary], told: Sequence[Told]
) -> Iterator[Section]:
    if told:
        yield verdict_section(told, simulated=bench.simulated)
    yield from speed_sections(bench.tables)
    yield _each_model(
        bench, "time", "Time and verified completion",
        lambda name, tables: (
            time_plot(f"time{name}", tables, simulated=is_simulated(tables)),
            verified_plot(
                f"verified{name}",
                summarise({"runs": tables.runs.to_dict(as_series=False)}),
                simulated=is_simulated(tables),
            ),
        ),
    )  # fmt: skip
    yield _each_model(bench, "trouble", "Where time and work were lost", _lost)
    if _is_study(bench.tables):
        yield from _study_sections(bench)
    yield Section(
        name="cells",
        title="Every cell",
        parts=(cell_grid(summaries, simulated=bench.simulated),),
        folded=len(summaries) > MOST_OPEN,
    )


def _is_study(tables: Tables) -> bool:
    from brooks.bench.study.modes import modes_of

    try:
        modes_of(tables)
    except UsageError:
        return False
    return True


def _study_sections(bench: Bench) -> Iterator[Section]:
    ours = "ours, simulated" if bench.simulated else "ours"
    sources = {ours: bench.tables}
    if bench.published is not None:
        sources = {"published": bench.published, ours: bench.tables}
    title = "The study's figures" + (", published beside ours" if bench.published else "")
    yield figure_section(sources, title=title)
    yield findings_section(bench.tables, bench.published, ours=ours)


def _each_model(bench: Bench, name: str, title: str, draw: Any) -> Section:
    parts = [
        plot
        for suffix, tables in by_model(bench.tables)
        for drawn in draw(suffix, tables)
        for plot in with_model(drawn, tables, suffix)
    ]
    return Section(name=name, title=title, parts=tuple(parts))


def _lost(suffix: str, tables: Tables) -> Iterator[Plot | None]:
    in_rounds = bool(tables.runs["rounds"].drop_nulls().len())
    gap = "straggler_gap" if in_rounds else "turn_gap_by_cohort"
    for name, metric, title, says in (
        ("conflicts", "conflicts", "Conflicts", "How often one agent's work met another's."),
        ("idle", "idle_time_share", "Idle share", "Agents at work on what came to nothing."),
        ("turns", "utilisation", "Time in turns", "The rest of the time agents had nothing to do."),
        ("gap", gap, "Straggler gap", "How much longer the slowest takes than the others."),
        (
            "failures",
            "test_failures",
            "Failed checks",
            "How often work was wrong when it was tested.",
        ),
    ):
        yield metric_plot(
            f"{name}{suffix}",
            metric,
            tables,
            title=title,
            says=says,
            simulated=is_simulated(tables),
        )


def _about(bench: Bench) -> Mapping[str, str]:
    runs = bench.tables.runs
    found = {
        "runs": f"{len(runs):,}",
        "models": ", ".join(sorted(map(str, runs["model"].drop_nulls().unique()))),
        "page made by": f"brooks {__version__}",
    }
    if bench.past is not None:
        facts = bench.past.facts
        found |= {
            "experiment": bench.past.experiment.name,
            "seed": str(bench.past.experiment.seed),
            "runs made by": ", ".join(map(str, facts.get("made_by", ()))),
            "hash of the table of runs": str(facts["tables"].get("runs", "")),
        }
    return found
