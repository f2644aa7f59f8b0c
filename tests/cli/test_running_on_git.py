"""Runs on a user's git repository, whole: what becomes a branch, and all that is left alone."""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import FAULTLESS

from agents.developer import write_program
from brooks.cli.reading import read_run
from brooks.log.sqlite import SqliteLog
from brooks.runtime.run_folder import RunFolder
from measure.git_repositories import (
    HOSTILE,
    REGISTRY,
    files_of,
    fingerprint,
    git,
    left_behind,
    make_repository,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]
Brooks = Callable[..., Any]
OURS = ("brooks/", "brooks-tasks/", "mine")
PROGRAM = (sys.executable, "-c", "from brooks.cli import main; main()")
TASKS = f"""\
workspace: WORKSPACE
tasks:
  - id: first
    files: [first.txt]
    check: test -f first.txt
    solution: {{first.txt: "1\\n"}}
  - id: second
    depends_on: [first]
    files: ['{REGISTRY}']
    check: grep -qx 2 registry.txt
    solution: {{'{REGISTRY}': "2\\n"}}
"""
"""One new file, and one that is there and that the user has changed."""
NEVER = """\
  - {id: Never!, files: [never.txt], check: "false", solution: {never.txt: "x"}}
"""
RUN = ("run", "tasks.yaml", "-t", "hybrid:2", "-m", "sim:faultless.yaml", "--run-id", "r1", "-q")


