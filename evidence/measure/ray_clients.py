"""Real clients of a provider, or agents on the command line, on two nodes of which one dies.

`--kind clients`: six agents do the project of 20 tasks through the real client of a provider, against
a local server. Where it is and the key stand in the environment of the nodes and nowhere else. When
requests are out on both nodes, one node is killed with everything on it. By the server's record,

- never more requests are out than `--concurrency` allows, nor more in a minute than `--rpm`;
- no request comes twice but those that the killed node waited for;
- tokens and dollars of the log are those of the replies that were fetched.

The key is in no file of the run, in nothing that the command says, and in none of Ray's logs.

`--kind agents`: three agents on the command line, each of which leaves a server of its own behind in a
session of its own. When agents are at work on both nodes, the raylet of one is killed. Afterwards
none of its agents, nor anything that they have started, is left, and where the run ended in good order
no folder is either.

In both the run ends with all tasks verified, and every declared guarantee holds.

    PYTHONPATH=evidence python -m measure.ray_clients --kind clients|agents
"""

import argparse
import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from agents.developer import write_program
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Usage
from brooks.core.spec import ModelSettings
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.models.naming import parse_model
from brooks.models.prices import find_price
from measure.protocols import Ended, flaws_of_run
from nodes import Nodes
from servers import Entry, Faults, most_in_window, serving, suite_developer

SUITE = "mathlib/mixed"
MODEL = "openai:gpt-5.2"
RUN = "on-nodes"
AGENTS = {"clients": 6, "agents": 3}
CONCURRENCY, REQUESTS_PER_MINUTE = 4, 18
LATENCY = 1.0
GONE_SECONDS = 5.0
"""How long an agent may outlive its node."""
PATIENCE_SECONDS = 180.0


