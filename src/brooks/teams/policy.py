"""What a team structure is to the rest: a fold over the log that proposes.

A policy sees every record in order, looks at the state (and never changes it), and yields commands:
claims, turns, an end to the run. It never waits and never writes, and takes a refusal in its
stride: that is one more event. On resume it is shown the whole log again, and what it yields for
the past is ignored.
"""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.core.message import Message
from brooks.core.state import State
from brooks.ids import AgentId
from brooks.teams.outlook import Outlook


class Wake(Message, frozen=True, kw_only=True):
    """Ask to be woken at a time (log seconds), although nothing may have happened by then."""

    at: float


Wish = Command | Wake


class Policy(Protocol):
    """A team structure."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Take in a record; what to do now?"""

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """A moment that was asked for has come; what to do now?"""


@runtime_checkable
class Overseen(Protocol):
    """A team structure in which somebody leads."""

    def outlook(self, agent: AgentId, state: State, now: float) -> Outlook:
        """What this agent sees when it leads."""
