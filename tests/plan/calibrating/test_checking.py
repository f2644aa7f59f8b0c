"""Runs simulated again by what the others say of their model, beside what came of them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace
from tests.plan.calibrating.conftest import KNOWN
from tests.plan.conftest import free

from brooks.analysis.tables import Tables
from brooks.analysis.tabling import About, rows_of
from brooks.core.facts import Outcome
from brooks.core.spec import Fault, FaultKind, FaultPlan, ModelSettings, SolutionFile
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.models.profile import Profile
from brooks.plan.calibrating import fit_profile
from brooks.plan.calibrating.checking import Check, Source, check_profile
from brooks.plan.calibrating.own_runs import OwnRun, own_run
from brooks.plan.candidates import make
from brooks.plan.problem import PlannedModel, Problem
from brooks.plan.simulating import Simulator
from brooks.runtime.fleet import Done, Fleets, LocalFleets
from brooks.workspace.tree import hash_of

ENOUGH = 32
"""Simulated runs of each of six that make it worth to start a process."""
SLOW = replace(KNOWN, overhead_seconds=20.0, output_tokens_per_second=20.0)


@cache
def source(seed: int, profile: Profile = KNOWN, team: str = "leased", size: int = 2) -> Source:
    """A run of eight tasks."""
    model = PlannedModel(
        name="sim:known",
        profile=profile,
        profile_name="known",
        settings=ModelSettings(model="sim:known"),
    )
    simulator = Simulator(problem=Problem(project="test", tasks=tuple(free(8)), models=(model,)))
    candidate = make(team, size, model.name)
    log = MemoryLog()
    simulator.run(candidate, seed, as_it_is=True, log=log)
    spec = simulator.spec(candidate, seed, as_it_is=True)
    records = list(Codec().decode_all(log.read()))
    name = f"{team}-{size}-{seed}"
    about = About(run=name, project="test", simulated=True)
    own = own_run(name, spec, records, is_simulated=True, blob=log.blob)
    return Source(tables=Tables.of(rows_of(records, spec, about)), own=own)


def check(sources: Sequence[Source], *, seeds: int = 10, **options: Any) -> Check:
    """Check what is fitted to these sources, in this process."""
    options.setdefault("engine", LocalFleets(jobs=1))
    tables = Tables.joined(each.tables for each in sources)
    fitted = fit_profile(tables, only=options.get("only"))
    return check_profile(sources, fitted, seeds=seeds, **options)


class Backwards:
    """An engine whose answers come in the wrong order."""

    def fleet(self, work: Any, **_: Any) -> "Backwards":
        """One kind of work."""
        self.do = work.begin()
        return self

    def carry_out(self, pieces: Sequence[Any], **_: Any) -> Any:
        """The last piece first."""
        return iter([Done(piece, self.do(piece)) for piece in reversed(pieces)])

    def close(self) -> None:
        """Nothing is open."""


def other(changed: Source, **changes: Any) -> Source:
    """A source whose run is another in something."""
    assert changed.own is not None
    values = {name: getattr(changed.own, name) for name in OwnRun.__dataclass_fields__}
    return Source(tables=changed.tables, own=OwnRun(**{**values, **changes}))


@pytest.mark.slow
def test_each_run_is_simulated_by_what_the_others_say() -> None:
    """Six runs of one model: five are enough for a profile of it, so none is fitted to itself."""
    found = check([source(seed) for seed in range(6)])

    assert [each.fitted_to_itself for each in found.runs] == [False] * 6
    assert [each.fitted_runs for each in found.runs] == [5] * 6
    assert [each.simulated_runs for each in found.runs] == [10] * 6
    assert (found.verified, found.left_out) == (6, ())
    time, tokens, requests = found.told
    assert (time.name, tokens.name, requests.name) == ("seconds", "tokens", "requests")
    assert 0.7 < time.ratio.typical < 1.4
    assert 0.7 < tokens.ratio.typical < 1.4
    assert time.inside >= 3


@pytest.mark.slow
def test_a_run_unlike_the_others_shows() -> None:
    """Its model takes ten times as long, and its own profile would have known."""
    found = check([*(source(seed) for seed in range(6)), source(7, SLOW)])

    times = [each.quantities[0] for each in found.runs]
    assert times[-1].happened > times[-1].high
    assert times[-1].ratio > 3


@pytest.mark.slow
def test_a_run_without_which_too_little_is_left_is_fitted_to_itself() -> None:
    """Five runs make a profile, and four do not."""
    found = check([source(seed) for seed in range(5)])

    assert [each.fitted_to_itself for each in found.runs] == [True] * 5
    assert [each.fitted_runs for each in found.runs] == [5] * 5


@pytest.mark.slow
def test_runs_that_cannot_be_simulated_are_left_out_and_named() -> None:
    """One that goes on, one that was cut off, one with faults, and one that plays a recording."""
    runs = [source(seed) for seed in range(10)]
    hindered = [each.own for each in runs[:4]]
    assert all(hindered)
    going, cut, faulty, recorded = (each for each in hindered if each is not None)
    fault = Fault(kind=FaultKind.CRASH, agent=AgentId("agent-1"), at=1.0, seconds=1.0)
    runs[:4] = [
        other(runs[0], came=replace(going.came, outcome=None, verified=False)),
        other(runs[1], came=replace(cut.came, outcome=Outcome.BUDGET, verified=False)),
        other(runs[2], spec=replace(faulty.spec, faults=FaultPlan(faults=(fault,)))),
        other(runs[3], spec=replace(recorded.spec, model="recorded:before")),
    ]

    found = check(runs, seeds=2)

    assert [each.run for each in found.left_out] == [f"leased-2-{seed}" for seed in range(4)]
    whys = [each.why for each in found.left_out]
    assert whys[0] == "it has not ended"
    assert "'budget'" in whys[1]
    assert "faults" in whys[2]
    assert "'recorded:before' says the same" in whys[3]
    assert len(found.runs) == 6
    assert {each.fitted_runs for each in found.runs} == {9}


@pytest.mark.slow
def test_a_run_whose_simulation_breaks_is_left_out_and_spoils_no_other() -> None:
    """The bytes of a solution are not there."""
    runs = [source(seed) for seed in range(6)]
    broken = runs[0].own
    assert broken is not None
    part = SolutionFile(path="t01.txt", blob=hash_of(b"lost"))
    tasks = (replace(broken.spec.tasks[0], solution=(part,)), *broken.spec.tasks[1:])
    runs[0] = other(runs[0], spec=replace(broken.spec, tasks=tasks), blobs={})

    found = check(runs, seeds=2)

    assert len(found.runs) == 5
    assert found.left_out[0].run == "leased-2-0"
    assert "no simulated run of it came to an end: " in found.left_out[0].why


@pytest.mark.slow
def test_models_that_take_real_time_are_simulated_under_the_virtual_clock() -> None:
    """A provider's, an agent on the command line, and one of each in a team."""
    runs = [source(seed) for seed in range(6)]
    asked = [
        ("openai:gpt-5.2", None),
        ("command:claude", None),
        ("openai:gpt-5.2", "command:claude"),
    ]
    for place, (model, of_first) in enumerate(asked):
        own = runs[place].own
        assert own is not None
        first, *rest = own.spec.team.members
        team = replace(own.spec.team, members=(replace(first, model=of_first), *rest))
        spec = replace(own.spec, model=model, clock="real", team=team, models=())
        runs[place] = other(runs[place], spec=spec, is_simulated=False)

    found = check(runs, seeds=2)

    assert found.left_out == ()
    assert [each.simulated_runs for each in found.runs] == [2] * 6
    assert found.runs[2].models == ("command:claude", "openai:gpt-5.2")
    assert [each.is_simulated for each in found.runs] == [False] * 3 + [True] * 3


