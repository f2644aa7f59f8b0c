"""Who held what: one holder per task, and fencing tokens that only grow.

Where a team gives a task to several agents at once, each holds a copy of it with a number of its
own, and "one holder" means one per copy; however many copies there are, one change of the task is
merged, unless the task was opened again or its work was taken back in between.

Both checkers read the same ledger of leases. A lease holds from its grant until its time is over
(extended only by renewals that came in time), or until the log says that it ended: expired, handed
back, revoked by a resume, or its task over. What counts for a commit is the moment at which the
board accepted the proposal, or took it as one ballot of several; from there on the change waits
and needs no holder.
"""

from collections.abc import Iterable, Sequence

from brooks.audit.verdict import Findings, Guarantee, Verdict
from brooks.core import events
from brooks.core.events import Record
from brooks.ids import AgentId, Fence, Position, ProposalId, TaskId


class _Lease:
    """One grant, and how far it reached."""

    def __init__(self, record: Record, event: events.TasksLeased) -> None:
        self.agent = event.agent
        self.fence = event.fence
        self.granted = record.position
        self.extended = record.position
        """Position of the grant or of the last renewal in time."""
        self.expires_at = event.expires_at
        self.copy = event.copy
        self.held = dict.fromkeys(event.tasks)
        self.ended: dict[TaskId, Position] = {}

    @property
    def name(self) -> str:
        """The lease for a person."""
        return f"copy {self.copy}, fence {self.fence}" if self.copy else f"fence {self.fence}"

    def holds(self, task: TaskId, time: float) -> bool:
        return task in self.held and time < self.expires_at


class _Flaw:
    """Why a proposal had no right to be merged."""

    def __init__(self, witness: Iterable[Position], sentence: str, *, is_dead: bool) -> None:
        self.witness = tuple(witness)
        self.sentence = sentence
        self.is_dead = is_dead
        """The lease was once the agent's own and is over."""


class _Commit:
    """A merged change without a right to it."""

    def __init__(self, done: Record, task: TaskId, agent: AgentId, flaw: _Flaw) -> None:
        self.witness = (*flaw.witness, done.position)
        self.sentence = (
            f"the change of {agent} to task {task!r} was merged although {flaw.sentence}"
        )
        self.is_dead = flaw.is_dead


