"""What a task file becomes."""

import json
import time
from hashlib import sha256
from pathlib import Path

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from brooks.core.spec import (
    Budget,
    Fault,
    FaultKind,
    FaultPlan,
    MessageFaults,
    ModelSettings,
    Price,
    SolutionFile,
    Task,
)
from brooks.ids import AgentId, BlobHash, TaskId
from brooks.spec.load import load_tasks


def write(folder: Path, text: str, *, name: str = "tasks.yaml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def blob(data: bytes) -> BlobHash:
    return BlobHash(sha256(data).hexdigest())


def test_the_smallest_file_is_one_task(tmp_path: Path) -> None:
    """Everything but a task's id may be left out."""
    path = write(tmp_path, "tasks: [{id: a}]\n", name="sales.yaml")

    read = load_tasks(path)

    assert read.path == path
    assert read.project == "sales"
    assert read.workspace == tmp_path.resolve()
    assert read.tasks == (Task(id=TaskId("a")),)
    assert list(read.graph) == ["a"]
    assert (read.check, read.model, read.team, read.notes) == (None, None, None, ())
    assert (read.models, read.prompts) == ((), None)
    assert (read.budget, read.faults, dict(read.blobs)) == (Budget(), FaultPlan(), {})


def test_every_key_arrives(tmp_path: Path) -> None:
    """A file that uses everything is read whole."""
    (tmp_path / "repo").mkdir()
    path = write(
        tmp_path,
        """
project: sales
workspace: repo
check: make test
model: sim:default
prompts: words/ours
models:
  - model: anthropic:large
    requests_per_minute: 50
    tokens_per_minute: 40000
    concurrency: 4
    fallback: openai:small
    patience_minutes: 2
    timeout_seconds: 90
    max_output_tokens: 4096
    backoff_seconds: 120
    stream: true
    base_url: http://127.0.0.1:8000
    price: {input: 3, output: 15, cached: 0.3, written: 3.75}
  - model: openai:small
    price: {input: 0, output: 0.5}
tasks:
  - id: b
    title: Second
    description: Do it.
    depends_on: [a, a]
    files: [./src//b.py, src/b.py]
    check: make b
    effort: 2
    solution: {src/b.py: "b\\n", NOTES: {part: b}}
  - id: a
team: {preset: leased, size: 2, context_tokens: 5000, found_tasks: 0}
budget: {minutes: 1.5, turns: 9, tokens: 100000, usd: 2.5}
faults:
  agents:
    - {kind: crash, agent: agent-1, at: 3}
    - {kind: slow, agent: agent-2, at: 1, seconds: 4, factor: 3}
  messages: {lost: 0.5}
""",
    )

    read = load_tasks(path)

    assert (read.project, read.check, read.model) == ("sales", "make test", "sim:default")
    assert read.workspace == tmp_path.resolve() / "repo"
    assert read.tasks == (
        Task(
            id=TaskId("b"),
            title="Second",
            description="Do it.",
            depends_on=(TaskId("a"),),
            files=("src/b.py",),
            check="make b",
            effort=2.0,
            solution=(
                SolutionFile(path="NOTES", blob=blob(b"b"), part=True),
                SolutionFile(path="src/b.py", blob=blob(b"b\n")),
            ),
        ),
        Task(id=TaskId("a")),
    )
    assert read.blobs == {blob(b"b"): b"b", blob(b"b\n"): b"b\n"}
    assert read.graph.order() == ["a", "b"]
    assert read.graph.work() == 3.0
    assert read.team is not None
    assert (read.team.preset, read.team.size) == ("leased", 2)
    assert (read.team.context_tokens, read.team.found_tasks) == (5000, 0)
    assert read.budget == Budget(seconds=90.0, turns=9, tokens=100_000, dollars=2.5)
    assert read.prompts == tmp_path / "words" / "ours"
    assert read.models == (
        ModelSettings(
            model="anthropic:large",
            requests_per_minute=50,
            tokens_per_minute=40_000,
            concurrency=4,
            fallback="openai:small",
            patience_seconds=120.0,
            timeout_seconds=90.0,
            backoff_seconds=120.0,
            most_backoff_seconds=120.0,
            max_output_tokens=4096,
            stream=True,
            base_url="http://127.0.0.1:8000",
            price=Price(input=3.0, output=15.0, cached=0.3, written=3.75),
        ),
        ModelSettings(model="openai:small", price=Price(input=0.0, output=0.5)),
    )
    assert read.faults == FaultPlan(
        faults=(
            Fault(kind=FaultKind.CRASH, agent=AgentId("agent-1"), at=3.0, seconds=0.0),
            Fault(kind=FaultKind.SLOW, agent=AgentId("agent-2"), at=1.0, seconds=4.0, factor=3.0),
        ),
        messages=MessageFaults(lost=0.5),
    )


def test_settings_of_a_model_that_say_nothing_are_those_of_a_model_without_any(
    tmp_path: Path,
) -> None:
    """The defaults of the file are the program's."""
    path = write(tmp_path, "tasks: [{id: a}]\nmodels: [{model: x}]\n")

    assert load_tasks(path).models == (ModelSettings(model="x"),)


@pytest.mark.parametrize("key", ["depends_on", "needs", "dependencies"])
def test_dependencies_have_three_spellings(tmp_path: Path, key: str) -> None:
    """What other tools call `needs` or `dependencies` is read too."""
    path = write(tmp_path, f"tasks: [{{id: a}}, {{id: b, {key}: [a]}}]\n")

    read = load_tasks(path)

    assert read.tasks[1].depends_on == ("a",)


def test_text_that_yaml_once_took_for_something_else_stays_text(tmp_path: Path) -> None:
    """Tasks are called `no`, `12:30` and `007`, and one waits for the other."""
    path = write(
        tmp_path, "tasks: [{id: no}, {id: 12:30, needs: [no]}, {id: 007}, {id: 2024-01-01}]\n"
    )

    read = load_tasks(path)

    assert [task.id for task in read.tasks] == ["no", "12:30", "007", "2024-01-01"]


def test_numbers_may_be_written_in_every_usual_way(tmp_path: Path) -> None:
    """`1e3` is a number here, as it is everywhere but in YAML 1.1."""
    efforts = ["1", "+2.5", ".5", "3.", "1e3", "1.5E-1"]
    tasks = "".join(f"  - {{id: t{effort}, effort: {effort}}}\n" for effort in efforts)
    path = write(tmp_path, f"tasks:\n{tasks}")

    read = load_tasks(path)

    assert [task.effort for task in read.tasks] == [1.0, 2.5, 0.5, 3.0, 1000.0, 0.15]


def test_a_key_without_a_value_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    """A user keeps the keys of a template and leaves them empty."""
    path = write(
        tmp_path, "check:\nbudget:\nteam:\ntasks:\n  - id: a\n    depends_on:\n    effort:\n"
    )

    read = load_tasks(path)

    assert read.tasks == (Task(id=TaskId("a")),)


def test_a_byte_order_mark_and_windows_line_ends_are_no_hindrance(tmp_path: Path) -> None:
    """The file comes from another system's editor."""
    path = tmp_path / "tasks.yaml"
    path.write_bytes(b"\xef\xbb\xbftasks:\r\n  - id: a\r\n    title: x\r\n")

    read = load_tasks(path)

    assert read.tasks == (Task(id=TaskId("a"), title="x"),)


@pytest.mark.parametrize("name", ["tasks.json", "tasks.yaml", "tasks"])
def test_json_is_read_whatever_the_file_is_called(tmp_path: Path, name: str) -> None:
    """Tabs, escaped slashes and characters in two halves are JSON, and would be no YAML."""
    path = write(tmp_path, '{\n\t"tasks": [\n\t\t{"id": "a\\/b \\ud83d\\ude00"}]}', name=name)

    read = load_tasks(path)

    assert read.tasks[0].id == "a/b 😀"


def test_yaml_in_braces_is_not_taken_for_json(tmp_path: Path) -> None:
    """The flow style begins like JSON and needs no quotes."""
    path = write(tmp_path, "{tasks: [{id: a}]}\n")

    read = load_tasks(path)

    assert read.tasks == (Task(id=TaskId("a")),)


PUBLISHED_TASKS = [
    {
        "id": 1,
        "title": "Implement add",
        "description": "Create add.py.",
        "status": "pending",
        "owner": None,
        "assigned_by": None,
        "priority": 1,
        "dependencies": [],
        "files": ["add.py"],
    },
    {
        "id": "task-2",
        "title": "Implement mean",
        "description": "Create mean.py.",
        "status": "pending",
        "assigned_to": None,
        "priority": 2,
        "dependencies": [1],
        "files": ["mean.py"],
    },
]
PUBLISHED_READ = (
    Task(
        id=TaskId("1"),
        title="Implement add",
        description="Create add.py.",
        files=("add.py",),
    ),
    Task(
        id=TaskId("task-2"),
        title="Implement mean",
        description="Create mean.py.",
        depends_on=(TaskId("1"),),
        files=("mean.py",),
    ),
)


def test_the_published_form_is_read_as_it_is(tmp_path: Path) -> None:
    """What a run decides itself is ignored, and one note says so."""
    published = {
        "project": "Math",
        "description": "A library.",
        "repository": "repo",
        "tasks": PUBLISHED_TASKS,
        "success_criteria": "All tests pass.",
    }
    path = write(tmp_path, json.dumps(published, indent=2), name="p09.json")

    read = load_tasks(path)

    assert read.project == "Math"
    assert read.tasks == PUBLISHED_READ
    assert read.notes == (
        (
            "ignored: description, repository, success_criteria, tasks[].status, tasks[].owner, "
            "tasks[].assigned_by, tasks[].priority, tasks[].assigned_to"
        ),
    )


def test_a_bare_list_of_tasks_is_read(tmp_path: Path) -> None:
    """The project is then called as the file is."""
    path = write(tmp_path, json.dumps(PUBLISHED_TASKS), name="p02.json")

    read = load_tasks(path)

    assert (read.project, read.tasks) == ("p02", PUBLISHED_READ)


def test_a_check_file_that_a_task_writes_is_a_note(tmp_path: Path) -> None:
    """The tests of one task are written by another, in a folder that one of them names whole."""
    (tmp_path / "there.py").touch()
    path = write(
        tmp_path,
        "check: pytest tests\n"
        "tasks:\n"
        "  - {id: a, files: [tests/test_a.py], check: python there.py}\n"
        "  - {id: b, needs: [a], check: python -m pytest -q tests/test_a.py::test_it}\n",
    )

    read = load_tasks(path)

    assert read.notes == (
        "the check file 'tests' is not there yet: task 'a' writes it",
        "the check file 'tests/test_a.py' is not there yet: task 'a' writes it",
    )


def test_notes_are_counted_when_there_are_many(tmp_path: Path) -> None:
    """A job of fifteen tasks, each with its own test to come, makes eleven lines."""
    tasks = [{"id": f"t{n}", "files": [f"t{n}.py"], "check": f"python t{n}.py"} for n in range(15)]
    path = write(tmp_path, json.dumps(tasks))

    read = load_tasks(path)

    assert len(read.notes) == 11
    assert read.notes[-1] == "… and 5 more check files that are not there yet"


IDS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=20
).filter(lambda name: not name.startswith("/"))
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]))
EFFORTS = st.floats(min_value=1e-6, max_value=1e6)


