"""Ballots: changes for one task that were accepted beside others.

Where the answer to a task is found by a vote, every change is a ballot. The rule of the team is asked
after each, and when a voter leaves for good; when it decides, the first ballot with the answer that
still fits the tree joins the merge queue, and when it cannot decide, the task is offered again for
another round of discussion, or given up as undecided with the tally. A decision ends the vote: if the
answer fails its check, the next vote begins with no ballot.

Where copies of a task race for the first result that passes, a change that comes while another
is being checked is kept in reserve, and joins the queue if the first one fails.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from brooks.core import commands, events
from brooks.core.copies import is_voted_on, take_from_others
from brooks.core.ending import Aftermath
from brooks.core.events import Event
from brooks.core.facts import FileChange, Votes
from brooks.core.state import OVER, State, Status
from brooks.core.voting import Ballot, Decided, Result, Tally, Undecided, decide
from brooks.core.voting.rules import Rule
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId


def ballot_of(state: State, command: commands.Propose) -> events.BallotCast:
    """The ballot that a proposal is."""
    return events.BallotCast(
        proposal=ProposalId(state.next_proposal),
        agent=command.agent,
        turn=command.turn,
        call=command.call,
        task=command.task,
        fence=command.fence,
        changes=command.changes,
        reads=command.reads,
        answer=command.answer or answer_of(command.changes),
    )


def answer_of(changes: Sequence[FileChange]) -> BlobHash:
    """What is compared where no answer was given: the files and their contents."""
    parts = [f"{change.path}\0{change.blob or ''}" for change in sorted(changes, key=_path)]
    return BlobHash(sha256("\1".join(parts).encode()).hexdigest())


def _path(change: FileChange) -> str:
    return change.path


def queued_from(ballot: events.BallotCast, number: ProposalId) -> events.ProposalQueued:
    """A ballot as it joins the merge queue."""
    return events.ProposalQueued(
        proposal=number,
        agent=ballot.agent,
        turn=ballot.turn,
        call=ballot.call,
        task=ballot.task,
        fence=ballot.fence,
        changes=ballot.changes,
        reads=ballot.reads,
        ballot=ballot.proposal,
    )


class Count:
    """What a new ballot, or the loss of a voter, leads to: nothing, a decision, another round, or the end.

    Args:
        state: before the decision.
        task: the task that is voted on.
        aftermath: collects what follows; to be told after `events`.
        cast: the new ballot, if there is one; its agent lets go of the task with it.
        left: who has left, and lost its leases, before the count.
    """

    def __init__(
        self,
        state: State,
        task: TaskId,
        *,
        aftermath: Aftermath,
        cast: events.BallotCast | None = None,
        left: AgentId | None = None,
    ) -> None:
        self._state = state
        self._id = task
        self._task = state.tasks[task]
        self._aftermath = aftermath
        self._cast = cast
        self._left = left
        self._ballots = [*self._task.ballots.values(), *([] if cast is None else [cast])]
        self.winners: list[events.BallotCast] = []
        """Ballots with the answer that was decided on, the first one first; empty where none was."""
        self.events = list(self._follow())

    def _follow(self) -> Iterator[Event]:
        result = self._decide()
        if isinstance(result, Decided):
            yield from self._decided(result)
        elif isinstance(result, Undecided):
            yield from self._undecided(result.tally)
        elif self._cast is not None and list(self._task.holders) == [self._cast.fence]:
            self._aftermath.offer([self._id])  # for the next copy

    def _decide(self) -> Result:
        redundancy = self._state.rules.redundancy
        rule = redundancy.rule
        if rule is Rule.FIRST_VERIFIED:  # nothing verifies an answer that has no check
            rule = Rule.MAJORITY
        return decide(
            rule,
            [Ballot(agent=each.agent, digest=each.answer) for each in self._ballots],
            voters=redundancy.replicas,
            faulty=redundancy.faulty,
            byzantine=redundancy.byzantine,
            lost=self._lost(),
            electorate=self._electorate(),
        )

    def _electorate(self) -> dict[AgentId, float] | None:
        """Who may vote, with what weight, where votes are weighed."""
        run = self._state.run
        weights = self._state.rules.redundancy.weights
        if run is None or not run.members or not weights:
            return None
        return dict(zip(run.members, weights, strict=True))

    def _lost(self) -> int:
        """How many ballots can never be cast, because fewer agents are left that have not voted."""
        members = self._state.run.members if self._state.run else ()
        if not members:
            return 0
        heard = {ballot.agent for ballot in self._ballots}
        able = sum(self._is_there(agent) and agent not in heard for agent in members)
        voters = self._state.rules.redundancy.replicas
        if self._electorate() is not None:
            voters = min(voters, len(members))
        return max(0, voters - len(heard) - able)

    def _is_there(self, agent: AgentId) -> bool:
        there = self._state.agents.get(agent)
        return agent != self._left and (there is None or not there.left)

    def _decided(self, result: Decided) -> Iterator[Event]:
        answer = BlobHash(result.digest)
        yield from self._end_others("the vote is decided")
        yield self._counted(result.tally, answer, final=True)
        self.winners = [ballot for ballot in self._ballots if ballot.answer == answer]

    def _undecided(self, tally: Tally) -> Iterator[Event]:
        final = self._task.votes + 1 > self._state.rules.redundancy.discussion
        yield from self._end_others("this round of the vote is undecided")
        yield self._counted(tally, None, final=final)
        if final:
            self._aftermath.fail(self._id, f"undecided after {self._task.votes + 1} rounds")
        elif any(self._holder(fence) != self._left for fence in self._task.holders):
            self._aftermath.offer([self._id])

    def _holder(self, fence: Fence) -> AgentId:
        return self._state.leases[fence].agent

    def _end_others(self, why: str) -> Iterator[Event]:
        gone = self._left if self._cast is None else self._cast.agent
        return take_from_others(self._state, self._id, winner=gone, why=why)

    def _counted(
        self, tally: Tally, decided: BlobHash | None, *, final: bool
    ) -> events.VoteCounted:
        return events.VoteCounted(
            task=self._id,
            round=self._task.votes + 1,
            tally=tuple(
                Votes(answer=BlobHash(share.digest), agents=share.agents, weight=share.weight)
                for share in tally.shares
            ),
            decided=decided,
            final=final,
        )


def count_without(state: State, agent: AgentId) -> list[Event]:
    """Count again every vote that goes on, when an agent has left for good and can vote no more."""
    aftermath = Aftermath(state)
    counted: list[Event] = []
    for name, task in state.tasks.items():
        goes_on = task.ballots and task.status is not Status.QUEUED and task.status not in OVER
        if goes_on and is_voted_on(state.rules, task):
            counted += Count(state, name, aftermath=aftermath, left=agent).events
    return [*counted, *aftermath.events]
