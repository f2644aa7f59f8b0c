"""Published runs read into the tables: what follows from the order of rows, and what stays unknown."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.log.foreign.published_kit import (
    Event,
    Rows,
    asked,
    did,
    frames,
    happened,
    replied,
    run,
    tested,
    write,
)

from brooks.analysis.metrics.catalogue import measure
from brooks.analysis.tables import Tables
from brooks.errors import OutsideError, UsageError
from brooks.log.foreign.published import is_published, read_published

STORY: tuple[Event, ...] = (
    asked(1.0, 1),
    replied(5.0, 1, "Dev1"),
    ("lock_attempt", None, {"round": 1.0, "path": "f.py"}),
    did("edit_file", 5.1, 1, path="f.py"),
    did("claim_task", 5.2, 1, agent="Dev1"),
    did("claim_blocked", 5.3, 1),
    did("complete_task", 5.4, 1),
    replied(8.0, 1, "Dev2"),
    did("edit_file", 8.1, 1, path="g.py"),
    tested(9.0, 1, 1.0),
    asked(9.5, 2),
    replied(10.0, 2, "Dev2"),
    tested(11.0, 2, 0.0),
)


def alternating(*parts: Rows) -> Rows:
    """The rows of several runs, one of each in turn."""
    longest = max(map(len, parts))
    return [part[at] for at in range(longest) for part in parts if at < len(part)]


def read(folder: Path, story: tuple[Event, ...], **values: Any) -> Tables:
    return read_published(write(folder, [run("r", **values)], happened("r", *story)))


def only_run(tables: Tables) -> dict[str, Any]:
    return tables.runs.row(0, named=True)


def test_events_belong_to_the_reply_before_them(tmp_path: Path) -> None:
    """Only claims say whose they are; for everything else it follows from the order in its run."""
    made = read(tmp_path, STORY)

    assert made.calls.select("call", "agent", "round", "began", "ended").rows() == [
        (1, "Dev1", 1, 1.0, 5.0),
        (2, "Dev2", 1, 1.0, 8.0),
        (3, "Dev2", 2, 9.5, 10.0),
    ]
    actions = made.actions.with_columns(pl.col("time").round(3))
    assert actions.select("call", "agent", "round", "time", "kind", "path").rows() == [
        (1, "Dev1", 1, 5.1, "write", "f.py"),
        (1, "Dev1", 1, 5.2, "claim", None),
        (1, "Dev1", 1, 5.3, "claim refused", None),
        (1, "Dev1", 1, 5.4, "completion", None),
        (2, "Dev2", 1, 8.1, "write", "g.py"),
        (2, "Dev2", 1, 9.0, "check", None),
        (3, "Dev2", 2, 11.0, "check", None),
    ]
    assert made.actions["passed"].to_list() == [None] * 5 + [False, True]
    assert made.actions["seconds"].to_list() == [None] * 5 + [0.5, 0.5]
    assert made.actions["reason"].drop_nulls().to_list() == ["not_ready"]


def test_runs_whose_events_are_mixed_do_not_touch(tmp_path: Path) -> None:
    """The rows of two runs alternate; each is read as if it were alone."""
    other = (asked(2.0, 1), replied(3.0, 1, "Dev9"), did("edit_file", 3.5, 1, path="h.py"))
    rows = alternating(happened("r", *STORY), happened("other", *other))

    both = read_published(write(tmp_path / "both", [run("r"), run("other")], rows))
    alone = read(tmp_path / "alone", STORY)

    kept = both.only(pl.col("run") == "r")
    for name in ("runs", "calls", "actions"):
        assert_frame_equal(kept.frames[name], alone.frames[name])
    assert both.calls.filter(run="other").select("call", "agent", "began", "ended").rows() == [
        (1, "Dev9", 2.0, 3.0)
    ]


def test_an_event_before_any_reply_is_nobodys(tmp_path: Path) -> None:
    made = read(tmp_path, (did("edit_file", 0.5, 1, path="f.py"), *STORY))

    first = made.actions.row(0, named=True)
    assert (first["call"], first["agent"], first["path"]) == (None, None, "f.py")


def test_what_was_not_published_is_unknown(tmp_path: Path) -> None:
    """Task ids, tokens of replies, prices, waiting: None and never zero; no row of what is not told."""
    made = read(tmp_path, STORY)

    unknown = ("tasks", "done", "verified", "dollars", "cached_tokens", "seed", "letters",
               "busy_seconds", "leases_expired", "availability", "work", "span")  # fmt: skip
    assert {only_run(made)[name] for name in unknown} == {None}
    for table, names in (
        (made.calls, ("turn", "role", "task", "waited", "input_tokens", "dollars", "worth")),
        (made.actions, ("task",)),
    ):
        assert all(table[name].null_count() == table.height for name in names)
    assert made.tasks.is_empty()
    assert made.conflicts.is_empty()


def test_what_was_published_is_kept(tmp_path: Path) -> None:
    """A model, a mode, a suite and a structure that nobody has heard of keep their names."""
    made = read(
        tmp_path, STORY, model_dir="acme_model-9", mode="swarm", task_type="poems", p_label="p07",
        p_true=0.7, n_teammates=2, rep=4, wall_clock_seconds=11.5, total_rounds=2,
        concurrent_writes=7, claims_blocked=6, total_input_tokens=1234, total_output_tokens=56,
    )  # fmt: skip

    told = {name: value for name, value in only_run(made).items() if value is not None}
    assert told == {
        "run": "r", "source": "published", "simulated": False, "model": "acme_model-9",
        "project": "poems", "structure": "p07", "parallel_fraction": 0.7, "team": "swarm",
        "size": 2, "repetition": 4, "faults": "", "outcome": "done", "marked_done": True,
        "verified_done": True, "last_check_passed": True, "seconds": 11.5,
        "verified_seconds": 11.5, "rounds": 2, "input_tokens": 1234, "output_tokens": 56,
        "told_concurrent_writes": 7, "told_claims_refused": 6,
    }  # fmt: skip


def test_whether_a_run_succeeded_may_be_unknown(tmp_path: Path) -> None:
    made = read(tmp_path, (asked(1.0, 1), replied(2.0, 1, "Dev1")), success=None)

    found = only_run(made)
    assert {found[name] for name in ("outcome", "marked_done", "verified_done")} == {None}


@pytest.mark.parametrize(
    ("story", "success", "last", "verified"),
    [
        pytest.param((), True, None, None, id="nothing was tested"),
        pytest.param((tested(3, 1, 0),), True, True, True, id="green"),
        pytest.param((tested(3, 1, 0),), False, True, False, id="green and not all marked done"),
        pytest.param((tested(3, 1, 0), tested(4, 1, 1)), True, False, False, id="green, then red"),
        pytest.param((tested(3, 1, 2), tested(4, 1, 0)), True, True, True, id="red, then green"),
        pytest.param((tested(3, 1, 5),), True, False, False, id="no test was found"),
        pytest.param((tested(3, 1, None),), True, False, False, id="no return code"),
        pytest.param(
            (tested(3, 1, 0), did("edit_file", 4, 1, path="f")), True, True, False,
            id="written after the tests",
        ),
        pytest.param(
            (did("edit_file", 3, 1, path="f"), tested(4, 1, 0), did("complete_task", 5, 1)),
            True, True, True, id="written before the tests",
        ),
    ],
)  # fmt: skip
def test_verified_is_done_and_green_on_the_final_files(
    tmp_path: Path,
    story: tuple[Event, ...],
    success: bool,
    last: bool | None,
    verified: bool | None,
) -> None:
    made = read(tmp_path, (asked(1, 1), replied(2, 1, "Dev1"), *story), success=success)

    found = only_run(made)
    assert (found["last_check_passed"], found["verified_done"]) == (last, verified)
    assert found["verified_seconds"] == (10.0 if verified else None)


@pytest.mark.parametrize(
    ("code", "passed"),
    [(0.0, True), (1.0, False), (2.0, False), (3.0, False), (4.0, None), (5.0, None), (None, None)],
)
def test_a_check_failed_by_the_return_codes_of_failures(
    tmp_path: Path, code: float | None, passed: bool | None
) -> None:
    """As published: 1 failures, 2 interrupted, 3 an internal error; a usage error tells nothing."""
    made = read(tmp_path, (asked(1, 1), replied(2, 1, "Dev1"), tested(3, 1, code)))

    assert made.actions["passed"].to_list() == [passed]


def test_whole_numbers_may_be_whole_numbers(tmp_path: Path) -> None:
    """Another export keeps rounds and return codes as integers and times of runs as such too."""
    runs, events = frames([run("r")], happened("r", *STORY))
    runs.with_columns(pl.col("wall_clock_seconds").cast(pl.Int64)).write_parquet(
        tmp_path / "runs.parquet"
    )
    events.with_columns(pl.col("round", "returncode").cast(pl.Int32)).write_parquet(
        tmp_path / "events.parquet"
    )

    made = read_published(tmp_path)

    assert made.actions["passed"].drop_nulls().to_list() == [False, True]
    assert made.calls["round"].to_list() == [1, 1, 2]
    assert only_run(made)["seconds"] == 10.0


def test_another_model_changes_nothing(tmp_path: Path) -> None:
    """Its rows are added after, before or between the others; the others' numbers stay."""
    first = ([run("r"), run("t", n_teammates=2)], [*happened("r", *STORY), *happened("t", *STORY)])
    new = ([run("n", model_dir="third")], happened("n", *STORY[:8]))

    alone = read_published(write(tmp_path / "alone", *first))
    both = read_published(
        write(tmp_path / "both", [*new[0], *first[0]], alternating(new[1], first[1]))
    )

    found = measure(both)
    assert found.filter(pl.col("run") != "n").equals(measure(alone))
    assert found.filter(run="n")["messages"].to_list() == [2.0]
    assert both.runs["model"].to_list() == ["third", "model", "model"]


