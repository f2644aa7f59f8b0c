"""What is printed of money, and of a run that its model brought to a stop."""

from collections.abc import Callable

import pytest
from rich.console import Console

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import Failure, Outcome, Usage
from brooks.core.spec import Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, TaskId, TurnId
from brooks.report.terminal import print_summary

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]
Printed = Callable[[Console], list[str]]

A = TaskId("parse")
ONE = AgentId("agent-1")
BLOB = BlobHash("0" * 64)


def begun() -> History:
    """A run with one task."""
    start = events.RunStarted(
        spec=BLOB,
        seed=0,
        brooks="0",
        guarantees=Guarantees(),
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
    )
    return [(0.0, start), (0.0, events.TaskAdded(task=Task(id=A)))]


def asked(
    number: int, model: str, dollars: float | None, *, failure: Failure | None = None
) -> list[Event]:
    """A turn with one request and its reply, after a failed attempt if one is named."""
    start = events.TurnStarted(
        turn=TurnId(f"turn-{number}"), agent=ONE, tasks=(A,), fence=Fence(1), head=0, deadline=9.0
    )
    sent = events.RequestSent(
        agent=ONE,
        turn=TurnId(f"turn-{number}"),
        index=0,
        request=BLOB,
        model=model,
        most_dollars=0.5,
    )
    reply = events.ReplyReceived(
        agent=ONE,
        turn=TurnId(f"turn-{number}"),
        index=0,
        reply=BLOB,
        usage=Usage(input_tokens=10, output_tokens=2, dollars=dollars),
    )
    if failure is None:
        return [start, sent, reply]
    failed = events.RequestFailed(
        agent=ONE, turn=TurnId(f"turn-{number}"), index=0, attempt=1, failure=failure
    )
    return [start, sent, failed, sent, reply]


@pytest.mark.parametrize(
    ("replies", "line"),
    [
        ([asked(1, "m", 0.25)], "$0.25"),
        ([asked(1, "m", 0.25), asked(2, "n", 0.5)], "$0.75; m $0.25, n $0.5"),
        ([asked(1, "m", 0.25), asked(2, "m", None)], "at least $0.25; 1 reply of unknown price"),
        ([asked(1, "m", None)], "unknown: no model of this run has a known price"),
        (
            [asked(1, "m", 0.25, failure=Failure.TIMEOUT)],
            "$0.25; at most $0.5 more may be billed for lost replies",
        ),
        ([asked(1, "m", 0.25, failure=Failure.SERVER)], "$0.25"),
        ([asked(1, "m", 0.0)], None),
    ],
)
def test_what_models_cost_is_told_as_far_as_it_is_known(
    recorded: Recorded,
    terminal: Console,
    printed: Printed,
    replies: list[list[Event]],
    line: str | None,
) -> None:
    """Nothing is said of money where there is none, and in a simulated run."""
    history = begun()
    history += [(1.0, event) for story in replies for event in story]

    def money(*, simulated: bool) -> list[str]:
        print_summary(Summary.of(recorded(history), simulated=simulated), terminal)
        lines = [each.strip() for each in printed(terminal)]
        return [each.removeprefix("money").strip() for each in lines if each.startswith("money")]

    assert money(simulated=True) == []
    assert money(simulated=False) == ([] if line is None else [line])


def test_a_run_that_could_not_reach_its_model_says_so(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """It stopped, to be resumed."""
    over = events.RunFinished(
        outcome=Outcome.OUTSIDE,
        reason="m: no connection for 15 minutes",
        done=0,
        verified=0,
        total=1,
    )
    history = begun()
    history += [(1.0, event) for event in asked(1, "m", 0.25, failure=Failure.UNREACHABLE)]
    history += [(2.0, over)]

    print_summary(Summary.of(recorded(history)), terminal)

    lines = printed(terminal)
    assert lines[0].startswith("Stopped: a model could not be reached: 0 of 1 task")
    assert any(line.endswith("because     m: no connection for 15 minutes") for line in lines)
    assert any("1 attempt at requests failed" in line for line in lines)
