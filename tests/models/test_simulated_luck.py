"""The simulated model's chances: mistakes, repairs, styles, seeds and latency."""

from statistics import mean
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.models.conftest import FLAWLESS

from brooks.models.base import StopReason, count_tokens, reply_text, request_text
from brooks.models.spoiling import UNFINISHED

if TYPE_CHECKING:
    from tests.models.conftest import Project

    ProjectOf = type[Project]

FIRST_WRONG = replace(FLAWLESS, mistake=1.0)
ALWAYS_WRONG = replace(FLAWLESS, mistake=1.0, repair=0.0)


def lines(text: str) -> tuple[str, bytes]:
    """A part of a shared file."""
    return ("part", text.encode())


def test_an_agent_keeps_its_style_in_all_turns(project_of: "ProjectOf") -> None:
    """Half of the agents do all at once, and each of them always does."""
    project = project_of(a={"a.txt": b"a\n"}, b={"b.txt": b"b\n"})
    model = project.model(replace(FLAWLESS, whole_load=0.5))

    styles = [
        {len(project.turn(model, "a", "b", agent=f"agent-{n}").ask().calls) for _ in range(4)}
        for n in range(40)
    ]

    assert all(len(style) == 1 for style in styles)
    assert 10 < sum(style == {4} for style in styles) < 30


def test_a_mistake_is_repaired_after_the_failed_check(project_of: "ProjectOf") -> None:
    """The first content is wrong and the second one right."""
    project = project_of(a={"a.py": b"def a():\n    return 1\n"})

    turn = project.turn(project.model(FIRST_WRONG), "a").run()

    assert turn.names() == ["write_file:a.py complete:a"] * 2
    assert turn.replies[0].calls[0].arguments["content"] == "def a():\n    return None\n"
    assert project.files == {"a.py": b"def a():\n    return 1\n"}


def test_a_wrong_part_is_replaced_where_it_stands(project_of: "ProjectOf") -> None:
    """The draft still holds the wrong part, and behind it what the agent wrote for another task."""
    project = project_of(a={"shared.py": lines("A = 1\n")}, b={"shared.py": lines("B = 2\n")})
    turn = project.turn(project.model(FIRST_WRONG), "a")
    turn.step()
    turn.step()
    turn.draft["shared.py"] += b"B = 2\n"

    turn.run()

    assert turn.names()[2:] == ["read_file:shared.py", "write_file:shared.py complete:a"]
    assert turn.replies[1].calls[0].arguments["content"] == UNFINISHED.decode()
    assert project.files == {"shared.py": b"A = 1\nB = 2\n"}


def test_who_cannot_repair_tries_until_the_task_is_taken_away(project_of: "ProjectOf") -> None:
    """When the task is no longer held there is nothing left to say."""
    project = project_of(a={"a.txt": b"one\ntwo\n"})
    turn = project.turn(project.model(ALWAYS_WRONG), "a").run()

    last = turn.ask()

    assert turn.names() == ["write_file:a.txt complete:a"] * 3
    assert project.files == {}
    assert (last.calls, last.stop) == ((), StopReason.END)


def test_repairs_succeed_as_often_as_the_profile_says(project_of: "ProjectOf") -> None:
    """Of many turns with a mistake, the given share is mended by the second write."""
    project = project_of(a={"a.txt": b"one\ntwo\n"})
    model = project.model(replace(FIRST_WRONG, repair=0.75))

    mended = 0
    for _ in range(200):
        project.files.clear()
        mended += len(project.turn(model, "a").run(most=2).project.files)

    assert 135 <= mended <= 165


def test_a_refusal_without_a_check_makes_no_content_better_or_worse(
    project_of: "ProjectOf",
) -> None:
    """What was to be wrong is wrong again after a stale write; only a failed check counts."""
    project = project_of(a={"a.txt": b"one\ntwo\n"})
    turn = project.turn(project.model(FIRST_WRONG), "a")
    turn.before_complete = lambda: project.files.update({"a.txt": b"of b\n"})

    turn.run()

    contents = [r.calls[0].arguments.get("content") for r in turn.replies]
    assert contents == ["one\n", None, "one\n", "one\ntwo\n"]


def test_usage_is_counted_and_latency_follows_from_it(project_of: "ProjectOf") -> None:
    """Without chance the time is the profile's sum, to the digit."""
    project = project_of(a={"a.txt": b"x" * 400})
    profile = replace(FLAWLESS, seconds_per_1k_input=2.0, thinking_tokens=50)
    turn = project.turn(project.model(profile), "a")

    reply = turn.ask()

    usage = reply.usage
    assert usage.input_tokens == count_tokens(request_text(turn.request()))
    assert usage.output_tokens == count_tokens(reply_text(reply)) + 50
    expected = 1.0 + 2.0 * usage.input_tokens / 1000 + usage.output_tokens / 100
    assert turn.slept == [pytest.approx(expected)]


def test_latency_varies_around_its_mean_and_stalls_are_added(project_of: "ProjectOf") -> None:
    """The lognormal factor has mean 1, and a stall comes on top as often as the profile says."""
    project = project_of(a={"a.txt": b"x"})
    steady = project.turn(project.model(FLAWLESS), "a")
    varying = replace(FLAWLESS, latency_sigma=0.5, stall=0.1, stall_seconds=1000.0)
    model = project.model(varying)

    steady.ask()
    slept = []
    for _ in range(400):
        turn = project.turn(model, "a")
        turn.ask()
        slept += turn.slept

    stalled = [seconds for seconds in slept if seconds > 1000]
    usual = [seconds for seconds in slept if seconds < 1000]
    assert 20 <= len(stalled) <= 60
    assert mean(usual) == pytest.approx(steady.slept[0], rel=0.1)
    assert max(usual) > 1.5 * steady.slept[0]


def test_mistakes_are_as_frequent_as_the_profile_says(project_of: "ProjectOf") -> None:
    """Of many first writes the given share is wrong, and the luck of a turn is its own."""
    project = project_of(a={"a.txt": b"one\ntwo\n"})
    model = project.model(replace(FLAWLESS, mistake=0.3))

    wrong = 0
    for _ in range(200):
        project.files.clear()
        wrong += not project.turn(model, "a").run(most=1).project.files

    assert 40 <= wrong <= 80


def test_another_seed_gives_other_luck(project_of: "ProjectOf") -> None:
    """Whether the first write is wrong depends on the run's seed."""
    project = project_of(a={"a.txt": b"one\ntwo\n"})
    profile = replace(FLAWLESS, mistake=0.5)

    contents = {
        project.turn(project.model(profile, seed), "a").ask().calls[0].arguments["content"]
        for seed in range(20)
    }

    assert contents == {"one\n", "one\ntwo\n"}
