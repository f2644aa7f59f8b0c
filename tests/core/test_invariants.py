"""The invariants notice: each one is broken by hand in a state that kept all of them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from brooks.core import commands, events
from brooks.core.facts import Mail, Outcome
from brooks.core.invariants import loose_ends, violations
from brooks.core.ledger import Amount
from brooks.core.spec import Guarantees
from brooks.core.state import FileVersion, Phase, State, Status
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

C, D, E = (TaskId(name) for name in "cde")
BLOB = BlobHash("blob")
BALLOT = events.BallotCast(
    proposal=ProposalId(9),
    agent=AgentId("x"),
    turn=TurnId("turn-1"),
    call="call",
    task=TaskId("f"),
    fence=Fence(1),
    changes=(),
    answer=BLOB,
)
Breaks = Callable[[State], object]


def set_to(name: str, value: object) -> Breaks:
    """A change of one thing, named as a path: `tasks.a.unmet`."""

    def breaks(state: State) -> None:
        *way, last = name.split(".")
        there: object = state
        for step in way:
            there = there[key_of(there, step)] if isinstance(there, dict) else getattr(there, step)
        if isinstance(there, dict):
            there[key_of(there, last)] = value
        else:
            setattr(there, last, value)

    return breaks


def key_of(there: dict[object, object], step: str) -> object:
    return next((key for key in there if str(key) == step), step)


@pytest.fixture
def busy(new_board: "NewBoard") -> "Board":
    """`a` is done, `b` in its check, `c` and `f` held, `d` waits, `e` is cancelled; a last look was taken."""
    board: Board = new_board("a", "b: a", "c", "d: b c", "e")
    board.finish_task("x", "a", "one")
    board.look()
    board.propose(board.start("x", "b"), "b", "one@1", "two")
    board.start_check(2)
    board.start("y", "c")
    board.say(commands.CancelTask(task=E))
    board.add("f", deadline=500.0)
    board.start("z", "f")
    return board


def test_busy_board_breaks_nothing(busy: "Board") -> None:
    """The state that the other tests break."""
    assert violations(busy.state) == ()
    assert loose_ends(busy.state) == ()


ALWAYS = [
    (set_to("phase", Phase.NEW), "the phase is 'new' and the run was started: True"),
    (set_to("phase", Phase.FINISHED), "the phase is 'finished' and the end is None"),
    (set_to("phase", Phase.STOPPING), "the run winds down for no reason"),
    (set_to("stopping", (Outcome.BUDGET, "")), "the run goes on although it winds down"),
    (lambda state: state.tasks.pop(E), "do not name the same tasks"),
    (set_to("counts.done", 3), "1 tasks are done, counted 3"),
    (set_to("tasks.d.unmet", 1), "task 'd' waits for 2 tasks, counted 1"),
    (set_to("tasks.d.status", Status.READY), "task 'd' is ready and waits for 2 tasks"),
    (set_to("tasks.d.status", Status.DONE), "'d' is done and 'b', which it depends on, never was"),
    (set_to("leases.3.agent", AgentId("x")), "an agent holds two leases"),
    (set_to("tasks.a.holders", {Fence(2): 0}), "names fence 2, under which nobody holds it"),
    (set_to("tasks.a.holders", {Fence(2): 0, Fence(3): 0}), "held as copies [0, 0] of 1"),
    (set_to("tasks.c.holders", {}), "task 'c' is leased to nobody"),
    (set_to("agents.y.fence", Fence(2)), "names fence 2, under which it holds nothing"),
    (set_to("fence", Fence(2)), "the last fence was 2"),
    (lambda state: state.leases[Fence(3)].tasks.clear(), "lease 3 of a work covers []"),
    (
        lambda state: state.leases[Fence(3)].tasks.update({E: None}),
        "task 'e' of lease 3 does not know of it",
    ),
    (set_to("agents.y.fence", Fence(0)), "agent 'y' does not know of its lease 3"),
    (set_to("leases.3.turn", TurnId("turn-9")), "lease 3 names turn 'turn-9'"),
    (set_to("agents.y.turn", None), "agent 'y' does not know of its turn 'turn-3'"),
    (set_to("turns.turn-3.head", 7), "turn 'turn-3' sees commit 7 of 1"),
    (set_to("turns.turn-3.fence", Fence(9)), "names fence 9, which was never granted"),
    (
        lambda state: state.turns[TurnId("turn-3")].verdicts.update({ProposalId(1): None}),
        "has verdicts on proposals that it did not make",
    ),
    (set_to("agents.y.turn", TurnId("turn-9")), "is in turn 'turn-9', which is over"),
    (set_to("turns_started", 1), "3 turns are open, 1 were started"),
    (set_to("turns.turn-3.in_flight", True), "a request on its way that is not its next one"),
    (set_to("ledger.tokens", -1), "the ledger has a sum below nothing: (-1, 0.0, 0, 0.0, 0)"),
    (set_to("ledger.maybe_dollars", -0.5), "the ledger has a sum below nothing"),
    (
        set_to("ledger.held", {TurnId("turn-3"): Amount(1, 0.0)}),
        "is held for turn 'turn-3', which has no request on its way",
    ),
    (
        set_to("ledger.held", {TurnId("turn-1"): Amount(0, 0.0)}),
        "is held for turn 'turn-1', which is no amount",
    ),
    (
        set_to("agents.x.mail", [Mail(number=1, sender=AgentId("y"), text=BLOB)]),
        "agent 'x' has the messages [1] of 0",
    ),
    (
        set_to("agents.x.mail", [Mail(number=1, sender=AgentId("x"), text=BLOB)]),
        "agent 'x' has a message of its own",
    ),
    (set_to("found", 6), "agents added 6 of 6 tasks and may add 5"),
    (set_to("found", -1), "agents added -1 of 6 tasks and may add 5"),
    (lambda state: state.expiries.clear(), "nothing will end lease 2 at 31.0"),
    (lambda state: state.expiries.append((0.0, Fence(1))), "a heap of timers is out of order"),
    (lambda state: state.deadlines.clear(), "nothing will end task 'f', first leased at 1.0"),
    (
        set_to("tasks.a.ballots", {ProposalId(9): BALLOT}),
        "is over and still has holders or ballots",
    ),
    (
        set_to("tasks.f.ballots", {ProposalId(8): BALLOT, ProposalId(9): BALLOT}),
        "an agent has two ballots for task 'f': ['x', 'x']",
    ),
    (set_to("locks", {"one": {D: None}}), "file 'one' is locked by ['d'], and named by None at"),
    (set_to("queue.2.task", D), "task 'b' is queued and has no proposal in the queue"),
    (
        lambda state: state.queue.update({ProposalId(7): state.queue[ProposalId(2)]}),
        "a task is in the queue twice",
    ),
    (
        lambda state: state.queue.update({ProposalId(1): state.queue[ProposalId(2)]}),
        "not in the order of acceptance: [2, 1]",
    ),
    (set_to("next_proposal", 2), "proposal 2 is kept as 2"),
    (set_to("tasks.b.proposal", ProposalId(9)), "task 'b' does not know of its proposal 2"),
    (set_to("queue.2.run", 0), "runs and has a verdict, or never started"),
    (lambda state: state.queued_writes.pop("two"), "the queue writes"),
    (lambda state: state.queued_paths.remove("two"), "the index of paths that the queue writes"),
    (lambda state: state.history.pop("one"), "do not name the same paths"),
    (
        lambda state: state.history["one"].append(FileVersion(1, 2, None, executable=False)),
        "does not end with the file as it is",
    ),
    (set_to("files.one.version", 2), "the versions of 'one' are not contiguous"),
    (set_to("files.one.commit", 2), "is not in the order of the commits: [2]"),
    (lambda state: state.paths.remove("one"), "the index of paths does not hold"),
    (
        lambda state: state.files.update(One=state.files["one"]),
        "2 files differ only by case: 'one'",
    ),
    (set_to("verified.b", 1), "task 'b' counts as verified at commit 1"),
    (
        lambda state: state.verification.pending.update({C: None}),
        "task 'c' is looked at although it is not done",
    ),
]

BETWEEN_DECISIONS = [
    (set_to("tasks.d.unmet", 0), "task 'd' waits for nothing and is not offered"),
    (set_to("tasks.c.status", Status.FAILED), "'d' is open and something it depends on is lost"),
    (set_to("tasks.d.status", Status.BLOCKED), "'d' is blocked and nothing it depends on is lost"),
    (set_to("tasks.c.failures", 3), "task 'c' is open after 3 of 3 attempts"),
    (set_to("tasks.c.status", Status.WAITING), "lease 3 covers ['c'], which nobody works on"),
    (set_to("agents.y.available", False), "lease 3 is held by 'y', which is not there"),
    (set_to("turns.turn-3.fence", Fence(2)), "works under fence 2 instead of 3"),
    (lambda state: state.turn_deadlines.clear(), "nothing will end turn 'turn-2'"),
    (set_to("leases.2.expires_at", 50.0), "the timer at 31.0 is for lease 2"),
    (set_to("turns.turn-2.deadline", 50.0), "the timer at 1001.0 is for turn 'turn-2'"),
    (set_to("tasks.a.status", Status.READY), "waits behind nothing that does ['a']"),
    (set_to("files.one.version", 7), "writes 'one' on a version that is gone"),
    (
        lambda state: state.files.update(TWO=state.files["one"]),
        "writes a path like 'two' in other case",
    ),
    (set_to("tasks.f.ballots", {ProposalId(9): BALLOT}), "task 'f' is leased and has the ballots"),
    (set_to("tasks.f.first_leased", 2.0), "the timer at 501.0 is for a task that is over or was"),
    (set_to("queue.2.check", object()), "is at the front, settled, and still in the queue"),
]


@pytest.mark.parametrize(("breaks", "sentence"), ALWAYS, ids=[each[1] for each in ALWAYS])
def test_violation_is_noticed(busy: "Board", breaks: Breaks, sentence: str) -> None:
    """One thing in the state is not as the records say."""
    breaks(busy.state)

    assert any(sentence in violation for violation in violations(busy.state))


@pytest.mark.parametrize(
    ("breaks", "sentence"), BETWEEN_DECISIONS, ids=[each[1] for each in BETWEEN_DECISIONS]
)
def test_loose_end_is_noticed(busy: "Board", breaks: Breaks, sentence: str) -> None:
    """One thing in the state was left undone."""
    breaks(busy.state)

    assert any(sentence in loose_end for loose_end in loose_ends(busy.state))


def test_queue_of_a_team_that_checks_nothing_is_empty(new_board: "NewBoard") -> None:
    """A queued change would wait for ever there."""
    board = new_board("a")
    board.propose(board.start("x", "a"), "a", "a")
    assert board.state.run is not None
    board.state.run = replace(board.state.run, guarantees=Guarantees(checked_completion=False))

    assert loose_ends(board.state) == ("a proposal waits for a check in a team that promises none",)


def test_new_state_breaks_nothing() -> None:
    """Nothing happened yet."""
    assert violations(State()) == loose_ends(State()) == ()
