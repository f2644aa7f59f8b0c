"""Traces from the command line: real simulated runs, sent, written, resumed, and undelivered."""

import base64
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from brooks.core.events import Record
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from measure.trace_rules import attributes, flaws, kind_of
from servers import Faults, Mishap, serving, suite_developer
from servers.collector import collecting

Brooks = Callable[..., Any]
RUN = ("run", "mathlib", "--checks", "modelled", "--quiet", "--run-id", "one")
FAULTS = """\
agents:
  - {kind: crash, agent: agent-1, at: 5, seconds: 20}
  - {kind: slow, agent: agent-2, at: 3, seconds: 30, factor: 10}
"""
NOBODY = "http://127.0.0.1:9"
"""A port that nobody listens on."""


def records(runs: Path = Path(".brooks/runs"), run: str = "one") -> list[Record]:
    """The records of a run."""
    with closing(SqliteLog.open_reader(runs / run / "run.db")) as log:
        return list(Codec().decode_all(log.read()))


def read_lines(text: str) -> list[list[Span]]:
    """The spans of each line, decoded by the library."""
    found = []
    for line in text.splitlines():
        (of_run,) = json.loads(line)["resourceSpans"]
        (in_scope,) = of_run["scopeSpans"]
        for span in in_scope["spans"]:
            for holder in (span, *span.get("links", [])):
                for name in {"traceId", "spanId", "parentSpanId"} & holder.keys():
                    holder[name] = base64.b64encode(bytes.fromhex(holder[name])).decode()
        found.append([ParseDict(span, Span()) for span in in_scope["spans"]])
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    "team", ["single", "hybrid:4", "lead:3", "voting:3", "leased:3", "paper-decentralized:3"]
)
def test_a_run_that_sends_its_spans_sends_the_log(brooks: Brooks, team: str) -> None:
    """Every span once, in one trace, each under what it belongs to, with the log's totals; faults too."""
    Path("faults.yaml").write_text(FAULTS)
    faults = () if team == "single" else ("--faults", "faults.yaml")
    with collecting() as collector:
        said = brooks(*RUN, "-t", team, *faults, "--otlp", collector.url)
        sent = collector.spans()

    assert "not delivered" not in said.err
    assert (collector.refused, flaws(records(), sent)) == ([], [])
    assert brooks("export", "one", "--format", "otlp", "-o", "one.jsonl").code == 0
    (written,) = read_lines(Path("one.jsonl").read_text())
    assert {span.span_id: span for span in written} == {span.span_id: span for span in sent}


@pytest.mark.slow
def test_a_resumed_run_is_one_trace(brooks: Brooks) -> None:
    """Its second part sends what ended in it, and the run's span anew under the same id."""
    with collecting() as collector:
        stopped = brooks(*RUN, "-t", "leased:2", "--budget-turns", "5", "--otlp", collector.url)
        first = collector.spans()
        resumed = brooks(
            "resume", "one", "--budget-turns", "100", "--quiet", "--otlp", collector.url
        )
        both = collector.spans()

    assert (stopped.code, resumed.code) == (3, 0)
    twice = {span.span_id for span in first} & {span.span_id for span in both[len(first) :]}
    (root,) = {span.span_id for span in both if not span.parent_span_id}
    assert twice == {root}
    assert flaws(records(), list({span.span_id: span for span in both}.values())) == []


@pytest.mark.slow
def test_a_killed_run_is_whole_after_its_resume_and_an_export(brooks: Brooks) -> None:
    """The kill leaves spans open; the resume sends them, and the export sends all with the same ids."""
    slow = ("--clock", "real", "--time-scale", "0.01", "-t", "hybrid:3")
    words = [sys.executable, "-m", "brooks", *RUN, *slow]
    with collecting() as collector:
        with subprocess.Popen([*words, "--otlp", collector.url], env=dict(os.environ)) as process:  # noqa: S603 - ours
            while not collector.spans() and process.poll() is None:
                time.sleep(0.01)
            process.kill()
        before = collector.spans()
        assert brooks("resume", "one", "--quiet", "--otlp", collector.url).code == 0
        live = {span.span_id for span in collector.spans()}
        brooks("export", "one", "--format", "otlp", "--otlp", collector.url)
        every = {span.span_id: span for span in collector.spans()}

    assert before
    assert flaws(records(), list(every.values())) == []
    assert live <= every.keys()


@pytest.mark.slow
def test_a_real_client_with_failures_has_its_spans(brooks: Brooks) -> None:
    """A provider that fails twice: attempts are events, priced replies add up, no key is told."""
    faults = Faults(first=(None, Mishap.OVERLOADED, None, Mishap.DROPPED))
    with (
        collecting() as collector,
        serving(suite_developer("mathlib/mixed"), faults=faults) as server,
    ):
        said = brooks(
            *("run", "mathlib", "-m", "openai:gpt-5.2", "-t", "leased:4", "--checks", "modelled"),
            *("--quiet", "--run-id", "one", "--otlp", collector.url, "--otlp-content"),
            OPENAI_API_KEY="sk-a-key-of-no-worth",
            OPENAI_BASE_URL=f"{server.url}/v1",
        )
        spans = collector.spans()

    assert (said.code, flaws(records(), spans)) == (0, [])
    happened = Counter(event.name for span in spans for event in span.events)
    assert happened["brooks.request.failed"] == 2
    chats = [attributes(span) for span in spans if kind_of(span) == "chat"]
    assert {(chat["gen_ai.provider.name"], chat["gen_ai.request.model"]) for chat in chats} == {
        ("openai", "gpt-5.2")
    }
    assert sum(chat["brooks.cost.dollars"] for chat in chats) > 0
    assert "of-no-worth" not in str(spans)


