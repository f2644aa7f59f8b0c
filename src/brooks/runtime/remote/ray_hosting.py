"""Hosts on the machines of the Ray cluster that this process is connected to.

Every call is waited for in the event loop and none blocks it. A host takes one processor of its
machine, is tied to it, and is not restarted by Ray: the engine gives its agents a life elsewhere.

What is sent to begin one needs no brooks to be read: so a machine that has none, or another version,
can say so in a sentence.
"""

import asyncio
import pickle
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from brooks import __version__
from brooks.runtime.remote.host import Ready
from brooks.runtime.remote.hosting import Gone, Unreachable
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import Numbered

_GONE = (ray.exceptions.RayActorError, ray.exceptions.ActorUnschedulableError)


class RayHosting:
    """The machines of the cluster that have a processor."""

    def __init__(self) -> None:
        self._host = ray.remote(_sendable())
        self._labels: dict[str, str] = {}

    def names(self) -> list[str]:
        """Ray's names for them."""
        nodes = [
            node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
        ]
        self._labels = {
            node["NodeID"]: f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"
            for node in nodes
        }
        return list(self._labels)

    def label(self, name: str) -> str:
        """What the user knows a machine by."""
        return self._labels.get(name, name)

    def start(self, name: str) -> "RayCalls":
        """A host on a machine, which lives as long as this process."""
        here = NodeAffinitySchedulingStrategy(node_id=name, soft=False)
        actor = self._host.options(
            num_cpus=1, max_restarts=0, max_concurrency=8, scheduling_strategy=here
        )
        return RayCalls(actor.remote())


class RayCalls:
    """Calls to one host."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def begin(self, part: Part) -> Ready | str:
        """See `Calls.begin`."""
        data = pickle.dumps(part)
        ready: Ready | str = await _answer(self._actor.begin.remote(__version__, data))
        return ready

    async def collect(self, acknowledged: int, seconds: float) -> list[Numbered]:
        """See `Host.collect`."""
        found: list[Numbered] = await _answer(self._actor.collect.remote(acknowledged, seconds))
        return found

    async def post(self, batch: list[Numbered]) -> int:
        """See `Host.post`."""
        last: int = await _answer(self._actor.post.remote(batch))
        return last

    async def end(self) -> None:
        """See `Host.end`."""
        await _answer(self._actor.end.remote())

    def kill(self) -> None:
        """End the process, if it can be reached."""
        ray.kill(self._actor)


async def _answer(call: Any) -> Any:
    """The answer to a call; an error of the host itself is a mistake of ours, and raised as it is."""
    try:
        return await asyncio.wrap_future(call.future())
    except ray.exceptions.ActorUnavailableError as error:
        raise Unreachable(str(error)) from error
    except _GONE as error:
        raise Gone(str(error)) from error
    except ray.exceptions.RayTaskError:
        raise
    except ray.exceptions.RayError as error:
        raise Unreachable(str(error)) from error


def _sendable() -> Any:
    """The actor. It is defined in here so that it travels by value: see the top of the file."""

    class HostThere:
        """A `Host`, once it is known that there can be one."""

        def __init__(self) -> None:
            self._host: Any = None

        async def begin(self, version: str, part: bytes) -> Any:
            import pickle

            try:
                import brooks
            except ImportError as error:
                return (
                    f"has no brooks ({error}): install {version} in the Python that its node runs"
                )
            if brooks.__version__ != version:
                return (
                    f"has brooks {brooks.__version__}, and this one {version}: install the same "
                    "version on all of them"
                )
            from brooks.runtime.remote.host import Host

            self._host = Host()
            return await self._host.begin(pickle.loads(part))  # noqa: S301 - whoever asks may run code here anyhow

        async def collect(self, acknowledged: int, seconds: float) -> Any:
            return await self._host.collect(acknowledged, seconds)

        async def post(self, batch: Any) -> Any:
            return await self._host.post(batch)

        async def end(self) -> None:
            if self._host is not None:
                await self._host.end()

    return HostThere
