"""The measures of all teams: what is put together how, what counts as a flaw, and one small run of each."""

import json
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.core.spec import Guarantees
from brooks.core.team_rules import CutOff
from brooks.runtime.processes import at_most
from brooks.spec.presets import PRESETS
from measure import cut_off, hybrid_beats, matrix, straggler
from measure.bundled import SUITES
from measure.hybrid_beats import DEC, PRE, Job, Place
from measure.matrix import Cell, alone, lower_bound, row_of
from measure.trials import Ended, Trial, Verified, carry_out, until_verified

MIXED = "mathlib/mixed"
FINE = Ended(
    tasks=20, done=20, verified=20, is_verified=True, merged_seconds=40.0, seconds=50.0, tokens=900
)


def test_the_lower_bound_is_the_longer_of_span_and_shared_work() -> None:
    """Efforts of the mixed structure: 8 in the longest chain, 17.9 in all; one agent took 179 s."""
    assert lower_bound(MIXED, 179.0, 1) == pytest.approx(179.0)
    assert lower_bound(MIXED, 179.0, 2) == pytest.approx(89.5)
    assert lower_bound(MIXED, 179.0, 4) == pytest.approx(80.0)


def test_a_row_compares_each_run_with_one_agent_of_the_same_seed() -> None:
    """Seed 0 takes 40 s where 80 are the bound, seed 1 is not verified and takes 160; seed 2 crashes."""
    cells = [Cell(MIXED, "leased", "crash", seed) for seed in range(3)]
    one = replace(FINE, merged_seconds=179.0, tokens=1000)
    found = {alone(cell): one for cell in cells}
    found[cells[0]] = FINE
    found[cells[1]] = replace(
        FINE, is_verified=False, verified=10, merged_seconds=160.0, tokens=1100, broken=("x",)
    )
    found[cells[2]] = Ended(crash="ValueError: no")

    row = row_of(cells, found)

    assert (row.runs, row.runs_verified, row.tasks_verified, row.crashed) == (3, 1, 0.75, 1)
    assert row.broken == 1
    assert [row.merged, row.time, row.tokens] == pytest.approx([1.25, 0.625, 1.0])
    assert "1 crashed" in matrix.line("leased", "crash", row)


def test_only_a_team_that_promises_it_must_get_everything_done() -> None:
    """A crash is everybody's flaw."""
    bad = replace(FINE, verified=19, is_verified=False, broken=("liveness violated: open",))
    leased = Cell(MIXED, "leased", "none", 3)
    paper = Cell(MIXED, "paper-preassigned", "none", 3)

    assert matrix.flaws_of(leased, FINE) == []
    assert matrix.flaws_of(leased, bad) == [
        "leased on mathlib/mixed, none, seed 3: liveness violated: open",
        "leased on mathlib/mixed, none, seed 3: 19 of 20 tasks verified",
    ]
    assert matrix.flaws_of(paper, bad) == []
    assert matrix.flaws_of(paper, Ended(crash="KeyError: 1")) == [
        "paper-preassigned on mathlib/mixed, none, seed 3: KeyError: 1"
    ]
    assert not matrix.is_bound(Guarantees(liveness=False))


@pytest.mark.parametrize("world", matrix.WORLDS)
def test_every_world_has_a_plan_for_every_team(world: str) -> None:
    """Equal seeds give equal plans, and each hits only members of the team."""
    for preset in PRESETS:
        trial = matrix.trial_of(Cell(MIXED, preset, world, 1))

        assert trial == matrix.trial_of(Cell(MIXED, preset, world, 1))
        members = {member.id for member in trial.team.members}
        assert {fault.agent for fault in trial.faults.faults} <= members


def test_equal_trials_have_equal_results() -> None:
    """One cell with crashes, run twice."""
    cell = Cell(MIXED, "leased", "crash", 2)

    assert matrix.run_cell(cell) == matrix.run_cell(cell)
    assert matrix.flaws_of(cell, matrix.run_cell(cell)) == []


def test_a_run_that_is_never_verified_costs_all_its_reruns() -> None:
    """A model that never writes anything right, and one attempt."""
    cell = Cell("mathlib/parallel", "single", "none", 1)
    trial = matrix.trial_of(cell)
    hopeless = Trial(
        suite=trial.suite,
        team=replace(trial.team, attempts=1),
        profile=replace(trial.profile, mistake=1.0, repair=0.0),
        seed=1,
    )

    found = until_verified(hopeless)

    assert (found.is_verified, found.reruns, found.first.verified) == (False, 5, 0)
    assert found.seconds > found.first.seconds
    assert until_verified(trial).seconds == carry_out(trial).seconds


