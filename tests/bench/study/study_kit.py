"""Runs of the study's two modes for tables of a few rows."""

from typing import Any

from tests.analysis.metrics.kit import Row

PRE, DEC = "preassign_nolead", "decentralized"


def run(run: str, team: str, size: int, seconds: float, **values: Any) -> Row:
    """A successful run on a half parallel problem, but for these values."""
    return {
        "run": run, "team": team, "size": size, "seconds": seconds, "model": "m", "project": "x",
        "structure": "p05", "parallel_fraction": 0.5, "marked_done": True, "rounds": 1,
        "input_tokens": 100, "output_tokens": 0, **values,
    }  # fmt: skip


def replies(run: str, number: int, agent: str, *latencies: float) -> list[Row]:
    """The replies of an agent in rounds from a number on, each with its latency."""
    return [
        {"run": run, "round": number + at, "agent": agent, "call": 10 * (number + at) + ord(agent),
         "began": 0.0, "ended": latency}
        for at, latency in enumerate(latencies)
    ]  # fmt: skip


def failures(run: str, times: int) -> list[Row]:
    """So many checks that failed, each of half a second."""
    return [{"run": run, "kind": "check", "passed": False, "seconds": 0.5}] * times
