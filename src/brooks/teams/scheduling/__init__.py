"""In which order ready tasks are taken, and how tasks are dealt to agents beforehand.

`priorities` order ready tasks. `costs` say what a task takes each member, and a scheduler is a
function of graph and costs that gives a `schedule`: `listing` has those that place ready tasks one
behind the other, `heft` those for members that differ and communicate, and `improving` looks for a
shorter one in several passes, with the `bounds` to tell when there is none. `dealing` makes
assignments of them.
"""

from brooks.teams.scheduling.bounds import greedy_bound, lower_bound
from brooks.teams.scheduling.costs import Costs, costs_of, equal_costs
from brooks.teams.scheduling.dealing import (
    DEALERS,
    SCHEDULERS,
    deal,
    deal_by_critical_path,
    deal_chains_round_robin,
)
from brooks.teams.scheduling.heft import cpop, heft
from brooks.teams.scheduling.improving import PLACINGS, several_passes
from brooks.teams.scheduling.listing import chains_round_robin, critical_path, list_schedule, lpt
from brooks.teams.scheduling.priorities import Priorities
from brooks.teams.scheduling.schedule import Dealing, Line, Placed, Schedule, flaws_of

__all__ = [
    "DEALERS",
    "PLACINGS",
    "SCHEDULERS",
    "Costs",
    "Dealing",
    "Line",
    "Placed",
    "Priorities",
    "Schedule",
    "chains_round_robin",
    "costs_of",
    "cpop",
    "critical_path",
    "deal",
    "deal_by_critical_path",
    "deal_chains_round_robin",
    "equal_costs",
    "flaws_of",
    "greedy_bound",
    "heft",
    "list_schedule",
    "lower_bound",
    "lpt",
    "several_passes",
]
