"""Two agents without rounds, whose turns have several replies; a published run; a run of nothing.

turn  agent  replies  lasts     what came of it
t1    a      1, 3      0 to 20  writes f, f again and g; its check fails; x is done
t2    b      2         0 to 12  writes f; a claim is refused
t3    b      4        20 to 30  writes f and g; a claim is refused, for x's dependant is not ready
"""

from tests.analysis.metrics.kit import Case, Row, tables

_OWN: list[Row] = [
    {"kind": "claim", "agent": "a", "task": "x"},
    {"kind": "claim", "agent": "b", "task": "y"},
    {"kind": "write", "agent": "a", "task": "x", "call": 1, "path": "f"},
    {"kind": "write", "agent": "b", "task": "y", "call": 2, "path": "f"},
    {"kind": "claim refused", "agent": "b", "task": "x", "call": 2, "reason": "already_leased"},
    {"kind": "write", "agent": "a", "task": "x", "call": 3, "path": "f"},
    {"kind": "write", "agent": "a", "task": "x", "call": 3, "path": "g"},
    {"kind": "check", "agent": "a", "task": "x", "call": 3, "passed": False},
    {"kind": "completion", "agent": "a", "task": "x", "call": 3},
    {"kind": "claim", "agent": "a", "task": "y"},
    {"kind": "write", "agent": "b", "task": "y", "call": 4, "path": "f"},
    {"kind": "write", "agent": "b", "task": "y", "call": 4, "path": "g"},
    {"kind": "claim refused", "agent": "b", "task": "z", "call": 4, "reason": "not_ready"},
    {"kind": "check", "agent": "b", "task": "y", "call": 4, "passed": None},
    {"kind": "check", "passed": True},
    {"kind": "write", "agent": "b", "path": "h"},
]
_PUBLISHED: list[Row] = [
    {"kind": "claim", "agent": "a", "call": 1},
    {"kind": "claim", "agent": "a", "call": 1},
    {"kind": "claim", "agent": "b", "call": 2},
    {"kind": "write", "agent": "b", "call": 2, "path": "f"},
    {"kind": "completion", "agent": "b", "call": 2},
    {"kind": "completion", "agent": "b", "call": 2},
    {"kind": "completion", "agent": "a", "call": 3},
    {"kind": "write", "agent": "a", "call": 3, "path": "f"},
    {"kind": "write", "agent": "a", "call": 3, "path": "f"},
]
_HISTORY = tables(
    {
        "run": "own", "marked_done": False, "tasks": 3, "seconds": 120.0, "letters": 6,
        "agent_seconds": 200.0, "busy_seconds": 150.0, "availability": 0.9, "leases_expired": 1,
    },
    {"run": "published", "marked_done": False, "seconds": 30.0},
    {
        "run": "nothing", "marked_done": True, "tasks": 3, "seconds": 0.0, "letters": 0,
        "agent_seconds": 0.0, "busy_seconds": 0.0, "leases_expired": 0,
    },
    calls=[
        {"run": "own", "call": 1, "agent": "a", "turn": "t1", "began": 0.0, "ended": 10.0},
        {"run": "own", "call": 2, "agent": "b", "turn": "t2", "began": 0.0, "ended": 12.0},
        {"run": "own", "call": 3, "agent": "a", "turn": "t1", "began": 10.0, "ended": 20.0},
        {"run": "own", "call": 4, "agent": "b", "turn": "t3", "began": 20.0, "ended": 30.0},
        {"run": "published", "call": 1, "agent": "a", "began": 0.0, "ended": 10.0},
        {"run": "published", "call": 2, "agent": "b", "began": 0.0, "ended": 5.0},
        {"run": "published", "call": 3, "agent": "a", "began": 5.0, "ended": 20.0},
    ],
    actions=[
        *({"run": "own", **action} for action in _OWN),
        *({"run": "published", **action} for action in _PUBLISHED),
    ],
    conflicts=[
        {"run": "own", "kind": "stale write"},
        {"run": "own", "kind": "lost claim"},
        {"run": "own", "kind": "stale write"},
    ],
)  # fmt: skip

_FINISHED = tables(
    {"run": "done", "marked_done": True},
    {"run": "unknown"},
    actions=[
        {"run": run, "kind": "claim", "agent": "a", "task": "x"} for run in ("done", "unknown")
    ],
)

CASES = (
    Case(
        "by attempt",
        _HISTORY,
        {
            "messages": {"own": 4, "published": 3, "nothing": 0},
            "temporal_violations": {"own": 1, "published": 0, "nothing": 0},
            "claims_refused": {"own": 2, "published": 0, "nothing": 0},
            # a check that told nothing did not fail; the last look is a check of nobody
            "test_failures": {"own": 1, "published": 0, "nothing": 0},
            "checks": {"own": 3, "published": 0, "nothing": 0},
            # own: t1 did x, t2 and t3 nothing; published: replies 2 and 3 did tasks
            "idle_attempts": {"own": 2, "published": 1, "nothing": 0},
            # own: t2 and t3 of all three; published: 10 of 30 s
            "idle_time_share": {"own": 22 / 42, "published": 1 / 3, "nothing": None},
            # one in two minutes; three in half a minute; no time has passed
            "completions_per_minute": {"own": 0.5, "published": 6, "nothing": None},
            # own: f in t2 and t3 after t1, g in t3 after t1; f twice in t1 is one attempt
            # published: f twice in reply 3 after reply 2
            "rewrites_by_attempt": {"own": 3, "published": 2, "nothing": 0},
            # own: f in t1 and t2 at once; g in t1, and in t3 when that was over
            # published: f in reply 2, and in 3 when that was over
            "overlapping_writes": {"own": 1, "published": 0, "nothing": 0},
            # the published run does not say which proposals met
            "conflicts": {"own": 3, "published": None, "nothing": 0},
            "stale_writes": {"own": 2, "published": None, "nothing": 0},
            # own: reply 1 writes f first, 3 writes g first and does x, 2 and 4 bring nothing new
            "no_progress_share": {"own": 0.5, "published": 0, "nothing": None},
            # own: x was done; y, though claimed twice, is one task that is held
            # published: a has 2 claims and 1 completion; b has 1 and 2, which is none left over
            "orphaned_claims": {"own": 1, "published": 1, "nothing": 0},
            "leases_expired": {"own": 1, "published": None, "nothing": 0},
            "utilisation": {"own": 0.75, "published": None, "nothing": None},
            "availability": {"own": 0.9, "published": None, "nothing": None},
            "letters": {"own": 6, "published": None, "nothing": 0},
            # 6 letters in 4 replies; nobody replied
            "message_density": {"own": 1.5, "published": None, "nothing": None},
        },
    ),
    Case(
        "a claim is orphaned only in a run that is known to have failed",
        _FINISHED,
        {"orphaned_claims": {"done": 0, "unknown": None}},
    ),
)
