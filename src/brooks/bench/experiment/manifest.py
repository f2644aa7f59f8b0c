"""What stands beside the tables: what made them and from what, so that they can be made again.

`read_manifest` gives the experiment back, and `differences` says what is not as it was.
"""

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from brooks import __version__
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.inputs import bundled_suites
from brooks.bench.experiment.joining import Joined
from brooks.core.canonical import content_hash
from brooks.errors import OutsideError, UsageError
from brooks.models.prices import Pricing
from brooks.runtime.beginnings import all_models, prices_of
from brooks.spec.experiment import Experiment

FILE = "manifest.json"
LIBRARIES = ("msgspec", "polars", "pydantic", "pydantic-ai-slim", "genai-prices")
_MILLION = 1_000_000
_SOURCE = Path(__file__).resolve().parents[4]


class Past(NamedTuple):
    """An experiment that has been run, by its manifest."""

    path: Path
    experiment: Experiment
    facts: Mapping[str, Any]


def made_by() -> str:
    """The version of brooks, with the commit where it runs from its repository."""
    commit = _commit()
    return __version__ if commit is None else f"{__version__} ({commit[:12]})"


def manifest(grid: Grid, joined: Joined, *, out: Path) -> dict[str, Any]:
    """Everything that the tables depend on, as JSON values."""
    experiment = grid.experiment
    inputs = input_hashes(grid)
    models, prices = _models(grid)
    return {
        "name": experiment.name,
        "experiment": msgspec.to_builtins(_relative(experiment, out)),
        "grid": {
            "suites": [suite.name for suite in experiment.suites],
            "teams": [team.label for team in experiment.teams],
            "models": list(experiment.models),
            "faults": [faults.name for faults in experiment.faults],
            "repetitions": experiment.repetitions,
            "runs": len(grid.runs),
        },
        "runs": {
            "done": joined.done,
            "failed": [failed._asdict() for failed in joined.failures],
            "missing": joined.missing,
        },
        "seeds": {
            "experiment": experiment.seed,
            "runs": content_hash([planned.seed for planned in grid.runs]),
        },
        "inputs": inputs,
        "models": models,
        "prices": prices,
        "tables": dict(joined.hashes),
        "made_by": list(joined.made_by),
        "brooks": __version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name)) is not None},
    }


def input_hashes(grid: Grid) -> dict[str, Any]:
    """Hashes of what the runs are made from, by name."""
    suites = {cell.suite.name: cell for cell in grid.cells()}
    teams = {team.label: content_hash(team.team) for team in grid.experiment.teams}
    faults = {
        faults.name: content_hash(faults.plan, faults.drawn) for faults in grid.experiment.faults
    }
    return {
        "suites": {name: grid.inputs_of(cell).hashes() for name, cell in suites.items()},
        "teams": teams,
        "faults": faults,
        "models": _models(grid)[0],
    }


def _models(grid: Grid) -> tuple[dict[str, str], dict[str, Any]]:
    """Of every model of the grid: a hash of what it is made of here, and its price."""
    hashes: dict[str, str] = {}
    prices: dict[str, Any] = {}
    seen: set[tuple[str, str, str]] = set()
    for planned in grid.runs[: len(grid.runs) // grid.experiment.repetitions]:
        cell = planned.cell
        if (key := (cell.suite.name, cell.model, cell.team.label)) in seen:
            continue
        seen.add(key)
        spec = grid.spec_of(planned)
        hashes |= {model: grid.hash_of_model(model) for model in all_models(spec)}
        prices |= {model: _price(price) for model, price in prices_of(spec).items()}
    return hashes, prices


def _price(price: Pricing | None) -> dict[str, Any] | None:
    """A price as JSON values: the most that it can be, at any time and for any size."""
    if price is None:
        return None
    return {
        "source": price.source,
        "usd_per_million_input": price.most(_MILLION, 0),
        "usd_per_million_output": price.most(0, _MILLION),
    }


def read_manifest(path: Path) -> Past | None:
    """The experiment that a manifest tells of; None where the file is none.

    Raises:
        UsageError: It is one that another version of brooks wrote, and cannot be read.
    """
    if path.suffix.lower() != ".json":
        return None
    try:
        facts = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(facts, dict) or not {"experiment", "tables", "brooks"} <= facts.keys():
        return None
    try:
        experiment = msgspec.convert(facts["experiment"], Experiment)
    except msgspec.ValidationError as error:
        raise UsageError(
            f"{str(path)!r} was written by brooks {facts['brooks']} and cannot be read by "
            f"{__version__}: {error}: use that version"
        ) from error
    return Past(path=path, experiment=_absolute(experiment, path.absolute().parent), facts=facts)


def differences(past: Past, grid: Grid) -> list[str]:
    """What the experiment rests on that is not as it was, in a sentence each."""
    then, now = past.facts.get("inputs", {}), input_hashes(grid)
    found = [
        f"{kind.removesuffix('s')} {name!r} is not as it was"
        for kind, hashes in now.items()
        for name, value in hashes.items()
        if then.get(kind, {}).get(name) != value
    ]
    made = past.facts.get("made_by", [])
    if made and made != [made_by()]:
        found.append(f"brooks was {', '.join(made)} and is {made_by()}")
    return found


def unequal_tables(past: Past, hashes: Mapping[str, str]) -> list[str]:
    """The names of tables whose values are not those that the manifest tells of."""
    then = past.facts["tables"]
    return [name for name, value in hashes.items() if then.get(name) != value]


def _relative(experiment: Experiment, out: Path) -> Experiment:
    """The experiment with its own task files named from the folder of results."""
    start = out.absolute()
    return replace(
        experiment,
        source=os.path.relpath(experiment.source, start) if experiment.source else "",
        suites=tuple(
            replace(suite, path="" if suite.name in bundled else os.path.relpath(suite.path, start))
            for bundled in [bundled_suites()]
            for suite in experiment.suites
        ),
    )


def _absolute(experiment: Experiment, folder: Path) -> Experiment:
    bundled = bundled_suites()
    suites = []
    for suite in experiment.suites:
        path = folder / suite.path if suite.path else bundled.get(suite.name)
        if path is None:
            raise UsageError(f"there is no bundled suite {suite.name!r} in this version of brooks")
        suites.append(replace(suite, path=str(Path(os.path.normpath(path)))))
    source = os.path.normpath(folder / experiment.source) if experiment.source else ""
    return replace(experiment, suites=tuple(suites), source=source)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the repository that this program runs from; None where it was installed."""
    head = _SOURCE / ".git" / "HEAD"
    try:
        text = head.read_text(encoding="utf-8").strip()
        if not text.startswith("ref: "):
            return text or None
        name = text.removeprefix("ref: ")
        loose = head.parent / name
        if loose.is_file():
            return loose.read_text(encoding="utf-8").strip()
        packed = (head.parent / "packed-refs").read_text(encoding="utf-8")
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return None
        raise OutsideError(f"cannot read {str(head)!r}: {error.strerror}") from error
    lines = (line.split(" ", 1) for line in packed.splitlines() if line.endswith(f" {name}"))
    return next((line[0] for line in lines), None)
