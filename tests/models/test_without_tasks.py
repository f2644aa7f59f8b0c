"""Models that work on given tasks only, in teams where an agent may have none."""

import pytest
from tests.runtime.kit import KitModels, Run, free, make_spec, make_team, run, solves

from brooks.core import events


def scripted(team: str) -> Run:
    """Two agents, three tasks, and a script that has a reply for each task."""
    scripts = {"s": {name: [solves(name)] for name in ("f1", "f2", "f3")}}
    spec = make_spec(free(3), team=make_team(team, 2, rounds=20), model="s")
    return run(spec, models=KitModels(scripts=scripts))


@pytest.mark.parametrize("team", ["paper-decentralized", "decentralized"])
def test_the_first_open_task_is_claimed_for_a_model_that_cannot_choose(team: str) -> None:
    """Both claim the same one, one gets it, and it is done when it is asked again."""
    finished = scripted(team)

    assert finished.outcome() == ("done", "every task is done")
    assert [event.task for event in finished.events(events.ClaimStated)] == ["f1", "f2", "f3"]


def test_who_has_nothing_left_of_what_was_dealt_says_so() -> None:
    """And its model has not failed: nobody pauses, and the rounds go on."""
    finished = scripted("paper-preassigned")

    assert finished.outcome() == ("done", "every task is done")
    assert {event.reason.value for event in finished.events(events.TurnEnded)} == {"finished"}
