"""A run's page, made again in the background as its log grows, for all who look at it.

One thread a run reads the log and makes the page; whoever asks is given what was made last, and
whoever listens is told when there is a newer one. A page is made at most four times a second, and
less often when that would take too much of a core (`allowance.py`). A feed that nobody wants any more
is ended by its owner.

What goes wrong with one run (a damaged log, a folder that vanished) is published in place of its
page and tried again: the run may be mended, and the others are not touched.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Event, Thread
from typing import Any, NamedTuple

import msgspec

from brooks.core.events import Record
from brooks.core.spec import Spec
from brooks.core.state import State
from brooks.errors import BrooksError
from brooks.ids import BlobHash, Position
from brooks.log.lock import writer_pid
from brooks.report.page.contents import Page
from brooks.report.serving.allowance import Allowance
from brooks.report.serving.following import LogTail
from brooks.report.serving.moments import now, worked
from brooks.runtime.run_folder import RunFolder

POLL_SECONDS = 0.1
"""How often the log is asked whether it has grown, which costs some microseconds."""
LEAST_SECONDS = 0.25
"""The least time between two pages of a run."""
TROUBLE_SECONDS = 1.0
"""How long a log that could not be read is left alone, or four times as long as it took to find that out."""
IDLE_SECONDS = 30.0
"""How long a feed goes on when nobody wants it."""


class Followed(NamedTuple):
    """What is known of a run when its page is made."""

    folder: RunFolder
    records: Sequence[Record]
    state: State
    spec: Spec
    writer: int | None
    """The process that writes it; 0 when it cannot be told, None when nobody does."""
    blob: Callable[[BlobHash], bytes]
    """A content that a record names; good while the page is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What there is to show of a run at one moment."""

    number: int
    """Counts up: a higher one is newer, within one feed."""
    news: str
    """What those who listen are told, as JSON: `position` of the last record that is in it; `alive`, whether
    a process wrote the run then; and `version`, a text that is another one when anything else is shown, and
    the same when a server that was started anew shows the same."""
    page: Page | None
    """None when there is a problem."""
    data: bytes
    """What the page is drawn from, as JSON."""
    problem: str = ""
    """Why there is no page."""
    gone: bool = False
    """Whether the run's folder is not there."""


MakePage = Callable[[Followed], Page]
MakeData = Callable[[Page], dict[str, Any]]


class Feed:
    """The editions of one run, made by a thread of its own for as long as they are wanted."""

    def __init__(self, folder: RunFolder, *, make_page: MakePage, make_data: MakeData) -> None:
        self.listeners = 0
        """How many wait for editions just now; the owner of the feed counts."""
        self.wanted_at = now()
        """When somebody last asked for anything."""
        self._folder = folder
        self._make_page = make_page
        self._make_data = make_data
        self._tail = LogTail(folder.log)
        self._changed = Condition()
        self._edition: Edition | None = None
        self._ended = Event()
        self._made: tuple[Position, int | None] | None = None
        self._not_before = 0.0
        self._allowance = Allowance(now())
        self._thread = Thread(target=self._follow, name=f"feed of {folder.id}", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._ended.is_set()

    def end(self) -> None:
        """Make no more editions, and let those go who wait for one."""
        self._ended.set()
        with self._changed:
            self._changed.notify_all()

    def wait_newer(self, number: int, seconds: float) -> Edition | None:
        """The newest edition when its number is above this; None when none came in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_newer(number) or self.ended, seconds)
            return self._edition if self._is_newer(number) else None

    def newest(self, seconds: float) -> Edition | None:
        """The newest edition, waiting for the first one; None when none came in time."""
        return self.wait_newer(0, seconds)

    def _is_newer(self, number: int) -> bool:
        return self._edition is not None and self._edition.number > number

    def _follow(self) -> None:
        try:
            while not self._ended.wait(self._step()):
                pass
        finally:
            self._tail.close()

    def _step(self) -> float:
        """Look at the log once; returns how long to wait before the next look."""
        began = now()
        try:
            self._look(began)
        except BrooksError as error:
            self._trouble(self._naming(str(error)))
        except Exception as error:  # noqa: BLE001 - the other runs go on being served
            kind = type(error).__name__
            self._trouble(self._naming(f"its page cannot be made: {kind}: {error}"))
        else:
            return POLL_SECONDS
        return max(TROUBLE_SECONDS, 4.0 * (now() - began))

    def _naming(self, said: str) -> str:
        """What was said of the log, with its name."""
        name = str(self._folder.log)
        return said if name in said else f"log {name!r}: {said}"

    def _look(self, began: float) -> None:
        if began < self._not_before or not self._allowance.is_left(began):
            return
        worked_before = worked()
        self._tail.grow()
        seen = (self._tail.position, writer_pid(self._folder.log))
        if seen == self._made:
            return
        self._make(seen)
        self._made = seen
        self._not_before = began + LEAST_SECONDS
        self._allowance.spend(worked() - worked_before, now())

    def _make(self, seen: tuple[Position, int | None]) -> None:
        tail = self._tail
        spec = tail.spec()
        if spec is None:
            self._publish(seen, problem=f"the run {self._folder.id!r} has not begun yet")
            return
        found = Followed(
            self._folder, tail.records, tail.state, spec, writer=seen[1], blob=tail.blob
        )
        self._publish(seen, page=self._make_page(found))

    def _trouble(self, problem: str) -> None:
        """Publish what is wrong, once, and begin with the log anew."""
        self._tail.close()
        self._tail = LogTail(self._folder.log)
        self._made = None
        if self._edition is None or self._edition.problem != problem:
            gone = not self._folder.log.is_file()
            self._publish((Position(0), None), problem=problem, gone=gone)

    def _publish(
        self,
        seen: tuple[Position, int | None],
        *,
        page: Page | None = None,
        problem: str = "",
        gone: bool = False,
    ) -> None:
        position, writer = seen
        content = {"problem": problem} if page is None else self._make_data(page)
        news = {
            "version": f"{position}/{'-' if writer is None else writer}{'!' if problem else ''}",
            "position": position,
            "alive": writer is not None,
        }
        edition = Edition(
            number=1 if self._edition is None else self._edition.number + 1,
            news=json.dumps({**news, "problem": problem} if problem else news),
            page=page,
            data=msgspec.json.encode({**content, **news}),
            problem=problem,
            gone=gone,
        )
        with self._changed:
            self._edition = edition
            self._changed.notify_all()
