"""Machines that are threads of the test's own process: hosts without Ray, to be cut off and killed."""

import asyncio
import pickle
from typing import TypeVar

from brooks.runtime.remote.host import Host, Ready
from brooks.runtime.remote.hosting import Gone
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import Begin, Numbered

GRAIN_SECONDS = 0.01
Carried = TypeVar("Carried")


class MachinesHere:
    """A `Hosting` of machines by name."""

    def __init__(self, *names: str) -> None:
        self.there = dict.fromkeys(names)
        self.dead: set[str] = set()
        self.cut: set[str] = set()
        self.other: dict[str, str] = {}
        """What machines have instead of our version of brooks."""
        self.repeats = False
        """Whether every batch of post arrives twice."""
        self.calls: dict[str, CallsHere] = {}

    def names(self) -> list[str]:
        """The machines that are there."""
        return [name for name in self.there if name not in self.dead]

    def start(self, name: str) -> "CallsHere":
        """A host on one of them."""
        calls = self.calls[name] = CallsHere(name, self)
        return calls

    def label(self, name: str) -> str:
        """What the user knows it by."""
        return name

    def kill(self, name: str) -> None:
        """End a machine, as a loss of power does."""
        self.dead.add(name)
        self.calls[name].kill()


def carried(what: Carried) -> Carried:
    """It, as it is on the other side."""
    found: Carried = pickle.loads(pickle.dumps(what))  # noqa: S301 - our own
    return found


class CallsHere:
    """Calls to one host, which do not come through while the machine is cut off."""

    def __init__(self, name: str, machines: MachinesHere) -> None:
        self._name = name
        self._machines = machines
        self._host = Host()
        self.begun: set[str] = set()
        """The agents that began to live there."""

    async def begin(self, part: Part) -> Ready | str:
        """See `Calls.begin`."""
        await self._come_through()
        return self._machines.other.get(self._name) or await self._host.begin(carried(part))

    async def collect(self, acknowledged: int, seconds: float) -> list[Numbered]:
        """See `Host.collect`."""
        for _ in range(max(int(seconds / GRAIN_SECONDS), 1)):
            await self._come_through()
            batch = await self._host.collect(acknowledged, GRAIN_SECONDS)
            await self._come_through()
            if batch:
                return carried(batch)
        return []

    async def post(self, batch: list[Numbered]) -> int:
        """See `Host.post`."""
        await self._come_through()
        batch = carried(batch)
        self.begun.update(each.item.member.id for each in batch if isinstance(each.item, Begin))
        if self._machines.repeats:
            await self._host.post(carried(batch))
        last = await self._host.post(batch)
        await self._come_through()
        return last

    async def end(self) -> None:
        """See `Host.end`."""
        await self._come_through()
        await self._host.end()

    def kill(self) -> None:
        """End the host's thread."""
        self._host.stop()

    async def _come_through(self) -> None:
        machines = self._machines
        while self._name in machines.cut - machines.dead:  # noqa: ASYNC110 - a set tells nobody
            await asyncio.sleep(GRAIN_SECONDS)
        if self._name in machines.dead:
            raise Gone(self._name)