def main() -> None:
    """Make the run, and count flaws."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=list(AGENTS), default="clients")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="brooks-nodes-") as name:
        folder = Path(name).resolve()
        flaws, detail = (clients if options.kind == "clients" else agents)(folder)
    print(json.dumps({"measured": len(flaws), "detail": {"flaws": flaws, **detail}}))


def clients(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Real clients, of which some die during their requests."""
    key = f"sk-{secrets.token_hex(24)}"
    faults = Faults(latency=LATENCY, latency_kind="exponential", seed=1)
    developer = suite_developer(SUITE, at_once=False)
    with (
        serving(developer, faults=faults, keys=[key], host="0.0.0.0") as server,  # noqa: S104 - of namespaces
        Nodes(0) as nodes,
    ):
        address = f"http://{nodes.host}:{server.url.rpartition(':')[2]}/v1"
        for number in (1, 2):
            environ = {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": address, "TMPDIR": str(folder)}
            nodes.add(number, environ=environ)
        limits = ["--concurrency", str(CONCURRENCY), "--rpm", str(REQUESTS_PER_MINUTE)]
        run = start(folder, nodes, "clients", MODEL, *limits)

        def are_out() -> bool:
            return server.arrived >= 6 and server.arrived - len(server.entries()) == CONCURRENCY

        wait_until(are_out, run)
        nodes.kill(1)
        ended = end(folder, run)
        found = [*leaks(nodes.folder, key), *leaks(folder, key)]
        found += ["the key was said"] if key in ended.said + json.dumps(ended.facts) else []
        entries = server.entries()
    found += flaws_of_run(ended) + flaws_of_limits(entries) + flaws_of_requests(ended, entries)
    return found, {
        "requests": len(entries),
        "most at once": most_at_once(entries),
        "most in a minute": most_in_window(entries, 60.0),
        "lost with the node": sum(map(_is_lost, ended.records)),
        "dollars": round(dollars_of(ended.records), 4),
        "namespaces": nodes.is_networked,
    }


def flaws_of_limits(entries: Sequence[Entry]) -> list[str]:
    """Where all machines together asked more than one may."""
    at_once, in_minute = most_at_once(entries), most_in_window(entries, 60.0)
    found = [] if at_once <= CONCURRENCY else [f"{at_once} requests were out at once"]
    return found + ([] if in_minute <= REQUESTS_PER_MINUTE else [f"{in_minute} in a minute"])


def flaws_of_requests(ended: Ended, entries: Sequence[Entry]) -> list[str]:
    """Where the server's record and the log differ, and what was asked twice."""
    records = ended.records
    lost = sum(map(_is_lost, records))
    sent = sum(isinstance(record.event, events.RequestSent) for record in records)
    replies = [each.event for each in records if isinstance(each.event, events.ReplyReceived)]
    again = len(entries) - len({entry.body for entry in entries})
    fetched = [entry for entry in entries if entry.written]
    found = [
        f"request {one.number}: {one.treatment}" for one in entries if one.status not in {0, 200}
    ]
    if not lost:
        found.append("no request was lost with the node")
    if again > lost:
        found.append(f"{again} requests came again, and {lost} were lost")
    if not len(entries) <= sent <= len(entries) + lost:
        found.append(f"{sent} requests in the log, {len(entries)} at the server")
    if not len(replies) <= len(fetched) <= len(replies) + lost:
        found.append(f"{len(replies)} replies in the log, {len(fetched)} were fetched")
    if len(replies) == len(fetched):
        counted = sum(one.usage.input_tokens + one.usage.output_tokens for one in replies)
        charged = sum(entry.tokens for entry in fetched)
        found += [] if counted == charged else [f"{counted} tokens in the log, {charged} charged"]
        cost, owed = dollars_of(records), sum(map(_price, fetched))
        found += [] if abs(cost - owed) < 1e-9 else [f"${cost} in the log, ${owed} owed"]
    return found


def agents(folder: Path) -> tuple[list[str], dict[str, Any]]:
    """Agents on the command line, of which some lose their node."""
    program = folder / "agent"
    developer = write_program(folder, "developer", "--suite", SUITE, "--daemon")
    program.write_text(f"#!/bin/sh\nsleep 1\n{shlex.quote(str(developer))} && sleep 1\n")
    program.chmod(0o755)
    homes = {number: folder / f"machine-{number}" for number in (1, 2)}
    with Nodes(0) as nodes:
        for number, home in homes.items():
            home.mkdir()
            nodes.add(number, environ={"TMPDIR": str(home)})
        run = start(folder, nodes, "agents", f"command:{program}")
        wait_until(lambda: all(at_work_below(home) for home in homes.values()), run)
        for pid in nodes.processes(1):
            with suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == "raylet":
                    os.kill(pid, signal.SIGKILL)
        seconds = seconds_until(lambda: not at_work_below(homes[1]))
        ended = end(folder, run)
        found = [f"process {pid} was left behind" for pid in at_work_below(folder)]
        found += [f"{path} was left behind" for path in sorted(homes[2].glob("brooks-*"))]
    if seconds > GONE_SECONDS:
        found.append(f"agents were there {seconds:.1f} s after their node")
    records = ended.records
    detail = {
        "requests": sum(isinstance(record.event, events.RequestSent) for record in records),
        "lost with the node": sum(map(_is_lost, records)),
        "seconds until they were gone": round(seconds, 2),
    }
    found += [] if detail["lost with the node"] else ["no agent was lost with the node"]
    return found + flaws_of_run(ended), detail


def start(
    folder: Path, nodes: Nodes, kind: str, model: str, *options: str
) -> "subprocess.Popen[str]":
    """Start the run, with no key and nothing of a provider in its environment."""
    team = folder / "team.yaml"
    team.write_text(f"preset: leased\nsize: {AGENTS[kind]}\nlease_seconds: 30\n")
    environ = {name: value for name, value in nodes.environ.items() if "OPENAI" not in name}
    command = [sys.executable, "-m", "brooks", "run", SUITE, "-t", str(team), "-m", model]
    where = ["--engine", "ray", "--runs-dir", str(folder / "runs"), "--run-id", RUN]
    return subprocess.Popen(
        [*command, *options, *where, "-q", "--json"],
        env=environ,
        cwd=folder,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def end(folder: Path, run: "subprocess.Popen[str]") -> Ended:
    """What the run came to."""
    try:
        out, said = run.communicate(timeout=PATIENCE_SECONDS)
    finally:
        run.kill()
    print(said, file=sys.stderr)
    with closing(SqliteLog.open_reader(folder / "runs" / RUN / "run.db")) as log:
        records = tuple(Codec().decode_all(log.read()))
    facts = json.loads(out) if out.strip() else {}
    return Ended(code=run.returncode, said=said, facts=facts, records=records)


def wait_until(is_so: Callable[[], bool], run: "subprocess.Popen[str]") -> None:
    """Wait for something that comes while the run goes on."""
    while not is_so():
        if run.poll() is not None:
            raise SystemExit(f"the run ended too soon: {run.communicate()[1][-2000:]}")
        time.sleep(0.02)


def seconds_until(is_so: Callable[[], bool]) -> float:
    """How long that took; a little more than is allowed if it was not to be."""
    began = time.monotonic()
    while not is_so() and time.monotonic() < began + 2 * GONE_SECONDS:
        time.sleep(0.02)
    return time.monotonic() - began


def leaks(folder: Path, key: str) -> list[str]:
    """The files in which the key is, as it is or in base64."""
    forms = (key.encode(), b64encode(key.encode()).rstrip(b"="))
    found = []
    for path in sorted(folder.rglob("*")):
        with suppress(OSError):
            if path.is_file() and any(form in path.read_bytes() for form in forms):
                found.append(f"the key is in {path.relative_to(folder)}")
    return found


def at_work_below(folder: Path) -> list[int]:
    """The processes whose current folder is below this one, also if it was removed since."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            where = (process / "cwd").readlink()
            if where != folder and where.is_relative_to(folder):
                found.append(int(process.name))
    return found


def most_at_once(entries: Iterable[Entry]) -> int:
    """The most requests that the server had at any moment; one that ends makes room for another."""
    moments = [(entry.arrived, 1) for entry in entries]
    moments += [(entry.ended, -1) for entry in entries]
    out = most = 0
    for _, change in sorted(moments):
        out += change
        most = max(most, out)
    return most


def dollars_of(records: Iterable[Record]) -> float:
    """What a log says was paid."""
    return sum(
        record.event.usage.dollars or 0.0
        for record in records
        if isinstance(record.event, events.ReplyReceived)
    )


def _price(entry: Entry) -> float:
    price = find_price(parse_model(MODEL), ModelSettings(model=MODEL))
    assert price is not None
    usage = Usage(
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cached_tokens=entry.cached_tokens,
    )
    return price.dollars(usage)


def _is_lost(record: Record) -> bool:
    """Whether a request was lost with its machine."""
    event = record.event
    return isinstance(event, events.RequestFailed) and "machine" in event.text


if __name__ == "__main__":
    main()
