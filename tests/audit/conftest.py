"""Histories written by hand, one short line per event."""

import pytest

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    EndReason,
    Failure,
    FileChange,
    FileRead,
    InFlight,
    Mail,
    Outcome,
    Usage,
)
from brooks.core.spec import Guarantees, Task
from brooks.core.team_rules import Redundancy, Rules
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId

BLOB = BlobHash("blob")


class Past:
    """Makes the events of a history; `write` puts them in order, a second apart unless said."""

    def write(self, *lines: Event | tuple[float, Event]) -> list[Record]:
        records: list[Record] = []
        for position, line in enumerate(lines, start=1):
            time, event = line if isinstance(line, tuple) else (float(position), line)
            records.append(Record(Position(position), time, Position(0), event))
        return records

    def started(
        self,
        *,
        project_check: bool = False,
        guarantees: Guarantees | None = None,
        copies: int = 1,
    ) -> Event:
        return events.RunStarted(
            spec=BLOB,
            seed=0,
            brooks="0",
            guarantees=guarantees or Guarantees(),
            attempts=3,
            lost_leases=3,
            lease_seconds=30.0,
            turn_seconds=100.0,
            project_check=project_check,
            rules=Rules(redundancy=Redundancy(replicas=copies)),
        )

    def resumed(self, *revoked: int, in_flight: tuple[tuple[str, str, int], ...] = ()) -> Event:
        return events.RunResumed(
            epoch=1,
            revoked=tuple(map(Fence, revoked)),
            in_flight=tuple(
                InFlight(agent=AgentId(agent), turn=TurnId(turn), index=index)
                for agent, turn, index in in_flight
            ),
        )

    def opened(self, *paths: str) -> Event:
        files = tuple(FileChange(path=path, blob=BLOB) for path in paths)
        return events.WorkspaceOpened(tree=BLOB, files=files)

    def added(self, task: str, *needs: str, check: str | None = "check") -> Event:
        depends_on = tuple(map(TaskId, needs))
        return events.TaskAdded(task=Task(id=TaskId(task), depends_on=depends_on, check=check))

    def depends(self, task: str, on: str) -> Event:
        return events.DependencyAdded(task=TaskId(task), on=TaskId(on))

    def leased(
        self, agent: str, fence: int, *tasks: str, until: float = 100.0, copy: int = 0
    ) -> Event:
        return events.TasksLeased(
            agent=AgentId(agent),
            tasks=tuple(map(TaskId, tasks)),
            fence=Fence(fence),
            expires_at=until,
            copy=copy,
        )

    def renewed(self, agent: str, fence: int, *, until: float) -> Event:
        return events.LeaseRenewed(agent=AgentId(agent), fence=Fence(fence), expires_at=until)

    def expired(self, agent: str, fence: int, *tasks: str) -> Event:
        held = tuple(map(TaskId, tasks))
        return events.LeaseExpired(agent=AgentId(agent), fence=Fence(fence), tasks=held)

    def returned(self, agent: str, fence: int, *tasks: str) -> Event:
        return events.TasksReturned(
            agent=AgentId(agent),
            fence=Fence(fence),
            tasks=tuple(map(TaskId, tasks)),
            counted=(),
            reason="",
        )

    def turn(self, name: str, *, head: int, agent: str = "x") -> Event:
        return events.TurnStarted(
            turn=TurnId(name),
            agent=AgentId(agent),
            tasks=(),
            fence=Fence(1),
            head=head,
            deadline=100.0,
        )

    def tools(self, name: str, *, head: int, agent: str = "x") -> Event:
        return events.ToolsFinished(
            turn=TurnId(name), agent=AgentId(agent), index=0, results=(), head=head
        )

    def ballot(
        self, proposal: int, task: str, *writes: str, agent: str = "x", fence: int = 1
    ) -> Event:
        return events.BallotCast(
            proposal=ProposalId(proposal),
            agent=AgentId(agent),
            turn=TurnId("turn-1"),
            call=f"call {proposal}",
            task=TaskId(task),
            fence=Fence(fence),
            changes=tuple(map(written, writes)),
            answer=BLOB,
        )

    def queued(
        self,
        proposal: int,
        task: str,
        *writes: str,
        agent: str = "x",
        fence: int = 1,
        reads: tuple[str, ...] = (),
        ballot: int = 0,
        turn: str = "turn-1",
    ) -> Event:
        return events.ProposalQueued(
            proposal=ProposalId(proposal),
            agent=AgentId(agent),
            turn=TurnId(turn),
            call=f"call {proposal}",
            task=TaskId(task),
            fence=Fence(fence),
            changes=tuple(map(written, writes)),
            reads=tuple(map(seen, reads)),
            ballot=ProposalId(ballot),
        )

    def done(
        self, proposal: int, task: str, commit: int, *writes: str, agent: str = "x", fence: int = 1
    ) -> Event:
        return events.TaskDone(
            task=TaskId(task),
            agent=AgentId(agent),
            turn=TurnId("turn-1"),
            fence=Fence(fence),
            proposal=ProposalId(proposal),
            commit=commit,
            verified=True,
            changes=tuple(map(written, writes)),
        )

    def check(self, proposal: int, *ahead: int, head: int, run: int = 1) -> Event:
        return events.CheckStarted(
            proposal=ProposalId(proposal), run=run, head=head, ahead=tuple(map(ProposalId, ahead))
        )

    def checked(self, proposal: int, *, passed: bool = True, run: int = 1) -> Event:
        return events.CheckFinished(
            proposal=ProposalId(proposal),
            run=run,
            passed=passed,
            reason=CheckReason.PASSED if passed else CheckReason.FAILED,
            tests_passed=None,
            tests_failed=None,
            output=BLOB,
            level="none",
        )

    def look(self, number: int, *tasks: str, head: int, project: bool = False) -> Event:
        return events.VerificationStarted(
            round=number, head=head, tasks=tuple(map(TaskId, tasks)), project=project
        )

    def looked(self, number: int, task: str | None, *, passed: bool = True) -> Event:
        return events.VerificationFinished(
            round=number,
            task=None if task is None else TaskId(task),
            passed=passed,
            reason=CheckReason.PASSED if passed else CheckReason.FAILED,
            tests_passed=None,
            tests_failed=None,
            output=BLOB,
            level="none",
        )

    def reopened(self, task: str) -> Event:
        return events.TaskReopened(task=TaskId(task))

    def reverted(self, task: str, commit: int, *writes: str) -> Event:
        return events.TaskReverted(
            task=TaskId(task), commit=commit, changes=tuple(map(written, writes))
        )

    def requeued(self, task: str) -> Event:
        return events.TaskRequeued(task=TaskId(task))

    def failed(self, task: str) -> Event:
        return events.TaskFailed(task=TaskId(task), reason="")

    def blocked(self, task: str, on: str) -> Event:
        return events.TaskBlocked(task=TaskId(task), on=TaskId(on))

    def cancelled(self, task: str) -> Event:
        return events.TaskCancelled(task=TaskId(task), reason="")

    def sent(self, turn: str, index: int, *, agent: str = "x") -> Event:
        return events.RequestSent(
            agent=AgentId(agent), turn=TurnId(turn), index=index, request=BLOB
        )

    def replied(
        self, turn: str, index: int, *, agent: str = "x", usage: Usage | None = None
    ) -> Event:
        return events.ReplyReceived(
            agent=AgentId(agent),
            turn=TurnId(turn),
            index=index,
            reply=BLOB,
            usage=usage or Usage(),
        )

    def request_failed(self, turn: str, index: int, *, agent: str = "x") -> Event:
        return events.RequestFailed(
            agent=AgentId(agent),
            turn=TurnId(turn),
            index=index,
            attempt=1,
            failure=Failure.OVERLOADED,
        )

    def mailed(self, number: int, *to: str, text: str = "text") -> Event:
        mail = Mail(number=number, sender=AgentId("x"), text=BlobHash(text))
        return events.MailSent(mail=mail, to=tuple(map(AgentId, to)))

    def read(
        self,
        agent: str,
        *numbers: int,
        text: str = "text",
        left: int = 0,
        turn: str | None = None,
        replies: int = 0,
    ) -> Event:
        mail = tuple(
            Mail(number=number, sender=AgentId("x"), text=BlobHash(text)) for number in numbers
        )
        return events.MailRead(
            agent=AgentId(agent),
            mail=mail,
            left=left,
            turn=None if turn is None else TurnId(turn),
            replies=replies,
        )

    def ended(self, turn: str, *, agent: str = "x") -> Event:
        return events.TurnEnded(turn=TurnId(turn), agent=AgentId(agent), reason=EndReason.DEADLINE)

    def finished(self, outcome: Outcome = Outcome.DONE) -> Event:
        return events.RunFinished(outcome=outcome, reason="over", done=0, verified=0, total=0)


def written(line: str) -> FileChange:
    """A change, written as `path` or `path@base`."""
    path, _, base = line.partition("@")
    return FileChange(path=path, blob=BLOB, base=int(base or 0))


def seen(line: str) -> FileRead:
    """A file that was read, written as `path@version`."""
    path, _, version = line.partition("@")
    return FileRead(path=path, version=int(version or 0))


@pytest.fixture
def past() -> Past:
    """Makes the events of a history written by hand."""
    return Past()
