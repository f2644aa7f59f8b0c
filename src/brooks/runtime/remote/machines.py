"""The machines of a run: a host on every machine of the cluster that has a processor free.

Looked for again and again, so that machines may join while the run goes on. The list of machines is
asked for in a thread, and a host that does not begin is left alone: nothing here can hold up the
coordinator.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from brooks.errors import BrooksError, OutsideError, UsageError
from brooks.runtime.clock import Clock, Handle
from brooks.runtime.remote.host import Ready
from brooks.runtime.remote.hosting import Calls, Gone, Hosting, Unreachable
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import FromNode, Trouble
from brooks.runtime.remote.wire import Wire

LOOK_SECONDS = 1.0
"""How often machines are looked for that joined, and listened to."""
BEGIN_AGAIN_SECONDS = 5.0
"""After how long a machine is tried again on which no host could begin."""
GATHER_SECONDS = 15.0
"""How long the machines that are there from the start are waited for before agents begin on some."""
END_SECONDS = 10.0
"""How long hosts may take to clear up."""
LATE_END_SECONDS = 2.0
"""How long hosts may that are only just beginning, or cannot begin."""
ALONE_SECONDS = 10.0
"""After how long without any machine the user is told."""


class Machine:
    """One machine that takes part."""

    def __init__(self, wire: Wire, calls: Calls, processors: int) -> None:
        self.wire = wire
        self.calls = calls
        self.processors = processors


class Machines:
    """Every machine of the cluster that takes part in a run."""

    def __init__(
        self,
        clock: Clock,
        hosting: Hosting,
        *,
        part: Callable[[], Part],
        receive: Callable[[Machine, FromNode], None],
        on_change: Callable[[], None],
        silent_seconds: float,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Make none yet.

        Args:
            clock: The coordinator's.
            hosting: Where machines are.
            part: What each is told first.
            receive: Takes what they tell.
            on_change: Told when one comes, falls silent, is heard again, or is gone.
            silent_seconds: After how long without a word one counts as silent.
            tell: Told in a sentence what the user should know though the run goes on.
        """
        self._clock = clock
        self._hosting = hosting
        self._began = clock.time()
        self._part = part
        self._receive = receive
        self._on_change = on_change
        self._silent_seconds = silent_seconds
        self._tell = tell
        self._alone_since: float | None = clock.time()
        """Since when nobody is there; None while somebody is, and once the user was told."""
        self._machines: dict[str, Machine] = {}
        self._trying: dict[str, None] = {}
        self._beginning: dict[str, Calls] = {}
        self._first: set[str] | None = None
        """Machines that were there when we first looked and have not answered yet; None before that."""

    @property
    def is_gathering(self) -> bool:
        """Whether machines are still beginning that were there from the start."""
        is_early = self._clock.time() < self._began + GATHER_SECONDS
        return is_early and (self._first is None or bool(self._first))

    @property
    def audible(self) -> list[Machine]:
        """The machines that are there, in the order in which they came."""
        return [one for one in self._machines.values() if one.wire.is_audible]

    @property
    def present(self) -> list[Machine]:
        """Those, and the silent ones."""
        return list(self._machines.values())

    async def watch(self) -> None:
        """Look for machines for as long as the run goes on."""
        while True:
            for machine in list(self._machines.values()):
                machine.wire.listen()
            names = await self._clock.call(self._hosting.names, 0.0)
            self._first = set(names) if self._first is None else self._first
            for name in names:
                if name not in self._machines and name not in self._trying:
                    self._trying[name] = None
                    self._clock.spawn(self._begin(name), f"host on {name}")
            self._see_whether_alone(names)
            await self._clock.sleep(LOOK_SECONDS)

    async def _begin(self, name: str) -> None:
        """Begin a host on a machine; one that does not answer is waited for, and nobody waits with us."""
        try:
            calls = await self._clock.call(partial(self._hosting.start, name), 0.0)
            self._beginning[name] = calls
            ready = await calls.begin(self._part())
            del self._beginning[name]
        except (Gone, Unreachable):
            self._beginning.pop(name, None)
            await self._clock.sleep(BEGIN_AGAIN_SECONDS)
            del self._trying[name]
            return
        if isinstance(ready, str):
            calls.kill()
            self._leave_out(name, OutsideError(f"the machine {self._label(name)!r} {ready}"))
        elif ready.trouble is not None:
            calls.kill()
            self._leave_out(name, raised(self._label(name), ready.trouble))
        else:
            self._take_in(name, calls, ready)

    def _label(self, name: str) -> str:
        return self._hosting.label(name)

    def _leave_out(self, name: str, error: BrooksError) -> None:
        """End the run, as one that cannot be had as it is wanted; not for one machine that joins it later.

        Raises:
            BrooksError: It was there from the start.
        """
        if self._first is None or name in self._first:
            raise error
        self._tell(f"note: {error}; the run goes on without that machine")

    def _see_whether_alone(self, names: Sequence[str]) -> None:
        """Tell the user where the run stands still because there is no machine."""
        now = self._clock.time()
        if self.audible:
            self._alone_since = now
        elif self._alone_since is not None and now > self._alone_since + ALONE_SECONDS:
            self._alone_since = None
            self._tell(f"note: the run waits for a machine: {_why_alone(len(names))}")

    def _take_in(self, name: str, calls: Calls, ready: Ready) -> None:
        wire = Wire(
            self._label(name),
            calls,
            clock=self._clock,
            receive=lambda _, item: self._receive(machine, item),
            on_change=lambda _: self._changed(name),
            silent_seconds=self._silent_seconds,
        )
        machine = self._machines[name] = Machine(wire, calls, ready.processors)
        del self._trying[name]
        if self._first is not None:
            self._first.discard(name)
        wire.start()
        self._on_change()

    def _changed(self, name: str) -> None:
        if self._machines[name].wire.is_gone:
            del self._machines[name]
        self._on_change()

    async def close(self) -> None:
        """End all hosts; those that can be reached clear up first."""
        machines, beginning = self.present, list(self._beginning.values())
        ending = [self._spawn_end(one.calls) for one in machines if one.wire.is_audible]
        late = list(map(self._spawn_end, beginning))
        await self._wait_for_all(ending, END_SECONDS)
        await self._wait_for_all(late, LATE_END_SECONDS)
        for machine in machines:
            machine.wire.close()
            machine.calls.kill()
        for calls in beginning:
            calls.kill()

    def _spawn_end(self, calls: Calls) -> Handle:
        async def end() -> None:
            with suppress(Gone, Unreachable):
                await calls.end()

        return self._clock.spawn(end(), "end of a host")

    async def _wait_for_all(self, handles: Sequence[Handle], seconds: float) -> None:
        until = self._clock.time() + seconds
        while self._clock.time() < until and not all(each.done for each in handles):
            await self._clock.sleep(0.02)


def raised(label: str, trouble: Trouble) -> BrooksError:
    """The error that a machine's trouble is here."""
    text = f"the machine {label!r}: {trouble.text}"
    return UsageError(text) if trouble.is_usage else OutsideError(text)


def _why_alone(count: int) -> str:
    if not count:
        return "none of the cluster has a processor; `ray start --address` adds one"
    there = "the one there has" if count == 1 else f"the {count} there have"
    return f"{there} no processor free, or cannot be reached"
