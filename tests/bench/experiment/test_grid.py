"""The grid: what is paired, in which order, and what a run is known by."""

import pickle
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brooks.bench.experiment.grid import Grid
from brooks.core.canonical import content_hash
from brooks.core.spec import Fault, FaultKind, FaultPlan, Member
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.spec.experiment import (
    Experiment,
    FaultChoice,
    RandomFaults,
    SuiteChoice,
    TeamChoice,
)

Choose = Callable[[str], TeamChoice]


def test_runs_of_different_teams_are_paired_by_seed(tiny: Experiment, tmp_path: Path) -> None:
    """A seed is that of the repetition, whoever runs; another repetition has another."""
    runs = Grid(tiny, tmp_path / "out").runs

    seeds = [run.seed for run in runs]
    assert seeds[0] == seeds[1] != seeds[2] == seeds[3]


def test_seeds_depend_on_suite_model_faults_and_the_experiments_own(
    tiny: Experiment, tmp_path: Path
) -> None:
    """Any of them changed, and all draws are others."""
    [suite] = tiny.suites
    others = [
        replace(tiny, seed=1),
        replace(tiny, suites=(replace(suite, name="other"),)),
        replace(tiny, models=("sim:careless",)),
        replace(tiny, faults=(FaultChoice(name="some"),)),
    ]

    first = [Grid(each, tmp_path).runs[0].seed for each in (tiny, *others)]

    assert len(set(first)) == 5


def test_repetitions_are_outermost_and_teams_innermost(tiny: Experiment, tmp_path: Path) -> None:
    """So that an interrupted grid has all cells equally full."""
    [suite] = tiny.suites
    wide = replace(tiny, suites=(suite, replace(suite, name="again")))

    order = [
        (run.repetition, run.cell.suite.name, run.cell.team.name)
        for run in Grid(wide, tmp_path).runs
    ]

    assert order[:5] == [
        (1, "tiny", "single"),
        (1, "tiny", "leased"),
        (1, "again", "single"),
        (1, "again", "leased"),
        (2, "tiny", "single"),
    ]


def test_more_repetitions_keep_the_ids_of_those_that_were(tiny: Experiment, tmp_path: Path) -> None:
    """An experiment can be made longer without making anything twice."""
    longer = replace(tiny, repetitions=3)

    assert Grid(longer, tmp_path).ids[:4] == Grid(tiny, tmp_path).ids


