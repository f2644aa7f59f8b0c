"""README's commands: found, run by CI as they stand there, and their outcome read."""

from pathlib import Path

import pytest

from measure.from_nothing import readme_commands, verified_tasks

ROOT = Path(__file__).resolve().parents[2]


def test_the_commands_are_the_first_two_sh_blocks() -> None:
    """A README with other blocks before and after."""
    blocks = ("yaml\na: 1", "sh\nfirst && second", "sh\nthird", "sh\nno")
    readme = "text\n".join(f"```{block}\n```\n" for block in blocks)

    assert readme_commands(readme) == ("first && second", "third")


def test_a_readme_without_commands_is_a_failure() -> None:
    """Measuring nothing must not look like being quick."""
    with pytest.raises(SystemExit, match="has 1 ```sh blocks"):
        readme_commands("```sh\nonly\n```\n")


def test_a_run_counts_only_when_every_task_is_verified() -> None:
    """The last count of the run's output is what it came to."""
    assert verified_tasks("19/20 verified\nmathlib: 20/20 verified in 61 s") == "20/20"


@pytest.mark.parametrize("output", ["", "done", "20/20 verified, then 19/20 verified"])
def test_a_run_that_is_not_verified_is_a_failure(output: str) -> None:
    """A run that loses a task may be quicker, and is worth nothing."""
    with pytest.raises(SystemExit, match="does not say that all its tasks are verified"):
        verified_tasks(output)


def test_ci_runs_readmes_commands_as_they_stand_there() -> None:
    """What a newcomer types first is what CI has tried, to the letter."""
    commands = readme_commands((ROOT / "README.md").read_text("utf-8"))

    script = (ROOT / ".ci" / "run").read_text("utf-8")

    assert [command for command in commands if command not in script] == []
