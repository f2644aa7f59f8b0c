"""What workers do with the numbers of a grid's runs.

Nothing here imports a library with threads of its own: processes that work are to be small and quick
to start.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from brooks.bench.experiment.carrying import Brought, Carrier, Made
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.results import ResultFolder
from brooks.bench.experiment.sending import decode_grid
from brooks.spec.experiment import Experiment


class Making(NamedTuple):
    """Making runs where the disk is that of whoever asks: task files are read, and results written."""

    experiment: bytes
    """As JSON: pickled, equal values would be encoded otherwise in logs (see `canonical`)."""
    out: Path
    made_by: str
    keep_logs: bool

    def begin(self) -> Callable[[int], Made]:
        """What makes the runs."""
        grid = Grid(msgspec.json.decode(self.experiment, type=Experiment), self.out)
        folder = ResultFolder(self.out)
        carrier = Carrier(grid, folder=folder, made_by=self.made_by, keep_logs=self.keep_logs)
        return carrier.carry_out


class Remaking(NamedTuple):
    """Making runs of a grid that was sent, and sending back all that is to be kept of them."""

    grid: bytes
    """See `sending`."""
    made_by: str
    keep_logs: bool

    def begin(self) -> Callable[[int], Brought]:
        """What makes the runs."""
        sent = decode_grid(self.grid)
        carrier = Carrier(
            sent.grid(), models=sent.models(), made_by=self.made_by, keep_logs=self.keep_logs
        )
        return carrier.make
