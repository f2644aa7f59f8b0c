"""What every fleet keeps to, held against the processes of this machine and a Ray cluster."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.runtime.fleet.kit import Squaring, wait_gone

from brooks.errors import InternalError, UsageError
from brooks.runtime.fleet import TRIES, Done, Fleets, LocalFleets, Lost, RayFleets

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayFleets]:
    """A cluster of our own with two processors."""
    pytest.importorskip("ray")
    engine = RayFleets(jobs=2)
    yield engine
    engine.close()


@pytest.fixture(params=["local", "ray"])
def engine(request: pytest.FixtureRequest) -> Fleets:
    """Each engine in turn, two pieces at once."""
    if request.param == "local":
        return LocalFleets(jobs=2)
    found: RayFleets = request.getfixturevalue("cluster")
    found.open()
    return found


Make = Callable[..., Squaring]


@pytest.fixture
def squaring(tmp_path: Path) -> Make:
    """Makes work whose notes are in this test's folder."""
    return lambda **accidents: Squaring(notes=tmp_path, **accidents)


def test_there_is_one_answer_for_each_piece(engine: Fleets, squaring: Make) -> None:
    """In whatever order, and equal pieces are pieces each."""
    pieces = [*range(40), 7, 7]

    with closing(engine.fleet(squaring())) as fleet:
        answers = list(fleet.carry_out(pieces))

    assert sorted(answers) == sorted(Done(number, number * number) for number in pieces)


def test_a_fleet_begins_once_in_each_process(
    engine: Fleets, tmp_path: Path, squaring: Make
) -> None:
    """However often it is called."""
    with closing(engine.fleet(squaring())) as fleet:
        for _ in range(3):
            assert len(list(fleet.carry_out(range(12)))) == 12

    assert 1 <= len(list(tmp_path.glob("began-*"))) <= 2


def test_results_come_as_they_are_made(engine: Fleets, tmp_path: Path, squaring: Make) -> None:
    """A piece that takes long does not hold up what was done before."""
    came = []
    with closing(engine.fleet(squaring(waits=(1,)))) as fleet:
        for answer in fleet.carry_out([0, 1]):
            came.append(answer.piece)
            (tmp_path / "go").touch()

    assert came == [0, 1]


def test_a_worker_that_dies_loses_the_piece_it_was_at(engine: Fleets, squaring: Make) -> None:
    """After so many tries it is given up, with a reason; all others are done."""
    work = squaring(deadly=(13,))

    with closing(engine.fleet(work)) as fleet:
        answers = list(fleet.carry_out(range(40)))

    (lost,) = [answer for answer in answers if isinstance(answer, Lost)]
    assert lost.piece == 13
    assert "ended" in lost.reason
    assert sorted(answer.piece for answer in answers) == list(range(40))
    assert TRIES <= work.tries(13) <= TRIES + 1


def test_a_piece_that_was_lost_once_is_done(engine: Fleets, squaring: Make) -> None:
    """By another worker, and nobody sees it."""
    work = squaring(once_deadly=(3, 17))

    with closing(engine.fleet(work)) as fleet:
        answers = list(fleet.carry_out(range(40)))

    assert sorted(answers) == [Done(number, number * number) for number in range(40)]
    assert work.tries(17) > 1


@pytest.mark.parametrize(("accident", "error"), [("wrong", UsageError), ("broken", InternalError)])
def test_what_a_piece_raises_is_raised_here(
    engine: Fleets, squaring: Make, accident: str, error: type[Exception]
) -> None:
    """Wrong use as it is, all else as a mistake of the program with its traceback."""
    said = {"wrong": "5 cannot be squared", "broken": "ZeroDivisionError: 5"}[accident]

    with (
        closing(engine.fleet(squaring(**{accident: (5,)}))) as fleet,
        pytest.raises(error, match=said),
    ):
        list(fleet.carry_out(range(40)))


def test_closing_ends_what_is_at_work(engine: Fleets, squaring: Make) -> None:
    """At once, though the piece would go on for long."""
    work = squaring(waits=(1,))
    fleet = engine.fleet(work, patience_seconds=20.0)
    answers = fleet.carry_out([0, 1])

    first = next(iter(answers))
    pid = work.wait_tried(1)
    fleet.close()

    assert first == Done(0, 0)
    assert wait_gone(pid)


def test_a_fleet_that_was_cut_short_can_go_on(engine: Fleets, squaring: Make) -> None:
    """What was on its way is not taken for an answer to what comes next."""
    with closing(engine.fleet(squaring())) as fleet:
        assert isinstance(next(iter(fleet.carry_out(range(40)))), Done)

        again = list(fleet.carry_out(range(100, 120)))

    assert sorted(again) == [Done(number, number * number) for number in range(100, 120)]


def test_this_process_takes_part_where_it_may(squaring: Make, tmp_path: Path) -> None:
    """And never takes a piece that has ended another process."""
    with closing(LocalFleets(jobs=2).fleet(squaring(), takes_part=True)) as fleet:
        answers = list(fleet.carry_out(range(40)))

    assert sorted(answers) == [Done(number, number * number) for number in range(40)]
    assert f"began-{os.getpid()}" in {path.name for path in tmp_path.glob("began-*")}


@pytest.mark.parametrize("make", [LocalFleets, RayFleets])
def test_little_is_done_in_this_process(make: Callable[..., Fleets], squaring: Make) -> None:
    """No process is started, and no cluster opened."""
    engine = make(jobs=2)

    with closing(engine.fleet(squaring())) as fleet:
        answers = list(fleet.carry_out(range(5), is_little=True))

    assert answers == [Done(number, number * number) for number in range(5)]
    assert engine.width() == 2
    assert not getattr(engine, "is_open", False)
