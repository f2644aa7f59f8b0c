"""How far a profile can be trusted, as it is read in a terminal."""

from typing import Any

from brooks.plan.calibrating.checking import Again, Check
from brooks.plan.intervals import share
from brooks.plan.outcomes import Compared, how_well_told
from brooks.report.checked import check_lines


def again(
    run: str, seconds: float, tokens: float = 12_000.0, *, verified: bool = True, **options: Any
) -> Again:
    """A run of which a minute and 12,000 tokens are simulated, give or take a third."""
    known = {
        "team": "hybrid:4",
        "models": ("openai:gpt-5.2",),
        "is_simulated": False,
        "fitted_to_itself": False,
        "fitted_runs": 9,
        "simulated_runs": 40,
    }
    return Again(
        run=run,
        verified=verified,
        chance_of_that=share(38, 40),
        quantities=(
            Compared(name="seconds", predicted=60.0, low=40.0, high=80.0, happened=seconds),
            Compared(name="tokens", predicted=12e3, low=9e3, high=15e3, happened=tokens),
            Compared(name="requests", predicted=30.0, low=20.0, high=40.0, happened=31.0),
        ),
        **{**known, **options},
    )


def lines_of(*runs: Again) -> list[str]:
    """What is printed of these runs."""
    verified = [each for each in runs if each.verified]
    check = Check(
        seeds=40,
        verified=len(verified),
        expected_verified=sum(each.chance_of_that.value for each in runs),
        told=tuple(how_well_told([each.quantities for each in verified])),
        runs=runs,
        left_out=(),
    )
    return list(check_lines(check))


def test_the_first_lines_answer_and_a_row_stands_for_each_run() -> None:
    """Two runs inside and one that took too long."""
    lines = lines_of(
        again("20261121-231500-ab12", 66.0),
        again("20261121-231712-03fe", 54.0, 8_000.0),
        again("20261121-231944-77aa", 120.0),
    )

    assert lines == [
        "simulated: 3 runs, 40 times each, by a profile fitted to the others",
        "  time      2 of 3 inside; typically 1.26 times the median [0.45, 3.52]",
        "  tokens    2 of 3 inside; typically 0.87 times the median [0.49, 1.56]",
        "  requests  3 of 3 inside; typically 1.03 times the median [1.03, 1.03]",
        "  verified  3 of 3 runs; simulated: 2.8",
        "brackets hold eight of ten simulated runs: about 2 of 3 should be inside",
        "",
        "run              team         time  simulated     tokens  simulated",
        "20261121-231500  hybrid:4   66 s    60 [40, 80]  12.0k    12.0 [9.0, 15.0]",
        "20261121-231712  hybrid:4   54 s    60 [40, 80]   8.0k -  12.0 [9.0, 15.0]",
        "20261121-231944  hybrid:4  120 s +  60 [40, 80]  12.0k    12.0 [9.0, 15.0]",
        "+ above the bracket; - below it",
    ]


def test_what_does_not_count_as_much_is_marked() -> None:
    """A run that failed, one that is part of its own profile, and one that was simulated itself."""
    lines = lines_of(
        again("one", 66.0, verified=False),
        again("two", 66.0, fitted_to_itself=True, is_simulated=True, simulated_runs=39),
    )

    text = "\n".join(lines)
    assert "by a profile fitted to the others (* itself)" in lines[0]
    assert "  verified  1 of 2 runs; simulated: 1.9" in lines
    assert "66 s x" in text
    assert "\ntwo*" in text
    assert lines[-4:] == [
        "x not all was verified, so not counted",
        "* fitted to itself: the other sources are too little to fit a profile to",
        "1 run of a simulated model: that says how well a profile is found again",
        "of 1 run not every simulated run came to an end",
    ]


def test_where_nothing_was_verified_nothing_is_counted() -> None:
    """There is no ratio of nothing."""
    lines = lines_of(again("one", 66.0, verified=False, fitted_to_itself=True))

    assert lines[:3] == [
        "simulated: 1 run, 40 times each, by a profile fitted to itself",
        "  verified  0 of 1 run; simulated: 0.9",
        "",
    ]


def test_numbers_have_the_unit_of_the_largest_of_their_row() -> None:
    """An hour and a million tokens."""
    text = "\n".join(lines_of(again("long", 4000.0, 2.5e6), again("short", 70.0, 9000.0)))

    assert "66.7 min +  1.0 [0.7, 1.3]" in text
    assert "2.50M +  0.01 [0.01, 0.01]" in text
