"""A coordinator alone at its desk: no engine, no team, only what a test sends it."""

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from brooks.core import commands
from brooks.core.events import Event, Record
from brooks.core.facts import FileChange, Outcome
from brooks.core.spec import Budget, Guarantees, MessageFaults, Task
from brooks.core.state import State
from brooks.ids import AgentId, BlobHash, ProposalId, TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.runtime.chance import stream
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.coordinator import Coordinator
from brooks.runtime.link import Channel, Link, Network
from brooks.runtime.virtual_clock import VirtualClock
from brooks.teams.policy import Wish


class SilentPolicy:
    """A team that asks for nothing."""

    def react(self, record: Record, state: State, now: float) -> Iterable[Wish]:
        """Ask for nothing."""
        return ()

    def wake(self, state: State, now: float) -> Iterable[Wish]:
        """Ask for nothing."""
        return ()


class NoEffects:
    """Sets nothing in motion."""

    def start_check(self, proposal: ProposalId, run: int) -> None:
        """Do nothing."""

    def take_in(self, agent: AgentId) -> None:
        """Do nothing."""

    def let_go(self, agent: AgentId) -> None:
        """Do nothing."""

    def drop_check(self, proposal: ProposalId) -> None:
        """Do nothing."""

    def verify(self, round_number: int, tasks: tuple[TaskId | None, ...]) -> None:
        """Do nothing."""

    def write_back(self, changes: tuple[FileChange, ...]) -> None:
        """Do nothing."""

    def try_check(
        self,
        task: TaskId | None,
        changes: tuple[FileChange, ...],
        report: Callable[[CheckVerdict], None],
    ) -> None:
        """Do nothing."""

    def wind_down(self) -> None:
        """Do nothing."""


class Desk:
    """A coordinator with an open run of one task that nobody takes, and wires to it."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.log = MemoryLog()
        self.coordinator = Coordinator(
            State(),
            clock=self.clock,
            log=self.log,
            policy=SilentPolicy(),
            effects=NoEffects(),
            check_slots=1,
            durable=False,
            silence_seconds=1e9,
        )
        self.coordinator.execute(
            commands.StartRun(
                spec=BlobHash("spec"),
                seed=0,
                brooks="test",
                guarantees=Guarantees(),
                attempts=3,
                lost_leases=3,
                lease_seconds=30.0,
                turn_seconds=600.0,
                project_check=False,
                budget=Budget(),
                found_tasks=5,
            )
        )
        self.coordinator.execute(commands.AddTask(task=Task(id=TaskId("open"))))

    def network(self, faults: MessageFaults | None = None, *, name: str = "agent-1") -> Network:
        """A network between one agent and the coordinator."""
        chance = stream(7, "network", name)
        return Network(self.clock, chance, faults or MessageFaults())

    def link(
        self,
        network: Network,
        *,
        agent: str = "agent-1",
        life: int = 1,
        subject: str = "work",
    ) -> Link:
        """An agent's end of a wire."""
        channel = Channel(AgentId(agent), life, subject)
        return Link(self.clock, network, self.coordinator.receive, channel=channel)

    def run(self, *programs: Callable[[], Coroutine[Any, Any, None]], seconds: float) -> None:
        """Let programs run beside the coordinator, and stop the run after a time."""

        async def stop() -> None:
            await self.clock.sleep(seconds)
            self.coordinator.command(commands.StopRun(outcome=Outcome.CANCELLED, reason="over"))

        async def main() -> None:
            for program in programs:
                self.clock.spawn(program(), "program")
            self.clock.spawn(stop(), "stop")
            await self.coordinator.run()

        self.clock.run(main())

    def events(self) -> list[Event]:
        """Everything that happened."""
        return [record.event for record in Codec().decode_all(self.log.read())]
