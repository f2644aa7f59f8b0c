"""Where work is done: `--engine` and `--cluster`, for sweeps of many runs and for one team."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.runtime.fleet import Fleets

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the command line says of it."""

    engine: Literal["local", "ray"] = "local"
    cluster: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether it is a Ray cluster."""
        return self.engine == "ray"

    def ensure_usable(self) -> None:
        """Find what is wrong before anything begins.

        Raises:
            UsageError: A cluster is named and not used.
            ModuleNotFoundError: Ray is not installed.
        """
        if not self.is_remote and self.cluster is not None:
            raise UsageError(f"--cluster {self.cluster} is for --engine ray: pass that too")
        if self.is_remote and find_spec("ray") is None:
            raise ModuleNotFoundError("No module named 'ray'", name="ray")

    @contextmanager
    def opened(self, *, jobs: int | None) -> "Iterator[Fleets]":
        """The engine of a sweep; a cluster is only opened once it has something to do.

        Raises:
            UsageError: A cluster is named and not used.
            ModuleNotFoundError: Ray is not installed.
        """
        from brooks.runtime.fleet import LocalFleets, RayFleets

        self.ensure_usable()
        if not self.is_remote:
            yield LocalFleets(jobs=jobs)
            return
        engine = RayFleets(address=self.cluster, jobs=jobs)
        try:
            yield engine
        finally:
            engine.close()


def options_of_engine(says: str) -> Callable[[Command], Command]:
    """What adds `--engine`, of which the help says this, and `--cluster`; a command gets them as `where`."""

    def add(command: Command) -> Command:
        @wraps(command)
        def with_where(
            *arguments: Any, engine: Literal["local", "ray"], cluster: str | None, **options: Any
        ) -> Any:
            return command(*arguments, where=Where(engine=engine, cluster=cluster), **options)

        found: Any = click.option(
            "--cluster",
            metavar="HOST:PORT",
            help="With --engine ray: the cluster; RAY_ADDRESS if left out, or one of this machine alone.",
        )(with_where)
        of_engine = click.option(
            "--engine",
            type=click.Choice(["local", "ray"]),
            default="local",
            show_default=True,
            help=says,
        )
        return cast(Command, of_engine(found))

    return add


HERE = Where()
engine_options = options_of_engine(
    "Runs are made by processes of this machine, or on the machines of a Ray cluster."
)
team_engine_options = options_of_engine(
    "Agents and checks in this process, or on the machines of a Ray cluster."
)
