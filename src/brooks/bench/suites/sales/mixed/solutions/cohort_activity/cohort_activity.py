from collections.abc import Sequence
from typing import Any

from cohort_members import cohort_members


def cohort_activity(sales: Sequence[dict[str, Any]]) -> dict[int, list[int]]:
    """Return how many members of each cohort bought 0, 1, 2, ... months after they began."""
    cohorts = cohort_members(sales)
    ends = [start + offsets[-1] for start, group in cohorts.items() for offsets in group.values()]
    last = max(ends, default=0)
    activity = {start: [0] * (last - start + 1) for start in cohorts}
    for start, members in cohorts.items():
        for offsets in members.values():
            for offset in offsets:
                activity[start][offset] += 1
    return activity
