"""Prompt tokens per task in a project of 200 tasks, as a ratio to one of 20 tasks of the same shape.

Both projects are layers of tasks, each of which builds on two of the layer before and adds a file
to a shared folder; the larger one has ten times as many layers. They are run by the same team and
model; the first request of every turn is counted, which is all that a task needs that goes well.
"""

import json

from brooks.core.events import ReplyReceived
from brooks.core.spec import CheckSettings, Spec, Task
from brooks.ids import TaskId
from brooks.log.codec import Codec
from brooks.spec.teams import build_team
from measure.bundled import run_in_memory

WIDTH = 4


def tasks_of(count: int) -> tuple[Task, ...]:
    """Layers of four tasks."""
    tasks = []
    for number in range(count):
        layer, place = divmod(number, WIDTH)
        needs = [(layer - 1) * WIDTH + (place + step) % WIDTH for step in (0, 1)] if layer else []
        tasks.append(
            Task(
                id=TaskId(f"task-{number:03}"),
                title=f"Write module {number:03}",
                description="Write the module with the functions that the plan names. " * 6,
                depends_on=tuple(TaskId(f"task-{each:03}") for each in needs),
                files=(f"modules/module_{number:03}.py",),
                check="python -m pytest -q",
            )
        )
    return tuple(tasks)


def prompt_tokens(count: int) -> float:
    """Input tokens a task, over a whole run."""
    spec = Spec(
        project="growth",
        tasks=tasks_of(count),
        team=build_team("leased:4", attempts=20),
        model="sim:typical",
        clock="virtual",
        checks=CheckSettings(mode="modelled"),
    )
    files = {f"docs/page_{number:03}.md": b"# A page\n" for number in range(count)}
    state, log = run_in_memory(spec, {}, files)
    assert state.finished is not None
    assert state.finished[0].value == "done"
    sizes = [
        record.event.usage.input_tokens
        for record in Codec().decode_all(log.read())
        if isinstance(record.event, ReplyReceived) and record.event.index == 0
    ]
    return sum(sizes) / len(sizes)


def main() -> None:
    small, large = prompt_tokens(20), prompt_tokens(200)
    detail = {"tokens_of_20": round(small), "tokens_of_200": round(large)}
    print(json.dumps({"measured": round(large / small, 4), "detail": detail}))


if __name__ == "__main__":
    main()
