"""What a log takes: written and read again, folded, summed up, and made into tables, by the record.

A run of the runtime gives the records. They go into an SQLite file, a commit for every 1,000, and, as
what one would do without it, into a file of JSON lines that is flushed as often; both are read again.
The summary of a run and its row of the table of runs are beside a plain fold of the same events to
counters by kind, which is the least that any metric costs.

    python benchmarks/reading.py [--tasks 2000] [--agents 50] [--repeats 3]
"""

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from brooks.analysis.summary import Summary
from brooks.core.applying import fold
from brooks.core.events import Record
from brooks.core.spec import CheckSettings, Spec
from brooks.ids import Position
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace
from large_team import tasks_of

COMMIT_EVERY = 1000


def records_of(agents: int, tasks: int) -> list[EncodedRecord]:
    """The records of a run."""
    spec = Spec(
        project="read",
        tasks=tasks_of(tasks, agents),
        team=build_team(f"leased:{agents}", attempts=12),
        model="sim:typical",
        clock="virtual",
        checks=CheckSettings(mode="modelled", slots=agents),
    )
    log = MemoryLog()
    start(
        spec,
        {},
        Surroundings(log=log, workspace=MemoryWorkspace(), models=ModelFactory(Path.cwd())),
    )
    return list(log.read())


def write_sqlite(path: Path, rows: Sequence[EncodedRecord]) -> None:
    """Append and commit."""
    log = SqliteLog.create(path)
    for first in range(0, len(rows), COMMIT_EVERY):
        log.append(Position(first), rows[first : first + COMMIT_EVERY])
        log.flush(durable=True)
    log.close()


def write_lines(path: Path, rows: Sequence[EncodedRecord]) -> None:
    """The same into a file of JSON lines, on the disk as often."""
    with path.open("wb") as file:
        for first in range(0, len(rows), COMMIT_EVERY):
            for row in rows[first : first + COMMIT_EVERY]:
                file.write(json.dumps(row._asdict(), default=bytes.decode).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def read_sqlite(path: Path) -> list[Record]:
    """Every record as an event."""
    reader = SqliteLog.open_reader(path)
    found = list(Codec().decode_all(reader.read()))
    reader.close()
    return found


def read_lines(path: Path) -> int:
    """Every line as what JSON makes of it."""
    with path.open("rb") as file:
        return sum(1 for line in file if json.loads(json.loads(line)["data"]) is not None)


def count_kinds(records: Sequence[Record]) -> Counter[type]:
    """The least a metric costs."""
    return Counter(type(record.event) for record in records)


def best(repeats: int, work: Callable[[], object]) -> float:
    """Seconds of the quickest."""
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    rows = records_of(options.agents, options.tasks)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        numbers = iter(range(10**6))

        def fresh(suffix: str) -> Path:
            return folder / f"{next(numbers)}{suffix}"

        write_sqlite(folder / "run.db", rows)
        write_lines(folder / "run.jsonl", rows)
        records = read_sqlite(folder / "run.db")
        seconds = {
            "write": best(options.repeats, lambda: write_sqlite(fresh(".db"), rows)),
            "write JSON lines": best(options.repeats, lambda: write_lines(fresh(".jsonl"), rows)),
            "read": best(options.repeats, lambda: read_sqlite(folder / "run.db")),
            "read JSON lines": best(options.repeats, lambda: read_lines(folder / "run.jsonl")),
            "fold": best(options.repeats, lambda: fold(records)),
            "summary": best(
                options.repeats, lambda: Summary.of(records, simulated=True, clock="virtual")
            ),
            "count by kind": best(options.repeats, lambda: count_kinds(records)),
        }
        sizes = {
            "run.db": (folder / "run.db").stat().st_size,
            "run.jsonl": (folder / "run.jsonl").stat().st_size,
        }
    detail = {
        "records": len(rows),
        "records_per_second": {what: round(len(rows) / took) for what, took in seconds.items()},
        "bytes_per_record": {name: round(size / len(rows)) for name, size in sizes.items()},
        "write_ratio": round(seconds["write JSON lines"] / seconds["write"], 2),
        "read_ratio": round(seconds["read JSON lines"] / seconds["read"], 2),
    }
    print(json.dumps({"measured": round(len(rows) / seconds["write"]), "detail": detail}))


if __name__ == "__main__":
    main()
