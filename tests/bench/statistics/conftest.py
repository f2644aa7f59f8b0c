"""Pairs for the tests of verdicts."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from brooks.bench.statistics.pairs import Pair

MakePairs = Callable[..., list[Pair]]


@pytest.fixture
def make_pairs() -> MakePairs:
    """Draws pairs of lognormal times whose true ratio, second over first, is `ratio`."""

    def make(
        pairs: int, *, ratio: float, spread: float, failing: float = 0.0, seed: int = 0
    ) -> list[Pair]:
        chance = np.random.default_rng(seed)
        log_ratios = chance.normal(math.log(ratio), spread, pairs)
        shared = chance.lognormal(math.log(60), 0.3, pairs)
        failed = chance.random((pairs, 2)) < failing
        return [
            Pair(
                seed=number,
                first=None if failed[number, 0] else float(shared[number]),
                second=None if failed[number, 1] else float(shared[number] * math.exp(log_ratio)),
            )
            for number, log_ratio in enumerate(log_ratios)
        ]

    return make
