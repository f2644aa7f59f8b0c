"""Sentences about how a team works together: who leads, votes, comes and goes."""

from typing import assert_never

from brooks.core import events
from brooks.core.facts import Role
from brooks.report.wording import count, duration, listed, plain

TeamEvent = (
    events.AgentCalled
    | events.AgentLeft
    | events.AgentQuarantined
    | events.TaskAssigned
    | events.NoteWritten
    | events.BallotCast
    | events.VoteCounted
    | events.TaskReverted
)


def of_team(event: TeamEvent) -> str:
    """What happened between the members of a team."""
    match event:
        case events.AgentCalled():
            return f"{event.agent} is called into the team: {plain(event.reason)}"
        case events.AgentLeft():
            return f"{event.agent} leaves the team: {plain(event.reason)}"
        case events.AgentQuarantined():
            return f"{event.agent} is given no work until {duration(event.until)}: {plain(event.reason)}"
        case events.TaskAssigned():
            return f"{event.by} gives task {plain(event.task)} to {event.agent}"
        case events.NoteWritten():
            return f"{event.agent} writes version {event.version} of the note {plain(event.name)}"
        case events.BallotCast():
            return f"{event.agent} hands in a change for task {plain(event.task)}, beside those of others"
        case events.VoteCounted():
            return _counted(event)
        case events.TaskReverted():
            files = count(len(event.changes), "file")
            return f"what task {plain(event.task)} had merged is taken back ({files}): commit {event.commit}"
        case _:
            assert_never(event)


def _counted(event: events.VoteCounted) -> str:
    tally = " to ".join(str(len(votes.agents)) for votes in event.tally) or "with no votes"
    task = plain(event.task)
    if event.decided is not None:
        return f"the vote on task {task} is decided, {tally}"
    after = "it is given up" if event.final else "they vote once more"
    return f"the vote on task {task} is undecided, {tally}: {after}"


def leased(event: events.TasksLeased) -> str:
    """Who holds what, or leads, until when."""
    until = f"until {event.expires_at:.1f} s"
    if event.role is Role.LEAD:
        group = f" of {plain(event.group)}" if event.group else ""
        return f"{event.agent} leads the team{group} {until} under lease {event.fence}"
    copy = f", as copy {event.copy + 1}," if event.copy else ""
    return f"{event.agent} holds {listed(event.tasks)}{copy} {until} under lease {event.fence}"
