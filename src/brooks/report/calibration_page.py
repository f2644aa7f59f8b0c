"""The page of a calibration: the fitted profile beside the runs that it was fitted to."""

from collections.abc import Iterator

from brooks import __version__
from brooks.analysis.tables import Tables
from brooks.plan.calibrating.fitting import Fitted
from brooks.plan.calibrating.replies import Replies, replies_of
from brooks.report.page.contents import Cell, Fact, Grid, Page, Section
from brooks.report.plots.fit import habits_plot, kinds_plot, latency_plots, run_plots
from brooks.report.wording import count, listed

WELL = {"KS": 0.1, "R2": 0.8}
"""From where on a measure of fit is called good: a distance at most so, or a share at least so."""


def calibration_page(tables: Tables, fitted: Fitted) -> Page:
    """The page of a fitted profile.

    Args:
        tables: The runs that it was fitted to, and no others.
        fitted: What `fit_profile` found.
    """
    replies = replies_of(tables)
    models = listed(fitted.models) if fitted.models else "an unnamed model"
    return Page(
        title=f"Calibration: {models}",
        verdict=_verdict(fitted, models),
        tone="quiet",
        facts=tuple(_facts(fitted)),
        sections=tuple(_sections(fitted, replies)),
        simulated=True,
        about={
            "models": models,
            "team sizes": ", ".join(map(str, fitted.sizes)),
            "page made by": f"brooks {__version__}",
        },
    )


def _verdict(fitted: Fitted, models: str) -> str:
    guessed = count(len(fitted.priors), "key")
    well = sum(_is_well(good.measure, good.value) for good in fitted.goodness)
    are = "is" if well == 1 else "are"
    return (
        f"A simulated model of {models}: {count(len(fitted.parameters), 'key')} fitted to "
        f"{count(fitted.runs, 'run')} with {fitted.replies:,} replies, {guessed} taken from "
        f"what is usual; {well} of {len(fitted.goodness)} measures of fit {are} good."
    )


def _is_well(measure: str, value: float) -> bool:
    return value <= WELL["KS"] if measure == "KS" else value >= WELL["R2"]


def _facts(fitted: Fitted) -> Iterator[Fact]:
    yield Fact(name="runs", label="runs", value=float(fitted.runs), text=f"{fitted.runs:,}")
    yield Fact(
        name="replies", label="replies", value=float(fitted.replies), text=f"{fitted.replies:,}"
    )
    known = {one.key: one for one in fitted.parameters}
    for key, label, unit in (
        ("overhead_seconds", "overhead of a reply", " s"),
        ("output_tokens_per_second", "speed", " tokens/s"),
        ("file_tokens", "tokens of a file", ""),
    ):
        if key in known:
            one = known[key]
            yield Fact(
                name=key, label=label, value=one.value, text=f"{one.value:.3g}{unit}",
                says=f"95 % interval {one.low:.3g} to {one.high:.3g}, from {one.count} {one.of}.",
            )  # fmt: skip


def _sections(fitted: Fitted, replies: Replies) -> Iterator[Section]:
    says = (
        f"KS is the largest distance of two distribution functions, good up to {WELL['KS']:g}; R2 the "
        f"explained share of variance, good from {WELL['R2']:g} on. What is drawn is simulated."
    )
    yield Section(
        name="fit",
        title="How well it fits",
        says=(says,),
        parts=(_goodness_grid(fitted), *latency_plots(fitted, replies), *run_plots(fitted, replies)),
    )  # fmt: skip
    habits = habits_plot(fitted)
    yield Section(
        name="habits",
        title="What agents do",
        parts=(*((habits,) if habits is not None else ()), kinds_plot(replies)),
    )
    yield Section(name="keys", title="The keys that were fitted", parts=(_key_grid(fitted),))
    yield Section(
        name="guessed",
        title="What these runs do not show",
        says=tuple(f"To fit {', '.join(one.keys)}: {one.what}." for one in fitted.missing),
        parts=(_prior_grid(fitted),) if fitted.priors else (),
    )


def _goodness_grid(fitted: Fitted) -> Grid:
    return Grid(
        name="goodness",
        title="Goodness of fit",
        says="Of the same runs that it was fitted to.",
        heads=("of", "measure", "value", "over"),
        rows=tuple(
            (
                Cell(value=good.what, text=good.what),
                Cell(value=good.measure, text=good.measure),
                Cell(
                    value=good.value, text=f"{good.value:.2f}",
                    tone="good" if _is_well(good.measure, good.value) else "bad",
                ),
                Cell(value=good.count, text=f"{good.count:,}"),
            )
            for good in fitted.goodness
        ),
        simulated=False,
    )  # fmt: skip


def _key_grid(fitted: Fitted) -> Grid:
    return Grid(
        name="keys",
        title="Fitted keys",
        says="With 95 % intervals, and what each rests on.",
        heads=("key", "value", "from", "to", "rests on", "of"),
        rows=tuple(
            (
                Cell(value=one.key, text=one.key),
                *(
                    Cell(value=value, text=f"{value:.4g}", tone=tone)
                    for value, tone in ((one.value, ""), (one.low, "quiet"), (one.high, "quiet"))
                ),
                Cell(value=one.count, text=f"{one.count:,}"),
                Cell(value=one.of, text=one.of),
            )
            for one in fitted.parameters
        ),
        simulated=False,
    )


def _prior_grid(fitted: Fitted) -> Grid:
    return Grid(
        name="priors",
        title="Guessed keys",
        says="Taken from what is usual for models in general, mistakes among them.",
        heads=("key", "value", "why"),
        rows=tuple(
            (
                Cell(value=prior.key, text=prior.key),
                Cell(value=prior.value, text=f"{prior.value:g}"),
                Cell(value=prior.why, text=prior.why),
            )
            for prior in fitted.priors
        ),
        simulated=False,
    )
