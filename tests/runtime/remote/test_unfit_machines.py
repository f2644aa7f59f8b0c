"""Machines that cannot take part, or not when it matters, and what a run makes of them."""

from pathlib import Path

import pytest
from tests.runtime.remote.machines_here import MachinesHere
from tests.runtime.remote.test_remote_runs import After, run_on, spec_of

from brooks.errors import OutsideError
from brooks.runtime.remote import machines as machines_module

pytestmark = pytest.mark.slow

OLD = "has brooks 0.0.1, and this one another"


def test_machine_with_another_version_ends_the_run_and_is_named(tmp_path: Path) -> None:
    machines = MachinesHere("a", "b")
    machines.other["b"] = OLD

    with pytest.raises(OutsideError, match=r"the machine 'b' has brooks 0\.0\.1"):
        run_on(machines, spec_of(), tmp_path)


def test_machine_that_joins_later_and_is_unfit_is_left_out(tmp_path: Path) -> None:
    """A run that is going well does not end because of it; the user is told."""
    machines = MachinesHere("a")
    machines.other["b"] = OLD
    told: list[str] = []

    def join() -> None:
        machines.there["b"] = None

    spec = spec_of(40, time_scale=0.2)
    ended = run_on(machines, spec, tmp_path, After(2, join), tell=told.append)

    assert not ended.flaws()
    assert len(told) == 1
    assert "'b' has brooks 0.0.1" in told[0]


def test_run_without_any_machine_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines_module, "ALONE_SECONDS", 0.5)
    machines = MachinesHere()
    told: list[str] = []

    def come(text: str) -> None:
        told.append(text)
        machines.there["a"] = None

    ended = run_on(machines, spec_of(2), tmp_path, tell=come)

    assert not ended.flaws()
    assert len(told) == 1
    assert "waits for a machine" in told[0]
