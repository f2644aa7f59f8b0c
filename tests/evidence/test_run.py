"""The runner as it is used: it measures the claims asked for, judges them, keeps what it found."""

import errno
import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from run import main

THREE_CLAIMS = """
claims:
  - id: quick
    issue: 1
    says: "It is quick."
    command: ["{python}", -c, "print('{\\"measured\\": 0.2, \\"detail\\": {\\"runs\\": 3}}')"]
    bound: "<= 0.25"
    unit: seconds
    tier: ci
    minutes: 0.1
  - id: none-lost
    issue: 2
    says: "Nothing is lost."
    command: "echo some progress >&2; echo '{\\"measured\\": 3}'"
    bound: "== 0"
    unit: tasks
    tier: ci
    minutes: 1
  - id: sound
    issue: 2
    says: "It is sound."
    command: "echo '{\\"measured\\": true}'"
    bound: holds
    tier: full
    minutes: 5
"""


@pytest.fixture
def claims_path(tmp_path: Path) -> Path:
    path = tmp_path / "evidence" / "claims.yaml"
    path.parent.mkdir()
    path.write_text(THREE_CLAIMS)
    return path


def run(claims_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--claims", str(claims_path)])


def results(claims_path: Path) -> dict[str, dict[str, object]]:
    kept: dict[str, dict[str, object]] = json.loads(
        claims_path.with_name("results.json").read_text()
    )
    return kept


def command_claim(command: str) -> str:
    return json.dumps(
        {
            "claims": [
                {
                    "id": "only",
                    "issue": 1,
                    "says": "It works.",
                    "command": command,
                    "bound": "holds",
                    "tier": "ci",
                    "minutes": 1,
                }
            ]
        }
    )


def test_one_claim_that_holds_is_shown_with_its_bound_and_measurement(claims_path: Path) -> None:
    """Someone doubts one number and measures it again."""
    result = run(claims_path, "quick")

    assert result.exit_code == 0
    assert result.stdout.startswith("quick: holds\n")
    assert "It is quick." in result.stdout
    assert "bound     <= 0.25 seconds" in result.stdout
    assert "measured  0.2 seconds" in result.stdout
    assert result.stdout.endswith("1 of 1 claims hold\n")


def test_one_claim_that_does_not_hold_fails_the_whole(claims_path: Path) -> None:
    """Two of three claims hold: the third is still a broken promise."""
    result = run(claims_path, "--all")

    assert result.exit_code == 1
    assert "none-lost: DOES NOT HOLD" in result.stdout
    assert result.stdout.endswith("2 of 3 claims hold\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--tier", "ci"], ["quick", "none-lost"]),
        (["--issue", "2"], ["none-lost", "sound"]),
        (["sound", "quick"], ["quick", "sound"]),
        (["--all"], ["quick", "none-lost", "sound"]),
    ],
    ids=["tier", "issue", "ids", "all"],
)
def test_claims_are_chosen_by_id_tier_or_issue(
    claims_path: Path, arguments: list[str], expected: list[str]
) -> None:
    """Whatever the choice, they are measured in the order of the file."""
    result = run(claims_path, *arguments, "--json")

    assert [entry["id"] for entry in json.loads(result.stdout)] == expected


def test_progress_goes_to_stderr_and_json_to_stdout(claims_path: Path) -> None:
    """A program reads the result while a person watches."""
    result = run(claims_path, "none-lost", "--json")

    (entry,) = json.loads(result.stdout)
    assert (entry["measured"], entry["holds"]) == (3, False)
    assert "[1/1] none-lost" in result.stderr
    assert "some progress" in result.stderr


def test_results_are_merged_and_the_table_is_drawn_from_them(claims_path: Path) -> None:
    """Two claims are measured on two days: the table shows both."""
    run(claims_path, "quick", "--write")
    run(claims_path, "none-lost", "--write")

    kept = results(claims_path)
    table = claims_path.with_name("RESULTS.md").read_text()
    assert list(kept) == ["quick", "none-lost"]
    assert kept["quick"]["detail"] == {"runs": 3}
    assert {"measured", "holds", "commit", "date", "machine", "seconds"} <= set(kept["quick"])
    assert "| `quick` | 1 | It is quick. | <= 0.25 | 0.2 seconds | yes |" in table
    assert "| `none-lost` | 2 | Nothing is lost. | == 0 | 3 tasks | **no** |" in table


def test_a_claim_that_is_withdrawn_leaves_the_results(claims_path: Path) -> None:
    """A claim is taken out of the file, and the next writing forgets what it measured."""
    run(claims_path, "--all", "--write")
    claims_path.write_text(THREE_CLAIMS.partition("  - id: sound")[0])

    run(claims_path, "quick", "--write")

    assert list(results(claims_path)) == ["quick", "none-lost"]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("echo first >&2; echo the disk is full >&2; exit 3", "exit code 3: the disk is full"),
        ("echo '{\"measured\": true}'; exit 1", "exit code 1"),
        ("echo all is well", "its last line is not {'measured': …} in JSON but 'all is well'"),
        ("true", "its last line is not {'measured': …} in JSON but ''"),
        ("echo '{\"measured\": [1]}'", "its last line is not {'measured': …} in JSON"),
    ],
    ids=["crash", "answer and crash", "no JSON", "silence", "wrong kind"],
)
def test_a_command_that_fails_does_not_hold_and_says_why(
    claims_path: Path, command: str, reason: str
) -> None:
    """A measurement that could not be made is no evidence for the claim."""
    claims_path.write_text(command_claim(command))

    result = run(claims_path, "only")

    assert result.exit_code == 1
    assert "only: DOES NOT HOLD" in result.stdout
    assert f"measured  nothing ({reason}" in result.stdout


def test_a_command_that_takes_too_long_is_stopped_with_all_it_started(
    claims_path: Path, tmp_path: Path
) -> None:
    """The command waits for a child that reads a pipe; afterwards nobody reads it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    claims_path.write_text(command_claim(f"cat {pipe} & wait"))

    result = run(claims_path, "only", "--timeout", "0.1")

    assert result.exit_code == 1
    assert "measured  nothing (no answer within 0.1 s)" in result.stdout
    with pytest.raises(OSError, match=os.strerror(errno.ENXIO)):
        os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)


def test_commands_run_in_the_projects_root_with_this_interpreter(
    claims_path: Path, tmp_path: Path
) -> None:
    """A claim's command names files from the root, wherever the runner is started."""
    program = "import json, os, sys; print(json.dumps({'measured': sys.executable + os.getcwd()}))"
    claims_path.write_text(command_claim(f'{{python}} -c "{program}"'))

    result = run(claims_path, "only", "--json")

    assert json.loads(result.stdout)[0]["measured"] == sys.executable + str(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say which claims to measure"),
        (["quick", "--all"], "say which claims to measure"),
        (["quik"], "there is no claim 'quik'; there are: quick, none-lost, sound"),
        (["--issue", "9"], "no claim has issue 9"),
    ],
)
def test_a_choice_that_means_nothing_is_wrong_use(
    claims_path: Path, arguments: list[str], message: str
) -> None:
    """Exit code 2, with what there is to choose from."""
    result = run(claims_path, *arguments)

    assert result.exit_code == 2
    assert message in result.stderr
