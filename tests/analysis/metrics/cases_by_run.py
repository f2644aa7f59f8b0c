"""Runs as a whole: one verified, one only marked done, one failed, one that nobody knows."""

from tests.analysis.metrics.kit import Case, tables

_HISTORY = tables(
    {
        "run": "green", "marked_done": True, "verified_done": True, "seconds": 100.0,
        "verified_seconds": 100.0, "input_tokens": 900, "output_tokens": 100, "dollars": 0.5,
        "verified": 4,
    },
    {
        "run": "red", "marked_done": True, "verified_done": False, "seconds": 60.0,
        "input_tokens": 300, "output_tokens": 300, "verified": 0,
    },
    {
        "run": "failed", "marked_done": False, "verified_done": False, "seconds": 200.0,
        "input_tokens": 2000, "output_tokens": 0, "dollars": 0.0, "verified": 2,
    },
    {"run": "unknown"},
    calls=[
        {"run": "green", "worth": "useful", "input_tokens": 500, "output_tokens": 100},
        {"run": "green", "worth": "redundant", "input_tokens": 300, "output_tokens": 0},
        {"run": "green", "worth": "wasted", "input_tokens": 50, "output_tokens": 50},
        {"run": "green", "worth": None, "input_tokens": 50, "output_tokens": 50},
        {"run": "green", "worth": "wasted"},
        {"run": "red", "worth": "wasted", "input_tokens": 0, "output_tokens": 0},
        {"run": "failed", "worth": "wasted", "input_tokens": 2000, "output_tokens": 0},
    ],
)  # fmt: skip

CASES = (
    Case(
        "by run",
        _HISTORY,
        {
            "marked_done": {"green": 1, "red": 1, "failed": 0, "unknown": None},
            "verified_done": {"green": 1, "red": 0, "failed": 0, "unknown": None},
            "seconds": {"green": 100, "red": 60, "failed": 200, "unknown": None},
            "verified_seconds": {"green": 100, "red": None, "failed": None, "unknown": None},
            "tokens": {"green": 1000, "red": 600, "failed": 2000, "unknown": None},
            # no price is not a price of zero
            "dollars": {"green": 0.5, "red": None, "failed": 0, "unknown": None},
            # 1000 / 4; nothing to divide by; 2000 / 2
            "tokens_per_verified_task": {
                "green": 250, "red": None, "failed": 1000, "unknown": None,
            },
            "dollars_per_verified_task": {
                "green": 0.125, "red": None, "failed": 0, "unknown": None,
            },
            # of green 600 + 300 + 100 tokens were judged; of red none were spent
            "useful_tokens": {"green": 0.6, "red": None, "failed": 0, "unknown": None},
            "redundant_tokens": {"green": 0.3, "red": None, "failed": 0, "unknown": None},
            "wasted_tokens": {"green": 0.1, "red": None, "failed": 1, "unknown": None},
            # 900 x 0.22 mWh + 100 x 0.6 mWh; 300 of each; 2000 x 0.22 mWh
            "energy": {"green": 0.258, "red": 0.246, "failed": 0.44, "unknown": None},
        },
    ),
)  # fmt: skip
