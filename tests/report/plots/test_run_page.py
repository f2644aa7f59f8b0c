"""The page of a run, of whatever kind of run."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from brooks.analysis.tabling import About, rows_of
from brooks.core import events
from brooks.core.facts import Outcome
from brooks.report.page.contents import Grid, Page, Plot
from brooks.report.plots.graph import MOST_NODES
from brooks.report.plots.lane_rows import MOST_LANES
from brooks.report.run_page import page_of, run_page
from brooks.report.runs_page import MOST_LANES as LANES_OF_RUNS
from brooks.report.runs_page import RunToShow, runs_page

MakeUp = Callable[..., Any]

SHAPES = [
    {"agents": 1, "tasks": 1},
    {"agents": 2, "tasks": 4, "cut": 1},
    {"agents": 2, "tasks": 4, "cut": 3},
    {"agents": 2, "tasks": 4, "cut": 12},
    {"agents": 3, "tasks": 9, "cut": 60, "fail_every": 2},
    {"agents": 4, "tasks": 20, "replies": 2, "fail_every": 3, "letters": True},
    {"agents": 100, "tasks": 500},
]


def plots(page: Page) -> Iterator[Plot]:
    for section in page.sections:
        yield from (part for part in section.parts if isinstance(part, Plot))


def named_data(spec: Any) -> Iterator[str]:
    """The names of the data sets that a specification reads."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key == "data":
                yield value["name"]
            else:
                yield from named_data(value)
    elif isinstance(spec, list):
        for each in spec:
            yield from named_data(each)


def text_of(page: Page) -> str:
    sections = [says for section in page.sections for says in section.says]
    return " ".join([page.verdict, *sections, *(plot.says for plot in plots(page))])


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_every_run_has_a_page_whose_plots_have_what_they_name(
    shape: dict[str, Any], make_up: MakeUp
) -> None:
    page = page_of(make_up(**shape).told(), {})

    names = [part.name for section in page.sections for part in section.parts]
    assert len(set(names)) == len(names)
    for plot in plots(page):
        assert set(named_data(plot.spec)) == set(plot.data)
        assert re.fullmatch(r"[a-z0-9-]+", plot.name)
        assert plot.alternative
        assert any(
            column for levels in plot.data.values() for column in levels[-1].columns.values()
        )
        assert plot.says
        for levels in plot.data.values():
            for level in levels:
                assert len({len(values) for values in level.columns.values()}) == 1


def test_the_verdict_is_one_plain_sentence(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=4, tasks=20).told(), {})

    assert page.verdict == (
        "20 of 20 tasks done and verified in 22.0 s by 4 agents for 2,200 tokens and $0.02 (simulated)"
    )
    assert page.tone == "good"


def test_a_run_that_is_not_over_says_so(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=2, tasks=4, cut=24).told(), {})

    assert page.verdict.startswith("Not over: 0 of 4 tasks done, 0 verified")
    assert page.tone == "quiet"
    assert "this is how far its log goes" in text_of(page)


def test_what_there_was_none_of_is_said_and_not_drawn(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=2, tasks=4).told(), {})

    assert {"trouble", "messages"}.isdisjoint(plot.name for plot in plots(page))
    assert "There was no conflict, and no check failed." in text_of(page)
    assert "No agent wrote to another." in text_of(page)


def test_what_has_no_room_is_said_to_be_left_out(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=MOST_LANES + 5, tasks=MOST_NODES + 20).told(), {})
    by_name = {plot.name: plot for plot in plots(page)}

    lanes = set(by_name["lanes"].data["bars"][-1].columns["lane"])
    assert len(lanes) == MOST_LANES
    assert "5 agents of 65 are not shown" in by_name["lanes"].says
    assert "320 tasks are too many to draw each" in by_name["graph"].says
    assert "the mean of the 290 tasks that have no bar" in by_name["waits"].says


def test_a_mark_never_gets_its_look_from_an_unknown_value(make_up: MakeUp) -> None:
    """Vega leaves out marks of which a number is unknown: a task that is not done has no slack."""
    records = make_up(agents=3, tasks=8).records
    done = [record.position for record in records if isinstance(record.event, events.TaskDone)]
    page = page_of(make_up(agents=3, tasks=8, cut=done[-2]).told(), {})
    graph = next(plot for plot in plots(page) if plot.name == "graph")
    nodes = graph.data["nodes"][-1].columns

    assert None in nodes["slack"]
    encoding = next(
        layer["encoding"] for layer in graph.spec["layer"] if "opacity" in layer["encoding"]
    )
    for channel in ("x", "y", "opacity"):
        assert None not in nodes[encoding[channel]["field"]]


def test_the_path_through_the_lanes_has_no_gap(make_up: MakeUp) -> None:
    """It begins with the first critical task and ends when the last one was done."""
    told = make_up(agents=3, tasks=12, fail_every=2).told()
    lanes = next(plot for plot in plots(page_of(told, {})) if plot.name == "lanes")
    path = lanes.data["path"][-1].columns

    assert path["start"][0] == 0.0
    assert path["end"][:-1] == path["start"][1:]
    assert path["to_lane"][:-1] == path["lane"][1:]
    assert path["end"][-1] == told.summary.makespan_seconds
    critical = {row["task"] for row in told.tasks if row["on_critical_path"]}
    assert set(path["task"]) == critical


