"""The sandbox that runs checks: model-written code, on a throw-away copy of the tree.

One `server.py` process per sandbox, inside the strongest level this machine has, forks once for
each check. With bubblewrap the server sees a read-only system, its scratch folder and nothing else:
no network, no other files, no other processes. Within it, and where there is no bubblewrap,
Landlock shuts each check into its own folder. Limits of time, memory, output, file size and number
of processes hold at every level (the last one for an ordinary user's processes together).

A verdict must be the same for the same tree, so the environment is clean, hashing is fixed, and
what differs from run to run (folders, durations, addresses) is taken out of the output.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from brooks.errors import OutsideError
from brooks.workspace.sandbox import landlock
from brooks.workspace.sandbox.outcome import (
    CheckLimits,
    CheckOutcome,
    Level,
    LevelReport,
    Reason,
)

_HERE = Path(__file__).resolve().parent
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix")
_SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
_NAMESPACES = (
    "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
)  # fmt: skip
_DURATION = re.compile(r" in \d+\.\d+s(?: \(\d+:\d\d:\d\d\))?")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
_EXPLANATIONS = {
    Level.BUBBLEWRAP: "bubblewrap: a check sees a read-only system and its own copy of the files; no network",
    Level.LANDLOCK: "Landlock: a check can touch only its own copy of the files and no TCP; UDP, other processes "
    "and the names of files elsewhere are not hidden (install bubblewrap for more)",
    Level.LIMITS: "limits alone: time, memory, output and processes are limited, but a check can read and write "
    "whatever you can, and use the network (install bubblewrap)",
}


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
        self._waiting: dict[int, threading.Event] = {}
        self._server: subprocess.Popen[str] | None = None

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

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every process of the sandbox."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.wait()
            for stream in (server.stdin, server.stdout):
                if stream is not None:
                    stream.close()
        for left in ("results", "warm"):
            shutil.rmtree(self._scratch / left, ignore_errors=True)

    def run(self, command: str, directory: Path, limits: CheckLimits) -> CheckOutcome:
        """Run a check in `directory`, which is its to change; blocks until it is over."""
        number = next(self._numbers)
        temporary = self._scratch / f"home-{number}"
        result = self._scratch / "results" / f"{number}.json"
        done = threading.Event()
        directory = directory.resolve()
        with self._lock:
            server = self._start()
            temporary.mkdir()
            if os.getuid() == 0:
                directory.parent.chmod(0o711)
            self._waiting[number] = done
            request = {
                "number": number,
                "command": command,
                "directory": str(directory),
                "temporary": str(temporary),
                "result": str(result),
                "seconds": limits.seconds,
                "memory_bytes": limits.memory_bytes,
                "output_bytes": limits.output_bytes,
                "processes": limits.processes,
                "file_bytes": limits.file_bytes,
            }
            assert server.stdin is not None
            try:
                server.stdin.write(json.dumps(request) + "\n")
                server.stdin.flush()
            except OSError as error:
                raise OutsideError(f"the sandbox's process is gone: {error}") from error
        try:
            done.wait(limits.seconds + 30)
            answer = json.loads(result.read_text(encoding="utf-8")) if result.exists() else None
        finally:
            self._waiting.pop(number, None)
            result.unlink(missing_ok=True)
            shutil.rmtree(temporary, ignore_errors=True)
        if answer is None:
            raise OutsideError(f"the sandbox ({self.level.value}) gave no answer for {command!r}")
        return _judge(command, answer, limits, {str(directory): ".", str(temporary): "~"})

    def _start(self) -> "subprocess.Popen[str]":
        """The server, started when first needed."""
        if self._server is not None and self._server.poll() is None:
            return self._server
        self._scratch.chmod(0o711)
        (self._scratch / "results").mkdir(exist_ok=True)
        environment = {
            "PATH": self._search_path,
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(self._scratch),
            "TMPDIR": str(self._scratch),
        }
        argv = [sys.executable, "-P", str(_HERE / "server.py")]
        server = subprocess.Popen(  # noqa: S603 - our own program
            [*self._wrapper(), *argv],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=self._scratch,
            start_new_session=True,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        settings = {
            "code": str(_HERE.parents[2]),
            "environment": environment,
            "scratch": str(self._scratch),
            "warm": self._is_own_python(),
            "drop_user": os.getuid() == 0 and self._readable_by_all(),
            "own_network": self.level is not Level.BUBBLEWRAP and _can_unshare(),
            "landlock": self.level is not Level.LIMITS and bool(landlock.abi()),
            "readable": [str(path) for path in self._readable()],
            "processes_before": 0 if os.getuid() == 0 else _processes_of_this_user(),
            "plugin_path": str(_HERE / "cold"),
        }
        server.stdin.write(json.dumps(settings) + "\n")
        server.stdin.flush()
        if server.stdout.readline() != "0\n":
            server.kill()
            raise OutsideError(f"the sandbox ({self.level.value}) did not start")
        threading.Thread(target=self._listen, args=(server,), daemon=True).start()
        self._server = server
        return server

    def _listen(self, server: "subprocess.Popen[str]") -> None:
        assert server.stdout is not None
        try:
            for line in server.stdout:
                done = self._waiting.get(int(line))
                if done is not None:
                    done.set()
        except (ValueError, OSError):
            pass
        for done in list(self._waiting.values()):
            done.set()

    def _is_own_python(self) -> bool:
        found = shutil.which("python", path=self._search_path)
        return found is not None and Path(found).parent == Path(sys.executable).parent

    def _readable(self) -> list[Path]:
        """Folders that a check may read: the system, this interpreter, and where programs are looked for."""
        paths = [Path(path) for path in _SYSTEM]
        paths += [Path(sys.prefix), Path(sys.base_prefix), _HERE]
        paths += [Path(sysconfig.get_paths()[name]) for name in ("stdlib", "purelib", "platlib")]
        paths += [Path(part) for part in self._search_path.split(":") if part]
        return list(dict.fromkeys(path for path in paths if path.exists()))

    def _readable_by_all(self) -> bool:
        """Whether an unprivileged user could run this interpreter; bubblewrap makes its folders reachable."""
        if self.level is Level.BUBBLEWRAP:
            return True
        interpreter = Path(sys.executable).resolve()
        folders = [*interpreter.parents, *Path(sys.prefix).parents, *self._scratch.parents]
        return all(folder.stat().st_mode & 0o001 for folder in folders)

    def _wrapper(self) -> list[str]:
        if self.level is not Level.BUBBLEWRAP:
            return []
        return _bubblewrap(self._readable(), self._scratch)


def _bubblewrap(readable: list[Path], scratch: Path) -> list[str]:
    words = ["bwrap", "--die-with-parent", *_NAMESPACES, "--hostname", "check"]
    if os.getuid():
        words.append(
            "--unshare-user"
        )  # root needs none, and can give each check a user of its own without
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - inside the sandbox
    package = _HERE.parents[1]
    bound = [*readable, package]
    above = [folder for path in [*bound, scratch] for folder in reversed(path.parents)]
    for folder in dict.fromkeys(above):
        if folder not in {Path("/"), Path("/tmp")} and not _within(folder, readable):  # noqa: S108
            words += ["--perms", "0755", "--dir", str(folder)]
    for path in bound:
        if path.is_symlink():
            words += ["--symlink", os.readlink(path), str(path)]
        else:
            words += ["--ro-bind", str(path), str(path)]
    return [*words, "--bind", str(scratch), str(scratch), "--chdir", str(scratch), "--"]


def _within(folder: Path, others: list[Path]) -> bool:
    return any(folder.is_relative_to(other) for other in others)


def _judge(
    command: str, answer: Mapping[str, Any], limits: CheckLimits, names: Mapping[str, str]
) -> CheckOutcome:
    """From what the supervisor saw to a verdict."""
    output = answer["head"]
    kept = len(answer["head"]) + len(answer["tail"])
    if answer["total"] > limits.output_bytes:
        output += f"\n… {answer['total'] - kept} bytes left out …\n"
    output = _normalise(output + answer["tail"], names)
    counts = json.loads(answer["counts"]) if answer["counts"].startswith("{") else None
    reason = _reason(command, answer, counts, output)
    if answer["stopped"] == "timeout":
        output += f"\nended after {limits.seconds:g} s\n"
    elif answer["stopped"] == "output":
        output = f"ended because it printed more than {16 * limits.output_bytes} bytes\n"
    return CheckOutcome(
        passed=reason is Reason.PASSED,
        reason=reason,
        exit_code=answer["exit"],
        tests_passed=None if counts is None else counts["passed"],
        tests_failed=None if counts is None else counts["failed"],
        output=output,
    )


def _reason(
    command: str, answer: Mapping[str, Any], counts: Mapping[str, int] | None, output: str
) -> Reason:
    if answer["stopped"] == "timeout":
        return Reason.TIMEOUT
    if answer["stopped"]:
        return Reason.KILLED
    code = answer["exit"]
    if code in {126, 127}:
        return Reason.NOT_RUNNABLE
    if code != 0 and "MemoryError" in output:
        return Reason.MEMORY
    if code is None:
        return Reason.KILLED
    if is_pytest(command):
        if counts is None:
            return Reason.KILLED if code == 0 else Reason.FAILED
        good = code == 0 and counts["passed"] > 0 and not counts["failed"]
        return Reason.PASSED if good else Reason.FAILED
    return Reason.PASSED if code == 0 else Reason.FAILED


def is_pytest(command: str) -> bool:
    """Whether a command is a plain call of pytest, whose report counts for more than its exit code."""
    words = command.split()
    plain = not any(mark in command for mark in "|&;<>$`\n")
    by_module = words[1:3] == ["-m", "pytest"] and words[0].startswith("python")
    return plain and bool(words) and (by_module or words[0] == "pytest")


def _normalise(text: str, names: Mapping[str, str]) -> str:
    for path, name in names.items():
        text = text.replace(path, name)
    return _ADDRESS.sub("0x…", _DURATION.sub("", text))


def _can_unshare() -> bool:
    return os.getuid() == 0 and sys.platform == "linux"


def _processes_of_this_user() -> int:
    """How many processes the user has already: the kernel's limit counts them all."""
    try:
        mine = [
            entry for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid()
        ]  # fmt: skip
    except OSError:
        return 256
    return len(mine) + 64


def _probe(level: Level) -> LevelReport:
    if level is Level.BUBBLEWRAP:
        problem = _bubblewrap_problem()
    elif level is Level.LANDLOCK:
        problem = "" if landlock.abi() else "this kernel has no Landlock"
    else:
        problem = ""
    return LevelReport(
        level=level, available=not problem, explanation=problem or _EXPLANATIONS[level]
    )


def _bubblewrap_problem() -> str:
    """Why bubblewrap cannot be used here; empty when it can."""
    if shutil.which("bwrap") is None:
        return "bwrap is not installed"
    readable = [path for path in map(Path, _SYSTEM) if path.exists()]
    with TemporaryDirectory(prefix="brooks-probe-") as folder:
        tried = subprocess.run(  # noqa: S603 - our own words
            [*_bubblewrap(readable, Path(folder).resolve()), "true"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
    if tried.returncode == 0:
        return ""
    return f"bwrap does not work here: {tried.stderr.strip() or tried.returncode}"


def probe() -> tuple[LevelReport, ...]:
    """Every level, strongest first, and whether this machine has it."""
    return tuple(_probe(level) for level in Level)
