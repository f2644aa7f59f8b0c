"""Many comparisons: corrections worked out by hand, and families of verdicts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.bench.statistics.deciding import decide
from brooks.bench.statistics.many import Contest, benjamini_hochberg, decide_all, holm
from brooks.bench.statistics.pairs import Pair
from brooks.errors import UsageError


def test_holm_by_hand() -> None:
    """4 times 0.01, 3 times 0.02, 2 times 0.03 and 0.04, but not less than what came before."""
    assert holm([0.03, 0.01, 0.04, 0.02]) == pytest.approx((0.06, 0.04, 0.06, 0.06))


def test_benjamini_and_hochberg_by_hand() -> None:
    """4/1 of 0.01, 4/2 of 0.02, 4/3 of 0.03 and 4/4 of 0.5, none more than one after it."""
    assert benjamini_hochberg([0.03, 0.01, 0.5, 0.02]) == pytest.approx((0.04, 0.04, 0.5, 0.04))


@given(st.lists(st.floats(0, 1), max_size=20))
def test_corrections_keep_the_order_and_only_make_larger(p_values: list[float]) -> None:
    strict, loose = holm(p_values), benjamini_hochberg(p_values)

    for first, second in zip(strict, loose, strict=True):
        assert first >= second - 1e-12
    for corrected in (strict, loose):
        assert all(1 >= new >= old - 1e-12 for new, old in zip(corrected, p_values, strict=True))
        order = np.argsort(p_values, kind="stable")
        assert all(np.diff(np.array(corrected)[order]) >= -1e-12)


def test_what_is_no_p_value_is_refused() -> None:
    with pytest.raises(UsageError, match="nan is no p-value"):
        holm([0.1, float("nan")])


WEAK = (1.3, 1.25, 1.4, 1.1, 1.2, 1.05, 0.98, 1.15)
"""By itself it is decisive: p is 4/256."""
STRONG = tuple(ratio * 1.5 for ratio in (*WEAK, *WEAK))


def contest(second: str, ratios: tuple[float, ...]) -> Contest:
    """A contest of `single` against another team, which takes so many times as long."""
    return Contest(
        first="single",
        second=second,
        pairs=tuple(Pair(first=60.0, second=60.0 * ratio) for ratio in ratios),
    )


def test_a_family_of_one_is_one_verdict() -> None:
    alone = contest("lead:3", WEAK)

    assert decide_all([alone]) == (decide(alone.pairs, first="single", second="lead:3"),)


def test_in_a_family_a_weak_finding_is_no_longer_decisive() -> None:
    family = [contest("lead:3", WEAK), *(contest(f"other:{n}", STRONG[:n]) for n in (9, 16))]
    even = [contest(f"even:{n}", (1.1, 0.9, 1.05, 0.95, 1.02, 0.99)) for n in range(3)]

    weak, _, strong, *_ = decide_all([*family, *even])

    assert decide(family[0].pairs, first="single", second="lead:3").kind == "faster"
    assert weak.kind == "not_decisive"
    assert weak.p_value == pytest.approx(4 * weak.comparison.test.p_value)
    assert weak.pairs_to_decide is not None
    assert "after correction for 6 comparisons" in weak.sentence
    assert weak.low > 1
    assert strong.kind == "faster"


def test_that_one_fails_more_is_corrected_too() -> None:
    """Six failures to none have p = 2/64, which three comparisons make 6/64."""
    pairs = [Pair(first=60.0, second=60.0)] * 9 + [Pair(first=60.0, second=None)] * 6
    failing = Contest(first="a", second="b", pairs=tuple(pairs))

    (alone,), (first, *_) = decide_all([failing]), decide_all([failing] * 3)

    assert alone.fails_more == "second"
    assert first.fails_more == ""
    assert first.failing_p_value == pytest.approx(6 / 64)


def test_a_family_may_be_corrected_for_false_discoveries() -> None:
    family = [contest("lead:3", WEAK), *(contest(f"other:{n}", STRONG) for n in range(3))]

    verdicts = decide_all(family, correction="benjamini_hochberg")

    assert [verdict.kind for verdict in verdicts] == ["faster"] * 4
    assert verdicts[0].p_value == pytest.approx(verdicts[0].comparison.test.p_value)


def test_no_comparisons_have_no_verdicts() -> None:
    assert decide_all([]) == ()
