"""What the figures hide, on runs that are few enough to work out by hand.

Teams of one: preassigned p1 takes 100 s and 100 tokens, decentralized d1 200 s and 300 tokens.
Teams of two: p2 50 s, p3 80 s; d2 400 s; d3, which fails with a claim that nobody made good; and d4,
which fails without a word.
"""

import pytest
from tests.analysis.metrics.kit import Row, tables
from tests.bench.study.study_kit import DEC, PRE, failures, run

from brooks.analysis.tables import Tables
from brooks.bench.study.hidden import hidden


def _wrote(run: str, *agents_and_paths: str) -> list[Row]:
    return [
        {"run": run, "kind": "write", "round": 1, "call": ord(each[0]), "agent": each[0],
         "path": each[1]}
        for each in agents_and_paths
    ]  # fmt: skip


_GREEN = {"last_check_passed": True}
_RED = {"last_check_passed": False, "verified_done": False}

STUDY = tables(
    run("p1", PRE, 1, 100, **_RED),
    run("p2", PRE, 2, 50, **_GREEN, verified_done=True, told_claims_refused=0),
    run("p3", PRE, 2, 80, **_GREEN, verified_done=False, input_tokens=300),
    run("p4", PRE, 2, 90, model="new", **_RED),
    run("d1", DEC, 1, 200, input_tokens=300),
    run("d2", DEC, 2, 400, **_RED, input_tokens=700, told_claims_refused=3),
    run("d4", DEC, 2, 400, marked_done=False, input_tokens=0),
    run("d3", DEC, 2, 900, **_GREEN, verified_done=False, marked_done=False, input_tokens=1200),
    calls=[
        {"run": run, "call": ord(agent), "agent": agent, "round": 1}
        for run in ("p2", "p3", "d2", "d3")
        for agent in "ab"
    ],
    actions=[
        *_wrote("p2", "af", "ag", "bh"), *_wrote("p3", "af", "af"),
        *_wrote("d2", "af", "bf", "bg"), *_wrote("d3", "af", "bf"),
        *failures("p2", 10), *failures("d2", 20), *failures("d3", 40),
        {"run": "d3", "kind": "check", "passed": True, "seconds": 1.0},
        {"run": "d3", "kind": "claim", "agent": "a"},
        {"run": "d2", "kind": "claim refused", "reason": "not_ready"},
    ],
)  # fmt: skip

BY_HAND = {
    # p1, p2, p3 and p4 are done; p2 and p3 green; p2 on the final files
    "share_green_of_done_pre": 2 / 4,
    "share_verified_of_done_pre": 1 / 4,
    "share_green_of_done_pre_m": 2 / 3,
    "share_green_of_done_pre_new": 0,
    # against p1, the faster of the two alone: 100/50 and 100/80; 100 and 300 tokens by 100
    "median_common_speedup_pre": (2 + 1.25) / 2,
    "median_common_token_cost_pre": 2,
    # p2 wrote 3 files of 3, p3 one file twice; nobody wrote another's
    "first_round_writes_pre": 2.5,
    "first_round_distinct_files_pre": 2,
    "duplicate_first_writes_pre": 0,
    # only b's reply in p3 brought nothing
    "share_of_replies_without_progress_pre": 1 / 4,
    # 10 tests of half a second in 100 + 50 + 80 + 90 s
    "share_of_time_in_tests_pre": 5 / 320,
    # d1 was never tested, and d2 is red
    "share_green_of_done_dec": 0,
    "share_verified_of_done_dec": 0,
    "share_green_of_done_dec_m": 0,
    "median_common_speedup_dec": 100 / 400,
    "median_common_token_cost_dec": 7,
    # d2: f twice and g; d3: f twice
    "first_round_writes_dec": 2.5,
    "first_round_distinct_files_dec": 1.5,
    "duplicate_first_writes_dec": 1,
    # a was first in both; b wrote g first in d2, and nothing new in d3
    "share_of_replies_without_progress_dec": 1 / 4,
    # 60 of half a second and one of a second, in 200 + 400 + 400 + 900 s
    "share_of_time_in_tests_dec": 31 / 1900,
    "failed_runs": 2,
    "failed_runs_with_orphaned_claims": 1,
    "failed_runs_once_green": 1,
    # 1200 of 100 + 100 + 300 + 100 + 300 + 700 + 1200
    "share_of_tokens_in_failed_runs": 1200 / 2800,
    # d1 by p1
    "price_of_decentralized_at_one_agent_seconds": 2,
    "price_of_decentralized_at_one_agent_tokens": 3,
    "price_of_decentralized_at_one_agent_seconds_m": 2,
    "price_of_decentralized_at_one_agent_tokens_m": 3,
    # one cell: the mean of 2 and 1.25, of a bound of 4/3; one cell does not spread
    "r2_of_amdahl_pre": None,
    "median_share_of_amdahl_pre": 1.625 / (4 / 3),
    # p2 is told right, d2 has one refused claim and not three
    "share_of_runs_whose_claims_refused_are_told_wrong": 0.5,
}


def by_name(history: Tables) -> dict[str, float | None]:
    return {finding.name: finding.value for finding in hidden(history)}


def test_every_number_is_what_a_hand_works_out() -> None:
    assert by_name(STUDY) == {
        name: None if value is None else pytest.approx(value) for name, value in BY_HAND.items()
    }


def test_how_well_amdahl_predicts() -> None:
    """Two cells, bounds 4/3 and 3/2, of speedups 1 and 2: 1 - (1/9 + 1/4) / (1/4 + 1/4)."""
    found = by_name(tables(run("p1", PRE, 1, 100), run("p2", PRE, 2, 100), run("p3", PRE, 3, 50)))

    assert found["r2_of_amdahl_pre"] == pytest.approx(1 - (13 / 36) / (1 / 2))
    assert found["median_share_of_amdahl_pre"] == pytest.approx((3 / 4 + 4 / 3) / 2)


def test_what_a_protocol_costs_is_a_geometric_mean() -> None:
    """Twice the time on x and eight times on y are four times; thrice and 12 times the tokens six times."""
    found = by_name(
        tables(
            run("p1", PRE, 1, 100),
            run("d1", DEC, 1, 200, input_tokens=300),
            run("p2", PRE, 1, 10, project="y"),
            run("d2", DEC, 1, 80, project="y", input_tokens=1200),
            run("d3", DEC, 1, 7, project="z"),
        )
    )

    assert found["price_of_decentralized_at_one_agent_seconds"] == pytest.approx(4)
    assert found["price_of_decentralized_at_one_agent_tokens_m"] == pytest.approx(6)


def test_a_mode_that_is_not_there_has_no_numbers() -> None:
    found = by_name(tables(run("p1", PRE, 1, 100)))

    assert not [name for name in found if name.split("_")[-1] == "dec"]
    assert found["failed_runs"] == 0
    assert found["median_common_speedup_pre"] is None
    assert found["price_of_decentralized_at_one_agent_seconds"] is None
    assert found["share_of_tokens_in_failed_runs"] == 0
