"""A run whose agents only write to one another, held against what must always be true."""

from collections.abc import Sequence

from brooks.core import commands, events
from brooks.core.applying import apply
from brooks.core.board import decide
from brooks.core.commands import Command
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason, Usage
from brooks.core.invariants import violations
from brooks.core.spec import Budget, Guarantees
from brooks.core.state import State, Turn
from brooks.core.team_rules import Messaging, Rules
from brooks.ids import AgentId, BlobHash, Position, TurnId


def names(size: int) -> tuple[AgentId, ...]:
    """The agents of a team."""
    return tuple(AgentId(f"agent-{number}") for number in range(1, size + 1))


class Post:
    """Agents that have joined, and everything that is said of their mail and notes."""

    def __init__(self, size: int, messaging: Messaging, *, named: bool = True) -> None:
        self.state = State()
        self.records: list[Record] = []
        self.members = names(size)
        self._calls = 0
        start = commands.StartRun(
            spec=BlobHash("spec"),
            seed=0,
            brooks="0",
            guarantees=Guarantees(),
            attempts=3,
            lost_leases=20,
            lease_seconds=30.0,
            turn_seconds=1000.0,
            project_check=False,
            budget=Budget(),
            found_tasks=0,
            members=self.members if named else (),
            rules=Rules(messaging=messaging),
        )
        self.say(start)
        for agent in self.members:
            self.say(commands.JoinAgent(agent=agent))

    def say(self, command: Command) -> Sequence[Event]:
        """Ask the board, and apply what it says."""
        decided = decide(self.state, command, 0.0)
        for event in decided:
            record = Record(Position(self.state.position + 1), 0.0, Position(0), event)
            self.records.append(record)
            apply(self.state, record)
            assert violations(self.state) == (), f"after {event!r}"
        return decided

    def start(self, agent: AgentId) -> Turn:
        """Begin a turn about nothing."""
        [started] = self.say(commands.StartTurn(agent=agent, tasks=()))
        assert isinstance(started, events.TurnStarted)
        return self.state.turns[started.turn]

    def reply(self, turn: Turn) -> None:
        """Have the agent's model answer once more."""
        agent, index = turn.agent, len(turn.replies)
        blob = BlobHash("blob")
        self.say(commands.SendRequest(agent=agent, turn=turn.turn, index=index, request=blob))
        self.say(
            commands.RecordReply(
                agent=agent, turn=turn.turn, index=index, reply=blob, usage=Usage()
            )
        )

    def end(self, turn: Turn) -> None:
        """End a turn."""
        self.say(commands.EndTurn(agent=turn.agent, turn=turn.turn, reason=EndReason.FINISHED))

    def send(
        self,
        agent: AgentId,
        to: AgentId | None = None,
        *,
        text: str = "text",
        size: int = 4,
        urgent: bool = False,
        some: tuple[AgentId, ...] = (),
        passes_on: int = 0,
        turn: TurnId | None = None,
        call: str = "",
    ) -> Event:
        """Send a message."""
        command = commands.SendMail(
            agent=agent,
            to=to,
            text=BlobHash(text),
            size=size,
            urgent=urgent,
            to_some=some,
            passes_on=passes_on,
            turn=turn,
            call=call,
        )
        return self.say(command)[0]

    def read(self, agent: AgentId, *, turn: TurnId | None = None, call: str = "") -> Event:
        """Read what is shown at once."""
        return self.say(commands.ReadMail(agent=agent, turn=turn, call=call))[0]

    def numbers(self, agent: AgentId) -> list[int]:
        """Read, and give the numbers of what was shown, in the order in which it was."""
        event = self.read(agent)
        assert isinstance(event, events.MailRead)
        return [mail.number for mail in event.mail]

    def unread(self, agent: AgentId) -> list[int]:
        """The numbers of what an agent has not read."""
        return [mail.number for mail in self.state.agents[agent].mail]


def told(event: Event) -> str:
    """One answer of the board, in a few words."""
    match event:
        case events.Refused():
            return f"{event.reason.value} ({event.detail})" if event.detail else event.reason.value
        case events.MailSent():
            return f"{event.mail.number} to {' '.join(event.to) or 'nobody'}"
        case _:
            return f"{event!r}"
