"""A pytest plugin that reports how many tests passed and failed, over a pipe and not in prose.

A check by pytest counts as passed only with this report: code under test that ends the process
early with exit code 0 never gets as far. Tests that were collected and never came to their end are
told apart for the same reason: `pytest.exit` can leave a session early and with exit code 0.

The file stands alone: it is imported by the server, and by the pytest of any other interpreter from
Python 3.8 on, which has no `brooks`.
"""

from __future__ import annotations

import json
import os
from typing import Any, Dict  # noqa: UP035 - Python 3.8


class Counting:
    """Counts outcomes and writes them, once, when the session ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._process = os.getpid()
        self._begun: Dict[str, None] = {}  # noqa: UP006 - Python 3.8
        self._passed: Dict[str, None] = {}  # noqa: UP006
        self._failed: Dict[str, None] = {}  # noqa: UP006

    def pytest_collection_finish(self, session: Any) -> None:
        """The tests that will run are known."""
        self._begun = {item.nodeid: None for item in session.items}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One phase of one test is over."""
        if report.when == "teardown":
            self._begun.pop(report.nodeid, None)
        if report.failed:
            self._failed[report.nodeid] = None
        elif report.when == "call" and report.passed:
            self._passed[report.nodeid] = None

    def pytest_collectreport(self, report: Any) -> None:
        """One file was collected, or could not be."""
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_sessionfinish(self, session: Any) -> None:
        """All is over."""
        if os.getpid() != self._process:
            return
        listed = session.config.getoption("collectonly", False)
        counts = {
            "passed": len([test for test in self._passed if test not in self._failed]),
            "failed": len(self._failed),
            "unfinished": 0 if listed else len(self._begun),
        }
        os.write(self._descriptor, json.dumps(counts).encode())


def pytest_configure(config: Any) -> None:
    """Count over the pipe that this process was given; a worker of xdist has none."""
    descriptor = os.environ.pop("BROOKS_COUNTS", None)
    if descriptor is not None:
        config.pluginmanager.register(Counting(int(descriptor)), "brooks-counting")
