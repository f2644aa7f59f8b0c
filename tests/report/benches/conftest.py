"""A bench that is made up by rule: teams of several sizes on several projects, every number known."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import pytest

from brooks.analysis.tables import Tables

Made = Callable[..., Tables]
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
