"""The program that draws, kept for the next page."""

from pathlib import Path

import pytest

from brooks.report.page import bundle

WHOLE = "(function () {\ndraws\n})();\n"


def test_the_program_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second page finds it in the cache folder."""
    made = []

    def make() -> str:
        made.append(1)
        return WHOLE

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(bundle, "_made", make)

    assert bundle.drawing_program() == bundle.drawing_program() == WHOLE

    assert made == [1]
    assert [file.name[:5] for file in (tmp_path / "brooks").iterdir()] == ["vega-"]


def test_half_a_program_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was cut off is not believed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(bundle, "_made", lambda: WHOLE)
    bundle.drawing_program()
    (file,) = (tmp_path / "brooks").iterdir()
    file.write_text(WHOLE[:9], encoding="utf-8")

    assert bundle.drawing_program() == WHOLE

    assert file.read_text(encoding="utf-8") == WHOLE


def test_a_cache_that_cannot_be_written_costs_time_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where its folder would be."""
    (tmp_path / "cache").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(bundle, "_made", lambda: WHOLE)

    assert bundle.drawing_program() == WHOLE
