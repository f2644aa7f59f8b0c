"""What the tests of the core share: a board that says in short lines what happened.

Every command that passes through it is held against what must always be true, so each test is a test of
the invariants too.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from brooks.core import commands, events
from brooks.core.board import apply, decide, fold, next_timer
from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.core.facts import CheckReason, EndReason, FileChange, Outcome, Role
from brooks.core.invariants import loose_ends, violations
from brooks.core.message import Message
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.state import State, Status, Turn
from brooks.core.team_rules import Rules
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId

BLOB = BlobHash("blob")


class Board:
    """A run in progress: `say` a command, and read what happened."""

    def __init__(
        self,
        tasks: Iterable[str],
        *,
        unchecked: str = "",
        attempts: int = 3,
        lost_leases: int = 20,
        lease_seconds: float = 30.0,
        turn_seconds: float = 1000.0,
        budget: Budget = Budget(),  # noqa: B008 - a frozen value
        found_tasks: int = 5,
        project_check: bool = False,
        guarantees: Guarantees = Guarantees(),  # noqa: B008 - it is frozen
        stated_claims: bool = False,
        members: str = "",
        rules: Rules = Rules(),  # noqa: B008 - it is frozen
    ) -> None:
        self.state = State()
        self.records: list[Record] = []
        self.said: list[Command] = []
        self.now = 0.0
        self._calls = 0
        self._unchecked = unchecked.split()
        start = commands.StartRun(
            spec=BLOB,
            seed=0,
            brooks="0",
            guarantees=guarantees,
            attempts=attempts,
            lost_leases=lost_leases,
            lease_seconds=lease_seconds,
            turn_seconds=turn_seconds,
            project_check=project_check,
            budget=budget,
            found_tasks=found_tasks,
            stated_claims=stated_claims,
            members=tuple(map(AgentId, members.split())),
            rules=rules,
        )
        self.decide(start)
        self.now = 1.0
        for line in tasks:
            self.add(line)

    def decide(self, command: Command) -> Sequence[events.Event]:
        """Ask the board, apply what it says, and look whether all is as it must be."""
        self.said.append(command)
        before = dump(self.state)
        decided = decide(self.state, command, self.now)
        assert dump(self.state) == before, f"deciding {command!r} changed the state"
        for event in decided:
            record = Record(Position(self.state.position + 1), self.now, Position(0), event)
            self.records.append(record)
            apply(self.state, record)
            assert violations(self.state) == (), f"after {event!r}"
        assert loose_ends(self.state) == (), f"after {command!r} made {decided!r}"
        if all(isinstance(event, events.Refused) for event in decided):
            place = {"position": self.state.position, "time": self.state.time}
            assert dump(self.state) == before | place, f"{command!r} was refused and changed it"
        timer = next_timer(self.state)
        if isinstance(command, commands.Tick) and timer is not None:
            due = "a tick that does nothing leaves its own timer due, and would come for ever"
            assert decided or timer > self.now, due
        return decided

    def say(self, command: Command) -> list[str]:
        return [tell(event) for event in self.decide(command)]

    def add(self, line: str, *, files: str = "", deadline: float | None = None) -> list[str]:
        """Add a task, written as `name` or `name: dependency dependency`."""
        name, _, needs = line.partition(":")
        task = Task(
            id=TaskId(name),
            depends_on=tuple(map(TaskId, needs.split())),
            check=None if name in self._unchecked else "check",
            files=tuple(files.split()),
            deadline=deadline,
        )
        return self.say(commands.AddTask(task=task))

    def join(self, agent: str) -> list[str]:
        return self.say(commands.JoinAgent(agent=AgentId(agent)))

    def claim(self, agent: str, *tasks: str) -> list[str]:
        batch = tuple(map(TaskId, tasks))
        return self.say(commands.Claim(agent=AgentId(agent), tasks=batch))

    def start(self, agent: str, *tasks: str) -> Turn:
        """An agent joins if it is not there, takes these tasks and begins a turn."""
        name = AgentId(agent)
        if name not in self.state.agents or not self.state.agents[name].available:
            self.join(agent)
        self.claim(agent, *tasks)
        fence = self.state.agents[name].fence
        batch = tuple(map(TaskId, tasks))
        self.decide(commands.StartTurn(agent=name, tasks=batch, fence=fence))
        turn = self.state.agents[name].turn
        assert turn is not None
        return self.state.turns[turn]

    def propose(
        self,
        turn: Turn,
        task: str,
        *writes: str,
        fence: int | None = None,
        call: str = "",
        answer: str = "",
    ) -> list[str]:
        """Propose to write these files, each written as `path` or `path@base` (`path-` deletes)."""
        self._calls += 1
        return self.say(
            commands.Propose(
                agent=turn.agent,
                turn=turn.turn,
                call=call or f"call {self._calls}",
                task=TaskId(task),
                fence=turn.fence if fence is None else Fence(fence),
                changes=tuple(map(written, writes)),
                answer=BlobHash(answer) if answer else None,
            )
        )

    def start_check(self, proposal: int) -> list[str]:
        return self.say(commands.StartCheck(proposal=ProposalId(proposal)))

    def finish_check(self, proposal: int, *, passed: bool, run: int | None = None) -> list[str]:
        if run is None:
            run = self.state.queue[ProposalId(proposal)].run
        return self.say(
            commands.RecordCheck(
                proposal=ProposalId(proposal),
                run=run,
                passed=passed,
                reason=CheckReason.PASSED if passed else CheckReason.FAILED,
                tests_passed=None,
                tests_failed=None,
                output=BLOB,
                level="none",
            )
        )

    def lead(self, agent: str, group: str = "") -> list[str]:
        """An agent asks to lead."""
        return self.say(commands.Claim(agent=AgentId(agent), tasks=(), role=Role.LEAD, group=group))

    def release(self, task: str, **more: Any) -> list[str]:
        return self.say(commands.Release(task=TaskId(task), reason="too slow", **more))

    def leave(self, agent: str) -> list[str]:
        return self.say(commands.LeaveAgent(agent=AgentId(agent), reason="its time is over"))

    def end_turn(self, turn: Turn) -> list[str]:
        return self.say(
            commands.EndTurn(agent=turn.agent, turn=turn.turn, reason=EndReason.FINISHED)
        )

    def finish_task(self, agent: str, task: str, *writes: str) -> None:
        """An agent does a task, its check passes, and it is free again."""
        turn = self.start(agent, task)
        proposal = self.state.next_proposal
        self.propose(turn, task, *writes)
        if self.state.queue:
            self.start_check(proposal)
            self.finish_check(proposal, passed=True)
        self.end_turn(turn)

    def tick(self, at: float) -> list[str]:
        self.now = at
        return self.say(commands.Tick())

    def look(self) -> list[str]:
        return self.say(commands.StartVerification())

    def finish_look(self, task: str | None, *, passed: bool) -> list[str]:
        return self.say(
            commands.RecordVerification(
                round=self.state.rounds_verified,
                task=None if task is None else TaskId(task),
                passed=passed,
                reason=CheckReason.PASSED if passed else CheckReason.FAILED,
                tests_passed=None,
                tests_failed=None,
                output=BLOB,
                level="none",
            )
        )

    def resume(self, budget: Budget = Budget()) -> list[str]:  # noqa: B008 - a frozen value
        epoch = self.state.epoch + 1
        return self.say(commands.ResumeRun(epoch=epoch, budget=budget))

    def finish(self, outcome: Outcome) -> list[str]:
        return self.say(commands.FinishRun(outcome=outcome, reason="it is over"))

    def status(self, task: str) -> Status:
        return self.state.tasks[TaskId(task)].status

    def statuses(self) -> dict[str, str]:
        return {name: task.status.value for name, task in self.state.tasks.items()}

    def assert_folds(self) -> None:
        """The records alone give the state as it is."""
        assert dump(fold(self.records)) == dump(self.state)


def dump(state: State) -> dict[str, object]:
    """Everything in a state, as something that compares by value, the order of dictionaries too."""
    return {name: _dump(getattr(state, name)) for name in State.__slots__}


def _dump(value: object) -> object:
    if value is None or isinstance(value, Message | str | int | float):
        return value
    if isinstance(value, dict):
        return [(key, _dump(element)) for key, element in value.items()]
    if isinstance(value, list | tuple):
        return [_dump(element) for element in value]
    names = getattr(type(value), "__slots__", None) or vars(value)
    return {name: _dump(getattr(value, name)) for name in sorted(names)}


def written(line: str) -> FileChange:
    path, _, base = line.partition("@")
    blob = None if path.endswith("-") else BLOB
    return FileChange(path=path.removesuffix("-"), blob=blob, base=int(base or 0))


def tell(event: events.Event) -> str:  # noqa: PLR0912 - a sentence for each kind of event
    """One event in a few words."""
    match event:
        case events.Refused():
            said = f"{event.command} refused: {event.reason.value}"
            return f"{said} ({event.detail})" if event.detail else said
        case events.TasksLeased():
            what = f"holds {' '.join(event.tasks)}"
            if event.role is Role.LEAD:
                what = f"leads {event.group}" if event.group else "leads"
            copy = f" (copy {event.copy})" if event.copy else ""
            return f"{event.agent} {what}{copy} under {event.fence} until {event.expires_at:g}"
        case events.LeaseRenewed():
            return f"{event.agent} holds {event.fence} until {event.expires_at:g}"
        case events.LeaseExpired():
            return f"{event.agent} lost {' '.join(event.tasks) or 'the lead'}"
        case events.TasksReturned():
            counted = f", counted: {' '.join(event.counted)}" if event.counted else ""
            return f"{event.agent} returned {' '.join(event.tasks) or 'the lead'}{counted}"
        case events.TurnEnded():
            return f"{event.turn} ended: {event.reason.value}"
        case events.TurnResumed():
            return f"{event.turn} goes on under {event.fence}"
        case events.RunResumed():
            return f"resumed, revoked: {' '.join(map(str, event.revoked))}"
        case events.ProposalQueued():
            made_of = f", ballot {event.ballot}" if event.ballot else ""
            return f"{event.proposal} queued for {event.task}{made_of}"
        case events.BallotCast():
            return f"{event.proposal} cast by {event.agent} for {event.task}"
        case events.VoteCounted():
            votes = [f"{'+'.join(votes.agents)}={votes.weight:g}" for votes in event.tally]
            said = "decided" if event.decided else "undecided"
            end = "" if event.final else ", goes on"
            return f"round {event.round} on {event.task}: {' '.join(votes)} {said}{end}"
        case events.TaskReverted():
            return f"{event.task} reverted in commit {event.commit}"
        case events.TaskAssigned():
            return f"{event.task} assigned to {event.agent} by {event.by}"
        case events.CheckStarted():
            ahead = f" behind {' '.join(map(str, event.ahead))}" if event.ahead else ""
            return f"check {event.proposal}.{event.run} started on {event.head}{ahead}"
        case events.CheckFinished():
            return f"check {event.proposal}.{event.run} {event.reason.value}"
        case events.CheckVoided():
            return f"check {event.proposal} void"
        case events.ProposalDropped():
            held = ", may be mended" if event.held else ""
            return f"{event.proposal} dropped: {event.reason.value}{held}"
        case events.TaskDone():
            return f"{event.task} done in commit {event.commit}"
        case events.TaskBlocked():
            return f"{event.task} blocked on {event.on}"
        case events.TaskReady():
            return f"{event.task} ready"
        case events.TaskFailed():
            return f"{event.task} failed"
        case events.TaskCancelled():
            return f"{event.task} cancelled"
        case events.TaskRequeued():
            return f"{event.task} requeued"
        case events.TaskReopened():
            return f"{event.task} reopened"
        case events.VerificationStarted():
            project = " project" if event.project else ""
            return f"look {event.round} at {event.head}: {' '.join(event.tasks)}{project}"
        case events.VerificationFinished():
            return f"look at {event.task or 'project'} {event.reason.value}"
        case events.RunStopping() | events.RunFinished():
            return f"{type(event).__name__} {event.outcome.value}"
        case _:
            return type(event).__name__


NewBoard = Callable[..., Board]


@pytest.fixture
def new_board() -> NewBoard:
    """Makes a board with these tasks, written as `name` or `name: dependency dependency`."""

    def make(*tasks: str, **settings: object) -> Board:
        return Board(tasks, **settings)  # type: ignore[arg-type]

    return make
