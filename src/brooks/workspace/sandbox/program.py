"""The check itself: pytest in this very process, which has it imported already, or a program.

A check by pytest runs in this process only when that gives what a new interpreter would give. A tree
with a module named like one that is imported here already gets a new interpreter, since a plain
`python -m pytest` would have imported the tree's.
"""

import contextlib
import glob
import importlib
import importlib.metadata
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from brooks.workspace.sandbox.cold.brooks_counting import Counting
from brooks.workspace.sandbox.commands import program_words, pytest_words
from brooks.workspace.sandbox.protocol import Request, Settings

COUNTS = 3
"""The descriptor of the pipe for the counting plugin."""
_OPTIONS = ("-p", "no:cacheprovider", "-p", "no:randomly", "--color=no")
_OWN_NAMES = ("python", "python3", "pytest")


class _Importing:
    """A pytest plugin that imports modules in place of a session, while pytest rewrites its plugins."""

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def pytest_cmdline_main(self) -> int:
        """Import, and leave nothing for anybody else to do."""
        for name in self._names:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        return 0


def warm_up(settings: Settings) -> None:
    """Import all that a session of pytest imports, without holding one here.

    A session leaves things behind in plugins, such as folders they once looked up. So it is held in a
    fork, which tells what it imported.
    """
    import pytest

    folder = Path(settings.scratch) / "warm"
    folder.mkdir(exist_ok=True)
    (folder / "test_warm.py").write_text("def test_warm():\n    assert [1] == [1]\n")
    output = os.dup(1)
    os.dup2(2, 1)
    names, its_names = os.pipe()
    rehearsal = os.fork()
    if not rehearsal:
        try:
            os.chdir(folder)
            _rehearse(its_names)
        finally:
            os._exit(0)
    os.close(its_names)
    with open(names, encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor
        imported = pipe.read().split()
    os.waitpid(rehearsal, 0)
    pytest.main([*_OPTIONS], plugins=[_Importing(imported)])
    sys.stdout.flush()
    os.dup2(output, 1)
    os.close(output)
    _remember_distributions()


def _rehearse(its_names: int) -> None:
    import pytest

    before = set(sys.modules)
    pytest.main(["-q", *_OPTIONS, "test_warm.py"], plugins=[Counting(2)])
    with open(its_names, "w", encoding="utf-8") as pipe:
        pipe.write("\n".join(name for name in sys.modules if name not in {*before, "test_warm"}))


def _remember_distributions() -> None:
    """Read once what pytest reads each time: which packages are installed, their plugins and files.

    What a check puts on the path itself is still looked for.
    """
    search = importlib.metadata.distributions
    known_path = [path for path in sys.path if path]
    known = [_Remembered(distribution) for distribution in search(path=known_path)]

    def distributions(**wish: Any) -> Iterable[importlib.metadata.Distribution]:
        if wish:
            return search(**wish)
        if any(path not in sys.path for path in known_path):
            return search()
        added = [path for path in sys.path if path not in known_path]
        return [*search(path=added), *known] if added else list(known)

    setattr(importlib.metadata, "distributions", distributions)  # noqa: B010 - on purpose


class _Remembered(importlib.metadata.Distribution):
    """An installed package whose entry points, and if it is a plugin its files, are read already."""

    def __init__(self, distribution: importlib.metadata.Distribution) -> None:
        self._distribution = distribution
        self._points = distribution.entry_points
        is_plugin = any(point.group == "pytest11" for point in self._points)
        self._files = distribution.files if is_plugin else None
        self._has_files = is_plugin

    @property
    def metadata(self) -> Any:
        return self._distribution.metadata

    @property
    def entry_points(self) -> Any:
        return self._points

    @property
    def files(self) -> Any:
        return self._files if self._has_files else self._distribution.files

    def read_text(self, filename: str) -> str | None:
        return self._distribution.read_text(filename)

    def locate_file(self, path: "str | os.PathLike[str]") -> Any:
        return self._distribution.locate_file(path)


def run_check(settings: Settings, request: Request) -> NoReturn:
    """Become the check. Never comes back."""
    os.environ["HOME"] = os.environ["TMPDIR"] = request.temporary
    tempfile.tempdir = None  # forget the server's
    for name in ("COLUMNS", "LINES"):
        os.unsetenv(name)  # readline, which pytest imports, sets them behind Python's back
    call = pytest_words(request.command)
    if call is None:
        _execute(program_words(request.command))
    words, arguments = call
    arguments = [name for argument in arguments for name in _expanded(argument)]
    if settings.warm and _is_own(words[0]) and not _hides_what_is_imported():
        _run_pytest(arguments, is_module=len(words) > 1)
    os.set_inheritable(COUNTS, True)
    os.environ["PYTHONPATH"] = settings.plugin_path
    os.environ["BROOKS_COUNTS"] = str(COUNTS)
    _execute([*words, "-p", "brooks_counting", *_OPTIONS, *arguments])


def _expanded(argument: str) -> list[str]:
    """The files that a pattern stands for, as a shell would have it."""
    if not any(mark in argument for mark in "*?") or argument.startswith("-"):
        return [argument]
    return sorted(glob.glob(argument)) or [argument]  # noqa: PTH207 - a word, not a path


def _is_own(program: str) -> bool:
    return program in _OWN_NAMES or program == sys.executable


def _hides_what_is_imported() -> bool:
    for folder in (".", "src"):
        try:
            names = os.listdir(folder)  # noqa: PTH208 - two plain names
        except OSError:
            continue
        if any(_module_of(name) in sys.modules for name in names):
            return True
    return False


def _module_of(name: str) -> str:
    """The module that a file or folder of this name may be; empty for a `pytest.ini` and its like."""
    stem, _, ending = name.partition(".")
    return stem if not ending or ending.endswith(("py", "so")) else ""


def _run_pytest(arguments: list[str], *, is_module: bool) -> NoReturn:
    import pytest

    for name in [name for name in sys.modules if name.partition(".")[0] == "brooks"]:
        del sys.modules[name]  # a tree may be one of brooks itself
    configuration = sys.modules.get("hypothesis.configuration")
    if configuration is not None:  # it remembers where it was imported, and keeps files there
        configuration.set_hypothesis_home_dir(Path.cwd() / ".hypothesis")
    sys.argv = ["pytest", *arguments]
    if is_module:
        sys.path.insert(0, os.getcwd())  # noqa: PTH109 - as `python -m` does
    code = int(pytest.main([*_OPTIONS, *arguments], plugins=[Counting(COUNTS)]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _execute(words: list[str]) -> NoReturn:
    try:
        os.execvp(words[0], words)  # noqa: S606 - the check, which is confined by now
    except OSError as error:
        os.write(2, f"cannot run {words[0]!r}: {error.strerror}\n".encode())
        os._exit(127)
