"""Coding agents on the command line: they see what they are given by name, and tell nobody."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.secrets.kit import CANARIES, DOTENV, ENVIRONMENT, all_files, forms, leaks

from brooks.cli.entry import command_line

TASKS = "project: keys\ntasks:\n  - {id: one, files: [one.txt], check: test -f one.txt}\n"
OWN = "anthropic-canary-91b7f0aa"
ALL = (*CANARIES, OWN)
AGENT = """\
#!/bin/sh
env > {seen}/environment
cat /proc/[0-9]*/cmdline > {seen}/processes
cat > {seen}/prompt
cat {told}
cat {told} >&2
cat {told} > one.txt
exit {code}
"""


def call(folder: Path, model: str, code: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a project with an agent that prints and writes every key; what was said."""
    for name in ("seen", "bin", "here"):
        (folder / name).mkdir()
    (folder / "told").write_text("\n".join(form for key in ALL for form in forms(key)))
    program = folder / "bin" / "claude"
    program.write_text(AGENT.format(seen=folder / "seen", told=folder / "told", code=code))
    program.chmod(0o755)
    (folder / "here" / "tasks.yaml").write_text(TASKS)
    (folder / "here" / ".env").write_text(DOTENV)
    monkeypatch.chdir(folder / "here")
    said = CliRunner().invoke(
        command_line,
        ["run", "tasks.yaml", "-t", "single", "-m", model, "--run-id", "it"],
        env={
            **ENVIRONMENT,
            "ANTHROPIC_API_KEY": OWN,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        },
    )
    assert said.exit_code == 0, said.output
    return said.output


@pytest.mark.slow
@pytest.mark.parametrize("code", [0, 1])
def test_an_agent_gets_its_own_key_and_no_other(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Claude Code gets Anthropic's; what it prints and writes is kept without any."""
    said = call(tmp_path, "command:claude", code, monkeypatch)

    seen = all_files(tmp_path / "seen")
    assert leaks(seen["environment"], ALL) == [OWN]
    assert leaks(seen["processes"], ALL) == leaks(seen["prompt"], ALL) == []
    assert leaks(said, ALL) == []
    for name, data in all_files(tmp_path / "here").items():
        assert name == ".env" or leaks(data, ALL) == [], name
    assert "[redacted:ANTHROPIC_API_KEY]" in (tmp_path / "here" / "one.txt").read_text()


@pytest.mark.slow
def test_an_unknown_command_gets_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody said which it may have."""
    program = tmp_path / "bin" / "agent"
    said = call(tmp_path, f"command:sh {program.with_name('claude')}", 0, monkeypatch)

    seen = all_files(tmp_path / "seen")
    assert leaks(seen["environment"], ALL) == []
    assert leaks(seen["processes"], ALL) == []
    assert leaks(said, ALL) == []
