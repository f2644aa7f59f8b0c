"""Problems for the planner, made of generated graphs without solutions, so that effort is what counts."""

from brooks.bench.generating import Generated
from brooks.core.spec import Task
from brooks.ids import TaskId
from brooks.plan.problem import Problem, planned_model


def problem_of_graph(generated: Generated, model: str) -> Problem:
    """The problem of doing a generated graph with a model; each task has a check and a file of its own."""
    made = tuple(
        Task(
            id=TaskId(task.id),
            depends_on=tuple(map(TaskId, task.depends_on)),
            effort=task.effort,
            files=(
                f"values/{task.id}.txt",
                *(() if task.shared is None else (f"shared/{task.shared}.txt",)),
            ),
            check="true",
        )
        for task in generated.tasks
    )
    return Problem(project="generated", tasks=made, models=(planned_model(model),))
