"""A run as it goes by: lines in a file, a picture on a terminal, nothing when quiet."""

import io
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import CheckReason, DropReason, FileChange, Outcome, RefusalReason
from brooks.core.spec import Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId
from brooks.report.terminal import Progress

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]
Printed = Callable[[Console], list[str]]

A, B = TaskId("parse"), TaskId("totals")
ONE, TWO = AgentId("agent-1"), AgentId("agent-2")
TURN = TurnId("turn-1")
BLOB = BlobHash("0" * 64)


def run_started(guarantees: Guarantees = Guarantees()) -> Event:  # noqa: B008 - it is frozen
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


def leased(agent: AgentId, fence: int, *tasks: TaskId) -> Event:
    return events.TasksLeased(agent=agent, tasks=tasks, fence=Fence(fence), expires_at=99.0)


def checked(proposal: int, passed: int, failed: int) -> Event:
    return events.CheckFinished(
        proposal=ProposalId(proposal),
        run=1,
        passed=not failed,
        reason=CheckReason.FAILED if failed else CheckReason.PASSED,
        tests_passed=passed,
        tests_failed=failed,
        output=BLOB,
        level="none",
    )


def dropped(
    proposal: int, reason: DropReason, *paths: str, held: bool = True, task: TaskId = A
) -> Event:
    return events.ProposalDropped(
        proposal=ProposalId(proposal),
        task=task,
        agent=ONE,
        reason=reason,
        held=held,
        paths=paths,
    )


def done(proposal: int, task: TaskId, *, verified: bool = True) -> Event:
    return events.TaskDone(
        task=task,
        agent=ONE,
        turn=TURN,
        fence=Fence(1),
        proposal=ProposalId(proposal),
        commit=proposal,
        verified=verified,
        changes=(FileChange(path="x.py", blob=BLOB),),
    )


def refused(reason: RefusalReason, detail: str = "") -> Event:
    return events.Refused(command="Propose", reason=reason, agent=TWO, task=B, detail=detail)


def looked(task: TaskId | None) -> Event:
    return events.VerificationFinished(
        round=1,
        task=task,
        passed=False,
        reason=CheckReason.FAILED,
        tests_passed=3,
        tests_failed=1,
        output=BLOB,
        level="none",
    )


BEGINNING: History = [
    (0.0, run_started()),
    (0.0, events.TaskAdded(task=Task(id=A, check="t"))),
    (0.0, events.TaskAdded(task=Task(id=B))),
    (0.0, events.AgentJoined(agent=ONE)),
    (0.0, events.AgentJoined(agent=TWO)),
]
FINISHED = events.RunFinished(
    outcome=Outcome.DONE, reason="every task is done", done=2, verified=1, total=2
)


def watched(
    history: History,
    recorded: Recorded,
    console: Console,
    *,
    title: str = "",
    quiet: bool = False,
    simulated: bool = False,
) -> Progress:
    with Progress(title=title, quiet=quiet, simulated=simulated, console=console) as progress:
        for record in recorded(history):
            progress.on_record(record)
    return progress


