"""Plans of faults, by hand and by seed."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.spec import Fault, FaultKind, FaultPlan, MessageFaults
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.spec.faults import load_faults, random_plan, refuse_strangers
from brooks.spec.teams import build_team

AGENTS = tuple(AgentId(f"agent-{number}") for number in (1, 2, 3))


def test_a_fault_file_is_a_section_alone(tmp_path: Path) -> None:
    """Faults may be kept beside the tasks, to be used with several of them."""
    path = tmp_path / "faults.yaml"
    path.write_text(
        "agents:\n  - {kind: stall, agent: agent-1, at: 2, seconds: 3}\n"
        "messages: {lost: 0.1, duplicated: 0.2, delayed: 0.3, delay_seconds: 4}\n"
    )

    plan = load_faults(path)

    assert plan == FaultPlan(
        faults=(Fault(kind=FaultKind.STALL, agent=AGENTS[0], at=2.0, seconds=3.0),),
        messages=MessageFaults(lost=0.1, duplicated=0.2, delayed=0.3, delay_seconds=4.0),
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            "{kind: stall, agent: a, at: 2}",
            "a 'stall' fault lasts 0 seconds: say how long in 'seconds'",
        ),
        (
            "{kind: crash, agent: a, at: 2, factor: 3}",
            "'factor' is 3.0 in a 'crash' fault: only 'slow' has one",
        ),
        ("{kind: crash, at: 2}", "'agent' is missing: add it"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(tmp_path: Path, fault: str, message: str) -> None:
    """The line is that of the fault."""
    path = tmp_path / "faults.yaml"
    path.write_text(f"agents:\n  - {fault}\n")

    with pytest.raises(UsageError) as raised:
        load_faults(path)

    assert str(raised.value) == f"{path}:2: agents[0]: {message}"


def test_a_fault_of_a_stranger_is_refused() -> None:
    """A plan for four agents is used with a team of two."""
    team = build_team("leased:2")
    plan = FaultPlan(faults=(Fault(kind=FaultKind.CRASH, agent=AgentId("bob"), at=1, seconds=1),))

    with pytest.raises(UsageError) as raised:
        refuse_strangers(plan, team)

    assert str(raised.value) == (
        "a fault of kind 'crash' at 1 s hits 'bob', who is not in the team of agent-1, agent-2: "
        "name one of those"
    )


def test_a_fault_of_a_member_is_fine() -> None:
    """Nothing is raised for a plan that hits members only."""
    plan = random_plan("s", AGENTS, horizon=10.0, crashes=5)

    refuse_strangers(plan, build_team("leased:3"))

    assert {fault.agent for fault in plan.faults} <= set(AGENTS)


def test_a_drawn_plan_has_what_was_asked_for() -> None:
    """The counts are exact, and times lie within the horizon and in order."""
    plan = random_plan(
        "seed", AGENTS, horizon=100.0, crashes=3, stalls=2, slows=4, partitions=1,
        messages=MessageFaults(lost=0.1),
    )  # fmt: skip

    kinds = [fault.kind for fault in plan.faults]
    assert {kind: kinds.count(kind) for kind in FaultKind} == {
        FaultKind.CRASH: 3,
        FaultKind.STALL: 2,
        FaultKind.SLOW: 4,
        FaultKind.PARTITION: 1,
    }
    assert [fault.at for fault in plan.faults] == sorted(fault.at for fault in plan.faults)
    assert plan.messages == MessageFaults(lost=0.1)


@given(
    seed=st.text(),
    horizon=st.floats(0.001, 1e6),
    mean=st.floats(0.001, 1e6),
    counts=st.tuples(*[st.integers(0, 4)] * 4),
)
def test_every_drawn_fault_makes_sense(
    seed: str, horizon: float, mean: float, counts: tuple[int, int, int, int]
) -> None:
    """No fault begins after the horizon, lasts for nothing, or slows by less than twice."""
    crashes, stalls, slows, partitions = counts

    plan = random_plan(
        seed, AGENTS, horizon=horizon, mean_seconds=mean,
        crashes=crashes, stalls=stalls, slows=slows, partitions=partitions,
    )  # fmt: skip

    assert len(plan.faults) == sum(counts)
    assert all(0 <= fault.at <= horizon + 0.001 for fault in plan.faults)
    assert all(fault.seconds > 0 and fault.factor >= 2 for fault in plan.faults)


def test_another_kind_of_fault_moves_no_other() -> None:
    """Comparing a run with stalls to one without needs the same crashes in both."""
    few = random_plan("seed", AGENTS, horizon=100.0, crashes=3)
    more = random_plan("seed", AGENTS, horizon=100.0, crashes=3, stalls=3)

    assert tuple(fault for fault in more.faults if fault.kind is FaultKind.CRASH) == few.faults


def test_a_drawn_plan_is_this_one() -> None:
    """A seed in a paper must give its plan for ever: a change here breaks every old result."""
    plan = random_plan("seed", AGENTS, horizon=100.0, crashes=1, slows=1)

    assert plan == FaultPlan(
        faults=(
            Fault(kind=FaultKind.CRASH, agent=AGENTS[2], at=32.501, seconds=31.036),
            Fault(kind=FaultKind.SLOW, agent=AGENTS[0], at=54.604, seconds=30.478, factor=15.6),
        )
    )


@pytest.mark.slow
def test_a_drawn_plan_is_the_same_in_every_process() -> None:
    """Hashes of strings differ between interpreters; plans do not."""
    program = (
        "from brooks.spec.faults import random_plan;"
        "print(random_plan('s', ['a', 'b'], horizon=9.0, crashes=2, slows=2))"
    )

    plans = {
        subprocess.run(  # noqa: S603 - our own interpreter with our own program
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(plans) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"horizon": 0.0}, "horizon is 0.0: it must be more than 0 and finite"),
        (
            {"horizon": 1.0, "mean_seconds": float("inf")},
            "mean_seconds is inf: it must be more than 0 and finite",
        ),
        ({"horizon": 1.0, "stalls": -1}, "-1 faults of kind 'stall': ask for 0 or more"),
    ],
)
def test_a_draw_that_makes_no_sense_is_refused(arguments: dict[str, float], message: str) -> None:
    """The numbers come from options that a user typed."""
    with pytest.raises(UsageError) as raised:
        random_plan("s", AGENTS, **arguments)  # type: ignore[arg-type] # the table mixes types

    assert str(raised.value) == message


def test_faults_for_nobody_are_refused() -> None:
    """There is no one to hit."""
    with pytest.raises(UsageError, match="2 crash for no agents: name at least one agent"):
        random_plan("s", (), horizon=1.0, crashes=2)