def test_a_run_that_turns_in_circles_is_stopped() -> None:
    """It would keep the measure from ever ending."""
    with pytest.raises(TimeoutError, match=r"within 0\.02 s"), at_most(0.02):
        all(True for _ in count())


def verified(
    seconds: float, *, tokens: int = 1000, marked: float = 30.0, ok: bool = True
) -> Verified:
    first = replace(FINE, is_verified=ok, tokens=tokens, merged_seconds=marked)
    return Verified(seconds=seconds, tokens=tokens, reruns=1, is_verified=ok, first=first)


def test_each_way_in_which_hybrid_does_not_win_is_a_flaw() -> None:
    """Slower than one of them, far slower than marking, and too many tokens, by either measure."""
    place = Place("typical", "0", MIXED, 4)
    alone = [verified(0.0), verified(0.0, tokens=800)]
    fine = [verified(30.0, tokens=1200), verified(60.0), verified(90.0), *alone]
    bad = [verified(60.0, tokens=1900, ok=False), verified(50.0), verified(90.0), *alone]

    good, row = hybrid_beats.row_of([fine]), hybrid_beats.row_of([bad])

    assert (good.hybrid, good.verified[PRE], good.marked[DEC], good.tokens) == (
        30.0,
        60.0,
        30.0,
        1.2,
    )
    assert hybrid_beats.flaws_of(place, good) == []
    text = "typical, whole_load 0, mathlib/mixed, 4 agents"
    assert hybrid_beats.flaws_of(place, row) == [
        f"{text}: verified in 1.20 of the time of paper-preassigned",
        f"{text}: verified in 2.00 of the time in which paper-preassigned marks all",
        f"{text}: verified in 2.00 of the time in which paper-decentralized marks all",
        f"{text}: 1.90 times the tokens of one agent",
        f"{text}: 2.38 times the tokens of one agent that takes all at once",
    ]
    assert len(hybrid_beats.late_flaws(place, row)) == 3
    assert len(hybrid_beats.costly_flaws(place, row)) == 2


def test_what_is_known_is_not_run_again(tmp_path: Path) -> None:
    """A line that was cut off in the middle is of no use."""
    state = tmp_path / "known.jsonl"
    job = Job("typical", "0", MIXED, "hybrid", 4, 0)
    line = json.dumps([job.key, {"seconds": 7.0, "tokens": 5, "reruns": 0, "is_verified": True,
                                 "first": {"tokens": 5}}])  # fmt: skip
    state.write_text(line + "\n" + line[:20])

    known = hybrid_beats.find([job], state, 1.0)

    assert known[job.key].seconds == 7.0


def test_a_straggler_that_is_declared_may_cost_a_tenth() -> None:
    """A hidden one, or one in another team, is only shown."""
    job = straggler.Job(MIXED, straggler.HYBRID, "declared", 0)
    slowed = [(replace(FINE, seconds=60.0), FINE)]

    row = straggler.row_of(job, slowed)

    assert row.ratio == pytest.approx(1.2)
    assert row.is_flaw
    assert not straggler.row_of(job._replace(way="hidden"), slowed).is_flaw
    assert not straggler.row_of(job._replace(team="preassigned"), slowed).is_flaw
    assert [member.speed for member in straggler.team_of("hybrid", "declared").members] == [
        0.1, 1.0, 1.0, 1.0, 1.0
    ]  # fmt: skip
    assert len(straggler.team_of("hybrid", "").members) == 4


def test_both_rules_of_who_is_cut_off_meet_the_same_partitions() -> None:
    """And they differ in what they declare."""
    stop, go_on = (cut_off.trial_of(cut_off.Job(MIXED, rule, True, 4)) for rule in CutOff)

    assert stop.faults == go_on.faults
    assert len(stop.faults.faults) == cut_off.PARTITIONS
    assert (stop.team.guarantees.one_holder, go_on.team.guarantees.one_holder) == (True, False)


def test_the_matrix_prints_its_tables_and_its_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two teams in two worlds on one structure."""
    words = [
        "--seeds",
        "1",
        "--presets",
        "single,leased",
        "--suites",
        "mixed",
        "--worlds",
        "none,crash",
    ]
    monkeypatch.setattr("sys.argv", ["matrix", *words])

    matrix.main()

    *table, answer = capsys.readouterr().out.splitlines()
    assert "simulated" in table[1]
    assert sum(line.startswith(("single", "leased")) for line in table) == 4
    assert json.loads(answer)["measured"] == 0


def test_all_structures_are_measured() -> None:
    """Those of the bundled project."""
    assert [suite.partition("/")[2] for suite in SUITES] == ["parallel", "mixed", "serial"]
