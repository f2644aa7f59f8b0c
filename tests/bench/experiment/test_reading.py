"""Experiment files: what they mean, and what a user is told about a wrong one."""

from pathlib import Path

import pytest

from brooks.bench.experiment import read_experiment
from brooks.bench.experiment.inputs import bundled_suite
from brooks.core.spec import Budget
from brooks.errors import UsageError
from brooks.spec.experiment import RandomFaults

MOST = """\
name: mine
suites: [mathlib/mixed, project/tasks.yaml]
teams:
  - single
  - leased:3
  - {preset: hybrid, name: calm, sizes: [2, 4], stragglers: {backups: false}}
  - preassigned
sizes: [1, 2]
models:
  - sim
  - {model: 'ollama:qwen3', concurrency: 2}
faults:
  none: {}
  crash: {random: {crashes: 2, horizon: 60}}
  stall: {agents: [{kind: stall, agent: agent-1, at: 5, seconds: 3}]}
  network: faults.yaml
repetitions: 3
seed: 7
budget: {tokens: 1000, usd: 2, minutes: 3}
baseline: single
"""


def read(folder: Path, text: str) -> object:
    """The experiment of a file with this text."""
    path = folder / "experiment.yaml"
    path.write_text(text)
    return read_experiment(path)


def test_a_file_says_everything(tasks: Path, tmp_path: Path) -> None:
    """Every key, in every form it takes."""
    (tmp_path / "faults.yaml").write_text("messages: {lost: 0.1}")
    (tmp_path / "experiment.yaml").write_text(MOST)

    found = read_experiment(tmp_path / "experiment.yaml")

    assert found.name == "mine"
    assert [suite.name for suite in found.suites] == ["mathlib/mixed", "project/tasks.yaml"]
    assert found.suites[0] == bundled_suite("mathlib")
    assert found.suites[1].path == str(tasks)
    assert [team.label for team in found.teams] == [
        "single:1",
        "leased:3",
        "calm:2",
        "calm:4",
        "preassigned:1",
        "preassigned:2",
    ]
    assert not found.teams[2].team.rules.stragglers.backups
    assert found.models == ("sim:typical", "ollama:qwen3")
    assert [(one.model, one.concurrency) for one in found.settings] == [("ollama:qwen3", 2)]
    assert [plan.name for plan in found.faults] == ["none", "crash", "stall", "network"]
    assert found.faults[1].drawn == RandomFaults(crashes=2, horizon=60)
    assert found.faults[3].plan.messages.lost == 0.1
    assert found.budget == Budget(tokens=1000, dollars=2, seconds=180)
    assert (found.repetitions, found.seed, found.checks) == (3, 7, None)
    assert found.baseline == "single:1"
    assert found.size == 2 * 6 * 2 * 4 * 3


def test_little_is_needed(tmp_path: Path) -> None:
    """Suites and teams; the rest has its usual value, and the file gives the name."""
    (tmp_path / "small.yaml").write_text("suites: [mathlib/*]\nteams: [leased]")

    found = read_experiment(tmp_path / "small.yaml")

    assert found.name == "small"
    assert [suite.structure for suite in found.suites] == ["mixed", "parallel", "serial"]
    assert [team.label for team in found.teams] == ["leased:4"]
    assert (found.models, found.repetitions) == (("sim:typical",), 10)
    assert [plan.name for plan in found.faults] == ["none"]


def test_a_baseline_that_is_no_team_of_the_list_is_added(tmp_path: Path) -> None:
    """It runs beside the others."""
    (tmp_path / "a.yaml").write_text("suites: [mathlib]\nteams: [leased]\nbaseline: single")
    (tmp_path / "b.yaml").write_text("suites: [mathlib/mixed]\nteams: [leased]\nbaseline: single")

    with pytest.raises(UsageError, match=r"a\.yaml:1: suites\[0\]: 'mathlib' is neither"):
        read_experiment(tmp_path / "a.yaml")
    found = read_experiment(tmp_path / "b.yaml")

    assert [team.label for team in found.teams] == ["single:1", "leased:4"]
    assert found.baseline == "single:1"


def test_a_team_file_stands_beside_the_experiment(tmp_path: Path) -> None:
    """Named from there, and called by its own name."""
    (tmp_path / "careful.yaml").write_text("preset: hybrid\nattempts: 5")

    (tmp_path / "a.yaml").write_text("suites: [mathlib/mixed]\nteams: [careful.yaml]\nsizes: [2]")
    found = read_experiment(tmp_path / "a.yaml")

    assert [team.label for team in found.teams] == ["careful:2"]
    assert found.teams[0].team.attempts == 5


HEAD = "suites: [mathlib/mixed]\nteams: [leased]\n"