def test_a_folder_without_both_files_is_not_published_runs(tmp_path: Path) -> None:
    write(tmp_path, [run("r")], happened("r"))
    assert is_published(tmp_path)

    (tmp_path / "events.parquet").unlink()

    assert not is_published(tmp_path)
    with pytest.raises(UsageError, match=r"no file '.*events\.parquet'"):
        read_published(tmp_path)


@pytest.mark.parametrize(("file", "column"), [("runs", "p_true"), ("events", "returncode")])
def test_a_missing_column_is_named(tmp_path: Path, file: str, column: str) -> None:
    path = write(tmp_path, [run("r")], happened("r")) / f"{file}.parquet"
    pl.read_parquet(path).drop(column).write_parquet(path)

    with pytest.raises(UsageError, match=rf"'.*{file}\.parquet' has no column '{column}'"):
        read_published(tmp_path)


def test_a_column_of_something_else_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, [run("r")], happened("r")) / "runs.parquet"
    pl.read_parquet(path).with_columns(n_teammates=pl.lit("some")).write_parquet(path)

    with pytest.raises(UsageError, match=r"column 'n_teammates' of '.*runs\.parquet' holds String"):
        read_published(tmp_path)


@pytest.mark.parametrize("damaged", [b"", b"PAR1 and no more", b"x" * 4096])
def test_a_damaged_file_is_named(tmp_path: Path, damaged: bytes) -> None:
    path = write(tmp_path, [run("r")], happened("r")) / "events.parquet"
    path.write_bytes(damaged)

    with pytest.raises((UsageError, OutsideError), match=r"events\.parquet"):
        read_published(tmp_path)


def test_a_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, [run("r")], happened("r", *STORY)) / "runs.parquet"
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises((UsageError, OutsideError), match=r"runs\.parquet"):
        read_published(tmp_path)
