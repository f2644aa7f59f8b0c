"""What the live view of a large team costs: the share of a core that it takes while a run goes on.

A hundred agents on 2,000 tasks are played as records, 50 of them a second of the run, and painted on a
terminal of 200 by 50 at the view's own rate, into memory. Measured is the processor time of all that is
done for the view (each record's fold and line, each frame and what is written of it) over the seconds
that it covers. Once with keys and a plan, as the view is at its fullest; the worst of some stretches counts.
"""

import io
import itertools
import json
import time
from collections.abc import Iterator

from rich.console import Console

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason, Usage
from brooks.core.spec import Budget, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId
from brooks.report.live.expecting import Expected
from brooks.report.live.painter import REFRESHES_PER_SECOND
from brooks.report.live.screen import Screen
from brooks.report.terminal import Progress

AGENTS, TASKS, WIDTH, HEIGHT = 100, 2_000, 200, 50
RECORDS_PER_SECOND = 50
STRETCHES, SECONDS = 5, 30
BLOB = BlobHash("0" * 64)


def beginning() -> Iterator[Event]:
    """The team and its tasks."""
    yield events.RunStarted(
        spec=BLOB,
        seed=0,
        brooks="0",
        guarantees=Guarantees(),
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
        budget=Budget(seconds=3600.0, tokens=10**8, dollars=100.0),
    )
    for number in range(TASKS):
        before = (TaskId(f"task-{number - AGENTS}"),) if number >= AGENTS else ()
        yield events.TaskAdded(task=Task(id=TaskId(f"task-{number}"), check="t", depends_on=before))
    for number in range(AGENTS):
        yield events.AgentJoined(agent=AgentId(f"agent-{number}"))
        yield events.TaskReady(task=TaskId(f"task-{number}"))


def work() -> Iterator[Event]:
    """Turn after turn, agent after agent, one task each; begun again when all are done."""
    for number in itertools.count():
        agent = AgentId(f"agent-{number % AGENTS}")
        task = TaskId(f"task-{number % TASKS}")
        turn, fence, proposal = TurnId(f"turn-{number}"), Fence(number + 1), ProposalId(number + 1)
        yield events.TaskReady(task=task)
        yield events.TasksLeased(agent=agent, tasks=(task,), fence=fence, expires_at=1e9)
        yield events.TurnStarted(
            turn=turn, agent=agent, tasks=(task,), fence=fence, head=0, deadline=1e9
        )
        yield events.RequestSent(agent=agent, turn=turn, index=0, request=BLOB, model="m")
        usage = Usage(input_tokens=2000, output_tokens=300, dollars=0.01)
        yield events.ReplyReceived(agent=agent, turn=turn, index=0, reply=BLOB, usage=usage)
        yield events.ProposalQueued(
            proposal=proposal,
            agent=agent,
            turn=turn,
            call="c",
            task=task,
            fence=fence,
            changes=(),
        )
        yield events.TaskDone(
            task=task,
            agent=agent,
            turn=turn,
            fence=fence,
            proposal=proposal,
            commit=number + 1,
            verified=True,
            changes=(),
        )
        yield events.TurnEnded(turn=turn, agent=agent, reason=EndReason.FINISHED)


def share_of_a_core() -> list[float]:
    """Seconds of processor time a second of the run, for each stretch."""
    console = Console(
        file=io.StringIO(),
        width=WIDTH,
        height=HEIGHT,
        force_terminal=True,
        color_system="truecolor",
    )
    progress = Progress(title="made up: 2,000 tasks", console=console)
    progress.summary.clock = "virtual"
    progress.expected = Expected("hybrid:100", 1800.0, 1500.0, 2100.0)
    progress.view.keys = True
    screen = Screen(console)
    positions = itertools.count(1)
    for event in beginning():
        progress.recall([Record(Position(next(positions)), 0.0, Position(0), event)])
    story = work()
    shares = []
    for stretch in range(STRETCHES):
        began = time.process_time()
        for second in range(SECONDS):
            now = float(stretch * SECONDS + second)
            for record in itertools.islice(story, RECORDS_PER_SECOND):
                progress.followed.news.append("a line that stands for what is said of it")
                progress.on_record(Record(Position(next(positions)), now, Position(0), record))
            for _ in range(REFRESHES_PER_SECOND):
                screen.paint(progress.frame(WIDTH, HEIGHT), width=WIDTH, height=HEIGHT)
        shares.append((time.process_time() - began) / SECONDS)
    return shares


def main() -> None:
    """Measure it."""
    shares = share_of_a_core()
    detail = {
        "agents": AGENTS,
        "tasks": TASKS,
        "columns": WIDTH,
        "lines": HEIGHT,
        "frames_a_second": REFRESHES_PER_SECOND,
        "records_a_second": RECORDS_PER_SECOND,
        "percent_by_stretch": [round(100 * share, 2) for share in shares],
    }
    print(json.dumps({"measured": round(100 * max(shares), 2), "detail": detail}))


if __name__ == "__main__":
    main()
