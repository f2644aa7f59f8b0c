"""A run's branch follows its log: from any place where the run was cut, and late where it must wait."""

import shutil
from pathlib import Path

import pytest
from tests.runtime.kit import CuttableLog, KitModels, Run, cut_copy, make_spec, make_team, task

from brooks.core.state import State
from brooks.core.team_rules import Consistency
from brooks.log.store import LogStore
from brooks.runtime.git_mirror import GitMirror, began_on
from brooks.runtime.running import Surroundings, resume, start
from brooks.workspace.git import GitWorkspace, find_results
from measure.git_repositories import files_of, fingerprint, git, left_behind

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
OURS = ("brooks/", "brooks-tasks/")
SPEC = make_spec(
    (task("a", files=("shared.txt",)), task("b", files=("shared.txt",)), task("c", "a")),
    team=make_team("hybrid", 2, consistency=Consistency.ISOLATED),
)


class Place:
    """A repository with one commit, and the run that works on it."""

    def __init__(self, folder: Path) -> None:
        self.top = folder / "top"
        self.run_folder = folder / "r1"
        self.told: list[str] = []
        (self.top / ".git" / "hooks").mkdir(parents=True)
        (self.top / ".git" / "info").mkdir()
        git(self.top, "init", "-q", "--template=", "-b", "main")
        for name in ("info/attributes", "logs/refs/stash"):
            (self.top / ".git" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.top / ".git" / name).touch()
        (self.top / "old.txt").write_bytes(b"old\n")
        git(self.top, "add", "--all")
        git(self.top, "commit", "-q", "-m", "start")
        self.before = fingerprint(self.top, ours=OURS)

    def open(self) -> GitWorkspace:
        """The workspace of the run, as a new process has it."""
        return GitWorkspace(self.top, run="r1", run_folder=self.run_folder)

    def around(self, log: LogStore, *, epoch: int = 1) -> Surroundings:
        """What a run has around it here."""
        return Surroundings(
            log=log, workspace=self.open(), models=KitModels(), epoch=epoch, tell=self.told.append
        )

    def check_out(self, branch: str) -> None:
        """Have a branch checked out, without a change of the files."""
        (self.top / ".git" / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        self.before = fingerprint(self.top, ours=OURS)

    def mirror(self, log: LogStore) -> GitMirror:
        """What follows this log."""
        return GitMirror(self.open(), log, began=began_on(SPEC.clock, 0.0), tell=self.told.append)

    def commits(self) -> list[str]:
        """The commits of the branch, first one first."""
        return git(self.top, "rev-list", "--reverse", "main..brooks/r1").decode().split()

    def problems(self, log: LogStore, state: State) -> list[str]:
        """How the branch differs from what the log says, and what was touched or left."""
        wanted = {
            path: (log.blob(version.blob), version.executable)
            for path, version in state.files.items()
            if version.blob is not None
        }
        found = [] if files_of(self.top, "brooks/r1") == wanted else ["another tree"]
        found += [] if len(self.commits()) == state.commits else [f"not {state.commits} commits"]
        changed = fingerprint(self.top, ours=OURS) != self.before
        return found + (["the user's things changed"] if changed else []) + left_behind(self.top)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A repository."""
    return Place(tmp_path)


def test_every_merge_is_a_commit_and_the_rest_is_as_it_was(place: Place) -> None:
    """Branches of tasks go when their tasks are merged."""
    log = CuttableLog()

    state = start(SPEC, {}, place.around(log))

    assert place.problems(log, state) == []
    results = find_results(place.top, place.run_folder)
    assert results is not None
    assert (results.branch, results.commits, results.task_branches) == ("brooks/r1", 3, ())
    assert results.commit == place.commits()[-1]


def test_a_run_cut_anywhere_ends_with_every_commit_once(tmp_path: Path) -> None:
    """Git had all of what the cut log says; another process goes on."""
    place = Place(tmp_path / "whole")
    log = CuttableLog()
    start(SPEC, {}, place.around(log))

    for cut in log.cuts[6::9]:
        there = Place(tmp_path / f"cut {cut}")
        left = cut_copy(log, cut)
        there.open().read_all(left.put_blob)
        there.mirror(left).follow_all(Run(State(), left, None, None).records)  # type: ignore[arg-type]
        state = resume(there.around(left, epoch=2))
        assert there.problems(left, state) == [], cut


def test_a_branch_that_is_checked_out_gets_its_commits_later(place: Place) -> None:
    """It is said once while it goes on, and once at the end; nothing of the checkout moves."""
    log = CuttableLog()
    state = start(SPEC, {}, place.around(log))
    first, *_, last = place.commits()
    git(place.top, "update-ref", "refs/heads/brooks/r1", first)
    place.check_out("brooks/r1")
    records = Run(state, log, None, None).records  # type: ignore[arg-type]

    busy = place.mirror(log)
    busy.follow_all(records)
    left = busy.finish(state)
    at = place.commits()
    place.check_out("main")
    later = place.mirror(log)
    later.follow_all(records)
    later.finish(state)

    assert (left, at) == ((), [first])
    assert [text.partition("brooks/r1")[0] for text in place.told] == [
        "note: the branch '",
        "2 of the run's commits are not on the branch '",
    ]
    assert place.commits()[-1] == last
    assert place.problems(log, state) == []


def test_results_are_none_where_nothing_can_be_asked(place: Place, tmp_path: Path) -> None:
    """Before the run has begun, and when the repository is gone."""
    assert find_results(place.top, place.run_folder) is None

    run_folder = place.run_folder
    start(SPEC, {}, place.around(CuttableLog()))
    shutil.rmtree(place.top)

    assert find_results(place.top, run_folder) is None
