"""Who is answered: browsers of this machine, from our own pages, about runs in the folder of runs."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brooks.report.serving.paths import run_named
from brooks.report.serving.refusing import refusal

Write = Callable[..., Any]
OUTSIDE = (
    "/runs/",
    "/runs/..",
    "/runs/../secret",
    "/runs/%2e%2e/page.json",
    "/runs/%2E%2E%2Fsecret/page.json",
    "/runs/..%2fsecret",
    "/runs/%2e%2e%5csecret",
    "/runs/%252e%252e%252fsecret",
    "/runs//secret",
    "/runs/.hidden",
    "/runs/%00",
    "/runs/%ff",
    "/runs/one/run.db",
    "/runs/one/manifest.json",
    "/runs/one/../../secret/page.json",
    "/runs/linked/page.json",
    "/runs/linked_log/page.json",
    "/runs/linked_manifest/page.json",
    "/runs/none/page.json",
    "/runs/none/events",
    "//etc/passwd",
    "/etc/passwd",
    "/../../etc/passwd",
    "http://127.0.0.1/",
    "*",
)
"""Each of them an attempt at what is no run in the folder of runs."""
PATHS = ("/", "/rows", "/runs/one", "/runs/one/page.json", "/runs/one/events")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "runs.example"},
        {"Host": "runs.example:7700"},
        {"Host": "127.0.0.1.example"},
        {"Host": "localhost.example:7700"},
        {"Host": "0.0.0.0:7700"},
        {"Host": ""},
        {"Origin": "https://example.org"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_other_hosts_and_origins_are_refused(
    served: Any, write: Write, headers: dict[str, str]
) -> None:
    """Whatever they ask for, and nothing of a run is in the answer."""
    write("secret", count=5)

    replies = [served.ask(path.replace("one", "secret"), **headers) for path in PATHS]

    assert [reply.status for reply in replies] == [403] * len(PATHS)
    assert [reply.text for reply in replies if "secret" in reply.text] == []
    assert [name for reply in replies for name in reply.headers if "Access-Control" in name] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost:7700"},
        {"Host": "LOCALHOST"},
        {"Host": "127.0.0.1:8080", "Origin": "http://127.0.0.1:8080"},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
    ],
    ids=str,
)
def test_our_own_pages_are_answered(served: Any, headers: dict[str, str]) -> None:
    """Behind `ssh -L` under another port, too."""
    assert served.ask("/", **headers).status == 200


def test_two_hosts_are_none() -> None:
    """A request that names two hosts is not believed about either."""
    assert refusal(["localhost", "localhost"], [], [])
    assert refusal([], [], [])
    assert refusal(["localhost"], ["http://localhost", "http://a.example"], [])


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_nothing_but_reading(served: Any, method: str) -> None:
    """Every other method is refused, the questions before requests of other origins among them."""
    reply = served.ask("/", method=method)

    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"


def test_nothing_outside_the_folder_of_runs(served: Any, write: Write, runs: Path) -> None:
    """By no spelling of a path, and by no link that leads out."""
    write("../secret", count=5)
    write(".hidden", count=5)
    write("one", count=5)
    _links_out(runs)

    statuses = {path: served.ask(path).status for path in OUTSIDE}

    assert statuses == dict.fromkeys(OUTSIDE, 404)


def _links_out(runs: Path) -> None:
    secret = runs.parent / "secret"
    (runs / "linked").symlink_to(secret)
    (runs / "linked_log").mkdir()
    (runs / "linked_log" / "run.db").symlink_to(secret / "run.db")
    (runs / "linked_manifest").mkdir()
    (runs / "linked_manifest" / "run.db").write_bytes((runs / "one" / "run.db").read_bytes())
    (runs / "linked_manifest" / "manifest.json").symlink_to(secret / "run.db")


def test_absolute_names_are_no_runs(runs: Path, write: Write) -> None:
    """Not even that of a run."""
    run = write(count=5).folder.path

    assert run_named(runs, str(run)) is None
    assert run_named(runs, str(run).replace("/", "%2f")) is None
    assert run_named(runs, "one") is not None


def test_a_link_that_leads_out_is_not_in_the_list(served: Any, write: Write, runs: Path) -> None:
    """What is not shown is not named either."""
    write("../secret", count=5)
    write("one", count=5)
    _links_out(runs)

    rows = served.ask("/rows").text

    assert "/runs/one" in rows
    assert "linked" not in rows


def test_every_answer_carries_the_rules(served: Any, write: Write) -> None:
    """For a browser: load nothing from elsewhere, guess no types, keep nothing, show it in no frame."""
    write(count=5)

    for path in (*PATHS[:-1], "/nothing"):
        headers = served.ask(path).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert not [name for name in headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 150 + b"\r\n", b"431"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
    ],
    ids=["long line", "long header", "many headers", "nonsense", "version"],
)
def test_what_is_no_request_of_a_browser_is_refused(
    served: Any, request_bytes: bytes, status: bytes
) -> None:
    """In a few bytes, and the server goes on."""
    with socket.create_connection(("127.0.0.1", served.server.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        said = connection.makefile("rb").read(200)

    assert status in said.partition(b"\r\n")[0]
    assert served.ask("/").status == 200


def test_only_this_machine_is_listened_to(served: Any) -> None:
    """The address is the loopback one."""
    assert served.server.server_address[0] == "127.0.0.1"
