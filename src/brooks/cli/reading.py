"""A run read back from its folder."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec

from brooks.analysis.summary import Summary
from brooks.cli.assembling import is_simulated
from brooks.core.board import fold
from brooks.core.events import Record
from brooks.core.spec import Spec
from brooks.core.state import State
from brooks.errors import UsageError
from brooks.log.codec import Codec
from brooks.log.sqlite import SqliteLog
from brooks.runtime.run_folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRun:
    """Everything that is known of a run."""

    folder: RunFolder
    records: list[Record]
    state: State
    spec: Spec

    @property
    def manifest(self) -> dict[str, Any]:
        """What stands beside the log."""
        return self.folder.manifest()

    def summary(self) -> Summary:
        """Its facts."""
        return summary_of(self.spec, self.records)


def read_run(folder: RunFolder) -> ReadRun:
    """Read a run's log from the first record to the last.

    Raises:
        UsageError: The run never began, or a newer program wrote its log.
        OutsideError: The log is damaged.
    """
    with closing(SqliteLog.open_reader(folder.log)) as log:
        records = list(Codec().decode_all(log.read()))
        state = fold(records)
        if state.run is None:
            raise UsageError(
                f"the log of the run {folder.id!r} is empty: it was stopped before it began; "
                "start it again"
            )
        spec = msgspec.json.decode(log.blob(state.run.spec), type=Spec)
        return ReadRun(folder=folder, records=records, state=state, spec=spec)


def summary_of(spec: Spec, records: list[Record]) -> Summary:
    """The facts of a run that has this spec."""
    return Summary.of(records, simulated=is_simulated(spec), clock=spec.clock, model=spec.model)
