"""A workspace that is a git repository, or a folder in one.

A run begins from a commit and puts each accepted result on a branch of its own, `brooks/RUN`, one
commit for each merged task. Nothing else of the user's is touched: not the files, the index, the
stash, the settings, nor any branch that somebody has checked out. What is not committed the run
does not see; `notes` says so.

The log is the truth and the branch follows it. Commits are numbered, in their messages, as the log
numbers them, so a branch that is behind is brought up by handing in every merge again: what the
branch has already is passed over. Every move of a branch names where it moves from; if it is not
there, somebody else moved it, and it is left alone.

Besides, each accepted proposal becomes a commit on `brooks-tasks/RUN/TASK` on top of the commit it
was made from. A second try has the first one as its second parent, so nothing is lost sight of.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from brooks.core.paths import folders_above
from brooks.errors import InternalError, OutsideError, UsageError
from brooks.ids import BlobHash
from brooks.workspace.base import BlobSource, Kept, SizeLimits, Snapshot, ensure_safe
from brooks.workspace.git.commits import (
    NOTHING,
    SAFE,
    Identity,
    Known,
    Maker,
    Work,
    move_branch,
    read_back,
)
from brooks.workspace.git.names import RUNS, TASKS, one_line, plain, ref, run_branch, task_branches
from brooks.workspace.git.pin import Pin, clear_pin, load_pin, save_pin
from brooks.workspace.git.program import Git, GitFailed
from brooks.workspace.git.reading import list_files, read_snapshot
from brooks.workspace.git.repository import (
    commit_at,
    ensure_branch_name,
    ensure_free,
    find_repository,
    uncommitted,
)
from brooks.workspace.git.worktrees import Worktrees
from brooks.workspace.tree import Change

_TASK_FORMAT = (
    "--format=%(refname)%00%(objectname)%00"
    "%(contents:trailers:key=Brooks-Proposal,valueonly,separator=%2C)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A merge that the run's branch has."""

    commit: str
    """Its hash."""
    made: bool
    """False where the branch had it already."""
    replaced: tuple[str, ...] = ()
    """What the run never saw (links, submodules, files left out) and its files now stand for; on
    this branch only, and still in the commit that the run began from."""


