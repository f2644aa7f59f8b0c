"""Sends the spans of a run while it goes on, and never disturbs it.

A thread of its own reads the log's file as any other reader does, and sends spans as they end. So the
queue between the run and a slow collector is the log itself: nothing waits, nothing grows, and what was
not delivered can be sent later from the log. While the collector is down the thread tries again, with
longer and longer pauses; when the run is over it tries once more, for a limited time, and counts what it
could not deliver.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from brooks.ids import Position
from brooks.log.codec import Codec
from brooks.log.neighbours.collector import Collector, UndeliveredError
from brooks.log.neighbours.otlp import MOST_SPANS, About, Encoder
from brooks.log.neighbours.spans import Span
from brooks.log.neighbours.tracing import Tracer
from brooks.log.redaction import NO_SECRETS, Redactor
from brooks.log.sqlite import SqliteLog
from brooks.log.store import BEGINNING, LogReader

if TYPE_CHECKING:
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as SpanMessage

PAUSE = 0.5
"""Seconds between two looks at the log."""
LONGEST_PAUSE = 30.0
"""Seconds between two tries of a collector that is down."""
PATIENCE = 15.0
"""Seconds that the end of a run waits for its last spans to be sent."""
ANSWER = 5.0
"""Seconds that the collector may take for an answer."""
AT_ONCE = 500
"""Records that are folded before what they ended is sent."""


class Follower:
    """Follows a run's log in a thread of its own, from `start` to `stop`."""

    def __init__(
        self,
        path: Path,
        about: About,
        collector: Collector,
        *,
        content: bool = False,
        redactor: Redactor = NO_SECRETS,
        after: Position = BEGINNING,
    ) -> None:
        """Make ready, and send nothing yet.

        Args:
            path: the log's file.
            about: the run.
            collector: where the spans go.
            content: whether spans carry what was written.
            redactor: takes the user's keys out of them.
            after: send only what ended behind this position; what was before is told all the same.
        """
        self.delivered = 0
        """Spans that the collector took."""
        self.undelivered = 0
        """Spans that it did not take; whole once `stop` has returned True."""
        self.problem = ""
        """Why not, the last time."""
        self.is_whole = True
        """Whether the whole log was followed, so that the numbers are all."""
        self._path = path
        self._about = about
        self._collector = collector
        self._content = content
        self._encoder = Encoder(about, redactor)
        self._after = after
        self._waiting: list[Span] = []
        self._is_over = Event()
        self._is_late = Event()
        self._thread = Thread(target=self._run, name="otlp", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self, *, patience: float = PATIENCE) -> bool:
        """Send the rest, the run being over; whether all is known of what became of it."""
        self._is_over.set()
        self._thread.join(patience)
        self._is_late.set()
        self._thread.join(ANSWER + 1.0)
        return self.is_whole and not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with closing(SqliteLog.open_reader(self._path)) as log:
                self._follow(log)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on; it is told at the end
            self.is_whole = False
            self.problem = f"the log could not be followed: {error}"

    def _follow(self, log: LogReader) -> None:
        tracer = Tracer(
            log, run=self._about.run, simulated=self._about.simulated, content=self._content
        )
        codec = Codec()
        position = BEGINNING
        while True:
            is_last_look = self._is_over.is_set()
            for row in log.read(position, limit=AT_ONCE):
                ended = tracer.add(codec.decode(row))
                position = row.position
                if position > self._after:
                    self._waiting += ended
            is_at_end = position >= log.last_position()
            if is_at_end and is_last_look:
                break
            if is_at_end or len(self._waiting) >= MOST_SPANS:
                self._send_waiting()
            if is_at_end:
                self._is_over.wait(PAUSE)
        if tracer.is_over:
            self._waiting += tracer.finish()
        self._send_waiting()

    def _send_waiting(self) -> None:
        spans, self._waiting = self._waiting, []
        for part in self._encoder.batches(spans):
            self._send(part)

    def _send(self, part: list["SpanMessage"]) -> None:
        """Send one request: again and again while the run goes on, once when it is over."""
        body = self._encoder.request(part).SerializeToString()
        for pause in _pauses():
            if self._is_late.is_set():
                break
            is_last_try = self._is_over.is_set()
            try:
                rejected = self._collector.send(body, seconds=ANSWER)
            except UndeliveredError as error:
                self.problem = str(error)
                if is_last_try:
                    self._is_late.set()
                if is_last_try or not error.is_passing:
                    break
                self._is_over.wait(pause)
            else:
                self.delivered += len(part) - rejected
                self.undelivered += rejected
                self.problem = "the collector rejected some" if rejected else self.problem
                return
        self.undelivered += len(part)


def _pauses() -> Iterator[float]:
    pause = PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
