"""What models cost, by agent, task and model, on stories small enough to add up by hand."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brooks.analysis.spending import Spending
from brooks.core import events
from brooks.core.events import Event
from brooks.core.facts import MAYBE_BILLED, EndReason, Failure, Outcome, Usage
from brooks.core.ledger import Amount, Ledger
from brooks.ids import AgentId, BlobHash, Fence, TaskId, TurnId

BLOB = BlobHash("0" * 64)
A, B = TaskId("a"), TaskId("b")
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")


def begun(turn: str, agent: AgentId, *tasks: TaskId) -> Event:
    return events.TurnStarted(
        turn=TurnId(turn), agent=agent, tasks=tasks, fence=Fence(1), head=0, deadline=9.0
    )


def sent(
    turn: str, agent: AgentId = ONE, *, model: str = "m", most: int = 0, waited: float = 0.0,
    why: str = "",
) -> events.RequestSent:  # fmt: skip
    return events.RequestSent(
        agent=agent,
        turn=TurnId(turn),
        index=0,
        request=BLOB,
        model=model,
        waited=waited,
        why=why,
        most_tokens=most,
        most_dollars=most / 100,
    )


def replied(
    turn: str, agent: AgentId = ONE, *, tokens: int, dollars: float | None = None
) -> events.ReplyReceived:
    usage = Usage(input_tokens=tokens - 1, output_tokens=1, cached_tokens=2, dollars=dollars)
    return events.ReplyReceived(agent=agent, turn=TurnId(turn), index=0, reply=BLOB, usage=usage)


def failed(turn: str, kind: Failure, agent: AgentId = ONE) -> events.RequestFailed:
    return events.RequestFailed(agent=agent, turn=TurnId(turn), index=0, attempt=1, failure=kind)


def resumed() -> Event:
    return events.RunResumed(epoch=2, revoked=(), in_flight=())


def spent(*story: Event) -> Spending:
    spending = Spending()
    for event in story:
        spending.add(event)
    return spending


def test_a_reply_is_paid_by_its_agent_its_model_and_its_tasks_in_equal_parts() -> None:
    """One turn on two tasks, one on one of them, one on none; two models."""
    spending = spent(
        begun("turn-1", ONE, A, B),
        begun("turn-2", TWO, B),
        begun("turn-3", TWO),
        sent("turn-1", model="large"),
        sent("turn-2", TWO, model="small"),
        replied("turn-1", tokens=101, dollars=0.5),
        replied("turn-2", TWO, tokens=20, dollars=0.125),
        sent("turn-3", TWO, model="small"),
        replied("turn-3", TWO, tokens=10, dollars=0.25),
    )

    assert spending.to_json() == {
        "tokens": 131,
        "dollars": 0.875,
        "unpriced_replies": 0,
        "maybe_billed": {"tokens": 0, "dollars": 0.0},
        "failed_attempts": {},
        "waited_seconds": {},
        "by_agent": {
            "agent-1": {"tokens": 101, "dollars": 0.5, "unpriced_replies": 0},
            "agent-2": {"tokens": 30, "dollars": 0.375, "unpriced_replies": 0},
        },
        "by_task": {
            "a": {"tokens": 50, "dollars": 0.25, "unpriced_replies": 0},
            "b": {"tokens": 70, "dollars": 0.375, "unpriced_replies": 0},
        },
        "by_model": {
            "large": {"tokens": 101, "dollars": 0.5, "unpriced_replies": 0},
            "small": {"tokens": 30, "dollars": 0.375, "unpriced_replies": 0},
        },
    }
    assert spending.tasks[A].tokens == 50.5
    assert json.loads(json.dumps(spending.to_json())) == spending.to_json()


def test_the_fallback_pays_for_its_own_reply() -> None:
    """The first model came to nothing; the reply is the second one's."""
    spending = spent(
        begun("turn-1", ONE, A),
        sent("turn-1", model="large"),
        failed("turn-1", Failure.OVERLOADED),
        sent("turn-1", model="small"),
        replied("turn-1", tokens=10, dollars=0.5),
    )

    assert {name: cost.dollars for name, cost in spending.models.items()} == {"small": 0.5}


def test_replies_of_unknown_price_are_counted_and_make_the_sum_a_lower_bound() -> None:
    """One agent's model has a price, the other's has none; nothing is known of the third run."""
    known = spent(replied("turn-1", tokens=10, dollars=0.5), replied("turn-1", tokens=10))
    unknown = spent(replied("turn-1", tokens=10))
    nothing = spent()

    shown = [
        {key: spending.to_json()[key] for key in ("dollars", "unpriced_replies")}
        for spending in (known, unknown, nothing)
    ]

    assert shown == [
        {"dollars": 0.5, "unpriced_replies": 1},
        {"dollars": None, "unpriced_replies": 1},
        {"dollars": 0.0, "unpriced_replies": 0},
    ]


