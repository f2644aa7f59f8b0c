"""A fitted profile as a file."""

from pathlib import Path

import pytest

from brooks.errors import OutsideError
from brooks.models.profile import load_profile
from brooks.plan.calibrating import Fitted, write_profile
from brooks.plan.calibrating.estimate import Estimate, Goodness, Missing, Prior


@pytest.fixture
def fitted() -> Fitted:
    """Made by hand."""
    return Fitted(
        profile=load_profile("typical"),
        models=("a:model",),
        runs=12,
        replies=345,
        sizes=(1,),
        parameters=(
            Estimate(key="runs_tests", value=0.65, low=0.6, high=0.7, count=345, of="replies"),
        ),
        goodness=(Goodness(what="time of a reply", measure="KS", value=0.05, count=345),),
        missing=(Missing(keys=("orphaned",), what="runs of two agents"),),
        priors=(Prior(key="orphaned", value=0.0073, why="one agent forgets nothing"),),
    )


def test_a_file_reads_back_as_the_profile(fitted: Fitted, tmp_path: Path) -> None:
    """Keys that are not set are left out."""
    path = tmp_path / "mine.yaml"

    write_profile(path, fitted)

    assert load_profile(str(path)) == fitted.profile
    assert "chained_load" not in path.read_text()


def test_a_file_says_what_it_rests_on(fitted: Fitted, tmp_path: Path) -> None:
    """From what, how sure, how well, and what was not there."""
    path = tmp_path / "mine.yaml"

    write_profile(path, fitted)

    comments = "\n".join(line for line in path.read_text().splitlines() if line.startswith("#"))
    for words in ("12 runs", "a:model", "0.6 to 0.7", "KS 0.05", "forgets nothing", "two agents"):
        assert words in comments


def test_a_file_that_cannot_be_written_is_the_outsides_fault(
    fitted: Fitted, tmp_path: Path
) -> None:
    """The folder is not there."""
    with pytest.raises(OutsideError, match="cannot write"):
        write_profile(tmp_path / "nowhere" / "mine.yaml", fitted)
