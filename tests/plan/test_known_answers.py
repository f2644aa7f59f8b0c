"""Problems whose answer anybody can work out: the planner gives it, with the reason in words."""

from collections.abc import Callable

import pytest
from tests.plan.conftest import chain, free, plan, problem

from brooks.core.events import TaskAdded, TaskDone
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.plan.bounds import Limits
from brooks.plan.candidates import given_team
from brooks.plan.problem import PlannedModel
from brooks.plan.simulating import Simulator
from brooks.spec.teams import build_team

pytestmark = pytest.mark.slow
MakeModel = Callable[..., PlannedModel]


@pytest.mark.parametrize("objective", ["time", "cost", "balanced"])
def test_a_chain_is_for_one_agent(model: MakeModel, objective: str) -> None:
    """Twelve tasks, each of which waits for the one before."""
    planned = plan(problem(chain(12), model()), objective)

    assert planned.size == 1
    assert "second agent would only wait" in planned.why("one agent")
    assert "t01 -> t02 -> t03" in planned.why("chain")
    assert "12 of 12 tasks, 100% of the work" in planned.why("chain")
    assert "split 't01'" in planned.change("chain")


def test_free_tasks_get_as_many_agents_as_the_width_allows(model: MakeModel) -> None:
    """Twelve tasks that wait for nothing, agents that cost nothing to coordinate."""
    planned = plan(problem(free(12), model()), presets=("single", "leased", "hybrid"))

    assert planned.size == 12
    assert planned.choice.seconds_ratio.high < 0.15
    assert "12 tasks can be worked on side by side" in planned.why("width")


def test_fewer_agents_where_fewer_are_allowed(model: MakeModel) -> None:
    """The same tasks, and the user allows three."""
    planned = plan(problem(free(12), model()), presets=("single", "leased"), max_agents=3)

    assert planned.size == 3
    assert "no more than 3 agents are allowed" in planned.why("agents")
    assert "--max-agents" in planned.change("agents")


def test_a_rate_limit_that_fits_two_agents_gives_two(model: MakeModel) -> None:
    """A request takes a minute, and two a minute are allowed."""
    slow = model("slow", changes={"overhead_seconds": 57.0}, requests_per_minute=2)
    planned = plan(problem(free(10), slow), presets=("single", "leased"), max_agents=5)

    assert planned.size == 2
    assert "2 requests a minute is shared by the team" in planned.why("rate limit")
    assert "more than 2 agents would only wait" in planned.why("rate limit")
    assert "raise the limit" in planned.change("rate limit")


def test_twice_the_speed_for_ten_times_the_price_is_not_cheap(model: MakeModel) -> None:
    """Two models; what counts is the cost, and then the time."""
    twice = {"output_tokens_per_second": 230, "overhead_seconds": 0.5}
    cheap = model("cheap", price=1.0)
    dear = model("dear", price=10.0, changes=twice)
    models = problem(free(6), dear, cheap)

    by_cost = plan(models, "cost", presets=("single", "leased"))
    by_time = plan(models, "time", presets=("single", "leased"))

    assert by_cost.model == cheap.name
    assert "is the quickest" in by_cost.why("price")
    assert "10.0 times as much" in by_cost.why("price")
    assert by_time.model == dear.name


@pytest.mark.parametrize("objective", ["time", "balanced"])
def test_a_file_that_all_write_is_for_fewer_agents_or_copies(
    model: MakeModel, objective: str
) -> None:
    """Every task adds its part to one file."""
    apart = plan(problem(free(6), model()), objective, presets=("single", "leased"))
    together = plan(
        problem(free(6, ["shared.txt"]), model()), objective, presets=("single", "leased")
    )

    assert apart.size == 6
    assert together.size < apart.size or "isolated" in together.team
    assert "6 tasks write 'shared.txt'" in together.why("files")
    assert "let one task write 'shared.txt'" in together.change("files")