class GitWorkspace:
    """A folder in a git repository."""

    def __init__(
        self,
        folder: Path,
        *,
        run: str,
        run_folder: Path,
        into: str | None = None,
        limits: SizeLimits | None = None,
        hides: Callable[[bytes], bool] = lambda data: False,
        identity: Identity | None = None,
        git: Git | None = None,
    ) -> None:
        """Open a folder of a repository as a run's workspace; nothing is changed by that.

        Args:
            folder: The folder, which may be all of the repository's files.
            run: The run's id.
            run_folder: Where the run is kept: `git.json` and `worktrees/` are made there.
            into: The branch that results go to, instead of `brooks/RUN`.
            limits: How much the folder may hold.
            hides: Whether a file with this content is left out, because of a key in it.
            identity: In whose name commits are made.
            git: How git is run, for tests.

        Raises:
            UsageError: There is no git, no repository, no commit, or no such branch.
        """
        self._run = run
        self._run_folder = run_folder
        self._limits = limits or SizeLimits()
        self._hides = hides
        self._repository = find_repository(git or Git(folder))
        self._git = self._repository.git.below(self._repository.top)
        self._pinned = load_pin(run_folder)
        self._pin = self._pinned or self._choose(into)
        if self._pin.run != run or into not in {None, self._pin.branch}:
            message = (
                f"the run {self._pin.run!r} was begun with the branch {self._pin.branch!r} and goes "
                f"on with it: leave --into {into!r} away"
            )
            raise UsageError(message)
        self._maker = Maker(
            self._git, run=run, within=self._repository.within, identity=identity or Identity()
        )
        self.worktrees = Worktrees(
            self._git,
            folder=run_folder.resolve() / "worktrees",
            store=self._repository.store,
            within=self._repository.within,
            limits=self._limits,
        )
        self._loaded = False
        self._commits: list[str] = [self._pin.base]
        """By number; number 0 is what the run began from."""
        self._known: list[Known] = []
        self._at = NOTHING
        """Where the branch is."""
        self._tasks: dict[str, tuple[str, int]] = {}
        """The branches of tasks: commit and proposal, by their full names."""
        self._unseen: frozenset[str] | None = None

    def _choose(self, into: str | None) -> Pin:
        branch = run_branch(self._run) if into is None else into
        ensure_branch_name(self._git, branch)
        there = commit_at(self._git, ref(branch))
        if into is None and there is not None:
            message = f"there is a branch {branch!r} already: choose another --run-id, or --into"
            raise UsageError(message)
        base = there or commit_at(self._repository.git, "HEAD")
        if base is None:
            message = (
                f"the repository {str(self._repository.top)!r} has no commit yet: commit what the "
                "run is to begin with, `git commit --allow-empty` if that is nothing"
            )
            raise UsageError(message)
        return Pin(run=self._run, base=base, branch=branch)

    @property
    def branch(self) -> str:
        """The branch that results go to."""
        return self._pin.branch

    @property
    def base(self) -> str:
        """The commit that the run began from."""
        return self._pin.base

    def describe(self) -> str:
        """Say which repository this is, where the run begins, and where its results go."""
        return (
            f"the git repository {str(self._repository.git.folder)!r} at {self.base[:12]}, results "
            f"on the branch {self.branch!r}"
        )

    def notes(self) -> tuple[str, ...]:
        """What a user should know of before the run."""
        try:
            files = uncommitted(self._repository)
        except GitFailed as failed:
            return (f"git cannot say what is not committed ({failed}); the run does not see it",)
        if not files:
            return ()
        subject = "1 file is" if files == 1 else f"{files:,} files are"
        return (f"{subject} not committed as they are; the run sees what is committed",)

    def ensure_writable(self) -> None:
        """Raise `OutsideError` if a commit is bound to fail, before anything has been paid for."""
        effective = os.access in os.supports_effective_ids
        for name in ("objects", "refs/heads"):
            place = self._repository.store / name
            if place.exists() and not os.access(place, os.W_OK | os.X_OK, effective_ids=effective):
                raise OutsideError(
                    f"the repository cannot be written to ({str(place)!r}): give this user "
                    "permission, or clone it and name the clone"
                )
        self._ensure_free(ref(self.branch))
        for branch in (RUNS, TASKS, task_branches(self._run)):
            if branch != self.branch and commit_at(self._git, ref(branch)) is not None:
                raise OutsideError(
                    f"there is a branch {branch!r}, so git can have none in a folder of that name: "
                    f"rename it with `git branch -m {branch} another-name`"
                )

    def read_all(self, put_blob: Callable[[bytes], BlobHash]) -> Snapshot:
        """Read every file of the commit that the run begins from; see `Workspace.read_all`.

        From here on the run goes on with that commit.
        """
        if self._pinned is None:
            save_pin(self._git, self._run_folder, self._pin)
            self._pinned = self._pin
        listed = list_files(self._git, self.base, within=self._repository.within)
        return read_snapshot(
            self._git,
            listed,
            put_blob,
            limits=self._limits,
            where=repr(str(self._repository.git.folder)),
            hides=self._hides,
        )

    def write(
        self,
        changes: Mapping[str, Change],
        ours: Mapping[str, AbstractSet[BlobHash | None]],
        blobs: BlobSource,
    ) -> tuple[Kept, ...]:
        """Write nothing: results are commits (`commit`), and the checkout is the user's."""
        for path in changes:
            ensure_safe(path)
        return ()

    def last_number(self) -> int:
        """The number of the last of the run's commits that the branch has; 0 for none."""
        self._load()
        return len(self._commits) - 1

    def commit_of(self, number: int) -> str:
        """The hash of the run's commit with this number; 0 is what it began from."""
        self._load()
        if not 0 <= number < len(self._commits):
            last = len(self._commits) - 1
            message = f"the branch {self.branch!r} has {last} commits of this run, not {number}"
            raise InternalError(message)
        return self._commits[number]

    def commit(self, number: int, work: Work, blobs: BlobSource) -> Committed:
        """Put a merged task on the branch, as the run's commit with this number.

        Merges are handed in in the order of their numbers; one that the branch has is passed over.

        Raises:
            BranchBusy: Somebody has the branch checked out. It stays; hand this one in again later.
            OutsideError: Somebody else moved the branch, or git cannot write. Nothing is lost.
        """
        with self._watched():
            self._load()
            if number < len(self._commits):
                return self._passed_over(number, work)
            parent = self.commit_of(number - 1)
            self._ensure_free(ref(self.branch))
            new = self._maker.make(work, blobs, parents=(parent,), number=number)
            move_branch(self._git, ref(self.branch), new, old=self._at, seconds=work.seconds)
            self._commits.append(new)
            self._known.append(Known(commit=new, parents=(parent,), trailers=_words(work)))
            self._at = new
            return Committed(commit=new, made=True, replaced=self._replaced(work))

    def _passed_over(self, number: int, work: Work) -> Committed:
        known = self._known[number - 1]
        if any(known.trailers.get(key) != value for key, value in _words(work).items()):
            raise OutsideError(
                f"commit number {number} on the branch {self.branch!r} ({known.commit[:12]!r}) is of "
                f"task {known.trailers.get('Task')!r}, and the log has {work.task!r} there: another "
                "run had this id; take another branch, or the log that belongs to this one"
            )
        return Committed(commit=known.commit, made=False)

    def propose(self, work: Work, blobs: BlobSource, *, made_from: int) -> str:
        """Put an accepted proposal on its task's branch, on top of the commit it was made from.

        Gives its hash. One that the branch has is passed over.

        Raises:
            BranchBusy, OutsideError: as for `commit`.
        """
        with self._watched():
            base = self.commit_of(made_from)
            name = ref(self.task_branch(work.task))
            old, proposal = self._tasks.get(name, (NOTHING, 0))
            if proposal >= work.proposal:
                return old
            self._ensure_free(name)
            parents = (base,) if old == NOTHING else (base, old)
            new = self._maker.make(work, blobs, parents=parents, number=None)
            move_branch(self._git, name, new, old=old, seconds=work.seconds)
            self._tasks[name] = (new, work.proposal)
            return new

    def task_branch(self, task: str) -> str:
        """The branch of a task's proposals."""
        return f"{task_branches(self._run)}/{plain(task)}"

    def finish(self, done: Collection[str], *, keep: bool = False) -> tuple[str, ...]:
        """Remove the branches of the tasks that are done, and give those that are left.

        Args:
            done: The tasks whose proposals were merged; the others' branches are kept, to be looked at.
            keep: Remove none.
        """
        with self._watched():
            self._load()
            merged = [] if keep else sorted({ref(self.task_branch(task)) for task in done})
            for name in merged:
                if name in self._tasks and self._is_free(name):
                    move_branch(self._git, name, NOTHING, old=self._tasks[name][0], seconds=0)
                    del self._tasks[name]
        return tuple(sorted(name.removeprefix("refs/heads/") for name in self._tasks))

    def recover(self, *, keep: Collection[str] = ()) -> tuple[str, ...]:
        """Take away what a crashed run left: locks, half-written files, checkouts of its turns.

        Only to be called by whoever has the run to itself. What is not this run's is left alone, so
        a lock on a branch named with --into stays, which git then reports.

        Args:
            keep: The checkouts that turns go on in.

        Returns: The checkouts that are left; one of `keep` that was damaged is not among them.
        """
        self._loaded = False
        clear_pin(self._run_folder)
        heads = self._repository.store / "refs" / "heads"
        tasks = heads / task_branches(self._run)
        for lock in (heads / f"{run_branch(self._run)}.lock", *sorted(tasks.glob("*.lock"))):
            self._git.step("before unlock")
            lock.unlink(missing_ok=True)
        return self.worktrees.recover(keep=keep)

    def _load(self) -> None:
        """Find out where the branches are, unless that is known."""
        if self._loaded:
            return
        own = ref(self.branch)
        words = ("for-each-ref", _TASK_FORMAT, own, ref(task_branches(self._run)))
        try:
            lines = self._git.run(*words).decode().splitlines()
            rows = {row[0]: row for row in (line.split("\0") for line in lines)}
            self._at = rows.pop(own)[1] if own in rows else NOTHING
            there = self._at != NOTHING
            known = read_back(self._git, self._at, self._run, base=self.base) if there else []
        except GitFailed as failed:
            raise failed.outside("see what the branches have", next_step=SAFE) from failed
        self._known = known
        self._commits = [self.base, *(each.commit for each in known)]
        self._tasks = {
            name: (commit, int(proposal) if proposal.isdecimal() else 0)
            for name, commit, proposal in rows.values()
        }
        self._loaded = True

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """After any error, look again where the branches are before anything else."""
        try:
            yield
        except BaseException:
            self._loaded = False
            raise

    def _ensure_free(self, name: str) -> None:
        ensure_free(self._repository, [name], ours=self.worktrees.folder)

    def _is_free(self, name: str) -> bool:
        try:
            self._ensure_free(name)
        except OutsideError:
            return False
        return True

    def _replaced(self, work: Work) -> tuple[str, ...]:
        """What the run never saw and this change stands for."""
        if self._unseen is None:
            listed = list_files(self._git, self.base, within=self._repository.within)
            self._unseen = frozenset(
                each.path
                for each in listed
                if each.is_uninteresting() or each.why_left_out(self._limits)
            )
        written = {path for path, entry in work.changes.items() if entry is not None}
        above = {folder for path in written for folder in folders_above(path)}
        replaced = [
            path
            for path in sorted(self._unseen)
            if path in written or path in above or not written.isdisjoint(folders_above(path))
        ]
        self._unseen = self._unseen.difference(replaced)
        return tuple(replaced)


def _words(work: Work) -> dict[str, str]:
    """What a commit of this work says of itself, as far as it is compared."""
    return {"Task": one_line(work.task), "Proposal": str(work.proposal)}
