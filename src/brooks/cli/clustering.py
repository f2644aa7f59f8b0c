"""Options of a run on a Ray cluster, and being connected to it while the run goes on."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click
from msgspec.structs import replace

from brooks.core.spec import Spec
from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.runtime.remote.hosting import Hosting

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Where agents and checks of a run are."""

    engine: Literal["local", "ray"] = "local"
    address: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether they are on a Ray cluster."""
        return self.engine == "ray"

    def fitted(self, spec: Spec, *, worktrees: bool) -> Spec:
        """The spec, with as many checks at once as a cluster may do.

        Raises:
            UsageError: This run makes sense in one process only, or a cluster is named and not used.
            ModuleNotFoundError: Ray is not installed.
        """
        if not self.is_remote:
            if self.address is not None:
                raise UsageError(f"--cluster {self.address} is for --engine ray: pass that too")
            return spec
        if find_spec("ray") is None:
            raise ModuleNotFoundError("No module named 'ray'", name="ray")
        if worktrees:
            raise UsageError(
                "--worktrees makes checkouts of the repository on this machine: with --engine ray agents "
                "on the command line work in copies on theirs, so leave one of the two out"
            )
        from brooks.runtime.remote.refusing import refuse_what_stays_here

        refuse_what_stays_here(spec)
        slots = max(spec.checks.slots, len(spec.team.members))
        return replace(spec, checks=replace(spec.checks, slots=slots))

    @contextmanager
    def connected(self) -> "Iterator[Hosting | None]":
        """Be connected to the cluster, and have its machines; to one of our own where no address is known.

        Raises:
            ModuleNotFoundError: Ray is not installed.
            OutsideError: The cluster cannot be reached.
        """
        if not self.is_remote:
            yield None
            return
        from brooks.runtime.fleet.clusters import Cluster

        with closing(Cluster.open(self.address)):
            from brooks.runtime.remote.ray_hosting import RayHosting

            yield RayHosting()


HERE = Clustering()


def clustering_options(command: Command) -> Command:
    """Add `--engine` and `--cluster`; the command gets them as one `clustering`."""

    @wraps(command)
    def with_clustering(
        *arguments: Any, engine: Literal["local", "ray"], cluster: str | None, **options: Any
    ) -> Any:
        clustering = Clustering(engine=engine, address=cluster)
        return command(*arguments, clustering=clustering, **options)

    found: Any = click.option(
        "--cluster",
        metavar="HOST:PORT",
        help="With --engine ray: the cluster; RAY_ADDRESS if left out, or one on this machine alone.",
    )(with_clustering)
    return cast(
        Command,
        click.option(
            "--engine",
            type=click.Choice(["local", "ray"]),
            default="local",
            show_default=True,
            help="Agents and checks in this process, or on the machines of a Ray cluster.",
        )(found),
    )
