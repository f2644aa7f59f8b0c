"""What an agent may name, and that nothing it may name leaves the workspace."""

import os
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core.paths import (
    COMPONENT_BYTES,
    PATH_BYTES,
    PathIndex,
    PathRefused,
    clean_path,
)

NASTY = st.sampled_from(
    [
        *("..", ".", "~", "/", "//", "\\", ":", "a", "A", "b.py", ".git", ".GIT", ".brooks", "CON"),
        *(
            "\x00",
            "\n",
            "é",
            "e\u0301",
            "\u017f",
            "\u202e",
            "\u200d",
            "\ud800",
            "\uff0e\uff0e",
            "\u2215",
            " ",
            "x" * 90,
        ),
    ]
)
PATHS = st.one_of(st.lists(NASTY, max_size=8).map("".join), st.text(max_size=40))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("main.py", "main.py"),
        ("./src//app/./main.py", "src/app/main.py"),
        ("a file with spaces.txt", "a file with spaces.txt"),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml"),
        ("routes/[id].tsx", "routes/[id].tsx"),
        ("cafe\u0301.md", "caf\u00e9.md"),
        ("...a", "...a"),
        ("console.py", "console.py"),
        (".gitignore", ".gitignore"),
    ],
)
def test_an_ordinary_path_has_one_spelling(raw: str, clean: str) -> None:
    """Different ways to write one path are the same path afterwards."""
    assert clean_path(raw) == clean


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", "empty"),
        (".", "workspace itself"),
        ("/etc/passwd", "absolute"),
        ("../x", "'..'"),
        ("a/../../x", "'..'"),
        ("a/..", "'..'"),
        ("a/", "folder"),
        ("a/.", "folder"),
        ("a\x00b", "control"),
        ("a\nb", "control"),
        ("a\ud800", "Unicode"),
        ("x" * (COMPONENT_BYTES + 1), "longer than 255"),
        ("é" * 128, "longer than 255"),
        ("a/" * 600 + "a", "longer than 1024"),
        ("x" * 100_000, "longer than 1024"),
        (".git/hooks/pre-commit", "not yours"),
        ("sub/.GIT/config", "not yours"),
        (".Brook\u017f/runs/log", "not yours"),
        ("git~1/config", "not yours"),
        ("a/.brooks-tmp-0123456789abcdef", "half-written"),
    ],
)
@pytest.mark.parametrize("existing", [False, True])
def test_an_unsafe_path_is_refused_whoever_made_it(raw: str, why: str, *, existing: bool) -> None:
    """No file of any tree has such a path, so even a file the user already has is left out."""
    with pytest.raises(PathRefused, match=why):
        clean_path(raw, existing=existing)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("C:/Windows/x", "':'"),
        ("c:x", "':'"),
        ("src\\main.py", "use '/'"),
        ("what?.txt", r"'\?'"),
        ("name.", "ends in a dot"),
        ("name /x", "ends in a dot or a space"),
        ("NUL", "device"),
        ("src/aux.c", "device"),
        ("com1.tar.gz", "device"),
        ("lpt² .txt", "device"),
        ("a\u202eyp.py", "invisible"),
        (".venv/lib/site.py", "never read"),
        ("web/Node_Modules/x.js", "never read"),
        (".env", "keys"),
        ("~/x", "home"),
    ],
)
def test_a_name_that_is_only_unwise_is_refused_to_agents_and_not_to_users(
    raw: str, why: str
) -> None:
    """An agent can choose another name; a file that the user already has keeps its own."""
    with pytest.raises(PathRefused, match=why):
        clean_path(raw)

    assert clean_path(raw, existing=True) == raw


def test_a_refusal_tells_the_agent_the_value_and_what_to_do() -> None:
    """The text goes to the agent as it is."""
    with pytest.raises(PathRefused) as refused:
        clean_path("/tmp/x")  # noqa: S108 - the very kind of path that is refused

    assert str(refused.value) == (
        "'/tmp/x' is absolute: write a path relative to the workspace's root, such as 'src/main.py'"
    )


@given(raw=PATHS, existing=st.booleans())
def test_what_is_accepted_stays_inside(raw: str, *, existing: bool) -> None:
    """Whatever the text, an accepted path joined to a root and resolved is below that root."""
    try:
        clean = clean_path(raw, existing=existing)
    except PathRefused:
        return

    root = os.path.realpath(tempfile.gettempdir())
    resolved = os.path.realpath(f"{root}/no-such-workspace/{clean}")
    assert resolved == f"{root}/no-such-workspace/{clean}"
    assert Path(clean).parts == tuple(clean.split("/"))
    assert not {".git", ".brooks", "..", ".", ""} & {part.lower() for part in clean.split("/")}
    assert len(clean.encode()) <= PATH_BYTES
    assert unicodedata.is_normalized("NFC", clean)


@given(raw=PATHS, existing=st.booleans())
def test_a_clean_path_is_its_own_spelling(raw: str, *, existing: bool) -> None:
    """Cleaning twice changes nothing, so a path from a log compares equal to the one proposed."""
    try:
        clean = clean_path(raw, existing=existing)
    except PathRefused:
        return

    assert clean_path(clean, existing=existing) == clean


@pytest.mark.parametrize(
    ("path", "clash"),
    [
        ("src/main.py", None),
        ("src/other.py", None),
        ("new/file.py", None),
        ("src/Main.py", "src/main.py"),
        ("SRC/other.py", "src/"),
        ("Src/Deep/x.py", "src/"),
        ("src", "src/"),
        ("SRC", "src/"),
        ("README/x.md", "README"),
        ("readme/x.md", "README"),
        ("straße.txt", None),
        ("STRASSE.md", "straße.md"),
        ("\u1fb3.txt", "\u0391\u0399.txt"),
    ],
)
def test_a_path_that_another_system_confuses_with_one_in_use_is_found(
    path: str, clash: str | None
) -> None:
    """A name or a folder in another case, a file for a folder, a folder for a file."""
    in_use = PathIndex(["src/main.py", "README", "straße.md", "\u0391\u0399.txt"])

    assert in_use.clash(path) == clash


def test_spellings_the_user_already_has_side_by_side_are_no_clash() -> None:
    """On a case-sensitive system both exist; each may be changed, a third may not come."""
    in_use = PathIndex(["Makefile", "makefile", "Docs/a", "docs/a"])

    assert in_use.clash("Makefile") is None
    assert in_use.clash("makefile") is None
    assert in_use.clash("Docs/b") is None
    assert in_use.clash("docs/b") is None
    assert in_use.clash("MAKEFILE") == "Makefile"
    assert in_use.clash("DOCS/b") == "Docs/"
