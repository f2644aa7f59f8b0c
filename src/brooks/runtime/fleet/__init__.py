"""Many independent pieces of work, results as they come: in processes of this machine, or on a cluster.

    with closing(LocalFleets(jobs=2).fleet(work)) as fleet:
        for answer in fleet.carry_out(pieces):
            …

Both keep one contract (`protocol`), which one suite of tests holds them to. Nothing here
imports Ray before a cluster is opened.
"""

from brooks.runtime.fleet.clusters import Cluster
from brooks.runtime.fleet.local import LocalFleet, LocalFleets
from brooks.runtime.fleet.protocol import (
    TRIES,
    Answer,
    Done,
    Fleet,
    Fleets,
    Lost,
    Work,
    default_jobs,
)
from brooks.runtime.fleet.ray_fleet import RayFleet, RayFleets

__all__ = [
    "TRIES",
    "Answer",
    "Cluster",
    "Done",
    "Fleet",
    "Fleets",
    "LocalFleet",
    "LocalFleets",
    "Lost",
    "RayFleet",
    "RayFleets",
    "Work",
    "default_jobs",
]
