"""The board under anything: commands that make sense, that do not, twice, late, and out of order.

After every event the state keeps its invariants; after every decision nothing is left undone,
folding the records gives the live state, and no auditor sees a promise broken. Whatever happened,
once the faults are over honest agents bring the run to its end.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from brooks.audit import Result, audit
from brooks.core import commands, events
from brooks.core.board import apply, decide, fold, next_timer
from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.core.facts import CheckReason, EndReason, FileChange, Outcome, Usage
from brooks.core.invariants import loose_ends, violations
from brooks.core.message import Message
from brooks.core.spec import Guarantees, Task
from brooks.core.state import OVER, Lease, Phase, State, Status, Turn
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId

pytestmark = pytest.mark.slow

STRICT = Guarantees()
NOTHING = Guarantees(
    one_holder=False,
    dependency_order=False,
    no_stale_write=False,
    checked_completion=False,
    liveness=False,
)
AGENTS = [AgentId(f"agent-{number}") for number in range(1, 4)]
PATHS = ["a", "b", "c", "d", "a", "b", "c", "B"]
BLOB = BlobHash("blob")
MOST_TASKS = 12
STEPS_TO_THE_END = 2000

CUT_OFF = [Outcome.BUDGET, Outcome.INTERRUPTED, Outcome.CANCELLED]

Option = TypeVar("Option")
Step = Callable[[], object]

picks = st.integers(min_value=0, max_value=63)
mostly = st.sampled_from([True, True, True, True, False])


some_task = st.sampled_from([TaskId(name) for name in ("t1", "t2", "t3", "t9", "nobody's")])
some_agent = st.sampled_from([*AGENTS, AgentId("nobody")])
some_turn = st.sampled_from([TurnId(f"turn-{number}") for number in range(5)])
some_fence = st.integers(min_value=0, max_value=6).map(Fence)
some_proposal = st.integers(min_value=0, max_value=6).map(ProposalId)
some_index = st.integers(min_value=0, max_value=2)
some_blob = st.just(BLOB)
verdict = {
    "passed": st.booleans(),
    "reason": st.sampled_from(CheckReason),
    "tests_passed": st.none(),
    "tests_failed": st.none(),
    "output": some_blob,
    "level": st.just("none"),
}
ANYTHING: st.SearchStrategy[Command] = st.one_of(
    st.builds(commands.AddDependency, task=some_task, on=some_task, agent=st.none()),
    st.builds(commands.Claim, agent=some_agent, tasks=st.lists(some_task, max_size=3).map(tuple)),
    st.builds(commands.Renew, agent=some_agent, fence=some_fence),
    st.builds(
        commands.GiveUp, agent=some_agent, fence=some_fence, task=some_task, reason=st.just("no")
    ),
    st.builds(
        commands.StartTurn,
        agent=some_agent,
        tasks=st.lists(some_task, max_size=2).map(tuple),
        fence=some_fence,
        round=some_index,
    ),
    st.builds(
        commands.SendRequest, agent=some_agent, turn=some_turn, index=some_index, request=some_blob
    ),
    st.builds(
        commands.RecordReply,
        agent=some_agent,
        turn=some_turn,
        index=some_index,
        reply=some_blob,
        usage=st.just(Usage()),
    ),
    st.builds(
        commands.RecordTools,
        agent=some_agent,
        turn=some_turn,
        index=some_index,
        results=st.just(()),
    ),
    st.builds(
        commands.Propose,
        agent=some_agent,
        turn=some_turn,
        call=st.sampled_from(["call-1", "call-2", "call"]),
        task=some_task,
        fence=some_fence,
        changes=st.just((FileChange(path="a", blob=BLOB, base=1),)),
    ),
    st.builds(
        commands.EndTurn, agent=some_agent, turn=some_turn, reason=st.sampled_from(EndReason)
    ),
    st.builds(commands.StartCheck, proposal=some_proposal),
    st.builds(commands.RecordCheck, proposal=some_proposal, run=some_index, **verdict),
    st.builds(commands.RecordVerification, round=some_index, task=st.none() | some_task, **verdict),
    st.builds(commands.Requeue, task=some_task),
    st.builds(commands.RecordFault, agent=some_agent, kind=st.just("stall")),
    st.just(commands.KeepFile(path="a", kept_at="kept/a", reason="it was changed")),
    st.just(commands.OpenWorkspace(tree=BLOB, files=())),
    st.just(commands.StartVerification()),
    st.just(commands.Tick()),
    st.just(commands.PauseRun()),
    st.just(commands.ContinueRun()),
)


def dump(value: object) -> object:
    """Everything in a state, as something that compares by value, the order of dictionaries too."""
    if isinstance(value, dict):
        return [(key, dump(element)) for key, element in value.items()]
    if isinstance(value, list | tuple) and not isinstance(value, Message):
        return [dump(element) for element in value]
    if value is None or isinstance(value, Message | str | int | float):
        return value
    names = getattr(type(value), "__slots__", None) or vars(value)
    return {name: dump(getattr(value, name)) for name in sorted(names)}


def pick(options: Sequence[Option], number: int) -> Option:
    return options[number % len(options)]


class BoardMachine(RuleBasedStateMachine):
    """A run of one team on whatever hypothesis makes up."""

    guarantees = STRICT

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.records: list[Record] = []
        self.said: list[Command] = []
        self.now = 0.0
        self.epoch = 0
        self.calls = 0

    # What is done with each command.

    def say(self, command: Command) -> Sequence[events.Event]:
        self.said.append(command)
        before = dump(self.state)
        decided = decide(self.state, command, self.now)
        assert dump(self.state) == before, f"deciding {command!r} changed the state"
        for event in decided:
            record = Record(Position(self.state.position + 1), self.now, Position(0), event)
            self.records.append(record)
            apply(self.state, record)
            assert violations(self.state) == (), f"after {event!r}"
        assert loose_ends(self.state) == (), f"after {command!r} made {decided!r}"
        if all(isinstance(event, events.Refused) for event in decided):
            self.assert_unchanged(before)
        self.assert_timer_is_ahead(command)
        return decided

    def assert_unchanged(self, before: object) -> None:
        after = dump(self.state)
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        for counter in ("position", "time"):
            before.pop(counter)
            after.pop(counter)
        assert after == before

    def assert_timer_is_ahead(self, command: Command) -> None:
        timer = next_timer(self.state)
        if isinstance(command, commands.Tick) and timer is not None:
            assert timer > self.now, (
                "a tick leaves its own timer due, and would be asked for for ever"
            )

    def judge(self) -> None:
        assert dump(fold(self.records)) == dump(self.state)
        proposed = [r.event for r in self.records if isinstance(r.event, events.ProposalQueued)]
        assert len({(event.turn, event.call) for event in proposed}) == len(proposed)
        verdicts = audit(self.records).verdicts
        assert [v for v in verdicts if v.result is Result.VIOLATED] == []

    # How the run begins.

    @initialize(
        graph=st.lists(
            st.tuples(st.sets(st.integers(0, 5), max_size=2), mostly), min_size=2, max_size=6
        ),
        limits=st.tuples(st.integers(1, 3), st.integers(1, 3)),
        project_check=st.booleans(),
        turn_budget=st.sampled_from([None, None, 4]),
        seconds_budget=st.sampled_from([None, None, 60.0]),
        steps=st.lists(picks, min_size=4, max_size=30),
    )
    def start(
        self,
        graph: list[tuple[set[int], bool]],
        limits: tuple[int, int],
        steps: list[int],
        *,
        project_check: bool,
        turn_budget: int | None,
        seconds_budget: float | None,
    ) -> None:
        attempts, lost_leases = limits
        self.say(
            commands.StartRun(
                spec=BLOB,
                seed=0,
                brooks="0",
                guarantees=self.guarantees,
                attempts=attempts,
                lost_leases=lost_leases,
                lease_seconds=10.0,
                turn_seconds=25.0,
                project_check=project_check,
                turn_budget=turn_budget,
                seconds_budget=seconds_budget,
            )
        )
        self.now = 1.0
        opened = FileChange(path="a", blob=BLOB)
        self.say(commands.OpenWorkspace(tree=BLOB, files=(opened,)))
        for parents, has_check in graph:
            there = len(self.state.tasks)
            self.add_task([number for number in parents if number < there], has_check=has_check)
        for agent in AGENTS:
            self.join(agent)
        self.work(steps)

    def add_task(self, parents: Sequence[int], *, has_check: bool) -> None:
        there = list(self.state.tasks)
        depends_on = tuple(there[number] for number in parents)
        name = TaskId(f"t{len(there) + 1}")
        check = "check" if has_check else None
        self.say(commands.AddTask(task=Task(id=name, depends_on=depends_on, check=check)))

    # The rules: work gets on, people interfere, time passes, the network makes a mess of it.

    @rule(steps=st.lists(picks, min_size=4, max_size=30))
    def work_on(self, steps: list[int]) -> None:
        self.work(steps)

    def work(self, steps: Sequence[int]) -> None:
        for number in steps:
            possible = self.possible_work(number)
            if possible:
                pick(possible, number)()

    @rule(what=picks, task=picks, on=picks)
    def interfere(self, what: int, task: int, on: int) -> None:
        there = list(self.state.tasks)
        name, other = pick(there, task), pick(there, on)
        orders: list[Command] = [
            commands.CancelTask(task=name),
            commands.Requeue(task=name),
            commands.AddDependency(task=name, on=other),
            commands.StartVerification(),
            commands.PauseRun(),
            commands.StopRun(outcome=pick(CUT_OFF, on), reason="someone said so"),
        ]
        if what % 7 == 6 and len(there) < MOST_TASKS:
            self.add_task([task % len(there)], has_check=bool(on % 2))
        else:
            self.say(pick(orders, what))

    @precondition(lambda self: self.state.phase is not Phase.RUNNING)
    @rule(finishes=st.booleans())
    def go_on(self, *, finishes: bool) -> None:
        if self.state.phase is Phase.PAUSED:
            self.say(commands.ContinueRun())
        elif self.state.stopping is not None and finishes:
            outcome, reason = self.state.stopping
            self.say(commands.FinishRun(outcome=outcome, reason=reason))
        else:
            self.resume()

    @precondition(lambda self: not isinstance(self.said[-1], commands.ResumeRun))
    @rule(agents=st.sets(st.sampled_from(AGENTS)))
    def crash(self, agents: set[AgentId]) -> None:
        self.resume()
        for agent in sorted(agents):
            self.say(commands.JoinAgent(agent=agent))

    def resume(self) -> None:
        self.epoch += 1
        self.say(commands.ResumeRun(epoch=self.epoch, turn_budget=None, seconds_budget=None))

    @rule(seconds=st.sampled_from([0.5, 3.0, 9.0, 12.0, None]))
    def pass_time(self, seconds: float | None) -> None:
        """Nobody looks at the clock, or the board's own timer is reached."""
        timer = next_timer(self.state)
        if seconds is not None:
            self.now += seconds
        elif timer is not None:
            self.now = max(self.now, timer)
            self.say(commands.Tick())

    @rule(numbers=st.lists(st.integers(min_value=0, max_value=500), max_size=5))
    def repeat(self, numbers: list[int]) -> None:
        for number in numbers:
            self.say(pick(self.said, number))

    @rule(said=st.lists(ANYTHING, max_size=5))
    def make_things_up(self, said: list[Command]) -> None:
        for command in said:
            self.say(command)

    @rule()
    def look(self) -> None:
        self.judge()

    # What there is to do for agents and checks.

    def possible_work(self, number: int) -> list[Step]:
        state = self.state
        possible: list[Step] = [
            *(partial(self.claim, agent, number) for agent in self.free_agents()),
            *(partial(self.propose, *held, number) for held in self.proposable(number)),
            *(partial(self.start_check, proposal) for proposal in self.unchecked()),
            *(partial(self.finish_check, proposal, number) for proposal in self.running()),
        ]
        if number % 4 == 1:
            possible += [partial(self.talk, turn, number) for turn in state.turns.values()]
            possible += [partial(self.renew, lease) for lease in state.leases.values()]
        if number % 8 == 2:
            possible += [partial(self.end_turn, turn, number) for turn in state.turns.values()]
            possible += [partial(self.give_up, lease, number) for lease in state.leases.values()]
            possible += [partial(self.join, agent) for agent in AGENTS]
        if state.verification is not None and state.verification.pending:
            pending = state.verification.pending
            possible += [partial(self.finish_look, task, number) for task in pending]
        elif state.counts[Status.DONE] > number % 4 and self.is_unseen():
            possible.append(partial(self.say, commands.StartVerification()))
        return possible

    def is_unseen(self) -> bool:
        look = self.state.verification
        return look is None or look.head != self.state.commits

    def ready_tasks(self) -> list[TaskId]:
        return [name for name, task in self.state.tasks.items() if task.status is Status.READY]

    def free_agents(self) -> list[AgentId]:
        can_claim = self.state.phase is Phase.RUNNING and self.ready_tasks()
        agents = self.state.agents.items() if can_claim else ()
        return [name for name, agent in agents if agent.available and agent.turn is None]

    def proposable(self, number: int) -> list[tuple[Turn, TaskId]]:
        is_hasty = number % 8 == 5
        return [
            (turn, task)
            for turn in self.state.turns.values()
            if turn.fence in self.state.leases
            for task in self.state.leases[turn.fence].tasks
            if self.state.tasks[task].status is Status.LEASED and (is_hasty or self.is_met(task))
        ]

    def is_met(self, task: TaskId) -> bool:
        queued = {entry.task for entry in self.state.queue.values()}
        parents = self.state.graph.parents(task)
        return all(
            self.state.tasks[parent].status is Status.DONE or parent in queued for parent in parents
        )

    def unchecked(self) -> list[ProposalId]:
        queue = self.state.queue.items()
        return [number for number, entry in queue if not entry.running and entry.check is None]

    def running(self) -> list[ProposalId]:
        return [number for number, entry in self.state.queue.items() if entry.running]

    def claim(self, agent: AgentId, number: int) -> None:
        """Take a ready task and perhaps some of the chain after it, and begin."""
        batch = [pick(self.ready_tasks(), number)]
        while len(batch) <= number % 3:
            children = self.state.graph.children(batch[-1])
            after = [child for child in children if self.opens(child, batch)]
            if not after:
                break
            batch.append(after[0])
        self.begin(agent, batch)

    def opens(self, task: TaskId, batch: Sequence[TaskId]) -> bool:
        return self.state.tasks[task].status is Status.WAITING and all(
            parent in batch or self.state.tasks[parent].status is Status.DONE
            for parent in self.state.graph.parents(task)
        )

    def begin(self, agent: AgentId, batch: Sequence[TaskId]) -> Turn | None:
        self.say(commands.Claim(agent=agent, tasks=tuple(batch)))
        fence = self.state.agents[agent].fence
        self.say(commands.StartTurn(agent=agent, tasks=tuple(batch), fence=fence))
        turn = self.state.agents[agent].turn
        return None if turn is None else self.state.turns[turn]

    def propose(self, turn: Turn, task: TaskId, number: int) -> None:
        """Offer a change of one or two files, now and then from a base that is wrong."""
        paths = dict.fromkeys([pick(PATHS, number), pick(PATHS, number // 4)])
        is_wrong = number % 11 == 10
        changes = [
            FileChange(
                path=path,
                blob=None if number // 8 == 7 else BLOB,
                base=max(self.version(path) - is_wrong, 0),
            )
            for path in paths
        ]
        self.offer(turn, task, changes)

    def offer(self, turn: Turn, task: TaskId, changes: Sequence[FileChange]) -> None:
        self.calls += 1
        self.say(
            commands.Propose(
                agent=turn.agent,
                turn=turn.turn,
                call=f"call-{self.calls}",
                task=task,
                fence=turn.fence,
                changes=tuple(changes),
            )
        )

    def version(self, path: str) -> int:
        there = self.state.files.get(path)
        return (0 if there is None else there.version) + self.state.queued_writes.get(path, 0)

    def talk(self, turn: Turn, number: int) -> None:
        index = len(turn.replies)
        steps: list[Command] = [
            commands.SendRequest(agent=turn.agent, turn=turn.turn, index=index, request=BLOB),
            commands.RecordReply(
                agent=turn.agent, turn=turn.turn, index=index, reply=BLOB, usage=Usage()
            ),
            commands.RecordTools(
                agent=turn.agent,
                turn=turn.turn,
                index=len(turn.tools),
                results=(),
                refresh=bool(number % 2),
            ),
        ]
        self.say(pick(steps, number))

    def end_turn(self, turn: Turn, number: int) -> None:
        reason = pick(list(EndReason), number)
        self.say(commands.EndTurn(agent=turn.agent, turn=turn.turn, reason=reason))

    def renew(self, lease: Lease) -> None:
        self.say(commands.Renew(agent=lease.agent, fence=lease.fence))

    def give_up(self, lease: Lease, number: int) -> None:
        task = pick(list(lease.tasks), number)
        self.say(
            commands.GiveUp(agent=lease.agent, fence=lease.fence, task=task, reason="too hard")
        )

    def join(self, agent: AgentId) -> None:
        self.say(commands.JoinAgent(agent=agent))

    def start_check(self, proposal: ProposalId) -> None:
        self.say(commands.StartCheck(proposal=proposal))

    def finish_check(self, proposal: ProposalId, number: int) -> None:
        self.check(proposal, passed=number % 3 != 0)

    def check(self, proposal: ProposalId, *, passed: bool) -> None:
        self.say(
            commands.RecordCheck(
                proposal=proposal,
                run=self.state.queue[proposal].run,
                passed=passed,
                reason=CheckReason.PASSED if passed else CheckReason.FAILED,
                tests_passed=None,
                tests_failed=None,
                output=BLOB,
                level="none",
            )
        )

    def finish_look(self, task: TaskId | None, number: int) -> None:
        self.verify(task, passed=number % 2 == 0)

    def verify(self, task: TaskId | None, *, passed: bool) -> None:
        assert self.state.verification is not None
        self.say(
            commands.RecordVerification(
                round=self.state.verification.round,
                task=task,
                passed=passed,
                reason=CheckReason.PASSED if passed else CheckReason.FAILED,
                tests_passed=None,
                tests_failed=None,
                output=BLOB,
                level="none",
            )
        )

    # How it ends.

    def teardown(self) -> None:
        if self.state.run is None:
            return
        self.judge()
        self.resume()
        for agent in AGENTS:
            self.join(agent)
        for _ in range(STEPS_TO_THE_END):
            if not self.take_a_step():
                break
        assert self.state.open_tasks() == 0
        undone = len(self.state.tasks) - self.state.counts[Status.DONE]
        outcome = Outcome.FAILED if undone else Outcome.DONE
        self.say(commands.FinishRun(outcome=outcome, reason="all that could be done is done"))
        self.judge()
        assert audit(self.records).result is Result.HOLDS

    def take_a_step(self) -> bool:
        """One honest step towards the end; False when there is nothing left to do."""
        state = self.state
        if state.queue:
            proposal, queued = next(iter(state.queue.items()))
            if not queued.running:
                self.say(commands.StartCheck(proposal=proposal))
            self.check(proposal, passed=True)
            return True
        ready = self.ready_tasks()
        if ready:
            turn = self.begin(AGENTS[0], ready[:1])
            assert turn is not None
            self.offer(turn, ready[0], [FileChange(path="c", blob=BLOB, base=self.version("c"))])
            self.say(commands.EndTurn(agent=turn.agent, turn=turn.turn, reason=EndReason.FINISHED))
            return True
        if state.verification is None or state.verification.head != state.commits:
            self.say(commands.StartVerification())
        assert state.verification is not None
        for task in list(state.verification.pending):
            self.verify(task, passed=True)
            return True
        assert all(task.status in OVER for task in state.tasks.values())
        return False


class PaperMachine(BoardMachine):
    """The same, in a team that promises nothing, where most work is done without holding anything."""

    guarantees = NOTHING

    def claim(self, agent: AgentId, number: int) -> None:
        if number % 3 == 0:
            super().claim(agent, number)
        else:
            tasks = (
                pick(list(self.state.tasks), number),
                pick(list(self.state.tasks), number // 8),
            )
            self.say(commands.StartTurn(agent=agent, tasks=tasks, round=1))

    def proposable(self, number: int) -> list[tuple[Turn, TaskId]]:
        claimed = [
            (turn, task)
            for turn in self.state.turns.values()
            for task in turn.tasks
            if not turn.fence and self.state.tasks[task].status is not Status.DONE
        ]
        return [*super().proposable(number), *claimed]


@pytest.mark.parametrize("machine", [BoardMachine, PaperMachine])
def test_board_survives_anything(machine: type[BoardMachine]) -> None:
    """A run of random sense and nonsense, in a team that promises everything and in one that nothing."""
    profile = settings.default
    assert profile is not None

    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=profile.max_examples * 4, stateful_step_count=30),
    )
