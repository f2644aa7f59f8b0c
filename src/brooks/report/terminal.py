"""What a run looks like in a terminal: while it goes on, when it is over, and beside others.

`Progress` is fed with records and keeps a `Summary` of them. On an interactive terminal rich's
refresh thread paints a picture of that summary four times a second, however many records come; a
record costs no more than its fold. Anywhere else the notable events are printed as lines. Progress
goes to standard error, so that standard output holds results alone.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from brooks.analysis.summary import Summary
from brooks.core.events import Record
from brooks.report.live import MOST_NEWS, picture
from brooks.report.notable import Notables
from brooks.report.results import RunRow, print_comparison, print_runs, print_summary
from brooks.report.sentences import describe
from brooks.report.wording import plain

REFRESHES_PER_SECOND = 4
"""Times are shown in whole seconds, and a frame of a large team takes about 15 ms."""


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
                as is right under a virtual clock.
        """
        self.summary = Summary(simulated=simulated)
        """The facts of the run so far."""
        self._title = plain(title)
        self._quiet = quiet
        self._console = console or _standard_error()
        self._now = now
        self._notables = Notables(simulated=simulated)
        self._news: deque[str] = deque(maxlen=MOST_NEWS)
        self._lock = Lock()
        """Held while the summary changes, and while the refresh thread reads it."""
        self._live: Live | None = None

    def __enter__(self) -> Self:
        """Begin to show."""
        if self._quiet:
            return self
        if self._console.is_interactive:
            self._live = Live(
                console=self._console,
                get_renderable=self._picture,
                refresh_per_second=REFRESHES_PER_SECOND,
                transient=True,
                vertical_overflow="crop",
                redirect_stdout=False,
            )
            self._live.start(refresh=True)
        elif self._title:
            self._print(self._title)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the picture away; after an error it stays to be looked at."""
        if self._live is not None:
            self._live.transient = error is None
            self._live.stop()
            self._live = None

    def recall(self, records: Iterable[Record]) -> None:
        """Take in what happened before, without a word: a run that goes on has a past."""
        with self._lock:
            for record in records:
                self._notables.line(record)
                self.summary.add(record)

    def on_record(self, record: Record) -> None:
        """Take in the next record, and show what is worth showing."""
        with self._lock:
            line = None if self._quiet else self._notables.line(record)
            self.summary.add(record)
            if line is not None and self._live is not None:
                self._news.append(_stamped(record.time, line))
                line = None
        if line is not None:
            self._print(_stamped(record.time, line))

    def say(self, text: str) -> None:
        """Show a line that is not in the log, such as what Ctrl-C will do."""
        if not self._quiet:
            self._print(plain(text))

    def _print(self, line: str) -> None:
        self._console.print(Text(line), soft_wrap=True)

    def _picture(self) -> Group:
        with self._lock:
            return picture(
                self.summary,
                now=self.summary.time if self._now is None else self._now(),
                height=self._console.size.height,
                title=self._title,
                news=self._news,
            )


def _standard_error() -> Console:
    """Standard error, live only if it is a terminal, whatever the environment says about colours."""
    return Console(stderr=True, force_interactive=None if sys.stderr.isatty() else False)


def _stamped(time: float, line: str) -> str:
    return f"{time:8.1f} s  {line}"


__all__ = ["Progress", "RunRow", "describe", "print_comparison", "print_runs", "print_summary"]
