"""What holds for the pages together: links lead somewhere, names in the architecture are the program's."""

import re
from pathlib import Path

import pytest
from tests.docs.conftest import DOCS, ticked

from brooks.core import events
from brooks.core.moves import Move

ROOT = DOCS.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
_LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)")


def anchors(page: Path) -> set[str]:
    """What a link may point to in a page: its headings, as they are written in addresses."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file or folder that is there, and to a heading of it where one is named."""
    for name, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), name
        assert not anchor or anchor in anchors(target), f"{name}#{anchor}"


def test_every_folder_of_the_program_is_in_the_architecture() -> None:
    """Those that hold modules; profiles, templates and bundled projects are parts of theirs."""
    package = ROOT / "src" / "brooks"
    listed = set(re.findall(r"^\| `([\w/]+)/` \|", ARCHITECTURE, re.MULTILINE))
    with_modules = {
        str(folder.parent.relative_to(package)) for folder in package.rglob("__init__.py")
    }

    assert {name for name in listed if not (package / name).is_dir()} == set()
    assert with_modules - listed - {".", "bench/suites", "workspace/sandbox/cold"} == set()


def test_the_events_and_moves_of_the_architecture_are_the_programs() -> None:
    """Each event is one that there is; each move of the table is in the picture or the words below it."""
    table = ARCHITECTURE.split("| events | when |")[1].split("\n\n")[0]
    section = ARCHITECTURE.split("## What there is to happen to a task")[1].split("\n## ")[0]

    unknown = [name for name in ticked(table) if not hasattr(events, name)]
    undrawn = [move.value for move in Move if move.value not in section]

    assert unknown == []
    assert undrawn == []


def test_decisions_are_numbered_without_a_gap() -> None:
    """The number of a file is that of its title."""
    files = sorted((DOCS / "decisions").glob("*.md"))

    for number, file in enumerate(files, start=1):
        assert file.name.startswith(f"{number:04}-")
        assert file.read_text(encoding="utf-8").startswith(f"# {number}. ")
