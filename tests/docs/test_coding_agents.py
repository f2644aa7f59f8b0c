"""The page of coding agents: its commands run with stand-ins, its tables are the program's."""

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.docs.conftest import Page, run_line, ticked

from agents.developer import write_program
from brooks.models.command import UsageFormat, known_agents
from brooks.models.command.agents import NETWORK
from brooks.models.command.changes import MOST_BYTES, MOST_CHANGES, MOST_FILE_BYTES
from brooks.models.command.command import ALWAYS_PASSED, parse_command
from brooks.spec.load import load_tasks
from brooks.spec.teams import build_team

COUNTS = {
    UsageFormat.CLAUDE: "both",
    UsageFormat.OPENCODE: "both",
    UsageFormat.CODEX: "tokens",
    UsageFormat.GEMINI: "tokens",
    UsageFormat.PLAIN: "unknown",
    UsageFormat.RESULT: "unknown",
}


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("coding-agents.md")


def write_stand_in(folder: Path, name: str, form: str, *, until: Path | None = None) -> None:
    """A program that writes SUMMARY.md and prints what the real one would; it fails until a file is there."""
    speaking = write_program(folder / "speaking", name, "--as", form)
    wait = "" if until is None else f"test -e {shlex.quote(str(until))} || exit 7\n"
    program = folder / name
    program.write_text(f'#!/bin/sh\n{wait}echo short > SUMMARY.md\nexec {speaking} "$@"\n')
    program.chmod(0o755)


@pytest.mark.slow
def test_every_command_of_the_page_runs(
    page: Page, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, with programs of the agents' names; what was wrong is mended before `requeue`."""
    programs, mended = in_folder / "programs", in_folder / "mended"
    for name in ("claude", "codex"):
        write_stand_in(programs, name, name)
    write_stand_in(programs, "gemini", "gemini", until=mended)
    write_stand_in(in_folder, "my-agent", "plain")
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    (in_folder / "project").mkdir()
    (in_folder / "tasks.yaml").write_text(
        "workspace: project\ntasks: [{id: summary, description: Write SUMMARY.md.}]\n"
    )

    said = {}
    for command in page.commands():
        if command.text.startswith("brooks requeue"):
            mended.touch()
        (in_folder / "project" / "SUMMARY.md").unlink(missing_ok=True)
        said[command.text] = run_line(command)
        if command.text.startswith(("brooks run", "brooks resume")) and not command.code:
            assert (in_folder / "project" / "SUMMARY.md").read_text() == "short\n"

    assert len(said) == 9
    (doctor,) = (text for line, text in said.items() if line.startswith("brooks doctor"))
    assert "command:claude, command:codex, command:gemini" in doctor
    assert "ended with exit code 7" in said["brooks show failed --events"]
    assert "copies/turn-1.0.out" in said["brooks show failed --events"]


def test_the_example_is_read(page: Page, tmp_path: Path) -> None:
    """A user copies it."""
    ((name, text),) = page.files().items()
    (tmp_path / name).write_text(text)

    read = load_tasks(tmp_path / name)

    assert (read.models[0].timeout_seconds, read.models[0].concurrency) == (1200, 2)
    assert build_team(section=read.team).turn_seconds == 3600


def test_the_table_of_agents_is_the_programs(page: Page) -> None:
    """Names, whole command lines, and whether tokens and cost are read."""
    rows = [(ticked(row[0])[0], ticked(row[1])[0], row[3]) for row in page.rows("name")]

    assert rows == [
        (agent.name, shlex.join((agent.program, *agent.options)), COUNTS[agent.usage])
        for agent in known_agents()
    ]


def test_what_agents_may_do_is_what_their_options_say(page: Page) -> None:
    """Those with an editing mode edit, Codex has a sandbox, and of the others nothing is promised."""
    edits = {"acceptEdits", "auto_edit", "auto-edit", "--no-suggest-shell-commands"}

    for agent, row in zip(known_agents(), page.rows("name"), strict=True):
        if edits & {*agent.options}:
            assert row[2] == "edit files"
        elif "--sandbox" in agent.options:
            assert row[2] == "edit files and run commands, in Codex's own sandbox"
        else:
            assert row[2] == "everything"


def test_the_table_of_variables_is_the_programs(page: Page) -> None:
    """Every variable that reaches an agent is on the page, and no other."""
    table = {row[0].strip("`"): row[1] for row in page.rows("name | also gets")}
    keys = ticked(table["the keys"])

    for agent in known_agents():
        cell = table[agent.name]
        listed = [*(keys if "the keys below" in cell else ()), *ticked(cell)]
        settings = [f"{name}={value}" for name, value in agent.settings.items()]
        assert listed == [*agent.variables, *settings]
    assert sorted(ticked(table["all of them"])) == sorted(NETWORK)
    assert page.says(f"gets {', '.join(f'`{name}`' for name in ALWAYS_PASSED)} and `LC_…`")
    assert parse_command("./my-agent --careful").variables == ()


def test_the_numbers_are_the_programs(page: Page) -> None:
    """What is too much for one reply."""
    assert page.says(f"a file over {MOST_FILE_BYTES // 2**20} MiB")
    assert page.says(f"More than {MOST_CHANGES} files or {MOST_BYTES // 2**20} MiB")
