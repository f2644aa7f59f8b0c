"""What replies led to, and which reply each action belongs to."""

from tests.analysis.tabling.telling import Story

from brooks.analysis.columns import ACTIONS
from brooks.analysis.tabling import Called
from brooks.core.facts import DropReason, RefusalReason
from brooks.ids import TaskId

KINDS = ("call", "agent", "time", "kind", "task", "path", "passed", "seconds", "reason")


def actions(story: Story, *names: str, **options: object) -> list[tuple[object, ...]]:
    rows = story.rows(**options)["actions"]  # type: ignore[arg-type]
    assert tuple(rows) == ACTIONS.names
    return list(zip(*(rows[name] for name in names), strict=True))


def test_a_leased_task_is_claimed_written_checked_and_completed() -> None:
    """The lease belongs to no reply; everything else to the reply that wrote."""
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(3).replies(1).proposes(1, "a").check_begins("a")
    story.at(5).check_ends("a").done("a").ends(1).look(a=False)

    assert actions(story, *KINDS) == [
        (None, "agent-1", 0, "claim", "a", None, None, None, None),
        (1, "agent-1", 3, "write", "a", "a.py", None, None, None),
        (1, "agent-1", 5, "check", "a", None, True, 2, None),
        (1, "agent-1", 5, "completion", "a", None, None, None, None),
        (None, None, 5, "check", "a", None, False, None, "failed"),
    ]
    assert story.rows()["runs"]["last_check_passed"] == [False]


def test_in_rounds_an_action_belongs_to_the_reply_of_its_agent_in_that_round() -> None:
    """The published protocol: edits, claims, completions, tests; the test run of one holds up all."""
    story = Story("a", "b needs a", team="free", rounds=True)
    story.at(0).begins(1, round_number=1).asks(1).begins(2, round_number=1).asks(2)
    story.at(2).replies(1).writes(1, "a.py", "a").claims(1, "a").merges(1, "a")
    story.at(3).replies(2)
    story.at(7).tools(1, t1=True).ends(1)
    story.refused(2, "StateClaim", RefusalReason.NOT_READY, "b")
    story.at(9).tools(2, t1=False, t2=True).ends(2)
    calls = [Called("t1", "run_check", TaskId("a")), Called("t2", "read_file", None)]

    found = actions(
        story,
        "call",
        "round",
        "time",
        "kind",
        "passed",
        "seconds",
        "reason",
        calls_of=lambda _: calls,
    )

    assert found == [
        (1, 1, 2, "write", None, None, None),
        (1, 1, 2, "claim", None, None, None),
        (1, 1, 2, "completion", None, None, None),
        (1, 1, 7, "check", True, 5, None),
        (2, 1, 7, "claim refused", None, None, "not_ready"),
        (2, 1, 9, "check", False, 2, "failed"),
    ]
    assert story.rows()["calls"]["round"] == [1, 1]


def test_a_check_of_what_has_none_is_no_check() -> None:
    story = Story("a", team="free", checked=False)
    story.at(0).begins(1).asks(1)
    story.at(1).replies(1).tools(1, t1=True, t2=True).ends(1)
    calls = [Called("t1", "run_check", TaskId("a")), Called("t2", "run_check", None)]

    assert actions(story, "kind", calls_of=lambda _: calls) == []


def test_each_meeting_of_two_works_is_one_conflict() -> None:
    story = Story("a", "b", "c")
    story.at(0).takes(1, "a").asks(1).takes(2, "b").asks(2)
    story.at(1).refused(1, "Propose", RefusalReason.STALE_WRITE, "a", "x.py, y.py")
    story.at(2).proposes(2, "b").dropped("b", DropReason.STALE_WRITE)
    story.at(3).refused(1, "Claim", RefusalReason.HELD_BY_ANOTHER, "b")
    story.at(4).refused(1, "Claim", RefusalReason.FILE_LOCKED, "c")
    story.at(5).refused(1, "Propose", RefusalReason.STALE_FENCE, "a")
    story.at(6).refused(1, "Claim", RefusalReason.NOT_READY, "c")

    rows = story.rows()["conflicts"]
    found = zip(rows["time"], rows["kind"], rows["path"], rows["outcome"], strict=True)

    assert list(found) == [
        (1, "stale write", "x.py", "refused"),
        (2, "stale write", "b.py", "dropped"),
        (3, "lost claim", None, "refused"),
        (4, "locked file", None, "refused"),
        (5, "overtaken work", None, "refused"),
    ]


def test_a_stale_write_that_is_merged_and_a_copy_that_is_overtaken_are_conflicts() -> None:
    free = Story("a", team="free")
    free.at(0).begins(1).begins(2)
    free.at(1).writes(1, "a.py", "a").writes(2, "a.py", "b")
    copies = Story("a")
    copies.at(0).takes(1, "a").takes(2, "a")
    copies.at(1).proposes(1, "a").hands_back(2, "a").ends(2).done("a")

    assert free.rows()["conflicts"]["kind"] == ["stale write"]
    assert free.rows()["conflicts"]["outcome"] == ["merged"]
    assert copies.rows()["conflicts"]["kind"] == ["overtaken work"]
    assert copies.rows()["conflicts"]["agent"] == ["agent-2"]
