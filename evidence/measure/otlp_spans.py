"""Sends spans of runs with random teams and faults to a collector, and judges what it decoded.

Each seed is a run as `measure.faulty_runs` draws them, whole or, every third, cut at a random record. Its
spans are sent as `brooks export --format otlp --otlp URL` sends them. What the collector decoded, with the
protocol's own library, is judged by `measure.trace_rules`: one trace, right parents, usage on model spans
only, totals as in the log. They are sent twice, which must give the same spans with the same ids.

    PYTHONPATH=evidence python -m measure.otlp_spans --runs 100
"""

import argparse
import json
import sys
from datetime import UTC, datetime
from random import Random
from typing import Any

from brooks.core.events import Record
from brooks.log.codec import Codec
from brooks.log.neighbours.collector import collector_of
from brooks.log.neighbours.otlp import About, Encoder
from brooks.log.neighbours.tracing import Tracer, spans_of
from brooks.log.store import LogReader
from measure.bundled import SUITES, bundled_spec, run_in_memory
from measure.faulty_runs import drawn_team, plan
from measure.trace_rules import flaws
from servers.collector import Collector, collecting

STARTED = datetime(2026, 11, 21, 12, tzinfo=UTC)


def send(log: LogReader, records: list[Record], run: str, collector: Collector) -> list[Any]:
    """Send a run's spans; those that the collector decoded."""
    about = About(run, STARTED, simulated=True)
    encoder = Encoder(about)
    spans = spans_of(records, Tracer(log, run=run, simulated=True))
    before = len(collector.spans())
    sent_to = collector_of(collector.url, {})
    for part in encoder.batches(spans):
        sent_to.send(encoder.request(part).SerializeToString())
    return collector.spans()[before:]


def drawn_run(seed: int) -> LogReader:
    """The log of a run with a random team and random faults."""
    chance = Random(f"spans/{seed}")
    team = drawn_team(chance)
    spec, blobs, files = bundled_spec(
        chance.choice(SUITES),
        team,
        seed=seed,
        faults=plan(chance, len(team.members), 150.0),
        model=chance.choice(["sim:typical", "sim:careless", "sim:quick"]),
    )
    _, log = run_in_memory(spec, blobs, files)
    return log


def one(seed: int, collector: Collector) -> tuple[list[str], int]:
    """What is wrong with the spans of one run, and how many there are."""
    log = drawn_run(seed)
    records = list(Codec().decode_all(log.read()))
    if seed % 3 == 0:
        records = records[: Random(f"cut {seed}").randint(1, len(records))]
    spans = send(log, records, f"seed-{seed}", collector)
    again = send(log, records, f"seed-{seed}", collector)
    wrong = flaws(records, spans)
    if [span.SerializeToString() for span in spans] != [each.SerializeToString() for each in again]:
        wrong.append("sent again, they differ")
    return wrong, len(spans)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    found: list[str] = []
    count = 0
    with collecting() as collector:
        for seed in range(options.runs):
            wrong, spans = one(seed, collector)
            count += spans
            found += [f"seed {seed}: {text}" for text in wrong]
            for text in wrong[:3]:
                print(f"seed {seed}: {text}", file=sys.stderr)
        found += collector.refused
        detail = {
            "runs": options.runs,
            "spans": count,
            "requests": len(collector.requests),
            "first": found[:5],
        }
    print(json.dumps({"measured": len(found), "detail": detail}))


if __name__ == "__main__":
    main()
