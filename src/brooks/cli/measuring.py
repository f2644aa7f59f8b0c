"""`brooks measure`: every metric of one run or several, from their logs alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from brooks.cli.ending import results_console
from brooks.cli.options import Exit, json_option, named_run, note, print_json, runs_dir_option
from brooks.cli.tabling import read_tables, write_tables

if TYPE_CHECKING:
    from brooks.analysis.tables import Tables

WAITS = (
    "worked", "waited_dependency", "waited_agent", "waited_lease", "waited_check", "waited_merge",
    "waited_rate_limit", "waited_barrier",
)  # fmt: skip


@click.command("measure")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--metric", "names", multiple=True, help="Only this metric; may be given again.")
@click.option(
    "--tasks", "by_task", is_flag=True, help="Each task: what it waited for, and its slack."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the runs' tables into this folder as Parquet.",
)
@runs_dir_option
@json_option
def measure_command(
    runs: tuple[str, ...],
    *,
    names: tuple[str, ...],
    by_task: bool,
    output: Path | None,
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Measure each RUN by every metric that its log tells, side by side.

    Metrics against one agent are held against the runs of one agent among those that are named.
    docs/metrics.md says what each metric is.
    """
    from brooks.analysis.metrics.catalogue import METRICS, measure

    folders = [named_run(runs_dir, name) for name in dict.fromkeys(runs)]
    tables = read_tables(folders)
    measured = measure(tables, names or tuple(METRICS)).drop("run").to_dict(as_series=False)
    if output is not None:
        write_tables(tables, output)
        note(f"the tables are in {str(output)!r}")
    ids = [folder.id for folder in folders]
    if as_json:
        print_json(_facts(ids, measured, tables))
        return Exit.DONE
    console = results_console()
    console.print(_table(ids, measured, only_known=not names))
    if by_task:
        for run in ids:
            console.print(_task_table(run, tables))
    if tables.runs["simulated"].any():
        console.print("simulated: times and tokens are computed, not measured")
    return Exit.DONE


def _facts(ids: list[str], measured: dict[str, list[Any]], tables: "Tables") -> dict[str, Any]:
    tasks = tables.tasks.partition_by("run", as_dict=True)
    return {
        "runs": [
            {
                "run": run,
                "simulated": bool(simulated),
                "metrics": {name: values[place] for name, values in measured.items()},
                "tasks": tasks[(run,)].drop("run").to_dicts() if (run,) in tasks else [],
            }
            for place, (run, simulated) in enumerate(
                zip(ids, tables.runs["simulated"], strict=True)
            )
        ]
    }


def _table(ids: list[str], measured: dict[str, list[Any]], *, only_known: bool) -> Table:
    from brooks.analysis.metrics.catalogue import METRICS

    table = Table(box=None, pad_edge=False, header_style="")
    table.add_column("metric")
    for run in ids:
        table.add_column(run, justify="right", overflow="fold")
    table.add_column("unit")
    for name, values in measured.items():
        if only_known and all(value is None for value in values):
            continue
        table.add_row(name, *map(_shown, values), METRICS[name].unit)
    return table


def _task_table(run: str, tables: "Tables") -> Table:
    """The tasks of a run: seconds at each thing that any of them waited for, and how much slack."""
    rows = tables.tasks.filter(tables.tasks["run"] == run).to_dicts()
    waits = [name for name in WAITS if any(row[name] for row in rows)]
    table = Table(box=None, pad_edge=False, header_style="", title=run, title_justify="left")
    heads = ["task", *(name.removeprefix("waited_") for name in waits), "slack", "critical"]
    for head in heads:
        table.add_column(head, justify="left" if head == "task" else "right", overflow="fold")
    for row in rows:
        critical = "yes" if row["on_critical_path"] else ""
        times = [_shown(row[name]) for name in (*waits, "slack")]
        table.add_row(str(row["task"]), *times, critical)
    return table


def _shown(value: float | None) -> str:
    if value is None:
        return "—"
    if value == int(value) and abs(value) < 1e9:
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3g}"
