"""Task graphs of any size and shape, with everything it takes to run them.

    generated = generate(tasks=100, parallel_fraction=0.8, width=10, effort_spread=0.5, seed=1)
    write_suite(Path("graph"), generated)

writes a folder with a task file, a workspace whose checks run, and the reference solutions that simulated
models write, and `brooks run graph/tasks.yaml -m sim:typical` runs it. The same arguments give the same
bytes. A task is a small sum: its number and those of the tasks it depends on, so that it cannot be done
before them; and some add a line to a file they share with others.
"""

from brooks.bench.generating.shape import Shape, plan_shape
from brooks.bench.generating.suite import task_file, write_suite
from brooks.bench.generating.tasks import Generated, GeneratedTask, generate

__all__ = [
    "Generated",
    "GeneratedTask",
    "Shape",
    "generate",
    "plan_shape",
    "task_file",
    "write_suite",
]
