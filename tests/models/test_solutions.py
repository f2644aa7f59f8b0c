"""Reference solutions: what they are, and when the modelled check takes a task for done."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.paths import PathIndex, clean_path
from brooks.core.spec import SolutionFile, Task
from brooks.ids import BlobHash, TaskId
from brooks.models.solutions import SolutionPart, Solutions, find_part, put_part


def hash_of(data: bytes) -> BlobHash:
    """The name of some bytes."""
    return BlobHash(sha256(data).hexdigest())


class Blobs:
    """A log that counts how often it is asked."""

    def __init__(self) -> None:
        self.data: dict[BlobHash, bytes] = {}
        self.asked = 0

    def file(self, path: str, data: bytes, *, part: bool = False) -> SolutionFile:
        """Keep a file of a solution."""
        self.data[hash_of(data)] = data
        return SolutionFile(path=path, blob=hash_of(data), part=part)

    def blob(self, blob_hash: BlobHash) -> bytes:
        """Give a content."""
        self.asked += 1
        return self.data[blob_hash]


def task(
    name: str, *solution: SolutionFile, files: tuple[str, ...] = (), needs: str | None = None
) -> Task:
    """A task with or without a solution."""
    depends_on = () if needs is None else (TaskId(needs),)
    return Task(id=TaskId(name), files=files, depends_on=depends_on, solution=solution)


def nothing(blob_hash: BlobHash) -> bytes:
    """A log that must not be asked."""
    raise AssertionError(blob_hash)


def test_a_solution_is_read_when_it_is_needed_and_once() -> None:
    """A run of many tasks does not begin by reading all of their solutions."""
    blobs = Blobs()
    solutions = Solutions([task("a", blobs.file("a.py", b"A"))], blobs.blob)
    before = blobs.asked

    files = [solutions.files(TaskId("a")) for _ in range(3)]

    assert files == [(SolutionPart("a.py", b"A", part=False),)] * 3
    assert (before, blobs.asked) == (0, 1)


def test_whole_files_are_to_be_equal_and_parts_to_be_there() -> None:
    """A task with one of each, on every tree that lacks something."""
    blobs = Blobs()
    one = task("a", blobs.file("a.py", b"A\n"), blobs.file("log.md", b"of a\n", part=True))
    solutions = Solutions([one], blobs.blob)
    right = {"a.py": b"A\n", "log.md": b"head\nof a\nof b\n"}

    def is_solved(**changes: bytes | None) -> bool:
        files = {**right, **{path.replace("_", "."): data for path, data in changes.items()}}
        return solutions.is_solved(TaskId("a"), files.get)

    assert is_solved()
    assert is_solved(log_md=b"of a\n")
    assert not is_solved(a_py=b"A\n\n")
    assert not is_solved(a_py=None)
    assert not is_solved(log_md=None)
    assert not is_solved(log_md=b"head\n")
    assert not is_solved(log_md=b"out of a\n")


@pytest.mark.parametrize(
    ("files", "path"),
    [((), "a task.txt"), (("src/a.py", "src/b.py"), "src/a.py")],
)
def test_a_task_without_solution_gets_one_in_its_first_file(
    files: tuple[str, ...], path: str
) -> None:
    """Or in a file of its own if it declares none."""
    solutions = Solutions([task("a task", files=files)], nothing)

    made_up = solutions.files(TaskId("a task"))

    assert made_up == (SolutionPart(path, b"a task: right\n", part=False),)
    assert solutions.is_solved(TaskId("a task"), {path: b"a task: right\n"}.get)


def test_tasks_that_declare_the_same_file_each_get_a_part_of_it() -> None:
    """One task's id is the end of the other's, and is not found in it."""
    tasks = [task(name, files=("shared.py",)) for name in ("1", "11")]
    solutions = Solutions(tasks, nothing)

    (one,), (eleven,) = (solutions.files(each.id) for each in tasks)

    assert one == SolutionPart("shared.py", b"1: right\n", part=True)
    assert not solutions.is_solved(TaskId("1"), {"shared.py": eleven.data}.get)
    both = put_part(eleven.data, one.data)
    assert all(solutions.is_solved(each.id, {"shared.py": both}.get) for each in tasks)


def test_a_made_up_solution_stays_out_of_the_file_of_a_real_one() -> None:
    """The task declares a file that another one writes whole."""
    blobs = Blobs()
    tasks = [task("a", blobs.file("a.py", b"A")), task("b", files=("a.py",))]

    solutions = Solutions(tasks, blobs.blob)

    assert solutions.files(TaskId("b"))[0].path == "b.txt"


def test_a_made_up_solution_joins_the_parts_of_a_shared_file() -> None:
    """The task declares a file that another one has a part of."""
    blobs = Blobs()
    tasks = [task("a", blobs.file("log.md", b"A\n", part=True)), task("b", files=("log.md",))]

    solutions = Solutions(tasks, blobs.blob)

    assert solutions.files(TaskId("b")) == (SolutionPart("log.md", b"b: right\n", part=True),)


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, unique=True))
def test_made_up_files_can_stand_beside_one_another_on_every_system(names: list[str]) -> None:
    """Whatever the tasks are called, and though names may differ by case only."""
    names = [name for name in names if name.encode("utf-8", "replace").decode() == name]
    solutions = Solutions([task(name) for name in names], nothing)

    paths = [solutions.files(TaskId(name))[0].path for name in names]

    assert len(set(paths)) == len(names)
    for number, path in enumerate(paths):
        assert clean_path(path) == path
        assert PathIndex(paths[:number]).clash(path) is None


def test_a_task_that_came_later_gets_a_solution_too() -> None:
    """An agent found work on the way."""
    solutions = Solutions([task("a")], nothing)

    found = solutions.files(TaskId("found"))

    assert found == (SolutionPart("found.txt", b"found: right\n", part=False),)


def test_the_version_of_a_task_that_builds_on_another_counts_for_both() -> None:
    """A chain rewrites one file; the last look comes when only the last version is there."""
    blobs = Blobs()
    tasks = [
        task("a", blobs.file("app.py", b"1")),
        task("b", needs="a"),
        task("c", blobs.file("app.py", b"2"), needs="b"),
    ]
    solutions = Solutions(tasks, blobs.blob)

    solved = {
        name: [solutions.is_solved(TaskId(name), {"app.py": data}.get) for data in (b"1", b"2")]
        for name in ("a", "c")
    }

    assert solved == {"a": [True, True], "c": [False, True]}


def test_a_whole_file_may_have_grown_by_the_parts_of_others() -> None:
    """One task begins the file and another one adds to it."""
    blobs = Blobs()
    tasks = [
        task("a", blobs.file("app.py", b"A = 1\n")),
        task("b", blobs.file("app.py", b"B = 2\n", part=True), needs="a"),
    ]
    solutions = Solutions(tasks, blobs.blob)

    files = {"app.py": b"A = 1\nB = 2\n"}

    assert all(solutions.is_solved(TaskId(name), files.get) for name in "ab")


@given(content=st.from_regex(rb"([ab]*\n?){0,4}", fullmatch=True), part=st.sampled_from([b"a\n"]))
def test_putting_a_part_twice_is_putting_it_once(content: bytes, part: bytes) -> None:
    """And what was there is still there."""
    once = put_part(content, part)

    assert put_part(once, part) == once
    assert once.startswith(content)
    assert find_part(once, part) >= 0
