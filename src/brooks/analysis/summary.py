"""The plain facts of a run, folded from its records one by one.

`Summary` is what the live view shows while a run goes on, what is printed at its end and what a
comparison compares. Its fields are counts and log seconds; rates and ratios are left to the reader.
`to_json` has the same facts under keys that stay.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Self

from brooks.analysis.activity import ACTIVE, Activities
from brooks.analysis.agent_summary import AgentSummary
from brooks.analysis.availability import Availability
from brooks.analysis.conflicts import Conflicts
from brooks.analysis.messages import Messages
from brooks.analysis.spending import Spending
from brooks.analysis.task_summary import TaskSummary
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome, RefusalReason
from brooks.core.spec import Guarantees
from brooks.core.state import Phase
from brooks.ids import AgentId, TurnId


class Summary:
    """The facts of one run so far."""

    def __init__(self, *, simulated: bool = False, clock: str = "real", model: str = "") -> None:
        self.simulated = simulated
        """Whether its times and tokens come from a model of the world; the caller says so."""
        self.clock = clock
        """`real` or `virtual`; the caller says so."""
        self.model = model
        """The model string of the run; the caller says so."""
        self.phase = Phase.NEW
        """Where the run is in its life."""
        self.outcome: Outcome | None = None
        """How the run ended, or is about to; None while it goes on."""
        self.reason = ""
        """Why it ended, or is about to."""
        self.guarantees = Guarantees()
        """What the team promised."""
        self.time = 0.0
        """Log time of the last record, seconds."""
        self.tasks = TaskSummary()
        """What became of the tasks."""
        self.agents: dict[AgentId, AgentSummary] = {}
        """Every agent, in the order in which they were first heard."""
        self.spending = Spending()
        """What models cost, and what went wrong on the way to their replies."""
        self.refusals: dict[RefusalReason, int] = {}
        """Refused commands by reason."""
        self.faults: dict[str, int] = {}
        """Injected faults by kind, those of single messages (lost, delayed) included."""
        self.kept_files: list[events.FileKept] = []
        """Files that the user changed during the run, so that ours was put elsewhere."""
        self.project_passed: bool | None = None
        """Whether the project's own check passed at the last look; None when it has not run."""
        self.last_look = (0, 0)
        """Checks of the present or last look at the final tree: how many ended, and of how many."""
        self.rounds = 0
        """The highest round of any turn; 0 where the team's pacing has none."""
        self._start = 0.0
        self._last_done: float | None = None
        self._end: float | None = None
        self._checks_failed = 0
        self._leases_revoked = 0
        self._late_writes_refused = 0
        self._requests_repeated = 0
        self._seen: dict[type, int] = {}
        """Records by kind of event."""
        self._asked: dict[TurnId, int] = {}
        """The number of the last request of each open turn."""
        self._activities = Activities()
        self._availability = Availability()
        self.messages = Messages()
        """What agents wrote to each other."""
        self._conflicts = Conflicts()

    @classmethod
    def of(
        cls,
        records: Iterable[Record],
        *,
        simulated: bool = False,
        clock: str = "real",
        model: str = "",
    ) -> Self:
        """The summary of these records."""
        summary = cls(simulated=simulated, clock=clock, model=model)
        for record in records:
            summary.add(record)
        return summary

    def add(self, record: Record) -> None:
        """Fold the next record."""
        kind = type(record.event)
        self.time = record.time
        self._seen[kind] = self._seen.get(kind, 0) + 1
        if kind in ACTIVE:
            self._activities.add(record)
        if kind in Availability.FOLLOWED:
            self._availability.add(record)
        if kind in Spending.FOLLOWED:
            self.spending.add(record.event)
        if kind in Messages.FOLLOWED:
            self.messages.take(record)
        handler = self._HANDLERS.get(kind)
        if handler is not None:
            handler(self, record.event)

    @property
    def makespan_seconds(self) -> float | None:
        """Log seconds from the start to the last merge; None when nothing was merged."""
        return None if self._last_done is None else self._last_done - self._start

    @property
    def run_seconds(self) -> float:
        """Log seconds from the start to the end, or to the last record while there is no end."""
        return (self.time if self._end is None else self._end) - self._start

    @property
    def all_verified(self) -> bool:
        """Whether the run is done and each of its tasks is verified."""
        every = self.tasks.verified == self.tasks.total > 0
        return self.phase is Phase.FINISHED and self.outcome is Outcome.DONE and every

    @property
    def verified_seconds(self) -> float | None:
        """Log seconds from the start to the end if every task is verified then; None otherwise."""
        return self.run_seconds if self.all_verified else None

    @property
    def availability(self) -> float | None:
        """The share of agent-time in which an agent could make progress; None before there is any."""
        return self._availability.team(self.time)

    @property
    def agent_seconds(self) -> float:
        """Log seconds that agents were in the team, added up; of an elastic team only while they were."""
        return sum(agent.availability.seconds(self.time) for agent in self.agents.values())

    @property
    def calls(self) -> int:
        """Times that a member of an elastic team was called."""
        return self._count(events.AgentCalled)

    @property
    def departures(self) -> int:
        """Times that an agent left the team."""
        return self._count(events.AgentLeft)

    @property
    def turns(self) -> int:
        """Turns started."""
        return self._count(events.TurnStarted)

    @property
    def requests(self) -> int:
        """Requests sent to models, repeated ones included."""
        return self._count(events.RequestSent)

    @property
    def requests_repeated(self) -> int:
        """Requests sent once more after a resume, because the first had no durable reply."""
        return self._requests_repeated

    @property
    def input_tokens(self) -> int:
        """Tokens sent to models."""
        return sum(agent.input_tokens for agent in self.agents.values())

    @property
    def output_tokens(self) -> int:
        """Tokens that models wrote."""
        return sum(agent.output_tokens for agent in self.agents.values())

    @property
    def cached_tokens(self) -> int:
        """Those of the input tokens that providers read from their caches."""
        return sum(agent.cached_tokens for agent in self.agents.values())

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    @property
    def checks(self) -> int:
        """Finished checks of proposed changes; those voided while they ran are not counted."""
        return self._count(events.CheckFinished)

    @property
    def checks_failed(self) -> int:
        """Finished checks of proposed changes that did not pass, for whatever reason."""
        return self._checks_failed

    @property
    def checks_voided(self) -> int:
        """Checks that lost their meaning, because a change ahead of theirs was dropped."""
        return self._count(events.CheckVoided)

    @property
    def conflicts(self) -> int:
        """Proposals whose base version of a file they write was not the current one.

        They were refused or dropped for it, or merged all the same in a team that does not promise
        `no_stale_write`. Each counts once.
        """
        return self._conflicts.count

    @property
    def leases_granted(self) -> int:
        """Leases given out, those given anew after a resume included."""
        return self._count(events.TasksLeased)

    @property
    def leases_expired(self) -> int:
        """Leases that ran out because their holder fell silent."""
        return self._count(events.LeaseExpired)

    @property
    def leases_revoked(self) -> int:
        """Leases that ended because the coordinator had stopped."""
        return self._leases_revoked

    @property
    def late_writes_refused(self) -> int:
        """Proposals refused because their agent's lease or turn was over."""
        return self._late_writes_refused

    @property
    def epochs(self) -> int:
        """Coordinators that worked on the run one after another: one, and one more per resume."""
        return self._count(events.RunStarted) + self._count(events.RunResumed)

    @property
    def last_looks(self) -> int:
        """Rounds of verification: looks at the tree when all work was over."""
        return self._count(events.VerificationStarted)

    @property
    def reopened(self) -> int:
        """Tasks opened again because their check failed at a last look."""
        return self._count(events.TaskReopened)

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values, under keys that stay.

        Times are log seconds. Each key is the name of the field or property that says what it is:
        of this class, under `tasks` of `TaskSummary`, in each of `agents` of `AgentSummary`.
        """
        return {
            "outcome": None if self.outcome is None else self.outcome.value,
            "reason": self.reason,
            "phase": self.phase.value,
            "simulated": self.simulated,
            "clock": self.clock,
            "model": self.model,
            "makespan_seconds": self.makespan_seconds,
            "run_seconds": self.run_seconds,
            "verified_seconds": self.verified_seconds,
            "all_verified": self.all_verified,
            "project_passed": self.project_passed,
            "tasks": self.tasks.to_json(),
            "availability": self._availability.to_json(self.time),
            "agent_seconds": self.agent_seconds,
            "turns": self.turns,
            "rounds": self.rounds,
            "requests": self.requests,
            "requests_repeated": self.requests_repeated,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cached_tokens": self.cached_tokens,
            "spending": self.spending.to_json(),
            "checks": self.checks,
            "checks_failed": self.checks_failed,
            "checks_voided": self.checks_voided,
            "conflicts": self.conflicts,
            "messages": self.messages.to_json(),
            "late_writes_refused": self.late_writes_refused,
            "refusals": {reason.value: count for reason, count in sorted(self.refusals.items())},
            "leases_granted": self.leases_granted,
            "leases_expired": self.leases_expired,
            "leases_revoked": self.leases_revoked,
            "epochs": self.epochs,
            "last_looks": self.last_looks,
            "reopened": self.reopened,
            "faults": dict(sorted(self.faults.items())),
            "kept_files": [
                {"path": kept.path, "kept_at": kept.kept_at, "reason": kept.reason}
                for kept in self.kept_files
            ],
            "agents": {name: agent.to_json(self.time) for name, agent in self.agents.items()},
        }

    def _count(self, kind: type[events.Event]) -> int:
        return self._seen.get(kind, 0)

    def _agent(self, agent: AgentId) -> AgentSummary:
        found = self.agents.get(agent)
        if found is None:
            track = self._activities.track(agent, self.time)
            found = self.agents[agent] = AgentSummary(track, self._availability.of(agent))
        return found

    def _run_started(self, event: events.RunStarted) -> None:
        self.phase = Phase.RUNNING
        self.guarantees = event.guarantees
        self._start = self.time
        self._conflicts.start(event)

    def _run_resumed(self, event: events.RunResumed) -> None:
        self.phase = Phase.RUNNING
        self.outcome = self._end = None
        self.reason = ""
        self._leases_revoked += len(event.revoked)

    def _workspace_opened(self, event: events.WorkspaceOpened) -> None:
        self._conflicts.open_workspace(event)

    def _task_added(self, event: events.TaskAdded) -> None:
        self.tasks.add(event)

    def _agent_joined(self, event: events.AgentJoined) -> None:
        self._agent(event.agent)

    def _refused(self, event: events.Refused) -> None:
        self.refusals[event.reason] = self.refusals.get(event.reason, 0) + 1
        self._conflicts.refuse(event)
        late = event.reason in {RefusalReason.STALE_FENCE, RefusalReason.TURN_OVER}
        self._late_writes_refused += late and event.command == "Propose"

    def _turn_started(self, event: events.TurnStarted) -> None:
        self._agent(event.agent).turns += 1
        self.rounds = max(self.rounds, event.round)

    def _turn_ended(self, event: events.TurnEnded) -> None:
        self._asked.pop(event.turn, None)

    def _request_sent(self, event: events.RequestSent) -> None:
        self._agent(event.agent).requests += 1
        again = event.attempt == 1 and event.index <= self._asked.get(event.turn, -1)
        self._requests_repeated += again
        self._asked[event.turn] = event.index

    def _reply_received(self, event: events.ReplyReceived) -> None:
        agent = self._agent(event.agent)
        agent.input_tokens += event.usage.input_tokens
        agent.output_tokens += event.usage.output_tokens
        agent.cached_tokens += event.usage.cached_tokens

    def _check_finished(self, event: events.CheckFinished) -> None:
        self._checks_failed += not event.passed
        self.tasks.finish_check(event)

    def _proposal_dropped(self, event: events.ProposalDropped) -> None:
        self._conflicts.drop(event)
        self.tasks.drop(event)

    def _files_written(self, event: events.FilesWritten) -> None:
        self._conflicts.merge(event)

    def _task_done(self, event: events.TaskDone) -> None:
        self._last_done = self.time
        self._agent(event.agent).done += 1
        self._conflicts.merge(event)
        self.tasks.finish(event)

    def _task_failed(self, event: events.TaskFailed) -> None:
        self.tasks.fail(event)

    def _task_blocked(self, event: events.TaskBlocked) -> None:
        self.tasks.block(event)

    def _task_cancelled(self, event: events.TaskCancelled) -> None:
        self.tasks.cancel(event)

    def _task_requeued(self, event: events.TaskRequeued) -> None:
        self.tasks.requeue(event)

    def _task_reopened(self, event: events.TaskReopened) -> None:
        self.tasks.reopen(event)

    def _verification_started(self, event: events.VerificationStarted) -> None:
        self.last_look = (0, len(event.tasks) + event.project)

    def _verification_finished(self, event: events.VerificationFinished) -> None:
        ended, of = self.last_look
        self.last_look = (ended + 1, of)
        if event.task is None:
            self.project_passed = event.passed
        self.tasks.look(event)

    def _fault_injected(self, event: events.FaultInjected) -> None:
        if not event.over:
            self.faults[event.kind] = self.faults.get(event.kind, 0) + 1

    def _file_kept(self, event: events.FileKept) -> None:
        self.kept_files.append(event)

    def _run_paused(self, _: events.RunPaused) -> None:
        self.phase = Phase.PAUSED

    def _run_continued(self, _: events.RunContinued) -> None:
        self.phase = Phase.RUNNING

    def _run_stopping(self, event: events.RunStopping) -> None:
        self.phase = Phase.STOPPING
        self.outcome = event.outcome
        self.reason = event.reason

    def _run_finished(self, event: events.RunFinished) -> None:
        self.phase = Phase.FINISHED
        self.outcome = event.outcome
        self.reason = event.reason
        self._end = self.time

    _HANDLERS: ClassVar[dict[type, Callable[[Any, Any], None]]] = {
        events.RunStarted: _run_started,
        events.RunResumed: _run_resumed,
        events.WorkspaceOpened: _workspace_opened,
        events.TaskAdded: _task_added,
        events.AgentJoined: _agent_joined,
        events.Refused: _refused,
        events.TurnStarted: _turn_started,
        events.TurnEnded: _turn_ended,
        events.RequestSent: _request_sent,
        events.ReplyReceived: _reply_received,
        events.CheckFinished: _check_finished,
        events.ProposalDropped: _proposal_dropped,
        events.FilesWritten: _files_written,
        events.TaskDone: _task_done,
        events.TaskFailed: _task_failed,
        events.TaskBlocked: _task_blocked,
        events.TaskCancelled: _task_cancelled,
        events.TaskRequeued: _task_requeued,
        events.TaskReopened: _task_reopened,
        events.VerificationStarted: _verification_started,
        events.VerificationFinished: _verification_finished,
        events.FaultInjected: _fault_injected,
        events.FileKept: _file_kept,
        events.RunPaused: _run_paused,
        events.RunContinued: _run_continued,
        events.RunStopping: _run_stopping,
        events.RunFinished: _run_finished,
    }
