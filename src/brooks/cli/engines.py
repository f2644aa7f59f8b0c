"""Where a sweep's runs are made: `--engine` and `--cluster`, the same for every command that makes many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import click

from brooks.errors import UsageError

if TYPE_CHECKING:
    from brooks.runtime.fleet import Engine

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the command line says of it."""

    engine: Literal["local", "ray"] = "local"
    cluster: str | None = None

    @contextmanager
    def opened(self, *, jobs: int | None) -> "Iterator[Engine]":
        """The engine; a cluster is only opened once it has something to do.

        Raises:
            UsageError: A cluster is named and not used.
            ModuleNotFoundError: Ray is not installed.
        """
        from brooks.runtime.fleet import LocalEngine, RayEngine

        if self.engine == "local":
            if self.cluster is not None:
                raise UsageError(f"--cluster {self.cluster} is for --engine ray: pass that too")
            yield LocalEngine(jobs=jobs)
            return
        if find_spec("ray") is None:
            raise ModuleNotFoundError("No module named 'ray'", name="ray")
        engine = RayEngine(address=self.cluster, jobs=jobs)
        try:
            yield engine
        finally:
            engine.close()


def engine_options(command: Command) -> Command:
    """Add `--engine` and `--cluster`; the command gets them as one `where`."""

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
    return cast(
        Command,
        click.option(
            "--engine",
            type=click.Choice(["local", "ray"]),
            default="local",
            show_default=True,
            help="Runs are made by processes of this machine, or on the machines of a Ray cluster.",
        )(found),
    )
