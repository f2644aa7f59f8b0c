"""The machines of a run: a host on every machine of the cluster that has a processor free.

Looked for again and again, so that machines may join while the run goes on. The list of machines is
asked for in a thread, and a host that does not begin is left alone: nothing here can hold up the
coordinator.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from brooks import __version__
from brooks.errors import UsageError
from brooks.runtime.clock import Clock
from brooks.runtime.remote.host import Host, Ready
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import FromNode, Numbered
from brooks.runtime.remote.wire import Gone, Unreachable, Wire, until_answered

LOOK_SECONDS = 1.0
"""How often machines are looked for that joined, and listened to."""
BEGIN_AGAIN_SECONDS = 5.0
"""After how long a machine is tried again on which no host could begin."""
GATHER_SECONDS = 15.0
"""How long the machines that are there from the start are waited for before agents begin on some."""
END_SECONDS = 3.0
"""How long hosts may take to clear up."""


class Machine:
    """One machine that takes part."""

    def __init__(self, wire: Wire, actor: Any, processors: int) -> None:
        self.wire = wire
        self.actor = actor
        self.processors = processors


class RayCalls:
    """Calls to one host."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def collect(self, acknowledged: int, seconds: float) -> list[Numbered]:
        """See `Host.collect`."""
        found: list[Numbered] = await _answer(self._actor.collect.remote(acknowledged, seconds))
        return found

    async def post(self, batch: list[Numbered]) -> int:
        """See `Host.post`."""
        last: int = await _answer(self._actor.post.remote(batch))
        return last


class Machines:
    """Every machine of the cluster that takes part in a run."""

    def __init__(
        self,
        clock: Clock,
        *,
        part: Callable[[], Part],
        receive: Callable[[Machine, FromNode], None],
        on_change: Callable[[], None],
    ) -> None:
        """Say what a machine is told first, who takes what it tells, and who hears of every change."""
        self._clock = clock
        self._began = clock.time()
        self._part = part
        self._receive = receive
        self._on_change = on_change
        self._machines: dict[str, Machine] = {}
        self._trying: dict[str, None] = {}
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

    async def watch(self) -> None:
        """Look for machines for as long as the run goes on."""
        while True:
            for machine in list(self._machines.values()):
                machine.wire.listen()
            names = await self._clock.call(_names, 0.0)
            self._first = set(names) if self._first is None else self._first
            for name in names:
                if name not in self._machines and name not in self._trying:
                    self._trying[name] = None
                    self._clock.spawn(self._begin(name), f"host on {name}")
            await self._clock.sleep(LOOK_SECONDS)

    async def _begin(self, name: str) -> None:
        """Begin a host on a machine; one that does not answer is waited for, and nobody waits with us."""
        try:
            actor = await self._clock.call(partial(_start, name), 0.0)
            ready: Ready = await _answer(actor.begin.remote(__version__, self._part()))
        except (Gone, Unreachable):
            await self._clock.sleep(BEGIN_AGAIN_SECONDS)
            del self._trying[name]
            return
        if ready.version != __version__:
            raise UsageError(
                f"the machine {name!r} has brooks {ready.version}, and this one {__version__}: "
                "install the same version on all of them"
            )
        self._take_in(name, actor, ready)

    def _take_in(self, name: str, actor: Any, ready: Ready) -> None:
        wire = Wire(
            name,
            RayCalls(actor),
            clock=self._clock,
            receive=lambda _, item: self._receive(machine, item),
            on_change=lambda _: self._changed(name),
        )
        machine = self._machines[name] = Machine(wire, actor, ready.processors)
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
        """End all hosts; those that can be reached clear up."""
        import ray

        machines = list(self._machines.values())
        ends = [one.actor.end.remote() for one in machines if one.wire.is_audible]
        if ends:
            await self._clock.call(
                partial(ray.wait, ends, num_returns=len(ends), timeout=END_SECONDS), 0.0
            )
        for machine in machines:
            machine.wire.close()
            ray.kill(machine.actor)


async def _answer(call: Any) -> Any:
    """The answer to a call of an actor."""
    import ray

    try:
        return await until_answered(call)
    except ray.exceptions.ActorUnavailableError as error:
        raise Unreachable from error
    except (ray.exceptions.RayActorError, ray.exceptions.ActorUnschedulableError) as error:
        raise Gone from error
    except ray.exceptions.RayTaskError:
        raise  # a mistake of ours in the host
    except ray.exceptions.RayError as error:
        raise Unreachable from error


def _names() -> list[str]:
    """The machines of the cluster that have processors, by Ray's names for them."""
    import ray

    return [
        node["NodeID"]
        for node in ray.nodes()
        if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
    ]


def _start(name: str) -> Any:
    """A host on a machine; it takes one of its processors, and lives as long as this process."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(node_id=name, soft=False)
    options = {"num_cpus": 1, "max_restarts": 0, "max_concurrency": 8}
    return ray.remote(Host).options(scheduling_strategy=here, **options).remote()
