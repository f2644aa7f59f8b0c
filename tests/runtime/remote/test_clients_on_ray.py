"""What nodes need for the agents that live there: keys, clients, a fitting brooks. On one real cluster."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.bench.suites import suite_path
from brooks.core import events
from brooks.core.events import Record
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.models.base import Reply, Request, ToolCall
from brooks.spec.load import load_tasks
from measure.ray_clients import leaks, most_at_once
from nodes import Nodes
from servers import Developer, Faults, Server, serving

pytest.importorskip("ray")
pytest.importorskip("openai")
pytest.importorskip("pydantic_ai")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

KEY = "sk-made-up-for-nodes-0123456789"
CONCURRENCY = 2


class Talkative(Developer):
    """Tells all others of each task that it does, and reads what they tell."""

    def answer(self, request: Request) -> Reply:
        """The work, a message, and a look at the mail."""
        reply = super().answer(request)
        text = f"I am at {', '.join(self.tasks(request))}"
        number = sum(len(str(item)) for item in request.conversation)
        mail = ToolCall(
            id=f"mail-{number}", name="send_mail", arguments={"to": "all", "text": text}
        )
        look = ToolCall(id=f"look-{number}", name="read_mail", arguments={})
        return replace(reply, calls=(mail, look, *reply.calls))


class Place(NamedTuple):
    """A cluster of one node and a head, and a provider that only that node knows of."""

    nodes: Nodes
    server: Server


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """They are there for all tests of this file."""
    known = load_tasks(suite_path("sales") / "tasks.yaml")
    faults = Faults(latency=0.05)
    developer = Talkative(known.tasks, known.blobs)
    with (
        serving(developer, faults=faults, keys=[KEY]) as server,
        Nodes(0, in_namespaces=False) as nodes,
    ):
        environ = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{server.url}/v1"}
        nodes.add(1, environ=environ)
        yield Place(nodes, server)


def brooks(place: Place, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Call the command where no provider is known of."""
    environ = {
        name: value
        for name, value in place.nodes.environ.items()
        if not name.endswith(("_API_KEY", "_BASE_URL"))
    }
    environ["HOME"] = str(folder)
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "brooks", *arguments],
        cwd=folder,
        env=environ,
        text=True,
        capture_output=True,
        timeout=100,
        check=False,
    )


def records_of(log: Path) -> list[Record]:
    with closing(SqliteLog.open_reader(log)) as reader:
        return list(Codec().decode_all(reader.read()))


def count(records: list[Record], kind: type[events.Event]) -> int:
    return sum(isinstance(record.event, kind) for record in records)


def test_agents_ask_a_provider_that_only_their_machines_know_of(
    place: Place, tmp_path: Path
) -> None:
    """And write to each other. The key is nowhere else, and limits hold for all machines together."""
    (tmp_path / "team.yaml").write_text("preset: leased\nsize: 4\nmessages: mesh\n")
    words = ("run", "sales", "-t", "team.yaml", "-m", "openai:gpt-5.2", "--checks", "modelled")
    limits = ("--concurrency", str(CONCURRENCY), "--run-id", "it", "--engine", "ray")

    ran = brooks(place, tmp_path, *words, *limits, "-q", "--json")

    assert ran.returncode == 0, ran.stderr
    facts = json.loads(ran.stdout)["tasks"]
    assert facts["verified"] == facts["total"] > 0
    entries = place.server.entries()
    assert most_at_once(entries) <= CONCURRENCY
    records = records_of(tmp_path / ".brooks" / "runs" / "it" / "run.db")
    assert count(records, events.RequestSent) == len(entries)
    assert count(records, events.MailSent) > 0
    assert count(records, events.MailRead) > 0
    assert all(verdict.result is Result.HOLDS for verdict in audit(records).verdicts)
    assert not leaks(tmp_path, KEY)
    assert not leaks(place.nodes.folder, KEY)
    assert KEY not in ran.stdout + ran.stderr


def test_key_that_machines_lack_ends_the_run_with_a_line_that_names_both(
    place: Place, tmp_path: Path
) -> None:
    pytest.importorskip("anthropic")
    words = ("run", "sales", "-t", "leased:2", "-m", "anthropic:claude-sonnet-4-5")

    ran = brooks(place, tmp_path, *words, "--engine", "ray", "-q")

    assert ran.returncode == 2
    [line] = ran.stderr.strip().splitlines()
    assert "ANTHROPIC_API_KEY, in the environment in which its node is started" in line
    assert f"the machine '{socket.gethostname()} (" in line


def test_machine_with_another_version_ends_a_run_and_a_sweep_and_is_named(
    place: Place, tmp_path: Path
) -> None:
    """It need not be able to read what ours sends."""
    old = tmp_path / "old" / "brooks"
    old.mkdir(parents=True)
    (old / "__init__.py").write_text('__version__ = "0.0.1"\n')
    python_path = os.pathsep.join([str(old.parent), os.environ.get("PYTHONPATH", "")])
    place.nodes.add(2, environ={"PYTHONPATH": python_path})
    sweep = ("simulate", "sales", "-t", "leased:2", "--seeds", "500")
    run = ("run", "sales", "-t", "leased:2", "--clock", "real", "-q")

    try:
        ended = [brooks(place, tmp_path, *words, "--engine", "ray") for words in (sweep, run)]
    finally:
        place.nodes.kill(2)

    for each in ended:
        line = each.stderr.strip().splitlines()[-1]
        assert each.returncode == 4, each.stderr
        assert f"the machine '{socket.gethostname()}" in line
        assert "has brooks 0.0.1" in line
