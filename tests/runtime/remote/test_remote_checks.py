"""Checks on many machines: each gets a verdict, whatever becomes of those that run it."""

from typing import Any, cast

from brooks.core.facts import CheckReason
from brooks.runtime.checking import CheckVerdict
from brooks.runtime.remote.checks import MOST_ENDED, RemoteCheck, RemoteChecks
from brooks.runtime.remote.machines import Machine
from brooks.runtime.remote.post import Checked, RunCheck
from brooks.runtime.virtual_clock import VirtualClock

PASSED = CheckVerdict(passed=True, reason=CheckReason.PASSED, output=b"", level="unknown")


class WireHere:
    """What is sent to a machine, and whether it is there."""

    def __init__(self) -> None:
        self.is_gone = False
        self.sent: list[RunCheck] = []

    @property
    def is_audible(self) -> bool:
        return not self.is_gone

    def send(self, item: RunCheck) -> None:
        self.sent.append(item)


class Some:
    """Machines, and a check that one of them has."""

    def __init__(self, count: int) -> None:
        self.wires = [WireHere() for _ in range(count)]
        machines = [Machine(cast("Any", wire), cast("Any", None), 1) for wire in self.wires]
        self.checks = RemoteChecks(
            VirtualClock(),
            lambda: [one for one in machines if one.wire.is_audible],
            patience_seconds=60.0,
        )
        found = self.checks.prepare("true", None, {})
        assert isinstance(found, RemoteCheck)
        self.check = found

    def end_the_one_that_has_it(self) -> None:
        """The machine ends, and is noticed."""
        [wire] = [one for one in self.wires if one.sent and not one.is_gone]
        wire.is_gone = True
        self.checks.look_after()


def test_a_check_goes_on_elsewhere_when_its_machine_ends() -> None:
    some = Some(3)

    some.end_the_one_that_has_it()
    [at_it] = [one for one in some.wires if one.sent and not one.is_gone]
    some.checks.checked(Checked(at_it.sent[0].number, PASSED))

    assert some.check.verdict == PASSED


def test_a_check_that_several_machines_did_not_survive_has_failed() -> None:
    """It would end all that there are; the rest are not tried."""
    some = Some(MOST_ENDED + 1)

    for _ in range(MOST_ENDED):
        assert some.check.verdict is None
        some.end_the_one_that_has_it()

    assert some.check.verdict is not None
    assert some.check.verdict.reason is CheckReason.KILLED
    assert sum(bool(wire.sent) for wire in some.wires) == MOST_ENDED
