"""`brooks fit`: which law of scaling a table of measurements follows, and how well."""

import csv
from pathlib import Path
from typing import Any

import click

from brooks.analysis.curves import Measure
from brooks.analysis.fit_sentences import fit_sentences
from brooks.analysis.fitting import Fit, fit_laws, unfitted
from brooks.cli.options import Exit, json_option, print_json
from brooks.errors import OutsideError, UsageError

SIZE_COLUMNS = ("size", "n", "agents", "load", "processors")
SECONDS = "seconds"
VALUE_COLUMNS = (SECONDS, *(measure.value for measure in Measure))
Row = tuple[float, float]


@click.command("fit")
@click.argument("table", metavar="TABLE", type=click.Path(path_type=Path))
@click.option(
    "--predict", type=click.FloatRange(min=1.0), multiple=True, help="Say what comes at this size."
)
@json_option
def fit_command(table: Path, *, predict: tuple[float, ...], as_json: bool) -> int:
    """Fit Amdahl's, Gustafson's and the Universal Scalability Law to TABLE, and say which fits best.

    TABLE is a CSV file with a column for the size (size, n, agents, load or processors) and one for
    what was measured: seconds, speedup or throughput. Several rows of one size are repeats.
    """
    column, rows = read_table(table)
    measure = Measure.SPEEDUP if column == SECONDS else Measure(column)
    if column == SECONDS:
        rows = _as_speedups(rows, table)
    sizes, values = [size for size, _ in rows], [value for _, value in rows]
    fits = fit_laws(sizes, values, measure=measure)
    refusals = unfitted(sizes, values, measure=measure)
    if as_json:
        print_json(
            {
                "measure": measure.value,
                "fits": [_facts(fit, predict) for fit in fits],
                "not_fitted": [refusal.sentence for refusal in refusals],
            }
        )
        return Exit.DONE
    lines = [f"{len(rows)} measurements of {measure.value}", *fit_sentences(fits, refusals)]
    lines += [_prediction(fits[0], size) for size in predict]
    click.echo("\n".join(lines))
    return Exit.DONE


def read_table(path: Path) -> tuple[str, list[Row]]:
    """What was measured, and each size with its value.

    Raises:
        UsageError: A column is missing, or a value is no number.
        OutsideError: The file cannot be read.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            size = _column(path, names, SIZE_COLUMNS)
            value = _column(path, names, VALUE_COLUMNS)
            rows = [
                (
                    _number(path, reader.line_num, row, size),
                    _number(path, reader.line_num, row, value),
                )
                for row in reader
            ]
    except OSError as error:
        raise OutsideError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{str(path)!r} is no CSV file: {error}") from error
    return value, rows


def _column(path: Path, names: list[str], wanted: tuple[str, ...]) -> str:
    for name in wanted:
        if name in names:
            return name
    raise UsageError(
        f"{str(path)!r} has no column {' or '.join(map(repr, wanted))}; its columns are: "
        f"{', '.join(map(repr, names)) or 'none'}"
    )


def _number(path: Path, line: int, row: dict[str, str], column: str) -> float:
    text = row.get(column) or ""
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{path}:{line}: {column} is {text!r}, which is no number") from None


def _as_speedups(rows: list[Row], path: Path) -> list[Row]:
    """Each run's speedup against the mean of the runs of size 1."""
    if not any(size == 1 for size, _ in rows):
        raise UsageError(f"{str(path)!r} has no row of size 1, which seconds are held against")
    if wrong := [seconds for _, seconds in rows if not seconds > 0]:
        raise UsageError(f"{str(path)!r}: {wrong[0]!r} seconds: a run that ended took some")
    alone = [seconds for size, seconds in rows if size == 1]
    mean = sum(alone) / len(alone)
    return [(size, mean / seconds) for size, seconds in rows]


def _facts(fit: Fit, sizes: tuple[float, ...]) -> dict[str, Any]:
    return {
        "law": fit.law.value,
        "parameters": {
            each.name: {"value": each.value, "low": each.low, "high": _finite(each.high)}
            for each in fit.parameters
        },
        "peak": None if fit.peak is None else _finite(fit.peak.value),
        "confidence": fit.confidence,
        "r_squared": fit.r_squared,
        "aicc": fit.aicc,
        "residual_error": fit.residual_error,
        "left_out_error": fit.left_out_error,
        "predicted": [
            {"size": size, "value": made.value, "low": made.low, "high": _finite(made.high)}
            for size in sizes
            for made in [fit.predict(size)]
        ],
    }


def _finite(value: float) -> float | None:
    return value if value < float("inf") else None


def _prediction(fit: Fit, size: float) -> str:
    made = fit.predict(size)
    percent = f"{fit.confidence * 100:g} %"
    return (
        f"at size {size:g}, {fit.law.name_inside} gives {made.value:.3g} "
        f"({percent} interval {made.low:.3g} to {made.high:.3g})"
    )
