"""Traces of runs: sent while a run goes on, sent later, or written to a file."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click

from brooks.cli.options import note
from brooks.cli.writing import counted, day_time, print_bytes, write_whole
from brooks.errors import UsageError
from brooks.ids import Position
from brooks.log.codec import Codec
from brooks.log.redaction import Redactor
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING
from brooks.models.keys import SHORTEST_SECRET, Keys
from brooks.runtime.run_folder import RunFolder

if TYPE_CHECKING:
    from brooks.log.neighbours.collector import Collector
    from brooks.log.neighbours.following import Follower
    from brooks.log.neighbours.otlp import About, Encoder
    from brooks.log.neighbours.spans import Span

Command = TypeVar("Command", bound=Callable[..., Any])

_URL = """\
Send the spans of the run to this OpenTelemetry collector, as http://127.0.0.1:4318; 'env' takes its \
address and headers from the OTEL_EXPORTER_OTLP_ variables."""
_CONTENT = "With spans: also what was written (tasks, replies, arguments and results of tools)."


class Tracing(NamedTuple):
    """Where spans go, and what is in them."""

    collector: "Collector | None"
    """None where the user named none."""
    content: bool


NO_TRACING = Tracing(None, content=False)


def otlp_options(command: Command) -> Command:
    """Add `--otlp` and `--otlp-content`; the command gets them as one `tracing`."""

    @wraps(command)
    def with_tracing(*arguments: Any, otlp: str | None, otlp_content: bool, **options: Any) -> Any:
        tracing = Tracing(None if otlp is None else _collector(otlp), otlp_content)
        return command(*arguments, tracing=tracing, **options)

    found: Any = with_tracing
    found = click.option("--otlp-content", is_flag=True, help=_CONTENT)(found)
    found = click.option("--otlp", metavar="URL", help=_URL)(found)
    return cast(Command, found)


def _collector(url: str) -> "Collector":
    """The collector that is meant; a library that is missing is missed now, and not after the run."""
    import opentelemetry.proto.trace.v1.trace_pb2  # noqa: F401

    from brooks.log.neighbours.collector import collector_of

    return collector_of(url, os.environ)


@contextmanager
def traced(folder: RunFolder, tracing: Tracing, *, after: Position = BEGINNING) -> Iterator[None]:
    """While this lasts, send the run's spans as they end; afterwards say what was not delivered.

    Args:
        folder: The run, whose log is there.
        tracing: Where to; nothing happens where no collector is named.
        after: Send what ended behind this position.
    """
    if tracing.collector is None:
        yield
        return
    from brooks.log.neighbours.following import Follower

    follower = Follower(
        folder.log,
        about(folder),
        tracing.collector,
        content=tracing.content,
        redactor=_redactor(tracing),
        after=after,
    )
    follower.start()
    try:
        yield
    finally:
        is_known = _stop(follower)
        lost = follower.undelivered
        if lost or not is_known:
            count = f"{lost} of its spans were" if is_known else "some of its spans were"
            note(
                f"note: {count} not delivered: {follower.problem or 'there was not enough time'}; `brooks "
                f"export {folder.id} --format otlp --otlp URL` sends all of them again"
            )


def _stop(follower: "Follower") -> bool:
    """Let a follower send the rest, unless the user will not wait; whether all is known of it."""
    try:
        return follower.stop()
    except KeyboardInterrupt:
        return False


def about(folder: RunFolder) -> "About":
    """What the trace of a run is named by."""
    from brooks.log.neighbours.otlp import About

    facts = folder.manifest()
    return About(folder.id, day_time(facts.get("started")), bool(facts.get("simulated")))


def export_spans(
    folders: list[RunFolder], output: Path | None, tracing: Tracing
) -> tuple[dict[str, Any], str]:
    """Send the spans of runs that are over, write them as JSON lines, or print them.

    Returns:
        The facts about them and a sentence, empty where the spans are what is printed.

    Raises:
        UsageError: They are both to be sent and to be written.
        OutsideError: The collector did not take them.
    """
    from brooks.log.neighbours.otlp import line

    if tracing.collector is not None and output is not None:
        raise UsageError("spans are sent with --otlp or written with -o: leave one of them out")
    if tracing.collector is not None:
        return _send(folders, tracing.collector, tracing)
    counts: dict[str, int] = {}

    def lines() -> Iterator[bytes]:
        for folder in folders:
            encoder, spans = _spans(folder, tracing)
            counts[folder.id] = len(spans)
            yield line(encoder.request(map(encoder.span, spans))) + b"\n"

    if output is None:
        print_bytes(lines())
        return {}, ""
    write_whole(output, lines())
    said = f"{counted(sum(counts.values()), 'span')} of {', '.join(counts)} in {str(output)!r}"
    return {"runs": list(counts), "spans": sum(counts.values()), "file": str(output)}, said


def _send(
    folders: list[RunFolder], collector: "Collector", tracing: Tracing
) -> tuple[dict[str, Any], str]:
    sent = rejected = 0
    for folder in folders:
        encoder, spans = _spans(folder, tracing)
        for part in encoder.batches(spans):
            refused = collector.send(encoder.request(part).SerializeToString())
            rejected += refused
            sent += len(part) - refused
    ids = [folder.id for folder in folders]
    but = f"; it rejected {rejected}" if rejected else ""
    said = f"{counted(sent, 'span')} sent to {collector.url!r}, of {', '.join(ids)}{but}"
    return {"runs": ids, "spans": sent, "rejected": rejected, "collector": collector.url}, said


def _spans(folder: RunFolder, tracing: Tracing) -> "tuple[Encoder, list[Span]]":
    from brooks.log.neighbours.otlp import Encoder
    from brooks.log.neighbours.tracing import Tracer, spans_of

    found = about(folder)
    encoder = Encoder(found, _redactor(tracing))
    with closing(SqliteLog.open_reader(folder.log)) as log:
        tracer = Tracer(log, run=found.run, simulated=found.simulated, content=tracing.content)
        spans = spans_of(Codec().decode_all(log.read()), tracer)
    if not spans:
        raise UsageError(
            f"the log of the run {folder.id!r} is empty: it was stopped before it began; start it again"
        )
    return encoder, spans


def _redactor(tracing: Tracing) -> Redactor:
    """Takes out the user's keys, and what the collector's headers hold."""
    secrets = dict(Keys.load(Path(), os.environ).secrets())
    headers = {} if tracing.collector is None else tracing.collector.headers
    secrets |= {name: value for name, value in headers.items() if len(value) >= SHORTEST_SECRET}
    return Redactor(secrets)
