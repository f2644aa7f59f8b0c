"""Keys: what was typed, what it does to the view, what is asked of the run."""

import pytest

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.spec import Task
from brooks.ids import Position, TaskId
from brooks.report.live.following import Followed
from brooks.report.live.keyboard import keys_in
from brooks.report.live.steering import Steering, View


class Asked:
    """Controls that remember what was asked."""

    leave_words = "leave"

    def __init__(self, leave_question: str = "") -> None:
        self.leave_question = leave_question
        self.asked: list[tuple[str, TaskId | None]] = []

    def ask(self, action: str, task: TaskId | None = None) -> str:
        self.asked.append((action, task))
        return f"asked: {action}"

    def leave(self) -> str:
        self.asked.append(("leave", None))
        return ""


def steering(controls: Asked, *story: Event) -> tuple[View, Steering, Followed]:
    """Keys for a run of twenty tasks in which this happened."""
    followed, view = Followed(), View()
    tasks = (events.TaskAdded(task=Task(id=TaskId(f"t{number}"))) for number in range(20))
    for event in (*tasks, *story):
        followed.add(Record(Position(1), 0.0, Position(0), event))
    return view, Steering(view, followed, controls), followed


def failed(*names: str) -> list[Event]:
    return [events.TaskFailed(task=TaskId(name), reason="") for name in names]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("pq", ["p", "q"]),
        ("\x1b[A\x1b[B\x1bOA", ["up", "down", "up"]),
        ("\x1b[5~\x1b[6~", ["pageup", "pagedown"]),
        ("\x1b[H\x1b[4~", ["home", "end"]),
        ("\t\r\x1b", ["tab", "enter", "escape"]),
        ("\x1b[1;5Cx", ["x"]),
        ("\x1b[", []),
    ],
)
def test_keys_of_several_characters_have_names(typed: str, keys: list[str]) -> None:
    """Those that mean nothing here are passed over whole."""
    assert keys_in(typed) == keys


def test_p_pauses_and_lets_go_on() -> None:
    """By what the run is doing, not by how often the key was pressed."""
    controls = Asked()
    view, keys, followed = steering(controls)
    keys.press("p")
    assert view.message == "asked: pause"

    followed.add(Record(Position(2), 1.0, Position(0), events.RunPaused()))
    keys.press("p")

    assert controls.asked == [("pause", None), ("continue", None)]


@pytest.mark.parametrize(("answer", "asked"), [("y", [("cancel", None)]), ("n", []), ("c", [])])
def test_nothing_is_cancelled_by_one_key(answer: str, asked: list[tuple[str, None]]) -> None:
    """Only `y` is a yes."""
    controls = Asked()
    view, keys, _ = steering(controls)

    keys.press("c")
    assert view.question == "cancel the run? y / n"
    assert controls.asked == []
    keys.press(answer)

    assert view.question == ""
    assert controls.asked == asked


def test_r_offers_the_one_task_that_failed() -> None:
    """After a question that names it."""
    controls = Asked()
    view, keys, _ = steering(controls, *failed("t3"))

    keys.press("r")
    assert view.question == "offer t3 again? y / n"
    keys.press("y")

    assert controls.asked == [("requeue", "t3")]


@pytest.mark.parametrize(
    ("typed", "task"),
    [(["3"], "t8"), (["down", "enter"], "t5"), (["down", "down", "down", "up", "enter"], "t5")],
)
def test_of_several_tasks_one_is_chosen(typed: list[str], task: str) -> None:
    """By a number or with arrows; those that failed before those that were cancelled."""
    cancelled = events.TaskCancelled(task=TaskId("t8"), reason="")
    controls = Asked()
    view, keys, _ = steering(controls, cancelled, *failed("t3", "t5"))
    keys.press("r")
    assert view.choices == ("t3", "t5", "t8")

    for key in [*typed, "y"]:
        keys.press(key)

    assert controls.asked == [("requeue", task)]
    assert not view.choices


def test_escape_chooses_none() -> None:
    """And with nothing to choose from it is said."""
    controls = Asked()
    view, keys, _ = steering(controls, *failed("t3", "t5"))
    for key in ("r", "escape"):
        keys.press(key)
    assert view.choices == ()

    empty, others, _ = steering(controls)
    others.press("r")

    assert empty.message == "no task failed or was cancelled"
    assert controls.asked == []


@pytest.mark.parametrize(("question", "first"), [("", [("leave", None)]), ("stop? y / n", [])])
def test_q_leaves_and_asks_first_where_that_ends_something(
    question: str, first: list[tuple[str, None]]
) -> None:
    """Leaving a run that one only watches ends nothing."""
    controls = Asked(question)
    view, keys, _ = steering(controls)

    keys.press("q")
    assert controls.asked == first
    assert view.question == question
    keys.press("y")

    assert controls.asked == [("leave", None)]


def test_scrolling_stays_within_what_there_is() -> None:
    """Tab changes what is scrolled; home has the busiest agents shown again."""
    view, keys, _ = steering(Asked())
    for key, offset in (("up", 0), ("down", 1), ("pagedown", 11), ("end", 19), ("pageup", 9)):
        keys.press(key)
        assert view.tasks_offset == offset

    for key in ("tab", "down"):
        keys.press(key)

    assert view.agents_offset == 0
    keys.press("home")
    assert view.agents_offset is None
    assert view.tasks_offset == 9


def test_a_question_mark_shows_the_keys_and_hides_them() -> None:
    """Escape hides them too."""
    view, keys, _ = steering(Asked())

    shown = []
    for key in ("?", "?", "?", "escape"):
        keys.press(key)
        shown.append(view.help)

    assert shown == [True, False, True, False]
