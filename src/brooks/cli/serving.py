"""`brooks serve`: the runs of a folder as pages in a browser of this machine, live."""

import errno
import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import click

from brooks.analysis.tabling import About, Called, rows_of
from brooks.cli.assembling import is_simulated
from brooks.cli.options import Exit, json_option, note, runs_dir_option
from brooks.errors import UsageError
from brooks.ids import BlobHash
from brooks.models.base import decode_reply
from brooks.report.page.contents import Page
from brooks.report.serving.answering import Making
from brooks.report.serving.feeding import Followed
from brooks.report.serving.pages import with_writer
from brooks.report.serving.server import HOST, PageServer

PORT = 7700
MOST_REPLIES = 100_000
"""Of which it is remembered what they called."""


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
            # A browser in the terminal comes back only when it is left, and wants an answer before.
            Thread(target=_open, args=(server.url,), daemon=True).start()
        server.serve_forever()
    except KeyboardInterrupt:
        note("")
    finally:
        server.close()
    return Exit.DONE


def _listen(runs_dir: Path, *, port: int, verbose: bool) -> PageServer:
    pages = making()
    try:
        return PageServer(runs_dir, making=pages, port=port, tell=note if verbose else None)
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


def making() -> Making:
    """How the command makes pages. What that takes is loaded here, so that what lacks is said at once."""
    from brooks.report.page.assembling import page_data, page_html
    from brooks.report.page.bundle import drawing_program

    drawing_program()
    return Making(
        page=_Pages().of, html=lambda page, live: page_html(page, live=live), data=page_data
    )


class _Pages:
    """Makes the pages of runs, again and again; what a reply called is looked up once."""

    def __init__(self) -> None:
        from brooks.report.run_page import run_page

        self._run_page = run_page
        self._calls: dict[BlobHash, list[Called]] = {}

    def of(self, found: Followed) -> Page:
        """The page of a run as it is now."""
        run, spec = found.folder.id, found.spec
        about = About(run=run, project=spec.project, simulated=is_simulated(spec))
        page = self._run_page(
            run=run,
            spec=spec,
            records=found.records,
            rows=rows_of(found.records, spec, about, calls_of=self._calls_in(found.blob)),
            manifest=found.folder.manifest(),
            simulated=about.simulated,
        )
        return with_writer(page, found)

    def _calls_in(self, blob: Callable[[BlobHash], bytes]) -> Callable[[BlobHash], list[Called]]:
        def calls_of(reply: BlobHash) -> list[Called]:
            known = self._calls.get(reply)
            if known is None:
                if len(self._calls) >= MOST_REPLIES:
                    self._calls.clear()
                calls = decode_reply(blob(reply)).calls
                known = [Called(call.id, call.name, call.arguments.get("task")) for call in calls]
                self._calls[reply] = known
            return known

        return calls_of
