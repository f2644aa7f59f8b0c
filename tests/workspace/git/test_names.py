"""Names of branches: plain ones stay, hostile ones are made safe, and no two are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from brooks.workspace.git.names import one_line, plain, run_branch, task_branches


@pytest.mark.parametrize("name", ["task-1", "20260101-120000-ab12", "a.b_c", "x"])
def test_a_plain_id_stays_as_it_is(name: str) -> None:
    """People look for their tasks by name."""
    assert plain(name) == name


@pytest.mark.parametrize(
    "name",
    ["", "-x", "a/b", "..", "a..b", "x.lock", "A", "a b", "ü", "@{", "a.", "x" * 300, "\ud800"],
)
def test_an_id_that_a_branch_cannot_have_is_made_safe(name: str) -> None:
    """With a hash, so that it is not taken for another."""
    safe = plain(name)

    assert safe != name
    assert plain(safe) != safe
    assert len(safe) < 80


@given(one=some.text(), other=some.text())
def test_two_ids_never_have_the_same_name(one: str, other: str) -> None:
    """Also where only the case differs, which some file systems do not see."""
    assert (plain(one).lower() == plain(other).lower()) is (one == other)


def test_a_run_and_its_tasks_can_stand_beside_each_other() -> None:
    """A branch cannot be in a folder that is a branch."""
    assert not task_branches("r").startswith(f"{run_branch('r')}/")


def test_any_text_fits_on_one_line() -> None:
    """A title with line breaks would be more than a subject."""
    assert one_line("a\n\nBrooks-Run: x\x00\u2028y ") == "a Brooks-Run: x y"
    assert one_line("\ud800") == "?"
    assert one_line("x" * 300) == "x" * 199 + "…"
