"""Five tasks: a and c are the critical path, b is like a, d is never done, e is like none."""

from tests.analysis.metrics.kit import Case, tables

_EVERY = ("own", "early", "unknown", "none")
_UNKNOWN = dict.fromkeys(("early", "unknown", "none"))

_HISTORY = tables(
    *({"run": run} for run in _EVERY),
    tasks=[
        {
            "run": "own", "task": "a", "effort": 1.0, "ready": 0.0, "done": 10.0, "worked": 6.0,
            "waited_dependency": 0.0, "waited_agent": 1.0, "waited_lease": 0.0, "waited_check": 2.0,
            "waited_merge": 0.5, "waited_rate_limit": 0.5, "waited_barrier": 0.0,
            "on_critical_path": True,
        },
        {
            "run": "own", "task": "b", "effort": 1.0, "ready": 0.0, "done": 8.0, "worked": 2.0,
            "waited_dependency": 0.0, "waited_agent": 0.0, "waited_lease": 5.0, "waited_check": 1.0,
            "waited_merge": 0.0, "waited_rate_limit": 0.0, "waited_barrier": 0.0,
            "on_critical_path": False,
        },
        {
            "run": "own", "task": "c", "effort": 2.0, "ready": 10.0, "done": 30.0, "worked": 16.0,
            "waited_dependency": 10.0, "waited_agent": 0.0, "waited_lease": 0.0, "waited_check": 1.0,
            "waited_merge": 1.0, "waited_rate_limit": 0.0, "waited_barrier": 2.0,
            "on_critical_path": True,
        },
        {
            "run": "own", "task": "d", "effort": 2.0, "worked": 0.0,
            "waited_dependency": 30.0, "waited_agent": 0.0, "waited_lease": 0.0, "waited_check": 0.0,
            "waited_merge": 0.0, "waited_rate_limit": 0.0, "waited_barrier": 0.0,
            "on_critical_path": False,
        },
        {
            "run": "own", "task": "e", "effort": 3.0, "ready": 10.0, "done": 25.0, "worked": 11.0,
            "waited_dependency": 10.0, "waited_agent": 4.0, "waited_lease": 0.0, "waited_check": 0.0,
            "waited_merge": 0.0, "waited_rate_limit": 0.0, "waited_barrier": 0.0,
            "on_critical_path": False,
        },
        {
            "run": "early", "task": "a", "ready": 10.0, "done": 20.0, "worked": 15.0,
            "on_critical_path": True,
        },
        {"run": "unknown", "task": "a"},
    ],
)  # fmt: skip

CASES = (
    Case(
        "by task",
        _HISTORY,
        {
            # means over five tasks; a run whose tasks are unknown waited for nothing that is known
            "waited_dependency": {"own": 50 / 5, **_UNKNOWN},
            "waited_agent": {"own": 5 / 5, **_UNKNOWN},
            "waited_lease": {"own": 5 / 5, **_UNKNOWN},
            "waited_check": {"own": 4 / 5, **_UNKNOWN},
            "waited_merge": {"own": 1.5 / 5, **_UNKNOWN},
            "waited_rate_limit": {"own": 0.5 / 5, **_UNKNOWN},
            "waited_barrier": {"own": 2 / 5, **_UNKNOWN},
            "worked": {"own": 35 / 5, **_UNKNOWN, "early": 15},
            "critical_tasks": {"own": 2, **_UNKNOWN, "early": 1},
            # a: 4 of 10 s nobody worked on it; c: 4 of 20; early: worked on before it was ready
            "critical_wait_share": {"own": 8 / 30, **_UNKNOWN, "early": 0},
            # a and b: 6 less (6 + 2) / 2; d is not done, so c has no other like it, and e has none
            "turn_gap_by_cohort": {"own": 2, **_UNKNOWN},
        },
    ),
)
