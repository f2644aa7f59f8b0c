"""What an experiment is said to take before it begins."""

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.bench.experiment import estimate, run_experiment
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.joining import join
from brooks.bench.experiment.manifest import manifest
from brooks.bench.experiment.results import ResultFolder
from brooks.core.spec import ModelSettings, Price
from brooks.errors import UsageError
from brooks.spec.experiment import Experiment

AGENT = f"command:{sys.executable}"


def test_simulated_runs_cost_nothing_and_are_tried_for_their_time(
    tiny: Experiment, tmp_path: Path
) -> None:
    """Nothing is written for it."""
    found = estimate(tiny, tmp_path / "out", jobs=2)

    assert (found.planned, found.missing, found.jobs) == (4, 4, 2)
    assert (found.costs, found.rests_on) == ((), "1 probe run")
    assert found.seconds > 0
    assert not (tmp_path / "out").exists()


def test_what_is_made_tells_how_long_the_rest_takes(tiny: Experiment, tmp_path: Path) -> None:
    """Runs that are there need not be tried."""
    run_experiment(tiny, tmp_path, jobs=1)

    found = estimate(replace(tiny, repetitions=3), tmp_path, jobs=1)

    assert (found.planned, found.missing) == (6, 2)
    assert found.rests_on == "4 runs already made"


def test_a_model_that_costs_is_simulated_once_a_cell(tiny: Experiment, tmp_path: Path) -> None:
    """Its tokens times its price, for all repetitions."""
    price = ModelSettings(model=AGENT, price=Price(input=1.0, output=10.0))
    paid = replace(tiny, models=(AGENT,), settings=(price,))

    found = estimate(paid, tmp_path, jobs=1)
    more = estimate(replace(paid, repetitions=4), tmp_path, jobs=1)

    grid = Grid(paid, tmp_path)
    written = manifest(grid, join(grid, ResultFolder(tmp_path)), out=tmp_path)

    [cost], [twice] = found.costs, more.costs
    assert written["prices"] == {
        AGENT: {
            "source": "set by the user",
            "usd_per_million_input": 1.0,
            "usd_per_million_output": 10.0,
        }
    }
    assert cost.prices == "set by the user"
    assert cost.dollars == pytest.approx((cost.input_tokens + 10 * cost.output_tokens) / 1e6)
    assert twice.output_tokens == 2 * cost.output_tokens > 0
    assert found.is_paid
    assert found.dollars == cost.dollars


def test_an_unknown_price_is_said_to_be_unknown(tiny: Experiment, tmp_path: Path) -> None:
    """Not nothing."""
    found = estimate(replace(tiny, models=(AGENT,)), tmp_path, jobs=1)

    assert found.is_paid
    assert (found.costs[0].dollars, found.dollars) == (None, None)


def test_a_key_in_a_solution_is_found_before_anything_is_paid_for(
    tiny: Experiment, tasks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would stand in the logs."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret-indeed-1234567890")
    tasks.write_text(tasks.read_text().replace("1\\n", "sk-very-secret-indeed-1234567890"))

    with pytest.raises(UsageError, match="one of your keys stands in"):
        estimate(replace(tiny, models=(AGENT,)), tmp_path, jobs=1)


def test_a_missing_program_is_found_before_anything_is_paid_for(
    tiny: Experiment, tmp_path: Path
) -> None:
    """As a missing key would be."""
    with pytest.raises(UsageError, match="no-such-program"):
        estimate(replace(tiny, models=("command:no-such-program",)), tmp_path, jobs=1)
