"""The sandbox that runs checks: model-written code, on a throw-away copy of the tree.

One server process per sandbox, inside the strongest level this machine has, forks once for each check.
With bubblewrap the server sees a read-only system, its scratch folder and nothing else: no network, no
other files, no other processes. Within it, and where there is no bubblewrap, Landlock shuts each check
into its own folder, and where there is no network namespace a system call filter refuses sockets.
Limits of time, memory, output, files and number of processes hold at every level (the last one for an
ordinary user's processes together).

A verdict must be the same for the same tree, so the environment is clean, hashing is fixed, and what
differs from run to run is taken out of the output.
"""

import contextlib
import itertools
import os
import shutil
import sys
import sysconfig
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from brooks.errors import OutsideError, UsageError
from brooks.workspace.sandbox import bubblewrap, landlock, seccomp
from brooks.workspace.sandbox.outcome import CheckLimits, CheckOutcome, Level, LevelReport
from brooks.workspace.sandbox.protocol import Request, Settings, Stopped, UserKind
from brooks.workspace.sandbox.server_process import ServerProcess
from brooks.workspace.sandbox.tidying import tidy
from brooks.workspace.sandbox.verdict import judge

_HERE = Path(__file__).resolve().parent
_CODE = _HERE.parents[2]
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); import brooks.workspace.sandbox.server as server; "
    "sys.path.remove(sys.argv[1]); server.main()"
)
_EXPLANATIONS = {
    Level.BUBBLEWRAP: "bubblewrap: a check sees a read-only system and its own copy of the files; no network",
    Level.LANDLOCK: "Landlock: a check can touch only its own copy of the files and open no socket; other "
    "processes and the names of files elsewhere are not hidden (install bubblewrap for more)",
    Level.LIMITS: "limits alone: time, memory, output and processes are limited, but a check can read and "
    "write whatever you can (install bubblewrap)",
}
_AS_ROOT = "; as root, so the number of processes is not limited"
_UIDS_PER_PROCESS = 256
_serial = itertools.count()


def default_search_path() -> str:
    """Where programs of a check are looked for: beside this interpreter first, then the system."""
    return f"{Path(sys.executable).parent}:{_SYSTEM_PATH}"


