"""The planner's parts: what stands in for solutions, which teams there are, bounds, intervals, the race."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from math import exp

import pytest
from tests.plan.conftest import chain, free, problem, task

from brooks.plan.bounds import Bounding, Limits, prune, token_sizes
from brooks.plan.candidates import (
    Restriction,
    candidates_of,
    coarse,
    make,
    near_to,
    sizes_of,
)
from brooks.plan.intervals import quantile, quantity, share, t_quantile
from brooks.plan.pace import pace_of
from brooks.plan.problem import PlannedModel, planned_model
from brooks.plan.racing import Race, run_race
from brooks.plan.simulating import Simulator
from brooks.plan.standing_in import stand_in
from brooks.runtime.chance import stream
from brooks.spec.team_sections import TeamSection
from brooks.spec.teams import build_team

MakeModel = Callable[..., PlannedModel]
TYPICAL = planned_model("sim:typical")


def test_made_up_solutions_are_as_long_as_the_effort_says() -> None:
    """Three tasks of efforts 1, 2 and 3, with 300 tokens for the mean of them."""
    tasks = [task("a"), task("b", effort=2.0), task("c", effort=3.0)]

    made, _, blobs = stand_in(tasks, tokens=300)

    lengths = [sum(len(blobs[part.blob]) for part in each.solution) for each in made]
    assert lengths == [pytest.approx(4 * 150 * effort, rel=0.1) for effort in (1, 2, 3)]


def test_tasks_that_name_the_same_file_have_a_part_of_it_each() -> None:
    """Two write into one file, and each has one of its own."""
    made, _, _ = stand_in(free(2, ["both.txt"]), tokens=100)

    assert [[part.path for part in each.solution if part.part] for each in made] == [
        ["both.txt"]
    ] * 2
    assert all(not part.part for each in made for part in each.solution if part.path != "both.txt")


def test_drawn_efforts_depend_on_the_seed_and_the_task_alone() -> None:
    """So that runs of two teams with one seed find the same work."""
    first, second = free(3), free(5)

    of = [
        {
            each.id: each.solution[0].blob
            for each in stand_in(tasks, tokens=400, spread=0.5, seed=7).tasks
        }
        for tasks in (first, second)
    ]

    assert {name: of[1][name] for name in of[0]} == of[0]


def test_each_candidate_is_what_its_section_builds() -> None:
    """What would be written into the task file is the team that was simulated."""
    given = problem(free(5, ["shared.txt"]), TYPICAL, planned_model("sim:quick"))

    for candidate in candidates_of(given):
        assert build_team(section=TeamSection.model_validate(candidate.section)) == candidate.team


def test_candidates_have_names_of_their_own() -> None:
    """A name and a model are told apart from every other."""
    given = problem(free(6, ["shared.txt"]), TYPICAL, planned_model("sim:careless"))

    names = Counter((each.name, each.model) for each in candidates_of(given))

    assert max(names.values()) == 1
    assert any("replicas" in name for name, _ in names)
    assert any("isolated" in name for name, _ in names)


def test_no_team_is_larger_than_the_width_and_what_is_allowed() -> None:
    """Five tasks side by side; then three agents at most."""
    given = problem(free(5), TYPICAL)

    assert sizes_of(given, Restriction()) == [2, 3, 4, 5]
    assert sizes_of(given, Restriction(max_agents=3)) == [2, 3]
    assert {each.size for each in candidates_of(problem(chain(5), TYPICAL))} == {1}


def test_a_coarse_choice_has_the_largest_size_and_what_is_near_is_the_rest() -> None:
    """Every family is there, and neighbours lead from it to the candidates that were left out."""
    found = candidates_of(problem(free(6, ["shared.txt"]), TYPICAL))

    chosen = coarse(found)

    assert {each.kin for each in chosen} == {each.kin for each in found}
    assert max(each.size for each in chosen) == 6
    near = near_to(chosen[-1], found)
    assert {each.team.rules.consistency.value for each in near} >= {"isolated", "locked"}


def test_bounds_of_a_chain_and_of_free_tasks(model: MakeModel) -> None:
    """No team is faster along a chain; free tasks are shared out."""
    steady = model()
    serial, apart = Bounding(problem(chain(6), steady)), Bounding(problem(free(6), steady))
    name = steady.name
    one, six = make("single", 1, name, batch=1), make("leased", 6, name, batch=1)

    assert serial.of(six).seconds == pytest.approx(serial.of(one).seconds)
    assert apart.of(six).seconds == pytest.approx(apart.of(one).seconds / 6)


@pytest.mark.slow
def test_no_run_without_luck_is_below_its_bound(model: MakeModel) -> None:
    """Whatever the team: the bounds are below what the runtime then takes."""
    tasks = [*chain(4), *(task(f"x{n}", "t01", effort=n) for n in range(1, 5))]
    given = problem(tasks, model())
    bounding, simulator = Bounding(given), Simulator(problem=given)

    for candidate in candidates_of(given):
        assert bounding.of(candidate).seconds <= simulator.run(candidate, 1).seconds * 1.001


def test_a_deadline_and_a_budget_rule_out_what_cannot_keep_them(model: MakeModel) -> None:
    """Both by bounds alone, and one agent stays for the comparison."""
    given = problem(free(8), model(price=10.0))
    candidates = candidates_of(given, Restriction(presets=("single", "leased")))
    one = Bounding(given).of(candidates[0])

    kept, out = prune(candidates, given, Limits(deadline_seconds=one.seconds / 5))
    assert min(each.size for each in kept if each.size > 1) > 2
    assert all("deadline" in each.why for each in out if each.name.startswith("leased:2"))

    kept, out = prune(candidates, given, Limits(dollars=one.dollars / 10))
    assert kept


def test_sizes_beyond_what_the_chain_leaves_are_not_run() -> None:
    """A chain of nineteen and eleven small ones beside it."""
    tasks = [*chain(19), *(task(f"x{n:02}", effort=0.01) for n in range(1, 12))]
    given = problem(tasks, TYPICAL)

    kept, out = prune(candidates_of(given, Restriction(presets=("leased",))), given, Limits())

    assert len({each.size for each in kept}) < len(sizes_of(given, Restriction()))
    assert {each.why for each in out} == {"the chain leaves nothing to more agents"}


def test_sizes_in_tokens_come_from_solutions_or_efforts() -> None:
    """Without solutions the mean is what was asked for."""
    sizes = token_sizes(problem([task("a"), task("b", effort=3.0)], TYPICAL, task_tokens=100.0))

    assert list(sizes.values()) == [50.0, 150.0]


def test_a_pace_counts_attempts() -> None:
    """Half wrong, repaired every other time: two attempts a task."""
    pace = pace_of(planned_model("sim:careless").profile)

    assert pace.attempts == pytest.approx(1 + 0.45 / 0.5)
    assert pace.task_seconds(0) == pytest.approx(pace.attempts * pace.reply_seconds)


@pytest.mark.parametrize(("degrees", "exact"), [(1, 12.706), (2, 4.303), (4, 2.776), (30, 2.042)])
def test_students_quantiles_are_nearly_the_exact_ones(degrees: int, exact: float) -> None:
    """The 97.5 % quantiles from the tables."""
    assert t_quantile(0.975, degrees) == pytest.approx(exact, rel=0.02)


def test_intervals_hold_what_they_say() -> None:
    """Eight of ten lognormal values are inside, and the error shrinks."""
    draw = random.Random(3)
    values = [exp(draw.gauss(2.0, 0.5)) for _ in range(2000)]

    found = quantity(values)

    assert found.error_low < exp(2.0) < found.error_high
    assert sum(found.low <= each <= found.high for each in values) / 2000 == pytest.approx(
        0.8, abs=0.01
    )
    assert quantile([1.0, 2.0, 3.0], 0.5) == 2.0
    assert share(8, 10).low < 0.8 < share(8, 10).high


def test_a_race_finds_the_best_and_spends_on_the_close_ones() -> None:
    """Ten candidates, two of them close, with luck that they share in part."""
    race = Race(10, tasks=20)
    levels = [0.0, 0.03, *(0.3 + 0.1 * each for each in range(8))]
    spent: Counter[int] = Counter()

    def carry_out(wanted: Sequence[tuple[int, int]]) -> None:
        for each, seed in wanted:
            spent[each] += 1
            shared = stream(seed, "world").gauss(0.0, 0.3)
            own = stream(seed, "own", each).gauss(0.0, 0.05)
            race.note(each, seed, levels[each] + shared + own)

    run_race(race, carry_out=carry_out, work_of=lambda each: 1, allowance=400, first_seed=0)

    assert race.leader() == 0
    assert spent[0] >= 4 * spent[9]
    assert sum(spent.values()) <= 400


def test_the_same_seed_meets_the_same_luck_in_every_team(model: MakeModel) -> None:
    """A run can be made again, and teams that do the same take the same."""
    simulator = Simulator(problem=problem(chain(3), model("lucky", steady=False)))
    name = simulator.problem.models[0].name
    single, pair = (make(one, size, name, batch=1) for one, size in (("single", 1), ("leased", 2)))

    assert simulator.run(single, 5) == simulator.run(single, 5)
    assert simulator.run(single, 5).seconds != simulator.run(single, 6).seconds
    assert simulator.run(pair, 5).requests == simulator.run(pair, 5).requests


@pytest.mark.slow
def test_a_team_with_locked_files_does_not_ask_for_ever() -> None:
    """A batch follows a chain only into tasks that its agent may have."""
    tasks = [
        *free(4, ["shared.txt"]),
        *(task(f"u{n}", f"t0{n}", files=["shared.txt"]) for n in range(1, 5)),
    ]
    simulator = Simulator(problem=problem(tasks, TYPICAL))
    team = make("hybrid", 3, TYPICAL.name, consistency="locked")

    for seed in range(3):
        assert simulator.run(team, seed).is_complete