@pytest.mark.slow
def test_only_what_was_fitted_to_is_checked() -> None:
    """Runs that a condition leaves out are neither simulated nor fitted to."""
    runs = [*(source(seed) for seed in range(6)), source(1, KNOWN, "hybrid", 3)]

    found = check(runs, seeds=2, only=pl.col("team") == "leased")

    assert [each.team for each in found.runs] == ["leased:2"] * 6
    assert {each.fitted_runs for each in found.runs} == {5}


@pytest.mark.slow
def test_nothing_to_check_is_said_with_the_reasons() -> None:
    """All runs go on."""
    runs = [source(seed) for seed in range(5)]
    runs = [other(each, came=replace(each.own.came, outcome=None)) for each in runs if each.own]

    with pytest.raises(UsageError, match="'leased-2-4': it has not ended"):
        check(runs)


@pytest.mark.slow
def test_the_order_of_answers_changes_nothing() -> None:
    """Whoever makes the runs, and whenever they come."""
    runs = [source(seed) for seed in range(6)]
    backwards: Any = Backwards()
    engines: list[Fleets] = [LocalFleets(jobs=2), backwards]

    found = [check(runs, seeds=ENOUGH, engine=engine) for engine in engines]

    assert found[0] == found[1]


@pytest.mark.slow
def test_a_run_that_was_not_verified_is_shown_and_not_counted() -> None:
    """It is no measure of how long the work takes."""
    runs = [source(seed) for seed in range(6)]
    failed = runs[0].own
    assert failed is not None
    came = replace(failed.came, outcome=Outcome.FAILED, verified=False)
    runs[0] = other(runs[0], came=came)

    found = check(runs, seeds=2)

    assert len(found.runs) == 6
    assert found.verified == 5
    assert all(told.inside <= 5 for told in found.told)
    assert found.expected_verified == pytest.approx(
        sum(each.chance_of_that.value for each in found.runs)
    )