class Place:
    """A hostile repository in the middle of its user's work, and a task file beside it."""

    def __init__(self, folder: Path, *, within: str = "") -> None:
        self.folder = folder
        self.top = folder / "top"
        self.workspace = make_repository(self.top, within=within)
        self.before = fingerprint(self.top, ours=OURS)
        (folder / "faultless.yaml").write_text(FAULTLESS)
        self.write_tasks()

    def write_tasks(self, more: str = "") -> None:
        """Write the task file, with more tasks in it."""
        text = TASKS.replace("WORKSPACE", str(self.workspace)) + more
        (self.folder / "tasks.yaml").write_text(text)

    def untouched(self) -> bool:
        """Whether all that is the user's is as it was, and nothing else is left; says what is not."""
        assert fingerprint(self.top, ours=OURS) == self.before
        assert left_behind(self.top) == []
        return True

    def check_out(self, branch: str) -> None:
        """Have a branch checked out, without a change of the files."""
        (self.top / ".git" / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
        self.before = fingerprint(self.top, ours=OURS)

    def branch(self, name: str, commit: str) -> None:
        """Have a branch at a commit, without a hook."""
        git(self.top, "-c", "core.hooksPath=/dev/null", "branch", "-f", name, commit)

    def files(self, branch: str = "brooks/r1", *, within: str = "") -> dict[str, bytes]:
        """What a branch has."""
        found = files_of(self.top, branch, within=within)
        return {path: data for path, (data, _) in found.items()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """One whose files are the whole repository."""
    return Place(tmp_path)


def test_results_are_a_branch_and_the_checkout_is_untouched(brooks: Brooks, place: Place) -> None:
    """Index, settings, stash, files, other branches; no hook, no filter, nobody's identity."""
    said = brooks(*RUN, HOME=str(place.folder / "nobody"))

    files = place.files()
    authors = git(place.top, "log", "--format=%an <%ae>", "main..brooks/r1").decode()
    assert said.code == 0
    assert (files["first.txt"], files[REGISTRY]) == (b"1\n", b"2\n")
    assert {path for path in HOSTILE if files.get(path) == HOSTILE[path]} == set(HOSTILE) - {
        REGISTRY
    }
    assert set(authors.splitlines()) == {"Brooks <brooks@localhost>"}
    assert place.untouched()


def test_the_end_says_where_the_results_are(brooks: Brooks, place: Place) -> None:
    """For a person, as JSON, and later again; the command that it offers works."""
    said = brooks(*RUN)
    shown = brooks("show", "r1")
    facts = brooks("show", "r1", "--json").json

    assert f"  branch      brooks/r1 in {place.top}, 2 commits; your checkout was not touched" in (
        said.out
    )
    assert said.out == shown.out
    command = next(line for line in said.out.splitlines() if "git -C" in line).split("next")[-1]
    offered = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert "+2" in offered.stdout
    assert facts["branch"] == "brooks/r1"
    assert facts["commit"] == git(place.top, "rev-parse", "brooks/r1").decode().strip()
    assert (facts["branch_commits"], facts["branch_behind"], facts["task_branches"]) == (2, 0, [])


def test_a_run_folder_in_the_repository_is_neither_seen_nor_committed(
    brooks: Brooks, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a `.gitignore` of its own, as with every run in a folder."""
    shutil.move(place.folder / "tasks.yaml", place.top / "tasks.yaml")
    shutil.move(place.folder / "faultless.yaml", place.top / "faultless.yaml")
    monkeypatch.chdir(place.top)
    quiet = ("-c", "filter.trap.clean=", "status", "--porcelain")
    before = git(place.top, *quiet)

    said = brooks(*RUN)

    assert said.code == 0
    assert git(place.top, *quiet) == before
    assert (place.top / ".brooks" / "runs" / "r1" / "run.db").is_file()
    assert not any(path.startswith(".brooks") for path in place.files())
    assert "note: 6 files are not committed as they are" in said.err


def test_a_folder_of_the_repository_is_all_that_is_seen_and_written(
    brooks: Brooks, tmp_path: Path
) -> None:
    """The folder has a quote in its name."""
    within = 'in "it" self'
    place = Place(tmp_path, within=within)

    said = brooks(*RUN)

    assert said.code == 0
    assert place.files(within=within)["first.txt"] == b"1\n"
    assert "first.txt" not in place.files()
    assert place.untouched()


def test_a_linked_worktree_of_the_users_is_a_repository_too(
    brooks: Brooks, place: Place, tmp_path: Path
) -> None:
    """Its own branch is where the run begins."""
    linked = tmp_path / "linked"
    off = ("-c", "core.hooksPath=/dev/null", "-c", "filter.trap.smudge=")
    git(place.top, *off, "worktree", "add", "-q", "-b", "side", str(linked))
    (linked / "mine.txt").write_bytes(b"not committed\n")
    place.workspace = linked
    place.write_tasks()

    said = brooks(*RUN)

    assert said.code == 0
    assert f"brooks/r1 in {linked}" in said.out
    assert git(place.top, "merge-base", "side", "brooks/r1") == git(place.top, "rev-parse", "side")
    assert (linked / "mine.txt").is_file()
    assert not (linked / "first.txt").exists()


def test_into_names_the_branch(brooks: Brooks, place: Place) -> None:
    """One that is there goes on from where it is."""
    place.branch("mine", "main")

    said = brooks(*RUN, "--into", "mine")

    assert said.code == 0
    assert "branch      mine in" in said.out
    assert place.files("mine")["first.txt"] == b"1\n"
    assert place.untouched()


def test_into_is_refused_where_it_cannot_be(brooks: Brooks, place: Place) -> None:
    """Before anything is asked of a model: checked out, no commits made, no name for a branch."""
    out = brooks(*RUN, "--into", "main")
    folder_run = brooks(*RUN, "-t", "leased:2", "--into", "mine")
    simulated = brooks(*RUN, "--checks", "modelled", "--into", "mine")
    no_name = brooks(*RUN, "--into", "a..b")

    assert (out.code, folder_run.code, simulated.code, no_name.code) == (4, 2, 2, 2)
    assert "is checked out in" in out.err
    assert "makes no commits" in folder_run.err
    assert "makes no commits" in simulated.err
    assert "is no name for a branch" in no_name.err
    assert place.untouched()
    assert list((place.folder / ".brooks" / "runs").iterdir()) == []


def test_what_is_no_repository_to_work_on_is_said_first(brooks: Brooks, tmp_path: Path) -> None:
    """A repository without a commit, a bare one; nothing was paid for, nothing is left."""
    place = Place(tmp_path)
    for name, words in (("empty", ()), ("bare", ("--bare",))):
        place.workspace = tmp_path / name
        git(tmp_path, "init", "-q", *words, name)
        place.write_tasks()
        said = brooks(*RUN)
        assert said.code == 2
        assert ("has no commit yet" if name == "empty" else "a bare repository") in said.err


def test_a_folder_that_the_repository_ignores_is_a_folder(brooks: Brooks, place: Place) -> None:
    """Its files are nobody's to commit, so results are written where they belong."""
    (place.top / ".git" / "info" / "exclude").write_text("/ignored\n")
    place.workspace = place.top / "ignored"
    place.workspace.mkdir()
    place.write_tasks()

    said = brooks(*RUN)

    assert said.code == 0
    assert (place.workspace / "first.txt").read_bytes() == b"1\n"
    assert git(place.top, "branch", "--list", "brooks/*") == b""


def test_what_failed_stays_on_a_branch_of_its_task(brooks: Brooks, place: Place) -> None:
    """Which is said, then and later; the others' work is on the run's."""
    place.write_tasks(NEVER)

    said = brooks(*RUN)

    branches = brooks("show", "r1", "--json").json["task_branches"]
    (branch,) = (each for each in branches if "never" in each)
    assert said.code == 1
    assert branch.startswith("brooks-tasks/r1/never-")
    assert f"not merged  branch {branch}" in said.out
    assert "never.txt" in place.files(branch)
    assert "never.txt" not in place.files()
    assert place.untouched()


def test_commits_that_had_to_wait_are_brought_up_by_resume(brooks: Brooks, place: Place) -> None:
    """Somebody has checked the branch out; the run is done, and the log has its commits."""
    assert brooks(*RUN).code == 0
    tip, first = git(place.top, "rev-list", "main..brooks/r1").decode().split()
    place.branch("brooks/r1", first)
    place.check_out("brooks/r1")

    busy = brooks("resume", "r1")
    place.check_out("main")
    shown = brooks("show", "r1")
    later = brooks("resume", "r1")
    again = brooks("resume", "r1")

    assert (busy.code, later.code) == (0, 0)
    assert "1 of the run's commits are not on the branch" in busy.err
    assert "1 of the run's 2 commits is not on it yet" in busy.out
    assert "was brought up" not in busy.err
    assert "brooks resume r1" in shown.out
    assert "was brought up" in later.err
    assert "nothing to go on with" in again.err
    assert git(place.top, "rev-parse", "brooks/r1").decode().strip() == tip
    assert place.untouched()


MANY = "".join(
    f"  - {{id: t{number}, files: [t{number}], check: 'test -f t{number}', "
    f'solution: {{t{number}: "{number}"}}}}\n'
    for number in range(6)
)


def kill_after(place: Place, text: str, *options: str) -> None:
    """Start the run in another process, and kill that one as soon as it says this."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, *(word for word in RUN if word != "-q"), *options],
        cwd=place.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if text in line:
                break
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", ["first done by", "second done by"])
def test_a_killed_run_goes_on_with_the_same_branch(
    brooks: Brooks, place: Place, moment: str
) -> None:
    """Every merge of the log is one commit, in order, and the branch has the log's last tree."""
    place.write_tasks(MANY)
    kill_after(place, moment, "--clock", "real", "--time-scale", "0.05")

    said = brooks("resume", "r1", "-q")

    run = read_run(RunFolder(place.folder / ".brooks" / "runs" / "r1"))
    log = SqliteLog.open_reader(run.folder.log)
    wanted = {
        path: log.blob(version.blob)
        for path, version in run.state.files.items()
        if version.blob is not None
    }
    log.close()
    numbers = git(
        place.top, "log", "--reverse", "--format=%(trailers:key=Brooks-Commit,valueonly)",
        "main..brooks/r1",
    ).split()  # fmt: skip
    tasks = Counter(
        git(
            place.top, "log", "--format=%(trailers:key=Brooks-Task,valueonly)", "main..brooks/r1"
        ).split()
    )
    files = place.files()
    assert said.code == 0, said.err
    assert numbers == [b"%d" % number for number in range(1, 9)]
    assert set(tasks.values()) == {1}
    assert {path: data for path, data in files.items() if path in wanted} == wanted
    assert set(files) - set(wanted) == {".env", "line\nbreak"}
    assert place.untouched()


AGENT = """\
#!/bin/sh
read line
git log --format=%s > history.txt
git rev-parse --abbrev-ref HEAD >> history.txt
"""


def test_worktrees_give_agents_the_history(brooks: Brooks, place: Place) -> None:
    """Only when asked for; its checkout is gone afterwards."""
    (place.folder / "agent").write_text(AGENT)
    (place.folder / "agent").chmod(0o755)
    tasks = "tasks: [{id: history, files: [history.txt], check: test -s history.txt}]\n"
    (place.folder / "tasks.yaml").write_text(f"workspace: {place.workspace}\n{tasks}")
    options = ("tasks.yaml", "-t", "hybrid:1", "-m", "command:./agent", "-q")

    said = brooks("run", *options, "--run-id", "r1", "--worktrees")

    assert said.code == 0, said.err
    assert place.files()["history.txt"] == b"start\nHEAD\n"
    assert place.untouched()
    assert not (place.folder / ".brooks" / "runs" / "r1" / "worktrees").exists()


def test_a_checkout_that_an_agent_failed_in_is_kept(brooks: Brooks, place: Place) -> None:
    """Its place is said, and git takes it away when the user has looked at it."""
    agent = write_program(place.folder, "agent", "--exit", "7")
    tasks = "tasks: [{id: a, files: [a.txt], check: test -f a.txt}]\n"
    (place.folder / "tasks.yaml").write_text(f"workspace: {place.workspace}\n{tasks}")
    options = ("tasks.yaml", "-t", "hybrid:1", "-m", f"command:{agent}", "-q")

    said = brooks("run", *options, "--run-id", "r1", "--worktrees")
    shown = brooks("show", "r1", "--events")
    kept = sorted((place.folder / ".brooks" / "runs" / "r1" / "worktrees").iterdir())
    there = all((each / "registry.txt").is_file() for each in kept)
    for each in kept:
        git(place.top, "worktree", "remove", "--force", str(each))

    assert said.code == 1
    assert kept
    assert there
    for each in kept:
        assert f"its work is kept in 'worktrees/{each.name}'" in shown.out
    assert place.untouched()


HANGING = """\
#!/bin/sh
if [ ! -e '{mark}' ]; then touch '{mark}'; echo begun > '{seen}'; sleep 60; fi
git log --format=%s > history.txt
"""


def test_a_checkout_that_was_cut_off_goes_when_the_run_goes_on(
    brooks: Brooks, place: Place
) -> None:
    """The process is killed while an agent works; the second attempt has a checkout of its own."""
    mark, seen = place.folder / "mark", place.folder / "seen"
    os.mkfifo(seen)
    agent = place.folder / "agent"
    agent.write_text(HANGING.format(mark=mark, seen=seen))
    agent.chmod(0o755)
    tasks = "tasks: [{id: a, files: [history.txt], check: test -s history.txt}]\n"
    (place.folder / "tasks.yaml").write_text(f"workspace: {place.workspace}\n{tasks}")
    options = ("tasks.yaml", "-t", "hybrid:1", "-m", f"command:{agent}", "--run-id", "r1")

    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, "run", *options, "--worktrees", "-q"], cwd=place.folder, stderr=subprocess.PIPE
    ) as process:
        assert seen.read_text() == "begun\n"
        process.kill()
    registered = left_behind(place.top)
    said = brooks("resume", "r1", "-q")

    assert registered == ["worktrees", "a registered worktree"]
    assert said.code == 0, said.err
    assert place.files()["history.txt"] == b"start\n"
    assert place.untouched()


def test_worktrees_are_refused_where_they_make_no_sense(brooks: Brooks, place: Place) -> None:
    """No agent on the command line; no commits."""
    no_agent = brooks(*RUN, "--worktrees")
    no_commits = brooks(*RUN, "-m", "command:true", "-t", "leased:1", "--worktrees")

    assert (no_agent.code, no_commits.code) == (2, 2)
    assert "no model of this run is one" in no_agent.err
    assert "works on none" in no_commits.err
