"""A bench, a plan and traces to fit a profile to, all made up by rule: every number is known."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import polars as pl
import pytest

from brooks.analysis.tables import Tables
from brooks.plan.calibrating import Fitted, fit_profile

Made = Callable[..., Tables]
Plan = dict[str, Any]
OVERHEAD, FILE_SECONDS, RUNS = 2.0, 3.0, 40
WIGGLE = (0.0, 3.0, -2.0, 5.0, 1.0, -4.0, 2.0)


def _row(number: int, place: tuple[str, str, str], team: str, size: int, at: int) -> dict[str, Any]:
    project, structure, model = place
    seconds = 20 + 80 / size + WIGGLE[at % len(WIGGLE)] + 3 * len(structure)
    verified = not (team == "paper-decentralized" and at % 3 == 2)
    return {
        "run": f"r{number}", "source": "brooks", "simulated": True, "model": model, "project": project,
        "structure": structure, "parallel_fraction": {"mixed": 0.5, "serial": 0.2}.get(structure, 0.9),
        "team": team, "size": size, "repetition": at, "seed": at, "faults": "", "outcome": "done",
        "marked_done": True, "verified_done": verified, "last_check_passed": verified,
        "seconds": seconds, "verified_seconds": seconds if verified else None, "tasks": 20, "done": 20,
        "verified": 20 if verified else 19, "rounds": 4 + size, "input_tokens": 1000 * size + 10 * at,
        "output_tokens": 100 * size, "agent_seconds": seconds * size, "busy_seconds": seconds * size / 2,
        "leases_expired": size - 1,
    }  # fmt: skip


@pytest.fixture
def made() -> Made:
    """Runs of some teams and sizes on some projects with some models."""

    def make(
        *,
        teams: Sequence[str] = ("paper-preassigned", "paper-decentralized"),
        sizes: Sequence[int] = (1, 2, 4),
        places: Sequence[tuple[str, str]] = (("mathlib", "mixed"), ("sales", "serial")),
        models: Sequence[str] = ("sim:typical",),
        repetitions: int = 7,
    ) -> Tables:
        rows: list[dict[str, Any]] = []
        for model in models:
            for project, structure in places:
                for team in teams:
                    for size in sizes:
                        for at in range(repetitions):
                            place = (project, structure, model)
                            rows.append(_row(len(rows), place, team, size, at))
        return Tables({"runs": pl.DataFrame(rows)})

    return make


def quantity(typical: float) -> dict[str, float]:
    """A quantity of which eight of ten lie within a fifth."""
    return {
        "typical": typical, "low": typical * 0.8, "high": typical * 1.2, "error_low": typical * 0.9,
        "error_high": typical * 1.1,
    }  # fmt: skip


def candidate(name: str, size: int, seconds: float, tokens: float, **more: Any) -> Plan:
    """A team that was simulated."""
    share = {"value": 0.9, "low": 0.7, "high": 0.97}
    return {
        "name": name, "model": "sim:typical", "size": size, "runs": 20, "seconds": quantity(seconds),
        "tokens": quantity(tokens), "dollars": None, "requests": quantity(9), "conflicts": 0.5,
        "checks_failed": 1.0, "ends_verified": share, "waited": 0.0, "keeps_limits": share,
        "dropped": False, "difference": 0.1, "frontier": True, **more,
    }  # fmt: skip


@pytest.fixture
def plan() -> Plan:
    """Four teams: the recommended one, one agent, a dear quick one, one that was dropped."""
    candidates = [
        candidate("single", 1, 80, 20_000),
        candidate("hybrid:4", 4, 25, 21_000, difference=0.0),
        candidate("hybrid:8", 8, 20, 40_000),
        candidate("leased:2", 2, 60, 50_000, runs=3, dropped=True, frontier=False),
    ]
    ratio = {"value": 0.31, "low": 0.25, "high": 0.4, "pairs": 20}
    recommended = candidates[1] | {
        "team": {"preset": "hybrid", "size": 4}, "baseline": "single", "seconds_ratio": ratio,
        "cost_ratio": ratio | {"value": 1.05}, "sure": {"value": 0.8, "low": 0.6, "high": 0.9},
        "keeps_limits": True,
    }  # fmt: skip
    return {
        "version": 1, "simulated": True, "project": "mine", "tasks": 20, "tasks_hash": "f00",
        "objective": "time", "seed": 0, "runs": 63, "cost_in": "tokens",
        "limits": {"deadline_seconds": 90.0, "dollars": None, "tokens": None},
        "models": [{"model": "sim:typical", "profile": "typical"}],
        "assumed": {"task_tokens": 250.0, "effort_spread": 0.0, "found": 0.0},
        "recommended": recommended,
        "reasons": [{"kind": "chain", "text": "the chain a -> b has to be done in this order"}],
        "changes": [{"kind": "chain", "text": "split 'a' into two"}],
        "sure": ["openai:gpt is simulated as 'typical'"],
        "candidates": candidates,
        "not_run": [{"name": "hybrid:40", "model": "sim:typical", "why": "the chain leaves nothing"}],
        "broken": [],
    }  # fmt: skip


@pytest.fixture(scope="module")
def traces() -> Tables:
    """Runs of one agent of the published kind: replies of known speed, some of them without a file."""
    chance = Random(7)
    runs: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    actions: list[dict[str, Any]] = []
    for number in range(RUNS):
        run, now = f"r{number}", 0.0
        for call in range(12):
            files = 0 if call % 4 == 3 else 1 + call % 3
            wiggle = chance.lognormvariate(0, 0.2)
            seconds = wiggle * (OVERHEAD + FILE_SECONDS * files if files else 1.5)
            calls.append(
                {"run": run, "call": call, "agent": "a", "began": now, "ended": now + seconds}
            )
            now += seconds
            actions += [
                {
                    "run": run,
                    "call": call,
                    "agent": "a",
                    "kind": "write",
                    "path": f"{call}-{file}.py",
                }
                for file in range(files)
            ]
        runs.append({
            "run": run, "simulated": False, "model": "theirs", "team": "preassign_nolead", "size": 1,
            "project": "p", "structure": "p05", "parallel_fraction": 0.5, "marked_done": True,
            "input_tokens": 40_000, "output_tokens": 300 * 18 + 100 * 12, "seconds": now,
        })  # fmt: skip
    return Tables({"runs": pl.DataFrame(runs), "calls": pl.DataFrame(calls),
                   "actions": pl.DataFrame(actions)})  # fmt: skip


@pytest.fixture(scope="module")
def fitted(traces: Tables) -> Fitted:
    """A profile of them."""
    return fit_profile(traces)
