"""The study's findings on runs that are few enough to work out by hand.

Preassigned, at one agent 100 s whatever the structure:  half parallel, two agents: 80 s and 100 s
    (speedups 1.25 and 1); nine tenths parallel, two agents: 62.5 s and 64 s (1.6 and 1.5625)
Decentralized, at one agent 200 s: two agents 250 s (0.8), three 400 s (0.5); and three that failed
"""

from math import sqrt

import numpy as np
import polars as pl
import pytest
from tests.analysis.metrics.kit import tables
from tests.bench.study.study_kit import DEC, PRE, failures, replies, run

from brooks.bench.study.findings import _around_rho, as_frame, average, findings, middle, share
from brooks.bench.study.modes import Modes, modes_of
from brooks.errors import UsageError

_P09 = {"structure": "p09", "parallel_fraction": 0.9}

STUDY = tables(
    run("p1", PRE, 1, 100),
    run("p2", PRE, 1, 100, **_P09),
    run("p3", PRE, 2, 80, input_tokens=200),
    run("p4", PRE, 2, 100, input_tokens=300),
    run("p5", PRE, 2, 62.5, **_P09, input_tokens=200),
    run("p6", PRE, 2, 64, **_P09, input_tokens=200),
    run("d1", DEC, 1, 200, input_tokens=90),
    run("d2", DEC, 2, 250, input_tokens=180),
    run("d3", DEC, 3, 400, input_tokens=270),
    run("failed", DEC, 3, 400, marked_done=False, input_tokens=1),
    calls=[
        *replies("p3", 1, "a", 4, 9), *replies("p3", 1, "b", 2, 3),
        *replies("d1", 1, "a", 3),
        *replies("d2", 1, "a", 3), *replies("d2", 1, "b", 4),
        *replies("d3", 1, "a", 3), *replies("d3", 1, "b", 4), *replies("d3", 1, "c", 8),
    ],
    actions=[
        *failures("p3", 1), *failures("p4", 1), *failures("p5", 2), *failures("p6", 2),
        *failures("d1", 3), *failures("d2", 5), *failures("d3", 7), *failures("failed", 99),
    ],
)  # fmt: skip

BY_HAND = {
    # 1, 1.25, 1.5625 and 1.6; 0.5 and 0.8
    "median_speedup_pre": (1.25 + 1.5625) / 2,
    "median_speedup_dec": 0.65,
    # each of four is faster than each of two
    "mannwhitney_U_pre_vs_dec_speedup": 8,
    # ranks 1 and 2 against 3 and 4: 12 / (4 x 5) x (3²/2 + 7²/2) - 3 x 5
    "kruskal_H_speedup_by_p_pre": 2.4,
    "mean_speedup_pre": 5.4125 / 4,
    # 1 / (0.5 + 0.25) and 1 / (0.1 + 0.45), two runs each
    "mean_amdahl_pre": (4 / 3 + 20 / 11) / 2,
    # all four lie below: two of the sixteen ways to sign them are as far out
    "wilcoxon_p_pre_vs_amdahl": 0.125,
    # 3, 5, 7; and 0, 0, 1, 1, 2, 2, which are all fewer
    "median_failed_test_runs_dec": 5,
    "median_failed_test_runs_pre": 1,
    "mannwhitney_U_failed_test_runs": 18,
    # 1, 2 and 3 replies; and the failed one, of three agents, had none
    "spearman_messages_vs_size_dec (successful runs)": 1,
    "spearman_messages_vs_size_dec (all runs)": 0.5 / sqrt(4.5 * 5),
    "spearman_tokens_vs_size_dec": 1,
    "spearman_speedup_vs_size_dec": -1,
    # 4 less 3.5 and 8 less 5; 4 less 3 and 9 less 6
    "median_straggler_gap_s_dec": (0.5 + 3) / 2,
    "median_straggler_gap_s_pre": 2,
    # 2 - 0.8 and 3 - 0.5; 2 - 1.25, 3 - 1, 2 - 1.6 and 2 - 1.5625
    "median_token_multiple_minus_speedup_dec": (1.2 + 2.5) / 2,
    "median_token_multiple_minus_speedup_pre": (0.4375 + 0.75) / 2,
    # 100 by the means of 62.5 and 64, and of 80 and 100; 250 tokens by 100
    "best_speedup_pre": 100 / 63.25,
    "serial_speedup_pre": 100 / 90,
    "serial_token_multiple_pre": 2.5,
}


