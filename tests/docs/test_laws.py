"""The page of laws: its example runs and says what the page says."""

from collections.abc import Callable

import pytest
from tests.docs.conftest import Page


def test_the_example_runs(
    read_page: Callable[[str], Page], capsys: pytest.CaptureFixture[str]
) -> None:
    """A makespan within its bounds, four laws in words, and a prediction."""
    block = read_page("laws.md").text.split("```python\n")[1].split("```")[0]

    exec(block, {})  # noqa: S102 - the page is ours

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("11 s is within Brent's bounds")
    assert " fits best: " in lines[1]
    assert lines[-1].startswith("Prediction(size=8.0, value=")
