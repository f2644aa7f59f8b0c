"""How the simulated model works through a turn: what it reads, writes and hands back."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from tests.models.conftest import FLAWLESS

from brooks.models.base import ModelError, StopReason
from brooks.runtime.tools import TOOLS

if TYPE_CHECKING:
    from tests.models.conftest import Project

    ProjectOf = type[Project]

ONE_BY_ONE = replace(FLAWLESS, whole_load=0.0)


def lines(text: str) -> tuple[str, bytes]:
    """A part of a shared file."""
    return ("part", text.encode())


def test_a_whole_file_is_written_and_completed_in_one_reply(project_of: "ProjectOf") -> None:
    """Nothing has to be read for a file that the task has for itself."""
    project = project_of(a={"a.py": b"A = 1\n"})

    turn = project.turn(project.model(FLAWLESS), "a").run()

    assert turn.names() == ["write_file:a.py complete:a"]
    assert [call.id for call in turn.replies[0].calls] == ["turn-1.0.0", "turn-1.0.1"]
    assert turn.replies[0].stop is StopReason.TOOLS
    assert project.files == {"a.py": b"A = 1\n"}


def test_a_part_of_a_shared_file_is_appended_to_what_was_read(project_of: "ProjectOf") -> None:
    """The first task finds no file, the second one a part that does not end its line."""
    project = project_of(a={"shared.md": lines("of a")}, b={"shared.md": lines("of b\n")})
    model = project.model(FLAWLESS)

    first = project.turn(model, "a").run()
    second = project.turn(model, "b", agent="agent-2").run()

    assert first.names() == ["read_file:shared.md", "write_file:shared.md complete:a"]
    assert second.names() == ["read_file:shared.md", "write_file:shared.md complete:b"]
    assert project.files == {"shared.md": b"of a\nof b\n"}


def test_an_agent_does_its_whole_load_at_once_or_one_task_a_reply(project_of: "ProjectOf") -> None:
    """The style is the profile's share, drawn for the agent."""
    tasks: dict[str, dict[str, bytes]] = {name: {f"{name}.txt": name.encode()} for name in "abc"}
    project = project_of(**tasks)

    at_once = project.turn(project.model(FLAWLESS), "a", "b", "c").run()
    project.files.clear()
    one_by_one = project.turn(project.model(ONE_BY_ONE), "a", "b", "c").run()

    write = [f"write_file:{name}.txt complete:{name}" for name in "abc"]
    assert at_once.names() == [" ".join(write)]
    assert one_by_one.names() == write


def test_parts_of_one_file_in_one_reply_build_on_one_another(project_of: "ProjectOf") -> None:
    """The file is read once for both tasks, and the second write holds the first one."""
    project = project_of(a={"shared.md": lines("of a\n")}, b={"shared.md": lines("of b\n")})
    project.files["shared.md"] = b"head"

    turn = project.turn(project.model(FLAWLESS), "a", "b").run()

    assert turn.names() == [
        "read_file:shared.md",
        "write_file:shared.md complete:a write_file:shared.md complete:b",
    ]
    assert project.files == {"shared.md": b"head\nof a\nof b\n"}


def test_a_part_is_read_anew_after_every_proposal(project_of: "ProjectOf") -> None:
    """A task that is done moves the tree on; what was read before it is no longer so."""
    project = project_of(a={"shared.md": lines("of a\n")}, b={"shared.md": lines("of b\n")})
    turn = project.turn(project.model(ONE_BY_ONE), "a", "b")
    turn.step()
    turn.step()
    project.files["shared.md"] += b"of another\n"
    turn.snapshot = dict(project.files)

    turn.run()

    assert turn.names()[2:] == ["read_file:shared.md", "write_file:shared.md complete:b"]
    assert project.files == {"shared.md": b"of a\nof another\nof b\n"}


