"""The measure of schedulers: what it reads, what it makes of it, and that it sees what is wrong."""

import json
from pathlib import Path

import pytest

from brooks.ids import TaskId
from brooks.teams.scheduling import cpop
from measure import schedulers
from measure.schedulers import (
    Found,
    Row,
    excesses,
    flaws_of_example,
    measure,
    read_example,
    read_graph,
    read_rows,
    summary_of,
)

STG = """         3
          0          0          0
          1          4          1          0
          2          2          1          0
          3          2          1          0
          4          0          3          1          2          3
# a comment
#   Parallelism         : 2
"""
ROW = Row(graph="small.stg", processors=2, optimum=4.0)
EXAMPLE = json.dumps({"W": {"1": [2, 1, 3], "2": [1, 5, 9]}, "comm": {"1,2": 3}})


def write_set(folder: Path, *rows: str) -> Path:
    """A data folder with one graph, and an example that is not the published one."""
    for name in ("optimal", "graphs"):
        (folder / "stg" / name).mkdir(parents=True)
    (folder / "stg" / "graphs" / "small.stg").write_text(STG)
    (folder / "stg" / "optimal" / "Small_OPT.csv").write_text("\n".join(rows))
    (folder / "heft_topcuoglu2002.json").write_text(EXAMPLE)
    return folder


def test_a_graph_is_read_with_its_empty_entry_and_exit() -> None:
    """Three tasks between them."""
    graph = read_graph(STG)

    assert list(graph) == ["0", "1", "2", "3", "4"]
    assert graph.parents(TaskId("4")) == ["1", "2", "3"]
    assert (graph.work(), graph.span()) == (8.0, 4.0)


def test_open_rows_are_left_out(tmp_path: Path) -> None:
    """The fourth field marks a row whose optimum is not known."""
    folder = write_set(tmp_path, "50/small.stg,2,4", "50/small.stg,4,4,5")

    assert read_rows(folder / "stg" / "optimal") == [ROW]


def test_an_example_is_read_with_its_communication() -> None:
    """Two tasks on three processors: the second waits 3 for the first, or stays with it."""
    graph, costs = read_example(EXAMPLE)

    assert cpop(graph, costs).makespan == 3.0
    assert costs.communications == {("1", "2"): 3}


def test_an_optimal_schedule_has_no_flaw_and_one_below_the_optimum_has() -> None:
    """What is shorter than was proved possible is not believed."""
    fine = measure(ROW, read_graph(STG))
    wrong = measure(Row(graph="small.stg", processors=2, optimum=5.0), read_graph(STG))

    assert (fine.makespan, fine.ratio, fine.flaws) == (4.0, 1.0, ())
    assert wrong.flaws == ("small.stg on 2: 4.0 is shorter than the optimum 5.0",)


def test_each_figure_above_its_limit_is_named() -> None:
    """Two rows: one optimal, one too long and too slow."""
    found = [
        Found(row=ROW, listed=4.0, makespan=4.0, milliseconds=1.0, flaws=()),
        Found(row=ROW, listed=5.0, makespan=4.4, milliseconds=60.0, flaws=()),
    ]

    assert list(excesses(summary_of(found[:1]))) == []
    assert list(excesses(summary_of(found))) == [
        "mean_ratio is 1.05, above 1.003",
        "worst_ratio is 1.1, above 1.09",
        "most_ms is 60.0, above 50.0",
    ]


def test_another_makespan_than_the_published_one_is_a_flaw() -> None:
    """The example's is compared exactly."""
    made = cpop(*read_example(EXAMPLE))

    assert flaws_of_example("cpop", made, 3.0, text=EXAMPLE) == []
    assert flaws_of_example("cpop", made, 86.0, text=EXAMPLE) == [
        "cpop takes 3.0, published is 86.0"
    ]


def test_the_command_fails_with_a_flaw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The graph is fine, the example is not the published one."""
    monkeypatch.setenv("BROOKS_TEST_DATA", str(write_set(tmp_path, "50/small.stg,2,4")))

    with pytest.raises(SystemExit, match=r"cpop takes 3\.0, published is 86\.0"):
        schedulers.main()

    answer = json.loads(capsys.readouterr().out)
    assert answer["measured"] == 2
    assert answer["detail"]["rows"] == 1


def test_the_command_says_where_it_looked_for_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is none."""
    monkeypatch.setenv("BROOKS_TEST_DATA", str(tmp_path / "nowhere"))

    with pytest.raises(SystemExit, match="nowhere"):
        schedulers.main()
