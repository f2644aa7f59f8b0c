"""Starts a server as a process of its own, so that it lives on when its client is killed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import msgspec

from servers.faults import Faults
from servers.limits import Limits
from servers.record import Entry, load_record

_EVIDENCE = Path(__file__).resolve().parents[1]


class ServerProcess:
    """A server in another process."""

    def __init__(self, url: str, record: Path, process_id: int) -> None:
        self.url = url
        self.record = record
        self.process_id = process_id

    def arrived(self) -> int:
        """How many requests have arrived, those under way included.

        Raises:
            OSError: The server is not there.
        """
        with urlopen(self.url, timeout=60) as answer:  # noqa: S310 - a URL of our own server
            told: dict[str, int] = json.load(answer)
        return told["arrived"]

    def entries(self) -> list[Entry]:
        """The entries of all requests that are over, in order of arrival, also after the server ended.

        What a client has got the whole of is among them.
        """
        with suppress(OSError):
            self.arrived()
        return load_record(self.record)


@contextmanager
def serving_process(
    folder: Path,
    *,
    suite: str = "mathlib/parallel",
    tasks: Path | None = None,
    faults: Faults | None = None,
    limits: Limits | None = None,
    at_once: bool = True,
) -> Iterator[ServerProcess]:
    """A server process for as long as the block lasts; its plan and its record are in `folder`.

    Raises:
        RuntimeError: It did not start.
    """
    plan, bounds, record = folder / "faults.json", folder / "limits.json", folder / "record.jsonl"
    plan.write_bytes(msgspec.json.encode(faults or Faults()))
    bounds.write_bytes(msgspec.json.encode(limits or Limits()))
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "servers",
        "--faults",
        plan,
        "--limits",
        bounds,
    ]
    command += ["--record", record]
    command += ["--suite", suite] if tasks is None else ["--tasks", tasks]
    if not at_once:
        command.append("--one-by-one")
    paths = [str(_EVIDENCE), *filter(None, [os.environ.get("PYTHONPATH")])]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    ) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"the server did not start: exit code {process.wait()}")
            yield ServerProcess(url, record, process.pid)
        finally:
            process.terminate()
