"""What agents print, as they print it, and what else they might."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.facts import Usage
from brooks.models.command import UsageFormat
from brooks.models.command.output import MOST_TEXT, read_output

CLAUDE = {
    "type": "result",
    "subtype": "success",
    "is_error": False,
    "duration_ms": 61234,
    "num_turns": 7,
    "result": "Done.\n",
    "session_id": "0",
    "total_cost_usd": 0.25,
    "usage": {
        "input_tokens": 10,
        "cache_creation_input_tokens": 200,
        "cache_read_input_tokens": 3000,
        "output_tokens": 40,
        "server_tool_use": {"web_search_requests": 0},
    },
}
CLAUDE_USAGE = Usage(
    input_tokens=3210, output_tokens=40, cached_tokens=3000, written_tokens=200, dollars=0.25
)
CODEX = [
    {"type": "thread.started", "thread_id": "0"},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "Starting."}},
    {
        "type": "turn.completed",
        "usage": {"input_tokens": 100, "cached_input_tokens": 60, "output_tokens": 5},
    },
    {"type": "item.completed", "item": {"type": "command_execution", "command": "ls"}},
    {"type": "item.completed", "item": {"type": "agent_message", "text": "Done."}},
    {
        "type": "turn.completed",
        "usage": {"input_tokens": 200, "cached_input_tokens": 90, "output_tokens": 7},
    },
]
GEMINI = {
    "response": "Done.",
    "stats": {
        "models": {
            "gemini-2.5-pro": {
                "tokens": {
                    "prompt": 24939,
                    "candidates": 20,
                    "total": 25113,
                    "cached": 21263,
                    "thoughts": 154,
                    "tool": 0,
                }
            },
            "gemini-2.5-flash": {"tokens": {"prompt": 61, "candidates": 6, "tool": 4}},
        }
    },
}
OPENCODE = [
    {"type": "text", "part": {"type": "text", "text": "Done."}},
    *(
        {
            "type": "step_finish",
            "part": {
                "cost": 0.5,
                "tokens": {
                    "input": 10,
                    "output": 3,
                    "reasoning": 4,
                    "cache": {"read": 70, "write": 20},
                },
            },
        }
        for _ in range(2)
    ),
]


def lines(values: Sequence[object]) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)


@pytest.mark.parametrize(
    ("usage", "printed", "counted"),
    [
        (UsageFormat.CLAUDE, json.dumps(CLAUDE), CLAUDE_USAGE),
        (UsageFormat.CLAUDE, lines([{"type": "system"}, CLAUDE]), CLAUDE_USAGE),
        (UsageFormat.CLAUDE, f"a warning\n{json.dumps(CLAUDE)}\n", CLAUDE_USAGE),
        (UsageFormat.CLAUDE, json.dumps([{"type": "system"}, CLAUDE]), CLAUDE_USAGE),
        (UsageFormat.RESULT, json.dumps([{"type": "system"}, CLAUDE]), Usage()),
        (
            UsageFormat.CODEX,
            "reading\n" + lines(CODEX),
            Usage(input_tokens=300, output_tokens=12, cached_tokens=150),
        ),
        (
            UsageFormat.GEMINI,
            f"Loaded [cached] credentials.\n{json.dumps(GEMINI, indent=2)}\n",
            Usage(input_tokens=25004, output_tokens=180, cached_tokens=21263),
        ),
        (
            UsageFormat.OPENCODE,
            lines(OPENCODE),
            Usage(
                input_tokens=200,
                output_tokens=14,
                cached_tokens=140,
                written_tokens=40,
                dollars=1.0,
            ),
        ),
    ],
)
def test_message_and_usage_are_read(usage: UsageFormat, printed: str, counted: Usage) -> None:
    """With cached and written tokens as part of the input, whoever counts them how."""
    text, found = read_output(usage, printed)

    assert text == "Done."
    assert found == counted


@pytest.mark.parametrize("usage", UsageFormat)
@pytest.mark.parametrize(
    "printed",
    [
        "",
        "I did it.",
        "{",
        "[" * 100_000,
        '{"type": "result"',
        "[1, null, [{}]]",
        '{"type": ["result"]}',
        "9" * 5000,
        "\N{REPLACEMENT CHARACTER}\x00",
    ],
)
def test_what_cannot_be_read_is_the_message_and_costs_nobody_knows_what(
    usage: UsageFormat, printed: str
) -> None:
    """It is never an error: the work is done, whatever is printed about it."""
    text, found = read_output(usage, printed)

    assert len(text) <= MOST_TEXT
    assert found == Usage()


@pytest.mark.parametrize("wrong", [-1, True, "7", 10**400, None, [], 1.5])
def test_a_number_that_is_no_count_is_not_taken(wrong: object) -> None:
    """An agent's output is not trusted with the books."""
    printed = json.dumps({**CLAUDE, "usage": {"input_tokens": wrong, "output_tokens": 3}})

    assert read_output(UsageFormat.CLAUDE, printed).usage == Usage(output_tokens=3, dollars=0.25)


@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-1", "true", "1e300", '"0.5"', "9" * 400])
def test_a_number_that_is_no_price_is_not_taken(wrong: str) -> None:
    """Nobody knows what it cost, then."""
    printed = json.dumps({**CLAUDE, "total_cost_usd": 7.5}).replace("7.5", wrong)

    assert read_output(UsageFormat.CLAUDE, printed).usage.dollars is None


def test_of_a_long_message_the_end_is_kept() -> None:
    """It is where an agent says what it did."""
    text, _ = read_output(UsageFormat.PLAIN, "a" * MOST_TEXT + "the end")

    assert len(text) == MOST_TEXT
    assert text.startswith("… aaa")
    assert text.endswith("the end")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "result", "usage", "item", "part", "tokens", "stats", "models", "response"]
            ),
            inner | st.sampled_from(["result", "turn.completed", "item.completed", "step_finish"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.sampled_from(UsageFormat), st.lists(JSON, max_size=3))
def test_nothing_that_is_printed_is_an_error(usage: UsageFormat, values: list[object]) -> None:
    """Whatever shape the next version's output has."""
    printed = "\n".join(json.dumps(value) for value in values)

    text, found = read_output(usage, printed)

    assert len(text) <= MOST_TEXT
    assert min(found.input_tokens, found.output_tokens) >= 0
