"""Where the results of a run are in its repository, for whoever shows the run: looks, changes nothing."""

from dataclasses import dataclass
from pathlib import Path

from brooks.errors import BrooksError
from brooks.workspace.git.names import ref, task_branches
from brooks.workspace.git.pin import load_pin
from brooks.workspace.git.program import Git, GitFailed
from brooks.workspace.git.repository import commit_at, find_repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a repository has of a run."""

    top: Path
    """The repository's folder."""
    branch: str
    base: str
    """The commit that the run began from."""
    commit: str | None
    """Where the branch is; None if there is none, which is so until something is merged."""
    commits: int
    """How many commits the branch has on top of the base."""
    task_branches: tuple[str, ...]
    """What was proposed and is kept for a look, since it was not merged."""


def find_results(folder: Path, run_folder: Path) -> Results | None:
    """The results of a run that works on a folder of a repository.

    None when the run has not begun, or when there is no repository to be asked any more.
    """
    try:
        pin = load_pin(run_folder)
        if pin is None:
            return None
        repository = find_repository(Git(folder))
        git = repository.git
        commit = commit_at(git, ref(pin.branch))
        words = ("rev-list", "--count", "--first-parent", f"{pin.base}..{commit}")
        tasks = git.run("for-each-ref", "--format=%(refname:lstrip=2)", ref(task_branches(pin.run)))
        return Results(
            top=repository.top,
            branch=pin.branch,
            base=pin.base,
            commit=commit,
            commits=int(git.text(*words)) if commit else 0,
            task_branches=tuple(tasks.decode().splitlines()),
        )
    except (BrooksError, GitFailed):
        return None
