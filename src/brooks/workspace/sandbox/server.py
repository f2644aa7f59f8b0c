"""The process inside the sandbox: forks once for each check, with pytest already imported.

It reads a request a line from standard input and, for each, forks a *supervisor*, which forks the
check itself. The supervisor reads what the check prints, ends it at its time, and, being a child
subreaper, finds and kills whatever the check left behind, daemons too. It puts the result in a file
and its number on standard output.

The check's process gives up what it need not have before it runs anything: its user (when started
as root), the limits of `resource`, and with Landlock every folder but its own. So checks of one run
cannot touch one another.

This file is run as a script with a clean environment; it ends when its standard input does.
"""

import ctypes
import gc
import json
import os
import resource
import select
import shlex
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_CLONE_NEWNET = 0x40000000
_FIRST_UID = 61_000
_SHELL = frozenset("|&;<>()$`\\\"'*?[]#~=%!{}\n")


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def main() -> None:
    """Serve until standard input ends."""
    settings = json.loads(sys.stdin.readline())
    sys.path[:0] = [settings["code"]]
    import brooks.workspace.sandbox.counting
    import brooks.workspace.sandbox.landlock  # noqa: F401 - before the folder is out of reach

    sys.path.remove(settings["code"])
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.environ.clear()
    os.environ.update(settings["environment"])
    if settings["warm"]:
        _warm_up(settings)
        gc.collect()
        gc.freeze()  # so that a fork neither walks nor copies what is here already
    sys.stdout.write("0\n")
    sys.stdout.flush()
    for line in sys.stdin:
        request = json.loads(line)
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            _supervise(settings, request)
            os.write(1, f"{request['number']}\n".encode())
            os._exit(0)


def _warm_up(settings: dict[str, Any]) -> None:
    """Let pytest import all it needs, by running one small test in a process of its own tree."""
    import pytest

    folder = Path(settings["scratch"]) / "warm"
    folder.mkdir(exist_ok=True)
    (folder / "test_warm.py").write_text("def test_warm():\n    assert [1] == [1]\n")
    quiet = os.open(os.devnull, os.O_WRONLY)
    saved = os.dup(1)
    os.dup2(quiet, 1)
    before = os.getcwd()
    os.chdir(folder)
    try:
        pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_warm.py"])
    finally:
        sys.stdout.flush()
        os.chdir(before)
        os.dup2(saved, 1)
        os.close(saved)
        os.close(quiet)
        sys.modules.pop("test_warm", None)


def _supervise(settings: dict[str, Any], request: dict[str, Any]) -> None:
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    output_in, output_out = os.pipe()
    counts_in, counts_out = os.pipe()
    uid = _FIRST_UID + request["number"] % 1000
    if settings["drop_user"]:
        _give(request["directory"], uid)
        _give(request["temporary"], uid)
    check = os.fork()
    if not check:
        os.close(output_in)
        os.close(counts_in)
        try:
            _become_check(settings, request, uid, output_out, counts_out)
        except BaseException as error:  # noqa: BLE001 - nothing may get past this fork
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        os._exit(126)
    os.close(output_out)
    os.close(counts_out)
    result = _watch(request, check, output_in)
    _kill_all(check)
    result["counts"] = _read_rest(counts_in)
    target = Path(request["result"])
    temporary = target.with_suffix(".new")
    temporary.write_text(json.dumps(result))
    temporary.replace(target)


def _give(folder: str, uid: int) -> None:
    os.chown(folder, uid, uid)
    for below, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            os.chown(Path(below) / name, uid, uid, follow_symlinks=False)


