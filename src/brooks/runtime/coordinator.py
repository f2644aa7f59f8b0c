"""The coordinator: the only writer of the log, and one loop that can be read aloud.

    wait for a letter or a timer
    ask the board, append what it says, apply it, show it to the policy, which asks for more
    commit
    act: answer letters, start turns and checks, write files back
    see whether the run is over

Nothing is acted on before it is committed. Commands that arrive together are committed together. If
a commit fails, the run stops with everything that was committed intact, because nobody has been
told otherwise.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from brooks.core import commands, events
from brooks.core.board import apply, decide, next_timer
from brooks.core.commands import Command
from brooks.core.events import Record
from brooks.core.facts import Role
from brooks.core.ledger import Room
from brooks.core.mailing import correspondents
from brooks.core.state import Phase, State
from brooks.core.turning import room
from brooks.ids import AgentId, Position, TaskId, TurnId
from brooks.log.codec import Codec
from brooks.log.store import BEGINNING, EncodedRecord, LogStore
from brooks.runtime.board_text import board_text
from brooks.runtime.check_window import CheckWindow
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.clock import Clock, Signal
from brooks.runtime.effects import Effects
from brooks.runtime.end_watch import EndWatch
from brooks.runtime.gossip import Circle
from brooks.runtime.lead_text import lead_text
from brooks.runtime.link import Ask, Letter, NextTurn, SeeBoard, TryCheck
from brooks.runtime.local_tree import LocalTree
from brooks.runtime.mailroom import Mailroom
from brooks.runtime.noticeboard import SeeNotes, notes_text
from brooks.runtime.order import TurnOrder
from brooks.runtime.ordering import order_of
from brooks.runtime.verdict_desk import VerdictDesk
from brooks.teams.outlook import Outlook
from brooks.teams.policy import Overseen, Policy, Wake, Wish

_PRESENT = (
    commands.JoinAgent,
    commands.SendRequest,
    commands.SendMail,
    commands.ReadMail,
    commands.WriteNote,
)
"""What only an agent's present life may do; an earlier one's late reply still counts as paid for."""

_PRECIOUS = frozenset({events.ReplyReceived, events.RunFinished})
"""What must outlast even a loss of power, and with it all that was before; the rest can be done again for
nothing."""

_REOPENING = frozenset(
    {
        events.RunContinued,
        events.RunStopping,
        events.ReplyReceived,
        events.RequestFailed,
        events.TurnEnded,
    }
)
"""What may let a parked request go on."""

_WAITING_FOR_END = frozenset({commands.SendRequest, commands.StopRun})
"""What an agent sends that waits for nothing but the end, once the run is stopping."""

_HEEDED = frozenset({events.LeaseExpired, events.RunStopping, events.TaskFailed})
"""What the coordinator itself takes note of as soon as it has happened."""

_COMES_OR_GOES = frozenset({events.AgentCalled, events.AgentJoined, events.AgentLeft})
"""What changes who can be written to."""


class Coordinator:
    """Owns the state of one run and its log."""

    def __init__(
        self,
        state: State,
        *,
        clock: Clock,
        log: LogStore,
        policy: Policy,
        effects: Effects,
        check_slots: int,
        durable: bool,
        commit_every: int = 1,
        is_read: bool = True,
        silence_seconds: float = 600.0,
    ) -> None:
        self.state = state
        self._clock = clock
        self._log = log
        self._codec = Codec()
        self._policy = policy
        self._effects = effects
        self._window = CheckWindow(state, check_slots)
        self._durable = durable
        self._commit_every = commit_every
        """Records between commits where nobody minds losing a few (virtual time); 1 commits before acting."""
        self._is_read = is_read
        """Whether anybody reads the log's records, so that they must be encoded."""
        self.tree = LocalTree(state, log)
        self._mail = Mailroom()
        self._orders: deque[tuple[Command, tuple[bytes, ...]]] = deque()
        """Commands from this process: engine, faults, controls."""
        self._signal = Signal()
        self._news: deque[Record] = deque()
        self._done_news: list[Record] = []
        self._waiting_turns: dict[AgentId, Letter] = {}
        self._ready_orders: dict[AgentId, TurnOrder] = {}
        self._verdicts = VerdictDesk(state, self._mail)
        self._parked: list[Letter] = []
        """Requests that wait for the end of a pause, or for room in the budget."""
        self._wakes: list[float] = []
        self._end = EndWatch(state, silence_seconds)
        self._circle_now: Circle | None = None
        """What workers must know of the team, until somebody comes or goes."""
        self._uncommitted = 0
        self._is_precious = False
        self.on_record: Callable[[Record], None] = lambda record: None
        """Called with each committed record, for whoever shows progress."""

    def receive(self, letter: Letter) -> None:
        """Take a letter from a worker."""
        self._mail.inbox.append(letter)
        self._clock.notify(self._signal)

    def command(self, command: Command, *blobs: bytes) -> None:
        """Carry out a command from this process when its turn comes."""
        self._orders.append((command, blobs))
        self._clock.notify(self._signal)

    def execute(self, command: Command, cause: Position = BEGINNING) -> tuple[Record, ...]:
        """Ask the board now, and append and apply what it says. The next commit makes it durable."""
        state = self.state
        now = self._clock.time()
        rows: list[EncodedRecord] = []
        records: list[Record] = []
        before = state.position
        for event in decide(state, command, now):
            record = Record(Position(state.position + 1), now, cause, event)
            if self._is_read:
                rows.append(self._codec.encode(record))
            apply(state, record)
            records.append(record)
            if type(event) in _PRECIOUS:
                self._is_precious = True
        if records:
            self._log.append(before, rows)
            self._uncommitted += len(records)
            self._news.extend(records)
        return tuple(records)

    async def run(self) -> None:
        """Run until the run is over."""
        state, finished = self.state, Phase.FINISHED
        while state.phase is not finished:
            await self._wait()
            now = self._clock.time()
            timer = next_timer(state)
            if timer is not None and timer <= now:
                self.execute(commands.Tick())
            while self._orders:
                command, blobs = self._orders.popleft()
                self._put(blobs)
                self.execute(command)
            while self._mail.inbox:
                self._open(self._mail.inbox.popleft())
            self._converse(now)
            self._commit()
            self._act()
            self._see_whether_over(now)
        self._converse(self._clock.time())
        self._uncommitted = self._commit_every
        self._commit()
        self._act()

    async def _wait(self) -> None:
        if self._mail.inbox or self._orders or self._news:
            self._signal.raised = False
            return
        due = next_timer(self.state)
        for timer in (self._wakes[0] if self._wakes else None, self._end.next_timer()):
            if timer is not None and (due is None or timer < due):
                due = timer
        left = None if due is None else max(due - self._clock.time(), 0.0)
        await self._clock.wait(self._signal, left)

    def _put(self, blobs: tuple[bytes, ...]) -> None:
        for blob in blobs:
            self._log.put_blob(blob)

    def _open(self, letter: Letter) -> None:
        """Carry out a letter's question, unless it was carried out before or is from an earlier life."""
        question = letter.question
        if self._mail.is_new_life(letter):
            self._waiting_turns.pop(letter.channel.agent, None)
        if not self._mail.open(letter):
            return
        if isinstance(question, Ask):
            if self._mail.is_present(letter) or self._may_still_ask(question.commands[0]):
                self._ask(letter, question)
        elif isinstance(question, NextTurn):
            self._next_turn(letter, question.agent)
        elif isinstance(question, TryCheck):
            self._try_check(letter, question)
        elif isinstance(question, SeeNotes):
            self._mail.answer(letter, notes_text(self.state, self.tree, question))
        elif isinstance(question, SeeBoard):
            self._mail.answer(letter, self._board(question.agent))
        else:
            self._verdicts.ask(letter, question)

    def _may_still_ask(self, command: Command) -> bool:
        """Whether an earlier life of an agent gets an answer.

        Of a turn that is over it does: the board refuses what it wants, and who waited for it, and
        kept others waiting under the limits of a model, goes on.
        """
        turn = getattr(command, "turn", None)
        return not isinstance(command, _PRESENT) or (
            turn is not None and turn not in self.state.turns
        )

    def _ask(self, letter: Letter, question: Ask) -> None:
        command = question.commands[0]
        if isinstance(command, commands.SendRequest) and command.turn in self.state.turns:
            waits = self.state.phase is Phase.RUNNING and room(self.state, command) is Room.LATER
            if waits or self.state.phase is Phase.PAUSED:
                self._parked.append(letter)
                return
        self._put(question.blobs)
        records = [record for each in question.commands for record in self.execute(each)]
        if type(command) in _WAITING_FOR_END and self.state.phase is Phase.STOPPING:
            self._end.suspended(letter.channel.agent)
        self._mail.answer(letter, tuple(records))

    def _next_turn(self, letter: Letter, agent: AgentId) -> None:
        order = self._ready_orders.pop(agent, None)
        if order is not None:
            self._mail.answer(letter, order)
            return
        self._waiting_turns[agent] = letter
        self._welcome_back(agent)

    def _welcome_back(self, agent: AgentId) -> None:
        """Whoever asks for a turn is there, even if its lease has run out before its question came."""
        there = self.state.agents.get(agent)
        if there is not None and not there.available and there.turn is None:
            self.execute(commands.JoinAgent(agent=agent))

    def _board(self, agent: AgentId) -> str:
        """What an agent is told of the team: a lead more than the others."""
        outlook = self._outlook(agent)
        return board_text(self.state, agent) if outlook is None else lead_text(outlook)

    def _outlook(self, agent: AgentId) -> Outlook | None:
        there = self.state.agents.get(agent)
        turn = None if there is None or there.turn is None else self.state.turns.get(there.turn)
        if turn is None or turn.role is not Role.LEAD or not isinstance(self._policy, Overseen):
            return None
        return self._policy.outlook(agent, self.state, self._clock.time())

    def _has_check(self, task_id: TaskId) -> bool:
        task = self.state.tasks.get(task_id)
        return task is not None and task.spec.check is not None

    def _try_check(self, letter: Letter, question: TryCheck) -> None:
        if question.task is not None and not self._has_check(question.task):
            self._mail.answer(letter, None)
            return
        self._put(question.blobs)

        def report(verdict: CheckVerdict) -> None:
            self._mail.answer(letter, verdict)
            self._clock.notify(self._signal)

        self._effects.try_check(question.task, question.changes, report)

    def _converse(self, now: float) -> None:
        """Show the policy what happened, until neither it nor the checks ask for more."""
        while self._wakes and self._wakes[0] <= now:
            self._wakes.pop(0)
            self._obey(self._policy.wake(self.state, now), Position(self.state.position))
        while self._news or self._start_checks():
            while self._news:
                record = self._news.popleft()
                self._follow(record)
                self._done_news.append(record)
                wishes = self._policy.react(record, self.state, now)
                if wishes:
                    self._obey(wishes, record.position)

    def _obey(self, wishes: Iterable[Wish], cause: Position) -> None:
        for wish in wishes:
            if isinstance(wish, Wake):
                self._wakes = sorted({*self._wakes, wish.at})
            else:
                self.execute(wish, cause)

    def _start_checks(self) -> bool:
        """Start the checks that it pays to start; True when that made news."""
        for proposal in self._window.to_start():
            self.execute(commands.StartCheck(proposal=proposal))
        return bool(self._news)

    def _follow(self, record: Record) -> None:
        """Keep the coordinator's own books of what happened."""
        event = record.event
        kind = type(event)
        if kind in LocalTree.FOLLOWED:
            self.tree.follow(record)
        if kind in CheckWindow.FOLLOWED:
            self._window.follow(event)
        if kind in _COMES_OR_GOES:
            self._circle_now = None
        if kind in _HEEDED:
            self._heed(event, record)
        if self._parked and kind in _REOPENING:
            self._mail.put_back(self._parked)

    def _heed(self, event: events.Event, record: Record) -> None:
        if isinstance(event, events.LeaseExpired):
            if event.agent in self._waiting_turns:
                self._welcome_back(event.agent)
        elif isinstance(event, events.RunStopping):
            self._end.stopping(record.time)
            self._effects.wind_down()
        elif isinstance(event, events.TaskFailed) and self.state.rules.failing.compensate:
            self.execute(commands.Revert(task=event.task), record.position)

    def _commit(self) -> None:
        if self._uncommitted >= self._commit_every:
            self._log.flush(durable=self._durable and self._is_precious)
            self._uncommitted = 0
            self._is_precious = False

    def _act(self) -> None:
        """Do what was decided, now that it is committed."""
        news, self._done_news = self._done_news, []
        for record in news:
            act = self._ACTIONS.get(type(record.event))
            if act is not None:
                act(self, record.event)
            self.on_record(record)
        self._mail.deliver()

    def _hand_out(self, turn_id: TurnId, agent: AgentId, fence: int) -> None:
        turn = self.state.turns.get(turn_id)
        if turn is None or turn.fence != fence:
            return
        order = self.order(turn_id)
        letter = self._waiting_turns.pop(agent, None)
        if letter is None:
            self._ready_orders[agent] = order
        else:
            self._mail.answer(letter, order)

    def _circle(self) -> Circle:
        """What a worker must know of the team to write to it."""
        if self._circle_now is None:
            state = self.state
            seed = state.run.seed if state.run else 0
            members = correspondents(state)
            self._circle_now = Circle(messaging=state.rules.messaging, members=members, seed=seed)
        return self._circle_now

    def order(self, turn_id: TurnId) -> TurnOrder:
        """Everything a worker needs to carry out a turn, or to go on with it."""
        turn = self.state.turns[turn_id]
        outlook = self._outlook(turn.agent)
        return order_of(self.state, turn, outlook=outlook, circle=self._circle())

    def _drop_turn(self, turn_id: TurnId, agent: AgentId) -> None:
        order = self._ready_orders.get(agent)
        if order is not None and order.turn == turn_id:
            del self._ready_orders[agent]
        self._verdicts.end_turn(turn_id)

    def _see_whether_over(self, now: float) -> None:
        step = self._end.next_step(now)
        if step is not None:
            self.execute(step)
            self._clock.notify(self._signal)

    # what has an effect outside of the board once it is committed

    def _turn_begun(self, event: events.TurnStarted | events.TurnResumed) -> None:
        self._hand_out(event.turn, event.agent, event.fence)

    def _turn_ended(self, event: events.TurnEnded) -> None:
        self._drop_turn(event.turn, event.agent)

    def _check_started(self, event: events.CheckStarted) -> None:
        queued = self.state.queue.get(event.proposal)
        if queued is not None and queued.running and queued.run == event.run:
            self._effects.start_check(event.proposal, event.run)

    def _task_done(self, event: events.TaskDone) -> None:
        self._effects.write_back(event.changes)
        self._verdicts.tell(event.proposal)

    def _proposal_dropped(self, event: events.ProposalDropped) -> None:
        self._effects.drop_check(event.proposal)
        self._verdicts.tell(event.proposal)

    def _verification_started(self, event: events.VerificationStarted) -> None:
        pending: tuple[TaskId | None, ...] = event.tasks
        self._effects.verify(event.round, (*pending, None) if event.project else pending)

    _ACTIONS: ClassVar[Mapping[type[events.Event], Callable[["Coordinator", Any], None]]] = {
        events.AgentCalled: lambda self, event: self._effects.take_in(event.agent),
        events.AgentLeft: lambda self, event: self._effects.let_go(event.agent),
        events.TurnStarted: _turn_begun,
        events.TurnResumed: _turn_begun,
        events.TurnEnded: _turn_ended,
        events.CheckStarted: _check_started,
        events.CheckVoided: lambda self, event: self._effects.drop_check(event.proposal),
        events.TaskDone: _task_done,
        events.TaskReverted: lambda self, event: self._effects.write_back(event.changes),
        events.FilesWritten: lambda self, event: self._effects.write_back(event.changes),
        events.ProposalDropped: _proposal_dropped,
        events.VerificationStarted: _verification_started,
    }
