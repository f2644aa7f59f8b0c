"""Runs whose model may be asked seldom: who waits loses nothing by it, and nobody waits in vain."""

from itertools import pairwise

from msgspec.structs import replace
from tests.runtime.kit import KitModels, Run, free, make_spec, make_team, run

from brooks.core import events
from brooks.core.spec import ModelSettings, Team


def limited(team: Team, *, tasks: int) -> Run:
    """A run in which the whole team may send one request a minute."""
    spec = make_spec(free(tasks), team=team)
    settings = ModelSettings(model=spec.model, requests_per_minute=1)
    return run(replace(spec, models=(settings,)), models=KitModels())


def test_waiting_for_the_limit_is_no_want_of_progress() -> None:
    """Eight agents share one request a minute, and are queued for longer than a holder may get nowhere."""
    finished = limited(make_team("hybrid", 8, batch=1), tasks=16)

    assert finished.outcome()[0] == "done"
    assert max(event.waited for event in finished.events(events.RequestSent)) > 240.0
    assert finished.events(events.LeaseExpired) == []
    assert finished.problems() == []


def test_a_request_whose_turn_is_over_holds_up_nobody() -> None:
    """Turns end by their deadline in the queue; what is let in then is refused and makes room at once."""
    finished = limited(make_team("hybrid", 8, turn_seconds=300.0, batch=1, attempts=50), tasks=16)

    assert "deadline" in {event.reason for event in finished.events(events.TurnEnded)}
    times = [
        record.time for record in finished.records if isinstance(record.event, events.RequestSent)
    ]
    assert max(after - before for before, after in pairwise(times)) < 200.0
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []
