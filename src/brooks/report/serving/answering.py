"""What is answered to a path, before it is sent: a body, or a run whose news are to be sent on."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from brooks.report.page.contents import Page
from brooks.report.serving.feeding import Edition, MakeData, MakePage
from brooks.report.serving.feeds import Feeds
from brooks.report.serving.index import index_html, problem_html, rows_html
from brooks.report.serving.listing import RunList
from brooks.report.serving.paths import run_named
from brooks.runtime.run_folder import RunFolder

HTML = "text/html; charset=utf-8"
JSON = "application/json"
PAGE_SECONDS = 5.0
"""How long a browser waits for the first page of a large run before it is told that it is being made."""
DATA_SECONDS = 60.0
"""How long a program does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer."""

    status: HTTPStatus
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An answer that goes on: the versions of a run's page, as they come."""

    folder: RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How pages are made: what a run's page holds, its HTML, and the data it is drawn from."""

    page: MakePage
    html: Callable[[Page, str], str]
    """Of a page, and where its news are."""
    data: MakeData


class Answers:
    """Answers to paths. May be called from any thread."""

    def __init__(self, runs: Path, *, making: Making) -> None:
        self.feeds = Feeds(make_page=making.page, make_data=making.data)
        """The runs that somebody looks at."""
        self._runs = runs
        self._list = RunList(runs)
        self._making = making

    def to(self, path: str) -> Answer | News:
        """The answer to a path, still quoted as it came."""
        self.feeds.end_idle()
        if path == "/":
            return _html(index_html(self._list.look(), folder=self._runs))
        if path == "/rows":
            return _html(rows_html(self._list.look()))
        match path.split("/"):
            case ["", "runs", name, *rest] if rest in ([], [""], ["page.json"], ["events"]):
                folder = run_named(self._runs, name)
                if folder is None:
                    return _nothing_there("There is no such run.", as_json=rest == ["page.json"])
                return self._about(folder, rest[0] if rest else "")
            case _:
                return _nothing_there("There is nothing at this address.")

    def _about(self, folder: RunFolder, part: str) -> Answer | News:
        if part == "events":
            return News(folder=folder)
        with self.feeds.listening(folder) as feed:
            edition = feed.newest(DATA_SECONDS if part == "page.json" else PAGE_SECONDS)
        if part == "page.json":
            return _data(edition)
        if edition is None or edition.page is None:
            return _problem(folder, edition)
        return _html(self._making.html(edition.page, f"/runs/{quote(folder.id, safe='')}"))


def _html(text: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    return Answer(status=status, kind=HTML, body=text.encode())


def _data(edition: Edition | None) -> Answer:
    if edition is None:
        body = json.dumps({"problem": "the page is still being made"}).encode()
        return Answer(status=HTTPStatus.SERVICE_UNAVAILABLE, kind=JSON, body=body)
    return Answer(status=_status(edition), kind=JSON, body=edition.data)


def _status(edition: Edition) -> HTTPStatus:
    if edition.page is not None:
        return HTTPStatus.OK
    return HTTPStatus.NOT_FOUND if edition.gone else HTTPStatus.SERVICE_UNAVAILABLE


def _problem(folder: RunFolder, edition: Edition | None) -> Answer:
    said = "Its page is still being made." if edition is None else edition.problem
    status = HTTPStatus.SERVICE_UNAVAILABLE if edition is None else _status(edition)
    return _html(problem_html(f"Run {folder.id}", said, again_seconds=2), status)


def _nothing_there(said: str, *, as_json: bool = False) -> Answer:
    if as_json:
        body = json.dumps({"problem": said}).encode()
        return Answer(status=HTTPStatus.NOT_FOUND, kind=JSON, body=body)
    return _html(problem_html("Not found", said), HTTPStatus.NOT_FOUND)
