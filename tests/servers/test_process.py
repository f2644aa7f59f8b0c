"""The server as a process of its own."""

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest
from tests.servers.kit import Client

from servers import Faults, Mishap, serving_process


@pytest.mark.slow
def test_a_process_serves_a_suite_and_keeps_its_record(tmp_path: Path) -> None:
    """It prints where it is, follows its plan, records at once, and ends when told to."""
    faults = Faults(first=(Mishap.SERVER_ERROR,))

    with (
        serving_process(tmp_path, suite="mathlib/serial", faults=faults) as server,
        closing(Client(server.url)) as client,
    ):
        statuses = [client.ask(text="Task gray_code: codes").status for _ in range(2)]
        entries = server.entries()
        arrived = server.arrived()

    assert server.entries() == entries
    assert arrived == 2
    assert statuses == [500, 200]
    assert [entry.treatment for entry in entries] == ["server_error", "answered"]
    assert entries[1].tasks == ("gray_code",)
    with pytest.raises(ProcessLookupError):
        os.kill(server.process_id, signal.SIGTERM)
