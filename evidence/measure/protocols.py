"""The 20-task project over every protocol and by command-line agents: runs that are not as they should be.

Each run is `brooks run mathlib` in a process of its own, with the model string and the variables a
user would set. Behind the protocols is a local server with a developer who knows the solutions (a
server for each run), behind the agents a program of the agent's name that prints what the real one
prints. A run is as it should be if

- it exits with 0, has all 20 tasks verified, and every guarantee that its team declares holds;
- the server's own record and the log agree: as many requests arrived as the log says were sent, over
  the protocol that was meant, streamed or plain as was meant, none refused and none that broke the
  server; and the tokens charged are those in the log, and those that `brooks` shows;
- of a command-line agent, as many ran as the log says, and what they print of tokens and cost is
  what the log has.

    PYTHONPATH=evidence python -m measure.protocols
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.developer import write_program
from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import Usage
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from servers import Entry, serving_process

TEAMS = ("single", "leased:4")
TASKS = 20
SUITE = "mathlib/mixed"
AT_ONCE = 2
SECONDS = 300
RUN = "measured"
KEY = "a-key-that-opens-nothing"
CACHE_READ = 1000
"""Tokens that the stand-in agents say they read from a cache, each time."""
CLAUDE_DOLLARS = 0.0123
"""What the stand-in for `claude` says it cost, each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One way to a server."""

    model: str
    key: str
    """The variable with the key."""
    address: str
    """The variable with the base URL."""
    path: str = ""
    """What the base URL has behind the server's own."""
    dialect: str
    """What the server's record calls the protocol."""


PROTOCOLS = (
    Protocol(
        model="openai:gpt-5.2",
        key="OPENAI_API_KEY",
        address="OPENAI_BASE_URL",
        path="/v1",
        dialect="openai-chat",
    ),
    Protocol(
        model="openai-responses:gpt-5.2",
        key="OPENAI_API_KEY",
        address="OPENAI_BASE_URL",
        path="/v1",
        dialect="openai-responses",
    ),
    Protocol(
        model="anthropic:claude-sonnet-4-6",
        key="ANTHROPIC_API_KEY",
        address="ANTHROPIC_BASE_URL",
        dialect="anthropic-messages",
    ),
    Protocol(
        model="google:gemini-3-flash-preview",
        key="GOOGLE_API_KEY",
        address="GOOGLE_BASE_URL",
        dialect="google-generate",
    ),
)
AGENTS = ("claude", "codex")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a run came to."""

    code: int
    said: str
    """Its errors."""
    facts: Mapping[str, Any]
    """What `brooks run --json` printed; empty if that was nothing."""
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One run to be made."""

    team: str
    protocol: Protocol | None = None
    streamed: bool = False
    agent: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        if self.protocol is None:
            return f"command:{self.agent}, {self.team}"
        return f"{self.protocol.model}, {'streamed' if self.streamed else 'plain'}, {self.team}"

    def flaws(self, folder: Path) -> list[str]:
        """Make the run in an empty folder; what is not as it should be."""
        if self.protocol is None:
            return _flaws_of_agent(self.agent, self.team, folder)
        return _flaws_of_protocol(self.protocol, self.team, folder, streamed=self.streamed)


def cases() -> Iterator[Case]:
    """Every run of the measurement."""
    for team in TEAMS:
        for protocol in PROTOCOLS:
            for streamed in (False, True):
                yield Case(team=team, protocol=protocol, streamed=streamed)
        for agent in AGENTS:
            yield Case(team=team, agent=agent)


def _flaws_of_protocol(protocol: Protocol, team: str, folder: Path, *, streamed: bool) -> list[str]:
    stream = "--stream" if streamed else "--no-stream"
    with serving_process(folder, suite=SUITE) as server:
        variables = {protocol.key: KEY, protocol.address: f"{server.url}{protocol.path}"}
        ended = run_brooks(folder, "-m", protocol.model, "-t", team, stream, variables=variables)
        entries = server.entries()
        arrived = server.arrived()
    return [
        *flaws_of_run(ended),
        *flaws_of_record(
            ended, entries, arrived=arrived, dialect=protocol.dialect, streamed=streamed
        ),
    ]


