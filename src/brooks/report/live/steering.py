"""What keys do: they scroll what is shown, and ask things of the run.

Whoever shows a run says what it is to be asked by, and what happens on `q`. Nothing that ends a run
or a task is done by one key alone: a question stands at the bottom until `y` or another key is pressed.
"""

from collections.abc import Callable
from typing import Protocol

from brooks.analysis.task_states import TaskStates
from brooks.core.state import Phase, Status
from brooks.ids import TaskId
from brooks.report.live.following import Followed
from brooks.report.wording import plain

PAGE = 10
MOST_CHOICES = 200
HELP = (
    "p          let the run start nothing new; p again lets it go on",
    "c          cancel the run (it asks first)",
    "r          offer a failed or cancelled task again",
    "up, down   scroll the tasks; page up and down, home and end too",
    "tab        scroll the agents instead, and back",
    "q          {leave}",
    "?          show or hide this list",
)


class Controls(Protocol):
    """What keys can ask of a run."""

    leave_words: str
    """What `q` does, for the list of keys."""

    def ask(self, action: str, task: TaskId | None = None) -> str:
        """Ask for `pause`, `continue`, `cancel` or `requeue`; gives what to tell the user."""

    def leave(self) -> str:
        """`q` was confirmed; gives what to tell the user."""

    @property
    def leave_question(self) -> str:
        """What to ask before that; empty for nothing."""


class View:
    """What is shown of a run beside its facts: the part that keys change."""

    def __init__(self) -> None:
        self.agents_offset: int | None = None
        """The first agent that is shown; None for the busiest."""
        self.tasks_offset = 0
        self.on_agents = False
        """Whether keys scroll the agents."""
        self.help = False
        self.leave_words = "leave; the run goes on"
        self.keys = False
        """Whether there is a keyboard."""
        self.message = ""
        """What the last key led to."""
        self.question = ""
        """What is waited for an answer to."""
        self.choices: tuple[TaskId, ...] = ()
        """Tasks of which one is to be chosen."""
        self.chosen = 0


class Steering:
    """Turns keys into changes of the view and requests to the run."""

    def __init__(self, view: View, followed: Followed, controls: Controls | None) -> None:
        self._view = view
        self._followed = followed
        self._controls = controls
        self._on_yes: Callable[[], str] | None = None
        if controls is not None:
            view.leave_words = controls.leave_words

    def press(self, key: str) -> None:
        """A key was pressed: a character, or the name of one that has none."""
        view = self._view
        view.message = ""
        if view.question:
            self._answer(key)
        elif view.choices:
            self._choose(key)
        elif key == "?":
            view.help = not view.help
        elif key == "escape":
            view.help = False
        elif key == "tab":
            view.on_agents = not view.on_agents
        elif key in _SCROLLS:
            self._scroll(key)
        elif self._controls is not None and key in {"p", "c", "r", "q"}:
            {"p": self._pause, "c": self._cancel, "r": self._requeue, "q": self._leave}[key]()

    def _scroll(self, key: str) -> None:
        view, followed = self._view, self._followed
        total = len(followed.summary.agents if view.on_agents else followed.tasks.all)
        now = (view.agents_offset or 0) if view.on_agents else view.tasks_offset
        to = max(0, min(_SCROLLS[key](now, total), total - 1))
        if view.on_agents:
            view.agents_offset = None if key == "home" else to
        else:
            view.tasks_offset = to

    def _pause(self) -> None:
        phase = self._followed.summary.phase
        if phase is Phase.FINISHED:
            self._view.message = "the run is over"
        else:
            self._ask("continue" if phase is Phase.PAUSED else "pause")

    def _cancel(self) -> None:
        if self._followed.summary.phase is Phase.FINISHED:
            self._view.message = "the run is over"
            return
        self._confirm("cancel the run? y / n", lambda: self._request("cancel"))

    def _requeue(self) -> None:
        choices = lost_tasks(self._followed.tasks)
        if not choices:
            self._view.message = "no task failed or was cancelled"
        elif len(choices) == 1:
            self._confirm_requeue(choices[0])
        else:
            self._view.choices, self._view.chosen = choices, 0

    def _confirm_requeue(self, task: TaskId) -> None:
        self._confirm(
            f"offer {plain(task, most=60)} again? y / n", lambda: self._request("requeue", task)
        )

    def _leave(self) -> None:
        controls = self._controls
        assert controls is not None
        if controls.leave_question:
            self._confirm(controls.leave_question, controls.leave)
        else:
            self._view.message = controls.leave()

    def _confirm(self, question: str, on_yes: Callable[[], str]) -> None:
        self._view.question, self._on_yes = question, on_yes

    def _answer(self, key: str) -> None:
        on_yes, self._on_yes = self._on_yes, None
        self._view.question = ""
        if key in {"y", "Y"} and on_yes is not None:
            self._view.message = on_yes()

    def _choose(self, key: str) -> None:
        view = self._view
        last = len(view.choices) - 1
        if key in {"up", "k"}:
            view.chosen = max(0, view.chosen - 1)
        elif key in {"down", "j"}:
            view.chosen = min(last, view.chosen + 1)
        elif key == "pagedown":
            view.chosen = min(last, view.chosen + PAGE)
        elif key == "pageup":
            view.chosen = max(0, view.chosen - PAGE)
        elif key == "enter" or (key.isdecimal() and 1 <= int(key) <= min(9, last + 1)):
            task = view.choices[view.chosen if key == "enter" else int(key) - 1]
            view.choices = ()
            self._confirm_requeue(task)
        elif key in {"escape", "q", "n"}:
            view.choices = ()

    def _ask(self, action: str, task: TaskId | None = None) -> None:
        self._view.message = self._request(action, task)

    def _request(self, action: str, task: TaskId | None = None) -> str:
        assert self._controls is not None
        return self._controls.ask(action, task)


def lost_tasks(tasks: TaskStates) -> tuple[TaskId, ...]:
    """Tasks that can be offered again: those that failed, then those that were cancelled."""
    lost = (*tasks.by_status[Status.FAILED], *tasks.by_status[Status.CANCELLED])
    return lost[:MOST_CHOICES]


_SCROLLS: dict[str, Callable[[int, int], int]] = {
    "up": lambda now, total: now - 1,
    "down": lambda now, total: now + 1,
    "pageup": lambda now, total: now - PAGE,
    "pagedown": lambda now, total: now + PAGE,
    "home": lambda now, total: 0,
    "end": lambda now, total: total,
}
