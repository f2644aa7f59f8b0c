"""Teams beside one agent: unequal baselines, a failed one, none at all, and worlds that must not mix."""

from typing import Any

from tests.analysis.metrics.kit import Case, Row, tables

_NOTHING = dict.fromkeys(("other model", "simulated"))


def _run(run: str, team: str, size: int, seconds: float, tokens: int, **values: Any) -> Row:
    return {
        "run": run, "source": "published", "simulated": False, "model": "m", "project": "x",
        "structure": "p05", "faults": "", "parallel_fraction": 0.5, "team": team, "size": size,
        "seconds": seconds, "verified_seconds": seconds if values.get("verified_done") else None,
        "input_tokens": tokens, "output_tokens": 0, "marked_done": True, "verified_done": False,
        **values,
    }  # fmt: skip


def _checks(run: str, *passed: bool | None) -> list[Row]:
    return [{"run": run, "kind": "check", "passed": each} for each in passed]


_UNEQUAL = tables(
    _run("s1", "slow", 1, 100, 1000, verified_done=True),
    _run("s2", "slow", 1, 200, 3000),
    _run("s3", "slow", 1, 900, 9000, marked_done=False),
    _run("f1", "fast", 1, 50, 500),
    _run("f2", "fast", 1, 700, 9000, marked_done=False),
    _run("t1", "slow", 2, 75, 4000, verified_done=True),
    _run("t2", "slow", 2, 10, 100, marked_done=False),
    _run("other model", "slow", 2, 75, 4000, model="n", verified_done=True),
    _run("simulated", "slow", 2, 75, 4000, simulated=True, verified_done=True),
    calls=[
        {"run": run, "call": call}
        for run, replies in (("f1", 1), ("f2", 3), ("t1", 5))
        for call in range(1, replies + 1)
    ],
    actions=[
        *_checks("f1", False, False),
        *_checks("f2", False, False, False, False, True),
        *_checks("t1", *[False] * 6, None, True),
    ],
)

_FAILED = {"s3": None, "f2": None, "t2": None}
_NOT_VERIFIED = {"s2": None, "f1": None, **_FAILED}

_SINGLE = tables(
    _run("alone", "single", 1, 80, 800),
    _run("fast one", "fast", 1, 50, 500),
    _run("team", "fast", 2, 40, 1000),
)
_SINGLE_FAILED = tables(
    _run("alone", "single", 1, 80, 800, marked_done=False),
    _run("fast one", "fast", 1, 50, 500),
    _run("team", "fast", 2, 40, 1000),
)
_FREE = tables(
    _run("alone", "single", 1, 80, 0),
    _run("team", "fast", 2, 40, 0, parallel_fraction=None),
    _run("unknown", "fast", 2, 40, 0, marked_done=None, structure=None),
)

CASES = (
    Case(
        "two teams without a single",
        # slow alone: (100 + 200) / 2 = 150 s, 2000 tokens; s3 failed and does not count
        # fast alone: 50 s, 500 tokens: the common baseline
        # verified alone: only s1, 100 s, 1000 tokens
        _UNEQUAL,
        {
            "speedup": {"s1": 1.5, "s2": 0.75, "f1": 1, "t1": 2, **_FAILED, **_NOTHING},
            "common_speedup": {
                "s1": 0.5, "s2": 0.25, "f1": 1, "t1": 50 / 75, **_FAILED, **_NOTHING,
            },
            "verified_speedup": {"s1": 1, "t1": 100 / 75, **_NOT_VERIFIED, **_NOTHING},
            "token_cost": {"s1": 0.5, "s2": 1.5, "f1": 1, "t1": 2, **_FAILED, **_NOTHING},
            "common_token_cost": {"s1": 2, "s2": 6, "f1": 1, "t1": 8, **_FAILED, **_NOTHING},
            "verified_token_cost": {"s1": 1, "t1": 4, **_NOT_VERIFIED, **_NOTHING},
            # 1.5 / 0.5, 0.75 / 1.5, 1 / 1, 2 / 2
            "efficiency": {"s1": 3, "s2": 0.5, "f1": 1, "t1": 1, **_FAILED, **_NOTHING},
            # half parallel: 1 / (0.5 + 0.5 / 2) for two agents, known without any baseline
            "amdahl_bound": {
                **dict.fromkeys(("s1", "s2", "s3", "f1", "f2"), 1.0),
                **dict.fromkeys(("t1", "t2", "other model", "simulated"), 4 / 3),
            },
            "share_of_amdahl": {"s1": 1.5, "s2": 0.75, "f1": 1, "t1": 1.5, **_FAILED, **_NOTHING},
            # fast alone, the failed run too: (2 + 4) / 2 = 3 failed checks
            "error_amplification": {
                "s1": 0, "s2": 0, "s3": 0, "f1": 2 / 3, "f2": 4 / 3, "t1": 2, "t2": 0, **_NOTHING,
            },
            # fast alone: (1 + 3) / 2 = 2 replies; a run without a reply has one whole less
            "overhead": {
                "s1": -1, "s2": -1, "s3": -1, "f1": -0.5, "f2": 0.5, "t1": 1.5, "t2": -1, **_NOTHING,
            },
        },
    ),
    Case(
        "a single that was run is the common baseline, though it is slower",
        _SINGLE,
        {
            "speedup": {"alone": 1, "fast one": 1, "team": 1.25},
            "common_speedup": {"alone": 1, "fast one": 1.6, "team": 2},
            "common_token_cost": {"alone": 1, "fast one": 500 / 800, "team": 1.25},
            "verified_speedup": {"alone": None, "fast one": None, "team": None},
            # no check of the baseline failed
            "error_amplification": {"alone": None, "fast one": None, "team": None},
            "overhead": {"alone": None, "fast one": None, "team": None},
        },
    ),
    Case(
        "a single that never succeeded is no baseline",
        _SINGLE_FAILED,
        {"common_speedup": {"alone": None, "fast one": 1, "team": 1.25}},
    ),
    Case(
        "nothing is divided by zero tokens, and nothing is known of what is unknown",
        _FREE,
        {
            "token_cost": {"alone": None, "team": None, "unknown": None},
            "common_token_cost": {"alone": None, "team": None, "unknown": None},
            "efficiency": {"alone": None, "team": None, "unknown": None},
            "common_speedup": {"alone": 1, "team": 2, "unknown": None},
            "amdahl_bound": {"alone": 1, "team": None, "unknown": 4 / 3},
        },
    ),
)  # fmt: skip
