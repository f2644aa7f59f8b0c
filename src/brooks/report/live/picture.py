"""One frame of the live view: always as many lines and columns as the terminal has, or fewer.

From the top: what runs and how far it is, the agents and the tasks, what happened last, and a line for
keys. A wide terminal has agents and tasks side by side. What does not fit is left out from the least
important up: the news, then tasks, then agents; the header is cut at last.
"""

from collections.abc import Sequence
from textwrap import wrap

from brooks.report.live.expecting import Expected
from brooks.report.live.following import Followed
from brooks.report.live.header import header_rows, title_row
from brooks.report.live.panels import agents_panel, tasks_panel
from brooks.report.live.rows import ASCII, UNICODE, Row, Signs, beside, fit, in_ascii
from brooks.report.live.steering import HELP, View
from brooks.report.wording import plain
from brooks.runtime.governor import LaneView

MOST_SAID = 3
"""Lines that a question or an answer may take."""
WIDE = 140
"""Columns from which on agents and tasks stand side by side."""
TALL = 30
"""Lines from which on an empty one stands under the header."""
ROOM_FOR_NEWS = 10
"""Lines below the header from which on the news are shown."""
KEYS = "p pause  c cancel  r requeue  q leave  arrows scroll  tab agents  ? keys"


def picture(
    followed: Followed,
    *,
    now: float,
    width: int,
    height: int,
    title: str = "",
    view: View | None = None,
    expected: Expected | None = None,
    lanes: Sequence[LaneView] = (),
    orphaned: str = "",
    signs: Signs = UNICODE,
) -> list[Row]:
    """One frame for a terminal of so many columns and lines.

    Everything is read off the facts before it returns, so that only this call needs them unchanged.

    Args:
        followed: The facts.
        now: Log time, seconds.
        width: Columns.
        height: Lines.
        title: What runs, in a line.
        view: What keys have chosen.
        expected: What was predicted of it.
        lanes: How the lanes of its models stand, where that is known.
        orphaned: What to say because nobody writes the run; empty while somebody does.
        signs: The characters that the terminal has.
    """
    view = view or View()
    rows: list[Row] = [title_row(followed, title, width=width, orphaned=bool(orphaned))]
    rows += header_rows(
        followed,
        now=now,
        width=width,
        signs=signs,
        expected=expected,
        lanes=lanes,
        orphaned=orphaned,
    )
    if height >= TALL:
        rows.append(())
    bottom = _bottom(view, width)
    room = height - len(rows) - len(bottom)
    if view.help:
        body = _help(view)
    elif view.choices:
        body = _choices(view, room)
    else:
        body = _body(followed, view, now=now, width=width, room=room)
    rows += body[: max(room, 0)]
    rows = rows[: max(height - len(bottom), 0)]
    if view.keys:
        rows += [()] * (height - len(bottom) - len(rows))
    fitted: list[Row] = [fit(row, width) for row in [*rows, *bottom][:height]]
    return [in_ascii(row) for row in fitted] if signs is ASCII else fitted


def _body(followed: Followed, view: View, *, now: float, width: int, room: int) -> list[Row]:
    """Agents, tasks and news in so many lines."""
    news = _news(followed, room, wide=width >= WIDE)
    room -= len(news)
    if width >= WIDE:
        half = (width - 3) // 2
        agents = agents_panel(followed, now=now, width=half, height=room, offset=view.agents_offset)
        tasks = tasks_panel(
            followed, now=now, width=width - half - 3, height=room, offset=view.tasks_offset
        )
        lines = max(len(agents), len(tasks))
        panels = [
            beside(_at(agents, line), _at(tasks, line), at=half + 3, width=width)
            for line in range(lines)
        ]
        return [*panels, *news]
    agents_room, tasks_room = _shares(
        room, len(followed.summary.agents) + 1, len(followed.tasks.all) + 1
    )
    agents = agents_panel(
        followed, now=now, width=width, height=agents_room, offset=view.agents_offset
    )
    tasks = tasks_panel(followed, now=now, width=width, height=tasks_room, offset=view.tasks_offset)
    gap: list[Row] = [()] if agents and tasks else []
    return [*agents, *gap, *tasks, *news]


def _at(rows: Sequence[Row], line: int) -> Row:
    return rows[line] if line < len(rows) else ()


def _shares(room: int, agents: int, tasks: int) -> tuple[int, int]:
    """How many of so many lines the agents get, and how many the tasks, one above the other."""
    if room < 7:
        return room, 0
    room -= 1  # between them
    for_agents = min(agents, max(room * 3 // 5, room - tasks))
    return for_agents, room - for_agents


def _news(followed: Followed, room: int, *, wide: bool) -> list[Row]:
    """The last things that happened, under an empty line."""
    if room < ROOM_FOR_NEWS or not followed.news:
        return []
    most = max(3, min(room // 4, 16 if wide else 5))
    return [(), *([(line, "dim")] for line in list(followed.news)[-most:])]


def _help(view: View) -> list[Row]:
    return [(), *([(f"  {line.format(leave=view.leave_words)}", "")] for line in HELP)]


def _choices(view: View, room: int) -> list[Row]:
    """The tasks of which one is to be offered again."""
    rows: list[Row] = [(), [("offer which task again? a number or enter; escape for none", "wait")]]
    most = max(room - len(rows), 1)
    first = max(0, min(view.chosen - most // 2, len(view.choices) - most))
    for place in range(first, min(first + most, len(view.choices))):
        number = str(place + 1) if place < 9 else " "
        style = "mark" if place == view.chosen else ""
        rows.append([(f"  {number} {plain(view.choices[place])}", style)])
    return rows


def _bottom(view: View, width: int) -> list[Row]:
    """The lines for keys: a question, what the last key led to, or which keys there are."""
    for text, style in ((view.question, "alarm"), (view.message, "wait")):
        if text:
            return [[(line, style)] for line in wrap(plain(text, most=400), width)[:MOST_SAID]]
    if not view.keys:
        return []
    focus = "   (arrows scroll the agents)" if view.on_agents else ""
    return [[(KEYS + focus, "dim")]]
