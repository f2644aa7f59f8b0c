"""The local engine: agents, checks and faults of one run, all in this process.

It gives each agent a worker with a clock, a network and a model of its own, carries out what the
coordinator set in motion (checks, the last look, writing files back), and makes the planned faults
happen.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from brooks.core import commands
from brooks.core.facts import FileChange
from brooks.core.spec import Fault, FaultKind, Member, Spec
from brooks.core.state import FileVersion, State
from brooks.ids import AgentId, ProposalId, TaskId, TurnId
from brooks.log.redaction import Redactor
from brooks.runtime.agent_clock import AgentClock
from brooks.runtime.chance import stream
from brooks.runtime.checking import Checks, CheckVerdict
from brooks.runtime.clock import Clock, Handle
from brooks.runtime.coordinator import Coordinator
from brooks.runtime.link import Network
from brooks.runtime.lives import Lives
from brooks.runtime.order import Tree
from brooks.runtime.prompting import Prompter
from brooks.runtime.routes import Routes
from brooks.runtime.worker import Worker

UNREACHABLE = "unreachable"
"""What is recorded when an agent can do nothing but wait for a wire that is cut, and when it goes on."""
FilesBack = Callable[[tuple[FileChange, ...]], None]
"""Writes merged files to the workspace."""


_Look = tuple[Callable[[], CheckVerdict], Callable[[CheckVerdict], commands.Command]]
"""A check of the final tree that was begun, and the report of its verdict."""


class _Agent:
    """What the engine keeps of one agent over its lives."""

    def __init__(self, member: Member, clock: AgentClock, network: Network) -> None:
        self.member = member
        self.clock = clock
        self.network = network
        self.lives = 0
        self.worker: Worker | None = None
        self.handle: Handle | None = None
        self.has_left = False


class LocalEngine:
    """Carries one run in this process. The coordinator's `Effects`."""

    def __init__(
        self,
        spec: Spec,
        *,
        clock: Clock,
        routes: Routes,
        prompter: Callable[[Tree], Prompter],
        redactor: Redactor,
        checks: Checks,
        files_back: FilesBack,
    ) -> None:
        self._spec = spec
        self._clock = clock
        self._routes = routes
        self._lives = Lives(spec, routes=routes, prompter=prompter, redactor=redactor)
        for member in spec.team.members:
            routes.of(member)  # what is wrong with a model is found before anything is paid for
        self._checks = checks
        self._files_back = files_back
        self._running_checks: dict[ProposalId, Handle] = {}
        self._agents: dict[AgentId, _Agent] = {}
        self._coordinator: Coordinator

    def attach(self, coordinator: Coordinator) -> None:
        """Say whose effects these are; before anything else."""
        self._coordinator = coordinator

    @property
    def _state(self) -> State:
        return self._coordinator.state

    def start(self) -> None:
        """Bring every agent to life, some in the middle of a turn or later, and arm the faults."""
        now = self._clock.time()
        unfinished = {turn.agent: turn.turn for turn in self._state.turns.values()}
        scale = self._spec.time_scale if self._spec.clock == "real" else 1.0
        for member in self._spec.team.members:
            agent = _Agent(
                member,
                AgentClock(self._clock, scale=scale / member.speed),
                self._network(member.id),
            )
            self._agents[member.id] = agent
            if not self._is_in_team(member.id):
                agent.has_left = True
                continue
            if member.leaves is not None:
                self._clock.spawn(self._let_go_at(agent, member.leaves), f"{member.id} leaves")
            if member.leaves is not None and member.leaves <= now:
                continue
            if member.joins > now:
                self._clock.spawn(self._take_in_late(agent), f"{member.id} joins")
            else:
                self._bring_to_life(agent, unfinished.get(member.id))
        for number, fault in enumerate(self._spec.faults.faults):
            if fault.at >= now and fault.agent in self._agents:
                self._clock.spawn(self._make_happen(fault), f"fault {number}")

    async def close(self) -> None:
        """The run is over; what was spawned here ends with it."""

    def _is_in_team(self, agent: AgentId) -> bool:
        """Whether a member is there at all; of an elastic team only who was called is."""
        there = self._state.agents.get(agent)
        return self._spec.team.elastic is None or (there is not None and not there.left)

    def take_in(self, agent: AgentId) -> None:
        """Bring a member to life that was called."""
        self._agents[agent].has_left = False
        self._bring_to_life(self._agents[agent])

    def let_go(self, agent: AgentId) -> None:
        """End an agent that has left the team."""
        self._agents[agent].has_left = True
        self._kill(self._agents[agent])

    async def _take_in_late(self, agent: _Agent) -> None:
        await self._clock.sleep(agent.member.joins - self._clock.time())
        self._bring_to_life(agent)

    async def _let_go_at(self, agent: _Agent, at: float) -> None:
        await self._clock.sleep(at - self._clock.time())
        self._kill(agent)
        agent.has_left = True
        self._coordinator.command(
            commands.LeaveAgent(agent=agent.member.id, reason="its time in the team is over")
        )

    def _start_anew(self, agent: _Agent, life: int) -> None:
        """An agent's turn was taken away: it goes on with other work.

        What it still waits for is paid for, so the old life stays until that is in the log; only a
        coding agent, which would go on working for nothing, is ended.
        """
        if agent.lives != life or agent.handle is None or agent.has_left:
            return
        if self._lives.uses_command(agent.member):
            self._kill(agent)
        self._bring_to_life(agent)

    def _network(self, agent: AgentId) -> Network:
        def note(kind: str) -> None:
            self._coordinator.command(commands.RecordFault(agent=agent, kind=kind))

        def blocked(is_so: bool) -> None:
            self._coordinator.command(
                commands.RecordFault(agent=agent, kind=UNREACHABLE, over=not is_so)
            )

        return Network(
            self._clock,
            stream(self._spec.seed, "network", agent),
            self._spec.faults.messages,
            note=note,
            on_blocked=blocked,
        )

    def _bring_to_life(self, agent: _Agent, unfinished: TurnId | None = None) -> None:
        agent.lives += 1
        agent.worker = self._lives.worker(
            agent.member,
            agent.lives,
            clock=agent.clock,
            network=agent.network,
            tree=self._coordinator.tree,
            receive=self._coordinator.receive,
            on_lost=partial(self._start_anew, agent, agent.lives),
        )
        order = None if unfinished is None else self._coordinator.order(unfinished)
        agent.handle = self._clock.spawn(agent.worker.live(order), agent.member.id)

    def start_check(self, proposal: ProposalId, run: int) -> None:
        """Check a proposal's candidate: the head, what is ahead of it, and its own change."""
        queued = self._state.queue[proposal]
        task = self._state.tasks[queued.task].spec
        assert task.check is not None
        work = self._checks.prepare(task.check, task, self._candidate(proposal))

        def report(verdict: CheckVerdict) -> commands.Command:
            return commands.RecordCheck(proposal=proposal, run=run, **verdict.facts())

        self._running_checks[proposal] = self._clock.spawn(
            self._check(work, report), f"check of proposal {proposal}"
        )

    async def _check(
        self,
        work: Callable[[], CheckVerdict],
        report: Callable[[CheckVerdict], commands.Command],
    ) -> None:
        verdict = await self._outcome(work)
        self._coordinator.command(report(verdict), verdict.output)

    async def _outcome(self, work: Callable[[], CheckVerdict]) -> CheckVerdict:
        """Wait for the verdict of a check that was prepared."""
        return await self._clock.call(work, self._spec.checks.charged_seconds)

    def drop_check(self, proposal: ProposalId) -> None:
        """A check no longer matters; its verdict, if it still comes, will be refused."""
        handle = self._running_checks.pop(proposal, None)
        if handle is not None and not handle.done and self._spec.clock == "virtual":
            self._clock.cancel(handle)

    def _candidate(self, proposal: ProposalId) -> Mapping[str, FileVersion]:
        return _Candidate(self._state, proposal)

    def verify(self, round_number: int, tasks: tuple[TaskId | None, ...]) -> None:
        """Run checks on the head, as many at once as there are slots."""
        waiting = iter(tasks)
        for slot in range(min(self._spec.checks.slots, len(tasks))):
            first = self._prepare_look(round_number, next(waiting))
            self._clock.spawn(self._look(round_number, first, waiting), f"last look {slot + 1}")

    def _prepare_look(self, round_number: int, task_id: TaskId | None) -> _Look:
        task = None if task_id is None else self._state.tasks[task_id].spec
        command = self._spec.check if task is None else task.check
        assert command is not None

        def report(verdict: CheckVerdict) -> commands.Command:
            return commands.RecordVerification(round=round_number, task=task_id, **verdict.facts())

        return self._checks.prepare(command, task, self._state.files), report

    async def _look(
        self, round_number: int, first: _Look, waiting: Iterator[TaskId | None]
    ) -> None:
        await self._check(*first)
        for task_id in waiting:
            await self._check(*self._prepare_look(round_number, task_id))

    def write_back(self, changes: tuple[FileChange, ...]) -> None:
        """Write merged files to the workspace."""
        self._files_back(changes)

    def try_check(
        self,
        task: TaskId | None,
        changes: tuple[FileChange, ...],
        report: Callable[[CheckVerdict], None],
    ) -> None:
        """Run a check, None for the project's, on the head with these changes; nothing is merged."""
        spec = None if task is None else self._state.tasks[task].spec
        command = self._spec.check if spec is None else spec.check
        assert command is not None
        overlay = {change.path: _version(change) for change in changes}
        work = self._checks.prepare(command, spec, _Overlay(self._state.files, overlay))

        async def check() -> None:
            report(await self._outcome(work))

        self._clock.spawn(check(), f"trial check of {task or 'the project'}")

    def wind_down(self) -> None:
        """Let everyone through who waits to ask a model: the board refuses the request."""
        self._routes.open_gates()

    async def _make_happen(self, fault: Fault) -> None:
        await self._clock.sleep(fault.at - self._clock.time())
        agent = self._agents[fault.agent]
        if not self._is_in_team(fault.agent):
            return
        now = self._clock.time()
        self._record(fault, over=False)
        match fault.kind:
            case FaultKind.CRASH:
                self._kill(agent)
                if not fault.seconds:
                    return
            case FaultKind.STALL:
                agent.clock.frozen_until = max(agent.clock.frozen_until, now + fault.seconds)
            case FaultKind.SLOW:
                agent.clock.slow_until = now + fault.seconds
                agent.clock.slow_factor = fault.factor
            case FaultKind.PARTITION:
                agent.network.cut(fault.seconds)
        await self._clock.sleep(fault.seconds)
        self._record(fault, over=True)
        if fault.kind is FaultKind.CRASH and agent.handle is None and not agent.has_left:
            self._bring_to_life(agent)

    def _kill(self, agent: _Agent) -> None:
        if agent.handle is not None:
            self._clock.cancel(agent.handle)
            agent.handle = None
        if agent.worker is not None:
            agent.worker.stop()
            agent.worker = None

    def _record(self, fault: Fault, *, over: bool) -> None:
        self._coordinator.command(
            commands.RecordFault(
                agent=fault.agent, kind=fault.kind.value, seconds=fault.seconds, over=over
            )
        )


