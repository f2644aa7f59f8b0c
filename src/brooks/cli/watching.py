"""`brooks watch`: a run that another process writes, from another terminal."""

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from types import FrameType

import click
import msgspec

from brooks.cli.assembling import is_simulated
from brooks.cli.ending import print_run
from brooks.cli.looking import event_facts
from brooks.cli.options import (
    EXIT_OF_OUTCOME,
    Exit,
    named_run,
    note,
    run_argument,
    runs_dir_option,
)
from brooks.cli.reading import read_run
from brooks.cli.running import title_of
from brooks.cli.steering import RequestsByKey
from brooks.core.events import Record, RunFinished, RunResumed, RunStarted
from brooks.core.facts import Outcome
from brooks.core.spec import Spec
from brooks.log.codec import Codec
from brooks.log.lock import writer_pid
from brooks.log.reader import SqliteReader
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING
from brooks.report.live.expecting import expected_of
from brooks.report.terminal import Progress, standard_output
from brooks.runtime.real_clock import wall_clock
from brooks.runtime.run_folder import RunFolder

POLLS_PER_SECOND = 4
TERMINATED = 143
"""128 and the number of SIGTERM."""


@click.command("watch")
@run_argument
@runs_dir_option
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    envvar="BROOKS_JSON",
    help="Print each record as a line of JSON, as it comes.",
)
def watch_command(run: str, *, runs_dir: Path, as_json: bool) -> int:
    """Watch a run that another process works on, until it ends.

    On a terminal it shows who does what, and keys steer the run; elsewhere it prints a line for what is
    worth one. It outlives a crash of the run, and goes on when the run is resumed. The exit code is
    that of the run.
    """
    folder = named_run(runs_dir, run)
    with closing(SqliteLog.open_reader(folder.log)) as log, _terminated_cleanly():
        following = _Following(folder, log)
        return _print_records(following) if as_json else _show(following)


class _Following:
    """A run's log, read as it grows."""

    def __init__(self, folder: RunFolder, log: SqliteReader) -> None:
        self.folder = folder
        self.is_written = True
        """Whether a process worked on the run just before the last records were read."""
        self.outcome: Outcome | None = None
        """How the run ended; None while it goes on."""
        self.spec: Spec | None = None
        """What it was started from; None before the first record."""
        self._log = log
        self._codec = Codec()
        self._read = BEGINNING

    def new_records(self) -> list[Record]:
        """The records that were committed since the last call."""
        self.is_written = writer_pid(self.folder.log) is not None
        records = list(self._codec.decode_all(self._log.read(self._read)))
        for record in records:
            self._note(record)
        return records

    def age(self) -> float:
        """Seconds since the log was last written."""
        names = (self.folder.log, self.folder.log.with_name(f"{self.folder.log.name}-wal"))
        written = max(name.stat().st_mtime for name in names if name.exists())
        return max(wall_clock().timestamp() - written, 0.0)

    def _note(self, record: Record) -> None:
        self._read = record.position
        match record.event:
            case RunStarted():
                self.spec = msgspec.json.decode(self._log.blob(record.event.spec), type=Spec)
            case RunResumed():
                self.outcome = None
            case RunFinished():
                self.outcome = record.event.outcome
            case _:
                pass

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self.outcome is not None

    @property
    def exit_code(self) -> int:
        """The exit code of the run so far."""
        return Exit.DONE if self.outcome is None else EXIT_OF_OUTCOME[self.outcome]

    @property
    def how_to_go_on(self) -> str:
        """What to say when nobody writes the run and it is not over."""
        return f"nobody writes this run: `brooks resume {self.folder.id}` goes on with it"


def _print_records(following: _Following) -> int:
    """Each record as a line of JSON."""
    was_written = True
    while True:
        for record in following.new_records():
            click.echo(msgspec.json.encode(event_facts(record)).decode())
        if following.is_over:
            return following.exit_code
        if was_written and not following.is_written:
            note(following.how_to_go_on)
        was_written = following.is_written
        _NEVER.wait(1 / POLLS_PER_SECOND)


def _show(following: _Following) -> int:
    """A picture on a terminal, lines elsewhere, and what `run` says at the end."""
    left = Event()

    def leave() -> str:
        left.set()
        return ""

    progress = Progress(console=standard_output())
    progress.controls = RequestsByKey(
        lambda: following.folder,
        leave=leave,
        leave_words="leave; the run goes on without you",
    )
    past = following.new_records()
    if following.is_over and progress.is_live:
        return _end(following)
    _introduce(progress, following)
    with progress:
        if progress.is_live:
            progress.recall(past)
            progress.heard_before(following.age())
            past = []
        was_written = True
        while True:
            for record in past:
                progress.on_record(record)
            if following.is_over or left.is_set():
                break
            progress.orphaned = "" if following.is_written else following.how_to_go_on
            if was_written and not following.is_written and not progress.is_live:
                progress.say(following.how_to_go_on)
            was_written = following.is_written
            left.wait(1 / POLLS_PER_SECOND)
            past = following.new_records()
            if past and not progress.title:
                _introduce(progress, following)
    return _end(following) if following.is_over else Exit.DONE


def _introduce(progress: Progress, following: _Following) -> None:
    """Say what runs, as soon as the log does."""
    spec = following.spec
    if spec is None:
        return
    simulated = is_simulated(spec)
    progress.title = f"{following.folder.id}: {title_of(spec, simulated=simulated)}"
    progress.be_of(simulated=simulated, clock=spec.clock, model=spec.model)
    progress.expected = expected_of(spec)


def _end(following: _Following) -> int:
    """What became of the run."""
    found = read_run(following.folder)
    print_run(found.folder, found.manifest, found.summary(), merged=found.state.commits)
    return following.exit_code


@contextmanager
def _terminated_cleanly() -> Iterator[None]:
    """Leave by an exception on SIGTERM, so that the terminal is given back."""

    def leave(number: int, frame: FrameType | None) -> None:
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


_NEVER = Event()
