"""Which texts of a model are drafts: the loader's word, and what a draft may not say."""

from pathlib import Path

import pytest

from brooks.runtime import decomposing
from brooks.runtime.decomposing import DraftRefused, judge
from brooks.runtime.decomposing.judging import MOST_CHARACTERS

EXAMPLE = Path(decomposing.__file__).parent / "templates/example.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a test and a folder, beside something that is none of its."""
    root = tmp_path.resolve() / "project"
    (root / "tests").mkdir(parents=True)
    (root / "tests/test_old.py").write_text("")
    (root / "tasks.yaml").write_text("tasks: [{id: mine}]\n")
    (root.parent / "outside").mkdir()
    (root / "way_out").symlink_to(root.parent / "outside")
    return root


def refusal(text: str, root: Path, *, most_tasks: int = 30) -> str:
    with pytest.raises(DraftRefused) as refused:
        judge(text, root=root, most_tasks=most_tasks)
    return str(refused.value)


def test_the_example_that_models_are_shown_is_a_draft(tmp_path: Path) -> None:
    """They imitate it."""
    draft = judge(EXAMPLE.read_text(), root=tmp_path.resolve(), most_tasks=30)

    assert [task.id for task in draft.tasks] == ["read_sales", "format_table", "report"]
    assert (draft.project, draft.check) == ("sales report", "python -m pytest -q")
    assert draft.graph.width().value == 2


def test_a_draft_is_about_the_project_and_leaves_it_alone(root: Path) -> None:
    """Its checks may name what is there, and a task file that is there is another one."""
    before = sorted(path for path in root.rglob("*"))

    draft = judge(
        "tasks: [{id: a, check: python -m pytest tests/test_old.py}]", root=root, most_tasks=1
    )

    assert draft.workspace == root
    assert draft.notes == ()
    assert sorted(path for path in root.rglob("*")) == before
    assert (root / "tasks.yaml").read_text() == "tasks: [{id: mine}]\n"


def test_the_model_is_told_what_a_user_is_told(root: Path) -> None:
    """With the lines of its own text, and without the name of any folder that it does not know."""
    said = refusal("tasks:\n  - id: a\n    depends_on: [b]\n  - {id: c, effort: much}\n", root)

    assert said == (
        "tasks.yaml:3: tasks[0].depends_on[0]: there is no task 'b': add the task, or take the "
        "dependency out\n"
        "tasks.yaml:4: tasks[1].effort: 'much' is not a number: write one such as 1.5"
    )


def test_a_check_that_nobody_can_run_is_named_with_the_project(root: Path) -> None:
    """The folder in the message is the project's and not the one in which the text was judged."""
    said = refusal("tasks: [{id: a, check: python -m pytest tests/test_new.py}]", root)

    assert f"not in the workspace {str(root)!r}" in said


@pytest.mark.parametrize("key", ["model", "models", "team", "budget", "faults", "prompts"])
def test_what_is_the_users_to_add_is_refused(root: Path, key: str) -> None:
    """Whatever its value is."""
    said = refusal(f"{key}: null\ntasks: [{{id: a}}]", root)

    assert said == f"tasks.yaml:1: {key}: {key!r} is the user's to add: take it out"


def test_a_solution_is_refused_before_anything_of_it_is_read(root: Path) -> None:
    """It is not the loader that says so."""
    said = refusal("tasks: [{id: a}, {id: b, solution: /etc}]", root)

    assert "take the solution out" in said
    assert "/etc" not in said


@pytest.mark.parametrize(
    "workspace", ["..", "../outside", "tests/../..", "/", "/etc", "way_out", "a/" * 3000]
)
def test_a_workspace_outside_the_project_is_refused(root: Path, workspace: str) -> None:
    """By its name, by a link, or because no system has a path as long."""
    said = refusal(f"workspace: {workspace}\ntasks: [{{id: a}}]", root)

    assert said.startswith("tasks.yaml:1: workspace: ")
    assert "is outside the project" in said or "File name too long" in said


def test_a_folder_of_the_project_may_be_the_workspace(root: Path) -> None:
    """All work is in one part of a large repository."""
    draft = judge("workspace: ./tests\ntasks: [{id: a}]", root=root, most_tasks=1)

    assert draft.workspace == root / "tests"


HOSTILE = {
    "": "the file is empty",
    "- just\n- words": "is not a mapping",
    "plain words": "is no task file",
    "tasks: []": "there are no tasks",
    "tasks: {a: b}": "is not a list",
    "tasks: [{id: a, files: [../../etc/passwd]}]": "'..'",
    "tasks: [{id: a, files: [/etc/passwd]}]": "is absolute",
    "tasks: [{id: a, files: [.git/hooks/pre-commit]}]": "is inside '.git'",
    "a: &a [1]\ntasks: *a": "the alias '*a' is not taken",
    "tasks: !!python/object/apply:os.system [true]": "the tag",
    "[" * 400_000: "deep in one another",
    "tasks: [{id: a}, {id: a}]": "is already the id",
    "tasks: [{id: a, depends_on: [b]}, {id: b, depends_on: [a]}]": "closes a cycle",
    "tasks: [{id: a}]\n---\ntasks: [{id: b}]": "a second document",
    "tasks: [{id: a}]\n\x1b[2J": "may not stand in YAML",
    "tasks: [{id: \udc80}]": "is not valid YAML",
    "x" * (MOST_CHARACTERS + 1): "500,000 is the most",
}


@pytest.mark.parametrize(("text", "expected"), HOSTILE.items(), ids=range(len(HOSTILE)))
def test_a_hostile_text_is_refused_with_a_reason(root: Path, text: str, expected: str) -> None:
    """Nothing that a model writes ends the program."""
    assert expected in refusal(text, root)


def test_too_many_tasks_are_refused(root: Path) -> None:
    """The user said how many may be."""
    text = "tasks: [{id: a}, {id: b}, {id: c}]"

    assert "3 tasks are too many: 2 is the most" in refusal(text, root, most_tasks=2)
    assert len(judge(text, root=root, most_tasks=3).tasks) == 3


def test_a_bare_list_and_json_are_drafts(root: Path) -> None:
    """The loader takes them, so they are taken."""
    assert judge("- id: a", root=root, most_tasks=1).project is None
    assert judge('{"tasks": [{"id": "a"}]}', root=root, most_tasks=1).tasks[0].id == "a"
