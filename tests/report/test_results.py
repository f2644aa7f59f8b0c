"""What is printed when runs are over."""

from collections.abc import Callable

import pytest
from rich.console import Console

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import (
    CheckReason,
    EndReason,
    FileChange,
    Outcome,
    RefusalReason,
    Usage,
)
from brooks.core.spec import FaultKind, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId
from brooks.report.terminal import RunRow, print_comparison, print_runs, print_summary

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]
Printed = Callable[[Console], list[str]]

A, B, C, D = (TaskId(name) for name in ("parse", "totals", "report", "plot"))
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
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


def added(*tasks: TaskId, check: str | None = "t") -> History:
    return [(0.0, events.TaskAdded(task=Task(id=task, check=check))) for task in tasks]


def done(number: int, task: TaskId, agent: AgentId = ONE, *, verified: bool = True) -> Event:
    return events.TaskDone(
        task=task,
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        fence=Fence(number),
        proposal=ProposalId(number),
        commit=number,
        verified=verified,
        changes=(),
    )


def turn(number: int, agent: AgentId) -> tuple[Event, Event, Event]:
    turn_id = TurnId(f"turn-{number}")
    return (
        events.TurnStarted(
            turn=turn_id, agent=agent, tasks=(), fence=Fence(number), head=0, deadline=9.0
        ),
        events.RequestSent(agent=agent, turn=turn_id, index=0, request=BLOB),
        events.ReplyReceived(
            agent=agent,
            turn=turn_id,
            index=0,
            reply=BLOB,
            usage=Usage(input_tokens=1000, output_tokens=234, cached_tokens=100),
        ),
    )


def looked(task: TaskId | None, *, passed: bool = True) -> Event:
    return events.VerificationFinished(
        round=1,
        task=task,
        passed=passed,
        reason=CheckReason.PASSED if passed else CheckReason.FAILED,
        tests_passed=4,
        tests_failed=None,
        output=BLOB,
        level="none",
    )


def finished(outcome: Outcome, reason: str) -> Event:
    return events.RunFinished(outcome=outcome, reason=reason, done=0, verified=0, total=0)


def good_run() -> History:
    """Two agents, two tasks, both verified; agent-2 asks its model for two of its three seconds."""
    start, ask, answer = turn(2, TWO)
    return [
        (0.0, run_started(Guarantees())),
        *added(A, B),
        (0.0, events.AgentJoined(agent=ONE)),
        (0.0, events.AgentJoined(agent=TWO)),
        *((0.0, event) for event in turn(1, ONE)),
        (1.0, start),
        (1.0, ask),
        (3.0, answer),
        (60.0, done(1, A)),
        (4.0, events.TurnEnded(turn=TurnId("turn-2"), agent=TWO, reason=EndReason.FINISHED)),
        (125.0, done(2, B, TWO)),
        (125.0, events.VerificationStarted(round=1, head=2, tasks=(A,), project=True)),
        (126.0, looked(A)),
        (127.0, looked(None)),
        (127.0, finished(Outcome.DONE, "every task is done")),
    ]


