"""Checks that run on the machines: the tree goes there by the hashes of its files, the verdict comes back.

A check belongs to its tree and its command, whoever runs it and however often. So one that was given
to a machine that is gone or silent is given to another, and the first verdict counts. One that several
machines did not survive has failed: it may be what ends them.
"""

from collections.abc import Callable
from typing import NoReturn

from brooks.core.facts import CheckReason
from brooks.core.spec import Task
from brooks.errors import InternalError
from brooks.ids import BlobHash
from brooks.runtime.checking import CheckVerdict, Files, tree_of
from brooks.runtime.clock import Clock, Signal
from brooks.runtime.remote.machines import Machine
from brooks.runtime.remote.post import Checked, RunCheck
from brooks.workspace.tree import tree_hash

MOST_ENDED = 3
"""How many machines may end while they run a check before it counts as failed."""


_DEADLY = CheckVerdict(
    passed=False,
    reason=CheckReason.KILLED,
    output=f"{MOST_ENDED} machines ended while they ran this check\n".encode(),
    level="unknown",
)


class RemoteCheck:
    """A check that is to run on some machine."""

    def __init__(self, item: RunCheck, key: tuple[BlobHash, str]) -> None:
        self.item = item
        self.key = key
        self.machine: Machine | None = None
        self.since = 0.0
        """When it was given to that machine."""
        self.ended = 0
        """How many machines have ended while they ran it."""
        self.verdict: CheckVerdict | None = None
        self.done = Signal()

    def __call__(self) -> NoReturn:
        """Nobody can do this here."""
        raise InternalError("a check that is to run on another machine was to be run here")


class RemoteChecks:
    """A run's `Checks`; the engine waits for what it prepares."""

    def __init__(
        self, clock: Clock, audible: Callable[[], list[Machine]], *, patience_seconds: float
    ) -> None:
        """Say where machines are found, and after how long a check is given to another one."""
        self._clock = clock
        self._audible = audible
        self._patience = patience_seconds
        self._open: dict[int, RemoteCheck] = {}
        self._known: dict[tuple[BlobHash, str], CheckVerdict] = {}
        self._last = 0

    def prepare(self, command: str, task: Task | None, files: Files) -> Callable[[], CheckVerdict]:
        """Take the tree now, and give the check to the machine that has the fewest."""
        tree = tree_of(files)
        key = (tree_hash(tree), command)
        known = self._known.get(key)
        if known is not None:
            return lambda: known
        self._last += 1
        check = self._open[self._last] = RemoteCheck(RunCheck(self._last, command, tree), key)
        self._give(check)
        return check

    async def wait(self, check: RemoteCheck) -> CheckVerdict:
        """Wait for the verdict."""
        while check.verdict is None:
            await self._clock.wait(check.done)
        return check.verdict

    def checked(self, item: Checked) -> None:
        """A verdict has come; a second one of the same check says nothing new."""
        check = self._open.pop(item.number, None)
        if check is not None:
            self._settle(check, item.verdict)

    def look_after(self) -> None:
        """Give checks to another machine whose machine is gone, silent, or takes too long."""
        now = self._clock.time()
        for number, check in list(self._open.items()):
            machine = check.machine
            if machine is not None and machine.wire.is_gone:
                check.ended += 1
                check.machine = machine = None
                if check.ended == MOST_ENDED:
                    del self._open[number]
                    self._settle(check, _DEADLY)
                    continue
            if machine is None or not machine.wire.is_audible or now > check.since + self._patience:
                self._give(check)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _settle(self, check: RemoteCheck, verdict: CheckVerdict) -> None:
        check.verdict = self._known[check.key] = verdict
        self._clock.notify(check.done)

    def _give(self, check: RemoteCheck) -> None:
        machines = [one for one in self._audible() if one is not check.machine] or self._audible()
        if not machines:
            check.machine = None
            return
        loads = dict.fromkeys(map(id, machines), 0)
        for each in self._open.values():
            if each is not check and id(each.machine) in loads:
                loads[id(each.machine)] += 1
        machine = min(machines, key=lambda one: loads[id(one)] / one.processors)
        check.machine, check.since = machine, self._clock.time()
        machine.wire.send(check.item)