def test_a_fault_is_shown_for_as_long_as_it_was_in_effect(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=2, tasks=4, slow=True).told(), {})
    lanes = next(plot for plot in plots(page) if plot.name == "lanes")

    assert lanes.data["faults"][-1].columns == {
        "lane": ["agent-1"], "start": [0.25], "end": [1.25], "kind": ["slow"],
    }  # fmt: skip
    assert "a fault was in effect" in lanes.says


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.DONE])
def test_how_a_run_ended_comes_first(outcome: Outcome, make_up: MakeUp) -> None:
    page = page_of(make_up(agents=2, tasks=4, outcome=outcome).told(), {})

    assert re.match(
        r"(Failed|Out of budget|Interrupted|Stopped from outside|Cancelled): ", page.verdict
    )
    assert "Why it ended: it could not go on." in text_of(page)
    assert page.tone == "bad"


def test_tasks_that_agents_found_are_counted_and_drawn(make_up: MakeUp) -> None:
    """Of six tasks the spec had four: two were found, under titles of their own."""
    made = make_up(agents=2, tasks=6)
    spec = msgspec.structs.replace(made.spec, tasks=made.spec.tasks[:4])
    rows = rows_of(made.records, spec, About(run="made-up", project=spec.project, simulated=True))
    page = run_page(
        run="made-up", spec=spec, records=made.records, rows=rows, manifest={}, simulated=True
    )
    by_name = {plot.name: plot for plot in plots(page)}

    assert "agents found 2 more tasks" in by_name["burn-up"].says
    assert by_name["graph"].data["nodes"][-1].columns["title"] == [f"Part {n}" for n in range(6)]


def test_one_layer_of_bars_covers_the_lanes(make_up: MakeUp) -> None:
    """Whatever is filled and lies above a bar takes the pointer from it, and its values are not shown."""
    lanes = next(plots(page_of(make_up(agents=2, tasks=4, fail_every=2).told(), {})))

    kinds = [layer["mark"]["type"] for layer in lanes.spec["layer"]]
    assert kinds[0] == "bar"
    assert kinds.count("bar") == 1


def test_nothing_simulated_goes_without_the_word(make_up: MakeUp) -> None:
    page = page_of(make_up(agents=2, tasks=4, fail_every=2, letters=True).told(), {})

    assert page.simulated
    assert "simulated" in page.verdict
    assert all(plot.simulated for plot in plots(page))


def test_times_count_from_the_first_record(make_up: MakeUp) -> None:
    made = make_up(agents=2, tasks=4)
    later = [record._replace(time=record.time + 1000) for record in made.records]

    one, other = (
        run_page(
            run="made-up",
            spec=made.spec,
            records=records,
            rows=made.rows,
            manifest={},
            simulated=True,
        )
        for records in (made.records, later)
    )

    assert one == other


def test_a_page_is_the_same_each_time(make_up: MakeUp) -> None:
    made = make_up(agents=3, tasks=12, fail_every=2, letters=True)

    assert page_of(made.told(), {}) == page_of(made.told(), {})


def test_a_run_of_twenty_tasks_has_its_page_in_a_moment(make_up: MakeUp) -> None:
    made = make_up(agents=4, tasks=20, replies=2)
    begin = time.process_time()

    page_of(made.told(), {})

    assert time.process_time() - begin < 1.0


def test_several_runs_are_shown_side_by_side(make_up: MakeUp) -> None:
    shown = [
        RunToShow(run=run, spec=made.spec, records=made.records, rows=made.rows, simulated=True)
        for run, agents in (("alone", 1), ("team", 3))
        for made in [make_up(agents=agents, tasks=12, run=run)]
    ]

    page = runs_page(shown)

    assert page.verdict == (
        "2 of 2 runs are done and verified; the fastest is team (hybrid:3) in 18.0 s, and it took the "
        "fewest tokens, 1,320 (simulated)"
    )
    named = {part.name: part for section in page.sections for part in section.parts}
    assert {"verdicts", "burn-up", "lanes-1", "lanes-2", "metrics"} <= set(named)
    ends = {plot.zoom.end for plot in plots(page) if plot.zoom is not None}
    assert len(ends) == 1
    grid = named["metrics"]
    assert isinstance(grid, Grid)
    values = {row[0].value: [cell.value for cell in row[1:-1]] for row in grid.rows}
    assert values["seconds"] == [50.0, 18.0]
    assert values["verified_speedup"] == [1.0, pytest.approx(50 / 18)]


def test_runs_of_any_kind_stand_beside_each_other(make_up: MakeUp) -> None:
    """One has only begun, one was cut off, one is done, and there are more than have room."""
    shapes = [{"cut": 1}, {"cut": 30}, {}, *({"agents": 2} for _ in range(LANES_OF_RUNS + 1))]
    shown = [
        RunToShow(
            run=f"run-{n}", spec=made.spec, records=made.records, rows=made.rows, simulated=True
        )
        for n, shape in enumerate(shapes)
        for made in [make_up(**{"agents": 3, "tasks": 6, **shape}, run=f"run-{n}")]
    ]

    page = runs_page(shown)

    drawn = [plot for plot in plots(page) if plot.name.startswith("lanes-")]
    assert len(drawn) == LANES_OF_RUNS
    assert f"Only the first {LANES_OF_RUNS} of {len(shapes) - 1} runs are drawn." in text_of(page)
    assert "Runs in which no agent has done anything yet are not drawn." in text_of(page)
    assert page.tone == "quiet"


def test_runs_that_have_only_begun_are_a_table(make_up: MakeUp) -> None:
    made = make_up(agents=2, tasks=3, cut=1)
    shown = RunToShow(
        run="made-up", spec=made.spec, records=made.records, rows=made.rows, simulated=True
    )

    page = runs_page([shown])

    assert list(plots(page)) == []
    assert page.verdict == "The run is not done and verified (simulated)"
