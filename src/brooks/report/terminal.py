"""What a run looks like in a terminal: while it goes on, when it is over, and beside others.

`Progress` is fed with records and keeps the facts of the run. On an interactive terminal a thread
paints a picture of them four times a second, however many records come; a record costs no more than
its fold. Anywhere else the notable events are printed as lines, without a control character in them.
`brooks run` shows this on standard error, so that standard output holds results alone; to `brooks
watch` it is the result.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from threading import Lock
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.text import Text

from brooks.analysis.summary import Summary
from brooks.core.events import Record
from brooks.core.state import Phase
from brooks.report.live.expecting import Expected
from brooks.report.live.following import Followed
from brooks.report.live.painter import Painter
from brooks.report.live.picture import picture
from brooks.report.live.rows import Palette, Row, signs_for
from brooks.report.live.steering import Controls, Steering, View
from brooks.report.notable import Notables
from brooks.report.results import RunRow, print_comparison, print_runs, print_summary
from brooks.report.sentences import describe
from brooks.report.wording import plain
from brooks.runtime.governor import LaneView
from brooks.runtime.real_clock import steady_seconds


class Progress:
    """Shows a run as it goes on. A context manager; `on_record` takes the records."""

    def __init__(
        self,
        *,
        title: str = "",
        simulated: bool = False,
        quiet: bool = False,
        console: Console | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        """Decide how to show it.

        Args:
            title: what runs, in a line.
            simulated: whether times and tokens come from a simulation; it is then said.
            quiet: print nothing, and only keep the summary.
            console: where to print; by default standard error, live if that is a terminal.
            now: the log time, for a picture that goes on between records; None goes by the records,
                and under the real clock by the time since the last one.
        """
        self.followed = Followed(simulated=simulated)
        """Everything that the picture shows of the run."""
        self.title = plain(title, most=400)
        self.view = View()
        """What keys have chosen."""
        self.controls: Controls | None = None
        """What keys ask of the run; None leaves the keyboard alone. To be set before it begins."""
        self.expected: Expected | None = None
        """What was predicted of this run."""
        self.lanes: Sequence[LaneView] = ()
        """How the lanes of its models stand."""
        self.orphaned = ""
        """What to say because nobody writes the run; time then stands still."""
        self._quiet = quiet
        self._console = console or standard_error()
        self._now = now
        self._heard = steady_seconds()
        self._notables = Notables(simulated=simulated)
        self._lock = Lock()
        """Held while the facts change, and while the painter reads them."""
        self._painter: Painter | None = None
        self._steering: Steering | None = None
        self._said: list[str] = []
        """What was said while the picture hid it."""
        self._error_before: TextIO | None = None
        """Standard error, while what is written there is caught."""

    @property
    def summary(self) -> Summary:
        """The facts of the run so far."""
        return self.followed.summary

    def be_of(self, *, simulated: bool, clock: str, model: str) -> None:
        """Learn what only the run's spec says; to be told before the first record is shown."""
        summary = self.summary
        summary.simulated, summary.clock, summary.model = simulated, clock, model
        self._notables.simulated = simulated

    @property
    def is_live(self) -> bool:
        """Whether it shows a picture rather than lines."""
        return not self._quiet and self._console.is_interactive

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._quiet:
            return self
        if self.is_live:
            self._begin_picture()
        elif self.title:
            self._print(self.title)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the picture away; after an error it stays to be looked at."""
        painter, self._painter = self._painter, None
        if painter is None:
            return
        painter.__exit__(kind, error, traceback)
        if self._error_before is not None:
            sys.stderr, self._error_before = self._error_before, None
        for line in self._said:
            self._print(line)
        if isinstance(painter.broken, Exception):
            self._print(f"note: the picture was given up: {plain(str(painter.broken))}")
        if isinstance(error, Exception):
            self._print_picture()

    def _begin_picture(self) -> None:
        press = None
        if self.controls is not None:
            self._steering = Steering(self.view, self.followed, self.controls)
            press = self._steering.press
        self._console.file = self._console.file  # as it is now, whatever takes its place below
        painter = self._painter = Painter(self._console, frame=self.frame, press=press)
        self.view.keys = painter.has_keys
        self._error_before = sys.stderr
        sys.stderr = _Overheard(self.say, sys.stderr)
        painter.__enter__()

    def recall(self, records: Iterable[Record]) -> None:
        """Take in what happened before, without a word: a run that goes on has a past."""
        with self._lock:
            for record in records:
                line = self._notables.line(record)
                self.followed.add(record)
                if line is not None:
                    self.followed.news.append(_stamped(record.time, line))

    def on_record(self, record: Record) -> None:
        """Take in the next record, and show what is worth showing."""
        with self._lock:
            line = None if self._quiet else self._notables.line(record)
            self.followed.add(record)
            self._heard = steady_seconds()
            if line is not None:
                line = _stamped(record.time, line)
                self.followed.news.append(line)
        if line is not None and self._painter is None:
            self._print(line)

    def heard_before(self, seconds: float) -> None:
        """The last record that was taken in is so many seconds old."""
        self._heard = steady_seconds() - seconds

    def say(self, text: str) -> None:
        """Show a line that is not in the log, such as what Ctrl-C will do."""
        if self._quiet:
            return
        line = plain(text, most=400)
        if self._painter is not None and self._painter.is_shown:
            self._said.append(line)
            self.view.message = line
        else:
            self._print(line)

    def tell(self, text: str) -> None:
        """Say what the user should know even of a run that is to be quiet."""
        if self._painter is None:
            print(text, file=sys.stderr)  # noqa: T201 - as notes are printed before a run
        else:
            self.say(text)

    def refresh(self) -> None:
        """Paint now, if there is a picture."""
        if self._painter is not None:
            self._painter.refresh()

    def frame(self, width: int, height: int) -> list[Row]:
        """The picture as it is now."""
        with self._lock:
            return picture(
                self.followed,
                now=self._time(),
                width=width,
                height=height,
                title=self.title,
                view=self.view,
                expected=self.expected,
                lanes=self.lanes,
                orphaned=self.orphaned,
                signs=signs_for(self._console.encoding),
            )

    def _time(self) -> float:
        """Log time now."""
        summary = self.summary
        if self._now is not None:
            return self._now()
        goes_on = summary.phase not in {Phase.NEW, Phase.FINISHED} and not self.orphaned
        if summary.clock == "virtual" or not goes_on:
            return summary.time
        return summary.time + steady_seconds() - self._heard

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

    def _print_picture(self) -> None:
        """Leave the last frame on the screen, without the line for keys."""
        width, height = self._console.size
        self.view.keys = False
        palette = Palette(self._console)
        for row in self.frame(width, height - 1):
            self._console.file.write(f"{palette.render(row)}\n")
        self._console.file.flush()


class _Overheard(StringIO):
    """Standard error while a picture is on the screen: what is written there is said, line by line."""

    def __init__(self, say: Callable[[str], None], real: TextIO) -> None:
        super().__init__()
        self._say = say
        self._real = real
        self._begun = ""

    def write(self, text: str) -> int:
        """Say the lines that are whole."""
        *lines, self._begun = (self._begun + text).split("\n")
        for line in lines:
            if line.strip():
                self._say(line)
        return len(text)

    def fileno(self) -> int:
        """The real one's, for who starts a process."""
        return self._real.fileno()


def standard_error() -> Console:
    """Standard error, live only if it is a terminal, whatever the environment says about colours."""
    return Console(stderr=True, force_interactive=None if sys.stderr.isatty() else False)


def standard_output() -> Console:
    """Standard output, in the same way."""
    return Console(force_interactive=None if sys.stdout.isatty() else False, highlight=False)


def _stamped(time: float, line: str) -> str:
    return f"{time:8.1f} s  {line}"


__all__ = ["Progress", "RunRow", "describe", "print_comparison", "print_runs", "print_summary"]