class _Candidate(Mapping[str, FileVersion]):
    """The head with a proposal and what is ahead of it, as it is now: to be read before anything happens.

    A modelled check reads a few files of it, and the queue of a large team is long.
    """

    def __init__(self, state: State, proposal: ProposalId) -> None:
        self._state = state
        self._proposal = proposal
        self._whole: _Overlay | None = None

    def __getitem__(self, path: str) -> FileVersion:
        if path not in self._state.queued_writes:
            return self._state.files[path]
        for change in self._state.queue[self._proposal].changes:
            if change.path == path:
                return _version(change)
        return self._all()[path]

    def _all(self) -> "_Overlay":
        if self._whole is None:
            overlay: dict[str, FileVersion] = {}
            for number, queued in self._state.queue.items():
                overlay |= {change.path: _version(change) for change in queued.changes}
                if number == self._proposal:
                    break
            self._whole = _Overlay(self._state.files, overlay)
        return self._whole

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _version(change: FileChange) -> FileVersion:
    """A change as a file of a tree that nobody has committed."""
    return FileVersion(0, 0, change.blob, executable=change.executable)


class _Overlay(Mapping[str, FileVersion]):
    """A tree with some files changed, without copying it."""

    def __init__(self, below: Mapping[str, FileVersion], above: Mapping[str, FileVersion]) -> None:
        self._below = below
        self._above = above

    def __getitem__(self, path: str) -> FileVersion:
        found = self._above.get(path)
        return self._below[path] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self._below
        yield from (path for path in self._above if path not in self._below)

    def __len__(self) -> int:
        return sum(1 for _ in self)
