"""What the tokens of a reply came to."""

from tests.analysis.tabling.telling import Story, agent, blob

from brooks.core import events
from brooks.core.facts import EndReason, RefusalReason, Role, Votes
from brooks.ids import Fence, TaskId, TurnId

USEFUL, REDUNDANT, WASTED = "useful", "redundant", "wasted"


def test_every_reply_of_a_turn_whose_change_is_merged_is_useful() -> None:
    """The first change failed its check and was mended."""
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(1).replies(1).proposes(1, "a").check_begins("a")
    story.at(2).check_ends("a", passed=False).dropped("a").asks(1)
    story.at(3).replies(1).proposes(1, "a").done("a").ends(1).finishes()

    assert story.worths() == [USEFUL, USEFUL]


def test_an_earlier_attempt_that_came_to_nothing_is_wasted() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(1).replies(1)
    story.at(30).loses(1, "a")
    story.at(31).does(2, "a", until=34).finishes()

    assert story.worths() == [WASTED, USEFUL]


def test_a_copy_that_was_superseded_is_redundant() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(1).takes(2, "a").asks(2)
    story.at(3).replies(2)
    story.at(4).replies(1).proposes(1, "a").hands_back(2, "a").ends(2, EndReason.SUPERSEDED)
    story.done("a").ends(1).finishes()

    assert story.worths() == [REDUNDANT, USEFUL]


def test_a_task_that_is_never_done_wastes_its_replies_and_leaves_them_open_before_that() -> None:
    story = Story("a")
    story.at(0).takes(1, "a").asks(1)
    story.at(1).replies(1)
    before = story.worths()
    story.at(2).finishes()

    assert (before, story.worths()) == ([None], [WASTED])


def test_what_was_merged_and_opened_again_is_wasted() -> None:
    story = Story("a")
    story.at(0).does(1, "a", until=3)
    story.look(a=False).says(events.TaskReopened(task=TaskId("a")))
    story.at(4).does(2, "a", until=6).finishes()

    assert story.worths() == [WASTED, USEFUL]


def test_votes_that_agree_with_the_decision_are_useful() -> None:
    """Two of three say `a`; the first of them is merged. What the third said came to nothing."""
    story = Story("t", agents=3)
    story.at(0)
    for number in (1, 2, 3):
        story.takes(number, "t").asks(number)
    story.at(1).replies(1).votes(1, "t", "a").ends(1)
    story.at(2).replies(2).votes(2, "t", "b").ends(2)
    story.at(3).replies(3).votes(3, "t", "a")
    tally = (Votes(answer=blob("a"), agents=(agent(1), agent(3)), weight=2.0),)
    story.says(
        events.VoteCounted(task=TaskId("t"), round=1, tally=tally, decided=blob("a"), final=True)
    )
    story.merges(1, "t").ends(3).finishes()

    assert story.worths() == [USEFUL, WASTED, USEFUL]


def test_a_batch_has_the_worth_of_most_of_its_tasks() -> None:
    """One reply hands in three tasks, of which one is merged; the other two are never done."""
    story = Story("a", "b", "c")
    story.at(0).takes(1, "a", "b", "c").asks(1)
    story.at(1).replies(1).proposes(1, "a").proposes(1, "b").proposes(1, "c")
    story.done("a").dropped("b", held=False).dropped("c", held=False).ends(1).finishes()

    assert story.worths() == [WASTED]


def test_duplicate_work_in_a_free_team_is_redundant() -> None:
    """All write the same file: the first also completes the task, the third with other content."""
    story = Story("a", team="free", agents=3)
    story.at(0)
    for number in (1, 2, 3):
        story.begins(number).asks(number)
    story.at(1).replies(1).writes(1, "a.py", "a").claims(1, "a").merges(1, "a").ends(1)
    story.at(2).replies(2).writes(2, "a.py", "a", base=1)
    story.refused(2, "StateClaim", RefusalReason.TASK_OVER, "a").ends(2)
    story.at(3).replies(3).writes(3, "a.py", "c", base=2)
    story.refused(3, "Propose", RefusalReason.TASK_OVER, "a").ends(3).finishes()

    assert story.worths() == [USEFUL, REDUNDANT, REDUNDANT]


def test_a_file_that_its_own_agent_replaces_is_wasted_and_a_claim_that_is_kept_is_not() -> None:
    story = Story("a", "b", team="free")
    story.at(0).begins(1).asks(1)
    story.at(1).replies(1).writes(1, "a.py", "a").ends(1).begins(1).asks(1)
    story.at(2).replies(1).writes(1, "a.py", "b", base=1).ends(1).begins(1).asks(1)
    story.at(3).replies(1).claims(1, "b").ends(1).begins(1).asks(1)
    story.at(4).replies(1).merges(1, "a").merges(1, "b").ends(1).begins(1).asks(1)
    story.at(5).replies(1).ends(1).finishes()

    assert story.worths() == [WASTED, USEFUL, USEFUL, USEFUL, WASTED]


def test_a_lead_is_useful_when_its_word_was_accepted() -> None:
    story = Story("a")
    story.at(0).begins(1, role=Role.LEAD).asks(1)
    story.at(1).replies(1)
    story.says(
        events.TaskAssigned(
            task=TaskId("a"),
            agent=agent(2),
            by=agent(1),
            fence=Fence(1),
            turn=TurnId("turn-1"),
        )
    )
    story.asks(1)
    story.at(2).replies(1).ends(1).finishes()

    assert story.worths() == [USEFUL, WASTED]
