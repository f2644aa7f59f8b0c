"""A run's merges as commits of the user's repository, made as the log grows.

The log is the truth and git follows it: every accepted proposal becomes a commit on its task's
branch, every merge one on the run's. A branch that somebody has checked out is left alone; what
belongs on it is handed in again with the next merge and at the end. A resumed run hands in
everything, and what git has already is passed over.
"""

from collections.abc import Callable, Iterable

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import FileChange
from brooks.core.state import State, Status
from brooks.log.store import LogReader
from brooks.workspace.git import BranchBusy, GitWorkspace, Work
from brooks.workspace.tree import Change, FileEntry

CALENDAR_OF_SIMULATIONS = 946_684_800.0
"""When a run under the virtual clock begins, as its commits have it: 2000-01-01, seconds since 1970."""


def began_on(clock: str, real: float) -> float:
    """When a run began (seconds since 1970) by its clock: the real time, or a made-up one."""
    return CALENDAR_OF_SIMULATIONS if clock == "virtual" else real


class GitMirror:
    """Follows a run's records in its repository."""

    def __init__(
        self,
        workspace: GitWorkspace,
        log: LogReader,
        *,
        began: float,
        tell: Callable[[str], None],
    ) -> None:
        """Follow a run that began at a time (seconds since 1970); `tell` is told what a user should know."""
        self._workspace = workspace
        self._log = log
        self._began = began
        self._tell = tell
        self._titles: dict[str, str] = {}
        self._heads: dict[str, int] = {}
        """The commit each open turn sees."""
        self._waiting: list[tuple[int, Work]] = []
        """Merges that are not on the branch yet."""
        self._handed_in = 0
        """The last commit of the log that git has."""
        self._is_busy = False

    def follow_all(self, records: Iterable[Record]) -> None:
        """Bring git up to what the log says."""
        for record in records:
            self.follow(record)

    def follow(self, record: Record) -> None:
        """Take in a committed record."""
        event = record.event
        if isinstance(event, events.TaskAdded):
            self._titles[event.task.id] = event.task.title
        elif isinstance(event, events.TurnStarted | events.ToolsFinished):
            self._heads[event.turn] = event.head
        elif isinstance(event, events.ProposalQueued):
            self._propose(record, event)
        elif isinstance(event, events.TaskDone):
            self._waiting.append((event.commit, self._merged(record, event)))
            self._hand_in()
        elif isinstance(event, events.TaskReverted):
            self._waiting.append((event.commit, self._reverted(record, event)))
            self._hand_in()

    def finish(self, state: State) -> tuple[str, ...]:
        """Hand in what is left, and tidy up; the branches of tasks that are kept for a look."""
        self._hand_in()
        if self._waiting:
            left = len(self._waiting)
            self._tell(
                f"{left} of the run's commits are not on the branch {self._workspace.branch!r}, which "
                "is checked out somewhere: check out another one there, then `brooks resume`"
            )
            return ()
        done = [name for name, task in state.tasks.items() if task.status is Status.DONE]
        return self._workspace.finish(done)

    def _propose(self, record: Record, event: events.ProposalQueued) -> None:
        work = self._work(
            record,
            task=event.task,
            agent=event.agent,
            turn=event.turn,
            proposal=event.proposal,
            changes=event.changes,
        )
        try:
            head = min(self._heads.get(event.turn, 0), self._handed_in)
            self._workspace.propose(work, self._log, made_from=head)
        except BranchBusy as busy:
            self._note(busy)

    def _hand_in(self) -> None:
        while self._waiting:
            number, work = self._waiting[0]
            try:
                committed = self._workspace.commit(number, work, self._log)
            except BranchBusy as busy:
                self._note(busy)
                return
            self._handed_in = number
            self._waiting.pop(0)
            for path in committed.replaced:
                self._tell(
                    f"note: {path!r} of the repository, which the run never saw, is replaced"
                )

    def _note(self, busy: BranchBusy) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._tell(f"note: {busy}")

    def _merged(self, record: Record, event: events.TaskDone) -> Work:
        return self._work(
            record,
            task=event.task,
            agent=event.agent,
            turn=event.turn,
            proposal=event.proposal,
            changes=event.changes,
            verified=event.verified,
        )

    def _reverted(self, record: Record, event: events.TaskReverted) -> Work:
        return self._work(
            record, task=event.task, agent="", turn="", proposal=0, changes=event.changes
        )

    def _work(
        self,
        record: Record,
        *,
        task: str,
        agent: str,
        turn: str,
        proposal: int,
        changes: tuple[FileChange, ...],
        verified: bool = False,
    ) -> Work:
        return Work(
            task=task,
            title=self._titles.get(task, ""),
            agent=agent,
            turn=turn,
            proposal=proposal,
            verified=verified,
            seconds=self._began + record.time,
            changes={change.path: _entry(change) for change in changes},
        )


def _entry(change: FileChange) -> Change:
    if change.blob is None:
        return None
    return FileEntry(blob=change.blob, executable=change.executable)
