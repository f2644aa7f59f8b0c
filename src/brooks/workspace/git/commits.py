"""Commits of a run: what is in them, how they are made, and how they are known again.

A commit is made by one call of `git fast-import`, which writes its files, folders and the commit
itself and touches no branch (it is given a name outside of the branches and told to forget it
again); a second call moves the branch, and only from where it is expected to be. A crash between
the two leaves objects that nothing refers to, which git removes in its own time.

Everything in a commit comes from the log: the files, the words, the dates. So the same log makes the
same commits, hash for hash, whoever makes them and however often.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from brooks.errors import OutsideError
from brooks.ids import BlobHash
from brooks.workspace.base import BlobSource, ensure_safe, fetch
from brooks.workspace.git.names import one_line
from brooks.workspace.git.program import Git, GitFailed
from brooks.workspace.tree import Change

NOTHING = "0" * 40
"""Where a branch is that does not exist."""
SAFE = "what was accepted is safe in the log: put that right, then `brooks resume`"
_MADE_ON = "refs/brooks/made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """In whose name commits are made."""

    name: str = "Brooks"
    email: str = "brooks@localhost"

    def line(self, role: str, seconds: int) -> bytes:
        """Say so as a commit does."""
        name, email = (one_line(text).translate(_NO_BRACKETS) for text in (self.name, self.email))
        return f"{role} {name} <{email}> {max(0, seconds)} +0000\n".encode()


_NO_BRACKETS = {ord(letter): None for letter in "<>"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An accepted change of a task: what its commit says and does."""

    task: str
    title: str
    agent: str
    turn: str
    proposal: int
    verified: bool
    """Whether its check passed on exactly this tree."""
    seconds: float
    """When, since 1970, by the time of the log."""
    changes: Mapping[str, Change]

    def message(self, run: str, *, number: int | None) -> str:
        """The commit's message; `number` counts the run's merges, None for a proposal."""
        trailers = {
            "Run": run,
            "Commit": number,
            "Task": self.task,
            "Agent": self.agent,
            "Turn": self.turn,
            "Proposal": self.proposal,
            "Verified": "yes" if self.verified else "no",
        }
        lines = [f"Brooks-{key}: {one_line(str(value))}" for key, value in trailers.items()
                 if value is not None]  # fmt: skip
        subject = f"{self.task}: {self.title}" if self.title.strip() else self.task
        return "\n".join((one_line(subject), "", *lines, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A commit of a run, as the repository has it."""

    commit: str
    parents: tuple[str, ...]
    trailers: Mapping[str, str]

    @property
    def number(self) -> int:
        """Which of the run's merges it is; 0 when it is none."""
        text = self.trailers.get("Commit", "")
        return int(text) if text.isascii() and text.isdecimal() else 0

    @property
    def proposal(self) -> int:
        """Which proposal it is of; 0 when of none."""
        text = self.trailers.get("Proposal", "")
        return int(text) if text.isascii() and text.isdecimal() else 0


class Maker:
    """Makes commits in one repository."""

    def __init__(self, git: Git, *, run: str, within: bytes, identity: Identity) -> None:
        """Say for which run, and `within` which folder of the repository (with a `/` behind it)."""
        self._git = git
        self._run = run
        self._within = within
        self._identity = identity

    def make(
        self, work: Work, blobs: BlobSource, *, parents: tuple[str, ...], number: int | None
    ) -> str:
        """Write a commit that no branch has yet, and give its hash.

        The first parent's files are what it begins with.
        """
        for path in work.changes:
            ensure_safe(path)
        stream = b"".join(self._stream(work, blobs, parents=parents, number=number))
        words = ("fast-import", "--quiet", "--done", "--force", "--cat-blob-fd=1")
        try:
            return self._git.text(*words, stdin=stream)
        except GitFailed as failed:
            raise failed.outside(f"commit {work.task!r}", next_step=SAFE) from failed

    def _stream(
        self, work: Work, blobs: BlobSource, *, parents: tuple[str, ...], number: int | None
    ) -> Iterator[bytes]:
        message = work.message(self._run, number=number).encode()
        yield b"feature done\ncommit %s\nmark :1\n" % _MADE_ON.encode()
        yield self._identity.line("author", int(work.seconds))
        yield self._identity.line("committer", int(work.seconds))
        yield b"data %d\n%s\n" % (len(message), message)
        for word, parent in zip((b"from", *[b"merge"] * len(parents)), parents, strict=False):
            yield b"%s %s\n" % (word, parent.encode())
        yield from self._files(work.changes, blobs)
        yield b"\nget-mark :1\nreset %s\nfrom %s\n\ndone\n" % (_MADE_ON.encode(), NOTHING.encode())

    def _files(self, changes: Mapping[str, Change], blobs: BlobSource) -> Iterator[bytes]:
        """Deletions first, so that a file can become a folder."""
        for path in sorted(changes):
            if changes[path] is None:
                yield b"D %s\n" % self._quoted(path)
        for path, entry in sorted(changes.items()):
            if entry is not None:
                mode = b"100755" if entry.executable else b"100644"
                data = fetch(blobs, BlobHash(entry.blob))
                yield b"M %s inline %s\ndata %d\n" % (mode, self._quoted(path), len(data))
                yield data
                yield b"\n"

    def _quoted(self, path: str) -> bytes:
        whole = self._within + path.encode()
        for special, written in ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n")):
            whole = whole.replace(special, written)
        return b'"%s"' % whole


def read_back(git: Git, tip: str, run: str, *, base: str) -> list[Known]:
    """The run's merges that a branch has, first one first.

    Raises:
        OutsideError: Something else is on the branch behind the base.
    """
    words = ("log", "-z", "--first-parent", "--encoding=UTF-8", "--no-show-signature",
             "--no-mailmap", "--format=%H%x00%P%x00%B", f"{base}..{tip}")  # fmt: skip
    fields = git.run(*words).decode(errors="replace").split("\0")
    found = [
        Known(commit=commit, parents=tuple(parents.split()), trailers=trailers_of(message))
        for commit, parents, message in zip(fields[::3], fields[1::3], fields[2::3], strict=False)
    ][::-1]
    run_line = one_line(run)
    for number, known in enumerate(found, start=1):
        expected = found[number - 2].commit if number > 1 else base
        ours = known.trailers.get("Run") == run_line and known.number == number
        if not ours or known.parents[:1] != (expected,):
            raise OutsideError(
                f"commit {known.commit[:12]!r} is where this run's commit number {number} should "
                "be, and this run did not make it; nothing was changed: give that work a branch of "
                f"its own, move this one back to {expected[:12]!r}, then `brooks resume`"
            )
    if not found and tip != base:
        raise OutsideError(
            f"the branch is at {tip[:12]!r}, and this run began from {base[:12]!r}; nothing was "
            f"changed: move the branch back to {base[:12]!r}, then `brooks resume`"
        )
    return found


def trailers_of(message: str) -> dict[str, str]:
    """What the last paragraph of one of our messages says, by key."""
    last = message.rstrip("\n").rpartition("\n\n")[2]
    pairs = (line.partition(": ") for line in last.split("\n"))
    return {key.removeprefix("Brooks-"): value for key, _, value in pairs
            if key.startswith("Brooks-")}  # fmt: skip


def move_branch(git: Git, name: str, new: str, *, old: str, seconds: float) -> None:
    """Move a branch (its full name) from `old` to `new`; `NOTHING` is a branch that is not there.

    Raises:
        OutsideError: It is somewhere else; it stays there.
    """
    verb = "update" if new != NOTHING else "delete"
    values = (new, old) if new != NOTHING else (old,)
    line = "\0".join((f"{verb} {name}", *values, "")).encode()
    try:
        git.run("update-ref", "--no-deref", "--stdin", "-z", stdin=line, seconds=int(seconds))
    except GitFailed as failed:
        was = "absent" if old == NOTHING else f"at {old[:12]!r}"
        raise failed.outside(
            f"move the branch {name.removeprefix('refs/heads/')!r}, which should be {was}",
            next_step="if you moved it, move it back; nothing was overwritten, and " + SAFE,
        ) from failed
