"""What an experiment will take, before it begins: runs, time, and for models that cost, money.

The time of simulated runs is that of a few of them, made and thrown away, or of those that are
there already. A run with a model that costs is simulated once for each cell, with `sim:typical`; its
time is the simulated one, and its tokens times the model's price are what it will cost, roughly: the
profile knows nothing of how much that model writes.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from statistics import fmean
from typing import NamedTuple

from brooks.bench.experiment.carrying import Carrier
from brooks.bench.experiment.durable import try_models
from brooks.bench.experiment.grid import Cell, Grid, Planned, is_paid
from brooks.bench.experiment.results import ResultFolder
from brooks.bench.experiment.running import missing_runs
from brooks.bench.experiment.stopwatch import Stopwatch
from brooks.core.events import Record, ReplyReceived
from brooks.core.facts import Usage
from brooks.log.codec import Codec
from brooks.models.naming import parse_model
from brooks.models.prices import find_price
from brooks.runtime.fleet import default_jobs
from brooks.runtime.in_memory import run_in_memory
from brooks.runtime.routes import settings_for
from brooks.spec.experiment import Experiment

PROBES = 12
"""Runs that are made to see how long one takes; the first of them warms up and does not count."""
PROBE_SECONDS = 10.0
"""How long those may take together; after that the ones made so far must do."""
REMEMBERED = 200
"""Results that are looked at for how long they took."""
SIMULATED_AS = "sim:typical"


class Cost(NamedTuple):
    """What the missing runs with one model will take."""

    model: str
    input_tokens: int
    output_tokens: int
    dollars: float | None
    """None where nobody knows the model's price."""
    prices: str | None
    """Where the price is from."""


class Estimate(NamedTuple):
    """What an experiment will take."""

    planned: int
    """Runs of the grid."""
    missing: int
    """Those still to be made."""
    failed: int
    """Those of them that could not be made the last time."""
    jobs: int
    seconds: float
    """Real time for what is missing, with so many jobs."""
    rests_on: str
    """What the time rests on, in a few words."""
    costs: tuple[Cost, ...]
    """Of the models that cost something."""

    @property
    def is_paid(self) -> bool:
        """Whether any of the missing runs costs something."""
        return bool(self.costs)

    @property
    def dollars(self) -> float | None:
        """All costs together; None where a price is not known."""
        known = [cost.dollars for cost in self.costs if cost.dollars is not None]
        return sum(known) if len(known) == len(self.costs) else None


def estimate(experiment: Experiment, out: Path, *, jobs: int | None = None) -> Estimate:
    """Say what the missing runs of an experiment will take. Nothing is written.

    Raises:
        UsageError: Something that the experiment names cannot be.
    """
    out = out.absolute()
    grid, folder = Grid(experiment, out), ResultFolder(out)
    grid.check()
    missing = missing_runs(grid, folder)
    paid = [index for index in missing if is_paid(grid.spec_of(grid.runs[index]))]
    is_free = set(missing).difference(paid)
    free = [index for index in missing if index in is_free]
    jobs = jobs or default_jobs()
    seconds, rests_on = _time(grid, folder, free)
    simulated, costs = _price(grid, paid)
    return Estimate(
        planned=len(grid.runs),
        missing=len(missing),
        failed=len(folder.failed().intersection(grid.ids[index] for index in missing)),
        jobs=jobs,
        seconds=(seconds * len(free) + simulated) / max(1, min(jobs, len(missing))),
        rests_on=", ".join(text for text in (rests_on, _simulated_text(paid)) if text),
        costs=costs,
    )


def _simulated_text(paid: Sequence[int]) -> str:
    return f"simulating each cell once with {SIMULATED_AS}" if paid else ""


def _time(grid: Grid, folder: ResultFolder, free: Sequence[int]) -> tuple[float, str]:
    """Seconds of one run, and what they rest on."""
    if not free:
        return 0.0, ""
    done = folder.done()
    made = [run for run in grid.ids if run in done]
    if made:
        known = [folder.result(run).seconds for run in made[-REMEMBERED:]]
        return fmean(known), f"{len(known)} runs already made"
    carrier = Carrier(grid, made_by="")
    watch, took = Stopwatch(), []
    count = max(1, min(PROBES, len(free) // 4))
    for index in Random(SIMULATED_AS).sample(free, count):
        took.append(carrier.make(index).made.seconds)
        if watch.read().seconds > PROBE_SECONDS:
            break
    counted = took[1:] or took
    return fmean(counted), f"{len(counted)} probe run{'s' if len(counted) > 1 else ''}"


def _price(grid: Grid, paid: Sequence[int]) -> tuple[float, tuple[Cost, ...]]:
    """Seconds of all paid runs, and what each model costs in them."""
    often: Counter[Cell] = Counter()
    first: dict[Cell, Planned] = {}
    for index in paid:
        planned = grid.runs[index]
        often[planned.cell] += 1
        first.setdefault(planned.cell, planned)
    seconds = 0.0
    costs: dict[str, list[Cost]] = {}
    for cell, planned in first.items():
        try_models(grid.spec_of(planned), grid.inputs_of(cell))
        records = _simulated(grid, planned)
        seconds += often[cell] * records[-1].time
        for cost in _costs_of(grid, planned, records, times=often[cell]):
            costs.setdefault(cost.model, []).append(cost)
    return seconds, tuple(_together(parts) for parts in costs.values())


def _simulated(grid: Grid, planned: Planned) -> list[Record]:
    spec = grid.spec_of(planned, model=SIMULATED_AS)
    inputs = grid.inputs_of(planned.cell)
    made = run_in_memory(spec, inputs.file.blobs, inputs.files, executable=inputs.executable)
    return list(Codec().decode_all(made.log.read()))


def _costs_of(
    grid: Grid, planned: Planned, records: Iterable[Record], *, times: int
) -> Iterable[Cost]:
    """What one run's replies cost with the models that are meant, so many times."""
    spec = grid.spec_of(planned)
    known = {one.model: one for one in spec.models}
    model_of = {member.id: member.model or spec.model for member in spec.team.members}
    usages: dict[str, list[Usage]] = {model: [] for model in model_of.values()}
    for record in records:
        if isinstance(record.event, ReplyReceived):
            usages[model_of[record.event.agent]].append(record.event.usage)
    for model, used in usages.items():
        pricing = find_price(parse_model(model), settings_for(known, model))
        yield Cost(
            model=model,
            input_tokens=times * sum(usage.input_tokens for usage in used),
            output_tokens=times * sum(usage.output_tokens for usage in used),
            dollars=None if pricing is None else times * sum(map(pricing.dollars, used)),
            prices=None if pricing is None else pricing.source,
        )


def _together(parts: Sequence[Cost]) -> Cost:
    known = [part.dollars for part in parts if part.dollars is not None]
    return parts[0]._replace(
        input_tokens=sum(part.input_tokens for part in parts),
        output_tokens=sum(part.output_tokens for part in parts),
        dollars=sum(known) if len(known) == len(parts) else None,
    )
