"""Watches one check from its fork to the last of what it leaves behind.

The supervisor forks the check, reads what it prints, and ends it when its time is over or it takes too
much. It is a child subreaper: what loses its parent becomes the supervisor's child, so daemons are found
and killed too. It ends everything when the server goes, which it sees by a pipe that only the server
holds open.
"""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from brooks.workspace.sandbox.confinement import (
    CHILD_SUBREAPER,
    DUMPABLE,
    PARENT_DEATH_SIGNAL,
    change_user,
    confine,
    control_process,
)
from brooks.workspace.sandbox.program import COUNTS, run_check
from brooks.workspace.sandbox.protocol import Answer, Request, Settings, Stopped, UserKind
from brooks.workspace.sandbox.tidying import give, measure, tidy

OUTPUT_FACTOR = 16
"""A check may print this many times as much as is kept before it is ended."""
DISK_FACTOR = 16
"""All files of a check together may be this many times as big as one."""
_MOST_FILES = 30_000
_TICK = 0.02
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class _Seen:
    """What the supervisor knows of a check by now."""

    output: bytearray
    stopped: Stopped | None = None
    status: int | None = None


def supervise(settings: Settings, request: Request, user: UserKind, *, server_lives: int) -> Answer:
    """Run a check to its end; `server_lives` is a pipe that ends with the server."""
    os.setpgid(0, 0)
    control_process(CHILD_SUBREAPER, 1)
    if user in {UserKind.DROPPED, UserKind.READER}:
        give(request.directory, request.uid)
        give(request.temporary, request.uid)
    output, its_output = os.pipe()
    counts, its_counts = os.pipe()
    check = os.fork()
    if not check:
        try:
            _become_check(settings, request, user, its_output, its_counts)
        except BaseException as error:  # noqa: BLE001 - nothing may get past this fork
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(126)
    os.close(its_output)
    os.close(its_counts)
    try:
        seen = _watch(request, user, check=check, output=output, server_lives=server_lives)
    finally:
        _kill_all(check, request, user)
        tidy(request.directory)
        tidy(request.temporary)
    status = seen.status
    exited = status is not None and os.WIFEXITED(status)
    return Answer(
        number=request.number,
        stopped=seen.stopped,
        exit_code=os.WEXITSTATUS(status) if exited and status is not None else None,
        output=seen.output.decode("utf-8", "replace"),
        counts=_read_rest(counts),
    )


def _become_check(
    settings: Settings, request: Request, user: UserKind, output: int, counts: int
) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nothing = os.open(os.devnull, os.O_RDONLY)
    pipe = os.dup(counts)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.dup2(nothing, 0)
    os.dup2(pipe, COUNTS, inheritable=False)
    os.closerange(COUNTS + 1, 65536)
    os.umask(0o022)
    os.chdir(request.directory)
    confine(settings, request, user)
    control_process(DUMPABLE, 1)
    control_process(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    run_check(settings, request)


def _watch(
    request: Request, user: UserKind, *, check: int, output: int, server_lives: int
) -> _Seen:
    """Read what the check prints until it ends or has to be ended."""
    seen = _Seen(bytearray())
    now = time.monotonic()  # noqa: TID251 - a process of its own, watching real processes
    deadline, next_look = now + request.seconds, now + 0.4
    ended = _end_of(check)
    sources = [output, server_lives, *ended]
    tick = 0.2 if ended else 0.01
    while seen.stopped is None:
        now = time.monotonic()  # noqa: TID251
        wait = max(min(deadline - now, tick), 0) if seen.status is None else 0
        ready = select.select(sources, [], [], wait)[0]
        if server_lives in ready:
            seen.stopped = Stopped.CLOSED
        elif now >= deadline:
            seen.stopped = Stopped.TIMEOUT
        elif output in ready and (data := os.read(output, 65536)):
            seen.output += data
            if len(seen.output) > OUTPUT_FACTOR * request.output_bytes:
                seen.stopped = Stopped.OUTPUT
        else:
            if output in ready:
                sources.remove(output)
            if seen.status is not None:
                break
            done, status = os.waitpid(check, os.WNOHANG)
            if done:
                seen.status = status
                sources = [source for source in sources if source not in ended]
            elif now >= next_look:
                seen.stopped = _excess(request, user)
                took = time.monotonic() - now  # noqa: TID251
                next_look = now + max(0.25, 4 * took)
    return seen


def _end_of(process: int) -> list[int]:
    """A descriptor that is ready when the process ends, where the kernel has such."""
    try:
        return [os.pidfd_open(process)]
    except (AttributeError, OSError):
        return []


def _excess(request: Request, user: UserKind) -> Stopped | None:
    """Whether all the check's processes, or all its files, take too much together."""
    if not measure(
        [request.directory, request.temporary],
        most_bytes=DISK_FACTOR * request.file_bytes,
        most_entries=_MOST_FILES,
    ):
        return Stopped.DISK
    family = _descendants()
    if sum(map(_resident, family)) <= request.memory_bytes:
        return None
    # Pages that forks share are counted once for each above; the slower count divides them. Only the
    # check's own user may ask for it.
    counter = os.fork()
    if not counter:
        code = 0
        try:
            change_user(user, request.uid)
            code = int(sum(map(_proportional, family)) > request.memory_bytes)
        finally:
            os._exit(code)
    return Stopped.MEMORY if os.waitpid(counter, 0)[1] else None


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def _proportional(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def children(process: int) -> list[int]:
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):  # noqa: PTH208 - read every tick
            listed = Path(f"/proc/{process}/task/{thread}/children").read_text()
            found += map(int, listed.split())
    except (OSError, ValueError):
        pass
    return found


def _descendants() -> list[int]:
    found = children(os.getpid())
    for process in found:
        found += children(process)
    return found


def _kill_all(check: int, request: Request, user: UserKind) -> None:
    """Kill the check's group and everything that has become this process's child since."""
    for _ in range(1000):
        with contextlib.suppress(OSError):
            os.killpg(check, signal.SIGKILL)
        for child in _descendants():
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        if user in {UserKind.DROPPED, UserKind.READER}:
            _kill_user(request.uid)
        time.sleep(0.002)


def _kill_user(uid: int) -> None:
    """Kill all of a user's processes in one system call, which no fork can outrun."""
    killer = os.fork()
    if not killer:
        try:
            change_user(UserKind.DROPPED, uid)
            os.kill(-1, signal.SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def _read_rest(descriptor: int) -> str:
    os.set_blocking(descriptor, False)
    try:
        return os.read(descriptor, 4096).decode("utf-8", "replace")
    except OSError:
        return ""
