"""Ballots: changes for one task that were accepted beside others.

Where the answer to a task is found by a vote, every change is a ballot. The rule of the team is asked
after each; when it decides, the first ballot with the answer joins the merge queue, and when it
cannot decide, the task is offered again for another round of discussion, or given up as undecided
with the tally.

Where copies of a task race for the first result that passes, a change that comes while another
is being checked is kept in reserve, and joins the queue if the first one fails.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

from brooks.core import commands, events
from brooks.core.copies import take_from_others
from brooks.core.ending import Aftermath
from brooks.core.events import Event
from brooks.core.facts import FileChange, Votes
from brooks.core.state import State, TaskState
from brooks.core.voting import Ballot, Decided, Undecided, decide
from brooks.core.voting.rules import Rule
from brooks.ids import AgentId, BlobHash, ProposalId


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
    """What a new ballot leads to: nothing yet, a winner, another round, or the end as undecided."""

    def __init__(self, state: State, cast: events.BallotCast) -> None:
        self._state = state
        self._task: TaskState = state.tasks[cast.task]
        self._cast = cast
        self._ballots = [*self._task.ballots.values(), cast]
        self.winner: events.BallotCast | None = None
        self.events = list(self._follow())

    def _follow(self) -> Iterator[Event]:
        redundancy = self._state.rules.redundancy
        rule = redundancy.rule
        if rule is Rule.FIRST_VERIFIED:  # nothing verifies an answer that has no check
            rule = Rule.MAJORITY
        ballots = [
            Ballot(agent=each.agent, digest=each.answer, weight=self._weight(each.agent))
            for each in self._ballots
        ]
        result = decide(
            rule,
            ballots,
            voters=redundancy.replicas,
            faulty=redundancy.faulty,
            byzantine=redundancy.byzantine,
        )
        if isinstance(result, Decided):
            yield from self._decided(BlobHash(result.digest))
        elif isinstance(result, Undecided):
            yield from self._undecided()
        elif len(self._task.holders) == 1:  # only the voter held it: offered for the next copy
            yield events.TaskReady(task=self._cast.task)

    def _weight(self, agent: AgentId) -> float:
        """What an agent's vote weighs."""
        run = self._state.run
        weights = self._state.rules.redundancy.weights
        if run is None or not weights or agent not in run.members:
            return 1.0
        return weights[run.members.index(agent)]

    def _decided(self, answer: BlobHash) -> Iterator[Event]:
        yield from self._end_others("the vote is decided")
        yield self._counted(answer, final=True)
        self.winner = next(ballot for ballot in self._ballots if ballot.answer == answer)

    def _undecided(self) -> Iterator[Event]:
        final = self._task.votes + 1 > self._state.rules.redundancy.discussion
        yield from self._end_others("this round of the vote is undecided")
        yield self._counted(None, final=final)
        if final:
            aftermath = Aftermath(self._state)
            aftermath.fail(self._cast.task, f"undecided after {self._task.votes + 1} rounds")
            yield from aftermath.events
        else:
            yield events.TaskReady(task=self._cast.task)

    def _end_others(self, why: str) -> Iterator[Event]:
        return take_from_others(self._state, self._cast.task, winner=self._cast.agent, why=why)

    def _counted(self, decided: BlobHash | None, *, final: bool) -> events.VoteCounted:
        answers: dict[BlobHash, list[AgentId]] = {}
        for ballot in self._ballots:
            answers.setdefault(ballot.answer, []).append(ballot.agent)
        weights = {
            answer: sum(self._weight(agent) for agent in agents)
            for answer, agents in answers.items()
        }
        most_first = sorted(answers.items(), key=lambda item: -weights[item[0]])
        return events.VoteCounted(
            task=self._cast.task,
            round=self._task.votes + 1,
            tally=tuple(
                Votes(answer=answer, agents=tuple(agents), weight=weights[answer])
                for answer, agents in most_first
            ),
            decided=decided,
            final=final,
        )