def _flaws_of_agent(agent: str, team: str, folder: Path) -> list[str]:
    programs = folder / "programs"
    write_program(programs, agent, "--suite", SUITE, "--as", agent)
    variables = {"PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    ended = run_brooks(folder, "-m", f"command:{agent}", "-t", team, variables=variables)
    ran = len(list((folder / ".brooks" / "runs" / RUN / "copies").glob("*.out")))
    dollars = CLAUDE_DOLLARS if agent == "claude" else None
    return [*flaws_of_run(ended), *flaws_of_bill(ended, ran=ran, dollars=dollars)]


def run_brooks(folder: Path, *words: str, variables: Mapping[str, str]) -> Ended:
    """Run the bundled project in a folder, with these variables and no others but the path."""
    command: list[str | Path] = [Path(sys.executable).with_name("brooks"), "run", SUITE, *words]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), **variables}
    done = subprocess.run(
        [*command, "--run-id", RUN, "--quiet", "--json"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    path = folder / ".brooks" / "runs" / RUN / "run.db"
    records: tuple[Record, ...] = ()
    if path.is_file():
        with closing(SqliteLog.open_reader(path)) as log:
            records = tuple(Codec().decode_all(log.read()))
    facts = json.loads(done.stdout) if done.stdout.strip() else {}
    return Ended(code=done.returncode, said=done.stderr, facts=facts, records=records)


def flaws_of_run(ended: Ended) -> list[str]:
    """What is wrong with a run, by what it says and by its log."""
    if ended.code or not ended.facts:
        return [f"exit code {ended.code}: {ended.said.strip()[-300:]}"]
    tasks = ended.facts["tasks"]
    verified = (tasks["verified"], tasks["total"])
    wrong = [] if verified == (TASKS, TASKS) else [f"{verified[0]} of {verified[1]} verified"]
    verdicts = audit(ended.records).verdicts
    wrong += [
        f"{verdict.guarantee} {verdict.result}: {verdict.explanation}"
        for verdict in verdicts
        if verdict.result is not Result.HOLDS
    ]
    return wrong if verdicts else [*wrong, "the audit judged nothing"]


def flaws_of_record(
    ended: Ended, entries: list[Entry], *, arrived: int, dialect: str, streamed: bool
) -> list[str]:
    """Where a server's record and the log differ, and what the record should not hold."""
    sent = _count_sent(ended)
    wrong = [
        f"request {entry.number} was {entry.treatment}, status {entry.status}"
        for entry in entries
        if entry.treatment != "answered"
    ]
    wrong += [
        f"request {entry.number} came over {entry.protocol!r}, streamed: {entry.streamed}"
        for entry in entries
        if (entry.protocol, entry.streamed) != (dialect, streamed)
    ]
    if not len(entries) == arrived == sent > 0:
        wrong.append(f"{arrived} requests arrived, {len(entries)} are recorded, the log has {sent}")
    charged = _sum(
        Usage(
            input_tokens=entry.input_tokens,
            output_tokens=entry.output_tokens,
            cached_tokens=entry.cached_tokens,
            written_tokens=entry.written_tokens,
        )
        for entry in entries
    )
    return [*wrong, *_unlike(ended, charged)]


def flaws_of_bill(ended: Ended, *, ran: int, dollars: float | None) -> list[str]:
    """Where what agents printed and the log differ: how many ran, and what they say it cost."""
    sent, replies = _count_sent(ended), _usages(ended)
    wrong = [] if ran == sent > 0 else [f"{ran} agents ran, the log has {sent} requests"]
    wrong += [
        f"a reply has {usage.cached_tokens} cached tokens and cost {usage.dollars}"
        for usage in replies
        if usage.cached_tokens != CACHE_READ or usage.dollars != dollars
    ]
    shown = ended.facts.get("spending", {}).get("dollars")
    due = None if dollars is None else round(dollars * len(replies), 6)
    if (None if shown is None else round(shown, 6)) != due:
        wrong.append(f"{shown} dollars are shown, and {due} were spent")
    return [*wrong, *_unlike(ended, _sum(replies))]


def _unlike(ended: Ended, charged: Usage) -> list[str]:
    """Where the tokens in the log, and those that are shown, are not those charged."""
    logged = _sum(_usages(ended))
    wrong = [] if logged == charged else [f"charged was {charged}, the log has {logged}"]
    shown = tuple(ended.facts.get(f"{name}_tokens") for name in ("input", "output", "cached"))
    due = (charged.input_tokens, charged.output_tokens, charged.cached_tokens)
    return wrong if shown == due else [*wrong, f"charged was {due}, shown is {shown}"]


def _count_sent(ended: Ended) -> int:
    return sum(isinstance(record.event, events.RequestSent) for record in ended.records)


def _usages(ended: Ended) -> list[Usage]:
    return [
        record.event.usage
        for record in ended.records
        if isinstance(record.event, events.ReplyReceived)
    ]


def _sum(usages: Iterable[Usage]) -> Usage:
    """The tokens together, without money."""
    each = list(usages)
    return Usage(
        input_tokens=sum(one.input_tokens for one in each),
        output_tokens=sum(one.output_tokens for one in each),
        cached_tokens=sum(one.cached_tokens for one in each),
        written_tokens=sum(one.written_tokens for one in each),
    )


def measure(case: Case) -> list[str]:
    """What is not as it should be with one run, made in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="brooks-protocol-") as name:
        try:
            wrong = case.flaws(Path(name))
        except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
            wrong = [f"{type(error).__name__}: {error}"]
    print(f"{case.title}: {'; '.join(wrong) or 'as it should be'}", file=sys.stderr, flush=True)
    return wrong


def main() -> None:
    wanted = list(cases())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip((case.title for case in wanted), pool.map(measure, wanted), strict=True))
    flaws = {title: wrong[:5] for title, wrong in found.items() if wrong}
    print(json.dumps({"measured": len(flaws), "detail": {"runs": len(found), "flaws": flaws}}))


if __name__ == "__main__":
    main()
