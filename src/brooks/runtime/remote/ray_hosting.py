"""Hosts on the machines of the Ray cluster that this process is connected to.

Every call is waited for in the event loop and none blocks it. A host takes one processor of its
machine, is tied to it, and is not restarted by Ray: the engine gives its agents a life elsewhere.
"""

import asyncio
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from brooks.runtime.remote.host import Host, Ready
from brooks.runtime.remote.hosting import Gone, Unfit, Unreachable
from brooks.runtime.remote.node import Part
from brooks.runtime.remote.post import Numbered

_GONE = (ray.exceptions.RayActorError, ray.exceptions.ActorUnschedulableError)


class RayHosting:
    """The machines of the cluster that have a processor."""

    def __init__(self) -> None:
        self._called: dict[str, str] = {}

    def names(self) -> list[str]:
        """Ray's names for them."""
        there = [
            node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1
        ]
        self._called |= {
            node["NodeID"]: f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"
            for node in there
        }
        return [node["NodeID"] for node in there]

    def called(self, name: str) -> str:
        """A machine's own name, and its address."""
        return self._called.get(name, name)

    def start(self, name: str) -> "RayCalls":
        """A host on a machine, which lives as long as this process."""
        here = NodeAffinitySchedulingStrategy(node_id=name, soft=False)
        actor = ray.remote(Host).options(
            num_cpus=1, max_restarts=0, max_concurrency=8, scheduling_strategy=here
        )
        return RayCalls(actor.remote())


class RayCalls:
    """Calls to one host."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor

    async def begin(self, version: str, part: Part) -> Ready:
        """See `Host.begin`."""
        ready: Ready = await _answer(self._actor.begin.remote(version, part))
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
        if getattr(error, "_actor_init_failed", False):
            raise Unfit(str(error).strip().splitlines()[-1]) from error
        raise Gone(str(error)) from error
    except ray.exceptions.RayTaskError:
        raise
    except ray.exceptions.RayError as error:
        raise Unreachable(str(error)) from error