@pytest.mark.parametrize("kind", Failure)
def test_what_a_failed_attempt_may_have_cost_is_said_apart(kind: Failure) -> None:
    """The second attempt is answered."""
    spending = spent(
        sent("turn-1", most=50),
        failed("turn-1", kind),
        sent("turn-1", most=50),
        replied("turn-1", tokens=10, dollars=0.125),
    )

    maybe = (50, 0.5) if kind in MAYBE_BILLED else (0, 0.0)
    assert (spending.maybe_tokens, spending.maybe_dollars) == maybe
    assert (spending.total.tokens, spending.total.dollars) == (10, 0.125)
    assert spending.failures == {kind: 1}


def test_what_was_on_its_way_at_a_resume_may_be_billed_once() -> None:
    """Two requests are on their way, one of them in a turn that is over; then all is answered."""
    spending = spent(
        sent("turn-1", most=50),
        sent("turn-2", TWO, most=20),
        events.TurnEnded(turn=TurnId("turn-2"), agent=TWO, reason=EndReason.DEADLINE),
        resumed(),
        resumed(),
        sent("turn-1", most=50),
        replied("turn-1", tokens=10),
        resumed(),
    )

    assert (spending.maybe_tokens, spending.total.tokens) == (70, 10)


def test_what_was_on_its_way_at_the_end_may_be_billed_once() -> None:
    """The run did not wait for the reply; it is resumed, and the request is sent again."""
    over = events.RunFinished(outcome=Outcome.BUDGET, reason="", done=0, verified=0, total=1)
    spending = spent(sent("turn-1", most=50), over)
    at_the_end = spending.maybe_tokens
    for event in (resumed(), sent("turn-1", most=50), replied("turn-1", tokens=10)):
        spending.add(event)

    assert (at_the_end, spending.maybe_tokens, spending.total.tokens) == (50, 50, 10)


def test_failures_and_waits_are_counted_by_reason() -> None:
    """Three waits for two reasons, one of no time at all; three failures of two kinds."""
    spending = spent(
        sent("turn-1", waited=2.5, why="rate limit"),
        failed("turn-1", Failure.RATE_LIMITED),
        sent("turn-1", waited=4.0, why="backoff"),
        failed("turn-1", Failure.OVERLOADED),
        sent("turn-1", waited=1.5, why="rate limit"),
        failed("turn-1", Failure.RATE_LIMITED),
        sent("turn-1", waited=0.0, why="nothing"),
    )

    shown = spending.to_json()

    assert shown["failed_attempts"] == {"overloaded": 1, "rate_limited": 2}
    assert shown["waited_seconds"] == {"backoff": 4.0, "rate limit": 4.0}


def test_an_old_log_names_no_models() -> None:
    """Its replies belong to agents and tasks, and to no model."""
    spending = spent(
        begun("turn-1", ONE, A), sent("turn-1", model=""), replied("turn-1", tokens=10)
    )

    assert (list(spending.agents), list(spending.tasks), spending.models) == ([ONE], [A], {})


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["sent", "failed", "replied", "resumed"]),
        st.sampled_from(["turn-1", "turn-2"]),
        st.integers(1, 50),
        st.sampled_from(list(Failure)),
        st.sampled_from([None, 0.25, 0.5]),
    ),
    max_size=25,
)


@settings(max_examples=settings().max_examples // 2)
@given(steps=STEPS)
def test_the_story_and_the_ledger_come_to_the_same(
    steps: list[tuple[str, str, int, Failure, float | None]],
) -> None:
    """Each keeps its own books of the same events."""
    spending, ledger = Spending(), Ledger()
    on_its_way = set()
    for what, turn, amount, kind, dollars in steps:
        name = TurnId(turn)
        if what == "sent" and name not in on_its_way:
            spending.add(sent(turn, most=amount))
            ledger.hold(name, Amount(amount, amount / 100))
            on_its_way.add(name)
        elif what == "failed" and name in on_its_way:
            spending.add(failed(turn, kind))
            ledger.release(name, maybe_billed=kind in MAYBE_BILLED)
            on_its_way.discard(name)
        elif what == "replied":
            reply = replied(turn, tokens=amount, dollars=dollars)
            spending.add(reply)
            ledger.pay(name, reply.usage)
            on_its_way.discard(name)
        elif what == "resumed":
            spending.add(resumed())
            ledger.presume_all()
            on_its_way.clear()

    assert (spending.total.tokens, spending.total.dollars) == (ledger.tokens, ledger.dollars)
    assert spending.total.unpriced == ledger.unpriced
    assert spending.maybe_tokens == ledger.maybe_tokens
    assert spending.maybe_dollars == pytest.approx(ledger.maybe_dollars)


def test_events_about_other_things_cost_nothing() -> None:
    """Only a few kinds of events are about money."""
    assert spent(events.RunPaused(), events.RunContinued()).to_json() == spent().to_json()
