"""What every place for an agent on the command line promises: copies and checkouts alike."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from brooks.models.command.working_copy import Copies, Places, WorkingCopy
from brooks.runtime.checkouts import Checkouts, kept_checkouts
from brooks.workspace.git import GitWorkspace
from brooks.workspace.memory import MemoryBlobs
from measure.git_repositories import HOSTILE, SCRIPT, fingerprint, git, left_behind, make_repository

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
OURS = ("brooks/", "brooks-tasks/")
CHANGED = {**HOSTILE, "of the turn/new": b"new\n", SCRIPT: b"changed\n"}
del CHANGED["back\\slash"]


class Draft:
    """Files over the commit that the run began from: one new, one changed, one deleted."""

    head = 0

    def paths(self) -> list[str]:
        """Every file, sorted."""
        return sorted(CHANGED)

    def read(self, path: str) -> bytes | None:
        """A file's content."""
        return CHANGED.get(path)

    def is_executable(self, path: str) -> bool:
        """Whether a file may be run."""
        return path == SCRIPT


Make = Callable[[str], WorkingCopy]


def open_workspace(folder: Path, within: str = "") -> GitWorkspace:
    """The workspace of a run that has begun."""
    top = make_repository(folder / "top", within=within)
    workspace = GitWorkspace(top, run="r1", run_folder=folder / "r1")
    workspace.read_all(MemoryBlobs().put_blob)
    return workspace


@pytest.fixture(params=["copies", "checkouts", "checkouts of a folder"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Each kind of places, for a project in a repository."""
    within = "inner" if "folder" in request.param else ""
    workspace = open_workspace(tmp_path, within)
    outputs = tmp_path / "r1" / "copies"
    if request.param == "copies":
        return Copies(outputs, git=shutil.which("git"))
    return Checkouts(workspace, outputs=outputs)


@pytest.fixture
def make(places: Places) -> Make:
    """Makes a place for an attempt."""
    return lambda name: asyncio.run(places.make(name, Draft()))


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a place, without git's own."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != ".git"
    }


def test_a_place_has_exactly_the_files_of_the_draft(make: Make, tmp_path: Path) -> None:
    """Whatever is committed or checked out; and the user's checkout stays as it is."""
    before = fingerprint(tmp_path / "top", ours=OURS)

    place = make("turn 1.0")
    found = files_in(place.folder)
    runs = (place.folder / SCRIPT).stat().st_mode & 0o100
    place.take_away()

    assert (found, set(place.before), bool(runs)) == (CHANGED, set(CHANGED), True)
    assert fingerprint(tmp_path / "top", ours=OURS) == before
    assert left_behind(tmp_path / "top") == []
    assert not place.folder.exists()


def test_what_is_left_of_an_attempt_is_never_written_to(make: Make) -> None:
    """The first left its folder, the second only its output."""
    first = make("t.0")
    (first.folder / "mine").touch()
    second = make("t.0")
    second.keep_output("said")
    second.take_away()
    third = make("t.0")
    third.keep_output("more")

    assert len({first.folder, second.folder, third.folder}) == 3
    assert len({first.output, second.output, third.output}) == 3
    assert (first.folder / "mine").exists()
    assert (second.output.read_text(), third.output.read_text()) == ("said", "more")


def test_places_are_apart(make: Make) -> None:
    """Two at once; what is done in one is not seen in the other."""
    first, second = make("t.0"), make("u.0")
    (first.folder / SCRIPT).write_bytes(b"mine")
    (first.folder / "of the turn" / "new").unlink()

    assert files_in(second.folder) == CHANGED
    first.take_away()
    assert files_in(second.folder) == CHANGED


def test_a_checkout_has_the_history_and_shows_the_changes_of_the_turn(tmp_path: Path) -> None:
    """What `git log` and `git status` say in it; what the run does not see does not look deleted."""
    places = Checkouts(open_workspace(tmp_path), outputs=tmp_path / "r1" / "copies")

    place = asyncio.run(places.make("t.0", Draft()))
    log = git(place.folder, "log", "--format=%s")
    status = git(place.folder, "-c", "filter.trap.clean=", "status", "--porcelain", "-z")
    place.take_away()

    assert log == b"start\n"
    assert status.split(b"\0")[:-1] == [b" M -run.sh", b" D back\\slash", b"?? of the turn/"]


def test_checkouts_of_agents_that_ended_are_kept_and_those_cut_off_go(tmp_path: Path) -> None:
    """What tells them apart is the output."""
    workspace = open_workspace(tmp_path)
    outputs = tmp_path / "r1" / "copies"
    places = Checkouts(workspace, outputs=outputs)
    failed, cut = (asyncio.run(places.make(name, Draft())) for name in ("Turn 1.0", "t.0"))
    failed.keep_output("it failed")

    left = workspace.recover(keep=kept_checkouts(outputs))

    assert left == ("Turn_1.0",)
    assert files_in(failed.folder) == CHANGED
    assert not cut.folder.exists()
