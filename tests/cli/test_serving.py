"""`brooks serve` as a process, beside the process of a run."""

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from tests.cli.conftest import FAULTLESS

from brooks.cli.reading import read_run
from brooks.report.serving.server import PageServer
from brooks.runtime.run_folder import RunFolder

Brooks = Callable[..., Any]
PROGRAM = (sys.executable, "-c", "from brooks.cli import main; main()")
RUN = (
    *("run", "mathlib", "-t", "leased:2", "--checks", "modelled", "--clock", "real"),
    *("--run-id", "live", "-m", "sim:faultless.yaml", "-q", "--time-scale", "0.1"),
)


@contextmanager
def process(*words: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process of ours, which is ended at the end."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


class Server:
    """A server in another process."""

    def __init__(self, started: "subprocess.Popen[str]") -> None:
        self.process = started
        assert started.stdout is not None
        self.facts = json.loads(started.stdout.readline())
        self.port = int(self.facts["port"])

    def page(self, run: str) -> dict[str, Any]:
        """What the page of a run is drawn from."""
        with urlopen(f"http://127.0.0.1:{self.port}/runs/{run}/page.json", timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    @contextmanager
    def events(self, run: str) -> Iterator[Callable[..., dict[str, Any]]]:
        """Listen; the function gives the next message that has all these values."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", f"/runs/{run}/events")
        with closing(connection), closing(connection.getresponse()) as response:

            def wait_for(**wanted: Any) -> dict[str, Any]:
                while line := response.readline():
                    if not line.startswith(b"data: "):
                        continue
                    found: dict[str, Any] = json.loads(line[6:])
                    if all(found.get(name) == value for name, value in wanted.items()):
                        return found
                pytest.fail("the stream ended")

            yield wait_for


@contextmanager
def served(*words: str | Path) -> Iterator[Server]:
    """Serve on a free port."""
    with process("serve", "--port", "0", "--json", *words) as started:
        yield Server(started)


def writer_of(page: dict[str, Any]) -> str:
    """What a page says of who writes its run."""
    (fact,) = [fact for fact in page["facts"] if fact["name"] == "writer"]
    return str(fact["text"])


@pytest.mark.slow
def test_ctrl_c_ends_it_at_once_while_pages_listen(brooks: Brooks, runs: Path) -> None:
    """The address is one line of JSON, nothing else is said, and the exit code is 0."""
    with served("--runs-dir", runs) as server, server.events("finished") as wait_for:
        wait_for()
        began = time.monotonic()
        server.process.send_signal(signal.SIGINT)
        out, err = server.process.communicate(timeout=20)
        took = time.monotonic() - began

    assert server.facts == {
        "url": f"http://127.0.0.1:{server.port}/",
        "port": server.port,
        "runs_dir": str(runs),
    }
    assert server.process.returncode == 0
    assert (out, err.strip()) == ("", "")
    assert took < 5.0


@pytest.mark.slow
def test_requests_are_told_when_asked_for(brooks: Brooks, runs: Path) -> None:
    """One line each, with the status."""
    with served("--runs-dir", runs, "--verbose") as server:
        server.page("finished")
        server.process.send_signal(signal.SIGINT)
        _, err = server.process.communicate(timeout=20)

    assert "GET /runs/finished/page.json HTTP/1.1" in err
    assert " 200 " in err


def test_a_port_that_is_taken_is_named(brooks: Brooks) -> None:
    """With what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = brooks("serve", "--port", str(port))

    assert said.code == 2
    assert f"port {port} of 127.0.0.1 is taken" in said.err
    assert "--port" in said.err


@pytest.mark.parametrize("opens", [True, False])
def test_the_list_is_opened_when_asked_for(
    brooks: Brooks, monkeypatch: pytest.MonkeyPatch, opens: bool
) -> None:
    """A machine without a browser is told the address."""
    asked: list[str] = []

    def open_nothing(url: str) -> bool:
        asked.append(url)
        return False

    def serve_until_asked(server: PageServer) -> None:
        while opens and not asked:
            time.sleep(0.01)
        time.sleep(0.05)

    monkeypatch.setattr("webbrowser.open", open_nothing)
    monkeypatch.setattr(PageServer, "serve_forever", serve_until_asked)
    said = brooks("serve", "--port", "0", *(["--open"] if opens else []))

    (url,) = asked or re.findall(r"http://127\.0\.0\.1:\d+/", said.out)
    assert said.code == 0
    assert url in said.out
    assert (f"no browser could be opened: open {url} in one" in said.err) == opens


@pytest.mark.slow
def test_a_run_that_is_killed_and_resumed_is_followed_to_its_end(
    brooks: Brooks, tmp_path: Path
) -> None:
    """By one server, which was there before the run and outlives both its processes."""
    Path("faultless.yaml").write_text(FAULTLESS, encoding="utf-8")
    log = tmp_path / ".brooks" / "runs" / "live" / "run.db"
    with served() as server:
        with process(*RUN) as run:
            while not log.exists():
                time.sleep(0.01)
            with server.events("live") as wait_for:
                while wait_for(alive=True)["position"] < 60:
                    pass
                running = server.page("live")
                run.kill()
                stopped = wait_for(alive=False)
            nobody = server.page("live")
        with server.events("live") as wait_for:
            resumed = brooks("resume", "live", "-q")
            while wait_for(alive=False)["position"] == stopped["position"]:
                pass
        finished = server.page("live")

    records = read_run(RunFolder(log.parent)).records
    assert resumed.code == 0
    assert writer_of(running) == "running"
    assert writer_of(nobody) == "nobody writes this run"
    assert writer_of(finished) == "finished"
    assert finished["position"] == len(records) > stopped["position"]
    assert "20 of 20 tasks done and verified" in finished["verdict"]
