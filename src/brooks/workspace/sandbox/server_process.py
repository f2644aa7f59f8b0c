"""The sandbox's end of the server: starting it, asking it, and ending it.

A thread of its own starts the server and then listens to it. It has to be the same thread: the kernel
ends the server with the *thread* that started it, and whoever asks for a check may be gone before the
next one.
"""

import json
import subprocess
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from pathlib import Path

from brooks.errors import OutsideError
from brooks.workspace.sandbox.protocol import (
    Answer,
    Hello,
    Request,
    Settings,
    UserKind,
    answer_from,
    to_line,
)

_START_SECONDS = 60
_PATIENCE_SECONDS = 30
_END_SECONDS = 5
_LOG = "sandbox.log"


class ServerProcess:
    """A server that runs."""

    def __init__(
        self, words: Sequence[str], *, environment: Mapping[str, str], settings: Settings
    ) -> None:
        self._words = list(words)
        self._environment = dict(environment)
        self._settings = settings
        self._scratch = Path(settings.scratch)
        self._lock = threading.Lock()
        self._waiting: dict[int, Future[Answer]] = {}
        self._hello: Future[Hello] = Future()
        self._process: subprocess.Popen[str] | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._live, name="brooks-sandbox", daemon=True)
        self._thread.start()
        try:
            self.hello = self._hello.result(timeout=_START_SECONDS)
        except TimeoutError as error:
            self._kill()
            raise OutsideError("the sandbox's process did not start: it never answered") from error

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return not self._is_over

    @property
    def process_id(self) -> int | None:
        """The process that was started: the server, or what the server is in."""
        return None if self._process is None else self._process.pid

    def ask(self, request: Request) -> Answer:
        """Have a check run; blocks until it is over.

        Raises:
            OutsideError: when the server is gone, or silent for far longer than the check may take.
        """
        future: Future[Answer] = Future()
        try:
            with self._lock:
                if self._is_over or self._process is None or self._process.stdin is None:
                    raise OutsideError(self._gone(request))
                self._waiting[request.number] = future
                try:
                    self._process.stdin.write(to_line(request))
                    self._process.stdin.flush()
                except (OSError, ValueError) as error:
                    raise OutsideError(self._gone(request)) from error
            return future.result(timeout=request.seconds + _PATIENCE_SECONDS)
        except TimeoutError as error:
            self._kill()
            text = f"the sandbox gave no answer about {request.command!r}: it will be started anew"
            raise OutsideError(text) from error
        finally:
            self._waiting.pop(request.number, None)

    def close(self) -> None:
        """End it and every process in it."""
        with self._lock:
            self._is_over = True
            if self._process is not None and self._process.stdin is not None:
                with suppress(OSError):
                    self._process.stdin.close()
        self._thread.join(_END_SECONDS)
        if self._thread.is_alive():
            self._kill()
            self._thread.join(_END_SECONDS)

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    def _gone(self, request: Request) -> str:
        return f"the sandbox's process is gone while {request.command!r} was to run: try again"

    def _live(self) -> None:
        """Start the server, and pass on what it says until it ends."""
        log = self._scratch / _LOG
        try:
            with log.open("wb") as errors, self._start(errors.fileno()) as process:
                try:
                    self._process = process
                    self._listen(process)
                finally:
                    process.kill()
        except (OSError, ValueError, TypeError) as error:
            self._fail_start(f"{error}")
        finally:
            self._is_over = True
            with suppress(OSError):
                self._fail_start(log.read_text(encoding="utf-8", errors="replace")[-2000:])
                log.unlink()
            for number in list(self._waiting):
                self._finish(number, None)

    def _start(self, errors: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - our own program
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            env=self._environment,
            cwd=self._scratch,
            start_new_session=True,
        )

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(to_line(self._settings))
        process.stdin.flush()
        fields = json.loads(process.stdout.readline())
        self._hello.set_result(Hello(user=UserKind(fields["user"])))
        for line in process.stdout:
            answer = answer_from(line)
            self._finish(answer.number, answer)

    def _finish(self, number: int, answer: Answer | None) -> None:
        future = self._waiting.get(number)
        if future is None:
            return
        with suppress(InvalidStateError):
            if answer is not None:
                future.set_result(answer)
            else:
                text = "the sandbox's process ended while a check ran: run the check again"
                future.set_exception(OutsideError(text))

    def _fail_start(self, text: str) -> None:
        with suppress(InvalidStateError):
            self._hello.set_exception(
                OutsideError(f"the sandbox's process did not start: {text.strip() or 'no reason'}")
            )