def _watch(request: dict[str, Any], check: int, output: int) -> dict[str, Any]:
    """Read what the check prints until it ends, prints too much, or its time is over."""
    deadline = time.monotonic() + request["seconds"]
    head, tail, total = bytearray(), bytearray(), 0
    keep = request["output_bytes"]
    stopped = ""
    status: int | None = None
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            stopped = "timeout"
            break
        if select.select([output], [], [], min(left, 0.02 if status is None else 0.0))[0]:
            data = os.read(output, 65536)
            if data:
                total += len(data)
                room = keep // 2 - len(head)
                head += data[: max(room, 0)]
                tail += data[max(room, 0) :]
                del tail[: -keep // 2]
                if total > 16 * keep:
                    stopped = "output"
                    break
                continue
            if status is None:
                status = _wait(check, deadline)
                stopped = "" if status is not None else "timeout"
            break
        if status is not None:
            break
        ended, code = os.waitpid(check, os.WNOHANG)
        if ended:
            status = code
    return {
        "stopped": stopped,
        "exit": None if status is None or not os.WIFEXITED(status) else os.WEXITSTATUS(status),
        "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
        "head": head.decode("utf-8", "replace"),
        "tail": tail.decode("utf-8", "replace"),
        "total": total,
    }


def _wait(check: int, deadline: float) -> int | None:
    while time.monotonic() < deadline:
        ended, code = os.waitpid(check, os.WNOHANG)
        if ended:
            return code
        time.sleep(0.002)
    return None


def _kill_all(check: int) -> None:
    """Kill the check's group and everything that has become this process's child since."""
    for _ in range(1000):
        try:
            os.killpg(check, signal.SIGKILL)
        except OSError:
            pass
        for child in _children():
            try:
                os.kill(child, signal.SIGKILL)
            except OSError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _children() -> list[int]:
    me = os.getpid()
    try:
        return [int(child) for child in Path(f"/proc/{me}/task/{me}/children").read_text().split()]
    except OSError:
        return []


def _read_rest(descriptor: int) -> str:
    os.set_blocking(descriptor, False)
    try:
        return os.read(descriptor, 4096).decode("utf-8", "replace")
    except OSError:
        return ""


def _become_check(
    settings: dict[str, Any], request: dict[str, Any], uid: int, output: int, counts: int
) -> None:
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    _limit(settings, request)
    os.chdir(request["directory"])
    if settings["drop_user"]:
        _leave_network(settings)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.umask(0o022)
    os.environ["HOME"] = os.environ["TMPDIR"] = request["temporary"]
    tempfile.tempdir = None  # forget the server's
    if settings["landlock"]:
        _restrict(settings, request)
    arguments = _pytest_arguments(settings, request["command"])
    if arguments is not None and settings["warm"]:
        _run_pytest(arguments, counts)
    _run_program(settings, request, arguments, counts)


def _leave_network(settings: dict[str, Any]) -> None:
    if settings["own_network"]:
        ctypes.CDLL(None).unshare(_CLONE_NEWNET)


def _restrict(settings: dict[str, Any], request: dict[str, Any]) -> None:
    from brooks.workspace.sandbox.landlock import restrict

    devices = [Path("/dev") / name for name in ("null", "zero", "random", "urandom")]
    readable = [Path(path) for path in settings["readable"]]
    own = [Path(request["directory"]), Path(request["temporary"])]
    restrict(readable=[*readable, Path("/proc")], writable=[*own, *devices])


def _limit(settings: dict[str, Any], request: dict[str, Any]) -> None:
    seconds = int(request["seconds"]) + 2
    limits = [
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, request["memory_bytes"]),
        (resource.RLIMIT_FSIZE, request["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 1024),
    ]
    if hasattr(resource, "RLIMIT_NPROC"):
        limits.append((resource.RLIMIT_NPROC, request["processes"] + settings["processes_before"]))
    for which, most in limits:
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        try:
            resource.setrlimit(which, (most, most))
        except (OSError, ValueError):
            continue


def _pytest_arguments(settings: dict[str, Any], command: str) -> list[str] | None:
    """The arguments of a plain pytest command; None for any other."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if any(mark in command for mark in "|&;<>$`\n"):
        return None
    if words[:3] in (["python", "-m", "pytest"], ["python3", "-m", "pytest"]):
        return words[3:]
    return words[1:] if words[:1] == ["pytest"] else None


_PYTEST_OPTIONS = ["-p", "no:cacheprovider", "-p", "no:randomly", "--color=no"]


def _run_pytest(arguments: list[str], counts: int) -> None:
    import pytest

    from brooks.workspace.sandbox.counting import Counting

    sys.argv = ["pytest", *arguments]
    sys.path[:] = ["", *(path for path in sys.path if path)]
    code = int(pytest.main([*_PYTEST_OPTIONS, *arguments], plugins=[Counting(counts)]))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run_program(
    settings: dict[str, Any], request: dict[str, Any], arguments: list[str] | None, counts: int
) -> None:
    command = request["command"]
    if arguments is not None:
        os.set_inheritable(counts, True)
        os.environ["PYTHONPATH"] = settings["plugin_path"]
        os.environ["BROOKS_COUNTS"] = str(counts)
        words = [*shlex.split(command), "-p", "brooks_counting", *_PYTEST_OPTIONS]
    elif any(mark in _SHELL - set("\"'=%~!{}[]") for mark in command):
        words = ["/bin/sh", "-c", command]
    else:
        words = shlex.split(command)
    try:
        os.execvp(words[0], words)
    except OSError as error:
        os.write(2, f"cannot run {words[0]!r}: {error.strerror}\n".encode())
        os._exit(127)


if __name__ == "__main__":
    main()
