"""`brooks init`, `doctor` and `validate`: before the first run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brooks.analysis.clashes import Clash, find_clashes
from brooks.cli.extras import PURPOSES
from brooks.core.graph import TaskGraph
from brooks.core.spec import Task
from brooks.ids import TaskId

Brooks = Callable[..., Any]


@pytest.mark.slow
def test_the_first_task_file_runs_as_it_is(brooks: Brooks) -> None:
    """What a new user does first: init, validate, run."""
    written = brooks("init", "project")
    valid = brooks("validate", "project/tasks.yaml", "--json")
    ran = brooks("run", "project/tasks.yaml", "-m", "sim:typical", "-q")

    assert written.code == 0
    assert "brooks run project/tasks.yaml -m sim:typical" in written.out
    assert (valid.json["tasks"], valid.json["with_check"], valid.json["clashes"]) == (3, 3, [])
    assert ran.code == 0
    assert Path("project/welcome.py").is_file()


def test_init_never_writes_over_a_file(brooks: Brooks) -> None:
    """The user has a task file already."""
    Path("tasks.yaml").write_text("mine")

    said = brooks("init")

    assert said.code == 2
    assert "is there already" in said.err
    assert Path("tasks.yaml").read_text() == "mine"


def test_init_in_a_file_is_explained(brooks: Brooks) -> None:
    """What was named as the folder is a file, or in one."""
    Path("file").write_text("")

    in_file = brooks("init", "file")
    below = brooks("init", "file/below")

    assert (in_file.code, below.code) == (2, 2)
    assert "name another" in in_file.err
    assert "name another" in below.err


def test_the_doctor_looks_at_what_runs_need(brooks: Brooks) -> None:
    """On a machine that can run this project's tests, runs work."""
    said = brooks("doctor")
    facts = brooks("doctor", "--json").json

    assert said.code == 0
    assert facts["well"] is True
    names = [finding["name"].strip() for finding in facts["findings"]]
    assert names == [
        *("brooks", "python", "pytest", "sandbox", "bubblewrap", "landlock", "limits"),
        *("git", "runs", "disk", "terminal", "models", "keys", "agents"),
        *(f"extra {extra}" for extra in PURPOSES),
    ]
    assert not Path(".brooks").exists()


def test_the_doctor_says_when_runs_cannot_be_written(brooks: Brooks) -> None:
    """The folder of runs would be in a file."""
    Path("file").write_text("")

    said = brooks("doctor", "--runs-dir", "file/runs", "--json")

    assert said.code == 4
    bad = [finding["name"] for finding in said.json["findings"] if finding["health"] == "bad"]
    assert bad == ["runs"]


def test_validate_says_what_the_graph_allows(brooks: Brooks) -> None:
    """A chain of two and a task beside it: numbers small enough to work out by hand."""
    Path("tasks.yaml").write_text(
        "tasks:\n"
        "  - {id: a, effort: 2, files: [x.py]}\n"
        "  - {id: b, depends_on: [a], files: [x.py]}\n"
        "  - {id: c, files: [x.py, y.py]}\n"
    )

    facts = brooks("validate", "tasks.yaml", "--json").json
    words = brooks("validate", "tasks.yaml")

    assert (facts["work"], facts["span"], facts["width"]) == (4.0, 3.0, 2)
    assert facts["parallel_fraction"] == pytest.approx(1 / 3)
    assert facts["amdahl"]["2"] == pytest.approx(1 / (2 / 3 + 1 / 6))
    assert facts["critical_path"] == ["a", "b"]
    assert facts["clashes"] == [{"file": "x.py", "tasks": ["b", "c"], "writers": 3}]
    assert "clash: 'b' and 'c' both write 'x.py'" in words.out
    assert "Amdahl's bound    1.20 with 2, 1.33 with 4, 1.41 with 8 agents" in words.out


def test_validate_looks_at_team_and_faults_too(brooks: Brooks) -> None:
    """A fault that hits nobody would be found when the run begins: better now."""
    Path("tasks.yaml").write_text(
        "tasks: [{id: a}]\n"
        "team: {preset: single}\n"
        "faults: {agents: [{kind: crash, agent: agent-2, at: 1}]}\n"
    )

    said = brooks("validate", "tasks.yaml")

    assert said.code == 2
    assert "'agent-2'" in said.err


def test_a_chain_of_writers_is_no_clash() -> None:
    """Three tasks write one file, each after the one before; two others write another at any time."""
    graph = TaskGraph()
    names = [TaskId(name) for name in ("a", "b", "c", "d", "e")]
    a, b, c, d, e = names
    for name, needs in ((a, []), (b, [a]), (c, [b]), (d, [a]), (e, [a])):
        graph.add(name, needs)
    tasks = [
        Task(id=a, files=("chain",)),
        Task(id=c, files=("chain",)),
        Task(id=b, files=("chain",)),
        Task(id=e, files=("clash",)),
        Task(id=d, files=("clash",)),
    ]

    clashes = find_clashes(tasks, graph)

    assert clashes == [Clash(file="clash", first=d, second=e, writers=2)]