def test_replicas_pay_where_trying_again_takes_the_chains_time(model: MakeModel) -> None:
    """Half of all attempts are wrong, each on a chain that nobody else could shorten."""
    half = model("half", changes={"mistake": 0.5, "repair": 0.5})
    planned = plan(problem(chain(6), half), "time", presets=("single", "voting"))

    assert "replicas" in planned.team
    assert planned.choice.seconds_ratio.high < 1.0
    assert "50% of first attempts are wrong" in planned.why("mistakes")
    assert "first result that passes its check" in planned.why("mistakes")


def test_replicas_do_not_pay_where_trying_again_is_cheaper(model: MakeModel) -> None:
    """The same agents: by cost, or where other tasks are waiting for whoever is free."""
    half = model("half", changes={"mistake": 0.5, "repair": 0.5})
    presets = ("single", "leased", "voting")

    by_cost = plan(problem(chain(6), half), "cost", presets=presets)
    busy = plan(problem(free(10), half), "time", presets=presets, sizes=(2, 4), max_agents=4)

    assert by_cost.size == 1
    assert "trying again costs less" in by_cost.why("mistakes")
    assert "replicas" not in busy.team
    assert busy.size == 4


def test_a_deadline_takes_a_team_where_cost_alone_would_take_one_agent(model: MakeModel) -> None:
    """Replicas cost more than trying again, and are in time."""
    half = model("half", changes={"mistake": 0.5, "repair": 0.5})
    tasks, presets = problem(chain(6), half), ("single", "voting")
    cheapest = plan(tasks, "cost", presets=presets)
    times = [each.seconds for each in cheapest.predicted.predictions]
    limits = Limits(deadline_seconds=max(times[0].low, times[-1].high * 1.02))

    in_time = plan(tasks, "cost", presets=presets, limits=limits)

    assert cheapest.size == 1
    assert in_time.size > 1
    assert in_time.choice.keeps_limits
    assert "keeps the deadline in only" in in_time.why("deadline")


def test_without_efforts_the_plan_says_how_sure_it_is(model: MakeModel) -> None:
    """All tasks look the same in the file: each run draws what they really take."""
    planned = plan(problem(free(6), model(), effort_spread=0.5), presets=("single", "leased"))

    assert any("gives no efforts" in text and "50%" in text for text in planned.reasons.sure)
    assert any("within 5 % of the best" in text for text in planned.reasons.sure)
    assert planned.choice.sure.low < planned.choice.sure.high


def test_expected_discoveries_make_the_work_longer_and_are_said(model: MakeModel) -> None:
    """Half as many tasks again are expected to turn up."""
    known = plan(problem(free(6), model()), presets=("single",))
    more = plan(problem(free(6), model(), found=0.5), presets=("single",))

    times = [each.predicted.predictions[0].seconds.typical for each in (known, more)]
    assert times[1] == pytest.approx(1.5 * times[0], rel=0.1)
    assert any("50% more tasks" in text for text in more.reasons.sure)


@pytest.mark.parametrize("team", ["single", "leased:3", "hybrid:3", "preassigned:2", "voting:3"])
def test_a_task_that_turns_up_is_known_once_its_finder_is_at_work(
    model: MakeModel, team: str
) -> None:
    """Agents propose it as they would in earnest; then it is done like any other."""
    given = problem(chain(4), model(), found=0.5)
    log = MemoryLog()

    ended = Simulator(problem=given).run(
        given_team(build_team(team), given.models[0].name, name=team), 1, log=log
    )

    added: dict[TaskId, float] = {}
    done = set()
    for record in Codec().decode_all(log.read()):
        if isinstance(record.event, TaskAdded):
            added[record.event.task.id] = record.time
        elif isinstance(record.event, TaskDone):
            done.add(record.event.task)
    late = {task: time for task, time in added.items() if task.startswith("found-")}
    assert ended.is_complete
    assert (len(added), len(late)) == (6, 2)
    assert all(time > 0 for time in late.values())
    assert done == set(added)
