"""A profile fitted to simulated runs is the profile that they were simulated with."""

from dataclasses import dataclass

import polars as pl
import pytest
from tests.plan.calibrating.conftest import KNOWN, tables_of

from brooks.analysis.columns import no_rows
from brooks.analysis.tables import Tables
from brooks.errors import UsageError
from brooks.plan.calibrating import Fitted, fit_profile
from brooks.plan.calibrating.fitting import KEYS

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Near:
    """How near a key has to come, of its value."""

    key: str
    share: float


NEAR = [
    Near("overhead_seconds", 0.2),
    Near("output_tokens_per_second", 0.15),
    Near("file_tokens", 0.1),
    Near("prompt_tokens", 0.15),
    Near("message_tokens", 0.15),
    Near("runs_tests", 0.1),
    Near("chained_load", 0.25),
]


@pytest.fixture(scope="module")
def from_alone(alone: Tables) -> Fitted:
    """Fitted to runs of one agent alone."""
    return fit_profile(alone)


@pytest.fixture(scope="module")
def from_all(together: Tables) -> Fitted:
    """Fitted to runs of one and of three."""
    return fit_profile(together)


@pytest.mark.parametrize("near", NEAR, ids=lambda near: near.key)
def test_runs_of_one_agent_are_enough_for_pace_and_words(from_alone: Fitted, near: Near) -> None:
    """Thirty runs in each mode."""
    expected = getattr(KNOWN, near.key)

    assert getattr(from_alone.profile, near.key) == pytest.approx(expected, rel=near.share)


def test_runs_of_a_team_show_idling_too(from_all: Fitted) -> None:
    """Alone nobody waits for others."""
    assert from_all.profile.idle_seconds == pytest.approx(KNOWN.idle_seconds, rel=0.15)
    assert from_all.profile.chosen_load < 0.1
    assert from_all.profile.reports_late < 0.02


def test_in_a_team_with_leases_each_turn_begins_without_a_memory() -> None:
    """What an agent was told in another turn is no part of what a request has."""
    runs = Tables.joined(tables_of(KNOWN, "leased", 2, seed) for seed in range(6))

    fitted = fit_profile(runs)

    assert fitted.profile.prompt_tokens == pytest.approx(KNOWN.prompt_tokens, rel=0.1)


def test_what_one_agent_cannot_show_is_a_stated_prior(from_alone: Fitted) -> None:
    """With what would have to be there."""
    priors = {prior.key for prior in from_alone.priors}
    wanted = {key for missing in from_alone.missing for key in missing.keys}

    assert {"recalls", "whole_load", "pace_sigma"} <= priors
    assert "recalls" in wanted
    assert all(prior.why for prior in from_alone.priors)


def test_no_more_than_fifteen_keys_are_fitted(from_all: Fitted) -> None:
    """And each with an interval around it."""
    assert len(KEYS) == 15
    assert {one.key for one in from_all.parameters} <= set(KEYS)
    assert all(one.low <= one.value <= one.high for one in from_all.parameters)


def test_a_fit_can_leave_runs_out(together: Tables, from_alone: Fitted) -> None:
    """By an expression over the table of runs."""
    fitted = fit_profile(together, only=pl.col("size") == 1)

    assert fitted.profile == from_alone.profile
    assert fitted.sizes == (1,)


def test_a_fit_stays_near_a_profile_that_it_is_to_improve(alone: Tables, from_all: Fitted) -> None:
    """What few runs do not tell is as it was."""
    few = alone.only(pl.col("seed") < 6)

    improved = fit_profile(few, like=from_all)

    assert improved.profile.reports_late == pytest.approx(from_all.profile.reports_late, abs=0.02)
    assert improved.profile.chained_load == pytest.approx(from_all.profile.chained_load, abs=0.15)


def test_too_few_runs_are_refused_with_what_is_missing(alone: Tables) -> None:
    """Two runs, and none at all."""
    with pytest.raises(UsageError, match=r"2 runs .* 5 runs that say their tokens"):
        fit_profile(alone.only(pl.col("seed") == 3))
    with pytest.raises(UsageError, match="0 runs with 0 replies"):
        fit_profile(Tables.of(no_rows()))


def test_a_model_that_nobody_has_seen_is_fitted_as_any_other(alone: Tables) -> None:
    """Its name plays no part."""
    renamed = Tables(alone.frames | {"runs": alone.runs.with_columns(model=pl.lit("new:model"))})

    fitted = fit_profile(renamed)

    assert fitted.models == ("new:model",)
    assert fitted.profile == fit_profile(alone).profile