def test_a_run_that_went_well_is_told_in_a_few_lines(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """What came out, how long it took, what it cost, where the log is and what to type next."""
    summary = Summary.of(recorded(good_run()), simulated=True)

    print_summary(
        summary,
        terminal,
        log=".brooks/runs/r1",
        next_commands=["brooks show r1", "brooks audit r1"],
    )

    assert printed(terminal) == [
        "Done (simulated): 2 of 2 tasks done, all verified on the final tree",
        "  time        2 min 05 s to the last merge, 2 min 07 s in all",
        "  model       2 requests in 2 turns; 2.00k tokens in (200 cached), 468 out",
        "  checks      0 run, 0 failed; 4 tests passed",
        "  last look   the project's own check passed",
        "  agent    done    in turns  at the model  at checks   gone  tokens",
        "  agent-1     1  2 min 07 s         0.0 s      0.0 s  0.0 s   1.23k",
        "  agent-2     1       3.0 s         2.0 s      0.0 s  0.0 s   1.23k",
        "  log         .brooks/runs/r1",
        "  next        brooks show r1",
        "              brooks audit r1",
    ]


def bad_run() -> History:
    """Everything that can go wrong at once, with many agents and long words."""
    tasks = [TaskId(f"task-{number}") for number in range(1, 21)]
    agents = [AgentId(f"agent-{number}") for number in range(1, 31)]
    words = "because of this and that, " * 20
    kept = [
        events.FileKept(path=f"{number}.py", kept_at="kept/" + "x" * 90, reason=words)
        for number in range(3)
    ]
    history: History = [(0.0, run_started(Guarantees())), *added(*tasks)]
    history += [(0.0, events.AgentJoined(agent=agent)) for agent in agents]
    history += [(1.0, events.FaultInjected(agent=ONE, kind=kind)) for kind in FaultKind]
    history += [
        (1.0, events.FaultInjected(agent=ONE, kind=kind)) for kind in ("crash", "lost", "delayed")
    ]
    history += [
        (1.0, events.RunResumed(epoch=2, revoked=(), in_flight=())),
        (1.0, events.LeaseExpired(agent=ONE, fence=Fence(1), tasks=(tasks[0],))),
        (1.0, events.Refused(command="Propose", reason=RefusalReason.TURN_OVER, agent=ONE)),
        (1.0, events.Refused(command="Propose", reason=RefusalReason.STALE_WRITE, agent=ONE)),
        (2.0, done(1, tasks[0])),
        (2.0, events.TaskReopened(task=tasks[0])),
        (3.0, looked(None, passed=False)),
    ]
    history += [(4.0, events.TaskFailed(task=task, reason=words)) for task in tasks[:9]]
    history += [(4.0, events.TaskBlocked(task=task, on=tasks[0])) for task in tasks[9:]]
    history += [(5.0, each) for each in kept]
    history += [(6.0, finished(Outcome.FAILED, words))]
    return history


def test_a_run_that_went_badly_fits_a_screen_too(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """At most twenty-five lines, none of them longer than the terminal is wide."""
    summary = Summary.of(recorded(bad_run()))

    print_summary(summary, terminal, log="there", next_commands=["one", "two", "three"])

    lines = printed(terminal)
    assert len(lines) <= 25
    assert max(len(line) for line in lines) <= 80
    assert lines[0] == "Not done: 0 of 20 tasks done, 0 verified on the final tree"
    assert lines[1].startswith("  because     because of this and that, because")
    assert (
        "  trouble     2 crashes, 1 stall, 1 slow model, 1 cut link, 1 lease lost, 1 lat…" in lines
    )
    assert "  resumed     1 time; 0 requests asked once more" in lines
    assert "  conflicts   1 change made from an old version of a file" in lines
    assert "              and 6 other tasks" in lines
    assert "  last look   1 task reopened, the project's own check failed" in lines
    assert "  blocked     11 tasks behind what is not done" in lines
    assert "  and 26 more: 0 done, 0 tokens" in lines


def test_a_file_gets_the_whole_of_each_line(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """There is no edge at which to cut."""
    print_summary(Summary.of(recorded(bad_run())), file_console)

    trouble = next(line for line in printed(file_console) if line.startswith("  trouble"))
    assert trouble.endswith("1 lease lost, 1 late write refused, 2 messages lost, late or doubled")


def test_a_command_to_type_next_is_never_cut(terminal: Console, printed: Printed) -> None:
    """It is there to be copied."""
    command = "brooks show " + "x" * 100

    print_summary(Summary(), terminal, next_commands=[command])

    assert "".join(printed(terminal)).endswith(command)


@pytest.mark.parametrize(
    ("history", "headline"),
    [
        (
            [*added(A, B), (1.0, done(1, A)), (2.0, done(2, B)), (2.0, looked(A))],
            "Unfinished: 2 of 2 tasks done, all verified on the final tree",
        ),
        (
            [
                *added(A, B),
                (1.0, done(1, A)),
                (2.0, done(2, B)),
                (3.0, finished(Outcome.INTERRUPTED, "by the user")),
            ],
            ("Interrupted: 2 of 2 tasks done, 2 checked when merged, no last look at the tree"),
        ),
        (
            [
                *added(A),
                *added(B, check=None),
                (1.0, done(1, A)),
                (2.0, done(2, B, verified=False)),
                (3.0, events.VerificationStarted(round=1, head=2, tasks=(A,), project=False)),
                (3.0, looked(A)),
                (3.0, finished(Outcome.DONE, "")),
            ],
            "Done: 2 of 2 tasks done, 1 verified on the final tree, 1 without a check",
        ),
        (
            [*added(A), (3.0, finished(Outcome.BUDGET, "spent"))],
            "Out of budget: 0 of 1 task done, 0 verified on the final tree",
        ),
        (
            [*added(A), (3.0, finished(Outcome.CANCELLED, "by the user"))],
            "Cancelled: 0 of 1 task done, 0 verified on the final tree",
        ),
    ],
)
def test_the_first_line_says_what_came_of_it(
    history: History, headline: str, recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """And promises no more verification than there was."""
    print_summary(Summary.of(recorded(history)), file_console)

    assert printed(file_console)[0] == headline


def test_rounds_and_merged_conflicts_are_told_of_teams_that_have_them(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """The published protocol: rounds, and the last writer wins."""
    stale = events.TaskDone(
        task=A,
        agent=ONE,
        turn=TurnId("turn-1"),
        fence=Fence(0),
        proposal=ProposalId(1),
        commit=1,
        verified=False,
        changes=(FileChange(path="x.py", blob=BLOB, base=3),),
    )
    in_round = events.TurnStarted(
        turn=TurnId("turn-1"), agent=ONE, tasks=(A,), fence=Fence(0), head=0, deadline=9.0, round=2
    )
    history: History = [
        (0.0, run_started(Guarantees(no_stale_write=False))),
        *added(A),
        (0.0, in_round),
        (4.0, stale),
    ]

    print_summary(Summary.of(recorded(history)), file_console)

    lines = printed(file_console)
    assert "  time        4.0 s to the last merge, 4.0 s in all, 2 rounds" in lines
    assert "  conflicts   1 change made from an old version of a file, merged all the same" in lines


def test_runs_stand_side_by_side_with_speed_ups_against_the_first(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """The team needs 40 s instead of 125 s, loses a lease, and refuses what came too late."""
    alone = Summary.of(recorded(good_run()))
    history: History = [
        *added(A, B),
        (1.0, events.LeaseExpired(agent=ONE, fence=Fence(1), tasks=(A,))),
        (2.0, events.Refused(command="Propose", reason=RefusalReason.STALE_FENCE, agent=ONE)),
        (3.0, events.Refused(command="Propose", reason=RefusalReason.STALE_WRITE, agent=ONE)),
        (30.0, done(1, A)),
        (40.0, done(2, B)),
    ]
    team = Summary.of(recorded(history), simulated=True)

    print_comparison([("one agent", alone), ("leased:4", team)], terminal)

    assert printed(terminal) == [
        "                         one agent  leased:4",
        "time to the last merge  2 min 05 s    40.0 s",
        "speed-up                      1.00      3.12",
        "verified                    2 of 2    1 of 2",
        "tokens                       2.47k         0",
        "conflicts                        0         1",
        "leases lost                      0         1",
        "late writes refused              0         1",
        "simulated: times and tokens come from a simulated model, not from a measurement",
    ]


def test_a_run_that_is_not_done_has_no_speed_up(
    recorded: Recorded, terminal: Console, printed: Printed
) -> None:
    """It was only quick because it left something out; and a run without a merge has no time."""
    alone = Summary.of(recorded(good_run()))
    half = Summary.of(recorded([*added(A, B), (1.0, done(1, A))]))

    print_comparison([("all", alone), ("half", half), ("none", Summary())], terminal)

    lines = [line.split() for line in printed(terminal)]
    assert lines[1][-4:] == ["s", "1.0", "s", "-"]
    assert lines[2] == ["speed-up", "1.00", "-", "-"]


def row(run: str, *, simulated: bool) -> RunRow:
    return RunRow(
        run=run,
        state="interrupted",
        done=12,
        total=20,
        seconds=76.3,
        tokens=123_456,
        team="leased:4",
        project="analysis of the sales of all our shops",
        simulated=simulated,
    )


def test_a_list_of_runs_has_a_line_for_each_and_its_whole_id(
    terminal: Console, printed: Printed
) -> None:
    """The project gives way when there is no room."""
    rows = [row("20250101-120000-ab12", simulated=True), row("mine", simulated=False)]

    print_runs(rows, terminal)

    assert printed(terminal) == [
        "run                   state         done       time  tokens  team and project",
        "20250101-120000-ab12  interrupted  12/20  1:16 sim.  123.5k  leased:4, analysis…",
        "mine                  interrupted  12/20       1:16  123.5k  leased:4, analysis…",
        "sim.: simulated time and tokens",
    ]


def test_no_runs_are_told_as_well(file_console: Console, printed: Printed) -> None:
    """An empty table would look like a fault."""
    print_runs([], file_console)

    assert printed(file_console) == ["There are no runs here."]
