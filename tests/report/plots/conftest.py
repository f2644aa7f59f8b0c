"""Runs of any size, made up by rule: so many agents take so many tasks in turn, each with so many replies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from brooks.analysis.columns import Rows
from brooks.analysis.tabling import About, rows_of
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    DropReason,
    EndReason,
    FileChange,
    Mail,
    Outcome,
    RefusalReason,
    Usage,
)
from brooks.core.spec import Guarantees, Member, Spec, Task, Team
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId
from brooks.report.plots.told import Told

BLOB = BlobHash("0" * 64)
Timed = Iterator[tuple[float, Event]]


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """A run with its rows."""

    spec: Spec
    records: list[Record]
    rows: Rows

    def told(self, *, others: tuple[Rows, ...] = ()) -> Told:
        """The run, folded."""
        return Told.of(
            run=self.rows["runs"]["run"][0],
            spec=self.spec,
            records=self.records,
            rows=self.rows,
            simulated=True,
            others=others,
        )


MakeUp = Callable[..., MadeUp]


@pytest.fixture(scope="session")
def make_up() -> MakeUp:
    """Make up a run; see `made_up`."""
    return made_up


def made_up(
    *,
    agents: int = 2,
    tasks: int = 4,
    replies: int = 1,
    letters: bool = False,
    fail_every: int = 0,
    cut: int | None = None,
    slow: bool = False,
    outcome: Outcome = Outcome.DONE,
    run: str = "made-up",
) -> MadeUp:
    """A run in which task i depends on task i - agents, and takes `replies` seconds.

    Args:
        agents: how many there are.
        tasks: how many there are.
        replies: replies in each turn.
        letters: whether each agent writes to the next when it has done a task.
        fail_every: of every so many tasks the first fails its first check and loses a claim; 0 for none.
        cut: only the first so many records.
        slow: whether the model of the first agent is slow for a second.
        outcome: how it ends.
        run: its id.
    """
    names = [AgentId(f"agent-{number}") for number in range(1, agents + 1)]
    spec = Spec(
        project="made up",
        tasks=tuple(_task(number, agents) for number in range(tasks)),
        team=Team(preset="hybrid", members=tuple(Member(id=name) for name in names)),
        model="sim:typical",
    )
    told = [
        *_story(spec, names, replies=replies, letters=letters, fail_every=fail_every),
        *(_slow(names[0]) if slow else ()),
        _end(spec, agents=agents, replies=replies, outcome=outcome),
    ]
    records = [
        Record(Position(number), time, Position(0), event)
        for number, (time, event) in enumerate(sorted(told, key=lambda pair: pair[0]), 1)
    ][:cut]
    about = About(run=run, project=spec.project, simulated=True)
    return MadeUp(spec=spec, records=records, rows=rows_of(records, spec, about))


def _task(number: int, agents: int) -> Task:
    before = (TaskId(f"task-{number - agents}"),) if number >= agents else ()
    return Task(
        id=TaskId(f"task-{number}"), title=f"Part {number}", check="pytest", depends_on=before
    )


def _story(
    spec: Spec, names: list[AgentId], *, replies: int, letters: bool, fail_every: int
) -> Timed:
    yield 0.0, events.RunStarted(
        spec=BLOB, seed=0, brooks="0", guarantees=Guarantees(), attempts=3, lost_leases=20,
        lease_seconds=30.0, turn_seconds=1e6, members=tuple(names),
    )  # fmt: skip
    for task in spec.tasks:
        yield 0.0, events.TaskAdded(task=task)
    for name in names:
        yield 0.0, events.AgentJoined(agent=name)
    for task in spec.tasks[: len(names)]:
        yield 0.0, events.TaskReady(task=task.id)
    length = replies + 3.0
    for number, task in enumerate(spec.tasks):
        agent = names[number % len(names)]
        start = (number // len(names)) * length
        fails = fail_every > 0 and number % fail_every == 0
        yield from _turn(number, task.id, agent, start, replies=replies, fails=fails)
        if letters and len(names) > 1:
            mail = Mail(number=number + 1, sender=agent, text=BLOB)
            to = (names[(number + 1) % len(names)],)
            yield start + length, events.MailSent(mail=mail, to=to)
        if number + len(names) < len(spec.tasks):
            later = spec.tasks[number + len(names)].id
            yield start + length, events.TaskReady(task=later)
    end = -(-len(spec.tasks) // len(names)) * length
    yield from _look(spec, end)


def _turn(
    number: int, task: TaskId, agent: AgentId, start: float, *, replies: int, fails: bool
) -> Timed:
    turn, fence = TurnId(f"turn-{number}"), Fence(number + 1)
    yield start, events.TasksLeased(agent=agent, tasks=(task,), fence=fence, expires_at=1e9)
    yield (
        start,
        events.TurnStarted(
            turn=turn, agent=agent, tasks=(task,), fence=fence, head=0, deadline=1e9
        ),
    )
    for index in range(replies):
        yield start + index, events.RequestSent(agent=agent, turn=turn, index=index, request=BLOB)
        usage = Usage(input_tokens=100, output_tokens=10, dollars=0.001)
        yield (
            start + index + 0.75,
            events.ReplyReceived(agent=agent, turn=turn, index=index, reply=BLOB, usage=usage),
        )
        yield (
            start + index + 0.9,
            events.ToolsFinished(agent=agent, turn=turn, index=index, results=(), head=0),
        )
    if fails:
        yield (
            start + replies,
            events.Refused(
                command="Claim", reason=RefusalReason.HELD_BY_ANOTHER, agent=agent, task=task
            ),
        )
        yield from _checked(2 * number + 1, task, agent, turn, fence, start + replies, passed=False)
    done = start + replies + 1.5
    yield from _checked(2 * number + 2, task, agent, turn, fence, done, passed=True)
    yield start + replies + 3, events.TaskDone(
        task=task, agent=agent, turn=turn, fence=fence, proposal=ProposalId(2 * number + 2),
        commit=number + 1, verified=True, changes=(FileChange(path=f"{task}.py", blob=BLOB),),
    )  # fmt: skip
    yield start + replies + 3, events.TurnEnded(turn=turn, agent=agent, reason=EndReason.FINISHED)


def _checked(  # noqa: PLR0917 - a story has many parts
    number: int,
    task: TaskId,
    agent: AgentId,
    turn: TurnId,
    fence: Fence,
    start: float,
    *,
    passed: bool,
) -> Timed:
    proposal = ProposalId(number)
    yield start, events.ProposalQueued(
        proposal=proposal, agent=agent, turn=turn, call=f"call-{number}", task=task, fence=fence,
        changes=(FileChange(path=f"{task}.py", blob=BLOB),),
    )  # fmt: skip
    yield start, events.CheckStarted(proposal=proposal, run=number, head=0)
    yield start + 1, events.CheckFinished(
        proposal=proposal, run=number, passed=passed, tests_passed=1, tests_failed=int(not passed),
        reason=CheckReason.PASSED if passed else CheckReason.FAILED, output=BLOB, level="none",
    )  # fmt: skip
    if not passed:
        yield (
            start + 1,
            events.ProposalDropped(
                proposal=proposal, task=task, agent=agent, reason=DropReason.CHECK_FAILED, held=True
            ),
        )


def _look(spec: Spec, end: float) -> Timed:
    every = tuple(task.id for task in spec.tasks)
    yield end, events.VerificationStarted(round=1, head=len(every), tasks=every, project=False)
    for task in every:
        yield end + 1, events.VerificationFinished(
            round=1, task=task, passed=True, reason=CheckReason.PASSED, tests_passed=1,
            tests_failed=0, output=BLOB, level="none",
        )  # fmt: skip


def _end(spec: Spec, *, agents: int, replies: int, outcome: Outcome) -> tuple[float, Event]:
    many = len(spec.tasks)
    reason = "all done" if outcome is Outcome.DONE else "it could not go on"
    ended = events.RunFinished(outcome=outcome, reason=reason, done=many, verified=many, total=many)
    return -(-many // agents) * (replies + 3.0) + 2, ended


def _slow(agent: AgentId) -> Timed:
    yield 0.25, events.FaultInjected(agent=agent, kind="slow", seconds=1.0)
    yield 1.25, events.FaultInjected(agent=agent, kind="slow", over=True)
