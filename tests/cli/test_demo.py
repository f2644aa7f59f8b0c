"""`brooks demo`: the story it tells is in the log."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from brooks.cli.demo import VICTIM
from brooks.cli.reading import read_run
from brooks.core.events import LeaseExpired, Refused, TaskDone
from brooks.core.facts import RefusalReason
from brooks.runtime.run_folder import RunFolder


@pytest.mark.slow
def test_a_worker_is_lost_and_nothing_else(brooks: Callable[..., Any], tmp_path: Path) -> None:
    """Its lease runs out, another agent does the task, and the late change is refused; all is verified."""
    said = brooks("demo", "--json")

    assert said.code == 0
    alone, team = said.json["runs"]
    assert (alone["team"], team["team"]) == ("single:1", "leased:4")
    assert alone["tasks"]["verified"] == team["tasks"]["verified"] == 20
    assert team["makespan_seconds"] < alone["makespan_seconds"]
    records = read_run(RunFolder(tmp_path / ".brooks" / "runs" / team["run"])).records
    events = [record.event for record in records]
    (expired,) = [event for event in events if isinstance(event, LeaseExpired)]
    (late,) = [
        event for event in events if isinstance(event, Refused) and event.command == "Propose"
    ]
    (done,) = [
        event for event in events if isinstance(event, TaskDone) and event.task == expired.tasks[0]
    ]
    assert expired.agent == late.agent == VICTIM
    assert (late.task, late.reason) == (expired.tasks[0], RefusalReason.STALE_FENCE)
    assert done.agent != VICTIM
    assert events.index(expired) < events.index(done) < events.index(late)
    assert "arrives at last and is refused" in said.json["story"][-2]["text"]
