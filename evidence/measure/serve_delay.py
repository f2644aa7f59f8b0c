"""How long after a record is durable a browser can have it on the page that `brooks serve` shows.

A log of a run of 20 tasks is written again by this process, a few records at a time, while a server in
another process follows it. For each commit it is measured when the event that tells of it arrives, and
when `page.json`, asked for on that event as the page does, has come whole with the commit in it. The
time that a writer took the records to the disk counts before, that which a browser takes to draw
counts after.

Beside it stands what the server's process takes of a core meanwhile.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from brooks.ids import Position
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord

BROOKS = (sys.executable, "-c", "from brooks.cli import main; main()")


class Source:
    """The records and contents of a finished run."""

    def __init__(self, log: Path) -> None:
        with closing(SqliteLog.open_reader(log)) as reader:
            self.records: list[EncodedRecord] = list(reader.read())
            self.blobs = [reader.blob(name) for name in reader.blob_hashes()]


class Listener(Thread):
    """Does as an open page does: listens, and asks for the page on every event."""

    def __init__(self, port: int, run: str) -> None:
        super().__init__(daemon=True)
        self.told: list[tuple[float, int]] = []
        """When an event came, and the position in it."""
        self.shown: list[tuple[float, int]] = []
        """When a page had come, and the position in it."""
        self.begun = Event()
        self._port = port
        self._path = f"/runs/{run}"

    def run(self) -> None:
        """Listen until the server ends."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        connection.request("GET", f"{self._path}/events")
        response = connection.getresponse()
        while line := response.readline():
            if not line.startswith(b"data: "):
                continue
            self.told.append((time.monotonic(), json.loads(line[6:])["position"]))
            self.shown.append(self._ask())
            self.begun.set()

    def _ask(self) -> tuple[float, int]:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port)) as connection:
            connection.request("GET", f"{self._path}/page.json")
            body = connection.getresponse().read()
        return time.monotonic(), json.loads(body)["position"]


@contextmanager
def served(runs: Path) -> Iterator[tuple[int, int]]:
    """A server in another process: its port and its process."""
    command = [*BROOKS, "serve", "--port", "0", "--json", "--runs-dir", str(runs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["port"], process.pid
        finally:
            process.kill()


def cpu_seconds(pid: int) -> float:
    """What a process has taken of all cores."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def write_again(
    source: Source, log: SqliteLog, *, first: int, seconds: float
) -> list[tuple[float, int]]:
    """Write what is behind `first` in about so many seconds; each commit with when it was durable."""
    chance = Random(1)
    gap = seconds / max(1, (len(source.records) - first) / 3)
    commits = []
    while (last := log.last_position()) < len(source.records):
        log.append(last, source.records[last : last + chance.randint(1, 5)])
        log.flush(durable=True)
        commits.append((time.monotonic(), int(log.last_position())))
        time.sleep(chance.expovariate(1 / gap))
    return commits


def delays(commits: list[tuple[float, int]], seen: list[tuple[float, int]]) -> list[float]:
    """For each commit, how long until it was seen."""
    return [
        next(moment for moment, position in seen if position >= wanted) - durable
        for durable, wanted in commits
    ]


def measure(source: Source, folder: Path, *, last: int, seconds: float) -> dict[str, Any]:
    """Write the last records of a run while it is served."""
    first = len(source.records) - last
    runs = folder / "runs"
    (runs / "again").mkdir(parents=True)
    with closing(SqliteLog.create(runs / "again" / "run.db")) as log, served(runs) as (port, pid):
        for blob in source.blobs:
            log.put_blob(blob)
        log.append(Position(0), source.records[:first])
        log.flush(durable=True)
        listener = Listener(port, "again")
        listener.start()
        assert listener.begun.wait(60)
        began, busy = time.monotonic(), cpu_seconds(pid)
        commits = write_again(source, log, first=first, seconds=seconds)
        until = time.monotonic() + 60
        while listener.shown[-1][1] < len(source.records) and time.monotonic() < until:
            time.sleep(0.01)
        core = (cpu_seconds(pid) - busy) / (time.monotonic() - began)
    told, shown = delays(commits, listener.told), delays(commits, listener.shown)
    return {
        "records": len(source.records),
        "commits": len(commits),
        "pages": len(listener.shown),
        "event_median": round(statistics.median(told), 3),
        "event_worst": round(max(told), 3),
        "page_median": round(statistics.median(shown), 3),
        "page_worst": round(max(shown), 3),
        "share_of_a_core": round(core, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, help="the log that is written again")
    parser.add_argument("--last", type=int, default=250, help="how many records are written again")
    parser.add_argument("--seconds", type=float, default=30.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = wanted.log or folder / "source" / "one" / "run.db"
        if wanted.log is None:
            words = "run mathlib -t leased:3 --checks modelled --seed 2 --run-id one --quiet"
            command = [*BROOKS, *words.split(), "--runs-dir", str(folder / "source")]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        detail = measure(Source(log), folder, last=wanted.last, seconds=wanted.seconds)
    print(json.dumps({"measured": detail["page_worst"], "detail": detail}))


if __name__ == "__main__":
    main()
