"""What Ray's own bare task takes, to be read beside what a turn takes on our engine on Ray.

A cluster of this machine alone, opened as ours is. A task that does nothing is asked for and waited
for, one after the other; then many at once.

    python benchmarks/bare_task.py [--tasks 500]
"""

import argparse
import json
import time
from contextlib import closing

from brooks.runtime.fleet.clusters import Cluster


def nothing() -> None:
    """Do nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--tasks", type=int, default=500)
    options = parser.parse_args()
    with closing(Cluster.open()):
        import ray

        bare = ray.remote(num_cpus=1)(nothing)
        ray.get([bare.remote() for _ in range(20)])  # workers are there
        began = time.perf_counter()
        for _ in range(options.tasks):
            ray.get(bare.remote())
        alone = (time.perf_counter() - began) / options.tasks
        began = time.perf_counter()
        ray.get([bare.remote() for _ in range(options.tasks)])
        together = (time.perf_counter() - began) / options.tasks
    detail = {
        "ms_one_after_the_other": round(1000 * alone, 3),
        "tasks_per_second_at_once": round(1 / together),
    }
    print(json.dumps({"measured": detail["ms_one_after_the_other"], "detail": detail}))


if __name__ == "__main__":
    main()
