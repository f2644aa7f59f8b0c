"""The feeds of all runs that somebody looks at: begun when asked for, ended when nobody wants them."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from brooks.report.serving.feeding import IDLE_SECONDS, Feed, MakeData, MakePage
from brooks.report.serving.moments import now
from brooks.runtime.run_folder import RunFolder

MOST_IDLE = 8
"""Feeds that are kept although nobody listens, each with its whole log in memory."""


class Feeds:
    """Feeds by run. May be called from any thread."""

    def __init__(self, *, make_page: MakePage, make_data: MakeData) -> None:
        self._make_page = make_page
        self._make_data = make_data
        self._lock = Lock()
        self._feeds: dict[str, Feed] = {}

    def of(self, folder: RunFolder) -> Feed:
        """The feed of a run, begun if there is none."""
        with self._lock:
            feed = self._find(folder)
            self._end_idle()
            return feed

    @contextmanager
    def listening(self, folder: RunFolder) -> Iterator[Feed]:
        """The feed of a run, which goes on at least until the context ends."""
        with self._lock:
            feed = self._find(folder)
            feed.listeners += 1
        try:
            yield feed
        finally:
            with self._lock:
                feed.listeners -= 1
                feed.wanted_at = now()

    def end_idle(self) -> None:
        """End the feeds that nobody wants any more."""
        with self._lock:
            self._end_idle()

    def end(self) -> None:
        """End every feed."""
        with self._lock:
            for feed in self._feeds.values():
                feed.end()
            self._feeds.clear()

    def _find(self, folder: RunFolder) -> Feed:
        feed = self._feeds.get(folder.id)
        if feed is None:
            feed = Feed(folder, make_page=self._make_page, make_data=self._make_data)
            self._feeds[folder.id] = feed
        feed.wanted_at = now()
        return feed

    def _end_idle(self) -> None:
        moment = now()
        idle = [name for name, feed in self._feeds.items() if not feed.listeners]
        idle.sort(key=lambda name: self._feeds[name].wanted_at, reverse=True)
        for rank, name in enumerate(idle):
            if rank >= MOST_IDLE or moment - self._feeds[name].wanted_at > IDLE_SECONDS:
                self._feeds.pop(name).end()