def test_a_stale_part_is_read_again_and_appended_to_the_newer_text(project_of: "ProjectOf") -> None:
    """Somebody else commits to the file between reading and completing."""
    project = project_of(a={"shared.md": lines("of a\n")})
    project.files["shared.md"] = b"head\n"
    turn = project.turn(project.model(FLAWLESS), "a")
    turn.before_complete = lambda: project.files.update({"shared.md": b"head\nof b\n"})

    turn.run()

    assert turn.names() == ["read_file:shared.md", "write_file:shared.md complete:a"] * 2
    assert project.files == {"shared.md": b"head\nof b\nof a\n"}


def test_a_stale_whole_file_is_read_again_before_it_is_written(project_of: "ProjectOf") -> None:
    """An agent looks at what the others did, though it then writes its own version."""
    project = project_of(a={"a.txt": b"of a\n"})
    turn = project.turn(project.model(FLAWLESS), "a")
    turn.before_complete = lambda: project.files.update({"a.txt": b"of b\n"})

    turn.run()

    write = "write_file:a.txt complete:a"
    assert turn.names() == [write, "read_file:a.txt", write]
    assert project.solved("a")


def test_a_chain_is_done_in_order_though_its_first_task_fails_at_first(
    project_of: "ProjectOf",
) -> None:
    """The second task is not checked while the first one is wrong, and then is."""
    project = project_of(a={"a.txt": b"one\n"}, b={"b.txt": b"two\n"})
    turn = project.turn(project.model(FLAWLESS), "a", "b")
    unchecked = "b was not checked: a task it depends on failed its own check."
    turn.answers["complete", "a"] = ["the check of a failed (failed):\n"]
    turn.answers["complete", "b"] = [unchecked]

    turn.run()

    both = "write_file:a.txt complete:a write_file:b.txt complete:b"
    assert turn.names() == [both, "write_file:a.txt complete:a complete:b"]
    assert project.files == {"a.txt": b"one\n", "b.txt": b"two\n"}


@pytest.mark.parametrize(
    "refusal",
    [
        "refused: dependency_not_done",
        "b was not checked: a task it depends on failed its own check.",
    ],
)
def test_a_task_whose_dependency_is_lost_is_handed_back(
    project_of: "ProjectOf", refusal: str
) -> None:
    """Its dependency is not the agent's any more, and not done: trying again is of no use."""
    project = project_of(a={"a.txt": b"one\n"}, b={"b.txt": b"two\n"})
    turn = project.turn(project.model(FLAWLESS), "a", "b")
    lost = "the check of a failed (failed):\nAssertionError You no longer hold this task."
    turn.answers["complete", "a"] = [lost]
    turn.answers["complete", "b"] = [refusal]

    turn.run(most=2)

    assert turn.names()[1] == "give_up:b"


@pytest.mark.parametrize(
    "text",
    [
        "the check of a failed (failed):\noutput You no longer hold this task.",
        "'a' is not one of your open tasks: none",
        "a was cancelled.",
        "refused: task_over",
    ],
)
def test_a_task_that_is_not_the_agents_any_more_is_left_alone(
    project_of: "ProjectOf", text: str
) -> None:
    """Whatever the tools say to that effect, the agent turns to its other task."""
    project = project_of(a={"a.txt": b"a\n"}, b={"b.txt": b"b\n"})
    turn = project.turn(project.model(ONE_BY_ONE), "a", "b")
    turn.answers["complete", "a"] = [text]

    turn.run(most=2)

    assert turn.names() == ["write_file:a.txt complete:a", "write_file:b.txt complete:b"]


def test_a_check_output_that_speaks_of_held_tasks_changes_nothing(project_of: "ProjectOf") -> None:
    """The output is the project's own words; only the tool's last words count."""
    project = project_of(a={"a.txt": b"a\n"})
    turn = project.turn(project.model(FLAWLESS), "a")
    output = "You no longer hold this task. dependency_not_done was cancelled\n"
    turn.answers["complete", "a"] = [f"the check of a failed (failed):\n{output}"]

    turn.run()

    assert turn.names() == ["write_file:a.txt complete:a"] * 2


