"""The process inside the sandbox: forks once for each check, with pytest already imported.

It reads a request a line from standard input and, for each, forks a *supervisor*, which forks the
check. The supervisor sends its answer through a pipe of its own; the server passes it on, a line on
standard output, when that pipe ends. So a supervisor that was killed is answered for as well, and what
it leaves without a parent comes to the server, which is a child subreaper too, and is killed.

It is started with a clean environment, and ends when its standard input does: when the sandbox is
closed, or the process that opened it died, however that died. First it ends every check.
"""

import contextlib
import gc
import json
import os
import select
import shutil
import signal
import sys
import traceback
from pathlib import Path

from brooks.workspace.sandbox.confinement import (
    CHILD_SUBREAPER,
    DUMPABLE,
    change_user,
    control_process,
)
from brooks.workspace.sandbox.program import warm_up
from brooks.workspace.sandbox.protocol import Answer, Hello, Request, Settings, UserKind, to_line
from brooks.workspace.sandbox.supervisor import children, supervise


class Server:
    """The checks that run now, by the pipe each will be answered through."""

    def __init__(self, settings: Settings, user: UserKind) -> None:
        self._settings = settings
        self._user = user
        self._numbers: dict[int, int] = {}
        self._answers: dict[int, bytearray] = {}
        self._supervisors: dict[int, int] = {}
        self._lives, self._lives_write_end = os.pipe()
        self._unread = bytearray()

    def serve(self) -> None:
        """Until standard input ends and every check is over."""
        reads = True
        while reads or self._numbers:
            sources = [*([0] if reads else []), *self._numbers]
            ready = select.select(sources, [], [], 1.0)[0]
            for source in ready:
                if source != 0:
                    self._take_answer(source)
                elif not self._take_requests():
                    reads = False
                    os.close(self._lives_write_end)
            self._kill_orphans()

    def _take_requests(self) -> bool:
        data = os.read(0, 65536)
        self._unread += data
        while b"\n" in self._unread:
            line, _, self._unread = self._unread.partition(b"\n")
            self._begin(Request(**json.loads(line)))
        return bool(data)

    def _begin(self, request: Request) -> None:
        answer, its_answer = os.pipe()
        try:
            supervisor = os.fork()
        except OSError as error:
            os.close(answer)
            os.close(its_answer)
            problem = f"the check could not be started: {error}"
            _write(to_line(Answer(number=request.number, problem=problem)).encode())
            return
        if not supervisor:
            try:
                os.close(0)
                os.close(answer)
                os.close(self._lives_write_end)
                self._supervise(request, its_answer)
            finally:
                os._exit(0)
        os.close(its_answer)
        self._numbers[answer] = request.number
        self._answers[answer] = bytearray()
        self._supervisors[supervisor] = answer

    def _supervise(self, request: Request, its_answer: int) -> None:
        try:
            answer = supervise(self._settings, request, self._user, server_lives=self._lives)
        except BaseException as error:  # noqa: BLE001 - whatever happens, there is an answer
            traceback.print_exc()
            problem = f"the check could not be started: {type(error).__name__}: {error}"
            answer = Answer(number=request.number, problem=problem)
        with open(its_answer, "w", encoding="utf-8") as pipe:
            pipe.write(to_line(answer))

    def _take_answer(self, source: int) -> None:
        data = os.read(source, 65536)
        self._answers[source] += data
        if data:
            return
        os.close(source)
        number, answer = self._numbers.pop(source), bytes(self._answers.pop(source))
        if not answer.endswith(b"\n"):
            answer = to_line(Answer(number=number, is_lost=True)).encode()
        _write(answer)
        if not self._numbers and self._settings.is_contained:
            _empty(Path("/dev/shm"))  # noqa: S108 - the sandbox's own; no check is using it

    def _kill_orphans(self) -> None:
        """Bury the supervisors that ended, and kill what a killed one left behind."""
        with contextlib.suppress(ChildProcessError):
            while True:
                ended, _ = os.waitpid(-1, os.WNOHANG)
                if not ended:
                    break
                self._supervisors.pop(ended, None)
        for child in children(os.getpid()):
            if child not in self._supervisors:
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)


def _write(data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody is there any more to read it
        while data:
            data = data[os.write(1, data) :]


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _find_user(settings: Settings) -> UserKind:
    """The least that a check can run as here and still run."""
    if os.getuid():
        return UserKind.SAME
    for user in (UserKind.DROPPED, UserKind.READER):
        if _can_be(user, settings):
            return user
    return UserKind.ROOT


def _can_be(user: UserKind, settings: Settings) -> bool:
    """Whether files can be given to such a user, and whether it reaches what a check needs."""
    tester = os.fork()
    if not tester:
        code = 1
        try:
            own = Path(settings.scratch, f"probe-{user}")
            own.touch()
            os.chown(own, settings.probe_uid, settings.probe_uid)
            own.unlink()
            change_user(user, settings.probe_uid)
            Path(settings.scratch, ".").stat()
            for path in [sys.executable, os.__file__, *_plugins(settings)]:
                os.close(os.open(path, os.O_RDONLY))
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(tester, 0)[1] == 0


def _plugins(settings: Settings) -> list[str]:
    files = [str(Path(settings.plugin_path, "brooks_counting.py"))]
    if settings.warm:
        import pytest

        files.append(pytest.__file__)
    return files


def main() -> None:
    """Serve until standard input ends."""
    settings = Settings(**json.loads(_first_line()))
    control_process(DUMPABLE, 0)  # so that a check of the same user cannot look into this process
    control_process(CHILD_SUBREAPER, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.clear()
    os.environ.update(settings.environment)
    if settings.warm:
        warm_up(settings)
        gc.collect()
        gc.freeze()  # so that a fork neither walks nor copies what is here already
    user = _find_user(settings)
    _write(to_line(Hello(user=user)).encode())
    Server(settings, user).serve()


def _first_line() -> bytes:
    """Read a line, and not a byte more, from standard input."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            break
        line += byte
    return bytes(line)
