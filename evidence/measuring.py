"""Runs a claim's command and reads its answer.

The command runs in a process group of its own, so that a stop (by timeout or by Ctrl-C) reaches all
it started. Its error output is passed on line by line: so a long measurement shows its progress.
"""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer
from typing import IO, Any

from claims import Claim, Measured


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a claim's command came to."""

    holds: bool
    """The command succeeded and what it measured meets the bound."""

    measured: Measured | None
    """None when the command failed."""

    detail: dict[str, Any]
    """Whatever else the command had to say."""

    error: str
    """Why nothing was measured; empty when something was."""

    seconds: float
    """How long the command took."""


class _NoMeasurementError(Exception):
    """The command ended without a measurement."""


def measure(
    claim: Claim, *, root: Path, timeout_seconds: float, show: Callable[[str], object]
) -> Answer:
    """Run the claim's command from the project's root; a command that fails does not hold."""
    began = time.perf_counter()
    measured: Measured | None = None
    detail: dict[str, Any] = {}
    error = ""
    try:
        last_line = _run(claim.command, root=root, timeout_seconds=timeout_seconds, show=show)
        measured, detail = _read_answer(last_line)
    except _NoMeasurementError as failure:
        error = str(failure)
    return Answer(
        holds=measured is not None and claim.is_met_by(measured),
        measured=measured,
        detail=detail,
        error=error,
        seconds=round(time.perf_counter() - began, 2),
    )


def _run(
    command: list[str] | str, *, root: Path, timeout_seconds: float, show: Callable[[str], object]
) -> str:
    """Return the last line the command printed."""
    arguments = (
        ["bash", "-c", command.replace("{python}", shlex.quote(sys.executable))]
        if isinstance(command, str)
        else [argument.replace("{python}", sys.executable) for argument in command]
    )
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        try:
            process = subprocess.Popen(
                arguments,
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parent)},
            )
        except OSError as error:
            raise _NoMeasurementError(f"{arguments[0]!r} cannot be started: {error}") from error
        last_error = _wait(process, timeout_seconds=timeout_seconds, show=show)
        output.seek(0)
        last_line = _last_line(output)
    if process.returncode != 0:
        reason = last_error or last_line or "it said nothing"
        raise _NoMeasurementError(f"exit code {process.returncode}: {reason}")
    return last_line


def _wait(
    process: subprocess.Popen[str], *, timeout_seconds: float, show: Callable[[str], object]
) -> str:
    """Wait for the end of the command, and return the last line of its error output."""
    ran_out = Event()

    def stop() -> None:
        ran_out.set()
        _kill_group(process)

    timer = Timer(timeout_seconds, stop)
    timer.start()
    last_error = ""
    try:
        with process:
            for line in process.stderr or ():
                show(line)
                last_error = line.strip() or last_error
            process.wait()
    finally:
        timer.cancel()
        _kill_group(process)
    if ran_out.is_set():
        raise _NoMeasurementError(f"no answer within {timeout_seconds:g} s")
    return last_error


def _kill_group(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _last_line(output: IO[str]) -> str:
    last = ""
    for line in output:
        last = line.strip() or last
    return last


def _read_answer(line: str) -> tuple[Measured, dict[str, Any]]:
    try:
        answer = json.loads(line)
    except json.JSONDecodeError:
        answer = None
    if not isinstance(answer, dict) or not isinstance(
        answer.get("measured"), bool | int | float | str
    ):
        raise _NoMeasurementError(f"its last line is not {{'measured': …}} in JSON but {line!r}")
    detail = answer.get("detail", {})
    return answer["measured"], detail if isinstance(detail, dict) else {"detail": detail}
