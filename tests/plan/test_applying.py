"""A team goes into a task file, and nothing else of the file changes."""

from pathlib import Path

import pytest

from brooks.errors import UsageError
from brooks.plan.applying import apply_team, with_team
from brooks.spec.load import load_tasks
from brooks.spec.teams import build_team

TEAM = {"preset": "leased", "size": 3, "consistency": "isolated", "redundancy": {"replicas": 2}}
PLAIN = """\
# What this is about.
project: two files   # short

# The work:
tasks:
  - id: first      # begins
    files: [first.txt]
  - {id: second, depends_on: [first]}
"""


def lines_without_team(text: str) -> list[str]:
    """The lines that are no part of the team."""
    kept, inside = [], False
    for line in text.splitlines():
        inside = line.startswith("team:") or (inside and line.startswith(" "))
        if not inside and line.strip():
            kept.append(line)
    return kept


def test_a_team_is_put_before_the_tasks_and_every_other_line_stays(tmp_path: Path) -> None:
    """A file with comments at the top, behind a value and above the tasks."""
    path = tmp_path / "tasks.yaml"
    path.write_text(PLAIN, encoding="utf-8")

    apply_team(path, TEAM)

    assert lines_without_team(path.read_text()) == lines_without_team(PLAIN)
    team = build_team(section=load_tasks(path).team)
    assert len(team.members) == 3
    assert team.rules.redundancy.replicas == 2
    assert [each.name for each in tmp_path.iterdir()] == ["tasks.yaml"]


def test_an_old_team_is_replaced(tmp_path: Path) -> None:
    """Written over once more, the file has one team, the last."""
    path = tmp_path / "tasks.yaml"
    path.write_text(PLAIN, encoding="utf-8")

    apply_team(path, TEAM)
    apply_team(path, {"preset": "hybrid", "size": 4})

    assert path.read_text().count("team:") == 1
    assert lines_without_team(path.read_text()) == lines_without_team(PLAIN)
    assert len(build_team(section=load_tasks(path).team).members) == 4


def test_models_of_members_are_written_so_that_they_read_the_same() -> None:
    """A model string has a colon, which YAML would take for a key."""
    section = {"preset": "leased", "members": [{"model": "sim:quick"}, {"count": 2}]}

    text = with_team("tasks: [{id: a}]\n", section, path=Path("tasks.yaml"))

    assert '    - {model: "sim:quick"}' in text
    assert text.endswith("tasks: [{id: a}]\n")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{tasks: [{id: a}]}\n", "no mapping"),
        ("- {id: a}\n", "no mapping"),
        ("team:\n  size: 2  # why two\ntasks: [{id: a}]\n", "comment"),
    ],
)
def test_what_cannot_be_done_line_by_line_is_refused(tmp_path: Path, text: str, why: str) -> None:
    """The file stays as it was, and the user is told what to write."""
    path = tmp_path / "tasks.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=why) as refused:
        apply_team(path, TEAM)

    assert "preset: leased" in str(refused.value)
    assert path.read_text() == text


def test_json_is_refused(tmp_path: Path) -> None:
    """A JSON file has no place for a team that could be found by lines."""
    path = tmp_path / "tasks.json"
    path.write_text('{"tasks": [{"id": "a"}]}', encoding="utf-8")

    with pytest.raises(UsageError, match="JSON"):
        apply_team(path, TEAM)
