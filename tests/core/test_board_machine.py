"""The board under anything: commands that make sense, that do not, twice, late, and out of order.

After every event the state keeps its invariants; after every decision nothing is left undone,
folding the records gives the live state, and no auditor sees a promise broken. Whatever happened,
once the faults are over honest agents bring the run to its end.
"""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar

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
from tests.core.made_up import AGENTS, BLOB, any_command

from brooks.audit import Result, audit
from brooks.core import commands, events
from brooks.core.board import next_timer
from brooks.core.commands import Command
from brooks.core.facts import EndReason, Failure, FileChange, Outcome, Usage
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.state import OVER, Lease, Phase, State, Status, Turn
from brooks.ids import AgentId, ProposalId, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

pytestmark = pytest.mark.slow

STRICT = Guarantees()
NOTHING = Guarantees(**dict.fromkeys(Guarantees.__struct_fields__, False))
PATHS = ["a", "b", "c", "d", "a", "b", "c", "B"]
MOST_TASKS = 12
STEPS_TO_THE_END = 2000

CUT_OFF = [Outcome.BUDGET, Outcome.INTERRUPTED, Outcome.OUTSIDE, Outcome.CANCELLED]

Option = TypeVar("Option")
Step = Callable[[], object]

picks = st.integers(min_value=0, max_value=63)
mostly = st.sampled_from([True, True, True, True, False])


def pick(options: Sequence[Option], number: int) -> Option:
    return options[number % len(options)]