class Sandbox:
    """Runs checks. Thread-safe; several may run at once."""

    def __init__(self, scratch: Path, level: Level, search_path: str) -> None:
        self.level = level
        self.explanation = _EXPLANATIONS[level]
        self._scratch = scratch.resolve()
        self._search_path = search_path
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._server: ServerProcess | None = None
        self._is_closed = False

    @classmethod
    def open(
        cls, scratch: Path, *, at_most: Level | None = None, search_path: str | None = None
    ) -> "Sandbox":
        """The strongest sandbox this machine has, or the strongest not above `at_most`.

        `scratch` is a folder for this sandbox alone; every `directory` must lie in it.
        """
        scratch.mkdir(parents=True, exist_ok=True)
        levels = list(Level)
        for level in levels[levels.index(at_most) if at_most else 0 :]:
            if _probe(level).available:
                return cls(scratch, level, search_path or default_search_path())
        raise OutsideError("no sandbox level is available")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the sandbox; what runs is ended, and no check can be run any more."""
        with self._lock:
            self._is_closed = True
            server, self._server = self._server, None
        if server is not None:
            server.close()
        shutil.rmtree(self._scratch / "warm", ignore_errors=True)

    def run(self, command: str, directory: Path, limits: CheckLimits) -> CheckOutcome:
        """Run a check in `directory`, which is its to change; blocks until it is over.

        Raises:
            UsageError: when `directory` is not in the scratch folder.
            OutsideError: when the sandbox cannot be started, was closed, or was ended from outside.
        """
        directory = self._own(directory)
        number = next(self._numbers)
        temporary = self._scratch / f"home-{number}"
        request = Request(
            number=number,
            command=command,
            directory=str(directory),
            temporary=str(temporary),
            uid=_uid(1 + next(_serial) % (_UIDS_PER_PROCESS - 1)),
            seconds=limits.seconds,
            memory_bytes=limits.memory_bytes,
            output_bytes=limits.output_bytes,
            processes=limits.processes,
            file_bytes=limits.file_bytes,
        )
        server = self._running_server()
        temporary.mkdir(mode=0o700)
        try:
            answer = server.ask(request)
            if answer.is_lost:
                tidy(directory)
        finally:
            tidy(temporary)
            shutil.rmtree(temporary, ignore_errors=True)
        if answer.stopped is Stopped.CLOSED:
            raise OutsideError(f"the sandbox was closed while {command!r} ran")
        return judge(command, answer, limits, {str(directory): ".", str(temporary): "~"})

    def _own(self, directory: Path) -> Path:
        """The folder of a check, reachable for the check's own user."""
        directory = directory.resolve()
        if not directory.is_relative_to(self._scratch) or directory == self._scratch:
            text = (
                f"the folder of a check must lie in {str(self._scratch)!r}, not {str(directory)!r}"
            )
            raise UsageError(text)
        if not directory.is_dir():
            raise OutsideError(f"the folder of a check is gone: {str(directory)!r}")
        if os.getuid() == 0:
            for folder in directory.parents:
                if folder == self._scratch:
                    break
                folder.chmod(folder.stat().st_mode | 0o111)
        return directory

    def _running_server(self) -> ServerProcess:
        """The server, started when first needed and again when it is gone."""
        with self._lock:
            if self._is_closed:
                raise OutsideError("the sandbox is closed: no check can be run any more")
            if self._server is None or not self._server.is_alive:
                self._server = self._start()
            return self._server

    def _start(self) -> ServerProcess:
        self._scratch.chmod(0o711)
        environment = {
            "PATH": self._search_path,
            "LANG": "C.UTF-8",
            "USER": "check",
            "LOGNAME": "check",
            "CI": "true",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self._scratch),
            "TMPDIR": str(self._scratch),
        }
        is_contained = self.level is Level.BUBBLEWRAP
        readable = self._readable()
        settings = Settings(
            environment=environment,
            scratch=str(self._scratch),
            warm=self._is_own_python(),
            landlock=self.level is not Level.LIMITS and bool(landlock.abi()),
            is_contained=is_contained,
            probe_uid=_uid(0),
            readable=[str(path) for path in readable],
            processes_before=0 if os.getuid() == 0 else _processes_of_this_user(),
            plugin_path=str(_HERE / "cold"),
        )
        words = [sys.executable, "-P", "-c", _BOOT, str(_CODE)]
        if is_contained:
            words = [*bubblewrap.wrapper([*readable, _HERE.parents[1]], self._scratch), *words]
        server = ServerProcess(words, environment=environment, settings=settings)
        if server.hello.user is UserKind.ROOT:
            self.explanation = _EXPLANATIONS[self.level] + _AS_ROOT
        return server

    def _is_own_python(self) -> bool:
        found = shutil.which("python", path=self._search_path)
        return found is not None and Path(found).parent == Path(sys.executable).parent

    def _readable(self) -> list[Path]:
        """Folders that a check may read: the system, this interpreter, and where programs are looked for."""
        interpreter = Path(sys.executable).resolve().parent.parent
        paths = [*bubblewrap.SYSTEM, Path(sys.prefix), Path(sys.base_prefix), interpreter, _HERE]
        paths += [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib", "platlib")]
        paths += [Path(part) for part in self._search_path.split(":") if part]
        return list(dict.fromkeys(path for path in paths if path.exists()))


def _uid(index: int) -> int:
    """A user for a check that no other process of this machine has.

    From a range that nothing else gives out, or, in a container with few users, from its upper half.
    """
    users = 0
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
            users = max(users, sum(map(int, line.split()[0::2])))
    process = os.getpid()
    if users >= 2**32 - 1:
        return 2_200_000_000 + process % 2**22 * _UIDS_PER_PROCESS + index
    return 30_000 + process % 100 * _UIDS_PER_PROCESS + index


def _processes_of_this_user() -> int:
    """How many processes the user has already: the kernel's limit counts them all."""
    mine = 0
    try:
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                    mine += len(os.listdir(entry / "task"))  # noqa: PTH208 - threads count too
    except OSError:
        return 256
    return mine + 64


def _probe(level: Level) -> LevelReport:
    if level is Level.BUBBLEWRAP:
        problem = bubblewrap.problem()
    elif level is Level.LANDLOCK:
        problem = "" if landlock.abi() else "this kernel has no Landlock"
    else:
        problem = ""
    explanation = problem or _EXPLANATIONS[level]
    if not problem and level is not Level.BUBBLEWRAP and not seccomp.is_known():
        explanation += "; on this machine it can use the network"
    return LevelReport(level=level, available=not problem, explanation=explanation)


def probe() -> tuple[LevelReport, ...]:
    """Every level, strongest first, and whether this machine has it."""
    return tuple(_probe(level) for level in Level)
