"""Keeps one agent: starts it, passes on the order to stop, and leaves nothing of it behind.

A program of its own between us and the agent, for three reasons. When we die, however we die, it
sees the end of a pipe that only we hold open and kills the agent; a signal at the parent's death
would reach the agent and not what the agent started. As a child subreaper it becomes the parent of
what loses its own, so that a server put into a session of its own is found and killed too. And
it forks from a small program of one thread, where running code between fork and exec is safe; in
ours, which has threads, it is not.

On the pipe, a byte means "ask it to end" and the end of the pipe means "kill everything". The exit
code is the agent's own, 128 and the number for a signal, and 127 for a program that cannot be run.

It is run by its path with `python -I -S`, which takes some ten milliseconds, and so can import
nothing of ours. Where there is no `prctl` (anywhere but Linux) the agent's own group is killed and
what has left that group is not found.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from pathlib import Path

_PARENT_DEATH_SIGNAL, _CHILD_SUBREAPER = 1, 36
_CANNOT_RUN = 127


def main(life: int, command: list[str]) -> int:
    """Keep an agent until it has ended, with all that it started."""
    os.set_inheritable(life, False)
    _control(_CHILD_SUBREAPER, 1)
    wake, its_wake = os.pipe()
    os.set_blocking(its_wake, False)
    signal.set_wakeup_fd(its_wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    keeper = os.getpid()
    agent = os.fork()
    if not agent:
        try:
            _become(command, keeper)
        except OSError as error:
            os.write(2, f"{command[0]} cannot be run: {error.strerror}\n".encode())
        finally:
            os._exit(_CANNOT_RUN)
    status = _wait_for_end(agent, life=life, wake=wake)
    killed = _end_all(agent)
    status = killed if status is None else status
    return _code(status)


def _become(command: list[str], keeper: int) -> None:
    os.setsid()
    for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    _control(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != keeper:
        return
    os.execv(command[0], command)  # noqa: S606 - the command is the user's own


def _control(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, *(ctypes.c_ulong(word) for word in (value, 0, 0, 0)))


def _wait_for_end(agent: int, *, life: int, wake: int) -> int | None:
    """The agent's status when it ends by itself; None when it is to be killed."""
    status = None
    while status is None:
        ready = select.select([life, wake], [], [])[0]
        if wake in ready:
            os.read(wake, 4096)
            status = _reap(agent)
        if life in ready and status is None:
            if not os.read(life, 1):
                return None
            with contextlib.suppress(OSError):
                os.killpg(agent, signal.SIGTERM)
    return status


def _reap(agent: int) -> int | None:
    """Take leave of the children that ended; the agent's status if it is one of them."""
    status = None
    while True:
        process, its_status = os.waitpid(-1, os.WNOHANG)
        if not process:
            return status
        if process == agent:
            return its_status


def _end_all(agent: int) -> int | None:
    """Kill the agent's group and everything that became our child since."""
    status = None
    for _ in range(1000):
        with contextlib.suppress(OSError):
            os.killpg(agent, signal.SIGKILL)
        for process in _descendants():
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)
        try:
            found = _reap(agent)
        except ChildProcessError:
            return status
        status = found if status is None else status
        time.sleep(0.002)
    return status


def _descendants() -> list[int]:
    found = _children(os.getpid())
    for process in found:
        found += _children(process)
    return found


def _children(process: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError, ValueError):
        for listed in Path(f"/proc/{process}/task").glob("*/children"):
            found += map(int, listed.read_text().split())
    return found


def _code(status: int | None) -> int:
    if status is None:
        return 128 + signal.SIGKILL
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
