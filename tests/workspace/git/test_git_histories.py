"""Seeded histories of conflicting, failing, crashing agents on a real repository."""

import shutil

import pytest

from measure.git_histories import one

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


@pytest.mark.parametrize("seed", range(20))
def test_the_branch_is_always_green_and_nothing_of_the_users_is_touched(seed: int) -> None:
    """Killed at random steps, recovered, resumed: no merge is lost, nothing is left behind."""
    assert one(seed)[1] == []
