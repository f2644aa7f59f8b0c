"""The measure of published pathologies: what it reads off a log, and that it sees what is missing."""

from pathlib import Path

import pytest
from msgspec.structs import replace as changed
from tests.runtime.kit import STEADY, KitModels, free, make_spec, make_team, run

from measure.data_folder import data_folder
from measure.pathologies import SIZES, Seen, flaws_of, published, seen_in, summary_of

ALL = changed(STEADY, chosen_load=1.0, latency_sigma=0.0)


def seen(**facts: object) -> Seen:
    """What a run may show, two agents with the same work if nothing else is said."""
    usual: dict[str, object] = {
        "written": 8, "different": 4, "rounds": 2, "completions": 4, "replies": 4, "idle": 2,
        "all_marked": True, "has_orphan": False,
    }  # fmt: skip
    return Seen(**{**usual, **facts})  # type: ignore[arg-type]


def test_figures_are_read_off_the_log() -> None:
    """Two agents write four files each in the only round; the second one's replies lead to nothing."""
    team = make_team("paper-decentralized", 2)
    finished = run(make_spec(free(4), team=team, model="m"), models=KitModels({"m": ALL}))

    assert seen_in(finished.records, finished.state) == seen(rounds=1, replies=2, idle=1)


def test_an_orphaned_claim_is_seen() -> None:
    """The run ends at the cap, and a task that somebody claimed is open."""
    team = make_team("paper-decentralized", 3, rounds=3)
    models = KitModels({"m": changed(ALL, orphaned=1.0)})
    finished = run(make_spec(free(2), team=team, model="m"), models=models)

    found = seen_in(finished.records, finished.state)

    assert (found.all_marked, found.has_orphan, found.rounds) == (False, True, 3)


def test_rates_are_of_runs_in_which_all_was_marked() -> None:
    """A run at the cap counts for what it says of stopping and of progress, and not for the rate."""
    runs = [seen(), seen(all_marked=False, has_orphan=True, rounds=40, completions=1)]

    assert summary_of(runs) == {
        "written_in_round_one": 8,
        "different_files": 4,
        "completions_per_round": 2.0,
        "stopped_at_the_cap": 0.5,
        "no_progress": 0.5,
    }


@pytest.mark.parametrize(
    ("size", "facts", "flaw"),
    [
        (2, {"all_marked": False}, "without an orphaned claim"),
        (1, {"all_marked": False, "has_orphan": True, "written": 4}, "an agent alone"),
        (4, {}, "did not do the same work"),
        (5, {"written": 20, "completions": 10}, "not flat"),
    ],
)
def test_what_is_missing_is_a_flaw(size: int, facts: dict[str, object], flaw: str) -> None:
    """Teams that are as published but in one thing."""
    runs = {each: [seen(written=4 * each)] for each in SIZES}
    assert list(flaws_of("m", runs)) == []

    runs[size] = [seen(**facts)]
    flaws = list(flaws_of("m", runs))

    assert any(flaw in each for each in flaws)


def test_published_figures_are_those_of_the_files(data: Path) -> None:
    """Of the mathematics project in round one, of all three elsewhere."""
    figures = published("sonnet", data)

    assert list(figures) == list(SIZES)
    assert figures[5]["stopped_at_the_cap"] == 0.47
    assert figures[1]["different_files"] == 20.0
    assert figures[3]["completions_per_round"] == 2.2


@pytest.fixture
def data() -> Path:
    """The published figures, where they are."""
    try:
        return data_folder("published/expected")
    except SystemExit as error:
        pytest.skip(f"{error}")
