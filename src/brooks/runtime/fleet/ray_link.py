"""How lists of pieces go to a Ray cluster and come back.

What is sent to workers needs no brooks to be read: so one that has none, or another version, can say
so in a sentence.
"""

import pickle
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple

from brooks import __version__
from brooks.errors import OutsideError
from brooks.runtime.fleet.ray_worker import Answered

WIND_DOWN_SECONDS = 2.0
"""How long lists that nobody waits for any longer may go on; they are of half a second."""
LEAST_PROCESSOR = 1
"""What a list asks for: with parts of a processor Ray starts far too many processes."""


class Missing(NamedTuple):
    """A list whose answer will not come: its worker ended, or the machine, or the answer was lost."""

    reason: str


class Link:
    """Sends the lists of one kind of work."""

    def __init__(self, work: object) -> None:
        """Send the work to the cluster that this process is connected to, once for all workers."""
        import ray

        order = ray.cloudpickle.dumps(work)
        self._key = sha256(order).hexdigest()
        self._order = ray.put(order)
        options = {"num_cpus": LEAST_PROCESSOR, "max_retries": 0, "max_calls": 0}
        self._remote = ray.remote(**options)(_sendable())

    def give(self, pieces: Sequence[Any], *, node: str = "") -> Any:
        """Send a list, to a node if one is named and there, and give what its answer is asked for by."""
        remote = self._remote
        if node:
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

            strategy = NodeAffinitySchedulingStrategy(node, soft=True)
            remote = remote.options(scheduling_strategy=strategy)
        return remote.remote(__version__, self._key, self._order, pickle.dumps(list(pieces)))

    def wait(self, references: Sequence[Any], *, seconds: float) -> list[Any]:
        """Those whose answers are there, or will not come; at least one unless the time is over."""
        import ray

        one, _ = ray.wait(list(references), num_returns=1, timeout=seconds)
        if not one:
            return []
        ready, _ = ray.wait(list(references), num_returns=len(references), timeout=0)
        return list(ready or one)

    def take(self, reference: Any) -> Answered | Missing:
        """The answer to a list.

        Raises:
            OutsideError: No worker could do it, and none will.
        """
        import ray

        try:
            answer = ray.get(reference)
        except ray.exceptions.RayTaskError as error:
            raise OutsideError(f"a worker of the Ray cluster failed: {error}") from error
        except ray.exceptions.TaskUnschedulableError as error:
            raise OutsideError(f"the Ray cluster takes no work: {error}") from error
        except ray.exceptions.RayError as error:
            return Missing(_first_line(error))
        if isinstance(answer, str):
            raise OutsideError(answer)
        assert isinstance(answer, Answered)
        return answer

    def take_back(self, references: Sequence[Any]) -> None:
        """End what is out, once most of it has ended by itself.

        Where the answer to a list comes at the very moment at which it is ended by force, Ray ends this
        process (2.60: "Tried to complete task that was not pending"), and a request to end may reach the
        next list of the same worker.
        """
        import ray

        if not references:
            return
        _, left = ray.wait(list(references), num_returns=len(references), timeout=WIND_DOWN_SECONDS)
        for reference in left:
            with suppress(Exception):  # it may have ended, or its machine
                ray.cancel(reference, force=True)


def _sendable() -> Any:
    """What workers run. It is defined in here so that it travels by value: see the top of the file."""

    def carry_out_there(version: str, key: str, order: bytes, pieces: bytes) -> Any:
        import pickle
        import socket

        import ray

        where = socket.gethostname()
        try:
            import brooks
        except ImportError as error:
            return (
                f"the machine {where!r} of the Ray cluster cannot work for brooks ({error}): install "
                f"brooks {version} there, in the Python that its node runs"
            )
        if brooks.__version__ != version:
            return (
                f"the machine {where!r} of the Ray cluster has brooks {brooks.__version__}, and this "
                f"one {version}: install the same version on both"
            )
        from brooks.runtime.fleet import ray_worker

        node = ray.get_runtime_context().get_node_id()
        listed = pickle.loads(pieces)  # noqa: S301 - whoever asks may run code here anyhow
        return ray_worker.carry_out(key, order, listed, node=node)

    return carry_out_there


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()  # noqa: TID251 - how long real machines are waited for
