"""An elastic team on several machines: who is called lives there, and who is let go does not."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.kit import free, make_spec, task
from tests.runtime.remote.machines_here import MachinesHere
from tests.runtime.remote.test_remote_runs import run_on

from brooks.core import events
from brooks.core.spec import Elastic
from brooks.spec.teams import build_team


@pytest.mark.slow
def test_a_team_on_machines_shrinks_and_grows_with_what_is_ready(tmp_path: Path) -> None:
    """Four at once, then a chain, then four at once, on two machines under the real clock."""
    tasks = (
        *free(4),
        task("c0", "f1", "f2", "f3", "f4"),
        *(task(f"c{number}", f"c{number - 1}") for number in range(1, 5)),
        *(task(f"w{number}", "c4") for number in range(1, 5)),
    )
    team = replace(
        build_team("leased:1-4"),
        lease_seconds=2.0,
        lost_leases=10,
        elastic=Elastic(least=1, idle_seconds=0.1),
    )
    spec = make_spec(tasks, team=team, model="sim:typical", clock="real", time_scale=0.03)

    ended = run_on(MachinesHere("a", "b"), spec, tmp_path)

    assert not ended.flaws()
    assert ended.count(events.AgentLeft) >= 2
    assert ended.count(events.AgentCalled) > 4
