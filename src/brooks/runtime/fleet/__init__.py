"""Many independent pieces of work, results as they come: in processes of this machine, or on a cluster.

    with closing(LocalEngine(jobs=2).fleet(work)) as fleet:
        for answer in fleet.carry_out(pieces):
            …

Both engines keep one contract (`protocol`), which one suite of tests holds them to. Nothing here
imports Ray before a cluster is opened.
"""

from brooks.runtime.fleet.clusters import Cluster
from brooks.runtime.fleet.local import LocalEngine, LocalFleet
from brooks.runtime.fleet.protocol import (
    TRIES,
    Answer,
    Done,
    Engine,
    Fleet,
    Lost,
    Work,
    default_jobs,
)
from brooks.runtime.fleet.ray_fleet import RayEngine, RayFleet

__all__ = [
    "TRIES",
    "Answer",
    "Cluster",
    "Done",
    "Engine",
    "Fleet",
    "LocalEngine",
    "LocalFleet",
    "Lost",
    "RayEngine",
    "RayFleet",
    "Work",
    "default_jobs",
]
