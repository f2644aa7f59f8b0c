"""The tools that look at files and write them, in an agent's draft.

What is too long to be shown is shown in pages: each says what is left and how to ask for it.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from brooks.core.paths import PathIndex, clean_path
from brooks.models.base import Outcome, ToolCall
from brooks.runtime.draft import Draft
from brooks.runtime.order import Tree
from brooks.runtime.prompting import is_note
from brooks.runtime.tools import MAX_SHOWN, no, number_argument, text_argument, yes

MAX_FILE_BYTES = 16 * 2**20
MAX_NOTE = 500
PAGE_CHARACTERS = MAX_SHOWN - 200
"""Leaves room for what is said about the page."""
PAGE_PATHS = 500
PAGE_HITS = 100
HIT_CHARACTERS = 200

REPLAYED = frozenset({"read_file", "write_file", "edit_file", "delete_file"})
"""Tools that leave something in the draft: what was written, and which version was looked at."""


class FileTools:
    """Carries out the calls that are about files; a refused path raises `PathRefused`."""

    def __init__(self, tree: Tree, draft: Draft) -> None:
        self._tree = tree
        self._draft = draft

    def has(self, name: str) -> bool:
        """Whether a tool is one of these."""
        return name in self._TOOLS

    def carry_out(self, call: ToolCall) -> Outcome:
        """Carry out a call of one of them."""
        return self._TOOLS[call.name](self, call)

    def redo(self, call: ToolCall) -> None:
        """Do to the draft what a successful call did when it was carried out."""
        path = self._path(call)
        if call.name == "read_file":
            self._draft.look_at(path)
        elif call.name == "delete_file":
            self._draft.write(path, None)
        elif call.name == "write_file":
            self._put(call, path, _content(call))
        else:
            text = (self._draft.read(path) or b"").decode("utf-8", "replace")
            self._draft.write(path, _encoded(_replaced(call, text)))

    def _path(self, call: ToolCall) -> str:
        """The file that a call names; one that is there may have any name that is safe."""
        raw = call.arguments["path"]
        return clean_path(raw, existing=self._draft.has(raw))

    def _put(self, call: ToolCall, path: str, data: bytes) -> None:
        executable = text_argument(call, "executable").lower()
        self._draft.write(path, data, executable=executable == "true" if executable else None)

    def _paths(self, call: ToolCall) -> Iterator[str]:
        folder = text_argument(call, "folder").strip("/")
        inside = "" if folder in {"", "."} else f"{clean_path(folder)}/"
        return (path for path in self._draft.paths() if f"{path}/".startswith(inside))

    def _list(self, call: ToolCall) -> Outcome:
        after = text_argument(call, "after")
        paths = [path for path in self._paths(call) if path > after]
        shown = paths[:PAGE_PATHS]
        text = "\n".join(shown)
        if len(paths) > len(shown):
            text += f"\n… {len(paths) - len(shown)} more: ask again with after={shown[-1]!r}"
        return yes(call, text or "(no files)")

    def _read(self, call: ToolCall) -> Outcome:
        path = self._path(call)
        data = self._draft.read(path)
        self._draft.look_at(path)
        if data is None:
            return no(call, f"there is no file {path!r}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return no(call, f"{path!r} is not text: {len(data)} bytes")
        first, last = number_argument(call, "from_line"), number_argument(call, "to_line")
        if first is None and last is None and len(text) <= MAX_SHOWN:
            return yes(call, text)
        return yes(call, _page(text, max(first or 1, 1), last))

    def _search(self, call: ToolCall) -> Outcome:
        wanted = call.arguments["text"]
        if not wanted or "\n" in wanted:
            return no(call, "search for a text within one line")
        hits = list(self._hits(call, wanted))
        shown = hits[:PAGE_HITS]
        lines = [f"{path}:{number}: {line[:HIT_CHARACTERS]}" for path, number, line in shown]
        if len(hits) > len(shown):
            path, number, _ = shown[-1]
            lines.append(f"… {len(hits) - len(shown)} more: ask again with after='{path}:{number}'")
        return yes(call, "\n".join(lines) or f"no line contains {wanted[:HIT_CHARACTERS]!r}")

    def _hits(self, call: ToolCall, wanted: str) -> Iterator[tuple[str, int, str]]:
        path_seen, _, line_seen = text_argument(call, "after").rpartition(":")
        seen = (path_seen, int(line_seen)) if line_seen.isdecimal() else ("", 0)
        for path in self._paths(call):
            data = self._draft.read(path)
            if path < seen[0] or data is None or wanted.encode("utf-8", "replace") not in data:
                continue
            for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
                if wanted in line and (path, number) > seen:
                    yield path, number, line.strip()

    def _write(self, call: ToolCall) -> Outcome:
        path = self._path(call)
        encoding = text_argument(call, "encoding").lower() or "utf-8"
        if encoding not in {"utf-8", "base64"}:
            return no(call, f"there is no encoding {encoding[:40]!r}: use 'utf-8' or 'base64'")
        try:
            data = _content(call)
        except binascii.Error as error:
            return no(call, f"the content is not base64: {error}")
        return self._clash(call, path) or self._sized(call, path, data)

    def _clash(self, call: ToolCall, path: str) -> Outcome | None:
        clash = self._tree.clash(path) or PathIndex(self._draft.written()).clash(path)
        if clash is None:
            return None
        return no(call, f"{path!r} clashes with {clash!r}, which is there")

    def _sized(self, call: ToolCall, path: str, data: bytes) -> Outcome:
        if is_note(data[:MAX_NOTE].decode("utf-8", "replace")):
            return no(call, "that is the note that stands for a longer text: write the text itself")
        if len(data) > MAX_FILE_BYTES:
            return no(
                call, f"{len(data)} bytes are over the limit of {MAX_FILE_BYTES} for one file"
            )
        self._put(call, path, data)
        return yes(call, f"{path} written, {len(data)} bytes")

    def _edit(self, call: ToolCall) -> Outcome:
        path = self._path(call)
        old, data = call.arguments["old"], self._draft.read(path)
        if data is None:
            return no(call, f"there is no file {path!r}")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return no(call, f"{path!r} is not text: {len(data)} bytes")
        count = text.count(old) if old else 0
        if count != 1:
            found = f"occurs {count} times in" if count else "does not occur in"
            more = ": give more of what is around it" if count else ": read the file"
            return no(
                call, f"the text {'to replace ' if old else 'is empty and '}{found} {path}{more}"
            )
        return self._sized(call, path, _encoded(_replaced(call, text)))

    def _delete(self, call: ToolCall) -> Outcome:
        path = self._path(call)
        if self._draft.read(path) is None:
            return no(call, f"there is no file {path!r}")
        self._draft.write(path, None)
        return yes(call, f"{path} deleted")

    _TOOLS: ClassVar[Mapping[str, Callable[[Any, ToolCall], Outcome]]] = {
        "list_files": _list,
        "read_file": _read,
        "search": _search,
        "write_file": _write,
        "edit_file": _edit,
        "delete_file": _delete,
    }


def _content(call: ToolCall) -> bytes:
    """The bytes that a call of write_file is to write."""
    content: str = call.arguments["content"]
    if text_argument(call, "encoding").lower() == "base64":
        return b64decode("".join(content.split()).encode("ascii", "replace"), validate=True)
    return _encoded(content)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _replaced(call: ToolCall, text: str) -> str:
    return text.replace(call.arguments["old"], call.arguments["new"], 1)


def _page(text: str, first: int, last: int | None) -> str:
    """The lines from `first` to `last`, as many as are shown, and where to read on."""
    lines = text.splitlines(keepends=True)
    last = len(lines) if last is None else min(last, len(lines))
    if first > last:
        return f"(there are {len(lines)} lines)"
    shown: list[str] = []
    size = 0
    for line in lines[first - 1 : last]:
        if shown and size + len(line) > PAGE_CHARACTERS:
            break
        shown.append(line)
        size += len(line)
    end = first + len(shown) - 1
    page = "".join(shown)
    if len(page) > PAGE_CHARACTERS:
        over = len(page) - PAGE_CHARACTERS
        page = f"{page[:PAGE_CHARACTERS]}\n(line {first} has {over} more characters)\n"
    left = f": read on with from_line={end + 1}" if end < len(lines) else ""
    return f"{page}{'' if page.endswith(chr(10)) else chr(10)}… lines {first} to {end} of {len(lines)}{left}"
