"""Histories of agents on git: do conflicts, failures and crashes ever spoil a branch, or the user's work?

Each history is a small run with a merge queue, on the repository of `git_repositories`. Agents work
on private drafts of an older version; their changes are merged three ways onto the current one,
checked there, and committed as the engine does it. Some write nonsense, some die, and every so often
the program is killed at a random step of its work with git, starts again, recovers and goes on from
the log. At the end every commit of the run's branch must have the files that the log has and pass the
check, no merge may be missing, nothing of the user's may have changed and nothing be left behind.

    PYTHONPATH=evidence python -m measure.git_histories --histories 300
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from brooks.workspace.git import Git, GitWorkspace, Work
from brooks.workspace.memory import MemoryBlobs
from brooks.workspace.three_way import merge
from brooks.workspace.tree import Change, FileEntry
from measure.git_repositories import (
    NOTES,
    REGISTRY,
    SCRIPT,
    TOTAL,
    UNSEEN,
    files_of,
    fingerprint,
    git,
    left_behind,
    make_repository,
)

RUN = "History 1"
ATTEMPTS = 6
Files = Mapping[str, FileEntry]


class Killed(BaseException):
    """The program is killed here."""


@dataclass(frozen=True, kw_only=True)
class Logged:
    """A record of the log: a proposal that was accepted, or the merge with this number."""

    work: Work
    made_from: int
    number: int | None


class History:
    """One run, made by a seed."""

    def __init__(
        self, seed: int, folder: Path, *, tasks: int = 6, kill_at: int | None = None
    ) -> None:
        """`kill_at` names the one step to be killed at, instead of random ones."""
        self.chance = Random(seed)
        self.top = folder / "user's repository"
        self.within = self.chance.choice(["", 'pro "ject'])
        workspace = make_repository(self.top, within=self.within)
        self.workspace_folder, self.run_folder = workspace, folder / "runs" / "1"
        self.counts: Counter[str] = Counter()
        self.blobs = MemoryBlobs()
        self.log: list[Logged] = []
        self.heads: list[Files] = []
        self.steps = 0
        self._kill_at = kill_at
        self.failures: Counter[str] = Counter()
        self.waiting = [f"Task {number}" for number in range(tasks)]
        self.doomed = {task for task in self.waiting if self.chance.random() < 0.15}
        self.unfinished: tuple[str, ...] = ()
        self.workspace: GitWorkspace

    def run(self) -> list[str]:
        """Let it happen, and say what is wrong at the end."""
        before = fingerprint(self.top, ours=("brooks/", "brooks-tasks/"))
        while not self._lived_to_the_end():
            self.counts["kills"] += 1
            self._leave_debris()
        branch = self.workspace.branch
        wrong = list(self._flaws_of(branch)) + left_behind(self.top)
        wrong += [
            f"left {path.name!r}" for path in self.run_folder.iterdir() if path.name != "git.json"
        ]
        if fingerprint(self.top, ours=("brooks/", "brooks-tasks/")) != before:
            wrong.append("something of the user's was changed")
        return wrong

    def _lived_to_the_end(self) -> bool:
        try:
            self._live()
        except Killed:
            return False
        return True

    def _live(self) -> None:
        program = Git(self.workspace_folder, on_step=self._step)
        self.workspace = GitWorkspace(
            self.workspace_folder, run=RUN, run_folder=self.run_folder, git=program
        )
        self.workspace.notes()
        if not self.heads:
            self.workspace.ensure_writable()
            self.heads.append(self.workspace.read_all(self.blobs.put_blob).tree)
        else:
            self.workspace.recover(keep=self.unfinished)
        for record in self.log:
            self._carry_out(record)
        while self.waiting:
            self._round()
        self.workspace.recover()
        self.workspace.finish({each.work.task for each in self.log if each.number})

    def _step(self, name: str) -> None:
        self.steps += 1
        by_chance = self._kill_at is None and self.chance.random() < 0.01
        if by_chance or self.steps == self._kill_at:
            raise Killed(name)

    def _leave_debris(self) -> None:
        """What git leaves when it is killed in the middle of a call."""
        heads = self.top / ".git" / "refs" / "heads"
        lock = heads / f"{self.workspace.branch}.lock" if hasattr(self, "workspace") else None
        if lock is not None and lock.parent.is_dir() and self.heads:
            lock.touch()
        if self.heads and self.chance.random() < 0.5:
            half = self.workspace.worktrees.path("Half").name
            registered = self.top / ".git" / "worktrees" / half
            registered.mkdir(parents=True, exist_ok=True)
            (registered / "locked").write_text("initializing")

    def _round(self) -> None:
        """Up to three agents work at once; then their changes are merged one after the other."""
        number = len(self.heads) - 1
        tasks = self.chance.sample(self.waiting, k=min(3, len(self.waiting)))
        works = [self._work_of(task, number) for task in tasks]
        self.chance.shuffle(works)
        for work in works:
            if work is not None:
                self._merge(work, number)

    def _work_of(self, task: str, number: int) -> Work | None:
        """What an agent makes of a task; None when it dies, leaving its checkout."""
        files = self.heads[number]
        if self.chance.random() < 0.3:
            files = self._checked_out(task, number)
            if self.chance.random() < 0.2:
                self.counts["dead agents"] += 1
                self.unfinished = (task,) if self.chance.random() < 0.5 else ()
                return None
            self.workspace.worktrees.remove(task)
        return Work(
            task=task,
            title="writes\nsome 'files'",
            agent=f"agent {task}",
            turn=f"turn {len(self.log)}",
            proposal=sum(not each.number for each in self.log) + 1,
            verified=True,
            seconds=float(len(self.log)),
            changes=self._changes(task, files),
        )

    def _checked_out(self, task: str, number: int) -> Files:
        """The files that an agent on the command line finds; they must be those of the board."""
        self.counts["checkouts"] += 1
        place = self.workspace.worktrees.add(task, self.workspace.commit_of(number))
        found = {
            path.relative_to(place).as_posix(): FileEntry(
                blob=self.blobs.put_blob(path.read_bytes()),
                executable=bool(path.stat().st_mode & 0o100),
            )
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != ".git"
        }
        if found != self.heads[number]:
            self.counts["wrong checkouts"] += 1
        return found

    def _changes(self, task: str, files: Files) -> dict[str, Change]:
        lines = self._read(files, REGISTRY).splitlines(keepends=True)
        lines.insert(self.chance.randint(0, len(lines)), f"{task}\n".encode())
        new = {f"items/{task}": task.encode(), REGISTRY: b"".join(lines)}
        if task not in self.doomed:
            new[TOTAL] = b"%d\n" % len(lines)
        if self.chance.random() < 0.5:
            notes = self._read(files, NOTES).splitlines(keepends=True)
            notes[self.chance.randrange(len(notes))] = f"by {task}\n".encode()
            new[NOTES] = b"".join(notes)
        changes: dict[str, Change] = {
            path: FileEntry(blob=self.blobs.put_blob(data)) for path, data in new.items()
        }
        if self.chance.random() < 0.2 and "old/deep/file" in files:
            changes |= {
                "old/deep/file": None,
                "old": FileEntry(blob=self.blobs.put_blob(b"file\n")),
            }
        if self.chance.random() < 0.2:
            data = f"#!/bin/sh\n# {task}\n".encode()
            changes[SCRIPT] = FileEntry(blob=self.blobs.put_blob(data), executable=True)
        return changes

    def _read(self, files: Files, path: str) -> bytes:
        return self.blobs.blob(files[path].blob)

    def _merge(self, work: Work, made_from: int) -> None:
        """What the queue does: rebase, check on exactly the tree that will be, merge."""
        rebased = self._rebased(work.changes, made_from)
        if rebased is None:
            self.counts["conflicts"] += 1
            return
        head = len(self.heads) - 1
        work = replace(work, changes=rebased)
        candidate = with_changes(self.heads[-1], rebased)
        self._append(Logged(work=work, made_from=head, number=None))
        if not self.is_green(candidate):
            self.counts["failed checks"] += 1
            self.failures[work.task] += 1
            if self.failures[work.task] == ATTEMPTS or work.task in self.doomed:
                self.waiting.remove(work.task)
            return
        self.waiting.remove(work.task)
        self.heads.append(candidate)
        self._append(Logged(work=work, made_from=head, number=head + 1))

    def _rebased(self, changes: Mapping[str, Change], made_from: int) -> dict[str, Change] | None:
        base, head = self.heads[made_from], self.heads[-1]
        result: dict[str, Change] = {}
        for path, change in changes.items():
            was, now = base.get(path), head.get(path)
            versions = [None if each is None else self.blobs.blob(each.blob)
                        for each in (was, change, now)]  # fmt: skip
            merged = merge(*versions)
            if not merged.clean:
                return None
            if merged.content is None:
                result[path] = None
            else:
                runs = any(each is not None and each.executable for each in (change, now))
                blob = self.blobs.put_blob(merged.content)
                result[path] = FileEntry(blob=blob, executable=runs)
        return result

    def _append(self, record: Logged) -> None:
        self.log.append(record)
        self._carry_out(record)

    def _carry_out(self, record: Logged) -> None:
        if record.number is None:
            self.workspace.propose(record.work, self.blobs, made_from=record.made_from)
        else:
            self.workspace.commit(record.number, record.work, self.blobs)

    def is_green(self, files: Files) -> bool:
        """The check: registry, items and total agree."""
        contents = {
            path: (self._read(files, path), entry.executable) for path, entry in files.items()
        }
        return is_green(contents)

    def _flaws_of(self, branch: str) -> Iterator[str]:
        top = self.top
        words = ("rev-list", "--reverse", "--first-parent", f"main..{branch}")
        merged = len(self.heads) - 1
        commits = git(top, *words).decode().split() if merged else []
        self.counts |= Counter(merges=merged, steps=self.steps)
        if len(commits) != merged:
            yield f"{len(commits)} commits and {merged} merges"
        for commit, expected in zip(commits, self.heads[1:], strict=False):
            found = files_of(top, commit, within=self.within)
            unseen = {path: found.pop(path, (b"", False))[0] for path in UNSEEN}
            if unseen != UNSEEN:
                yield f"{commit}: what the run does not see was changed"
            if not is_green(found):
                yield f"{commit}: not green"
            if {path: (self._read(expected, path), entry.executable)
                    for path, entry in expected.items()} != found:  # fmt: skip
                yield f"{commit}: not what the log has"
        if self.counts["wrong checkouts"]:
            yield "a checkout that had other files"
        yield from self._flaws_of_tasks()

    def _flaws_of_tasks(self) -> Iterator[str]:
        merged = {each.work.task for each in self.log if each.number}
        words = ("for-each-ref", "--format=%(refname:short)", "refs/heads/brooks-tasks")
        left = set(git(self.top, *words).decode().split())
        failed = [each.work.task for each in self.log if each.work.task not in merged]
        if left != {self.workspace.task_branch(task) for task in failed}:
            yield f"the branches of tasks are {sorted(left)}, and {sorted(set(failed))} failed"
        for task, count in Counter(failed).items():
            branch = self.workspace.task_branch(task)
            messages = git(self.top, "log", "--format=%B", branch).decode()
            proposals = {
                line for line in messages.splitlines() if line.startswith("Brooks-Proposal")
            }
            if messages.count(f"Brooks-Task: {task}\n") < count or len(proposals) < count:
                yield f"proposals of {task!r} were lost"
        if git(self.top, "fsck", "--no-dangling", "--no-progress"):
            yield "git fsck complains"


def with_changes(files: Files, changes: Mapping[str, Change]) -> Files:
    """The tree after a change."""
    result = {path: entry for path, entry in files.items() if path not in changes}
    result |= {path: entry for path, entry in changes.items() if entry is not None}
    return dict(sorted(result.items()))


def is_green(files: Mapping[str, tuple[bytes, bool]]) -> bool:
    """Registry, items and total agree; no conflict is left, no file is where a folder is."""
    names = files[REGISTRY][0].decode().splitlines()
    items = sorted(path.removeprefix("items/") for path in files if path.startswith("items/"))
    torn = any(b"<<<<<<<" in data for data, _ in files.values())
    clash = "old" in files and any(path.startswith("old/") for path in files)
    total = int(files[TOTAL][0])
    return sorted(names) == items and total == len(names) and not torn and not clash


def one(seed: int, *, tasks: int = 6, kill_at: int | None = None) -> tuple[History, list[str]]:
    """Run a history in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="brooks-git-histories-") as name:
        history = History(seed, Path(name), tasks=tasks, kill_at=kill_at)
        return history, history.run()


def at_every_step(seed: int, *, tasks: int = 2) -> Iterator[tuple[History, list[str]]]:
    """The same history again and again, killed at its first step, at its second, to its end."""
    kill_at = 1
    while True:
        history, wrong = one(seed, tasks=tasks, kill_at=kill_at)
        yield history, wrong
        if history.steps < kill_at:
            return
        kill_at += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--histories", type=int, default=300)
    began = time.perf_counter()
    wanted = parser.parse_args().histories
    counts: Counter[str] = Counter()
    flaws = []
    swept = list(at_every_step(1)) if wanted >= 100 else []
    seeded = (one(seed) for seed in range(wanted - len(swept)))
    for runs in (swept, seeded):
        for number, (history, wrong) in enumerate(runs):
            counts += history.counts
            counts["histories"] += 1
            flaws += [f"{'step' if runs is swept else 'seed'} {number}: {each}" for each in wrong]
    detail = {**counts, "swept": len(swept), "seconds": round(time.perf_counter() - began, 1)}
    print(json.dumps({"measured": len(flaws), "detail": {**detail, "flaws": flaws[:20]}}))
    sys.exit(bool(flaws))


if __name__ == "__main__":
    main()
