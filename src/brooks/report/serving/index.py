"""The list of runs, and what is shown in place of a page that cannot be, as HTML."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from brooks.report.serving.listing import ListedRun
from brooks.report.wording import amount, plain, short_duration

REFRESH_SECONDS = 2
"""How often an open list asks again."""

_HEADS = (
    ("run", ""),
    ("state", ""),
    ("project", "text"),
    ("team", ""),
    ("tasks done", "number"),
    ("verified", "number"),
    ("time", "number"),
    ("tokens", "number"),
    ("started", ""),
)
_GOOD = {"done"}
_BAD = {"failed", "budget", "outside", "unreadable", "stopped"}


def index_html(runs: Sequence[ListedRun], *, folder: Path) -> str:
    """The page with the list of all runs."""
    head = "".join(f'<th scope="col" class="{kind}">{name}</th>' for name, kind in _HEADS)
    body = (
        f"<h1>Runs</h1><p>In {escape(str(folder))}, the newest first. "
        '<span id="news" role="status"></span></p>'
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f'<tbody data-seconds="{REFRESH_SECONDS}">{rows_html(runs)}</tbody></table></div>'
        f"<script>{_text('list.js')}</script>"
    )
    return _html("Runs", body)


def rows_html(runs: Sequence[ListedRun]) -> str:
    """The rows of that list."""
    if not runs:
        return '<tr><td colspan="9">None yet: <code>brooks run</code> makes one.</td></tr>'
    return "".join(map(_row, runs))


def problem_html(title: str, problem: str, *, again_seconds: int | None = None) -> str:
    """A page that says what is wrong, and asks again by itself after some seconds."""
    again = f'<meta http-equiv="refresh" content="{again_seconds}">' if again_seconds else ""
    body = (
        f'<h1>{escape(plain(title))}</h1><p class="problem">{escape(plain(problem, most=1000))}</p>'
        '<p><a href="/">All runs</a></p>'
    )
    return _html(title, body, more=again)


def _row(run: ListedRun) -> str:
    link = f'<a href="/runs/{quote(run.run, safe="")}">{escape(run.run)}</a>'
    state = f'<span class="state {_tone(run)}">{escape(run.state)}</span>'
    if run.problem:
        problem = escape(plain(run.problem, most=400))
        return (
            f'<tr><td>{link}</td><td>{state}</td><td class="text" colspan="7">{problem}</td></tr>'
        )
    simulated = " <small>simulated</small>" if run.simulated else ""
    cells = (
        link,
        state,
        escape(plain(run.project)),
        f"<span>{escape(plain(run.team))}{simulated}</span>",
        f"{run.done} of {run.total}",
        str(run.verified),
        short_duration(run.seconds),
        amount(run.tokens),
        escape(plain(run.started[:16].replace("T", " "))),
    )
    return f"<tr>{''.join(map(_cell, cells, _HEADS))}</tr>"


def _cell(content: str, head: tuple[str, str]) -> str:
    name, kind = head
    return f'<td class="{kind}" data-head="{name}">{content}</td>'


def _tone(run: ListedRun) -> str:
    if run.alive:
        return "running"
    return "good" if run.state in _GOOD else "bad" if run.state in _BAD else "quiet"


def _html(title: str, body: str, *, more: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'{more}<link rel="icon" href="data:,"><title>{escape(plain(title))} · brooks</title>'
        f"<style>{_text('list.css')}</style></head><body><main>{body}</main></body></html>"
    )


@cache
def _text(name: str) -> str:
    """A file that comes with the package."""
    return files("brooks.report.serving").joinpath(name).read_text(encoding="utf-8")
