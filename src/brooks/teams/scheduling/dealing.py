"""How tasks are dealt to agents before a run: the schedule by the tasks' efforts, without its times."""

from collections.abc import Callable, Mapping, Sequence

from brooks.core.graph import TaskGraph
from brooks.core.spec import Member, Scheduler, Task
from brooks.ids import AgentId, TaskId
from brooks.teams.scheduling.costs import Costs, costs_of, equal_costs
from brooks.teams.scheduling.heft import cpop, heft
from brooks.teams.scheduling.improving import several_passes
from brooks.teams.scheduling.listing import chains_round_robin, critical_path, lpt
from brooks.teams.scheduling.schedule import Dealing, Schedule

SCHEDULERS: Mapping[Scheduler, Callable[[TaskGraph, Costs], Schedule]] = {
    Scheduler.CRITICAL_PATH: critical_path,
    Scheduler.CHAINS_ROUND_ROBIN: chains_round_robin,
    Scheduler.LPT: lpt,
    Scheduler.HEFT: heft,
    Scheduler.CPOP: cpop,
}
"""Every scheduler as a function of the graph and the costs."""


def deal(
    scheduler: Scheduler,
    graph: TaskGraph,
    tasks: Mapping[TaskId, Task],
    members: Sequence[Member],
    *,
    placings: int = 0,
) -> Dealing:
    """Deal to members that may differ in speed, skills and price.

    To equal members this deals exactly as `DEALERS` do, unless it is given `placings`.

    Args:
        scheduler: The rule to deal by.
        graph: All tasks, with their efforts.
        tasks: The tasks by id, for the skills they ask for.
        members: The team.
        placings: With `critical_path`, how many times tasks may be placed to find a shorter schedule
            (see `improving`, which has a good number in `PLACINGS`); 0 for the plain list schedule.
    """
    costs = costs_of(tasks, graph, members)
    if placings and scheduler is Scheduler.CRITICAL_PATH:
        return several_passes(graph, costs, placings=placings).dealing
    return SCHEDULERS[scheduler](graph, costs).dealing


def deal_by_critical_path(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal to equal agents by a list schedule on the tasks' efforts, the largest upward rank first."""
    return critical_path(graph, equal_costs(graph, agents)).dealing


def deal_chains_round_robin(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal chains and free tasks to equal agents as the published experiment does."""
    return chains_round_robin(graph, equal_costs(graph, agents)).dealing


def deal_by_lpt(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal to equal agents by a list schedule on the tasks' efforts, the largest effort first."""
    return lpt(graph, equal_costs(graph, agents)).dealing


def deal_by_heft(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal to equal agents by `heft`: by upward rank, into gaps too."""
    return heft(graph, equal_costs(graph, agents)).dealing


def deal_by_cpop(graph: TaskGraph, agents: Sequence[AgentId]) -> Dealing:
    """Deal to equal agents by `cpop`: the whole critical path to one agent."""
    return cpop(graph, equal_costs(graph, agents)).dealing


DEALERS: Mapping[Scheduler, Callable[[TaskGraph, Sequence[AgentId]], Dealing]] = {
    Scheduler.CRITICAL_PATH: deal_by_critical_path,
    Scheduler.CHAINS_ROUND_ROBIN: deal_chains_round_robin,
    Scheduler.LPT: deal_by_lpt,
    Scheduler.HEFT: deal_by_heft,
    Scheduler.CPOP: deal_by_cpop,
}
"""How a preassignment is dealt to equal agents, by scheduler."""