@pytest.mark.parametrize(
    ("tool", "answer", "reason"),
    [
        ("write_file", "'s.md' clashes with 'S.md', which is there", "clashes with"),
        ("read_file", "'s.md' is not text: 4 bytes", "is not text"),
    ],
)
def test_a_task_whose_file_is_out_of_reach_is_handed_back(
    project_of: "ProjectOf", tool: str, answer: str, reason: str
) -> None:
    """The reason is what the tool said."""
    project = project_of(a={"s.md": lines("of a\n")})
    turn = project.turn(project.model(FLAWLESS), "a")
    turn.answers[tool, "s.md"] = [answer]
    turn.answers["complete", "a"] = ["the check of a failed (failed):\n"]

    turn.run()

    handed_back = turn.replies[-1].calls[0]
    assert handed_back.name == "give_up"
    assert reason in handed_back.arguments["reason"]
    assert turn.project.files == {}


def test_a_file_that_was_shown_only_in_part_is_never_overwritten(project_of: "ProjectOf") -> None:
    """Writing what was shown and one's own part would throw the rest away."""
    project = project_of(a={"s.md": lines("of a\n")})
    project.files["s.md"] = b"much\n... \n\xe2\x80\xa6 cut: 12345 more characters"

    turn = project.turn(project.model(FLAWLESS), "a").run()

    assert turn.names() == ["read_file:s.md", "give_up:a"]


def test_a_solution_that_is_not_text_is_handed_back(project_of: "ProjectOf") -> None:
    """The tools write only text."""
    project = project_of(a={"a.bin": b"\xff\x00"})

    turn = project.turn(project.model(FLAWLESS), "a").run()

    assert turn.names() == ["give_up:a"]


def test_a_load_that_does_not_fit_into_a_reply_goes_on_in_the_next(project_of: "ProjectOf") -> None:
    """Of three tasks of 100 tokens each, two go into a reply of 250."""
    tasks: dict[str, dict[str, bytes]] = {name: {f"{name}.txt": b"x" * 350} for name in "abc"}
    project = project_of(**tasks)
    turn = project.turn(project.model(FLAWLESS), "a", "b", "c")
    turn.max_output_tokens = 250

    turn.run()

    assert [len(reply.calls) for reply in turn.replies] == [4, 2]
    assert len(project.files) == 3


def test_a_task_larger_than_a_reply_is_written_all_the_same(project_of: "ProjectOf") -> None:
    """There is no way to write half a file."""
    project = project_of(a={"a.txt": b"x" * 4000})
    turn = project.turn(project.model(FLAWLESS), "a")
    turn.max_output_tokens = 100

    turn.run()

    assert project.solved("a")


def test_no_reply_has_more_calls_than_tools_carry_out(project_of: "ProjectOf") -> None:
    """Three hundred small tasks, each written and completed."""
    tasks: dict[str, dict[str, bytes]] = {f"t{n}": {f"{n}.txt": b"x"} for n in range(300)}
    project = project_of(**tasks)

    turn = project.turn(project.model(FLAWLESS), *tasks).run()

    assert [len(reply.calls) for reply in turn.replies] == [500, 100]


def test_a_task_that_nobody_has_a_solution_for_gets_one_made_up(project_of: "ProjectOf") -> None:
    """It came while the run was going on."""
    project = project_of(a={"a.txt": b"a\n"})

    turn = project.turn(project.model(FLAWLESS), "found later").run()

    assert turn.project.files == {"found later.txt": b"found later: right\n"}


def test_a_model_without_its_tools_does_not_answer(project_of: "ProjectOf") -> None:
    """It names those that it misses."""
    project = project_of(a={"a.txt": b"a\n"})
    turn = project.turn(project.model(FLAWLESS), "a")
    request = replace(turn.request(), tools=TOOLS[:2])

    with pytest.raises(ModelError, match="complete, give_up, write_file"):
        asyncio.run(turn.model.request(request, sleep=asyncio.sleep))
