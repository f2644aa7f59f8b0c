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
from msgspec.structs import replace
from tests.core.made_up import AGENTS, BLOB, any_command

from brooks.audit import Guarantee, Result, Verdict, audit
from brooks.core import commands, events
from brooks.core.board import next_timer
from brooks.core.commands import Command
from brooks.core.facts import EndReason, Failure, FileChange, Outcome, Role, Usage
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.state import OVER, Lease, Phase, State, Status, Turn
from brooks.core.team_rules import (
    Consistency,
    CutOff,
    Failing,
    Redundancy,
    Rules,
    Stragglers,
)
from brooks.core.voting import Rule
from brooks.ids import AgentId, Fence, ProposalId, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

pytestmark = pytest.mark.slow

STRICT = Guarantees()
GOES_ON = Guarantees(one_holder=False)
NOTHING = Guarantees(**dict.fromkeys(Guarantees.__struct_fields__, False))
PATHS = ["a", "b", "c", "d", "a", "b", "c", "B"]
MOST_TASKS = 12
STEPS_TO_THE_END = 2000

STOPS = [Outcome.BUDGET, Outcome.INTERRUPTED, Outcome.OUTSIDE, Outcome.CANCELLED]

Option = TypeVar("Option")
Step = Callable[[], object]

picks = st.integers(min_value=0, max_value=63)
mostly = st.sampled_from([True, True, True, True, False])
redundancies = st.builds(
    Redundancy,
    replicas=st.sampled_from([1, 1, 2, 3]),
    rule=st.sampled_from(Rule),
    faulty=st.integers(0, 1),
    byzantine=st.booleans(),
    discussion=st.integers(0, 2),
    weights=st.sampled_from([(), (1.0, 2.0, 4.0), (0.0, 1.0, 1.0)]),
)
rule_books = st.builds(
    Rules,
    consistency=st.sampled_from(Consistency),
    redundancy=redundancies,
    stragglers=st.builds(Stragglers, backups=st.booleans(), copies=st.integers(2, 3)),
    failing=st.builds(
        Failing, compensate=st.booleans(), stall_seconds=st.sampled_from([None, 5.0, 15.0])
    ),
)
task_deadlines = st.sampled_from([None, None, None, 15.0, 40.0])


def pick(options: Sequence[Option], number: int) -> Option:
    return options[number % len(options)]


def broken_promises(records: Sequence[events.Record]) -> list[Verdict]:
    """What the auditors object to; not that a reply was counted which nobody had asked for: many are here."""
    return [
        verdict
        for verdict in audit(records).verdicts
        if verdict.result is Result.VIOLATED and verdict.guarantee is not Guarantee.MONEY_CONSERVED
    ]


