"""A pytest plugin that reports how many tests passed and failed, over a pipe and not in prose.

A check by pytest counts as passed only with this report: code under test that ends the process
early with exit code 0 never gets as far.
"""

import json
import os
from typing import Any


class Counting:
    """Counts outcomes and writes them, once, when the session ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._process = os.getpid()
        self._passed: dict[str, None] = {}
        self._failed: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One phase of one test is over."""
        if report.failed:
            self._failed[report.nodeid] = None
        elif report.when == "call" and report.passed:
            self._passed[report.nodeid] = None

    def pytest_collectreport(self, report: Any) -> None:
        """One file was collected, or could not be."""
        if report.failed:
            self._failed[report.nodeid] = None

    def pytest_sessionfinish(self) -> None:
        """All is over."""
        if os.getpid() == self._process:
            passed = [test for test in self._passed if test not in self._failed]
            counts = {"passed": len(passed), "failed": len(self._failed)}
            os.write(self._descriptor, json.dumps(counts).encode())
