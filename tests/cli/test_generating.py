"""`brooks generate`: a made-up project that the other commands take as any other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def test_the_project_is_sound_and_has_the_shape_that_was_asked_for(
    brooks: Callable[..., Any], tmp_path: Path
) -> None:
    """Thirty tasks of which nine are on the longest chain: p = 0.7."""
    folder = tmp_path / "made"

    made = brooks("generate", str(folder), "--tasks", "30", "-p", "0.7", "--seed", "3", "--json")
    sound = brooks("validate", str(folder / "tasks.yaml"), "--json")

    assert made.code == 0
    assert json.loads(made.out)["longest_chain"] == 9
    assert sound.code == 0


def test_a_folder_in_use_is_left_alone(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """Nothing is written over."""
    (tmp_path / "mine.txt").write_text("mine")

    said = brooks("generate", str(tmp_path))

    assert said.code == 2
    assert "new or empty" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