class BoardMachine(RuleBasedStateMachine):
    """A run of one team on whatever hypothesis makes up."""

    guarantees = STRICT
    cut_off = CutOff.STOP

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
        assert broken_promises(records) == []

    @initialize(
        graph=st.lists(
            st.tuples(st.sets(st.integers(0, 5), max_size=2), mostly, task_deadlines),
            min_size=2,
            max_size=6,
        ),
        rules=rule_books,
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
        graph: list[tuple[set[int], bool, float | None]],
        rules: Rules,
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
            guarantees=replace(
                self.guarantees,
                no_stale_write=self.guarantees.no_stale_write
                and rules.consistency is not Consistency.LAST_WRITER_WINS,
            ),
            attempts=limits[0],
            lost_leases=limits[1],
            lease_seconds=10.0,
            turn_seconds=25.0,
            project_check=project_check,
            budget=Budget(turns=turns, seconds=seconds, tokens=tokens, dollars=dollars),
            found_tasks=found_tasks,
            members=" ".join(AGENTS),
            rules=replace(rules, cut_off=self.cut_off),
        )
        opened = FileChange(path="a", blob=BLOB)
        self.say(commands.OpenWorkspace(tree=BLOB, files=(opened,)))
        for parents, has_check, deadline in graph:
            there = len(self.state.tasks)
            needs = [number for number in parents if number < there]
            self.add_task(needs, has_check=has_check, deadline=deadline)
        for agent in AGENTS:
            self.board.join(agent)
        self.work(steps)

    def add_task(
        self,
        parents: Sequence[int],
        *,
        has_check: bool,
        deadline: float | None = None,
        agent: AgentId | None = None,
    ) -> None:
        there = list(self.state.tasks)
        depends_on = tuple(there[number] for number in parents)
        name = TaskId(f"t{len(there) + 1}")
        check = "check" if has_check else None
        files = (pick(PATHS, len(there) // 2), "own")[: len(there) % 3]
        task = Task(id=name, depends_on=depends_on, check=check, files=files, deadline=deadline)
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
            commands.StopRun(outcome=pick(STOPS, on), reason="someone said so"),
            commands.Revert(task=name),
            commands.Release(task=name, reason="by rule", holder=pick([None, *AGENTS], on)),
            commands.Quarantine(
                agent=pick(AGENTS, on), until=self.board.now + task, reason="it fails"
            ),
            self.led(name, on),
            self.led(name, on),
        ]
        if what == 63:
            self.say(commands.LeaveAgent(agent=pick(AGENTS[1:], on), reason="it is late"))
        elif what % 7 == 6 and len(there) < MOST_TASKS:
            agent = pick([None, *AGENTS], on // 2)
            self.add_task([task % len(there)], has_check=bool(on % 2), agent=agent)
        else:
            self.say(pick(orders, what))

    def led(self, task: TaskId, number: int) -> Command:
        """What the lead says, or one that leads no more, or never did."""
        leads = [lease for lease in self.state.leases.values() if lease.role is Role.LEAD]
        lead = pick(leads, number).agent if leads else AGENTS[0]
        fence = pick(leads, number).fence if leads else Fence(1)
        other = pick(AGENTS, number // 4)
        if number % 2:
            return commands.Assign(task=task, to=other, agent=lead, fence=fence)
        return commands.Release(task=task, reason="by word", agent=lead, fence=fence)

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
        if number % 16 == 3:
            possible += [partial(self.lead, agent, number) for agent in AGENTS]
            led = any(lease.role is Role.LEAD for lease in state.leases.values())
            possible += [partial(self.say, self.led(task, number)) for task in state.tasks if led]
        if number % 16 == 7:
            possible += [
                partial(self.say, commands.Revert(task=name))
                for name, task in state.tasks.items()
                if task.status is Status.FAILED and task.written[0]
            ]
        look = state.verification
        if look is not None and look.pending:
            possible += [partial(self.finish_look, task, number) for task in look.pending]
        elif look is None or look.head != state.commits:
            possible += [self.board.look] * (state.counts[Status.DONE] > number % 4)
        return possible

    def ready_tasks(self) -> list[TaskId]:
        return [name for name, task in self.state.tasks.items() if task.status is Status.READY]

    def free_agents(self) -> list[AgentId]:
        can_claim = self.state.phase is Phase.RUNNING and self.claimable()
        agents = self.state.agents.items() if can_claim else ()
        return [name for name, agent in agents if agent.available and agent.turn is None]

    def claimable(self) -> list[TaskId]:
        """Tasks that are ready, and those at work where there may be copies."""
        if self.state.rules.copies == 1:
            return self.ready_tasks()
        tasks = self.state.tasks.items()
        return [name for name, task in tasks if task.status not in OVER and not task.unmet]

    def proposable(self, number: int) -> list[tuple[Turn, TaskId]]:
        is_hasty = number % 8 == 5
        queued = [entry.task for entry in self.state.queue.values()]
        return [
            (turn, task)
            for turn in self.state.turns.values()
            if turn.fence in self.state.leases
            for task in self.state.leases[turn.fence].tasks
            if self.state.tasks[task].status in {Status.LEASED, Status.QUEUED}
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
        batch = [pick(self.claimable(), number)]
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

    def lead(self, agent: AgentId, number: int) -> None:
        group = pick(["", "", "east"], number // 16)
        self.say(commands.Claim(agent=agent, tasks=(), role=Role.LEAD, group=group))
        there = self.state.agents.get(agent)
        fence = Fence(0) if there is None else there.fence
        self.say(commands.StartTurn(agent=agent, tasks=(), fence=fence, role=Role.LEAD))

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
        answer = pick(["", "yes", "yes", "no"], number // 2)
        deletes = "-" if number // 8 == 7 else ""
        bases = {path: max(self.version(path) - is_wrong, 0) for path in paths}
        writes = [f"{path}{deletes}@{base}" for path, base in bases.items()]
        self.board.propose(turn, task, *writes, answer=answer)

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
            commands.WriteNote(agent=turn.agent, name="plan", text=BLOB, base=rest),
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
        task = pick([*lease.tasks, TaskId("t1")], number)
        self.say(
            commands.GiveUp(agent=lease.agent, fence=lease.fence, task=task, reason="too hard")
        )

    def finish_check(self, proposal: ProposalId, number: int) -> None:
        self.board.finish_check(proposal, passed=number % 3 != 0)

    def finish_look(self, task: TaskId | None, number: int) -> None:
        self.board.finish_look(task, passed=number % 2 == 0)

    def teardown(self) -> None:
        self.judge()
        self.board.now += 100.0
        self.board.resume()
        for agent in dict.fromkeys([*AGENTS, *self.state.agents]):
            self.board.join(agent)
        for _ in range(STEPS_TO_THE_END):
            if not self.take_a_step():
                break
        assert self.state.open_tasks() == 0
        undone = len(self.state.tasks) - self.state.counts[Status.DONE]
        outcome = Outcome.FAILED if undone else Outcome.DONE
        self.say(commands.FinishRun(outcome=outcome, reason="all that could be done is done"))
        self.judge()

    def take_a_step(self) -> bool:
        """One honest step towards the end; False when there is nothing left to do."""
        state = self.state
        if state.queue:
            proposal, queued = next(iter(state.queue.items()))
            if not queued.running:
                self.board.start_check(proposal)
            self.board.finish_check(proposal, passed=True)
            return True
        self.board.tick(self.board.now)
        for task in self.ready_tasks():
            voters = [ballot.agent for ballot in state.tasks[task].ballots.values()]
            agent = next(
                name for name in AGENTS if name not in voters and not state.agents[name].left
            )
            turn = self.begin(agent, [task])
            assert turn is not None
            self.board.propose(turn, task, f"c@{self.version('c')}")
            if turn.turn in state.turns:
                self.board.end_turn(turn)
            self.board.join(agent)
            return True
        if state.verification is None or state.verification.head != state.commits:
            self.board.look()
        assert state.verification is not None
        for checked in list(state.verification.pending):
            self.board.finish_look(checked, passed=True)
            return True
        assert all(task.status in OVER for task in state.tasks.values())
        return False


class PatientMachine(BoardMachine):
    """The same, in a team whose agents go on when they are cut off, and say it late."""

    guarantees = GOES_ON
    cut_off = CutOff.GO_ON

    def proposable(self, number: int) -> list[tuple[Turn, TaskId]]:
        late = [
            (turn, task)
            for turn in self.state.turns.values()
            for task in turn.tasks
            if turn.fence not in self.state.leases and self.state.tasks[task].status not in OVER
        ]
        return [*super().proposable(number), *late]


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
@pytest.mark.parametrize("machine", [BoardMachine, PatientMachine, PaperMachine])
def test_board_survives_anything(machine: type[BoardMachine], new_board: "NewBoard") -> None:
    """A run of random sense and nonsense, in teams that promise everything, less, and nothing."""
    profile = settings.default
    assert profile is not None
    machine.new_board = staticmethod(new_board)

    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=profile.max_examples * 4, stateful_step_count=30),
    )
