"""Budgets of tokens and dollars: what is held back, paid, presumed, and when the run stops."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.asking import answer, ask, fail
from tests.core.conftest import Board

from brooks.core.facts import MAYBE_BILLED, Failure, Outcome, Usage
from brooks.core.ledger import Amount, Ledger, Room
from brooks.core.spec import Budget
from brooks.core.state import Phase, State, Turn
from brooks.core.turning import room
from brooks.ids import TurnId

if TYPE_CHECKING:
    from tests.core.conftest import NewBoard

ONE, TWO = TurnId("turn-1"), TurnId("turn-2")
NOT_BILLED = sorted(set(Failure) - MAYBE_BILLED)
HUNDRED = Budget(tokens=100)

FEWER = settings(max_examples=settings().max_examples // 4)
"""Every example is a whole run."""


def books(state: State) -> dict[str, object]:
    """What a ledger says, without the sums that are nothing."""
    ledger = state.ledger
    every = {name: getattr(ledger, name) for name in Ledger.__slots__}
    return {**{name: value for name, value in every.items() if value}, "held": dict(ledger.held)}


def taken(state: State) -> tuple[int, float]:
    """All that is spent, presumed and held."""
    ledger = state.ledger
    held = ledger.held.values()
    return (
        ledger.tokens + ledger.maybe_tokens + sum(amount.tokens for amount in held),
        ledger.dollars + ledger.maybe_dollars + sum(amount.dollars for amount in held),
    )


# The ledger alone.


def test_what_a_request_may_cost_is_held_until_its_reply_says_what_it_cost() -> None:
    """Two requests are on their way, and one is answered."""
    ledger = Ledger()
    ledger.hold(ONE, Amount(50, 0.5))
    ledger.hold(TWO, Amount(30, 0.25))

    ledger.pay(ONE, Usage(input_tokens=10, output_tokens=5, dollars=0.125))

    assert (ledger.tokens, ledger.dollars) == (15, 0.125)
    assert ledger.held == {TWO: Amount(30, 0.25)}
    assert (ledger.maybe_tokens, ledger.maybe_dollars, ledger.unpriced) == (0, 0.0, 0)


def test_reply_of_unknown_price_costs_tokens_and_is_counted() -> None:
    """Nobody knows what the model costs; that is not the same as nothing."""
    ledger = Ledger()

    ledger.pay(ONE, Usage(input_tokens=10, output_tokens=5))
    ledger.pay(ONE, Usage(input_tokens=1, output_tokens=1, dollars=0.0))

    assert (ledger.tokens, ledger.dollars, ledger.unpriced) == (17, 0.0, 1)


def test_second_request_of_a_turn_leaves_the_first_as_presumed() -> None:
    """Nobody said what became of the first."""
    ledger = Ledger()
    ledger.hold(ONE, Amount(50, 0.5))

    ledger.hold(ONE, Amount(20, 0.25))

    assert ledger.held == {ONE: Amount(20, 0.25)}
    assert (ledger.maybe_tokens, ledger.maybe_dollars) == (50, 0.5)


@pytest.mark.parametrize(
    ("budget", "asked", "expected"),
    [
        (Budget(), Amount(10**9, 10.0**9), Room.ENOUGH),
        (Budget(turns=1, seconds=1.0), Amount(10**9, 10.0**9), Room.ENOUGH),
        (Budget(tokens=100), Amount(50, 10.0**9), Room.ENOUGH),
        (Budget(tokens=100), Amount(51, 0.0), Room.LATER),
        (Budget(tokens=100), Amount(80, 0.0), Room.LATER),
        (Budget(tokens=100), Amount(81, 0.0), Room.NONE),
        (Budget(dollars=1.0), Amount(10**9, 0.5), Room.ENOUGH),
        (Budget(dollars=1.0), Amount(0, 0.625), Room.LATER),
        (Budget(dollars=1.0), Amount(0, 0.75), Room.LATER),
        (Budget(dollars=1.0), Amount(0, 0.875), Room.NONE),
        (Budget(tokens=100, dollars=1.0), Amount(50, 0.5), Room.ENOUGH),
        (Budget(tokens=100, dollars=1.0), Amount(50, 0.625), Room.LATER),
        (Budget(tokens=100, dollars=1.0), Amount(81, 0.5), Room.NONE),
        (Budget(tokens=51), Amount(0, 0.0), Room.ENOUGH),
        (Budget(tokens=50), Amount(0, 0.0), Room.LATER),
        (Budget(tokens=20), Amount(0, 0.0), Room.NONE),
    ],
)
def test_room_is_what_is_left_beside_what_is_on_its_way(
    budget: Budget, asked: Amount, expected: Room
) -> None:
    """20 tokens and $0.25 are spent or presumed; 30 tokens and $0.25 are held."""
    ledger = Ledger()
    ledger.pay(ONE, Usage(input_tokens=4, output_tokens=6, dollars=0.125))
    ledger.hold(ONE, Amount(10, 0.125))
    ledger.release(ONE, maybe_billed=True)
    ledger.hold(TWO, Amount(30, 0.25))

    assert ledger.room(budget, asked) is expected


def test_nothing_is_left_later_when_nothing_is_held() -> None:
    """Waiting would not help."""
    ledger = Ledger()

    assert ledger.room(HUNDRED, Amount(101)) is Room.NONE


def test_words_are_about_the_limits_that_there_are() -> None:
    """What was presumed counts as spent."""
    ledger = Ledger()
    ledger.pay(ONE, Usage(input_tokens=1000, output_tokens=200, dollars=1.25))
    ledger.hold(ONE, Amount(34, 0.25))
    ledger.release(ONE, maybe_billed=True)

    assert ledger.spent(Budget(turns=1)) == ""
    assert ledger.spent(Budget(tokens=9000)) == "1,234 of 9,000 tokens"
    assert ledger.spent(Budget(tokens=9000, dollars=2.0)) == "$1.5 of $2 and 1,234 of 9,000 tokens"


# The board.


def test_request_is_held_and_then_paid(new_board: "NewBoard") -> None:
    """One request and its reply."""
    board = new_board("a")
    turn = board.start("x", "a")

    board.say(ask(turn, tokens=50, dollars=0.5))
    on_its_way = books(board.state)
    board.say(answer(turn, tokens=15, dollars=0.25))

    assert on_its_way == {"held": {turn.turn: Amount(50, 0.5)}}
    assert books(board.state) == {"held": {}, "tokens": 15, "dollars": 0.25}
    board.assert_folds()


@pytest.mark.parametrize("kind", NOT_BILLED)
def test_failure_that_cost_nothing_frees_what_was_held(
    new_board: "NewBoard", kind: Failure
) -> None:
    """The provider said no."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=50, dollars=0.5))

    board.say(fail(turn, kind=kind))

    assert books(board.state) == {"held": {}}


