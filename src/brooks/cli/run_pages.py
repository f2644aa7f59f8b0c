"""Pages of runs, from their folders."""

from collections.abc import Iterable

from brooks.cli.assembling import is_simulated
from brooks.cli.reading import read_run
from brooks.cli.tabling import read_rows, rows_of_run
from brooks.report.page.contents import Page
from brooks.report.run_page import run_page
from brooks.report.runs_page import RunToShow, runs_page
from brooks.runtime.run_folder import RunFolder


def page_of_run(folder: RunFolder, baselines: Iterable[RunFolder] = ()) -> Page:
    """The page of one run, held against runs of one agent."""
    read = read_run(folder)
    return run_page(
        run=folder.id,
        spec=read.spec,
        records=read.records,
        rows=rows_of_run(read),
        manifest=read.manifest,
        simulated=is_simulated(read.spec),
        others=[read_rows(other) for other in baselines],
    )


def page_of_runs(folders: Iterable[RunFolder]) -> Page:
    """The page of several runs, side by side; those of one agent are what the others are held against."""
    return runs_page([_to_show(folder) for folder in folders])


def _to_show(folder: RunFolder) -> RunToShow:
    read = read_run(folder)
    return RunToShow(
        run=folder.id,
        spec=read.spec,
        records=read.records,
        rows=rows_of_run(read),
        simulated=is_simulated(read.spec),
    )
