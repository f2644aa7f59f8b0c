"""The picture of a running team, frame by frame."""

from collections.abc import Callable

import pytest
from rich.console import Console

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason, FileChange, Outcome, RefusalReason, Usage
from brooks.core.spec import FaultKind, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId
from brooks.report.live import picture

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]
Printed = Callable[[Console], list[str]]

A, B, C, D = (TaskId(name) for name in ("parse", "totals", "report", "plot"))
ONE, TWO, THREE = (AgentId(f"agent-{number}") for number in (1, 2, 3))
BLOB = BlobHash("0" * 64)


def run_started(guarantees: Guarantees) -> Event:
    return events.RunStarted(
        spec=BLOB,
        seed=0,
        brooks="0",
        guarantees=guarantees,
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
    )


def turn(agent: AgentId, number: int, *tasks: TaskId) -> Event:
    return events.TurnStarted(
        turn=TurnId(f"turn-{number}"),
        agent=agent,
        tasks=tasks,
        fence=Fence(number),
        head=0,
        deadline=999.0,
    )


def asked(agent: AgentId, number: int) -> Event:
    return events.RequestSent(agent=agent, turn=TurnId(f"turn-{number}"), index=0, request=BLOB)


def answered(agent: AgentId, number: int, tokens: int) -> Event:
    return events.ReplyReceived(
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        index=0,
        reply=BLOB,
        usage=Usage(input_tokens=tokens),
    )


def proposed(agent: AgentId, number: int, task: TaskId) -> Event:
    return events.ProposalQueued(
        proposal=ProposalId(number),
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        call="call",
        task=task,
        fence=Fence(number),
        changes=(FileChange(path="x.py", blob=BLOB),),
    )


def done(agent: AgentId, number: int, task: TaskId) -> Event:
    return events.TaskDone(
        task=task,
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        fence=Fence(number),
        proposal=ProposalId(number),
        commit=number,
        verified=True,
        changes=(),
    )


@pytest.fixture
def team() -> History:
    """At 12 s: agent-1 asks with two tasks, agent-2 waits for a check, agent-3 crashed."""
    history: History = [(0.0, run_started(Guarantees()))]
    history += [(0.0, events.TaskAdded(task=Task(id=task, check="t"))) for task in (A, B, C, D)]
    history += [(0.0, events.AgentJoined(agent=agent)) for agent in (ONE, TWO, THREE)]
    history += [
        (0.0, turn(ONE, 1, A)),
        (0.0, asked(ONE, 1)),
        (4.0, answered(ONE, 1, 12_345)),
        (4.0, proposed(ONE, 1, A)),
        (5.0, done(ONE, 1, A)),
        (5.0, turn(ONE, 2, B, C)),
        (5.0, asked(ONE, 2)),
        (6.0, turn(TWO, 3, D)),
        (8.0, proposed(TWO, 3, D)),
        (9.0, events.FaultInjected(agent=TWO, kind=FaultKind.SLOW, seconds=60.0)),
        (10.0, events.FaultInjected(agent=THREE, kind=FaultKind.CRASH)),
    ]
    return history


