"""The engine of a team on many machines: what the local one does in this process is done there.

Agents are spread over the machines. One whose machine is gone gets a new life on another at once; one
whose machine is silent does when the board has let its lease expire, because until then it may only
be slow. The old life is left alone: what it had paid for still gets into the log when it is heard
again, and all else that it wants is refused, since its fence is no longer the right one.

Faults are not made here on purpose: real ones come by themselves.
"""

from collections import Counter
from collections.abc import Callable

from brooks.core import commands
from brooks.core.facts import Failure
from brooks.core.spec import Spec, Task
from brooks.core.state import FileVersion
from brooks.ids import AgentId, BlobHash, TaskId, TurnId
from brooks.log.redaction import Redactor
from brooks.log.store import LogReader
from brooks.models.naming import parse_model
from brooks.models.profile import Profile, load_profile
from brooks.runtime.beginnings import all_models
from brooks.runtime.checking import Checks, CheckVerdict
from brooks.runtime.clock import Clock
from brooks.runtime.governor.lane import Lane
from brooks.runtime.link import Answer, Ask, Letter, NextTurn
from brooks.runtime.local_engine import FilesBack, LocalEngine
from brooks.runtime.order import Tree
from brooks.runtime.prompting import Prompter
from brooks.runtime.remote.checks import RemoteCheck, RemoteChecks
from brooks.runtime.remote.hosting import Hosting
from brooks.runtime.remote.lane_desk import LaneDesk
from brooks.runtime.remote.machines import LOOK_SECONDS, Machine, Machines, raised
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import (
    Admit,
    Asked,
    Begin,
    Checked,
    Contents,
    End,
    Fared,
    FromNode,
    OpenGates,
    Reply,
    Sent,
    TreeNews,
    Trouble,
    TurnLost,
    Want,
)
from brooks.runtime.remote.refusing import refuse_what_stays_here
from brooks.runtime.routes import Routes

CONTENTS_BYTES = 4 * 1024 * 1024
"""About how much goes into one item of post."""
MOST_SILENT_SECONDS = 10.0
"""How long nothing may be heard of a machine before it gets no more work; less where leases are short."""
MOST_LOSSES = 2
"""How many machines may be lost under a turn before it is given up."""
CHECK_PATIENCE_SECONDS = 60.0
"""How much longer than its limit a check may take before another machine is asked."""


