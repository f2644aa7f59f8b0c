"""The trace of a run while its log is folded: what is known of the run, and which spans have just ended."""

from brooks.core.spec import Spec, Task
from brooks.ids import BlobHash, TaskId
from brooks.log.neighbours.otel_names import Happened, Name, Operation
from brooks.log.neighbours.spans import Attributes, Span, known
from brooks.log.store import LogReader

RUN = "run"
"""The key of the run's span."""


class Trace:
    """What all who fold a log into spans share."""

    def __init__(self, log: LogReader, *, run: str, content: bool) -> None:
        self.log = log
        self.content = content
        """Whether spans carry what was written."""
        self.spec: Spec | None = None
        """What was run; None until the log says so."""
        self.tasks: dict[TaskId, Task] = {}
        self.time = 0.0
        """Log seconds of the record that is being folded."""
        self.run: Span | None = None
        """The run's own span."""
        self.ended: list[Span] = []
        """Spans that ended since somebody emptied this."""
        self._run_id = run

    def named(self, operation: Operation, **values: object) -> Attributes:
        """The attributes of one of the conventions' spans; what is None is left out."""
        found: Attributes = {Name.OPERATION: operation.value, Name.CONVERSATION: self._run_id}
        return found | known(**values)  # type: ignore[arg-type] # each is a value or None

    def note(self, span: Span | None, name: Happened, attributes: Attributes) -> None:
        """Tell an event on a span, or on the run's where there is none."""
        where = span if span is not None else self.run
        if where is not None:
            where.happened(self.time, name, attributes)

    def close(self, span: Span, *, error: str = "") -> None:
        """End a span now."""
        self.ended.append(span.close(self.time, error=error))

    def cut(self, span: Span) -> None:
        """End a span because the log ends."""
        span.attributes[Name.CUT_OFF] = True
        self.close(span)

    def text(self, blob: BlobHash) -> str:
        """A text that the log names."""
        return self.log.blob(blob).decode("utf-8", "replace")
