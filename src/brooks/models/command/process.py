"""Runs one agent as a process, to its end or to the end of its time, and leaves none of it behind.

The prompt is a file that is the agent's standard input: it ends where the prompt ends, an agent
that reads none of it holds nobody up, and `/dev/stdin` can be opened anew, which a socket cannot.

Both outputs are read as they come, whether the agent waits for that or not, and only the end of
each is kept. The agent is started and ended through `brooks.models.command.keeper`; all that is
done here to end it is to close a pipe, which also happens when this process dies.

This takes real time: an agent's work cannot be simulated, so the run's clock has no part in it.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from brooks.models.command import keeper

MOST_STDOUT = 16 * 2**20
MOST_STDERR = 2**20
_CHUNK = 2**16
_KEEPER_SECONDS = 10.0
"""How long the keeper may take to kill everything; it takes milliseconds."""
_REST_SECONDS = 2.0
"""How long what is left in the pipes is waited for when everything is dead."""


class Tail:
    """The end of what was printed."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = bytearray()
        self.left_out = 0
        """How many bytes came before what is kept."""

    def add(self, data: bytes) -> None:
        """Take in what comes next."""
        self._kept += data
        if len(self._kept) > 2 * self._most:
            self._cut()

    def _cut(self) -> None:
        excess = len(self._kept) - self._most
        if excess > 0:
            del self._kept[:excess]
            self.left_out += excess

    def text(self) -> str:
        """What is kept, as text; what is no text is shown as such."""
        self._cut()
        if self.left_out:
            self._leave_out_half_a_line()
        return self._kept.decode("utf-8", "replace")

    def _leave_out_half_a_line(self) -> None:
        """Leave out the line that was cut, in which half a key could stand that nobody recognises."""
        rest = self._kept.find(b"\n") + 1
        del self._kept[:rest]
        self.left_out += rest


@dataclass(frozen=True, slots=True)
class Printed:
    """What an agent has printed up to now."""

    stdout: Tail = field(default_factory=lambda: Tail(MOST_STDOUT))
    stderr: Tail = field(default_factory=lambda: Tail(MOST_STDERR))


async def run_agent(
    argv: Sequence[str],
    *,
    prompt: str,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    grace: float,
    printed: Printed,
) -> int | None:
    """Run an agent and everything it starts to their end; its exit code, None when its time was up.

    However this is left, nothing of the agent is left running.

    Raises:
        OSError: It cannot be started.
    """
    with ExitStack() as stack:
        prompt_file = stack.enter_context(tempfile.TemporaryFile())
        prompt_file.write(prompt.encode("utf-8", "replace"))
        prompt_file.seek(0)
        out, its_out = _pipe(stack)
        err, its_err = _pipe(stack)
        its_life, life = _pipe(stack)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", keeper.__file__, str(its_life.number), *argv),
            stdin=prompt_file,
            stdout=its_out.number,
            stderr=its_err.number,
            cwd=folder,
            env=dict(environment),
            pass_fds=(its_life.number,),
            start_new_session=True,
        )
        for one in (its_out, its_err, its_life):
            one.close()
        with (
            _reading(out.number, printed.stdout) as out_ended,
            _reading(err.number, printed.stderr) as err_ended,
        ):
            try:
                in_time = await _wait_or_end(process, life.number, seconds=seconds, grace=grace)
            finally:
                life.close()
                await _wait_for_keeper(process)
            with suppress(TimeoutError):
                async with asyncio.timeout(_REST_SECONDS):
                    await out_ended
                    await err_ended
    return process.returncode if in_time else None


async def _wait_or_end(
    process: asyncio.subprocess.Process, life: int, *, seconds: float, grace: float
) -> bool:
    """Wait for the end, asking for it when the time is up; whether it came by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
        return True
    with suppress(OSError):
        os.write(life, b"t")
    with suppress(TimeoutError):
        async with asyncio.timeout(grace):
            await process.wait()
    return False


async def _wait_for_keeper(process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(_KEEPER_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class _Descriptor:
    """One end of a pipe, closed once."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._is_open = True

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self.number)


def _pipe(stack: ExitStack) -> tuple[_Descriptor, _Descriptor]:
    """A pipe to read from and to write to, closed with the stack at the latest."""
    reading, writing = map(_Descriptor, os.pipe())
    stack.callback(reading.close)
    stack.callback(writing.close)
    return reading, writing


@contextmanager
def _reading(descriptor: int, tail: Tail) -> "Iterator[asyncio.Future[None]]":
    """Read whatever comes, meanwhile; the future is done at the end of it."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()

    def read() -> None:
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        tail.add(data)
        if not data:
            loop.remove_reader(descriptor)
            ended.set_result(None)

    os.set_blocking(descriptor, False)
    loop.add_reader(descriptor, read)
    try:
        yield ended
    finally:
        loop.remove_reader(descriptor)
