"""`brooks fit`: which law of scaling a table of measurements follows, and how well."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from brooks.analysis.curves import Measure
from brooks.analysis.fit_sentences import fit_sentences
from brooks.analysis.fitting import Fit, fit_laws, unfitted
from brooks.cli.options import Exit, json_option, print_json
from brooks.errors import OutsideError, UsageError

SIZE_COLUMNS = ("size", "n", "agents", "load", "processors")
SECONDS = "seconds"
VALUE_COLUMNS = (SECONDS, *(measure.value for measure in Measure))
LEAST_SIZES = 3
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
    what was measured: seconds, speedup or throughput. Several rows of one size are repeats. It may be
    the folder of results of `brooks bench` too: then the verified runs of each team on each project
    are fitted, against the same team with one agent, or `single` where there is none.
    """
    if table.is_dir():
        found = [_fitted(*series, predict) for series in read_bench(table)]
    else:
        column, rows = read_table(table)
        measure = Measure.SPEEDUP if column == SECONDS else Measure(column)
        if column == SECONDS:
            from brooks.analysis.scaling import as_speedups

            rows = as_speedups(rows, str(table))
        found = [_fitted("", measure, rows, predict)]
    if as_json:
        print_json([each.facts for each in found] if table.is_dir() else found[0].facts)
    else:
        click.echo("\n\n".join("\n".join(each.lines) for each in found))
    return Exit.DONE


class _Fitted(NamedTuple):
    """What is printed of one series of measurements."""

    facts: dict[str, Any]
    lines: list[str]


def _fitted(
    title: str, measure: Measure, rows: Sequence[Row], predict: tuple[float, ...]
) -> _Fitted:
    sizes, values = [size for size, _ in rows], [value for _, value in rows]
    fits = fit_laws(sizes, values, measure=measure)
    refusals = unfitted(sizes, values, measure=measure)
    facts = {
        "measure": measure.value,
        "fits": [_facts(fit, predict) for fit in fits],
        "not_fitted": [refusal.sentence for refusal in refusals],
    }
    head = f"{len(rows)} measurements of {measure.value}"
    lines = [f"{title}: {head}" if title else head, *fit_sentences(fits, refusals)]
    lines += [_prediction(fits[0], size) for size in predict]
    return _Fitted({"of": title, **facts} if title else facts, lines)


def read_bench(folder: Path) -> list[tuple[str, Measure, list[Row]]]:
    """The speedups of each team on each project, of the runs of a bench that were verified.

    Raises:
        UsageError: The folder has no results, or no team was run with enough sizes to be fitted.
    """
    from brooks.analysis.scaling import as_speedups, series_of
    from brooks.bench.experiment import read_tables

    found = [
        (series.title, Measure.SPEEDUP, as_speedups(series.rows, series.title))
        for series in series_of(read_tables(folder))
        if len(series.sizes) >= LEAST_SIZES
    ]
    if not found:
        raise UsageError(
            f"no team in {str(folder)!r} has verified runs of {LEAST_SIZES} sizes or more, one "
            "agent among them: bench more sizes"
        )
    return found


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
