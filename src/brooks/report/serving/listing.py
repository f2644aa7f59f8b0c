"""The facts of each run in the list, kept from one look to the next.

A run whose files are as they were, and which nobody writes as before, is not read at all: a folder of
a thousand runs is looked at in some hundredths of a second.

The facts that a run's manifest keeps of its end serve while the log has not grown since. Of every
other run a summary is kept here, to which only the new records are added.
"""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from brooks.analysis.summary import Summary
from brooks.errors import BrooksError
from brooks.ids import Position
from brooks.log.codec import Codec
from brooks.log.lock import writer_pid
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING
from brooks.report.results import listed_facts
from brooks.report.serving.paths import run_names
from brooks.runtime.run_folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRun:
    """One run in the list."""

    run: str
    state: str
    """`running`, `paused`, …, `stopped` when nobody writes it, or how it ended."""
    alive: bool
    started: str
    project: str
    team: str
    simulated: bool
    done: int
    verified: int
    total: int
    seconds: float
    tokens: int
    problem: str = ""
    """Why nothing else is known of it."""


@dataclass(slots=True)
class _Known:
    """What was read of a log so far."""

    inode: int
    position: Position = BEGINNING
    summary: Summary = field(default_factory=Summary)


class _Look(NamedTuple):
    """How a run's files were, what was then listed of it."""

    stamp: tuple[object, ...]
    listed: ListedRun


class RunList:
    """The runs of a folder. May be called from any thread."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self._known: dict[str, _Known] = {}
        self._looks: dict[str, _Look] = {}
        self._codec = Codec()
        self._lock = Lock()

    def look(self) -> list[ListedRun]:
        """Every run as it is now, the newest first."""
        with self._lock:
            found = [listed for name in run_names(self._runs) if (listed := self._listed(name))]
            there = {listed.run for listed in found}
            self._known = {name: known for name, known in self._known.items() if name in there}
            self._looks = {name: look for name, look in self._looks.items() if name in there}
        return sorted(found, key=lambda listed: (listed.started, listed.run), reverse=True)

    def _listed(self, name: str) -> ListedRun | None:
        """One run; None when it has just vanished."""
        folder = RunFolder(self._runs / name)
        try:
            stamp = _stamp(folder)
            last = self._looks.get(name)
            if last is None or last.stamp != stamp:
                last = self._looks[name] = _Look(stamp, self._read(folder))
        except (BrooksError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            self._known.pop(name, None)
            if not folder.log.is_file():
                return None
            said = str(error) if isinstance(error, BrooksError) else f"{folder.log}: {error!r}"
            return _unreadable(name, said)
        return last.listed

    def _read(self, folder: RunFolder) -> ListedRun:
        facts = folder.manifest()
        end = self._end(folder, facts)
        alive = writer_pid(folder.log) is not None
        unfinished = end["phase"] if alive else "stopped"
        return ListedRun(
            run=folder.id,
            state=str(end["outcome"] if end["phase"] == "finished" else unfinished),
            alive=alive,
            started=str(facts.get("started", "")),
            project=str(facts.get("project", "")),
            team=f"{facts.get('team', '?')}:{facts.get('agents', '?')}",
            simulated=bool(facts.get("simulated")),
            done=int(end["done"]),
            verified=int(end["verified"]),
            total=int(end["total"]),
            seconds=float(end["seconds"]),
            tokens=int(end["tokens"]),
        )

    def _end(self, folder: RunFolder, facts: dict[str, Any]) -> dict[str, Any]:
        kept = facts.get("end")
        with closing(SqliteLog.open_reader(folder.log)) as log:
            last = log.last_position()
            if isinstance(kept, dict) and kept.get("position") == last:
                return kept
            known = self._known_of(folder, last)
            for record in self._codec.decode_all(log.read(known.position)):
                known.summary.add(record)
                known.position = record.position
        return listed_facts(known.summary)

    def _known_of(self, folder: RunFolder, last: Position) -> _Known:
        inode = folder.log.stat().st_ino
        known = self._known.get(folder.id)
        if known is None or known.inode != inode or known.position > last:
            known = self._known[folder.id] = _Known(inode)
        return known


def _stamp(folder: RunFolder) -> tuple[object, ...]:
    """What changes when anything of a run does."""
    log = folder.log
    files = (log, log.with_name(f"{log.name}-wal"), folder.path / "manifest.json")
    return (writer_pid(log), *map(_identity, files))


def _identity(file: Path) -> tuple[int, ...]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(name: str, problem: str) -> ListedRun:
    return ListedRun(
        run=name,
        state="unreadable",
        alive=False,
        started="",
        project="",
        team="",
        simulated=False,
        done=0,
        verified=0,
        total=0,
        seconds=0.0,
        tokens=0,
        problem=problem,
    )
