"""Three rounds of three agents; the same without rounds; rounds in which nobody replied.

round  replies (latency, s)       writes              completions
1      a 10, b 4, c 200 (stalled)  f by a, b, c; g by a twice    2
2      a 10                        f by a, h by a                0
3      a 6, b 2                    f by b, h by b and c          0
"""

from tests.analysis.metrics.kit import Case, tables

_WRITES = [
    (1, "a", "f"), (1, "b", "f"), (1, "c", "f"), (1, "a", "g"), (1, "a", "g"),
    (2, "a", "f"), (2, "a", "h"),
    (3, "b", "f"), (3, "b", "h"), (3, "c", "h"),
]  # fmt: skip
_REPLIES = [
    (1, "a", 0.0, 10.0), (1, "b", 0.0, 4.0), (1, "c", 0.0, 200.0),
    (2, "a", 200.0, 210.0),
    (3, "a", 210.0, 216.0), (3, "b", 210.0, 212.0),
]  # fmt: skip

_HISTORY = tables(
    {"run": "rounds", "rounds": 3},
    {"run": "free"},
    {"run": "silent", "rounds": 2},
    calls=[
        {
            "run": run,
            "agent": agent,
            "round": number if run == "rounds" else None,
            "began": began,
            "ended": ended,
        }
        for run in ("rounds", "free")
        for number, agent, began, ended in _REPLIES
    ],
    actions=[
        *(
            {
                "run": run,
                "kind": "write",
                "agent": agent,
                "round": number if run == "rounds" else None,
                "path": path,
            }
            for run in ("rounds", "free")
            for number, agent, path in _WRITES
        ),
        {"run": "rounds", "kind": "completion", "round": 1},
        {"run": "rounds", "kind": "completion", "round": 1},
        {"run": "rounds", "kind": "completion"},
        {"run": "rounds", "kind": "write", "round": 1, "path": "f"},
        {"run": "free", "kind": "completion"},
    ],
)

CASES = (
    Case(
        "by round",
        _HISTORY,
        {
            # rounds 2 and 3; the completion outside of rounds changes none of them
            "idle_rounds": {"rounds": 2, "free": None, "silent": 0},
            "completions_per_round": {"rounds": 2 / 3, "free": None, "silent": None},
            # f in round 1 and h in round 3; g was written twice by one agent
            "concurrent_writes": {"rounds": 2, "free": None, "silent": 0},
            # f in rounds 2 and 3, h twice in round 3
            "rewrites": {"rounds": 4, "free": None, "silent": 0},
            # f: three agents less one; g: one less one; whoever wrote f without a name is not counted
            "duplicate_first_writes": {"rounds": 2, "free": None, "silent": 0},
            # round 1 without the stalled reply: 10 - 7; round 3: 6 - 4; round 2 had one reply
            "straggler_gap": {"rounds": 2.5, "free": None, "silent": None},
        },
    ),
)