WRONG = {
    "teams: [leased]": "1: 'suites' is missing: add it",
    "suites: []\nteams: [leased]": "1: suites: an empty list is too short: 1 is the least",
    "suites: [matlib/mixed]\nteams: [leased]": (
        "1: suites[0]: 'matlib/mixed' is neither a bundled suite nor a task file: "
        "did you mean 'mathlib/mixed'?"
    ),
    "suites:\n- mathlib/*\n- mathlib/mixed\nteams: [leased]": (
        "3: suites[1]: 'mathlib/mixed' is already on line 2: take one out"
    ),
    "suites: [nothing.yaml]\nteams: [leased]": "1: suites[0]: there is no task file",
    "suites: [mathlib/mixed]\nteams: [leesed]": (
        "2: teams[0]: there is no preset 'leesed': did you mean 'leased'?"
    ),
    "suites: [mathlib/mixed]\nteams: [leased:x]": (
        "2: teams[0]: 'leased:x' has no size after the ':': write one such as 'leased:3'"
    ),
    "suites: [mathlib/mixed]\nteams: [3]": (
        "2: teams[0]: 3 is no team: write a preset, 'PRESET:N', a team file, or a mapping"
    ),
    "suites: [mathlib/mixed]\nteams:\n- leased:4\n- leased": (
        "4: teams[1]: 'leased:4' is already the team on line 3: "
        "take one out, or give it a 'name' of its own"
    ),
    "suites: [mathlib/mixed]\nteams:\n- leased:4\n- leased:1-4": (
        "4: teams[1]: 'leased:1-4' cannot be told in tables from the one on line 3: "
        "take one out, or give it a 'name' of its own"
    ),
    "suites: [mathlib/mixed]\nteams:\n- {preset: leased, sise: 3}": (
        "3: teams[0].sise: there is no key 'sise' here: did you mean 'size'?"
    ),
    "suites: [mathlib/mixed]\nteams:\n- preset: single\n  sizes: [2]": (
        "4: teams[0].sizes: [2] are the sizes of a team that has its own: leave 'sizes' out"
    ),
    "suites: [mathlib/mixed]\nteams: [voting]\nsizes: [2]": "2: teams[0]: the team 'voting' of 2: ",
    HEAD + "sizes: [0]": "3: sizes[0]: 0 is too small: 1 is the least",
    HEAD + "models: [simm]": "3: models[0]: there is no model 'simm'",
    HEAD + "models: ['sim:typicl']": (
        "3: models[0]: there is no simulated model 'typicl': did you mean 'typical'?"
    ),
    HEAD + "models: ['recorded:latest']": (
        "3: models[0]: 'recorded:latest' says again what an earlier run heard"
    ),
    HEAD + "models:\n- sim\n- sim:typical": (
        "5: models[1]: 'sim:typical' is already on line 4: take one out"
    ),
    HEAD + "models: [{model: sim, concurrency: 0}]": (
        "3: models[0].concurrency: 0 is too small: 1 is the least"
    ),
    HEAD + "faults: [none]": "3: faults: a list is not a mapping: write 'key: value' here",
    HEAD + "faults:\n  a: {random: {crash: 2}}": (
        "4: faults.a.random.crash: there is no key 'crash' here: did you mean 'crashes'?"
    ),
    HEAD + "faults:\n  a: nothing.yaml": "4: faults.a: there is no fault file",
    HEAD + "faults:\n  a:\n    agents: [{kind: stall, agent: agent-9, at: 1, seconds: 2}]": (
        "4: faults.a: in the team 'leased:4': a fault of kind 'stall' at 1 s hits 'agent-9', "
        "who is not in the team of agent-1, agent-2, agent-3, agent-4"
    ),
    HEAD + "repetitions: 0": "3: repetitions: 0 is too small: 1 is the least",
    HEAD + "checks: some": (
        "3: checks: there is no kind of checks 'some': There are real, modelled"
    ),
    HEAD + "budget: {usd: -1}": "3: budget.usd: -1 is too small: it must be more than 0",
    HEAD + "name: a/b": "3: name: 'a/b' names a folder: use letters, digits, '-' and '_'",
    HEAD + "baseline: {preset: single, name: leased, size: 2}": "3: baseline: the preset 'single'",
    HEAD + "baseline: {preset: preassigned, name: leased}": (
        "3: baseline: another team is called 'leased:4': give this one a 'name'"
    ),
    HEAD + "repetition: 3": (
        "3: repetition: there is no key 'repetition' here: did you mean 'repetitions'?"
    ),
}


@pytest.mark.parametrize("text", list(WRONG), ids=range(len(WRONG)))
def test_a_wrong_file_is_told_line_key_value_and_what_to_do(text: str, tmp_path: Path) -> None:
    """Each problem at its line."""
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, text)

    assert str(refusal.value).startswith(f"{tmp_path / 'experiment.yaml'}:{WRONG[text]}")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One reading of the file finds them all."""
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, "suites: [a/b]\nteams: [x]\nmodels: [y]\nfaults: {z: 3}")

    lines = str(refusal.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3", "4"]
