"""What a project asks of agents: its AGENTS.md files (https://agents.md).

The one at the root holds for all; one in a folder holds for what is in that folder, and goes before
those above it, so it comes later. They are read from the tree that the turn begins on, as every
other file is.
"""

from collections.abc import Iterable

from brooks.runtime.order import Tree

NAME = "AGENTS.md"
MOST_OF_ONE = 8_000
"""Characters that are shown of one file."""
MOST_OF_ALL = 32_000
"""Characters that are shown of all together; the other files are only named."""
MOST_NAMED = 50


def notes_on(files: Iterable[str], tree: Tree, head: int) -> str:
    """What bears on these files, from the root down; empty if there is nothing."""
    texts: list[str] = []
    named: list[str] = []
    size = 0
    for folder in _folders(files):
        path = f"{folder}{NAME}"
        text = _note(path, folder, tree, head)
        if text and size + len(text) <= MOST_OF_ALL:
            size += len(text)
            texts.append(text)
        elif text:
            named.append(path)
    if named:
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        texts.append(f"[read before you work there: {', '.join(named[:MOST_NAMED])}{more}]")
    return "\n\n".join(texts)


def _folders(files: Iterable[str]) -> list[str]:
    """Every folder on the way to these files, the root first, each with the slash at its end."""
    found = {""}
    for file in files:
        parts = file.split("/")[:-1]
        found.update("/".join(parts[:depth]) + "/" for depth in range(1, len(parts) + 1))
    return sorted(found, key=lambda folder: (folder.count("/"), folder))


def _note(path: str, folder: str, tree: Tree, head: int) -> str:
    version = tree.file(path, head)
    if version is None or version.blob is None:
        return ""
    try:
        text = tree.blob(version.blob).decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return f"[{path} is left out: it is not UTF-8 text]"
    if not text:
        return ""
    if len(text) > MOST_OF_ONE:
        left_out = len(text) - MOST_OF_ONE
        text = f"{text[:MOST_OF_ONE]}\n[… {left_out:,} more characters: read_file of {path}]"
    return f"{path}{f', for files in {folder}' if folder else ''}:\n{text}"
