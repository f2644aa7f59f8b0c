"""Generated graphs: they measure what was asked for, and can be done and checked."""

import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from brooks.bench.generating import Generated, generate, plan_shape, task_file, write_suite
from brooks.cli.entry import command_line
from brooks.core.graph import TaskGraph
from brooks.errors import OutsideError, UsageError
from brooks.ids import TaskId
from brooks.spec.load import load_tasks


@st.composite
def shapes(draw: st.DrawFn) -> dict[str, float | int]:
    """Arguments that go together: a size, the length of its longest chain as p, and a width."""
    tasks = draw(st.integers(1, 60))
    longest = draw(st.integers(1, tasks))
    width = draw(st.integers(-(-tasks // longest), tasks - longest + 1))
    return {"tasks": tasks, "parallel_fraction": (tasks - longest) / tasks, "width": width}


def graph_of(generated: Generated) -> TaskGraph:
    """The graph as the core builds it, which refuses cycles and tasks that are not there."""
    return TaskGraph.build(
        {TaskId(task.id): [TaskId(one) for one in task.depends_on] for task in generated.tasks}
    )


@given(shapes(), st.integers(0, 10**6), st.sampled_from([0.0, 0.3, 1.5, 4.0]))
def test_size_span_and_width_are_exactly_those_asked_for(
    shape: dict[str, int], seed: int, further: float
) -> None:
    """Whatever else depends on what: dependencies across the chains change none of them."""
    generated = generate(**shape, further=further, seed=seed)

    graph = graph_of(generated)

    assert len(graph) == shape["tasks"] == generated.shape.tasks
    assert len(graph.critical_path()) == generated.shape.longest
    assert graph.parallel_fraction() == pytest.approx(shape["parallel_fraction"], abs=1e-12)
    assert graph.width().exact
    assert graph.width().value == shape["width"] == generated.shape.width


@given(st.integers(1, 60), st.integers(0, 100), st.integers(0, 99))
def test_what_is_left_out_is_chosen(tasks: int, percent: int, seed: int) -> None:
    """P alone gives the nearest one there is and a graph as narrow as can be; a width alone, the shortest."""
    fraction = percent / 101
    narrow = generate(tasks=tasks, parallel_fraction=fraction, seed=seed)
    width = 1 + percent % tasks
    short = generate(tasks=tasks, width=width, seed=seed)

    off = abs(tasks * (graph_of(narrow).parallel_fraction() - fraction))
    assert off <= 0.5 + 1e-9 or narrow.shape.longest == 1
    assert graph_of(narrow).width().value == -(-tasks // narrow.shape.longest)
    assert len(graph_of(short).critical_path()) == -(-tasks // width)
    assert graph_of(short).width().value == width


@given(st.integers(1, 40), st.integers(0, 99))
def test_tasks_stand_after_those_they_depend_on_and_results_add_up(tasks: int, seed: int) -> None:
    """So whoever does them in order can."""
    generated = generate(tasks=tasks, width=max(1, tasks // 4), further=1.0, seed=seed)

    results: dict[str, int] = {}
    for task in generated.tasks:
        wanted = task.number + sum(results[one] for one in task.depends_on)
        assert task.result == wanted % 1009
        results[task.id] = task.result


def test_the_same_arguments_give_the_same_bytes() -> None:
    """And another seed gives others."""
    texts = [
        task_file(
            generate(tasks=40, parallel_fraction=0.7, shared_files=3, effort_spread=1, seed=s)
        )
        for s in (5, 5, 6)
    ]

    assert texts[0] == texts[1] != texts[2]


def test_efforts_and_shared_files_do_not_reshuffle_the_graph() -> None:
    """Two grids that differ in one argument differ in that alone."""
    plain = generate(tasks=60, parallel_fraction=0.8, seed=3)
    other = generate(tasks=60, parallel_fraction=0.8, seed=3, effort_spread=2.0, shared_files=5)

    assert [(task.id, task.depends_on, task.number) for task in plain.tasks] == [
        (task.id, task.depends_on, task.number) for task in other.tasks
    ]
    assert {task.effort for task in plain.tasks} == {1.0}
    assert len({task.effort for task in other.tasks}) > 50


def test_efforts_spread_as_much_as_they_should() -> None:
    """Mean 1 and the coefficient of variation that was asked for, within what 20,000 draws allow."""
    efforts = [task.effort for task in generate(tasks=20_000, effort_spread=0.5, seed=1).tasks]

    assert statistics.fmean(efforts) == pytest.approx(1.0, abs=0.02)
    assert statistics.pstdev(efforts) / statistics.fmean(efforts) == pytest.approx(0.5, abs=0.02)
    assert min(efforts) > 0


@given(st.integers(0, 6), st.integers(1, 5), st.integers(0, 99))
def test_each_shared_file_has_its_tasks_and_no_task_two(files: int, each: int, seed: int) -> None:
    """The files are counted from 1."""
    generated = generate(tasks=30, shared_files=files, tasks_per_file=each, seed=seed)

    shared = [task.shared for task in generated.tasks if task.shared is not None]
    assert sorted(shared) == sorted(list(range(1, files + 1)) * each)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"tasks": 0}, "a graph of 0 tasks"),
        ({"tasks": 10, "parallel_fraction": 1.0}, "the parallel fraction 1.0"),
        ({"tasks": 10, "parallel_fraction": -0.1}, "the parallel fraction -0.1"),
        ({"tasks": 10, "parallel_fraction": float("nan")}, "the parallel fraction nan"),
        ({"tasks": 10, "width": 11}, "the width 11"),
        ({"tasks": 10, "width": 0}, "the width 0"),
        ({"tasks": 20, "parallel_fraction": 0.5, "width": 12}, "a width from 2 to 11"),
        ({"tasks": 20, "parallel_fraction": 0.5, "width": 1}, "a width from 2 to 11"),
        ({"tasks": 10, "effort_spread": -1.0}, "effort_spread is -1.0"),
        ({"tasks": 10, "further": float("inf")}, "further is inf"),
        ({"tasks": 10, "shared_files": 3}, "need 12 tasks"),
        ({"tasks": 10, "shared_files": 1, "tasks_per_file": 0}, "1 task or more"),
        ({"tasks": 10, "shared_files": -1}, "-1 shared files"),
    ],
)
def test_what_cannot_be_is_refused_with_the_bounds(arguments: dict[str, int], said: str) -> None:
    """Before anything is drawn or written."""
    with pytest.raises(UsageError) as caught:
        generate(**arguments)

    assert said in str(caught.value)


def test_with_nothing_said_a_graph_is_about_as_wide_as_long() -> None:
    """A hundred tasks are ten chains of ten."""
    shape = plan_shape(tasks=100, parallel_fraction=None, width=None)

    assert (shape.longest, shape.width, shape.parallel_fraction) == (10, 10, 0.9)


def test_the_written_suite_is_read_back_as_it_was_made(tmp_path: Path) -> None:
    """Dependencies, efforts, files, and parts of shared files."""
    generated = generate(tasks=30, parallel_fraction=0.7, effort_spread=1, shared_files=2, seed=9)

    read = load_tasks(write_suite(tmp_path / "made" / "here", generated))

    assert [(task.id, task.depends_on, task.effort) for task in read.tasks] == [
        (task.id, task.depends_on, task.effort) for task in generated.tasks
    ]
    parts = {task.id: [file.path for file in task.solution if file.part] for task in read.tasks}
    assert parts == {
        task.id: [] if task.shared is None else [f"shared/{task.shared}.txt"]
        for task in generated.tasks
    }
    assert all(sorted(task.files) == [file.path for file in task.solution] for task in read.tasks)


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    """So is a path on which no folder can be made."""
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    with pytest.raises(UsageError, match="is in use"):
        write_suite(tmp_path, generate(tasks=2))
    with pytest.raises(OutsideError, match="cannot be written"):
        write_suite(tmp_path / "mine.txt" / "below", generate(tasks=2))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def check(workspace: Path, command: str) -> str:
    """What a task's check says; empty if it passes."""
    words = [sys.executable, "-S", *command.split()[1:]]
    done = subprocess.run(words, cwd=workspace, capture_output=True, text=True, check=False)  # noqa: S603
    assert "Traceback" not in done.stderr
    return done.stderr if done.returncode else ""


@pytest.mark.slow
def test_checks_pass_with_the_solutions_and_notice_what_is_wrong(tmp_path: Path) -> None:
    """Each fails before its task is done; of a shared file, each looks for its own line alone."""
    path = write_suite(
        tmp_path, generate(tasks=6, width=2, shared_files=2, tasks_per_file=2, further=1, seed=4)
    )
    file = load_tasks(path)
    workspace = file.workspace
    for task in file.tasks:
        assert task.check is not None
        assert "is not there" in check(workspace, task.check)
        for part in task.solution:
            target = workspace / part.path
            target.parent.mkdir(exist_ok=True)
            before = target.read_bytes() if part.part and target.exists() else b""
            target.write_bytes(before + file.blobs[part.blob])
        assert check(workspace, task.check) == ""
    shared = workspace / "shared" / "1.txt"
    first, second = shared.read_text("utf-8").splitlines()
    shared.write_text(f"{first}\n", "utf-8")
    fails = [task.id for task in file.tasks if check(workspace, task.check or "")]
    assert fails == [second.split()[0]]
    last = file.tasks[-1]
    (workspace / "values" / f"{last.id}.txt").write_text("-1\n", "utf-8")
    assert "is wrong" in check(workspace, last.check or "")


@pytest.mark.slow
def test_a_team_finishes_a_generated_graph(tmp_path: Path) -> None:
    """Simulated agents that all add to the same files, with real checks."""
    generated = generate(tasks=5, width=3, shared_files=1, tasks_per_file=4, seed=2)
    path = write_suite(tmp_path / "graph", generated)
    arguments = ["run", str(path), "-m", "sim:typical", "-t", "leased:3", "--seed", "1", "--quiet"]

    done = CliRunner().invoke(command_line, [*arguments, "--runs-dir", str(tmp_path / "runs")])

    assert done.exit_code == 0, done.output
    assert "5 of 5 tasks done, all verified" in done.stdout
    lines = (path.parent / "workspace" / "shared" / "1.txt").read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) == 4


def test_ten_thousand_tasks_are_made_at_once() -> None:
    """A graph for load tests is a matter of a fraction of a second."""
    text = task_file(generate(tasks=10_000, parallel_fraction=0.9, width=50, shared_files=100))

    assert text.count("\n  - id: ") == 10_000
