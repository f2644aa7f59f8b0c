"""`brooks serve`: the runs of a folder as pages in a browser of this machine, live."""

import errno
import json
from pathlib import Path

import click

from brooks.cli.options import Exit, json_option, note, runs_dir_option
from brooks.errors import UsageError
from brooks.report.page.contents import Page
from brooks.report.serving.answering import Making
from brooks.report.serving.feeding import Followed
from brooks.report.serving.pages import with_writer
from brooks.report.serving.server import HOST, PageServer

PORT = 7700


@click.command("serve")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="The port of 127.0.0.1 to listen on; 0 takes one that is free.",
)
@click.option("--open", "opens", is_flag=True, help="Open the list of runs in a browser.")
@click.option("--verbose", is_flag=True, help="Print a line for each request.")
@runs_dir_option
@json_option
def serve_command(*, port: int, opens: bool, verbose: bool, runs_dir: Path, as_json: bool) -> int:
    """Serve the runs to browsers of this machine: a list, and a page for each, which grow as they do.

    It only reads. Ctrl-C ends it.
    """
    server = _listen(runs_dir, port=port, verbose=verbose)
    try:
        _announce(server, runs_dir, as_json=as_json)
        if opens:
            _open(server.url)
        server.serve_forever()
    except KeyboardInterrupt:
        note("")
    finally:
        server.close()
    return Exit.DONE


def _listen(runs_dir: Path, *, port: int, verbose: bool) -> PageServer:
    making = _making()
    try:
        return PageServer(runs_dir, making=making, port=port, tell=note if verbose else None)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                f"port {port} of {HOST} is taken, perhaps by another `brooks serve`: "
                "name another with --port, or let --port 0 find one"
            ) from error
        if error.errno == errno.EACCES:
            raise UsageError(
                f"port {port} of {HOST} may not be used: name one from 1024 on with --port"
            ) from error
        raise


def _announce(server: PageServer, runs_dir: Path, *, as_json: bool) -> None:
    if as_json:
        facts = {"url": server.url, "port": server.port, "runs_dir": str(runs_dir)}
        click.echo(json.dumps(facts))
    else:
        click.echo(f"The runs in {str(runs_dir)!r} are at {server.url} (Ctrl-C ends it)")


def _open(url: str) -> None:
    import webbrowser

    if not webbrowser.open(url):
        note(f"note: no browser could be opened: open {url} in one")


def _making() -> Making:
    from brooks.report.page.assembling import page_data, page_html

    return Making(page=_page, html=lambda page, live: page_html(page, live=live), data=page_data)


def _page(found: Followed) -> Page:
    return with_writer(_stand_in(found), found)


def _stand_in(found: Followed) -> Page:
    """A page of counts, until there is a better one."""
    from collections import Counter

    from brooks.report.page.contents import Cell, Fact, Grid, Section

    kinds = Counter(type(record.event).__name__ for record in found.records)
    rows = tuple(
        (Cell(value=kind, text=kind), Cell(value=float(number), text=str(number)))
        for kind, number in sorted(kinds.items())
    )
    grid = Grid(
        name="events",
        title="Events",
        says="What happened, and how often.",
        heads=("event", "times"),
        rows=rows,
        simulated=True,
    )
    return Page(
        title=f"Run {found.folder.id}",
        verdict=f"{len(found.records)} records",
        tone="quiet",
        facts=(
            Fact(
                name="records",
                label="records",
                value=float(len(found.records)),
                text=str(len(found.records)),
            ),
        ),
        sections=(Section(name="events", title="Events", parts=(grid,)),),
        simulated=True,
        about={"run": found.folder.id},
    )
