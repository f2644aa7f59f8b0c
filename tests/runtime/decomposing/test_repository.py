"""What a model that drafts tasks sees of a project."""

from pathlib import Path

import pytest

from brooks.runtime.decomposing import Repository
from brooks.runtime.decomposing.repository import MOST_LISTED, MOST_OF_README


def read(root: Path) -> Repository:
    return Repository.read(root, hides=lambda data: b"s3cret" in data)


def test_secrets_and_what_tools_make_are_not_seen(tmp_path: Path) -> None:
    """As in a run: keys, the repository's own store, links."""
    for name in (".env", ".git/config", "node_modules/a.js", "src/a.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "key.txt").write_text("it is s3cret")
    (tmp_path / "link").symlink_to("/etc/passwd")

    repository = read(tmp_path)

    assert repository.paths(0) == ["src/a.py"]
    assert repository.left_out == 3
    assert repository.file("key.txt", 0) is None


def test_what_the_project_says_of_itself_is_shown_first(tmp_path: Path) -> None:
    """Its rules, and how its README begins; one that is no text is passed over."""
    (tmp_path / "AGENTS.md").write_text("Be brief.")
    (tmp_path / "README").write_bytes(b"\xff\xfe")
    (tmp_path / "readme.md").write_text("r" * (MOST_OF_README + 5))

    repository = read(tmp_path)

    assert repository.notes().endswith("Be brief.")
    assert repository.readme().endswith("r\n[… 5 more characters: read_file of readme.md]")


def test_a_small_project_is_listed_and_a_large_one_counted(tmp_path: Path) -> None:
    """A listing in the order of the alphabet would show one folder of a large project and no other."""
    for name in ("a.py", "one/b.py", "two/deep/deeper/c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    small = read(tmp_path).overview()
    for number in range(MOST_LISTED):
        (tmp_path / f"one/{number}.py").write_text("")

    large = read(tmp_path).overview()

    assert small == "a.py\none/b.py\ntwo/deep/deeper/c.py"
    assert large == f"a.py\none/ ({MOST_LISTED + 1} files)\ntwo/ (1 files)\ntwo/deep/ (1 files)"


def test_even_the_folders_may_be_too_many(tmp_path: Path) -> None:
    """The rest is counted."""
    for number in range(MOST_LISTED + 7):
        (tmp_path / f"{number}.py").write_text("")

    assert read(tmp_path).overview().endswith("\n… and 7 more: list_files")


def test_an_empty_folder_has_nothing_to_show(tmp_path: Path) -> None:
    """A project that begins with its tasks."""
    repository = read(tmp_path)

    assert (repository.notes(), repository.readme(), repository.overview()) == ("", "", "")
    assert repository.count(0) == 0
    assert repository.clash("a") is None


@pytest.mark.parametrize("path", ["A.py", "a.py/b"])
def test_a_path_that_clashes_is_known(tmp_path: Path, path: str) -> None:
    """The tree's own rule."""
    (tmp_path / "a.py").write_text("")

    assert read(tmp_path).clash(path) == "a.py"
