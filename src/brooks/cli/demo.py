"""`brooks demo`: one agent, and then a team that loses a worker in the worst moment. Offline, without a key.

Both runs are real but for the model: real files, real tests in the sandbox, under the virtual
clock. They run side by side in two threads, each with a log, a workspace and a clock of its own,
because nearly all of their time goes into waiting for tests.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from brooks.analysis.summary import Summary
from brooks.cli.assembling import Prepared, Wanted, prepare
from brooks.cli.ending import quoted, results_console
from brooks.cli.opening import Watcher, opened_new
from brooks.cli.options import Exit, json_option, note, print_json, runs_dir_option
from brooks.cli.rehearsing import with_lost_worker
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Outcome
from brooks.ids import AgentId
from brooks.report.terminal import print_comparison
from brooks.runtime.run_folder import RUNS_DIR, RunFolder
from brooks.runtime.running import start

SUITE = "mathlib/mixed"
SEED = 0
VICTIM = AgentId("agent-2")
LEASE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A run of the demonstration."""

    team: str
    folder: RunFolder
    records: list[Record]
    summary: Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the story."""

    time: float
    text: str


@click.command("demo")
@runs_dir_option
@json_option
def demo_command(*, runs_dir: Path, as_json: bool) -> int:
    """Show one agent, and a team of four that loses a worker, on the same tasks: offline, no key.

    The model is simulated and the time virtual; files, tests and everything that goes wrong are
    real. Both runs stay in the folder of runs, to be looked at.
    """
    note(
        f"{SUITE} with a simulated model: 20 tasks, ten of them in a chain; real files, real tests …"
    )
    shown = run_both(runs_dir)
    story = list(tell(shown[1].records))
    if as_json:
        print_json(
            {
                "simulated": True,
                "tasks": SUITE,
                "seed": SEED,
                "runs": [
                    {"run": each.folder.id, "team": each.team, **each.summary.to_json()}
                    for each in shown
                ],
                "story": [{"time": moment.time, "text": moment.text} for moment in story],
            }
        )
    else:
        _print(shown, story, runs_dir=runs_dir)
    is_done = all(each.summary.outcome is Outcome.DONE for each in shown)
    return Exit.DONE if is_done else Exit.FAILED


def run_both(runs_dir: Path) -> list[Shown]:
    """Run one agent and the team side by side."""

    def wanted(team: str) -> Wanted:
        return Wanted(tasks=SUITE, team=team, seed=SEED, runs=runs_dir, lease_seconds=LEASE_SECONDS)

    teams = [prepare(wanted("single")), with_lost_worker(prepare(wanted("leased:4")), VICTIM)]
    is_over = threading.Event()
    with ThreadPoolExecutor(max_workers=len(teams)) as pool:
        running = [pool.submit(_run, prepared, is_over) for prepared in teams]
        try:
            return [each.result() for each in running]
        finally:
            is_over.set()


def _run(prepared: Prepared, is_over: threading.Event) -> Shown:
    """Run one team; ended early when the other one failed or the user wants no more."""
    records: list[Record] = []

    def keep(record: Record) -> None:
        if is_over.is_set():
            raise KeyboardInterrupt
        records.append(record)

    with opened_new(prepared, watcher=Watcher(on_record=keep, catch_signals=False)) as opened:
        start(prepared.spec, dict(prepared.blobs), opened.around)
    team = prepared.spec.team
    return Shown(
        team=f"{team.preset}:{len(team.members)}",
        folder=opened.folder,
        records=records,
        summary=Summary.of(
            records, simulated=True, clock=prepared.spec.clock, model=prepared.spec.model
        ),
    )


def tell(records: list[Record]) -> Iterator[Moment]:
    """The story of the lost worker, from the log: what was lost, who did it again, what came too late."""
    task = next(
        record.event.tasks[0]
        for record in records
        if isinstance(record.event, events.LeaseExpired) and record.event.agent == VICTIM
    )
    for record in records:
        text = _line(record.event, task)
        if text:
            yield Moment(time=record.time, text=text)


def _line(event: events.Event, task: str) -> str:
    match event:
        case events.TasksLeased(agent=agent, tasks=tasks) if task in tasks:
            return f"{agent} takes {task}"
        case events.FaultInjected(kind="partition", over=over):
            return f"{VICTIM}'s link is {'back' if over else 'down'}"
        case events.FaultInjected(kind="stall", over=over):
            return f"{VICTIM} {'goes on and sends its change' if over else 'freezes'}"
        case events.FaultInjected(kind="crash"):
            return f"{VICTIM} is killed, its change still on the way"
        case events.ReplyReceived(agent=agent) if agent == VICTIM:
            return f"{agent}'s reply is in the log, so it will never be paid for again"
        case events.LeaseExpired(agent=agent):
            return f"{agent} is not heard any more: its lease ends, {task} is offered again"
        case events.TaskDone(agent=agent, task=done) if done == task:
            return f"{agent} has done {task}, and its tests pass"
        case events.Refused(command="Propose", agent=agent, reason=reason) if agent == VICTIM:
            return f"{agent}'s change arrives at last and is refused ({reason.value})"
        case events.RunFinished(done=done, verified=verified, total=total):
            return (
                f"the team is done: {done} of {total} tasks, {verified} verified on the final tree"
            )
        case _:
            return ""


def _print(shown: list[Shown], story: list[Moment], *, runs_dir: Path) -> None:
    alone, team = shown
    click.echo(f"What happened to {team.team} (simulated model, virtual seconds):\n")
    for moment in story:
        click.echo(f"{moment.time:8.1f} s  {moment.text}")
    click.echo("")
    console = results_console()
    print_comparison([(each.team, each.summary) for each in (alone, team)], console)
    where = "" if runs_dir == RUNS_DIR else f" --runs-dir {quoted(runs_dir)}"
    click.echo(
        "\nLook closer:\n"
        f"  brooks show {team.folder.id} --agent {VICTIM}{where}\n"
        f"  brooks audit {team.folder.id}{where}\n"
        f"  brooks show {alone.folder.id}{where}"
    )