@pytest.mark.parametrize("kind", sorted(MAYBE_BILLED))
def test_failure_that_may_be_billed_keeps_what_was_held(
    new_board: "NewBoard", kind: Failure
) -> None:
    """The provider may have done the work; the second attempt is held beside it."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=50, dollars=0.5))

    board.say(fail(turn, kind=kind))
    board.say(ask(turn, attempt=2, tokens=50, dollars=0.5))

    assert books(board.state) == {
        "held": {turn.turn: Amount(50, 0.5)},
        "maybe_tokens": 50,
        "maybe_dollars": 0.5,
    }


def test_late_reply_is_paid_for_what_it_cost(new_board: "NewBoard") -> None:
    """The turn ended while its request was on its way: it is held until the reply is there."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=50))
    board.end_turn(turn)
    after_the_turn = books(board.state)

    board.say(answer(turn, tokens=15))

    assert after_the_turn == {"held": {turn.turn: Amount(50, 0.0)}}
    assert books(board.state) == {"held": {}, "tokens": 15, "unpriced": 1}


def test_late_failure_settles_what_was_held(new_board: "NewBoard") -> None:
    """The turns of two agents are over; one may be billed, one not."""
    board = new_board("a", "b")
    turns = [board.start("x", "a"), board.start("y", "b")]
    for turn in turns:
        board.say(ask(turn, tokens=50))
        board.end_turn(turn)

    stories = [
        board.say(fail(turn, kind=kind))
        for turn, kind in zip(turns, [Failure.TIMEOUT, Failure.SERVER], strict=True)
    ]

    assert stories == [["RequestFailed", "RecordFailure refused: turn_over"]] * 2
    assert books(board.state) == {"held": {}, "maybe_tokens": 50}


