"""The thread that paints a live view and listens to the keyboard, and gives the terminal back in time.

It takes the terminal a moment after it starts, so that a run that is over at once never changes the
screen, and only while this process is in the foreground. Ctrl-Z gives the terminal back before the
process stops; `fg` takes it again.
"""

import os
import select
import signal
import sys
from collections.abc import Callable, Sequence
from threading import RLock, Thread, current_thread, main_thread
from types import FrameType, TracebackType
from typing import Any, Self

from rich.console import Console

from brooks.report.live.keyboard import Keyboard, in_foreground
from brooks.report.live.rows import Row
from brooks.report.live.screen import Screen

REFRESHES_PER_SECOND = 4
"""Times are shown in whole seconds."""


class Painter:
    """Paints what it is told to, four times a second and after each key. A context manager."""

    def __init__(
        self,
        console: Console,
        *,
        frame: Callable[[int, int], Sequence[Row]],
        press: Callable[[str], None] | None = None,
    ) -> None:
        """Get ready.

        Args:
            console: The terminal.
            frame: Gives the rows for so many columns and lines.
            press: Is told of each key; None for no keyboard.
        """
        self._console = console
        self._frame = frame
        self._press = press
        self._screen = Screen(console)
        self._keyboard = _keyboard() if press is not None else None
        self._descriptor = _terminal_of(console)
        self._lock = RLock()
        """Held while the terminal is taken, painted or given back."""
        self._wake, self._waker = os.pipe()
        self._thread = Thread(target=self._run, name="live view", daemon=True)
        self._ends = False
        self._on_stop: Any = None
        self._mended = False
        self.broken: BaseException | None = None
        """What kept it from painting on, if anything did."""

    @property
    def has_keys(self) -> bool:
        """Whether there is a keyboard to listen to."""
        return self._keyboard is not None

    @property
    def is_shown(self) -> bool:
        """Whether the picture is on the screen."""
        return self._screen.is_entered

    def __enter__(self) -> Self:
        """Begin."""
        is_real = self._keyboard is not None or self._descriptor is not None
        if is_real and current_thread() is main_thread():
            self._on_stop = signal.signal(signal.SIGTSTP, self._stop)
            self._mended = True
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the terminal back, whatever happened."""
        self._ends = True
        os.write(self._waker, b"e")
        self._thread.join()
        self._give_back()
        if self._mended:
            signal.signal(signal.SIGTSTP, self._on_stop)
        os.close(self._wake)
        os.close(self._waker)

    def refresh(self) -> None:
        """Paint now, from whichever thread."""
        with self._lock:
            if self._take():
                width, height = self._console.size
                self._screen.paint(self._frame(width, height), width=width, height=height)

    def _run(self) -> None:
        try:
            while not self._ends:
                self._wait()
                if not self._ends:
                    self.refresh()
        except BaseException as error:  # noqa: BLE001 - the run goes on without a picture
            self.broken = error
            self._give_back()

    def _wait(self) -> None:
        """Until it is time to paint, taking in what is typed."""
        keyboard = self._keyboard
        listens = keyboard is not None and keyboard.is_open
        descriptors = [self._wake, *([keyboard.descriptor] if keyboard and listens else [])]
        ready = select.select(descriptors, [], [], 1 / REFRESHES_PER_SECOND)[0]
        if keyboard is None or self._press is None or keyboard.descriptor not in ready:
            return
        if not in_foreground(keyboard.descriptor):
            return
        for key in keyboard.read():
            if not key:
                self._keyboard = None
                return
            self._press(key)

    def _take(self) -> bool:
        """Have the terminal, if this process may."""
        if self._descriptor is not None and not in_foreground(self._descriptor):
            return False
        if self._keyboard is not None:
            self._keyboard.open()
        self._screen.enter()
        return True

    def _give_back(self) -> None:
        with self._lock:
            if self._keyboard is not None:
                self._keyboard.close()
            try:
                self._screen.leave()
            except OSError:  # the terminal is gone
                self._screen.is_entered = False

    def _stop(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-Z: stop with the terminal as the shell wants it."""
        with self._lock:
            self._give_back()
            os.kill(os.getpid(), signal.SIGSTOP)


def _keyboard() -> Keyboard | None:
    """The keyboard of this process; None where standard input is no terminal."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError):
        return None
    return Keyboard(descriptor) if os.isatty(descriptor) else None


def _terminal_of(console: Console) -> int | None:
    """The terminal that a console prints on; None for one that is only in memory."""
    try:
        descriptor = console.file.fileno()
    except (AttributeError, OSError, ValueError):
        return None
    return descriptor if os.isatty(descriptor) else None
