"""Running an experiment in this process: what is made, what is made again, what the tables say."""

import json
from pathlib import Path

import msgspec
import polars as pl
import pytest
from msgspec.structs import replace

from brooks.analysis.columns import TABLES
from brooks.bench.experiment import Step, read_manifest, read_tables, run_experiment
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.manifest import differences, unequal_tables
from brooks.bench.experiment.results import ResultFolder
from brooks.errors import UsageError
from brooks.log.lock import WriterLock
from brooks.spec.experiment import Experiment, TeamChoice


def stuck(team: TeamChoice) -> TeamChoice:
    """A team that no file could hold: a run with an agent of no speed raises."""
    members = tuple(replace(member, speed=0.0) for member in team.team.members)
    return TeamChoice(name="stuck", team=replace(team.team, members=members))


def files_of(out: Path) -> dict[str, bytes]:
    """The tables, byte for byte."""
    return {table.name: (out / f"{table.name}.parquet").read_bytes() for table in TABLES}


def test_every_run_of_the_grid_is_a_row(tiny: Experiment, tmp_path: Path) -> None:
    """In the order of the grid, under what the experiment calls it."""
    finished = run_experiment(tiny, tmp_path / "out", jobs=1)

    runs = read_tables(tmp_path / "out").runs
    assert finished.is_complete
    assert runs["run"].to_list() == list(Grid(tiny, tmp_path / "out").ids)
    assert runs["team"].to_list() == ["single", "leased", "single", "leased"]
    assert runs["size"].to_list() == [1, 2, 1, 2]
    assert runs["repetition"].to_list() == [1, 1, 2, 2]
    assert runs["verified_done"].to_list() == [True] * 4
    assert runs["project"].unique().to_list() == ["two files"]
    assert runs["simulated"].all()


def test_the_same_grid_gives_the_same_tables(tiny: Experiment, tmp_path: Path) -> None:
    """Byte for byte, in another folder."""
    first = run_experiment(tiny, tmp_path / "a", jobs=1)
    second = run_experiment(tiny, tmp_path / "b", jobs=1)

    assert first.tables == second.tables
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_what_is_made_is_not_made_again(tiny: Experiment, tmp_path: Path) -> None:
    """And more repetitions make only those that are missing."""
    run_experiment(tiny, tmp_path, jobs=1)

    again = run_experiment(tiny, tmp_path, jobs=1)
    longer = run_experiment(replace(tiny, repetitions=3), tmp_path, jobs=1)

    assert (again.made_now, again.done) == (0, 4)
    assert (longer.made_now, longer.done) == (2, 6)


def test_an_interrupted_experiment_goes_on_where_it_stopped(
    tiny: Experiment, tmp_path: Path
) -> None:
    """Ctrl-C leaves tables of what is there; in the end they are as if nothing had happened."""
    whole = run_experiment(tiny, tmp_path / "whole", jobs=1)

    def stop(step: Step) -> None:
        if step.made == 2:
            raise KeyboardInterrupt

    halted = run_experiment(tiny, tmp_path / "halted", jobs=1, on_progress=stop)
    rows = read_tables(tmp_path / "halted").runs.height
    steps: list[Step] = []
    resumed = run_experiment(tiny, tmp_path / "halted", jobs=1, on_progress=steps.append)

    assert halted.is_interrupted
    assert (halted.done, halted.missing, rows) == (2, 2, 2)
    assert [(step.made, step.wanted) for step in steps] == [(1, 2), (2, 2)]
    assert resumed.tables == whole.tables
    assert files_of(tmp_path / "halted") == files_of(tmp_path / "whole")


def test_a_run_that_raises_is_a_failed_row_and_is_tried_again(
    tiny: Experiment, tmp_path: Path
) -> None:
    """The others are made all the same."""
    experiment = replace(tiny, teams=(*tiny.teams, stuck(tiny.teams[0])), repetitions=1)

    finished = run_experiment(experiment, tmp_path, jobs=1)
    again = run_experiment(experiment, tmp_path, jobs=1)

    runs = read_tables(tmp_path).runs
    assert (finished.done, len(finished.failures), finished.missing) == (2, 1, 0)
    assert finished.failures[0].error == "ZeroDivisionError: float division by zero"
    assert finished.failures[0].text == "stuck:1 on tiny, sim:typical, repetition 1"
    assert again.made_now == 1
    [failed] = runs.filter(pl.col("team") == "stuck").to_dicts()
    assert (failed["outcome"], failed["marked_done"], failed["verified_done"]) == (
        "failed",
        False,
        False,
    )
    assert failed["seconds"] is None
    assert [cell.verified for cell in finished.cells] == [1.0, 1.0, 0.0]


