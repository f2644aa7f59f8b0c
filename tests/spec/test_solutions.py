"""Reference solutions in folders."""

import sys
from hashlib import sha256
from pathlib import Path

import pytest

from brooks.core.spec import SolutionFile
from brooks.errors import UsageError
from brooks.ids import BlobHash
from brooks.spec.load import TaskFile, load_tasks
from brooks.spec.solutions import LARGEST_FILE


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    """The folder `solutions/a` beside a task file whose one task names it."""
    folder = tmp_path / "solutions" / "a"
    folder.mkdir(parents=True)
    (tmp_path / "tasks.yaml").write_text("tasks:\n  - id: a\n    solution: solutions/a/\n")
    return folder


def load_beside(solution: Path) -> TaskFile:
    return load_tasks(solution.parents[1] / "tasks.yaml")


def problem_beside(solution: Path) -> str:
    with pytest.raises(UsageError) as raised:
        load_beside(solution)
    return str(raised.value).partition(":3: tasks[0].solution: ")[2]


def test_every_file_below_the_folder_belongs_to_the_solution(solution: Path) -> None:
    """Bytes arrive as they are, and a `.part` becomes the task's part of the file without it."""
    (solution / "src").mkdir()
    (solution / "src" / "a.bin").write_bytes(b"\x00\xff")
    (solution / "registry.py.part").write_bytes(b"add(a)\r\n")
    (solution / "__pycache__").mkdir()
    (solution / "__pycache__" / "a.pyc").touch()

    read = load_beside(solution)

    assert [(file.path, read.blobs[file.blob], file.part) for file in read.tasks[0].solution] == [
        ("registry.py", b"add(a)\r\n", True),
        ("src/a.bin", b"\x00\xff", False),
    ]


def test_a_file_called_only_part_is_a_whole_file(solution: Path) -> None:
    """There is no name left to append to."""
    (solution / ".part").write_bytes(b"x")

    read = load_beside(solution)

    blob = BlobHash(sha256(b"x").hexdigest())
    assert read.tasks[0].solution == (SolutionFile(path=".part", blob=blob),)


def test_equal_files_are_kept_once(solution: Path) -> None:
    """Bytes are found by their hash."""
    (solution / "a.py").write_bytes(b"same")
    (solution / "b.py").write_bytes(b"same")

    read = load_beside(solution)

    assert list(read.blobs.values()) == [b"same"]


def test_an_empty_folder_is_refused(solution: Path) -> None:
    """A solution that changes nothing solves nothing."""
    assert problem_beside(solution) == (
        "the folder 'solutions/a/' holds no files: put the solution in it"
    )


def test_a_file_whole_and_in_part_is_refused(solution: Path) -> None:
    """Nobody could say which of the two was meant."""
    (solution / "a.py").touch()
    (solution / "a.py.part").touch()

    assert problem_beside(solution) == (
        "the file 'a.py' is there twice: keep it whole or as a part"
    )


def test_a_link_in_the_folder_is_refused(solution: Path, tmp_path: Path) -> None:
    """It could lead to the user's keys."""
    (tmp_path / "secret").write_text("key")
    (solution / "a.py").symlink_to(tmp_path / "secret")

    assert problem_beside(solution) == (
        "'a.py' in 'solutions/a' is a symbolic link or a device: put the file itself there"
    )


def test_a_link_on_the_way_to_the_folder_is_refused(solution: Path, tmp_path: Path) -> None:
    """The folder itself is elsewhere."""
    (solution / "a.py").touch()
    solution.parent.rename(tmp_path / "elsewhere")
    (tmp_path / "solutions").symlink_to(tmp_path / "elsewhere")

    assert problem_beside(solution) == (
        "'solutions/a' leads through a symbolic link: use a folder itself"
    )


def test_a_file_that_no_task_may_write_is_refused(solution: Path) -> None:
    """The runs are kept in `.brooks`; the workspace would refuse it later."""
    (solution / "sub").mkdir()
    (solution / "sub" / ".brooks").write_text("x")

    assert problem_beside(solution) == (
        "'sub/.brooks' is inside '.brooks', where no task may write: use another path"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse to make such a name")
def test_a_name_that_is_no_text_is_refused(solution: Path) -> None:
    """The name was made in another encoding and cannot be logged."""
    (solution / "caf\udce9.py").touch()

    assert problem_beside(solution) == "'caf\\udce9.py' is not valid Unicode: use another name"


def test_a_huge_file_is_refused(solution: Path) -> None:
    """Every file of a solution is held in memory."""
    with (solution / "big").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)

    assert problem_beside(solution) == (
        "the file 'big' in 'solutions/a/' is larger than 8 MiB: "
        "leave it out, or put it into the workspace"
    )
