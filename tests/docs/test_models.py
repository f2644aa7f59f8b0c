"""The page of models: its commands run against a local server, its tables and numbers are the program's."""

import json
import os
import runpy
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.docs.conftest import DOCS, Command, Page, run_line, ticked

from brooks.core.spec import ModelSettings, Team
from brooks.models.command.model import GRACE_SECONDS
from brooks.models.keys import SHORTEST_SECRET
from brooks.models.provider_table import ALIASES, PROVIDERS
from brooks.runtime.advisory.offering import CLAIM, COMPLETE, RUN_CHECK
from brooks.runtime.governor import breaker, concurrency, spacing, window
from brooks.runtime.lead_tools import LEAD_TOOLS
from brooks.runtime.prompting import compacting, project_notes
from brooks.runtime.tools import MAX_SHOWN, TOOLS
from brooks.runtime.worker import MOST_UNUSABLE
from brooks.spec.load import load_tasks
from brooks.spec.presets import DEFAULT
from servers import Server, file_developer, serving

KEY = "sk-your-own-key"
PLACE = "http://127.0.0.1:8000"
SOLVED = """\
tasks:
  - {id: summary, solution: {SUMMARY.md: "It adds.\\n"}}
  - {id: glossary, depends_on: [summary], solution: {GLOSSARY.md: "to add: +\\n"}}
"""


@pytest.fixture(scope="module")
def page(read_page: Callable[[str], Page]) -> Page:
    """The page."""
    return read_page("models.md")


