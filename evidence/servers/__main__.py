"""A server as a process of its own: prints its URL, then serves until it is told to stop.

    python -m servers --suite mathlib/parallel [--port 0] [--faults FILE] [--limits FILE] [--record FILE]

`--tasks FILE` serves a task file instead of a bundled suite. The files of faults and limits are JSON
with the fields of `servers.Faults` and `servers.Limits`. SIGTERM or Ctrl-C ends it.
"""

import asyncio
import signal
import sys
from pathlib import Path

import click
import msgspec

from brooks.errors import BrooksError
from servers.developer import file_developer, suite_developer
from servers.faults import Faults, load_faults
from servers.limits import Limits
from servers.serving import Server

_FILE = click.Path(path_type=Path)


async def serve(server: Server, port: int) -> None:
    """Serve until a signal."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await server.start(port)
    print(server.url, flush=True)
    await stopping.wait()
    await server.stop()


@click.command()
@click.option("--port", default=0, help="0 takes any that is free.")
@click.option("--suite", default="mathlib/parallel", help="A bundled suite.")
@click.option("--tasks", type=_FILE, help="A task file, instead of a suite.")
@click.option("--one-by-one", is_flag=True, help="One task a reply, instead of all at once.")
@click.option("--faults", type=_FILE, help="JSON with the fields of Faults.")
@click.option("--limits", type=_FILE, help="JSON with the fields of Limits.")
@click.option("--record", type=_FILE, help="Append a JSON line for every request.")
def main(
    *,
    port: int,
    suite: str,
    tasks: Path | None,
    one_by_one: bool,
    faults: Path | None,
    limits: Path | None,
    record: Path | None,
) -> None:
    """Serve the wire protocols of the model providers on this machine."""
    try:
        at_once = not one_by_one
        developer = (
            suite_developer(suite, at_once=at_once)
            if tasks is None
            else file_developer(tasks, at_once=at_once)
        )
        server = Server(
            developer,
            faults=Faults() if faults is None else load_faults(faults),
            limits=Limits()
            if limits is None
            else msgspec.json.decode(limits.read_bytes(), type=Limits),
            record=record,
        )
    except (BrooksError, OSError, msgspec.DecodeError) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    asyncio.run(serve(server, port))


if __name__ == "__main__":
    main()
