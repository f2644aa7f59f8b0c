"""What is planned: the tasks of a file, and the models that could do them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.core.spec import ModelSettings, Task
from brooks.errors import UsageError
from brooks.ids import BlobHash
from brooks.models.naming import parse_model
from brooks.models.prices import Pricing, find_price
from brooks.models.profile import Profile, load_profile
from brooks.spec.load import TaskFile

TASK_TOKENS = 250.0
"""Output tokens of a task of average effort where the task file says nothing of it: in the published runs
one function in one file took 106 to 429, by model and project."""
EFFORT_SPREAD = 0.5
"""Coefficient of variation with which efforts are drawn in each simulated run where the file gives none."""
DEFAULT_PROFILE = "typical"
LARGEST_START_FILE = 200_000
"""Bytes of a file of the workspace beyond which a simulated run begins without it."""


class PlannedModel(Message, frozen=True, kw_only=True):
    """A model that could do the work."""

    name: str
    """Its canonical model string."""
    profile: Profile
    """How it is simulated."""
    profile_name: str
    settings: ModelSettings

    @property
    def pricing(self) -> Pricing | None:
        """What it costs; None if nobody knows."""
        return find_price(parse_model(self.name), self.settings)

    @property
    def is_simulated_itself(self) -> bool:
        """Whether the model is a profile and no real one."""
        return parse_model(self.name).kind == "sim"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Tasks, and models that could do them."""

    project: str
    tasks: tuple[Task, ...]
    models: tuple[PlannedModel, ...]
    blobs: Mapping[BlobHash, bytes] = field(default_factory=dict)
    """What the solutions of the task file hold."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """What the workspace starts with of the files that tasks name."""
    check: str | None = None
    task_tokens: float = TASK_TOKENS
    """Output tokens of a task of average effort that has no solution."""
    effort_spread: float = 0.0
    """Coefficient of variation of what tasks really take beside their efforts, drawn for each run."""
    found: float = 0.0
    """Tasks that are expected to turn up on the way, as a share of those that are known."""

    @cached_property
    def graph(self) -> TaskGraph:
        """The graph of the known tasks, weighed by effort."""
        needs = {task.id: task.depends_on for task in self.tasks}
        return TaskGraph.build(needs, {task.id: task.effort for task in self.tasks})

    @property
    def has_efforts(self) -> bool:
        """Whether the file says of any two tasks that one is more work than the other."""
        return len({task.effort for task in self.tasks}) > 1

    @property
    def has_solutions(self) -> bool:
        """Whether the size of every task is known from its solution."""
        return all(task.solution for task in self.tasks)

    @cached_property
    def width(self) -> int:
        """How many tasks can be worked on side by side."""
        return self.graph.width().value

    def model(self, name: str) -> PlannedModel:
        """The model of a name."""
        return next(model for model in self.models if model.name == name)


def planned_model(
    text: str, *, settings: Sequence[ModelSettings] = (), profile: str | None = None
) -> PlannedModel:
    """A model by its string: a simulated one is its own profile, a real one is simulated by another.

    Raises:
        UsageError: There is no such model or profile.
    """
    name = parse_model(text)
    if name.kind in {"scripted", "recorded"}:
        raise UsageError(
            f"the model {text!r} says the same whatever it is asked, so no team can be planned with "
            "it: name a model that works, or a profile such as 'sim:typical'"
        )
    wanted = name.name if name.kind == "sim" else (profile or DEFAULT_PROFILE)
    known = {parse_model(one.model).canonical: one for one in settings}
    return PlannedModel(
        name=name.canonical,
        profile=load_profile(wanted),
        profile_name=wanted,
        settings=known.get(name.canonical, ModelSettings(model=name.canonical)),
    )


def problem_of(
    file: TaskFile,
    models: Sequence[PlannedModel],
    *,
    task_tokens: float = TASK_TOKENS,
    effort_spread: float | None = None,
    found: float = 0.0,
) -> Problem:
    """The problem of a task file; efforts are drawn in each run if the file gives none."""
    problem = Problem(
        project=file.project,
        tasks=file.tasks,
        models=tuple(models),
        blobs=dict(file.blobs),
        files=_start_files(file),
        check=file.check,
        task_tokens=task_tokens,
        effort_spread=effort_spread or 0.0,
        found=found,
    )
    unsure = effort_spread is None and not problem.has_efforts and not problem.has_solutions
    if not unsure:
        return problem
    return replace(problem, effort_spread=EFFORT_SPREAD)


def named_paths(tasks: Sequence[Task]) -> list[str]:
    """The files that tasks say they write, or that their solutions hold, in order."""
    named = {path for task in tasks for path in task.files}
    return sorted(named | {part.path for task in tasks for part in task.solution})


def can_begin_with(data: bytes) -> bool:
    """Whether a simulated run begins with such a file: text that is not large."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return len(data) <= LARGEST_START_FILE


def _start_files(file: TaskFile) -> dict[str, bytes]:
    """The files of the workspace that tasks write, as far as they are there and not large."""
    found: dict[str, bytes] = {}
    for path in named_paths(file.tasks):
        data = _read(file.workspace / path)
        if data is not None:
            found[path] = data
    return found


def _read(path: Path) -> bytes | None:
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_START_FILE:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return data if can_begin_with(data) else None
