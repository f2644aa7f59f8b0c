"""The page of imported published runs: the study's figures, its findings, what they hide."""

from collections.abc import Iterator

from brooks import __version__
from brooks.analysis.tables import Tables
from brooks.bench.study.findings import Finding, findings
from brooks.report.page.contents import Fact, Page
from brooks.report.plots.figures import is_simulated
from brooks.report.study_sections import figure_section, published_sections

MEDIANS = ("median_speedup_pre", "median_speedup_dec")
"""The findings that say what a team gained."""


def imported_page(tables: Tables, *, source: str = "published") -> Page:
    """The page of runs in the two modes of the study.

    Args:
        tables: The runs, as `read_published` gives them or as `brooks import -o` writes them.
        source: What they are called in legends.

    Raises:
        UsageError: They are of neither of the study's modes.
    """
    runs = tables.runs
    models = ", ".join(sorted(map(str, runs["model"].drop_nulls().unique())))
    return Page(
        title="Imported runs of the published study",
        verdict=study_verdict(tables),
        tone="quiet",
        facts=(
            Fact(name="runs", label="runs", value=float(len(runs)), text=f"{len(runs):,}"),
            Fact(
                name="replies", label="replies", value=float(len(tables.calls)),
                text=f"{len(tables.calls):,}",
            ),
            *study_facts(tables),
        ),
        sections=(
            figure_section({source: tables}, title="The study's figures"),
            *published_sections(tables, source=source),
        ),
        simulated=is_simulated({source: tables}),
        about={
            "source": "arXiv 2603.12229",
            "models": models,
            "page made by": f"brooks {__version__}",
        },
    )  # fmt: skip


def study_verdict(tables: Tables) -> str:
    """What the two modes gained, in a sentence."""
    found = {each.name: each for each in findings(tables)}
    simulated = " (simulated)" if is_simulated({"": tables}) else ""
    said = [
        f"{mode} teams {found[name].value:.2f} times"
        for mode, name in zip(("preassigned", "decentralized"), MEDIANS, strict=True)
        if found[name].value is not None
    ]
    if not said:
        return f"No run of a team was marked done beside one of one agent{simulated}."
    sentence = " and ".join(said).replace(" teams ", " teams were ", 1)
    return (
        f"{sentence[:1].upper()}{sentence[1:]} as fast as one agent of their own, in the median of runs "
        f"that were marked done{simulated}."
    )


def study_facts(tables: Tables) -> Iterator[Fact]:
    """The medians of that sentence."""
    found = {each.name: each for each in findings(tables)}
    labels = ("median speedup, preassigned", "median speedup, decentralized")
    for name, label in zip(MEDIANS, labels, strict=True):
        yield _fact(found[name], label)


def _fact(finding: Finding, label: str) -> Fact:
    text = "-" if finding.value is None else f"{finding.value:.2f}"
    ends = "" if finding.low is None else f"95 % interval {finding.low:.2f} to {finding.high:.2f}; "
    return Fact(
        name=finding.name,
        label=label,
        value=finding.value,
        text=text,
        says=f"{ends}{finding.says}.",
    )
