"""Where the machines of a run come from, as far as the engine must know.

Behind it stands a Ray cluster; tests have hosts in one process instead, which they cut off and kill.
"""

from typing import Protocol

from brooks.runtime.remote.host import Ready
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import Numbered


class Gone(Exception):  # noqa: N818 - named for what happened
    """The machine, or the process there, is no more."""


class Unreachable(Exception):  # noqa: N818 - named for what happened
    """A call has not arrived, and the next may."""


class Calls(Protocol):
    """How the host on one machine is called.

    A call to a machine that is cut off stays unanswered for as long as it is; where one fails, it
    raises `Gone` or `Unreachable`.
    """

    async def begin(self, part: Part) -> Ready | str:
        """See `Host.begin`; words for what it has instead of our version of brooks, if it has another."""

    async def collect(self, acknowledged: int, seconds: float) -> list[Numbered]:
        """See `Host.collect`."""

    async def post(self, batch: list[Numbered]) -> int:
        """See `Host.post`."""

    async def end(self) -> None:
        """See `Host.end`."""

    def kill(self) -> None:
        """End the process, if it can be reached."""


class Hosting(Protocol):
    """A set of machines that may change. Its calls may block, and are made in a thread."""

    def names(self) -> list[str]:
        """The machines that are there and may have a host."""

    def label(self, name: str) -> str:
        """What the user knows a machine by."""

    def start(self, name: str) -> Calls:
        """A host on a machine.

        Raises:
            Gone: The machine is not there any more.
        """
