"""A process that makes runs: it takes their numbers by a pipe, and answers with what became of each.

It imports no library with threads of its own. When its parent ends, however it ends, it ends too.
"""

import os
import signal
from multiprocessing import connection
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from brooks.bench.experiment.carrying import Carrier
from brooks.bench.experiment.grid import Grid
from brooks.bench.experiment.results import ResultFolder
from brooks.runtime.processes import end_with_parent, seldom_collecting
from brooks.spec.experiment import Experiment


class Order(NamedTuple):
    """What a process needs to know once."""

    experiment: bytes
    """As JSON: pickled, equal values would be encoded otherwise in logs (see `canonical`)."""
    out: Path
    made_by: str
    keep_logs: bool

    def carrier(self) -> Carrier:
        """What makes the runs."""
        folder = ResultFolder(self.out)
        grid = Grid(msgspec.json.decode(self.experiment, type=Experiment), self.out)
        return Carrier(grid, folder, made_by=self.made_by, keep_logs=self.keep_logs)


def serve(order: Order, pipe: "connection.Connection[Any, Any]") -> None:
    """Make the runs whose numbers come by the pipe, until there is an empty list."""
    os.setpgrp()  # so that Ctrl-C in the terminal reaches the parent alone, which then tells us
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    carrier = order.carrier()
    with seldom_collecting():
        while chunk := pipe.recv():
            for index in chunk:
                made = carrier.carry_out(index)
                pipe.send(made)
                if made.is_interrupted:
                    return
