"""The page and the schema of the task file say what the program does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from brooks.core.message import Message
from brooks.core.spec import Budget, Price, Team
from brooks.core.team_rules import Failing, Messaging, Redundancy, Stragglers, Topology
from brooks.spec.building import TeamOptions
from brooks.spec.load import load_tasks
from brooks.spec.model_sections import ModelSection, PriceSection
from brooks.spec.presets import DEFAULT, PRESETS
from brooks.spec.rule_sections import (
    ElasticSection,
    FailureSection,
    MessagingSection,
    RedundancySection,
    StragglersSection,
)
from brooks.spec.schema import json_schema, schema_text
from brooks.spec.section import Section
from brooks.spec.sections import (
    BudgetSection,
    FaultSection,
    FaultsSection,
    FileSection,
    MessageFaultsSection,
    TaskSection,
)
from brooks.spec.tasks import IGNORED_OF_TASK
from brooks.spec.team_sections import MemberSection, TeamSection
from brooks.spec.teams import build_team

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "task-file.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_of_the_page_is_read(tmp_path: Path) -> None:
    """A user copies the example, and makes the files that it names."""
    example = EXAMPLES[0]
    path = tmp_path / "tasks.yaml"
    path.write_text(example)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_get_records.py").touch()
    solution = tmp_path / "solutions" / "remove_invalid"
    solution.mkdir(parents=True)
    (solution / "remove_invalid.py").write_text("def remove_invalid(): ...\n")

    read = load_tasks(path)

    assert [task.id for task in read.tasks] == ["get_records", "remove_invalid"]
    assert [file.path for task in read.tasks for file in task.solution] == [
        "NOTES.md",
        "get_records.py",
        "remove_invalid.py",
    ]
    assert read.notes == (
        (
            "the check file 'tests/test_remove_invalid.py' is not there yet: "
            "task 'remove_invalid' writes it"
        ),
    )
    assert len(build_team(section=read.team).members) == 3
    assert len(read.faults.faults) == 2


def test_the_example_with_models_and_a_budget_is_read(tmp_path: Path) -> None:
    """A user copies the second example."""
    path = tmp_path / "real.yaml"
    path.write_text(EXAMPLES[1])

    read = load_tasks(path)

    assert len(EXAMPLES) == 2
    assert [settings.model for settings in read.models] == [
        "anthropic:claude-sonnet-4-6",
        "openai:house-model",
    ]
    assert (read.models[0].model, read.models[0].fallback) == (read.model, read.models[1].model)
    assert read.models[1].price == Price(input=0.2, output=0.8)
    assert read.budget == Budget(seconds=1800.0, turns=100, tokens=2_000_000, dollars=5.0)
    assert read.prompts == tmp_path / "prompts"
    assert build_team(section=read.team).found_tasks == 5


@pytest.mark.parametrize(
    "section",
    [
        FileSection,
        TaskSection,
        TeamSection,
        MemberSection,
        ElasticSection,
        RedundancySection,
        StragglersSection,
        FailureSection,
        MessagingSection,
        ModelSection,
        PriceSection,
        BudgetSection,
        FaultsSection,
        FaultSection,
        MessageFaultsSection,
    ],
)
def test_every_key_is_on_the_page(section: type[Section]) -> None:
    """A key that works and that nobody can find does not exist."""
    absent = [key for key in section.model_fields if f"`{key}`" not in PAGE]

    assert absent == []


@pytest.mark.parametrize("name", [*PRESETS, *IGNORED_OF_TASK])
def test_every_name_is_on_the_page(name: str) -> None:
    """The page lists the presets and the keys that are ignored."""
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    "setting",
    TeamOptions.__annotations__,
)
def test_the_defaults_on_the_page_are_those_of_the_program(setting: str) -> None:
    """The table says what a team does when nothing is said."""
    default = getattr(Team(preset=DEFAULT, members=()), setting)
    (row,) = re.findall(rf"^\| `{setting}` \|.*\| (\S+) \|$", PAGE, re.MULTILINE)

    assert float(row) == default


@pytest.mark.parametrize(
    ("message", "setting"),
    [
        (message, setting)
        for message in (Redundancy, Stragglers, Failing, Messaging)
        for setting in message.__struct_fields__
        if setting != "weights"
    ],
)
def test_the_defaults_of_rules_on_the_page_are_those_of_the_program(
    message: type[Message], setting: str
) -> None:
    """The tables say what holds in a preset that says nothing; weights are said of members."""
    rows = re.findall(rf"^\| `{setting}` \|.* \| (.*) \|$", PAGE, re.MULTILINE)

    assert in_words(setting, getattr(message(), setting)) in rows


def in_words(setting: str, default: object) -> str:
    """A default as the tables of rules show it."""
    match default:
        case None | "":
            return {"escalate_to": "none", "budget": "no limit"}.get(setting, "0")
        case bool():
            return str(default).lower()
        case float():
            return f"{default:g}"
        case _:
            return str(default)


@pytest.mark.parametrize(
    "setting",
    ["patience_minutes", "timeout_seconds", "max_output_tokens", "backoff_seconds", "stream"],
)
def test_the_defaults_of_models_on_the_page_are_those_of_the_program(setting: str) -> None:
    """The table says how a model is used about which nothing is said."""
    default = ModelSection.model_fields[setting].default
    (row,) = re.findall(rf"^\| `{setting}` \|.*\| (\S+) \|$", PAGE, re.MULTILINE)

    assert json.loads(row) == default


def test_the_schema_in_the_docs_is_current() -> None:
    """If this fails: `python -m brooks.spec.schema > docs/task-file.schema.json`."""
    assert (DOCS / "task-file.schema.json").read_text() == schema_text()


def test_the_schema_describes_every_key() -> None:
    """An editor shows a sentence for each key while one types."""
    schema: Any = json_schema()

    silent = [
        f"{definition['title']}.{key}"
        for definition in (schema, *schema["$defs"].values())
        for key, described in definition["properties"].items()
        if "description" not in described
    ]

    assert silent == []


def test_the_schema_takes_messages_as_a_name_and_as_a_mapping() -> None:
    """An editor offers the topologies, and does not mark a mapping as wrong."""
    definitions: Any = json_schema()["$defs"]

    assert definitions["TeamSection"]["properties"]["messages"]["anyOf"] == [
        {"type": "string", "enum": [topology.value for topology in Topology]},
        {"$ref": "#/$defs/MessagingSection"},
        {"type": "null"},
    ]