class BoardMachine(RuleBasedStateMachine):
    """A run of one team on whatever hypothesis makes up."""

    guarantees = STRICT

    new_board: "ClassVar[NewBoard]"

    def __init__(self) -> None:
        super().__init__()
        self.board = self.new_board()

    @property
    def state(self) -> State:
        return self.board.state

    def say(self, command: Command) -> Sequence[events.Event]:
        return self.board.decide(command)

    def judge(self) -> None:
        self.board.assert_folds()
        records = self.board.records
        proposed = [r.event for r in records if isinstance(r.event, events.ProposalQueued)]
        assert len({(event.turn, event.call) for event in proposed}) == len(proposed)
        assert [v for v in audit(records).verdicts if v.result is Result.VIOLATED] == []

    @initialize(
        graph=st.lists(
            st.tuples(st.sets(st.integers(0, 5), max_size=2), mostly), min_size=2, max_size=6
        ),
        limits=st.tuples(st.integers(1, 3), st.integers(1, 3)),
        project_check=st.booleans(),
        turns=st.sampled_from([None, None, 4]),
        seconds=st.sampled_from([None, None, 60.0]),
        tokens=st.sampled_from([None, None, 100]),
        dollars=st.sampled_from([None, None, 1.0]),
        found_tasks=st.integers(0, 3),
        steps=st.lists(picks, min_size=4, max_size=30),
    )
    def start(
        self,
        graph: list[tuple[set[int], bool]],
        limits: tuple[int, int],
        steps: list[int],
        *,
        project_check: bool,
        turns: int | None,
        seconds: float | None,
        tokens: int | None,
        dollars: float | None,
        found_tasks: int,
    ) -> None:
        self.board = self.new_board(
            guarantees=self.guarantees,
            attempts=limits[0],
            lost_leases=limits[1],
            lease_seconds=10.0,
            turn_seconds=25.0,
            project_check=project_check,
            budget=Budget(turns=turns, seconds=seconds, tokens=tokens, dollars=dollars),
            found_tasks=found_tasks,
        )
        opened = FileChange(path="a", blob=BLOB)
        self.say(commands.OpenWorkspace(tree=BLOB, files=(opened,)))
        for parents, has_check in graph:
            there = len(self.state.tasks)
            self.add_task([number for number in parents if number < there], has_check=has_check)
        for agent in AGENTS:
            self.board.join(agent)
        self.work(steps)

    def add_task(
        self, parents: Sequence[int], *, has_check: bool, agent: AgentId | None = None
    ) -> None:
        there = list(self.state.tasks)
        depends_on = tuple(there[number] for number in parents)
        name = TaskId(f"t{len(there) + 1}")
        check = "check" if has_check else None
        task = Task(id=name, depends_on=depends_on, check=check)
        self.say(commands.AddTask(task=task, agent=agent))

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
            agent = pick([None, *AGENTS], on // 2)
            self.add_task([task % len(there)], has_check=bool(on % 2), agent=agent)
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
            self.board.resume()

    @precondition(lambda self: not isinstance(self.board.said[-1], commands.ResumeRun))
    @rule(agents=st.sets(st.sampled_from(AGENTS)))
    def crash(self, agents: set[AgentId]) -> None:
        self.board.resume()
        for agent in sorted(agents):
            self.board.join(agent)

    @rule(seconds=st.sampled_from([0.5, 3.0, 9.0, 12.0, None]))
    def pass_time(self, seconds: float | None) -> None:
        """Nobody looks at the clock, or the board's own timer is reached."""
        timer = next_timer(self.state)
        if seconds is not None:
            self.board.now += seconds
        elif timer is not None:
            self.board.tick(max(self.board.now, timer))

    @rule(numbers=st.lists(st.integers(min_value=0, max_value=500), max_size=5))
    def repeat(self, numbers: list[int]) -> None:
        for number in numbers:
            self.say(pick(self.board.said, number))

    @rule(said=st.lists(any_command(), max_size=5))
    def make_things_up(self, said: list[Command]) -> None:
        for command in said:
            self.say(command)

    @rule()
    def look(self) -> None:
        self.judge()

    def possible_work(self, number: int) -> list[Step]:
        state = self.state
        possible: list[Step] = [
            *(partial(self.claim, agent, number) for agent in self.free_agents()),
            *(partial(self.propose, *held, number) for held in self.proposable(number)),
            *(partial(self.board.start_check, proposal) for proposal in self.unchecked()),
            *(partial(self.finish_check, proposal, number) for proposal in self.running()),
        ]
        if number % 4 == 1:
            possible += [partial(self.talk, turn, number) for turn in state.turns.values()]
            possible += [partial(self.renew, lease) for lease in state.leases.values()]
        if number % 8 == 2:
            possible += [partial(self.end_turn, turn, number) for turn in state.turns.values()]
            possible += [partial(self.give_up, lease, number) for lease in state.leases.values()]
            possible += [partial(self.board.join, agent) for agent in AGENTS]
        look = state.verification
        if look is not None and look.pending:
            possible += [partial(self.finish_look, task, number) for task in look.pending]
        elif look is None or look.head != state.commits:
            possible += [self.board.look] * (state.counts[Status.DONE] > number % 4)
        return possible

    def ready_tasks(self) -> list[TaskId]:
        return [name for name, task in self.state.tasks.items() if task.status is Status.READY]

    def free_agents(self) -> list[AgentId]:
        can_claim = self.state.phase is Phase.RUNNING and self.ready_tasks()
        agents = self.state.agents.items() if can_claim else ()
        return [name for name, agent in agents if agent.available and agent.turn is None]

    def proposable(self, number: int) -> list[tuple[Turn, TaskId]]:
        is_hasty = number % 8 == 5
        queued = [entry.task for entry in self.state.queue.values()]
        return [
            (turn, task)
            for turn in self.state.turns.values()
            if turn.fence in self.state.leases
            for task in self.state.leases[turn.fence].tasks
            if self.state.tasks[task].status is Status.LEASED
            and (is_hasty or self.is_met(task, queued))
        ]

    def is_met(self, task: TaskId, near: Collection[TaskId]) -> bool:
        parents = self.state.graph.parents(task)
        return all(p in near or self.state.tasks[p].status is Status.DONE for p in parents)

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
            after = [
                child
                for child in children
                if self.state.tasks[child].status is Status.WAITING and self.is_met(child, batch)
            ]
            if not after:
                break
            batch.append(after[0])
        self.begin(agent, batch)

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
        deletes = "-" if number // 8 == 7 else ""
        bases = {path: max(self.version(path) - is_wrong, 0) for path in paths}
        writes = [f"{path}{deletes}@{base}" for path, base in bases.items()]
        self.board.propose(turn, task, *writes)

    def version(self, path: str) -> int:
        there = self.state.files.get(path)
        return (0 if there is None else there.version) + self.state.queued_writes.get(path, 0)

    def talk(self, turn: Turn, number: int) -> None:
        index = len(turn.replies)
        rest = number // 24  # `number` is one more than a multiple of 4, and there are 6 steps
        cost = Usage(
            input_tokens=number, output_tokens=1, dollars=None if number % 5 == 0 else number / 99
        )
        steps: list[Command] = [
            commands.SendRequest(
                agent=turn.agent,
                turn=turn.turn,
                index=index,
                request=BLOB,
                most_tokens=pick([0, 40, 200], rest),
                most_dollars=pick([0.0, 0.4, 2.0], rest),
            ),
            commands.RecordReply(
                agent=turn.agent, turn=turn.turn, index=index, reply=BLOB, usage=cost
            ),
            commands.RecordFailure(
                agent=turn.agent,
                turn=turn.turn,
                index=index,
                attempt=1,
                failure=pick([Failure.SERVER, Failure.TIMEOUT, Failure.KEY_REFUSED], rest),
                status=None,
                retry_after=None,
                text="no",
                wait=1.0,
            ),
            commands.SendMail(agent=turn.agent, to=pick([None, *AGENTS], rest), text=BLOB),
            commands.ReadMail(agent=turn.agent),
            commands.RecordTools(
                agent=turn.agent,
                turn=turn.turn,
                index=len(turn.tools),
                results=(),
                refresh=bool(number % 2),
            ),
        ]
        self.say(pick(steps, number // 4))

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

    def finish_check(self, proposal: ProposalId, number: int) -> None:
        self.board.finish_check(proposal, passed=number % 3 != 0)

    def finish_look(self, task: TaskId | None, number: int) -> None:
        self.board.finish_look(task, passed=number % 2 == 0)

    def teardown(self) -> None:
        self.judge()
        self.board.resume()
        for agent in AGENTS:
            self.board.join(agent)
        for _ in range(STEPS_TO_THE_END):
            if not self.take_a_step():
                break
        assert self.state.open_tasks() == 0
        undone = len(self.state.tasks) - self.state.counts[Status.DONE]
        outcome = Outcome.FAILED if undone else Outcome.DONE
        self.say(commands.FinishRun(outcome=outcome, reason="all that could be done is done"))
        self.judge()
        assert audit(self.board.records).result is Result.HOLDS

    def take_a_step(self) -> bool:
        """One honest step towards the end; False when there is nothing left to do."""
        state = self.state
        if state.queue:
            proposal, queued = next(iter(state.queue.items()))
            if not queued.running:
                self.board.start_check(proposal)
            self.board.finish_check(proposal, passed=True)
            return True
        ready = self.ready_tasks()
        if ready:
            turn = self.begin(AGENTS[0], ready[:1])
            assert turn is not None
            self.board.propose(turn, ready[0], f"c@{self.version('c')}")
            self.board.end_turn(turn)
            return True
        if state.verification is None or state.verification.head != state.commits:
            self.board.look()
        assert state.verification is not None
        for task in list(state.verification.pending):
            self.board.finish_look(task, passed=True)
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


@pytest.mark.timeout(600)
@pytest.mark.parametrize("machine", [BoardMachine, PaperMachine])
def test_board_survives_anything(machine: type[BoardMachine], new_board: "NewBoard") -> None:
    """A run of random sense and nonsense, in a team that promises everything and in one that nothing."""
    profile = settings.default
    assert profile is not None
    machine.new_board = staticmethod(new_board)

    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=profile.max_examples * 4, stateful_step_count=30),
    )
