"""How many of a suite's questions were answered rightly, scored after a run.

In `reasoning/unchecked` no task has a check: a team's vote decides, and "done" says only that it came to
one. So what was agreed on is compared afterwards with the known answers, which no agent ever sees:
`score(folder)` reads the answers out of the run's workspace. Every question counts, so one that was
left open lowers the share as a wrong answer does; a team could otherwise do well by answering little.
"""

from pathlib import Path

from brooks.bench.suites import suite_path
from brooks.core.message import Message
from brooks.spec.load import load_tasks


class Score(Message, frozen=True, kw_only=True):
    """What became of each question, by the ids of their tasks, in the suite's order."""

    right: tuple[str, ...]
    wrong: tuple[str, ...]
    """Answered, and not rightly."""
    missing: tuple[str, ...]
    """Not answered: the file is not there, is empty, or is no text."""

    @property
    def share(self) -> float:
        """The share of all questions that were answered rightly, from 0 to 1."""
        return len(self.right) / (len(self.right) + len(self.wrong) + len(self.missing))


def score(folder: Path, *, suite: str = "reasoning/unchecked") -> Score:
    """Compare the answers in a workspace with the known ones; capitals and white space make no difference.

    Args:
        folder: the workspace of a finished run, `RUN/workspace` for a bundled suite.
        suite: the suite that was run; the solution of each of its tasks is one file with the answer.

    Raises:
        UsageError: there is no such suite.
    """
    file = load_tasks(suite_path(suite) / "tasks.yaml")
    found: dict[str, list[str]] = {"right": [], "wrong": [], "missing": []}
    for task in file.tasks:
        [solution] = task.solution
        given = _words(_read(folder / solution.path))
        known = _words(file.blobs[solution.blob].decode())
        found["missing" if not given else "right" if given == known else "wrong"].append(task.id)
    return Score(**{name: tuple(tasks) for name, tasks in found.items()})


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _words(answer: str) -> str:
    return " ".join(answer.casefold().split())
