"""The draft's file is there whole or not at all, and no other file is lost for it."""

from pathlib import Path

import pytest

from brooks.errors import OutsideError, UsageError
from brooks.runtime.decomposing import (
    Draft,
    Head,
    Place,
    judge,
    keep_rejected,
    render_for_reading,
)
from brooks.spec.load import load_tasks

HEAD = Head(model="openai:gpt", goal="make it better", file="tasks.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a project in it."""
    (tmp_path / "project/part").mkdir(parents=True)
    return tmp_path.resolve()


def a_draft(folder: Path, workspace: str = ".") -> Draft:
    return judge(
        f"workspace: {workspace}\ntasks: [{{id: a}}]", root=folder / "project", most_tasks=1
    )


def test_a_draft_is_written_where_it_finds_its_project(folder: Path) -> None:
    """Beside the project, in it, and through a link from far away."""
    (folder / "far/away").mkdir(parents=True)
    (folder / "link").symlink_to("far/away")

    for name in ("a.yaml", "project/b.yaml", "link/c.yaml"):
        path = folder / name
        Place(path).write(a_draft(folder, "part"), HEAD)

        assert load_tasks(path).workspace == folder / "project/part"
        assert {path.name} == {each.name for each in path.parent.iterdir() if each.is_file()}


def test_another_file_is_never_written_over(folder: Path) -> None:
    """It is there from the beginning, or comes while the model thinks."""
    path = folder / "tasks.yaml"
    place = Place(path)
    path.write_text("mine")

    with pytest.raises(UsageError, match="is there already"):
        place.write(a_draft(folder), HEAD)
    with pytest.raises(UsageError, match="is there already"):
        Place(path)

    assert path.read_text() == "mine"
    assert sorted(each.name for each in folder.iterdir()) == ["project", "tasks.yaml"]


def test_force_writes_over_it(folder: Path) -> None:
    """The user said so; a link is replaced and what it leads to is not."""
    (folder / "kept.yaml").write_text("mine")
    (folder / "tasks.yaml").symlink_to("kept.yaml")

    Place(folder / "tasks.yaml", force=True).write(a_draft(folder), HEAD)

    assert load_tasks(folder / "tasks.yaml").tasks[0].id == "a"
    assert (folder / "kept.yaml").read_text() == "mine"


def test_a_link_that_leads_nowhere_is_a_file_too(folder: Path) -> None:
    """Writing through it would make a file somewhere else."""
    (folder / "tasks.yaml").symlink_to("nowhere")

    with pytest.raises(UsageError, match="is there already"):
        Place(folder / "tasks.yaml")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("project", "is a folder"), ("none/a.yaml", "no folder"), ("a.json", "a draft is YAML")],
)
def test_a_place_that_is_none_is_refused_beforehand(folder: Path, name: str, expected: str) -> None:
    """Before anything was paid for."""
    with pytest.raises(UsageError, match=expected):
        Place(folder / name, force=True)


def test_a_folder_that_cannot_be_written_is_the_outsides_fault(folder: Path) -> None:
    """The system's own, where nobody makes a file."""
    with pytest.raises(OutsideError, match="name another"):
        Place(Path("/proc/tasks.yaml")).write(a_draft(folder), HEAD)


def test_a_project_that_has_changed_is_noticed(folder: Path) -> None:
    """What a check needs is gone by the time the draft is written: nothing is written."""
    test = folder / "project/test_it.py"
    test.write_text("")
    text = "tasks: [{id: a, check: python -m pytest test_it.py}]"
    draft = judge(text, root=folder / "project", most_tasks=1)
    test.unlink()

    with pytest.raises(UsageError, match=r"test_it\.py"):
        Place(folder / "tasks.yaml").write(draft, HEAD)

    assert [each.name for each in folder.iterdir()] == ["project"]


def test_a_rejected_draft_gets_a_name_of_its_own(folder: Path) -> None:
    """Those of earlier tries stay."""
    kept = [keep_rejected(text, beside=folder / "t.yaml") for text in ("a", "b", "c\udc80")]

    assert [path.name for path in kept] == [
        "t.yaml.rejected",
        "t.yaml.rejected-2",
        "t.yaml.rejected-3",
    ]
    assert [path.read_text() for path in kept] == ["a", "b", "c?"]


def test_the_text_for_reading_is_for_the_folder_one_is_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard output goes where the user is."""
    monkeypatch.chdir(folder)

    text = render_for_reading(a_draft(folder), HEAD)

    assert "\nworkspace: project\n" in text
    assert [each.name for each in folder.iterdir()] == ["project"]