class _Ledger:
    """Every lease of a history, and what went wrong with them."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._leases: dict[Fence, _Lease] = {}
        self._holders: dict[TaskId, list[_Lease]] = {}
        self._ballots: dict[ProposalId, tuple[Record, events.BallotCast, _Flaw | None]] = {}
        self._queued: dict[ProposalId, tuple[Record, events.ProposalQueued, _Flaw | None]] = {}
        self._merged: dict[TaskId, Position] = {}
        """Tasks whose change is in the tree, and was not opened again."""
        self._copies = 1
        self.grants: list[_Lease] = []
        self.overlaps: list[tuple[_Lease, _Lease, TaskId]] = []
        self.surplus: list[tuple[_Lease, int]] = []
        """Leases of copies that there should not be, and how many there may be."""
        self.again: list[tuple[Position, Position, TaskId]] = []
        """Changes merged on top of another one for the same task."""
        self.commits: list[_Commit] = []
        self.merged = 0
        for record in records:
            self._read(record)

    def _read(self, record: Record) -> None:
        event = record.event
        match event:
            case events.RunStarted():
                self._copies = event.rules.copies
            case events.TasksLeased():
                self._grant(record, event)
            case events.LeaseRenewed():
                lease = self._leases.get(event.fence)
                if lease is not None and lease.held and record.time < lease.expires_at:
                    lease.expires_at = event.expires_at
                    lease.extended = record.position
            case events.LeaseExpired():
                self._end_lease(event.fence, record.position)
            case events.TasksReturned():
                lease = self._leases.get(event.fence)
                if lease is not None:
                    for task in event.tasks:
                        self._end(lease, task, record.position)
            case events.RunResumed():
                for fence in event.revoked:
                    self._end_lease(fence, record.position)
            case _:
                self._read_task(record)

    def _read_task(self, record: Record) -> None:
        event = record.event
        match event:
            case events.TaskFailed() | events.TaskBlocked() | events.TaskCancelled():
                self._end_task(event.task, record.position)
            case events.BallotCast():
                self._ballots[event.proposal] = (record, event, self._flaw(record, event))
                lease = self._leases.get(event.fence)
                if lease is not None:
                    self._end(lease, event.task, record.position)
            case events.ProposalQueued():
                flaw = self._flaw_of_ballot(event) if event.ballot else self._flaw(record, event)
                self._queued[event.proposal] = (record, event, flaw)
            case events.TaskDone():
                self._commit(record, event)
                self._end_task(event.task, record.position)
            case events.TaskReopened() | events.TaskRequeued() | events.TaskReverted():
                self._merged.pop(event.task, None)
            case _:
                pass

    def _grant(self, record: Record, event: events.TasksLeased) -> None:
        lease = _Lease(record, event)
        if not 0 <= lease.copy < self._copies:
            self.surplus.append((lease, self._copies))
        for task in lease.held:
            holders = self._holders.setdefault(task, [])
            for other in holders:
                same = other.copy == lease.copy or other.agent == lease.agent
                if same and other.holds(task, record.time):
                    self.overlaps.append((other, lease, task))
            holders.append(lease)
        self._leases[event.fence] = lease
        self.grants.append(lease)

    def _end_lease(self, fence: Fence, at: Position) -> None:
        lease = self._leases.get(fence)
        if lease is not None:
            for task in tuple(lease.held):
                self._end(lease, task, at)

    def _end_task(self, task: TaskId, at: Position) -> None:
        for lease in tuple(self._holders.get(task, ())):
            self._end(lease, task, at)

    def _end(self, lease: _Lease, task: TaskId, at: Position) -> None:
        if task in lease.held:
            del lease.held[task]
            lease.ended[task] = at
            self._holders[task].remove(lease)

    def _flaw_of_ballot(self, event: events.ProposalQueued) -> _Flaw | None:
        """A change that was decided on is the ballot that was cast, and as good as that."""
        record, ballot, flaw = self._ballots.get(event.ballot, (None, None, None))
        if record is None or ballot is None:
            return _Flaw((), f"ballot {event.ballot} was never cast", is_dead=False)
        if (ballot.task, ballot.agent, ballot.fence) != (event.task, event.agent, event.fence):
            sentence = f"ballot {event.ballot} was another task's, agent's or fence's"
            return _Flaw((record.position,), sentence, is_dead=False)
        return flaw

    def _flaw(
        self, record: Record, event: events.ProposalQueued | events.BallotCast
    ) -> _Flaw | None:
        lease = self._leases.get(event.fence)
        at = record.position
        if lease is None:
            return _Flaw((at,), f"fence {event.fence} was never granted", is_dead=False)
        if lease.agent != event.agent:
            sentence = f"fence {event.fence} is that of {lease.agent}"
            return _Flaw((lease.granted, at), sentence, is_dead=False)
        if lease.holds(event.task, record.time):
            return None
        if event.task in lease.held:
            sentence = (
                f"it was proposed at {record.time:g} s under fence {event.fence}, "
                f"which was over at {lease.expires_at:g} s"
            )
            return _Flaw((lease.extended, at), sentence, is_dead=True)
        if event.task in lease.ended:
            sentence = f"fence {event.fence} no longer covered it when it was proposed"
            return _Flaw((lease.ended[event.task], at), sentence, is_dead=True)
        sentence = f"fence {event.fence} was never granted for it"
        return _Flaw((lease.granted, at), sentence, is_dead=False)

    def _commit(self, record: Record, event: events.TaskDone) -> None:
        self.merged += 1
        if event.task in self._merged:
            self.again.append((self._merged[event.task], record.position, event.task))
        self._merged[event.task] = record.position
        queued, proposal, flaw = self._queued.get(event.proposal, (None, None, None))
        if queued is None or proposal is None:
            flaw = _Flaw((), "nobody proposed it", is_dead=False)
        elif (proposal.task, proposal.agent, proposal.fence) != (
            event.task,
            event.agent,
            event.fence,
        ):
            sentence = f"proposal {event.proposal} was another task's, agent's or fence's"
            flaw = _Flaw((queued.position,), sentence, is_dead=False)
        if flaw is not None:
            self.commits.append(_Commit(record, event.task, event.agent, flaw))


def check_one_holder(records: Sequence[Record]) -> Verdict:
    """At most one agent holds a copy of a task at a time, and one holder's change is merged."""
    ledger = _Ledger(records)
    found = Findings(Guarantee.ONE_HOLDER)
    for first, second, task in ledger.overlaps:
        found.violated(
            (first.granted, second.granted),
            f"task {task!r} was leased to {second.agent} ({second.name}) "
            f"while {first.agent} still held it ({first.name})",
        )
    for lease, copies in ledger.surplus:
        sentence = f"{lease.agent} was leased copy {lease.copy} where there are {copies}, from 0"
        found.violated((lease.granted,), sentence)
    for earlier, later, task in ledger.again:
        sentence = f"a second change of task {task!r} was merged, and the task was not opened again"
        found.violated((earlier, later), sentence)
    for commit in ledger.commits:
        found.violated(commit.witness, commit.sentence)
    return found.verdict(
        f"none of {len(ledger.grants)} leases overlapped, "
        f"and each of {ledger.merged} merged changes came from its task's holder"
    )


def check_fencing(records: Sequence[Record]) -> Verdict:
    """Fencing tokens strictly increase, and no change proposed under a dead one is merged."""
    ledger = _Ledger(records)
    found = Findings(Guarantee.FENCING)
    highest: _Lease | None = None
    for lease in ledger.grants:
        if highest is not None and lease.fence <= highest.fence:
            found.violated(
                (highest.granted, lease.granted),
                f"fence {lease.fence} was granted after fence {highest.fence}",
            )
        if highest is None or lease.fence > highest.fence:
            highest = lease
    for commit in ledger.commits:
        if commit.is_dead:
            found.violated(commit.witness, commit.sentence)
    return found.verdict(f"{len(ledger.grants)} fences strictly increased, no dead one was used")


__all__ = ["check_fencing", "check_one_holder"]
