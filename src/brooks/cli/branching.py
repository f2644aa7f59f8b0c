"""The branch that a run's results are on: what is said of it at the end, and bringing it up to the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from brooks.cli.opening import Watcher, began, opened_again, workspace_path
from brooks.cli.options import note
from brooks.cli.reading import ReadRun
from brooks.report.wording import count
from brooks.runtime.git_mirror import GitMirror, began_on
from brooks.runtime.run_folder import RunFolder
from brooks.workspace.git import GitWorkspace, Results, find_results


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A run's branch beside its log."""

    results: Results
    merged: int
    """How many commits the log has."""

    @property
    def behind(self) -> int:
        """How many of them the branch has not."""
        return max(0, self.merged - self.results.commits)

    def to_json(self) -> dict[str, Any]:
        """The facts, under keys that stay."""
        return {
            "branch": self.results.branch,
            "commit": self.results.commit,
            "base_commit": self.results.base,
            "branch_commits": self.results.commits,
            "branch_behind": self.behind,
            "task_branches": list(self.results.task_branches),
        }

    def lines(self) -> list[tuple[str, str]]:
        """The facts for a person, each with its name."""
        results = self.results
        found = [("branch", f"{results.branch} in {results.top}, {self._commits()}")]
        if self.behind:
            found.append(("behind", self._waiting()))
        found += [("not merged", f"branch {branch}") for branch in results.task_branches]
        return found

    def _commits(self) -> str:
        results = self.results
        if results.commit is None:
            return "not there" if self.merged else "not made: nothing was merged"
        return f"{count(results.commits, 'commit')}; your checkout was not touched"

    def _waiting(self) -> str:
        verb = "is" if self.behind == 1 else "are"
        return (
            f"{self.behind} of the run's {count(self.merged, 'commit')} {verb} not on it yet, but safe "
            "in the log: `brooks resume` puts them there once nobody has the branch checked out"
        )

    def next_commands(self) -> list[str]:
        """How to look at what is on it."""
        results = self.results
        if not results.commits:
            return []
        here = Path.cwd().is_relative_to(results.top)
        place = "" if here else f" -C {quote(str(results.top))}"
        return [f"git{place} log -p {results.base[:12]}..{quote(results.branch)}"]


def branch_of(folder: RunFolder, facts: Mapping[str, Any], *, merged: int) -> Branch | None:
    """The branch of a run that merged so many commits; None for one that works on no repository."""
    if not facts.get("git"):
        return None
    results = find_results(workspace_path(folder, facts), folder.path)
    return None if results is None else Branch(results=results, merged=merged)


def bring_branch_up(past: ReadRun, *, workspace: Path | None) -> bool:
    """Hand in what a finished run could not put on its branch; False if the branch has everything.

    Args:
        past: The run.
        workspace: Where its files are now; None for where they were.
    """
    facts = past.manifest
    if workspace is not None:
        facts["workspace"] = str(workspace.absolute())
    branch = branch_of(past.folder, facts, merged=past.state.commits)
    if branch is None or not branch.behind:
        return False
    watcher = Watcher(on_note=note)
    with opened_again(past.folder, workspace=workspace, watcher=watcher) as opened:
        around = opened.around
        assert isinstance(around.workspace, GitWorkspace)
        at = began_on(past.spec.clock, began(facts))
        mirror = GitMirror(around.workspace, around.log, began=at, tell=note)
        mirror.follow_all(past.records)
        mirror.finish(past.state)
    now = branch_of(past.folder, facts, merged=past.state.commits)
    if now is not None and not now.behind:
        note(
            f"the run {past.folder.id!r} is done: its branch {now.results.branch!r} was brought up"
        )
    return True
