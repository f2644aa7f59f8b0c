"""How a check comes to its verdict: a process in the sandbox, or a look at the reference solution.

A check is prepared in the coordinator's own thread, from the tree as it is at that moment, and then
carried out anywhere: `prepare` returns the work. Verdicts of real checks are remembered by (tree,
command), so that the same tree is never checked twice in a run.
"""

import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol

from msgspec.structs import asdict

from brooks.core.facts import CheckReason
from brooks.core.message import Message
from brooks.core.spec import CheckSettings, Task
from brooks.core.state import FileVersion
from brooks.ids import BlobHash
from brooks.log.redaction import Redactor
from brooks.log.store import hash_blob
from brooks.models.solutions import Solutions
from brooks.workspace.base import BlobSource, materialise
from brooks.workspace.sandbox import CheckLimits, Sandbox, discard
from brooks.workspace.tree import FileEntry, tree_hash

_CUTS = re.compile(r"\n… \d+ bytes left out …\n|\n(?=ended (?:after|because) |it ended whoever )")
"""Where the sandbox has left something out of what a check printed, and where it has ended the check."""

Files = Mapping[str, FileVersion]
"""A tree by path; a version without blob is a file that was deleted."""


class CheckVerdict(Message, frozen=True, kw_only=True):
    """What a check gave."""

    passed: bool
    reason: CheckReason
    output: bytes
    level: str
    """What held around it: a level of the sandbox, or `modelled`."""
    tests_passed: int | None = None
    tests_failed: int | None = None

    def facts(self) -> dict[str, Any]:
        """The fields of a `CheckResult`: the output by its hash."""
        return {**asdict(self), "output": hash_blob(self.output)}


class Checks(Protocol):
    """Something that can check a tree."""

    def prepare(self, command: str, task: Task | None, files: Files) -> Callable[[], CheckVerdict]:
        """Take the tree now; the work that is returned checks it, in any thread."""

    def close(self) -> None:
        """Let go of everything."""


def tree_of(files: Files) -> dict[str, FileEntry]:
    """The files that are there, as a tree."""
    return {
        path: FileEntry(blob=version.blob, executable=version.executable)
        for path, version in files.items()
        if version.blob is not None
    }


class RealChecks:
    """Runs the command in the sandbox on a copy of the tree."""

    def __init__(
        self,
        sandbox: Sandbox,
        blobs: BlobSource,
        scratch: Path,
        settings: CheckSettings,
        redactor: Redactor,
    ) -> None:
        self._sandbox = sandbox
        self._redactor = redactor
        self._blobs = blobs
        self._scratch = scratch
        self._limits = CheckLimits(
            seconds=settings.seconds,
            memory_bytes=settings.memory_bytes,
            output_bytes=settings.output_bytes,
            processes=settings.processes,
        )
        self._known: dict[tuple[BlobHash, str], CheckVerdict] = {}
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="check")

    def prepare(self, command: str, task: Task | None, files: Files) -> Callable[[], CheckVerdict]:
        """Copy the tree out and begin the run of the command on it; the work waits for its verdict."""
        tree = tree_of(files)
        key = (tree_hash(tree), command)
        known = self._known.get(key)
        if known is not None:
            return lambda: known
        folder = Path(mkdtemp(prefix="check-", dir=self._scratch))
        materialise(tree, self._blobs, folder / "tree")

        def work() -> CheckVerdict:
            try:
                outcome = self._sandbox.run(command, folder / "tree", self._limits)
            finally:
                discard(folder)
            verdict = CheckVerdict(
                passed=outcome.passed,
                reason=CheckReason(outcome.reason.value),
                output=self._redactor.around_cuts(outcome.output, _CUTS).encode("utf-8", "replace"),
                level=self._sandbox.level.value,
                tests_passed=outcome.tests_passed,
                tests_failed=outcome.tests_failed,
            )
            self._known[key] = verdict
            return verdict

        return self._pool.submit(work).result

    def close(self) -> None:
        """End the sandbox's processes, and with them what is still being checked."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._sandbox.close()


class ModelledChecks:
    """Compares the tree with the task's reference solution: for simulation, where no process should run."""

    def __init__(self, solutions: Solutions, blobs: BlobSource) -> None:
        self._solutions = solutions
        self._blobs = blobs

    def prepare(self, command: str, task: Task | None, files: Files) -> Callable[[], CheckVerdict]:
        """Judge the tree now; the work only hands the verdict over."""

        def read(path: str) -> bytes | None:
            version = files.get(path)
            if version is None or version.blob is None:
                return None
            return self._blobs.blob(version.blob)

        passed = task is None or self._solutions.is_solved(task.id, read)
        verdict = CheckVerdict(
            passed=passed,
            reason=CheckReason.PASSED if passed else CheckReason.FAILED,
            output=b"" if passed else f"{task.id if task else 'project'}: not solved\n".encode(),
            level="modelled",
        )
        return lambda: verdict

    def close(self) -> None:
        """There is nothing to let go of."""
