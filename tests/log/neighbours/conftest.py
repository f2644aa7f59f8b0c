"""Small logs told event by event, with their contents."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Literal

import msgspec
import pytest

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import ToolResult, Usage
from brooks.core.spec import Guarantees, Member, Spec, Task, Team
from brooks.ids import AgentId, BlobHash, Fence, Position, TaskId, TurnId
from brooks.log.memory import MemoryLog
from brooks.log.neighbours.conversation import Conversations
from brooks.models.base import Reply, encode_reply


class Story:
    """A run of a team, as it is told."""

    def __init__(
        self, agents: Iterable[str] = ("one",), *, clock: Literal["real", "virtual"] = "virtual"
    ) -> None:
        self.log = MemoryLog()
        self.records: list[Record] = []
        members = tuple(Member(id=AgentId(name)) for name in agents)
        spec = Spec(
            project="a project",
            tasks=(),
            team=Team(preset="leased", members=members),
            model="maker:model",
            clock=clock,
        )
        self.tell(
            0.0,
            events.RunStarted(
                spec=self.log.put_blob(msgspec.json.encode(spec)),
                seed=1,
                brooks="0.1.0",
                guarantees=Guarantees(),
                attempts=3,
                lost_leases=3,
                lease_seconds=30.0,
                turn_seconds=60.0,
                members=tuple(member.id for member in members),
            ),
            events.TaskAdded(task=Task(id=TaskId("a"), title="The  first", files=("a.txt",))),
        )

    def tell(self, time: float, *happened: Event) -> None:
        """These events happened at a log time."""
        for event in happened:
            position = Position(len(self.records) + 1)
            self.records.append(Record(position, time, Position(0), event))

    def turn(self, time: float, agent: str, turn: str, *, tasks: tuple[str, ...] = ("a",)) -> None:
        """An agent began a turn."""
        self.tell(
            time,
            events.TurnStarted(
                turn=TurnId(turn),
                agent=AgentId(agent),
                tasks=tuple(map(TaskId, tasks)),
                fence=Fence(1),
                head=0,
                deadline=time + 60,
            ),
        )

    def answer(
        self,
        time: float,
        agent: str,
        turn: str,
        reply: Reply,
        *,
        index: int = 0,
        usage: Usage | None = None,
        model: str = "maker:model",
    ) -> None:
        """Its model was asked, and answered a second later."""
        who: dict[str, Any] = {"agent": AgentId(agent), "turn": TurnId(turn), "index": index}
        self.tell(time, events.RequestSent(**who, request=BlobHash("0" * 64), model=model))
        kept = self.log.put_blob(encode_reply(reply))
        self.tell(time + 1, events.ReplyReceived(**who, reply=kept, usage=usage or Usage()))

    def results(
        self, time: float, agent: str, turn: str, found: dict[str, bytes], *, index: int = 0
    ) -> None:
        """Its tool calls were carried out, by the ids of the calls."""
        results = tuple(
            ToolResult(call=call, ok=not text.startswith(b"no"), text=self.log.put_blob(text))
            for call, text in found.items()
        )
        self.tell(
            time,
            events.ToolsFinished(
                agent=AgentId(agent), turn=TurnId(turn), index=index, results=results, head=0
            ),
        )

    def read(self, started: datetime | None = None) -> Conversations:
        """The run as it is read back."""
        return Conversations.of(self.records, self.log, run="run", started=started)


@pytest.fixture
def story() -> Callable[..., Story]:
    """Begins to tell of a run."""
    return Story