def test_each_agent_has_a_line_with_what_it_does_and_for_how_long(
    team: History, recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """Every word is there without colours; the news come last."""
    summary = Summary.of(recorded(team), simulated=True)

    frame = picture(summary, now=75.0, height=24, title="sales, leased:3", news=["one", "two"])
    terminal.print(frame)

    assert printed(terminal) == [
        "sales, leased:3",
        "1 of 4 done | 1 checked | 1:15 | 12.3k tokens | simulated",
        "agent    is                               for  task                 tokens  done",
        "agent-1  asks model                      1:10  totals (and 1 more)   12.3k     1",
        "agent-2  waits for check, slow model     1:07  plot                      0     0",
        "agent-3  crashed                         1:05                            0     0",
        "",
        "one",
        "two",
    ]


def test_what_went_wrong_is_in_the_header(
    team: History, recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """Failed, blocked and cancelled tasks, and conflicts, are shown once there are any."""
    refused = events.Refused(command="Propose", reason=RefusalReason.STALE_WRITE, agent=ONE)
    history: History = [
        *team,
        (11.0, events.TaskFailed(task=B, reason="")),
        (11.0, events.TaskBlocked(task=C, on=B)),
        (11.0, events.TaskCancelled(task=D, reason="")),
        (12.0, refused),
    ]

    terminal.print(picture(Summary.of(recorded(history)), now=12.0, height=24))

    assert (
        printed(terminal)[0]
        == (
            "1 of 4 done | 1 checked | 1 failed | 1 blocked | 1 cancelled | 12 s | 12.3k tokens | 1 con"
            "flict"
        )[:79]
        + "…"
    )


def test_a_team_that_checks_nothing_is_not_said_to_have_checked(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """Its tasks are done when somebody says so, until the last look verifies them."""
    history: History = [(0.0, run_started(Guarantees(checked_completion=False)))]

    terminal.print(picture(Summary.of(recorded(history)), now=0.0, height=24))

    assert printed(terminal) == ["0 of 0 done | 0 s | 0 tokens"]


@pytest.mark.parametrize(
    ("history", "line"),
    [
        ([], "starting"),
        ([(1.0, events.RunPaused())], "paused: nothing new starts"),
        (
            [(1.0, events.RunStopping(outcome=Outcome.BUDGET, reason="too\x1b dear"))],
            "stopping: too? dear",
        ),
        (
            [
                (
                    1.0,
                    events.RunFinished(
                        outcome=Outcome.DONE, reason="all done", done=0, verified=0, total=0
                    ),
                )
            ],
            "over: all done",
        ),
        (
            [
                (0.0, run_started(Guarantees())),
                (1.0, events.VerificationStarted(round=1, head=1, tasks=(A, B), project=True)),
            ],
            "last look: 0 of 3 checks on the final tree",
        ),
    ],
)
def test_where_the_run_is_has_a_line_unless_it_just_goes_on(
    history: History, line: str, recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """Under the counts."""
    terminal.print(picture(Summary.of(recorded(history)), now=1.0, height=24))

    assert printed(terminal)[1] == line


@pytest.fixture
def crowd(recorded: Recorded) -> Summary:
    """A hundred agents: the last five have a turn, agent-7 had a long one, agent-100 is gone."""
    agents = [AgentId(f"agent-{number}") for number in range(1, 101)]
    over = events.TurnEnded(turn=TurnId("turn-7"), agent=agents[6], reason=EndReason.FINISHED)
    history: History = [(0.0, run_started(Guarantees()))]
    history += [(0.0, events.AgentJoined(agent=agent)) for agent in agents]
    history += [(0.0, turn(agents[6], 7, A)), (50.0, over)]
    history += [(50.0, turn(agents[number], number, A)) for number in range(95, 100)]
    history += [(51.0, events.FaultInjected(agent=agents[99], kind=FaultKind.CRASH))]
    return Summary.of(recorded(history))


def test_a_hundred_agents_fit_and_the_busiest_are_seen(
    crowd: Summary, terminal: Console, printed: Printed
) -> None:
    """Twelve lines: counts, header, nine agents in their usual order, and one for all the others."""
    terminal.print(picture(crowd, now=60.0, height=13))

    lines = printed(terminal)
    assert [line.split()[0] for line in lines[2:-1]] == [
        "agent-1",
        "agent-2",
        "agent-3",
        "agent-7",
        "agent-96",
        "agent-97",
        "agent-98",
        "agent-99",
        "agent-100",
    ]
    assert lines[-1] == "and 91 more: 91 idle"
    assert len(lines) == 12


@pytest.mark.parametrize("height", range(5, 60, 3))
@pytest.mark.parametrize("title", ["", "title"])
def test_a_picture_never_outgrows_the_terminal(
    crowd: Summary, height: int, title: str, terminal: Console, printed: Printed
) -> None:
    """One line is left for the cursor; long news are cut and not wrapped."""
    news = ["long " * 60] * 9

    terminal.print(picture(crowd, now=60.0, height=height, title=title, news=news))

    lines = printed(terminal)
    assert len(lines) < height
    assert max(len(line) for line in lines) <= 80
