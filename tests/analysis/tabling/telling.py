"""Small histories told event by event, and their rows.

    story = Story("a", "b needs a")
    story.at(0).takes(1, "a").asks(1)
    story.at(4).replies(1).proposes(1, "a").check_begins("a")

Agents are numbers. An agent has one turn and one lease at a time, which the story keeps in mind, and a
task one proposal.
"""

from typing import Any, Literal, Self

from brooks.analysis.columns import Rows
from brooks.analysis.tabling import About, rows_of
from brooks.analysis.tabling.about import CallsOf
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    DropReason,
    EndReason,
    FileChange,
    Outcome,
    RefusalReason,
    Role,
    ToolResult,
    Usage,
)
from brooks.core.spec import Claims, Guarantees, Member, Pacing, Spec, Task, Team
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId

BLOB = BlobHash("0" * 64)
FREE = Guarantees(one_holder=False, no_stale_write=False, checked_completion=False)
"""What a team promises in which claims are only words."""


def agent(number: int) -> AgentId:
    return AgentId(f"agent-{number}")


def blob(letter: str) -> BlobHash:
    return BlobHash(letter * 64)


class Story:
    """A history that is being told."""

    def __init__(
        self,
        *tasks: str,
        team: Literal["leased", "free"] = "leased",
        rounds: bool = False,
        agents: int = 2,
        checked: bool = True,
        effort: dict[str, float] | None = None,
    ) -> None:
        self.records: list[Record] = []
        self.now = 0.0
        self.tasks = [_task(text, checked=checked, effort=effort or {}) for text in tasks]
        self.spec = Spec(
            project="a test",
            tasks=tuple(self.tasks),
            team=Team(
                preset=team,
                members=tuple(Member(id=agent(number + 1)) for number in range(agents)),
                claims=Claims.LEASED if team == "leased" else Claims.ADVISORY,
                pacing=Pacing.ROUNDS if rounds else Pacing.ASYNC,
            ),
            model="sim:test",
        )
        self._turns = self._fences = self._proposals = self._commits = 0
        self._turn: dict[int, TurnId] = {}
        self._fence: dict[int, Fence] = {}
        self._replies: dict[int, int] = {}
        self._proposal: dict[str, tuple[ProposalId, int]] = {}
        self._runs: dict[str, int] = {}
        self._changes: dict[str, tuple[FileChange, ...]] = {}
        guarantees = Guarantees() if team == "leased" else FREE
        self.says(
            events.RunStarted(
                spec=BLOB,
                seed=0,
                brooks="0",
                guarantees=guarantees,
                attempts=3,
                lost_leases=20,
                lease_seconds=30.0,
                turn_seconds=100.0,
            )
        )
        for task in self.tasks:
            self.says(events.TaskAdded(task=task))
        for number in range(agents):
            self.joins(number + 1)

    def rows(self, *, calls_of: CallsOf | None = None) -> Rows:
        """The rows of what was told so far."""
        about = About(run="run", project="a test")
        return rows_of(self.records, self.spec, about, calls_of=calls_of)

    def task(self, name: str) -> dict[str, Any]:
        """The row of a task."""
        tasks = self.rows()["tasks"]
        at = tasks["task"].index(name)
        return {column: values[at] for column, values in tasks.items()}

    def waits(self, name: str) -> dict[str, float]:
        """What a task waited for, and how long it was worked on; without what is nothing."""
        row = self.task(name)
        names = [column for column in row if column.startswith("waited_")]
        found = {column.removeprefix("waited_"): row[column] for column in names}
        return {
            name: round(value, 6)
            for name, value in {**found, "worked": row["worked"]}.items()
            if value
        }

    def worths(self) -> list[str | None]:
        """The worth of each reply."""
        return self.rows()["calls"]["worth"]

    def at(self, time: float) -> Self:
        """What follows happens then."""
        self.now = time
        return self

    def says(self, event: Event) -> Self:
        """One more event."""
        self.records.append(Record(Position(len(self.records) + 1), self.now, Position(0), event))
        return self

    def joins(self, number: int) -> Self:
        return self.says(events.AgentJoined(agent=agent(number)))

    def leases(self, number: int, *tasks: str) -> Self:
        self._fences += 1
        self._fence[number] = Fence(self._fences)
        names = tuple(TaskId(task) for task in tasks)
        return self.says(
            events.TasksLeased(
                agent=agent(number), tasks=names, fence=self._fence[number], expires_at=999.0
            )
        )

    def begins(
        self, number: int, *tasks: str, round_number: int = 0, role: Role = Role.WORK
    ) -> Self:
        """A turn begins."""
        self._turns += 1
        self._turn[number] = TurnId(f"turn-{self._turns}")
        self._replies[number] = 0
        return self.says(
            events.TurnStarted(
                turn=self._turn[number],
                agent=agent(number),
                tasks=tuple(TaskId(task) for task in tasks),
                fence=self._fence.get(number, Fence(0)),
                head=0,
                deadline=999.0,
                round=round_number,
                role=role,
            )
        )

    def takes(self, number: int, *tasks: str) -> Self:
        """A lease and a turn."""
        return self.leases(number, *tasks).begins(number, *tasks)

    def asks(self, number: int, *, waited: float = 0.0) -> Self:
        return self.says(
            events.RequestSent(
                agent=agent(number),
                turn=self._turn[number],
                index=self._replies[number],
                request=BLOB,
                waited=waited,
                why="requests per minute" if waited else "",
            )
        )

    def replies(self, number: int, *, tokens: int = 10, dollars: float | None = None) -> Self:
        self._replies[number] += 1
        return self.says(
            events.ReplyReceived(
                agent=agent(number),
                turn=self._turn[number],
                index=self._replies[number] - 1,
                reply=BLOB,
                usage=Usage(input_tokens=tokens, output_tokens=tokens, dollars=dollars),
            )
        )

    def proposes(self, number: int, task: str, *, content: str = "a") -> Self:
        self._proposals += 1
        proposal = ProposalId(self._proposals)
        self._proposal[task] = (proposal, number)
        free = number not in self._fence
        change = FileChange(path=f"{task}.py", blob=blob(content))
        self._changes[task] = () if free else (change,)
        return self.says(
            events.ProposalQueued(
                proposal=proposal,
                agent=agent(number),
                turn=self._turn[number],
                call=f"call-{proposal}",
                task=TaskId(task),
                fence=self._fence.get(number, Fence(0)),
                changes=self._changes[task],
            )
        )

    def votes(self, number: int, task: str, answer: str) -> Self:
        self._proposals += 1
        return self.says(
            events.BallotCast(
                proposal=ProposalId(self._proposals),
                agent=agent(number),
                turn=self._turn[number],
                call=f"call-{self._proposals}",
                task=TaskId(task),
                fence=self._fence[number],
                changes=(FileChange(path=f"{task}.py", blob=blob(answer)),),
                answer=blob(answer),
            )
        )

    def check_begins(self, task: str) -> Self:
        self._runs[task] = self._runs.get(task, 0) + 1
        return self.says(
            events.CheckStarted(proposal=self._proposal[task][0], run=self._runs[task], head=0)
        )

    def check_ends(self, task: str, *, passed: bool = True) -> Self:
        return self.says(
            events.CheckFinished(
                proposal=self._proposal[task][0], run=self._runs[task], **_verdict(passed=passed)
            )
        )

    def dropped(
        self, task: str, reason: DropReason = DropReason.CHECK_FAILED, *, held: bool = True
    ) -> Self:
        proposal, number = self._proposal[task]
        return self.says(
            events.ProposalDropped(
                proposal=proposal,
                task=TaskId(task),
                agent=agent(number),
                reason=reason,
                held=held,
                paths=(f"{task}.py",) if reason is DropReason.STALE_WRITE else (),
            )
        )

    def done(self, task: str) -> Self:
        proposal, number = self._proposal[task]
        self._commits += 1
        return self.says(
            events.TaskDone(
                task=TaskId(task),
                agent=agent(number),
                turn=self._turn[number],
                fence=self._fence.get(number, Fence(0)),
                proposal=proposal,
                commit=self._commits,
                verified=self.spec.team.claims is Claims.LEASED,
                changes=self._changes[task],
            )
        )

    def merges(self, number: int, task: str) -> Self:
        """A change is proposed and merged at once, without a check."""
        return self.proposes(number, task).done(task)

    def ends(self, number: int, reason: EndReason = EndReason.FINISHED) -> Self:
        return self.says(
            events.TurnEnded(turn=self._turn[number], agent=agent(number), reason=reason)
        )

    def does(self, number: int, task: str, *, until: float) -> Self:
        """A whole turn with one reply, from now on."""
        self.takes(number, task).asks(number).at(until)
        return self.replies(number).merges(number, task).ends(number)

    def loses(self, number: int, *tasks: str) -> Self:
        """Its lease runs out."""
        names = tuple(TaskId(task) for task in tasks)
        self.says(events.LeaseExpired(agent=agent(number), fence=self._fence[number], tasks=names))
        return self.ends(number, EndReason.LEASE_LOST)

    def hands_back(self, number: int, *tasks: str) -> Self:
        return self.says(
            events.TasksReturned(
                agent=agent(number),
                fence=self._fence[number],
                tasks=tuple(TaskId(task) for task in tasks),
                counted=(),
                reason="another copy was merged",
            )
        )

    def claims(self, number: int, task: str) -> Self:
        """By word."""
        return self.says(
            events.ClaimStated(
                agent=agent(number), task=TaskId(task), turn=self._turn[number], call="call"
            )
        )

    def refused(
        self, number: int, command: str, reason: RefusalReason, task: str, detail: str = ""
    ) -> Self:
        return self.says(
            events.Refused(
                command=command,
                reason=reason,
                agent=agent(number),
                task=TaskId(task),
                turn=self._turn.get(number),
                detail=detail,
            )
        )

    def writes(self, number: int, path: str, content: str, *, base: int = 0) -> Self:
        """At once, past any queue."""
        self._commits += 1
        return self.says(
            events.FilesWritten(
                agent=agent(number),
                turn=self._turn[number],
                call="call",
                commit=self._commits,
                changes=(FileChange(path=path, blob=blob(content), base=base),),
            )
        )

    def tools(self, number: int, **results: bool) -> Self:
        """The calls of the last reply were carried out."""
        return self.says(
            events.ToolsFinished(
                agent=agent(number),
                turn=self._turn[number],
                index=self._replies[number] - 1,
                results=tuple(
                    ToolResult(call=call, ok=ok, text=BLOB) for call, ok in results.items()
                ),
                head=self._commits,
            )
        )

    def fault(self, number: int, kind: str, *, over: bool = False) -> Self:
        return self.says(events.FaultInjected(agent=agent(number), kind=kind, over=over))

    def look(self, **passed: bool) -> Self:
        """A last look, all at once."""
        names = tuple(TaskId(task) for task in passed)
        self.says(events.VerificationStarted(round=1, head=1, tasks=names, project=False))
        for task, good in passed.items():
            self.says(
                events.VerificationFinished(round=1, task=TaskId(task), **_verdict(passed=good))
            )
        return self

    def finishes(self, outcome: Outcome = Outcome.DONE) -> Self:
        return self.says(
            events.RunFinished(outcome=outcome, reason="", done=0, verified=0, total=0)
        )


def _verdict(*, passed: bool) -> dict[str, Any]:
    return {
        "passed": passed,
        "reason": CheckReason.PASSED if passed else CheckReason.FAILED,
        "tests_passed": None,
        "tests_failed": None,
        "output": BLOB,
        "level": "none",
    }


def _task(text: str, *, checked: bool, effort: dict[str, float]) -> Task:
    """Of `c needs a b`."""
    name, _, needs = text.partition(" needs ")
    return Task(
        id=TaskId(name),
        depends_on=tuple(TaskId(needed) for needed in needs.split()),
        files=(f"{name}.py",),
        check="check" if checked else None,
        effort=effort.get(name, 1.0),
    )