def test_a_renamed_team_is_read_under_its_new_name(tiny: Experiment, tmp_path: Path) -> None:
    """Results know their content; what they are called is said when they are joined."""
    run_experiment(tiny, tmp_path, jobs=1)
    [single, leased] = tiny.teams
    renamed = replace(tiny, teams=(replace(single, name="solo"), leased))

    finished = run_experiment(renamed, tmp_path, jobs=1)

    assert finished.made_now == 0
    assert read_tables(tmp_path).runs["team"].to_list() == ["solo", "leased"] * 2


def test_two_at_once_in_one_folder_are_refused(tiny: Experiment, tmp_path: Path) -> None:
    """They would do the same work twice."""
    ResultFolder(tmp_path).make()
    lock = WriterLock.acquire(tmp_path / "bench")

    with pytest.raises(UsageError, match="another process works in"):
        run_experiment(tiny, tmp_path, jobs=1)

    lock.release()


def test_results_with_other_columns_are_refused(tiny: Experiment, tmp_path: Path) -> None:
    """A newer program knows columns that older results do not have."""
    run_experiment(tiny, tmp_path, jobs=1)
    path = tmp_path / "done" / f"{Grid(tiny, tmp_path).ids[0]}.msgpack"
    result = msgspec.msgpack.decode(path.read_bytes())
    del result["rows"]["calls"]["worth"]
    path.write_bytes(msgspec.msgpack.encode(result))

    with pytest.raises(UsageError, match="whose tables have other columns"):
        run_experiment(tiny, tmp_path, jobs=1)


def test_logs_are_kept_if_asked_for(tiny: Experiment, tmp_path: Path) -> None:
    """One a run, as `brooks export` writes them; also of runs that were made before without."""
    run_experiment(tiny, tmp_path, jobs=1)
    assert not any((tmp_path / "logs").iterdir())

    run_experiment(tiny, tmp_path, jobs=1, keep_logs=True)

    ids = Grid(tiny, tmp_path).ids
    assert sorted(path.stem for path in (tmp_path / "logs").iterdir()) == sorted(ids)
    lines = (tmp_path / "logs" / f"{ids[0]}.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["kind"].startswith("RunStarted")


def test_tables_say_what_their_columns_are(tiny: Experiment, tmp_path: Path) -> None:
    """In the files' own metadata, and on a page beside them."""
    run_experiment(tiny, tmp_path, jobs=1)

    metadata = pl.read_parquet_metadata(tmp_path / "tasks.parquet")
    page = (tmp_path / "columns.md").read_text()
    assert metadata["column:effort"] == "Its relative effort."
    assert all(f"| `{column.name}` |" in page for table in TABLES for column in table.columns)


def test_there_are_no_tables_before_an_experiment_has_run(tmp_path: Path) -> None:
    """Said of a folder that is something else."""
    with pytest.raises(UsageError, match="there is no table"):
        read_tables(tmp_path)


def test_a_manifest_makes_the_same_tables_again(tiny: Experiment, tmp_path: Path) -> None:
    """It holds the whole experiment, and finds its task files from where it stands."""
    run_experiment(tiny, tmp_path / "first", jobs=1)
    past = read_manifest(tmp_path / "first" / "manifest.json")
    assert past is not None

    again = run_experiment(past.experiment, tmp_path / "second", jobs=1)

    assert past.experiment == tiny
    assert unequal_tables(past, again.tables) == []
    assert differences(past, Grid(past.experiment, tmp_path / "second")) == []
    assert (tmp_path / "first" / "manifest.json").read_text() == (
        (tmp_path / "second" / "manifest.json").read_text()
    )


def test_a_manifest_tells_what_is_not_as_it_was(
    tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """A changed task file changes the tables, and is named."""
    run_experiment(tiny, tmp_path / "first", jobs=1)
    past = read_manifest(tmp_path / "first" / "manifest.json")
    assert past is not None
    tasks.write_text(tasks.read_text().replace("id: second", "id: next"))

    again = run_experiment(past.experiment, tmp_path / "second", jobs=1)

    assert "tasks" in unequal_tables(past, again.tables)
    assert differences(past, Grid(past.experiment, tmp_path)) == ["suite 'tiny' is not as it was"]


def test_another_json_file_is_no_manifest(tmp_path: Path) -> None:
    """An experiment may be written as JSON."""
    path = tmp_path / "experiment.json"
    path.write_text('{"suites": ["mathlib/mixed"], "teams": ["single"]}')

    assert read_manifest(path) is None


def test_a_manifest_of_another_version_is_refused(tmp_path: Path) -> None:
    """What cannot be read is not guessed at."""
    path = tmp_path / "manifest.json"
    path.write_text('{"experiment": {"name": 3}, "tables": {}, "brooks": "9.9"}')

    with pytest.raises(UsageError, match=r"was written by brooks 9\.9 and cannot be read"):
        read_manifest(path)