def test_a_collector_that_is_down_changes_nothing_but_a_note(brooks: Brooks) -> None:
    """The run ends as it would, and says how many spans were not delivered and what sends them."""
    plain = brooks(*RUN, "-t", "leased:2", "--json", "--runs-dir", "plain")
    said = brooks(*RUN, "-t", "leased:2", "--json", "--otlp", NOBODY)

    assert said.code == plain.code == 0
    assert records() == records(Path("plain"))
    assert said.json["outcome"] == "done"
    assert "of its spans were not delivered: the collector at" in said.err
    assert "`brooks export one --format otlp --otlp URL` sends all of them again" in said.err
    assert plain.err == ""


def test_a_finished_run_is_sent_later(brooks: Brooks, runs: Path) -> None:
    """The same bytes twice; and what is sent is what is printed."""
    words = ("export", "finished", "--runs-dir", runs, "--format", "otlp")
    with collecting() as collector:
        first = brooks(*words, "--otlp", collector.url, "--json")
        brooks(*words, "--otlp", collector.url)
        spans = collector.spans()

    count = len(spans) // 2
    assert spans[:count] == spans[count:]
    assert flaws(records(runs, "finished"), spans[:count]) == []
    assert first.json == {
        "format": "otlp", "runs": ["finished"], "spans": count, "rejected": 0,
        "collector": f"{collector.url}/v1/traces", "blobs": 0,
    }  # fmt: skip
    (printed,) = read_lines(brooks(*words).out)
    assert printed == spans[:count]


def test_what_was_written_is_sent_only_when_asked_for(
    brooks: Brooks, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without the user's keys."""
    words = ("export", "finished", "--runs-dir", runs, "--format", "otlp")
    bare = brooks(*words).out
    full = brooks(*words, "--otlp-content").out
    monkeypatch.setenv("MY_KEY", "write_file")

    hidden = brooks(*words, "--otlp-content").out

    contents = ("gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.call.arguments")
    assert [name in bare for name in contents] == [False] * 3
    assert [name in full for name in contents] == [True] * 3
    assert "write_file" in full
    assert "write_file" not in hidden
    assert "[redacted:MY_KEY]" in hidden


def test_several_runs_are_several_traces(brooks: Brooks, runs: Path) -> None:
    """A line each."""
    brooks(*RUN, "-t", "single", "--runs-dir", "more")

    said = brooks("export", "finished", "more/one", "--runs-dir", runs, "--format", "otlp")

    found = read_lines(said.out)
    assert len(found) == 2
    assert len({span.trace_id for spans in found for span in spans}) == 2
    assert {attributes(spans[0])["brooks.team.preset"] for spans in found} == {"single", "leased"}
    assert {kind_of(spans[0]) for spans in found} == {"invoke_workflow"}


WRONG = {
    ("--otlp", "nowhere"): "no address of a collector",
    ("--otlp", "env"): "OTEL_EXPORTER_OTLP_ENDPOINT",
    ("--otlp", NOBODY, "-o", "spans.jsonl"): "leave one of them out",
    ("--otlp", NOBODY, "--format", "jsonl"): "add --format otlp",
    ("--otlp-content", "--format", "atif"): "add --format otlp",
}


@pytest.mark.parametrize(("words", "expected"), WRONG.items(), ids=" ".join)
def test_what_cannot_be_is_explained(
    brooks: Brooks, runs: Path, words: tuple[str, ...], expected: str
) -> None:
    """No address, nothing in the environment, two places at once, another format."""
    said = brooks("export", "finished", "--runs-dir", runs, "--format", "otlp", *words)

    assert said.code == 2
    assert expected in said.err


def test_a_collector_that_is_down_is_outside(brooks: Brooks, runs: Path) -> None:
    """An export that sends has nothing else to do, and fails."""
    said = brooks("export", "finished", "--runs-dir", runs, "--format", "otlp", "--otlp", NOBODY)

    assert said.code == 4
    assert "cannot be reached" in said.err


def test_the_environment_gives_address_and_headers(brooks: Brooks, runs: Path) -> None:
    """Only because `env` was asked for."""
    with collecting() as collector:
        said = brooks(
            *("export", "finished", "--runs-dir", runs, "--format", "otlp", "--otlp", "env"),
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20abc",
        )

    assert said.code == 0, said.err
    assert collector.headers[0]["authorization"] == "Bearer abc"
    assert "Bearer" not in said.err


def test_a_missing_library_is_missed_before_anything_runs(
    brooks: Brooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says how to install it, and no run is begun."""
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    for name in [name for name in sys.modules if name.startswith("opentelemetry.")]:
        monkeypatch.delitem(sys.modules, name)

    said = brooks(*RUN, "--otlp", NOBODY)

    assert said.code == 2
    assert "pip install 'brooks[otel]'" in said.err
    assert not Path(".brooks").exists()
