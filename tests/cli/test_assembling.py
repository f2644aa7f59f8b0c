"""What a run is made of before it starts: what follows from several things that the user said apart."""

from pathlib import Path

import pytest

from brooks.cli.assembling import Wanted, prepare

MODELS = """\
models:
  - {model: sim:typical, max_output_tokens: 20000}
  - {model: sim:quick, max_output_tokens: 3000}
"""


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("team: {size: 2}", 8192),
        (f"{MODELS}team: {{size: 2}}", 20000),
        (f"{MODELS}team: {{members: [{{}}, {{model: sim:quick}}]}}", 3000),
        (f"{MODELS}team: {{members: [{{}}, {{model: sim:careless}}]}}", 8192),
    ],
)
def test_a_batch_is_planned_for_the_member_with_the_shortest_replies(
    tmp_path: Path, text: str, room: int
) -> None:
    """Who takes a batch is not known beforehand; a model that nothing is said of has the usual length."""
    path = tmp_path / "tasks.yaml"
    path.write_text(f"tasks: [{{id: a}}]\nmodel: sim:typical\n{text}\n")

    prepared = prepare(Wanted(tasks=str(path), checks="modelled", runs=tmp_path / "runs"))

    assert prepared.spec.team.reply_tokens == room


def test_nobody_asks_for_a_team_and_gets_a_hybrid_one(tmp_path: Path) -> None:
    """Four agents that take as much as one reply can carry."""
    path = tmp_path / "tasks.yaml"
    path.write_text("tasks: [{id: a}]\nmodel: sim:typical\n")

    team = prepare(Wanted(tasks=str(path), checks="modelled", runs=tmp_path / "runs")).spec.team

    assert (team.preset, len(team.members), team.batch) == ("hybrid", 4, 0)