@st.composite
def task_lists(draw: st.DrawFn) -> list[dict[str, object]]:
    names = draw(st.lists(IDS, min_size=1, max_size=6, unique=True))
    return [
        {
            "id": name,
            "title": draw(TEXTS),
            "description": draw(TEXTS),
            "depends_on": draw(st.lists(st.sampled_from(names[:place]), unique=True))
            if place
            else [],
            "effort": draw(EFFORTS),
        }
        for place, name in enumerate(names)
    ]


@given(tasks=task_lists(), form=st.sampled_from(["json", "indented json", "yaml"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_what_is_written_is_what_is_read(
    tmp_path: Path, tasks: list[dict[str, object]], form: str
) -> None:
    """Any names, texts and numbers survive the way through a file, in YAML and in JSON."""
    match form:
        case "yaml":
            text = yaml.safe_dump({"tasks": tasks}, allow_unicode=True, sort_keys=False)
        case _:
            text = json.dumps({"tasks": tasks}, indent=2 if form == "indented json" else None)
    path = write(tmp_path, text)

    read = load_tasks(path)

    assert [
        {
            "id": task.id,
            "title": task.title,
            "description": task.description,
            "depends_on": list(task.depends_on),
            "effort": task.effort,
        }
        for task in read.tasks
    ] == tasks


@pytest.mark.slow
def test_five_thousand_tasks_are_read_in_a_few_seconds(tmp_path: Path) -> None:
    """A generated job of 2 MB is no reason to wait; it took 0.7 s where this was written."""
    tasks = [
        {
            "id": f"task-{n}",
            "description": "Create the file.\n" * 10,
            "depends_on": [f"task-{n - 1}"] if n % 3 else [],
            "files": [f"src/{n}.py", f"tests/test_{n}.py"],
            "check": f"python -m pytest -q tests/test_{n}.py",
            "solution": {f"src/{n}.py": f"N = {n}\n"},
        }
        for n in range(5000)
    ]
    path = write(tmp_path, yaml.dump({"tasks": tasks}, Dumper=yaml.CSafeDumper))
    begun = time.perf_counter()

    read = load_tasks(path)

    assert len(read.tasks) == len(read.blobs) == 5000
    assert time.perf_counter() - begun < 10
