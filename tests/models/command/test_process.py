"""Nothing of an agent is left running, however it ends or is ended."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.developer import write_program
from brooks.models.base import AttemptFailed
from brooks.models.command import parse_command
from brooks.models.command.process import Printed, Tail, run_agent

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="looks at processes as Linux has them"
)
ProcessEnds = Callable[[int], bool]

LEAVES_TWO = """
    import os, signal
    for own_session in (False, True):
        if not os.fork():
            if own_session:
                os.setsid()
                if os.fork():
                    os._exit(0)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.write(1, f"left behind: {os.getpid()}\\n".encode())
            signal.pause()
    """
HANGS = LEAVES_TWO + "\n    signal.pause()"


def left_behind(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"left behind: (\d+)", text)]


def test_what_an_agent_leaves_behind_is_killed_when_it_ends(
    bench: Any, process_ends: ProcessEnds
) -> None:
    """A child in its group, and one that went into a session of its own and lost its parent."""
    program = write_program(bench.bin, "my-agent", "--fork", "--daemon")

    bench.reply(bench.model(parse_command(str(program))))

    left = left_behind(bench.output())
    assert len(left) == 2
    assert all(process_ends(process) for process in left)


def test_an_agent_whose_time_is_up_takes_its_children_along(
    bench: Any, process_ends: ProcessEnds
) -> None:
    """Though none of them ends when it is asked to."""
    with pytest.raises(AttemptFailed, match="not done after"):
        bench.reply(bench.model(HANGS, seconds=0.12, grace=0.01))

    assert all(process_ends(process) for process in left_behind(bench.output()))


def test_a_cancelled_request_kills_the_agent_and_keeps_its_folder(
    bench: Any, process_ends: ProcessEnds
) -> None:
    """A run that is interrupted does not leave an agent at work."""
    bench.copies.mkdir()
    pipe = bench.copies / "ready"
    os.mkfifo(pipe)
    ready = os.open(pipe, os.O_RDWR)
    model = bench.model(
        LEAVES_TWO + f"\n    open({str(pipe)!r}, 'w').write('ready')\n    signal.pause()"
    )

    async def cancel_it() -> None:
        task = asyncio.create_task(model.request(bench.request(), sleep=asyncio.sleep))
        loop, begun = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(ready, begun.set)
        await begun.wait()
        loop.remove_reader(ready)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_it())
    os.close(ready)

    assert (bench.copies / "turn-1.0/kept.py").exists()
    assert "did not end by itself" in bench.output()
    left = left_behind(bench.output())
    assert all(process_ends(process) for process in left)


def test_agents_die_with_the_process_that_started_them(
    tmp_path: Path, process_ends: ProcessEnds
) -> None:
    """Even if that is killed and can do nothing about it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    agent = textwrap.dedent(HANGS).replace(
        "os.write(1,", f"os.write(os.open({str(pipe)!r}, os.O_WRONLY),"
    )
    runner = f"""
        import asyncio, sys
        from pathlib import Path
        from brooks.models.command.process import Printed, run_agent
        asyncio.run(run_agent([sys.executable, "-I", "-S", "-c", {agent!r}], prompt="", seconds=60,
            folder=Path({str(tmp_path)!r}), environment={{}}, grace=1, printed=Printed()))
        """
    descriptor = os.open(pipe, os.O_RDWR)
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(runner)]) as parent:  # noqa: S603 - ours
        text = b""
        while text.count(b"\n") < 2:
            text += os.read(descriptor, 4096)
        parent.send_signal(signal.SIGKILL)
    os.close(descriptor)

    left = left_behind(text.decode())
    assert len(left) == 2
    assert all(process_ends(process) for process in left)


@pytest.mark.parametrize(
    ("code", "ended"), [("exit(7)", 7), ("import os; os.abort()", 134), ("exit(0)", 0)]
)
def test_the_exit_code_is_the_agents_own(tmp_path: Path, code: str, ended: int) -> None:
    """And 128 and the number for a signal, as a shell has it."""
    argv = [sys.executable, "-I", "-c", code]

    found = asyncio.run(
        run_agent(
            argv,
            prompt="",
            folder=tmp_path,
            environment={},
            seconds=30.0,
            grace=1.0,
            printed=Printed(),
        )
    )

    assert found == ended


def test_nothing_is_left_open(bench: Any) -> None:
    """A run has thousands of requests, and a process only so many files."""
    model = bench.model("pass")
    bench.reply(model)
    before = sorted(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only

    bench.reply(model)

    assert sorted(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_of_a_long_output_the_end_is_kept() -> None:
    """In no more memory than twice that."""
    tail = Tail(10)
    for number in range(100):
        tail.add(b"%02d" % number)
        assert len(tail._kept) <= 20

    assert tail.text() == "9596979899"
    assert tail.left_out == 190
