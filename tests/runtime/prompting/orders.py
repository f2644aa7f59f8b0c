"""Turns to write prompts for, and trees that are a dictionary."""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from brooks.core.facts import CheckReason, CheckResult
from brooks.core.spec import Task
from brooks.core.state import FileVersion
from brooks.ids import AgentId, BlobHash, Fence, TaskId, TurnId
from brooks.runtime.order import Assignment, TurnOrder
from brooks.runtime.prompting import Prompter, Templates

HEAD = 3


class DictTree:
    """A tree whose files are those given, from commit 3 on."""

    def __init__(self, files: Mapping[str, str | bytes | None] | None = None) -> None:
        self._versions: dict[str, FileVersion] = {}
        self._blobs: dict[BlobHash, bytes] = {}
        for path, content in (files or {}).items():
            blob = None if content is None else self.keep(content)
            self._versions[path] = FileVersion(HEAD, 1, blob, executable=False)

    def keep(self, content: str | bytes) -> BlobHash:
        """Add a content."""
        data = content.encode() if isinstance(content, str) else content
        name = BlobHash(sha256(data).hexdigest())
        self._blobs[name] = data
        return name

    def paths(self, head: int) -> list[str]:
        """Every file, sorted."""
        return sorted(path for path in self._versions if self.file(path, head))

    def versions(self, path: str) -> list[FileVersion]:
        """Every version of a file."""
        return [self._versions[path]] if path in self._versions else []

    def file(self, path: str, head: int) -> FileVersion | None:
        """One file."""
        version = self._versions.get(path)
        return None if version is None or version.commit > head else version

    def count(self, head: int) -> int:
        """How many files there are."""
        return sum(self._versions[path].blob is not None for path in self.paths(head))

    def clash(self, path: str) -> str | None:
        """Nothing clashes."""
        return None

    def blob(self, blob_hash: BlobHash) -> bytes:
        """A content."""
        return self._blobs[blob_hash]


def task(
    name: str,
    *,
    title: str = "",
    description: str = "",
    files: Sequence[str] = (),
    check: str | None = None,
) -> Task:
    """A task."""
    return Task(
        id=TaskId(name), title=title, description=description, files=tuple(files), check=check
    )


def failed(tree: DictTree, output: str | bytes) -> CheckResult:
    """A failed check that printed this."""
    return CheckResult(
        passed=False,
        reason=CheckReason.FAILED,
        tests_passed=4,
        tests_failed=1,
        output=tree.keep(output),
        level="modelled",
    )


def order(*assignments: Assignment | Task, agent: str = "agent-1", head: int = HEAD) -> TurnOrder:
    """A turn about these tasks."""
    return TurnOrder(
        turn=TurnId("turn-1"),
        agent=AgentId(agent),
        assignments=tuple(
            Assignment(one, (), None) if isinstance(one, Task) else one for one in assignments
        ),
        fence=Fence(1),
        head=head,
        round_number=0,
    )


def told(
    *assignments: Assignment | Task,
    tree: DictTree | None = None,
    templates: Templates | None = None,
    head: int = HEAD,
) -> str:
    """What the user message of such a turn says."""
    prompter = Prompter("parsers", templates or Templates.bundled(), tree or DictTree())
    return prompter.opening(order(*assignments, head=head))[1].text
