"""How the published numbers are compared, and how a process is measured."""

import sys
from pathlib import Path

import pytest

from brooks.bench.study.figures import FIGURES
from measure.published_numbers import differences, is_same
from measure.published_time import take, wrong

EXPECTED = """\
mode,model,p_label,n,speedup_mean,speedup_sem
pre,sonnet,p09,1,1,0
pre,sonnet,p09,2,1.7967,
pre,gpt,p09,2,9,9
"""


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ("1.7967", "1.79674999", True),
        ("1.7967", "1.7968", True),
        ("1.7967", "1.7964", False),
        ("4.12646e-05", "4.126e-05", True),
        ("0", "0.0", True),
        ("0", "0.001", False),
        ("-0.0852381", "0.0852381", False),
    ],
)
def test_numbers_are_the_same_to_four_digits(expected: str, found: str, same: bool) -> None:
    assert is_same(expected, found) is same


def test_tables_are_compared_value_by_value(tmp_path: Path) -> None:
    """Under either name of a model and a mode, in any order; what is not expected is not compared.

    A model that is not published here and an empty field are left out; a missing row is a difference.
    """
    expected, found = tmp_path / "expected.csv", tmp_path / "found.csv"
    expected.write_text(EXPECTED)
    found.write_text(
        "model,mode,p_label,n,speedup_sem,speedup_mean\n"
        "anthropic_claude-sonnet-4-6,preassign_nolead,p09,2,0.2,1.7\n"
        "acme,preassign_nolead,p09,1,0,5\n"
    )

    compared = list(differences(expected, found))

    assert [same for _, same in compared] == [False, False, False]
    assert compared[2][0] == (
        "expected ('pre', 'sonnet', 'p09', '2') speedup_mean: 1.7967, found '1.7'"
    )
    found.write_text(EXPECTED.replace("pre,sonnet", "preassign_nolead,sonnet"))
    assert [same for _, same in differences(expected, found)] == [True, True, True]


def test_wrong_values_are_counted_over_all_tables(tmp_path: Path) -> None:
    for folder, value in (("expected", 1), ("found", 2)):
        (tmp_path / folder).mkdir()
        for name in ("fig_speedup", "success_rate", "findings"):
            (tmp_path / folder / f"{name}.csv").write_text(f"finding,value\nx,{value}\n")

    assert wrong(tmp_path / "expected", tmp_path / "found") == 3
    assert "success_rate" in FIGURES


@pytest.mark.slow
def test_a_process_is_measured() -> None:
    """It takes as long as it lives, and as much memory as it ever holds; starting one is slow."""
    took = take([sys.executable, "-c", "held = bytearray(64 << 20); del held"])

    assert took.seconds > 0
    assert took.megabytes > 64


@pytest.mark.slow
def test_a_process_that_fails_ends_the_measurement() -> None:
    with pytest.raises(SystemExit, match="left with 3"):
        take([sys.executable, "-c", "raise SystemExit(3)"])
