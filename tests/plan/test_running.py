"""How simulated runs are made: with and without anybody who reads the log, here and in other processes."""

import subprocess
import sys

import pytest
from tests.plan.conftest import MakeModel, chain, free, problem

from brooks.log.memory import MemoryLog
from brooks.plan.candidates import given_team, make
from brooks.plan.crew import Crew, Job
from brooks.plan.predicting import Wish, predict
from brooks.plan.problem import planned_model
from brooks.plan.simulating import Simulator
from brooks.runtime.fleet import LocalFleets
from brooks.spec.teams import build_team

TYPICAL = planned_model("sim:typical")


def test_a_run_that_is_only_watched_comes_to_the_same() -> None:
    """Without a log nothing is encoded and no file written back; what is counted is as with one."""
    simulator = Simulator(problem=problem(free(8), TYPICAL))
    team = make("hybrid", 3, TYPICAL.name)
    log = MemoryLog()

    watched = [simulator.run(team, seed) for seed in (0, 1)]
    logged = [simulator.run(team, 0, log=log), simulator.run(team, 1, log=MemoryLog())]

    assert watched == logged
    assert log.last_position() > 50


def test_agent_time_is_the_time_that_agents_are_there() -> None:
    """On a chain four are there from beginning to end, or one, where more come only if more is to do."""
    simulator = Simulator(problem=problem(chain(6), TYPICAL))

    rigid, grown = (
        simulator.run(given_team(build_team(name), TYPICAL.name, name=name), 0)
        for name in ("leased:4", "leased:1-4")
    )

    assert rigid.agent_seconds == pytest.approx(4 * rigid.seconds, rel=0.01)
    assert grown.agent_seconds == pytest.approx(grown.seconds, rel=0.01)


def test_the_share_that_limits_hold_back_is_of_the_time_that_agents_are_there(
    model: MakeModel,
) -> None:
    """A limit that one agent alone runs into; that three more may come makes it no smaller."""
    slow = model(requests_per_minute=10)
    given = problem(chain(12), slow)
    teams = [
        given_team(build_team(name), slow.name, name=name) for name in ("single", "leased:1-4")
    ]

    one, grown = predict(given, teams, Wish(jobs=1, effort=0.05)).predictions

    assert one.waited > 0.1
    assert grown.waited == pytest.approx(one.waited, rel=0.2)


@pytest.mark.slow
def test_runs_are_the_same_whoever_makes_them() -> None:
    """Enough work for another process to be started beside this one."""
    tasks = problem(free(20), TYPICAL)
    teams = [make("leased", size, TYPICAL.name) for size in (2, 3, 4)]
    jobs = [Job(candidate=place, seed=seed) for place in range(3) for seed in range(30)]

    made = []
    for processes in (1, 2):
        with Crew([tasks], teams, engine=LocalFleets(jobs=processes)) as crew:
            found = {(each.job.candidate, each.job.seed): each.result for each in crew.make(jobs)}
            made.append(found)

    assert made[0] == made[1]
    assert len(made[0]) == len(jobs)
    assert None not in made[0].values()


@pytest.mark.slow
def test_who_makes_runs_needs_no_tables() -> None:
    """A worker of a cluster may have no more than the base install and the cluster's own package."""
    program = "import sys, brooks.plan.crew; print({'polars', 'numpy', 'scipy'} & set(sys.modules))"

    said = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program], capture_output=True, check=True
    )

    assert said.stdout.strip() == b"set()"
