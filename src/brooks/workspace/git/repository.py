"""The user's repository: where it is, which branches are in use, what is not committed."""

import os
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from brooks.errors import OutsideError, UsageError
from brooks.workspace.git.names import ref
from brooks.workspace.git.program import Git, GitFailed

_UNDER_WAY = ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START")
"""Where git keeps the branch that it will come back to."""


class BranchBusy(OutsideError):  # noqa: N818 - a state of the user's checkout, handled by the caller
    """A branch would have to move that the user has checked out; it waits until that is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository, seen from a folder in it."""

    git: Git
    """Runs in that folder."""
    top: Path
    """The folder that all the files are below."""
    store: Path
    """What all the checkouts of the repository share: objects, branches, settings."""
    within: bytes
    """The folder below `top`, with a `/` behind it; empty for `top` itself."""


def find_repository(git: Git) -> Repository:
    """Find the repository that a folder is in.

    Raises:
        UsageError: It is in none, or in one that has no files of its own.
    """
    where = repr(str(git.folder))
    if not git.folder.is_dir():
        message = f"the workspace {where} does not exist or is not a folder: name another"
        raise UsageError(message)
    try:
        inside = git.text("rev-parse", "--is-inside-work-tree") == "true"
    except GitFailed as failed:
        message = f"{where} is in no git repository ({failed}): `git init` there, or name another"
        raise UsageError(message) from failed
    if not inside:
        message = f"{where} is in a bare repository: clone that and name the clone"
        raise UsageError(message)
    words = ("rev-parse", "--path-format=absolute")
    return Repository(
        git=git,
        top=Path(git.text(*words, "--show-toplevel")),
        store=Path(git.text(*words, "--git-common-dir")),
        within=os.fsencode(git.text("rev-parse", "--show-prefix")),
    )


def is_in_repository(folder: Path) -> bool:
    """Whether results for a folder are to be commits: it is in a repository that does not ignore it.

    False where there is no git.

    Raises:
        UsageError: It is in a bare repository, whose files are no project.
    """
    try:
        git = Git(folder)
        git.run("rev-parse", "--git-dir")
    except (UsageError, OutsideError, GitFailed):
        return False
    repository = find_repository(git)
    return bool(git.run("ls-files", "-z", "--", ".")) or not _is_ignored(repository)


def _is_ignored(repository: Repository) -> bool:
    """Whether the folder is one that the repository's rules leave out."""
    if not repository.within:
        return False
    try:
        git = repository.git.below(repository.top)
        path = "./" + os.fsdecode(repository.within)
        git.run("--no-literal-pathspecs", "check-ignore", "-q", "--", path)
    except GitFailed:
        return False
    return True


def commit_at(git: Git, name: str) -> str | None:
    """The commit that something is a name of; None if there is none."""
    try:
        return git.text(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
    except GitFailed:
        return None


def ensure_branch_name(git: Git, branch: str) -> None:
    """Raise `UsageError` for what git does not take as the name of a branch."""
    if branch.startswith("-") or "\0" in branch or not _is_well_formed(git, ref(branch)):
        message = f"{branch!r} is no name for a branch: name another with --into"
        raise UsageError(message)


def _is_well_formed(git: Git, name: str) -> bool:
    try:
        git.run("check-ref-format", name)
    except GitFailed:
        return False
    return True


def ensure_free(repository: Repository, names: Collection[str], *, ours: Path) -> None:
    """Make sure that nobody has these branches (full names) checked out.

    What an agent did in its own checkout, below the folder `ours`, does not count.

    Raises:
        BranchBusy: Somebody has, or is in the middle of a rebase or a bisection of one.
    """
    for name, place in _in_use(repository).items():
        if name in names and not Path(place).is_relative_to(ours):
            branch = name.removeprefix("refs/heads/")
            raise BranchBusy(
                f"the branch {branch!r} is checked out in {place!r}, and a checked-out branch is "
                f"never moved: to look at it use `git switch --detach {branch}` there, or name "
                "another with --into; then `brooks resume`"
            )


def _in_use(repository: Repository) -> dict[str, str]:
    """Full names of the branches that are checked out, and where."""
    found: dict[str, str] = {}
    place = ""
    for line in os.fsdecode(repository.git.run("worktree", "list", "--porcelain", "-z")).split(
        "\0"
    ):
        word, _, rest = line.partition(" ")
        if word == "worktree":
            place = rest
        elif word == "branch":
            found[rest] = place
    for own in (repository.store, *_folders_in(repository.store / "worktrees")):
        for name in _UNDER_WAY:
            with suppress(OSError):
                text = os.fsdecode((own / name).read_bytes()).strip()
                found.setdefault(text if text.startswith("refs/") else ref(text), str(own))
    return found


def _folders_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def uncommitted(repository: Repository) -> int:
    """How many files below the workspace differ from what is committed, or are in no commit.

    This looks and changes nothing, not even what git remembers of the files' times.
    """
    words = ("status", "--porcelain=v1", "-z", "--no-renames", "--ignore-submodules=all")
    without = _without_filters(repository.git)
    answer = repository.git.run(*without, *words, "--untracked-files=normal", "--", ".")
    return answer.count(b"\0")


def _without_filters(git: Git) -> list[str]:
    """Settings by which git runs no program that the repository names for contents."""
    try:
        found = git.run("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    except GitFailed:
        return []  # there are none
    words: list[str] = []
    for name in sorted({os.fsdecode(each).rpartition(".")[0] for each in found.split(b"\0")[:-1]}):
        for key, value in (("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")):
            words += ["-c", f"{name}.{key}={value}"]
    return words