@pytest.fixture
def server(in_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes the page's key, or the one that is sent where none is needed."""
    solved = tmp_path_factory.mktemp("server") / "solved.yaml"
    solved.write_text(SOLVED)
    with serving(file_developer(solved), keys=[KEY, "none"]) as started:
        yield started


@pytest.mark.slow
def test_every_command_of_the_page_runs(
    page: Page, server: Server, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, in a folder with the page's files and a small project."""
    pytest.importorskip("pydantic_ai")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("OLLAMA_BASE_URL", f"{server.url}/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    (in_folder / "project").mkdir()
    (in_folder / "project" / "add.py").write_text("print(1 + 2)\n")
    (in_folder / "tests").mkdir()
    (in_folder / "new").mkdir()
    for name, text in page.files().items():
        (in_folder / name).write_text(text.replace(PLACE, server.url))

    said = {command.text: run_line(command) for command in page.commands()}
    entries, arrived = server.entries(), server.arrived
    users_test = runpy.run_path("tests/test_team.py")["test_the_team_still_finishes_its_tasks"]
    users_test(in_folder / "new")

    assert len(said) > 14
    assert "openai, openai-responses: ready" in said["brooks doctor"]
    assert (in_folder / "again" / "GLOSSARY.md").is_file()
    assert [entry.status for entry in entries if entry.treatment != "answered"] == [401]
    assert {(entry.protocol, entry.streamed) for entry in entries} == {
        ("openai-chat", False),
        ("anthropic-messages", True),
    }
    assert server.arrived == arrived  # what was recorded is free


def _run_of(*words: str, code: int = 0) -> Command:
    return Command(f"brooks {' '.join(words)}", code)


@pytest.mark.slow
def test_the_latest_run_is_the_one_before(server: Server, in_folder: Path) -> None:
    """`recorded:latest` is the last run there was, and not the new one."""
    (in_folder / "solved.yaml").write_text(SOLVED.replace("tasks:", "model: sim:quick\ntasks:"))
    before = in_folder / "before"
    before.mkdir()
    paid = ["run", "solved.yaml", "-t", "single", "--workspace"]

    run_line(_run_of(*paid, "before"))
    for path in before.iterdir():
        path.unlink()
    said = run_line(_run_of(*paid, "before", "-m", "recorded:latest"))

    assert "Done: 2 of 2" in said


@pytest.mark.slow
def test_a_recorded_run_repeats_its_repairs(in_folder: Path) -> None:
    """Turns of several requests are found again too, though what was paid for now costs nothing."""
    common = ["run", "mathlib", "-t", "single", "--checks", "modelled", "--quiet", "--json"]

    paid, free = (
        json.loads(run_line(_run_of(*common, "-m", model, "--run-id", run, code=1)))
        for model, run in (("sim:careless", "paid"), ("recorded:paid", "free"))
    )

    assert paid["requests"] > paid["turns"]
    same = ("requests", "turns", "tasks", "input_tokens", "output_tokens")
    assert [free[key] for key in same] == [paid[key] for key in same]
    assert free["spending"]["dollars"] == 0.0


def test_the_examples_are_read(page: Page, in_folder: Path) -> None:
    """A user copies them beside a folder called `project`."""
    (in_folder / "project").mkdir()
    examples = {name: text for name, text in page.files().items() if name.endswith(".yaml")}
    for name, text in examples.items():
        (in_folder / name).write_text(text)

    read = {name: load_tasks(in_folder / name) for name in examples}

    assert list(read) == ["tasks.yaml", "house.yaml"]
    assert read["house.yaml"].models[0].base_url == f"{PLACE}/v1"


def test_the_table_of_providers_is_the_programs(page: Page) -> None:
    """Names, variables, addresses and extras, in the same order."""
    others = {name: [alias for alias, of in ALIASES.items() if of == name] for name in PROVIDERS}
    wanted = [
        [
            [row.name, *others[row.name]],
            list(row.key_variables),
            list(row.address_variables),
            [row.address],
            [row.extra],
        ]
        for row in PROVIDERS.values()
    ]

    assert [[ticked(cell) for cell in row] for row in page.rows("provider")] == wanted
    assert [row.is_local for row in PROVIDERS.values()][-5:] == [False, True, True, True, True]


def test_the_extras_are_the_projects(page: Page) -> None:
    """What the page says to install can be installed."""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    others = {"data", "inspect", "otel", "ray", "report", "test"}  # for other things than asking
    extras = {*project["project"]["optional-dependencies"]} - others

    assert {row.extra for row in PROVIDERS.values()} < extras
    assert all(page.says(f"'brooks[{extra}]'") for extra in extras)


def test_the_table_of_tools_is_the_programs(page: Page) -> None:
    """What a model is told of each tool."""
    rows = [(ticked(name)[0], about) for name, about in page.rows("tool")]

    assert rows == [(tool.name, tool.description) for tool in TOOLS]


def test_the_tables_of_other_teams_tools_are_the_programs(page: Page) -> None:
    """What a lead has besides, and what agents have whose claims are only words."""
    usual = {tool.name for tool in TOOLS}
    of_lead = [(tool.name, tool.description) for tool in LEAD_TOOLS if tool.name not in usual]
    of_advisory = [(tool.name, tool.description) for tool in (CLAIM, COMPLETE, RUN_CHECK)]

    rows = {
        heading: [(ticked(name)[0], about) for name, about in page.rows(heading)]
        for heading in ("a lead's own", "of advisory teams")
    }

    assert rows == {"a lead's own": of_lead, "of advisory teams": of_advisory}


SETTINGS = ModelSettings(model="openai:any")
TEAM = Team(preset=DEFAULT, members=())


@pytest.mark.parametrize(
    "words",
    [
        f"Of each, {project_notes.MOST_OF_ONE:,} characters are shown",
        f"longer than {MAX_SHOWN:,} characters is cut",
        f"after {MOST_UNUSABLE} useless replies in a row, or {TEAM.requests_per_turn} requests",
        f"`context_tokens` ({TEAM.context_tokens:,} by estimate)",
        f"down to {compacting.STEP_PERCENT} percent",
        f"while running: {concurrency.START} at first",
        f"({window.MARGIN:g} seconds after it was sent)",
        f"min({SETTINGS.most_backoff_seconds:g}, backoff_seconds",
        f"After {breaker.FAILURES} failures in a row",
        f"or {breaker.FAILURES_PER_AGENT} for each agent where that is more",
        f"for {breaker.FIRST_COOL_DOWN:g} seconds and up to a quarter more",
        f"up to {breaker.MOST_COOL_DOWN:g} seconds",
        f"`patience_minutes` ({SETTINGS.patience_seconds / 60:g})",
        f"a reply of {SETTINGS.max_output_tokens:,} tokens",
        f"at least {SHORTEST_SECRET} characters",
    ],
)
def test_the_numbers_are_the_programs(page: Page, words: str) -> None:
    """A number that was changed in the program and not here is wrong."""
    assert page.says(words)


def test_first_requests_are_spread_over_a_second() -> None:
    """Said in words on the page."""
    assert (spacing.STAGGER_SECONDS, window.MINUTE, GRACE_SECONDS) == (1.0, 60.0, 5.0)
