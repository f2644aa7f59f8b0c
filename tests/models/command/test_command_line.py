"""What stands behind `command:`, how it is run, and what it sees."""

import shutil
import sys
from pathlib import Path

import pytest

from brooks.errors import UsageError
from brooks.models.command import (
    Command,
    CommandModel,
    UsageFormat,
    installed,
    known_agents,
    parse_command,
)
from brooks.models.command.command import environment, located, recognise_usage


@pytest.mark.parametrize("known", known_agents(), ids=lambda known: str(known.name))
def test_every_known_agent_can_be_named(known: object) -> None:
    """Its name stands for its program, its options, what it sees and how it is read."""
    agent = next(each for each in known_agents() if each is known)

    command = parse_command(agent.name)

    assert command.preset == agent.name
    assert command.argv == (agent.program, *agent.options)
    assert command.usage is agent.usage is recognise_usage(command.argv)
    assert set(agent.variables) <= set(command.variables)
    assert command.wants_git


def test_a_command_line_is_split_as_a_shell_would_and_not_given_to_one() -> None:
    """Nothing is expanded, and nothing else is run."""
    command = parse_command("agent --say 'two words' $HOME; rm x")

    assert command == Command(argv=("agent", "--say", "two words", "$HOME;", "rm", "x"))


@pytest.mark.parametrize("name", ["", "  ", "''", "agent 'open"])
def test_a_command_that_is_none_is_refused(name: str) -> None:
    """With what is to be done about it."""
    with pytest.raises(UsageError, match=r"write a command line|close its quotes"):
        parse_command(name)


@pytest.mark.parametrize(
    ("line", "usage"),
    [
        ("claude -p --output-format json --model opus", UsageFormat.CLAUDE),
        ("/opt/claude --print --verbose --output-format=stream-json", UsageFormat.CLAUDE),
        ("claude -p", UsageFormat.PLAIN),
        ("claude --output-format json", UsageFormat.PLAIN),
        ("codex exec --json -m gpt-5 -", UsageFormat.CODEX),
        ("codex exec -", UsageFormat.PLAIN),
        ("gemini -o json -y", UsageFormat.GEMINI),
        ("gemini --output-format stream-json", UsageFormat.PLAIN),
        ("gemini --output-format", UsageFormat.PLAIN),
        ("opencode run --format json", UsageFormat.OPENCODE),
        ("cursor-agent -p --output-format json", UsageFormat.RESULT),
        ("my-agent -p --output-format json", UsageFormat.PLAIN),
    ],
)
def test_the_output_is_recognised_by_program_and_flags(line: str, usage: UsageFormat) -> None:
    """So that a command line that was written out is measured as well as a known name."""
    command = parse_command(line)

    assert command.usage is usage
    assert command.preset is None


def test_a_known_program_gets_its_variables_however_it_is_written() -> None:
    """And one that is not known gets those that every program gets."""
    written_out = parse_command("/opt/claude -p --model opus")

    assert "ANTHROPIC_API_KEY" in written_out.variables
    assert parse_command("my-claude").variables == ()


def test_an_agent_sees_what_it_is_given_by_name_and_nothing_else() -> None:
    """A codex has no business with an Anthropic key, unless the user says so."""
    environ = {
        "PATH": "/bin",
        "HOME": "/where/i/live",
        "LC_ALL": "C",
        "OPENAI_API_KEY": "sk-1",
        "ANTHROPIC_API_KEY": "sk-2",
        "MY_TOKEN": "sk-3",
        "GEMINI_CLI_TRUST_WORKSPACE": "no",
    }

    seen = environment(parse_command("codex"), environ, passed=["MY_TOKEN"])

    assert sorted(seen) == ["HOME", "LC_ALL", "MY_TOKEN", "OPENAI_API_KEY", "PATH"]
    trusting = environment(parse_command("gemini"), environ, passed=[])
    assert trusting["GEMINI_CLI_TRUST_WORKSPACE"] == "true"


def test_a_program_that_is_not_there_is_said_before_anything_runs(tmp_path: Path) -> None:
    """The user is told how to come by it."""
    with pytest.raises(UsageError, match=r"no program 'codex' on the path: install it \(npm"):
        CommandModel(
            parse_command("codex"),
            environ={"PATH": str(tmp_path)},
            copies=tmp_path / "copies",
            redactor=str,
            seconds=1.0,
            passed=(),
        )

    assert not list(tmp_path.iterdir())


def test_relative_names_are_those_of_the_folder_the_user_is_in(tmp_path: Path) -> None:
    """The agent works elsewhere, so a program, and a script for an interpreter, are found before."""
    (tmp_path / "agent.py").touch()
    (tmp_path / "agent").touch(mode=0o755)
    path = str(Path(sys.executable).parent)

    program = located(parse_command("./agent agent.py"), path=path, folder=tmp_path)
    script = located(parse_command("python3 agent.py agent.py"), path=path, folder=tmp_path)

    assert program == (str(tmp_path / "agent"), "agent.py")
    assert script == (shutil.which("python3", path=path), str(tmp_path / "agent.py"), "agent.py")


def test_installed_agents_are_found_on_the_path(tmp_path: Path) -> None:
    """For a look at what this machine has."""
    (tmp_path / "aider").touch(mode=0o755)

    found = {agent.name: installed(agent, path=str(tmp_path)) for agent in known_agents()}

    assert found.pop("aider") == str(tmp_path / "aider")
    assert not any(found.values())