def test_every_finding_is_what_a_hand_works_out() -> None:
    found = {finding.name: finding.value for finding in findings(STUDY)}

    assert found == {name: pytest.approx(value) for name, value in BY_HAND.items()}


@pytest.mark.parametrize("mode", [PRE, DEC])
def test_what_one_mode_does_not_give_is_unknown(mode: str) -> None:
    """With runs of one mode, the findings of the other and the comparisons are None."""
    found = {
        finding.name: finding.value for finding in findings(STUDY.only(pl.col("team") == mode))
    }

    assert set(found) == set(BY_HAND)
    assert found["mannwhitney_U_pre_vs_dec_speedup"] is None
    other = "dec" if mode == PRE else "pre"
    assert all(value is None for name, value in found.items() if f"_{other}" in name)
    own = "pre" if mode == PRE else "dec"
    assert found[f"median_speedup_{own}"] == pytest.approx(BY_HAND[f"median_speedup_{own}"])


def test_runs_that_do_not_differ_are_no_error() -> None:
    """Every speedup is one, as in a simulated world without noise: then tests tell nothing."""
    same = tables(
        *(
            run(f"{team} {structure} {at}", team, size, 10, structure=structure, **values)
            for team in (PRE, DEC)
            for structure, values in (("p05", {}), ("p00", {"parallel_fraction": 0.0}))
            for at, size in enumerate((1, 2, 2, 3))
        )
    )

    found = {finding.name: finding.value for finding in findings(same)}

    assert found["median_speedup_pre"] == 1
    assert found["kruskal_H_speedup_by_p_pre"] is None
    assert found["spearman_messages_vs_size_dec (all runs)"] is None


def test_findings_become_a_table() -> None:
    frame = as_frame(findings(STUDY.only(pl.col("team") == PRE)))

    assert frame.columns == ["finding", "value", "low", "high", "definition"]
    assert frame["value"].dtype == pl.Float64
    assert frame["finding"].to_list() == list(BY_HAND)


def test_medians_means_shares_and_ranks_have_intervals() -> None:
    """Twelve values: the third and the tenth; Student's; Wilson's; Fisher's around 0.5 of 28 runs."""
    values = np.arange(1.0, 13.0)

    found = middle("m", values, "")
    mean = average("a", values, "")
    part = share("s", 5, 10, "")

    assert (found.value, found.low, found.high) == (6.5, 3.0, 10.0)
    assert mean.low == pytest.approx(6.5 - 2.201 * np.std(values, ddof=1) / np.sqrt(12), abs=1e-3)
    assert [part.low, part.high] == pytest.approx([0.2366, 0.7634], abs=1e-4)
    assert list(_around_rho(0.5, 28)) == pytest.approx([0.1327, 0.7465], abs=1e-4)
    assert _around_rho(0.5, 3) == (None, None)


def test_our_presets_stand_for_the_modes() -> None:
    ours = tables(run("a", "paper-decentralized", 1, 1), run("b", "leased", 1, 1))

    assert modes_of(ours) == Modes("paper-preassigned", "paper-decentralized")
    assert modes_of(STUDY) == Modes(PRE, DEC)


@pytest.mark.parametrize(
    ("teams", "says"), [((), "none$"), (("hybrid", None, "leased"), "'hybrid', 'leased'$")]
)
def test_runs_of_neither_mode_are_a_misuse(teams: tuple[str | None, ...], says: str) -> None:
    runs = tables(*({"run": f"r{at}", "team": team} for at, team in enumerate(teams)))

    with pytest.raises(UsageError, match=says):
        findings(runs)
