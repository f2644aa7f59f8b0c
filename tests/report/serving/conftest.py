"""A finished run to copy records from, logs that grow when told to, servers in this process, and a client."""

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from brooks.cli.entry import command_line
from brooks.ids import Position
from brooks.log.sqlite import SqliteLog
from brooks.log.store import EncodedRecord
from brooks.report.page.contents import Fact, Page
from brooks.report.serving import feeding
from brooks.report.serving.answering import Making
from brooks.report.serving.feeding import Followed
from brooks.report.serving.server import PageServer
from brooks.runtime.run_folder import RunFolder


class Source(NamedTuple):
    """What the log of a finished run holds."""

    records: list[EncodedRecord]
    blobs: list[bytes]


class Writer:
    """Writes the records of that run into another log, so many at a time."""

    def __init__(self, folder: RunFolder, source: Source) -> None:
        self.folder = folder
        self._source = source
        folder.path.mkdir(parents=True)
        self._log = SqliteLog.create(folder.log)
        for blob in source.blobs:
            self._log.put_blob(blob)

    def grow(self, count: int) -> int:
        """Write so many more; returns the position of the last one."""
        last = self._log.last_position()
        more = self._source.records[last : last + count]
        self._log.append(last, more)
        self._log.flush(durable=True)
        return self._log.last_position()

    def close(self) -> None:
        """Stop to write."""
        self._log.close()

    def open_again(self) -> None:
        """Write again, as the next writer."""
        self._log = SqliteLog.open_writer(self.folder.log)


def counting(found: Followed) -> Page:
    """A page whose one number is that of the records."""
    number = len(found.records)
    alive = "nobody" if found.writer is None else "somebody"
    return Page(
        title=found.folder.id,
        verdict=alive,
        tone="quiet",
        facts=(Fact(name="records", label="records", value=float(number), text=str(number)),),
        sections=(),
        simulated=True,
        about={},
    )


def counted(page: Page) -> dict[str, Any]:
    """That number, and who writes."""
    return {"records": page.facts[0].value, "writes": page.verdict}


COUNTING = Making(
    page=counting, html=lambda page, live: f"<p>{page.facts[0].text} {live}</p>", data=counted
)


@dataclass
class Reply:
    """What the server answered."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """Its body."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


class Events:
    """An open stream of events."""

    def __init__(self, connection: http.client.HTTPConnection, path: str) -> None:
        connection.request("GET", path)
        self.response = connection.getresponse()

    def next(self) -> dict[str, Any]:
        """The next message."""
        while line := self.response.readline():
            if line.startswith(b"data: "):
                found: dict[str, Any] = json.loads(line[6:])
                return found
        pytest.fail("the stream ended")

    def wait_for(self, **wanted: Any) -> dict[str, Any]:
        """The first message from here on that has these values."""
        while True:
            found = self.next()
            if all(found.get(name) == value for name, value in wanted.items()):
                return found


@dataclass
class Served:
    """A server in this process."""

    server: PageServer
    stack: ExitStack = field(default_factory=ExitStack)

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> Reply:
        """One request; underscores in the names of headers are hyphens."""
        with closing(self._connection()) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.putrequest(method, path, skip_host="Host" in named)
            for name, value in named.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())

    def events(self, run: str) -> Events:
        """The events of a run."""
        connection = self.stack.enter_context(closing(self._connection()))
        events = Events(connection, f"/runs/{run}/events")
        self.stack.callback(events.response.close)
        return events

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)


@contextmanager
def serving(runs: Path, making: Making = COUNTING) -> Iterator[Served]:
    """Serve a folder of runs on a free port."""
    server = PageServer(runs, making=making)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    served = Served(server)
    try:
        yield served
    finally:
        served.stack.close()
        server.shutdown()
        server.close()
        thread.join()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs are looked at, and pages made, without the usual pauses."""
    monkeypatch.setattr(feeding, "POLL_SECONDS", 0.005)
    monkeypatch.setattr(feeding, "LEAST_SECONDS", 0.005)
    monkeypatch.setattr(feeding, "TROUBLE_SECONDS", 0.02)


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A small run under the virtual clock."""
    runs = tmp_path_factory.mktemp("source")
    words = "run mathlib -t leased:3 --checks modelled --seed 2 --run-id one --quiet --runs-dir"
    result = CliRunner().invoke(command_line, [*words.split(), str(runs)])
    assert result.exit_code == 0, result.output
    with closing(SqliteLog.open_reader(runs / "one" / "run.db")) as log:
        blobs = [log.blob(name) for name in log.blob_hashes()]
        return Source(list(log.read(Position(0))), blobs)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """An empty folder of runs."""
    folder = tmp_path / "runs"
    folder.mkdir()
    return folder


Write = Callable[..., Writer]


@pytest.fixture
def write(runs: Path, source: Source) -> Iterator[Write]:
    """Begins a run in that folder."""
    with ExitStack() as stack:

        def begin(name: str = "one", count: int = 0) -> Writer:
            writer = Writer(RunFolder(runs / name), source)
            stack.callback(writer.close)
            if count:
                writer.grow(count)
            return writer

        yield begin


@pytest.fixture
def served(runs: Path) -> Iterator[Served]:
    """A server of that folder."""
    with serving(runs) as server:
        yield server