def test_an_id_is_of_what_runs_and_not_of_what_it_is_called(
    tiny: Experiment, tmp_path: Path
) -> None:
    """A team under another name is the same team."""
    renamed = replace(tiny, teams=tuple(replace(team, name="x") for team in tiny.teams))

    assert Grid(renamed, tmp_path).ids == Grid(tiny, tmp_path).ids


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "tasks.yaml").write_text(
            (folder / "tasks.yaml").read_text().replace("id: second", "id: next")
        ),
        lambda folder: (folder / "more.txt").write_text("a file to start with"),
    ],
    ids=["a task", "a file of the workspace"],
)
def test_an_id_is_of_everything_that_is_worked_on(
    change: Callable[[Path], object], tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """What has changed is run again."""
    before = Grid(tiny, tmp_path / "out").ids
    change(tasks.parent)

    after = Grid(tiny, tmp_path / "out").ids

    assert not set(before) & set(after)


def test_results_inside_the_workspace_change_no_id(
    tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """The folder of results is no part of any workspace."""
    out = tasks.parent / "results"
    before = Grid(tiny, out).ids
    out.mkdir()
    (out / "runs.parquet").write_bytes(b"rows")

    assert Grid(tiny, out).ids == before


def test_an_id_survives_the_way_to_another_process(tiny: Experiment, tmp_path: Path) -> None:
    """The encoder tells a default from an equal value, and ids must not."""
    [suite], team = tiny.suites, tiny.teams[0]
    odd = replace(tiny, teams=(replace(team, team=replace(team.team, lease_seconds=float("30"))),))
    plain = replace(tiny, teams=(team,))

    sent = [pickle.loads(pickle.dumps(each)) for each in (odd, plain)]  # noqa: S301 - our own
    ids = {Grid(each, tmp_path).ids for each in (odd, plain, *sent)}

    assert suite.name == "tiny"
    assert len(ids) == 1


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(), st.integers(-(2**60), 2**60))
def test_equal_values_have_one_hash(speed: float, group: str, number: int) -> None:
    """However they came to be equal."""
    member = Member(id=AgentId("a"), speed=speed, group=group)
    again = msgspec.json.decode(msgspec.json.encode(member), type=Member)
    other = Member(id=AgentId("b"), speed=speed, group=group)

    assert content_hash(member, number) == content_hash(again, number)
    assert content_hash(member) != content_hash(other)


def test_what_has_no_one_text_is_refused() -> None:
    """A set has no order: nothing that holds one is hashed by mistake."""
    with pytest.raises(TypeError, match="set has no canonical form"):
        content_hash({1, 2})


def test_the_same_team_twice_is_refused(tiny: Experiment, choose: Choose, tmp_path: Path) -> None:
    """Two names for one team would be one run with two rows."""
    twice = replace(tiny, teams=(choose("single"), TeamChoice(name="x", team=tiny.teams[0].team)))

    with pytest.raises(UsageError, match="'x:1 on tiny, sim:typical' and 'single:1 on tiny"):
        _ = Grid(twice, tmp_path).ids


def test_drawn_faults_are_the_same_for_all_teams_of_a_size(
    tiny: Experiment, choose: Choose, tmp_path: Path
) -> None:
    """They come from the run's seed, which teams share."""
    drawn = FaultChoice(name="crash", drawn=RandomFaults(crashes=2))
    experiment = replace(tiny, teams=(choose("leased:3"), choose("preassigned:3")), faults=(drawn,))
    grid = Grid(experiment, tmp_path)

    plans = [grid.spec_of(run).faults for run in grid.runs]

    assert plans[0] == plans[1] != plans[2] == plans[3]
    assert [fault.kind for fault in plans[0].faults] == [FaultKind.CRASH] * 2


def test_modelled_checks_of_a_real_model_are_refused(tiny: Experiment, tmp_path: Path) -> None:
    """They compare with reference solutions, which a real model does not write."""
    real = replace(tiny, models=("command:true",), checks="modelled")

    with pytest.raises(UsageError, match="the checks are modelled and the model 'command:true'"):
        Grid(real, tmp_path).check()


def test_real_checks_of_a_simulated_model_want_solutions(
    tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """It can write nothing else."""
    tasks.write_text("tasks: [{id: a, check: 'test -f a'}]")

    with pytest.raises(UsageError, match="has tasks without a reference solution"):
        Grid(replace(tiny, checks="real"), tmp_path).check()


def test_a_plan_of_faults_is_taken_as_it_is(tiny: Experiment, tmp_path: Path) -> None:
    """Written faults are in every run's spec."""
    fault = Fault(kind=FaultKind.STALL, agent=AgentId("agent-1"), at=1.0, seconds=2.0)
    plan = FaultPlan(faults=(fault,))
    grid = Grid(replace(tiny, faults=(FaultChoice(name="stall", plan=plan),)), tmp_path)

    assert {grid.spec_of(run).faults for run in grid.runs} == {plan}


def test_a_suite_of_the_users_is_called_by_its_project_and_file(
    tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """What the table of runs says of it."""
    named = SuiteChoice(name="mine/tasks.yaml", path=str(tasks))
    grid = Grid(replace(tiny, suites=(named,)), tmp_path)

    labels = grid.labels(grid.runs[1])

    assert (labels["project"], labels["structure"]) == ("two files", "mine/tasks")
    assert (labels["team"], labels["size"], labels["faults"]) == ("leased", 2, "")


def test_the_experiments_own_file_and_earlier_results_are_no_part_of_the_workspace(
    tiny: Experiment, tasks: Path, tmp_path: Path
) -> None:
    """They may stand among the files that are worked on; one repetition more makes one run more."""
    file = tasks.parent / "experiment.yaml"
    file.write_text("as it was")
    experiment = replace(tiny, source=str(file))
    before = Grid(experiment, tmp_path / "out").ids
    file.write_text("changed")
    results = tasks.parent / "results"
    results.mkdir()
    (results / "bench.lock").write_text("")
    (results / "runs.parquet").write_text("rows")

    after = Grid(experiment, tmp_path / "out").ids

    assert before == after