def test_a_file_gets_a_line_for_each_notable_event(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """With its log time; what happens all day has no line."""
    history: History = [
        *BEGINNING,
        (0.0, leased(ONE, 1, A)),
        (0.0, leased(TWO, 2, B)),
        (1.0, events.LeaseRenewed(agent=ONE, fence=Fence(1), expires_at=99.0)),
        (2.0, events.FaultInjected(agent=TWO, kind="stall", seconds=40.0)),
        (2.5, events.FaultInjected(agent=ONE, kind="lost")),
        (3.0, checked(1, 1, 2)),
        (3.0, dropped(1, DropReason.CHECK_FAILED)),
        (5.25, checked(2, 3, 0)),
        (5.25, done(2, A)),
        (32.0, events.LeaseExpired(agent=TWO, fence=Fence(2), tasks=(B,))),
        (33.0, refused(RefusalReason.STALE_FENCE)),
        (34.0, done(3, B, verified=False)),
        (35.0, events.VerificationStarted(round=1, head=2, tasks=(A,), project=False)),
        (1236.0, FINISHED),
    ]

    watched(history, recorded, file_console, title="sales, leased:2", simulated=True)

    assert printed(file_console) == [
        "sales, leased:2",
        "     0.0 s  the run begins: 2 tasks, simulated",
        "     0.0 s  agent-1 takes parse",
        "     0.0 s  agent-2 takes totals",
        "     2.0 s  injected fault: agent-2 freezes for 40.0 s",
        "     3.0 s  check of parse failed (2 of 3 tests); agent-1 mends it",
        "     5.2 s  parse done by agent-1, check passed (3 tests): 1 of 2",
        "    32.0 s  agent-2 fell silent and lost totals",
        "    33.0 s  late write of agent-2 for totals refused",
        "    34.0 s  totals done by agent-1, it has no check: 2 of 2",
        "    35.0 s  last look 1: 1 check to be run on the final tree",
        "  1236.0 s  the run is over (done): 2 of 2 tasks done, 1 verified; every task is done",
    ]


def test_the_rare_turns_of_a_run_have_lines_too(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """Resumes, pauses, stops, what is given up, conflicts, and what the last look finds."""
    kept = events.FileKept(path="x.py", kept_at="kept/x.py", reason="you changed it")
    history: History = [
        *BEGINNING,
        (1.0, events.RunResumed(epoch=2, revoked=(), in_flight=())),
        (2.0, events.RunPaused()),
        (3.0, events.RunContinued()),
        (4.0, refused(RefusalReason.STALE_WRITE, "x.py")),
        (4.0, refused(RefusalReason.DEPENDENCY_NOT_DONE)),
        (5.0, dropped(1, DropReason.STALE_WRITE, "x.py", held=False, task=B)),
        (5.0, dropped(2, DropReason.TASK_OVER)),
        (6.0, looked(A)),
        (6.0, events.TaskReopened(task=A)),
        (7.0, looked(None)),
        (8.0, events.TaskFailed(task=A, reason="too hard")),
        (8.0, events.TaskBlocked(task=B, on=A)),
        (9.0, kept),
        (9.5, events.RunStopping(outcome=Outcome.FAILED, reason="enough")),
    ]

    watched(history, recorded, file_console)

    assert [line.removeprefix("     ") for line in printed(file_console)] == [
        "0.0 s  the run begins: 2 tasks",
        "1.0 s  the run goes on: 0 leases revoked, 0 requests may be asked once more",
        "2.0 s  the run is paused: nothing new starts",
        "3.0 s  the pause is over",
        "4.0 s  conflict: agent-2 changed an old version of x.py for totals; refused",
        ("5.0 s  conflict: totals was built on a dropped version of x.py; it is offered again"),
        "6.0 s  the check of parse failed (1 of 4 tests) on the final tree",
        "7.0 s  the project's own check failed (1 of 4 tests) on the final tree",
        "8.0 s  task parse is given up: too hard",
        "9.0 s  your version of x.py stays (you changed it); ours is kept at kept/x.py",
        "9.5 s  the run winds down: enough",
    ]


def test_a_team_that_checks_nothing_says_so(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """Its tasks are done without anybody having looked."""
    history: History = [
        (0.0, run_started(Guarantees(checked_completion=False))),
        *BEGINNING[1:],
        (1.0, done(1, A, verified=False)),
    ]

    watched(history, recorded, file_console)

    assert printed(file_console)[-1] == "     1.0 s  parse done by agent-1, not checked: 1 of 2"


def test_a_task_has_three_lines_whatever_happens_to_it(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """Taken, lost and failed twenty times: two lines, and the last one."""
    history: History = list(BEGINNING)
    for number in range(1, 21):
        at = float(number)
        history += [
            (at, leased(ONE, number, A)),
            (at, checked(number, 0, 1)),
            (at, dropped(number, DropReason.CHECK_FAILED)),
            (at, events.LeaseExpired(agent=ONE, fence=Fence(number), tasks=(A,))),
        ]
    history += [(30.0, done(21, A))]

    watched(history, recorded, file_console)

    assert len([line for line in printed(file_console) if "parse" in line]) == 3


def test_quiet_prints_nothing_and_keeps_the_facts(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """The exit code and the summary still need them."""
    history: History = [*BEGINNING, (1.0, done(1, A)), (2.0, FINISHED)]

    progress = watched(history, recorded, file_console, title="sales", quiet=True)
    progress.say("not said either")

    assert printed(file_console) == []
    assert list(progress.summary.tasks.done) == [A]
    assert progress.summary.outcome is Outcome.DONE


def test_a_run_that_goes_on_counts_its_past_and_does_not_tell_it(
    recorded: Recorded, file_console: Console, printed: Printed
) -> None:
    """One task was done before the resume."""
    past: History = [*BEGINNING, (1.0, done(1, A))]
    records = recorded([*past, (2.0, done(2, B))])

    with Progress(console=file_console) as progress:
        progress.recall(records[:-1])
        progress.on_record(records[-1])

    assert printed(file_console) == ["     2.0 s  totals done by agent-1, it has no check: 2 of 2"]


def test_what_is_said_beside_the_log_is_one_plain_line(
    file_console: Console, printed: Printed
) -> None:
    """Such as what a second Ctrl-C will do; square brackets are not read as colours."""
    with Progress(console=file_console) as progress:
        progress.say("stopping [bold]soon\nCtrl-C again: at once")

    assert printed(file_console) == ["stopping [bold]soon Ctrl-C again: at once"]


def shown(
    history: History, recorded: Recorded, console: Console, **options: Any
) -> tuple[Progress, str]:
    """A picture that is painted once, and what was written for it."""
    with Progress(console=console, **options) as progress:
        for record in recorded(history):
            progress.on_record(record)
        progress.refresh()
    assert isinstance(console.file, io.StringIO)
    return progress, console.file.getvalue()


def test_a_terminal_shows_a_picture_and_takes_it_away(
    recorded: Recorded, terminal: Console
) -> None:
    """It is on the terminal's second screen, and the first one comes back with its cursor."""
    history: History = [*BEGINNING, (0.0, leased(ONE, 1, A)), (7.0, done(1, A))]

    _, written = shown(history, recorded, terminal, title="sales", simulated=True)

    assert written.startswith("\x1b[?1049h\x1b[?25l\x1b[?7l")
    assert written.endswith("\x1b[?7h\x1b[?25h\x1b[?1049l")
    assert "1 of 2 done, 1 checked" in written
    assert "simulated, 7 s, 0 tokens" in written
    assert "agent-1" in written
    assert "7.0 s  parse done by agent-1" in written


def test_of_a_picture_only_what_changed_is_written_again(
    recorded: Recorded, terminal: Console
) -> None:
    """So that a slow line bears it, and nothing flickers."""
    with Progress(title="sales", console=terminal, now=lambda: 1.0) as progress:
        *past, last = recorded([*BEGINNING, (0.0, leased(ONE, 1, A))])
        for record in past:
            progress.on_record(record)
        progress.refresh()
        assert isinstance(terminal.file, io.StringIO)
        before = len(terminal.file.getvalue())
        progress.refresh()
        again = len(terminal.file.getvalue())
        progress.on_record(last)
        progress.refresh()
        changed = terminal.file.getvalue()[again:]

    assert again == before
    assert "parse" in changed
    assert "sales" not in changed


def test_after_an_error_the_picture_stays(recorded: Recorded, terminal: Console) -> None:
    """What the team was doing is what one wants to see then."""

    def fail() -> None:
        with Progress(title="sales", console=terminal) as progress:
            for record in recorded(BEGINNING):
                progress.on_record(record)
            progress.refresh()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert isinstance(terminal.file, io.StringIO)
    after = terminal.file.getvalue().rpartition("\x1b[?1049l")[2]
    assert "sales" in after
    assert "agent-1" in after


def test_the_picture_goes_by_the_clock_it_is_given(recorded: Recorded, terminal: Console) -> None:
    """Between two records time goes on."""
    _, written = shown(BEGINNING, recorded, terminal, now=lambda: 90.0)

    assert "1:30, 0 tokens" in written


def test_what_is_said_or_written_beside_a_picture_is_on_the_screen_afterwards(
    recorded: Recorded, terminal: Console
) -> None:
    """Standard error is caught meanwhile, and is itself again afterwards."""
    before = sys.stderr

    with Progress(console=terminal, now=lambda: 1.0) as progress:
        for record in recorded(BEGINNING):
            progress.on_record(record)
        progress.refresh()
        progress.say("soon over")
        print("a library\ncomplains", file=sys.stderr)  # noqa: T201
        progress.refresh()

    assert isinstance(terminal.file, io.StringIO)
    *_, during, after = terminal.file.getvalue().split("\x1b[?1049")
    assert sys.stderr is before
    assert "complains" in during
    assert after.splitlines() == ["lsoon over", "a library", "complains"]


def test_no_colours_means_no_colours(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is respected, and nothing is lost by it."""
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(
        file=io.StringIO(), width=80, height=24, force_terminal=True, color_system="truecolor"
    )

    _, written = shown([*BEGINNING, (0.0, leased(ONE, 1, A))], recorded, console)

    assert "agent-1" in written
    assert not any(f"\x1b[3{color}m" in written for color in range(8))


def test_a_dumb_terminal_gets_lines(recorded: Recorded) -> None:
    """TERM=dumb obeys no codes, so it is treated as a file is."""
    console = Console(
        file=io.StringIO(), width=80, height=24, force_terminal=True, _environ={"TERM": "dumb"}
    )

    watched([*BEGINNING, (0.0, leased(ONE, 1, A))], recorded, console, title="sales")

    assert isinstance(console.file, io.StringIO)
    written = console.file.getvalue()
    assert "agent-1 takes parse" in written
    assert all(character.isprintable() or character == "\n" for character in written)


def test_colours_asked_for_do_not_make_a_file_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """FORCE_COLOR is common where logs are kept; a moving picture would fill them with debris."""
    monkeypatch.setenv("FORCE_COLOR", "1")

    with Progress(title="sales"):
        pass

    written = capfd.readouterr().err
    assert "sales" in written
    assert "\x1b[?25l" not in written


@pytest.mark.slow
def test_the_package_and_its_sentences_come_without_rich() -> None:
    """`brooks --help` must not wait for it."""
    program = (
        "import sys, brooks.report, brooks.report.sentences, brooks.report.notable\n"
        "assert 'rich' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 - written above