def test_resume_presumes_that_what_was_on_its_way_was_billed(new_board: "NewBoard") -> None:
    """One turn is open and one over; a third had its reply."""
    board = new_board("a", "b", "c")
    turns = [board.start(agent, task) for agent, task in ("xa", "yb", "zc")]
    for turn in turns:
        board.say(ask(turn, tokens=50, dollars=0.5))
    board.end_turn(turns[1])
    board.say(answer(turns[2], tokens=15, dollars=0.25))

    board.resume()

    assert books(board.state) == {
        "held": {},
        "tokens": 15,
        "dollars": 0.25,
        "maybe_tokens": 100,
        "maybe_dollars": 1.0,
    }
    board.assert_folds()


def test_end_of_the_run_presumes_the_same_and_a_resume_does_not_presume_it_again(
    new_board: "NewBoard",
) -> None:
    """The run was stopped and did not wait for a reply any longer."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=50))

    board.finish(Outcome.CANCELLED)
    at_the_end = books(board.state)
    board.resume()

    assert at_the_end == books(board.state) == {"held": {}, "maybe_tokens": 50}
    board.assert_folds()


def test_request_that_does_not_fit_stops_the_run(new_board: "NewBoard") -> None:
    """Nobody else is asking; what was done stays, and nothing is asked any more."""
    board = new_board("a", budget=HUNDRED)
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=60))
    board.say(answer(turn, tokens=41))

    story = board.say(ask(turn, 1, tokens=60))

    assert story == [
        "SendRequest refused: budget_spent (41 of 100 tokens)",
        "RunStopping budget",
    ]
    assert board.state.stopping == (
        Outcome.BUDGET,
        "the budget is used up: 41 of 100 tokens, and the next request may cost 60 tokens",
    )
    assert board.say(ask(turn, 1, tokens=1)) == ["SendRequest refused: run_not_open"]


def test_resume_with_more_budget_goes_on(new_board: "NewBoard") -> None:
    """The same request is let go then; with the same budget it is not."""
    board = new_board("a", budget=HUNDRED)
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=60))
    board.say(answer(turn, tokens=41))
    board.say(ask(turn, 1, tokens=60))
    board.finish(Outcome.BUDGET)

    board.resume(HUNDRED)
    same = board.say(ask(turn, 1, tokens=60))[-1]
    board.finish(Outcome.BUDGET)
    board.resume(Budget(tokens=101))
    more = board.say(ask(turn, 1, tokens=60))

    assert same == "RunStopping budget"
    assert more == ["RequestSent"]
    assert board.state.budget == Budget(tokens=101)


def test_request_waits_only_while_another_may_turn_out_cheaper(new_board: "NewBoard") -> None:
    """As long as one is on its way there may be room later; when none is, there is room or there is none."""
    board = new_board("a", "b", budget=HUNDRED)
    one, two = board.start("x", "a"), board.start("y", "b")
    board.say(ask(one, tokens=60))
    wanted = ask(two, tokens=60)
    rooms = [room(board.state, wanted), room(board.state, ask(two, tokens=101))]
    board.say(answer(one, tokens=30))
    rooms.append(room(board.state, wanted))

    assert rooms == [Room.LATER, Room.NONE, Room.ENOUGH]


def test_nobody_waits_for_a_turn_that_is_over(new_board: "NewBoard") -> None:
    """Its agent may be gone for good, and never say what became of its request."""
    board = new_board("a", "b", budget=HUNDRED)
    one, two = board.start("x", "a"), board.start("y", "b")
    board.say(ask(one, tokens=60))
    board.end_turn(one)

    assert room(board.state, ask(two, tokens=60)) is Room.NONE
    assert room(board.state, ask(two, tokens=40)) is Room.ENOUGH


def test_requests_that_nobody_can_estimate_go_over_by_what_is_on_its_way(
    new_board: "NewBoard",
) -> None:
    """Three are sent when one token is left; nothing is sent after."""
    board = new_board("a", "b", "c", budget=HUNDRED)
    turns = [board.start(agent, task) for agent, task in ("xa", "yb", "zc")]
    board.say(ask(turns[0]))
    board.say(answer(turns[0], tokens=99))
    for number, turn in enumerate(turns):
        assert board.say(ask(turn, len(turn.replies))) == ["RequestSent"], number
    for turn in turns:
        board.say(answer(turn, len(turn.replies), tokens=60))

    story = board.say(ask(turns[1], 1))

    assert board.state.ledger.tokens == 99 + 3 * 60
    assert story[-1] == "RunStopping budget"


def test_run_without_these_limits_counts_all_the_same(new_board: "NewBoard") -> None:
    """Its budget may get them at a resume."""
    board = new_board("a")
    turn = board.start("x", "a")
    board.say(ask(turn, tokens=10**9, dollars=10.0**6))
    board.say(answer(turn, tokens=500, dollars=3.0))
    board.resume(Budget(dollars=3.0))

    assert board.say(ask(turn, 1))[-1] == "RunStopping budget"


moves = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "reply", "fail", "end", "late", "resume"]),
        st.integers(0, 2),
        st.integers(1, 60),
        st.integers(0, 100),
        st.sampled_from(list(Failure)),
    ),
    max_size=30,
)


@FEWER
@given(moves=moves)
def test_spending_never_passes_the_budget_where_reservations_are_true(
    moves: list[tuple[str, int, int, int, Failure]],
) -> None:
    """Three agents ask, fail, are late and crash; no reply costs more than was held for it."""
    budget = Budget(tokens=150, dollars=1.5)
    board = Board(["a", "b", "c"], budget=budget, attempts=10**6)
    turns = [board.start(agent, task) for agent, task in ("xa", "yb", "zc")]
    late: list[Turn] = []

    def reply(turn: Turn, percent: int) -> None:
        held = board.state.ledger.held[turn.turn]
        tokens, dollars = held.tokens * percent // 100, held.dollars * percent / 100
        board.say(answer(turn, len(turn.replies), tokens=tokens, dollars=dollars))

    for what, which, most, percent, kind in moves:
        turn = turns[which]
        index = len(turn.replies)
        if what == "ask":
            board.say(ask(turn, index, tokens=most, dollars=most / 100))
        elif what == "reply" and turn.in_flight:
            reply(turn, percent)
        elif what == "fail":
            board.say(fail(turn, index, kind=kind))
        elif what == "end" and board.state.phase is Phase.RUNNING:
            late += [turn] * turn.in_flight
            board.end_turn(turn)
            turns[which] = board.start(turn.agent, *turn.tasks)
        elif what == "late" and late:
            reply(late.pop(which % len(late)), percent)
        elif what == "resume":
            board.resume(budget)
            late.clear()

        tokens, dollars = taken(board.state)
        assert tokens <= 150
        assert dollars <= 1.5 + 1e-9
    board.assert_folds()