class RemoteEngine(LocalEngine):
    """Carries one run on the machines of a cluster. The coordinator's `Effects`."""

    def __init__(
        self,
        spec: Spec,
        *,
        clock: Clock,
        log: LogReader,
        hosting: Hosting,
        routes: Routes,
        prompter: Callable[[Tree], Prompter],
        redactor: Redactor,
        checks: Checks | None,
        files_back: FilesBack,
        found: tuple[tuple[TaskId, tuple[Task, ...]], ...] = (),
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Say what runs, and around it what a `LocalEngine` needs; without `checks` machines run them."""
        refuse_what_stays_here(spec)
        profiles = _profiles(spec)
        self._machines = Machines(
            clock,
            hosting,
            part=lambda: Part(spec=spec, now=clock.time(), found=found, profiles=profiles),
            receive=self._take,
            on_change=self._settle,
            silent_seconds=min(spec.team.lease_seconds / 2, MOST_SILENT_SECONDS),
            tell=tell,
        )
        self._remote = RemoteChecks(
            clock,
            lambda: self._machines.audible,
            patience_seconds=spec.checks.seconds + CHECK_PATIENCE_SECONDS,
        )
        super().__init__(
            spec,
            clock=clock,
            routes=routes,
            prompter=prompter,
            redactor=redactor,
            checks=checks or self._remote,
            files_back=files_back,
        )
        self._log = log
        self._homes: dict[AgentId, Machine | None] = {}
        """Where each agent lives that is alive; None for one that waits for a machine."""
        self._unfinished: dict[AgentId, TurnId] = {}
        """Turns to go on with, of agents that wait for a machine."""
        self._moving: set[AgentId] = set()
        """Agents that are to move to another machine when they next ask for a turn."""
        self._losses: Counter[TurnId] = Counter()
        """How many machines were lost under each turn."""
        self._desks: dict[Machine, LaneDesk] = {}
        self._commits = 0
        self._versions: list[tuple[str, FileVersion]] = []
        """Every version of a file up to that commit, in the order of the commits."""

    def start(self) -> None:
        """Look for machines, and bring every agent to life when there is one."""
        super().start()
        self._clock.spawn(self._machines.watch(), "machines")
        self._clock.spawn(self._look_after_all(), "lost machines")

    async def close(self) -> None:
        """End what runs on the machines."""
        await self._machines.close()

    def wind_down(self) -> None:
        """Let everyone through who waits to ask a model: the board refuses the request."""
        super().wind_down()
        for machine in self._machines.present:
            machine.wire.send(OpenGates())

    async def _look_after_all(self) -> None:
        while True:
            await self._clock.sleep(LOOK_SECONDS)
            self._settle()

    # Where agents live

    def _bring_to_life(self, agent, unfinished: TurnId | None = None) -> None:  # type: ignore[no-untyped-def]
        agent.lives += 1
        agent.handle = _ALIVE
        name = agent.member.id
        machine = self._homes[name] = self._roomiest()
        if unfinished is not None:
            self._unfinished[name] = unfinished
        if machine is None:
            return
        turn = self._unfinished.pop(name, None)
        order = self._coordinator.order(turn) if turn in self._state.turns else None
        self._tell_tree(machine)
        machine.wire.send(Begin(agent.member, agent.lives, order))

    def _kill(self, agent) -> None:  # type: ignore[no-untyped-def]
        machine = self._homes.pop(agent.member.id, None)
        if machine is not None:
            machine.wire.send(End(agent.member.id, agent.lives))
        agent.handle = None

    def _roomiest(self) -> Machine | None:
        """The machine with the fewest agents; None while machines are waited for."""
        if self._machines.is_gathering:
            return None
        loads = self._loads()
        return min(self._machines.audible, key=lambda one: loads[id(one)], default=None)

    def _loads(self) -> Counter[int]:
        """How many agents each machine has."""
        return Counter(id(home) for home in self._homes.values())

    def _settle(self) -> None:
        """Give agents a life elsewhere whose machine is lost, and machines that joined some agents."""
        self._look_after_desks()
        self._remote.look_after()
        if self._roomiest() is None:
            return
        for name, home in list(self._homes.items()):
            if self._is_stranded(name, home):
                self._begin_elsewhere(name)
        self._share_out()

    def _begin_elsewhere(self, name: AgentId) -> None:
        """Give an agent a life on another machine, where it goes on with its turn.

        What its turn came to is in the log, but for a request that it waited for: that is lost, perhaps
        paid, and made again. A turn that has lost so many machines may be what ends them: it is given up, as
        one whose lease was lost.
        """
        there = self._state.agents.get(name)
        turn = None if there is None or there.turn is None else self._state.turns[there.turn]
        home = self._homes.get(name)
        if turn is not None and home is not None:
            self._losses[turn.turn] += 1
        if turn is None or self._losses[turn.turn] > MOST_LOSSES:
            self._bring_to_life(self._agents[name])
            return
        if turn.in_flight:
            self._coordinator.command(
                commands.RecordFailure(
                    agent=name,
                    turn=turn.turn,
                    index=turn.asked - 1,
                    attempt=turn.attempt,
                    failure=Failure.UNREACHABLE,
                    status=None,
                    retry_after=None,
                    text="the machine on which the agent waited for it is gone",
                    wait=0.0,
                )
            )
        self._bring_to_life(self._agents[name], turn.turn)

    def _is_stranded(self, name: AgentId, home: Machine | None) -> bool:
        if home is None or home.wire.is_gone:
            return True
        return home.wire.is_silent and self._is_idle(name)

    def _is_idle(self, name: AgentId) -> bool:
        there = self._state.agents.get(name)
        return there is None or there.turn is None

    def _share_out(self) -> None:
        """Have agents move to machines that have fewer: at once, or when they next ask for a turn."""
        loads = self._loads()
        machines = self._machines.audible
        self._moving.clear()
        for name, home in list(self._homes.items()):
            least = min(machines, key=lambda one: loads[id(one)])
            if home is None or loads[id(home)] - loads[id(least)] < 2 or home.wire.is_silent:
                continue
            loads[id(home)] -= 1
            loads[id(least)] += 1
            if self._is_idle(name):
                self._move(name, home)
            else:
                self._moving.add(name)

    def _move(self, name: AgentId, home: Machine) -> None:
        """Give an agent a life on the roomiest machine; a turn that it was just given goes with it."""
        agent = self._agents[name]
        there = self._state.agents.get(name)
        home.wire.send(End(name, agent.lives))
        self._bring_to_life(agent, None if there is None else there.turn)

    def _look_after_desks(self) -> None:
        """Give others the places of requests that nobody will make, or hear of, any more.

        A machine that is silent keeps its places for as long as leases hold: until then its agents
        may still go on.
        """
        before = self._clock.time() - self._spec.team.lease_seconds
        for machine, desk in list(self._desks.items()):
            if machine.wire.is_gone:
                self._desks.pop(machine).close()
            elif machine.wire.is_silent and machine.wire.silent_since < before:
                desk.close()
            elif not machine.wire.is_silent:
                desk.open()

    # What machines tell

    def _take(self, machine: Machine, item: FromNode) -> None:
        match item:
            case Asked():
                self._ask(machine, item)
            case Want():
                self._send_contents(machine, item.hashes)
            case Checked():
                self._remote.checked(item)
            case TurnLost():
                self._start_anew(self._agents[item.agent], item.life)
            case Admit() | Sent() | Fared():
                self._desk(machine).take(item)
            case Trouble():
                raise raised(machine.wire.name, item)

    def _ask(self, machine: Machine, item: Asked) -> None:
        """Hand a letter to the coordinator, whose answer goes to where the letter came from."""
        channel = item.channel
        if channel.life < self._agents[channel.agent].lives and _wants_work(item):
            machine.wire.send(End(channel.agent, channel.life))
            return
        if channel.agent in self._moving and isinstance(item.question, NextTurn):
            self._moving.discard(channel.agent)
            self._move(channel.agent, machine)
            return

        def reply(answer: Answer) -> None:
            self._tell_tree(machine)
            machine.wire.send(Reply(channel, item.number, answer))

        self._coordinator.receive(Letter(channel, item.number, item.question, reply))

    def _desk(self, machine: Machine) -> LaneDesk:
        desk = self._desks.get(machine)
        if desk is None:
            desk = self._desks[machine] = LaneDesk(self._clock, self._lane, machine.wire.send)
        return desk

    def _lane(self, model: str) -> Lane:
        lane = self._routes.lane(model)
        assert lane is not None
        return lane

    def _send_contents(self, machine: Machine, hashes: tuple[BlobHash, ...]) -> None:
        blobs: dict[BlobHash, bytes] = {}
        size = 0
        for blob_hash in hashes:
            data = self._log.blob(blob_hash)
            blobs[blob_hash] = data
            size += len(data)
            if size > CONTENTS_BYTES:
                machine.wire.send(Contents(blobs))
                blobs, size = {}, 0
        if blobs:
            machine.wire.send(Contents(blobs))

    def _tell_tree(self, machine: Machine) -> None:
        """Tell a machine of the commits that it does not know."""
        self._follow_commits()
        told = machine.wire.versions_told
        if told < len(self._versions) or not machine.wire.is_told:
            machine.wire.send(TreeNews(self._commits, tuple(self._versions[told:])))
            machine.wire.versions_told = len(self._versions)
            machine.wire.is_told = True

    def _follow_commits(self) -> None:
        """Take the versions of files in that came with the last commits."""
        state = self._state
        if self._versions and self._commits == state.commits:
            return
        known = self._commits if self._versions else -1
        new = [
            (path, version)
            for path, history in state.history.items()
            for version in history
            if version.commit > known
        ]
        self._versions += sorted(new, key=lambda each: each[1].commit)
        self._commits = state.commits

    # Checks

    async def _outcome(self, work: Callable[[], CheckVerdict]) -> CheckVerdict:
        if isinstance(work, RemoteCheck):
            return await self._remote.wait(work)
        return await super()._outcome(work)


class _Alive:
    """Stands for an agent that lives elsewhere."""

    done = False


_ALIVE = _Alive()


def _profiles(spec: Spec) -> tuple[tuple[str, Profile], ...]:
    """The profiles of a run's simulated models, by name."""
    names = map(parse_model, all_models(spec))
    return tuple((name.name, load_profile(name.name)) for name in names if name.kind == "sim")


def _wants_work(item: Asked) -> bool:
    """Whether a life asks for something that only an agent's present one gets."""
    question = item.question
    if isinstance(question, Ask):
        return isinstance(question.commands[0], commands.JoinAgent)
    return isinstance(question, NextTurn)
