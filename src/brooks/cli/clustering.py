"""A run on a Ray cluster: whether it can be, and being connected while it goes on."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from brooks.cli.engines import Where
from brooks.core.spec import Spec
from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.runtime.remote.hosting import Hosting


def ensure_possible(where: Where, spec: Spec, *, worktrees: bool) -> None:
    """See whether this run can be there.

    Raises:
        UsageError: This run makes sense in one process only, or a cluster is named and not used.
        ModuleNotFoundError: Ray is not installed.
    """
    if not where.is_remote:
        where.ensure_usable()
        return
    if worktrees:
        raise UsageError(
            "--worktrees makes checkouts of the repository on this machine: with --engine ray agents "
            "on the command line work in copies on theirs, so leave one of the two out"
        )
    from brooks.runtime.remote.refusing import refuse_what_stays_here

    refuse_what_stays_here(spec)
    where.ensure_usable()  # at the end, so that nobody installs Ray for a run that cannot be


@contextmanager
def connected(where: Where) -> "Iterator[Hosting | None]":
    """Be connected to the cluster, and have its machines; to one of our own where no address is known.

    Raises:
        ModuleNotFoundError: Ray is not installed.
        OutsideError: The cluster cannot be reached, or has no processor.
    """
    if not where.is_remote:
        yield None
        return
    from brooks.runtime.fleet.clusters import Cluster

    with closing(Cluster.open(where.cluster)) as cluster:
        cluster.ensure_processors()
        from brooks.runtime.remote.ray_hosting import RayHosting

        yield RayHosting()
