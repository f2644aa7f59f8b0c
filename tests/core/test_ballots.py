"""Votes on a task: every change is a ballot, and the rule of the team says which one is merged."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.team_rules import Redundancy, Rules
from brooks.core.voting import Rule
from brooks.ids import TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

A = TaskId("a")


def voting(**more: object) -> dict[str, object]:
    """A team of three that votes by majority, unless told otherwise."""
    redundancy = Redundancy(**{"replicas": 3, "rule": Rule.MAJORITY, **more})  # type: ignore[arg-type]
    return {"members": "x y z", "rules": Rules(redundancy=redundancy)}


def vote(board: "Board", agent: str, answer: str, *writes: str) -> list[str]:
    """An agent takes a copy, and casts its ballot."""
    turn = board.start(agent, "a")
    story = board.propose(turn, "a", *(writes or (answer,)), answer=answer)
    if turn.turn in board.state.turns:
        board.end_turn(turn)
    return story


def test_majority_is_merged_and_ends_what_the_others_do(new_board: "NewBoard") -> None:
    """Two of three say the same; the third need not go on. The first of the two is merged."""
    board = new_board("a", unchecked="a", **voting())
    turns = [board.start(agent, "a") for agent in "xyz"]

    story = [line for turn in turns[:2] for line in board.propose(turn, "a", "a")]

    assert story == [
        "1 cast by x for a",
        "2 cast by y for a",
        "z returned a",
        "turn-3 ended: superseded",
        "round 1 on a: x+y=2 decided",
        "3 queued for a, ballot 1",
        "a done in commit 1",
    ]


def test_where_no_check_can_tell_the_first_verified_is_a_majority(new_board: "NewBoard") -> None:
    """The rule of the team needs a check, and the task has none."""
    board = new_board("a", unchecked="a", **voting(rule=Rule.FIRST_VERIFIED))

    story = [*vote(board, "x", "yes"), *vote(board, "y", "yes")]

    assert story[0] == "1 cast by x for a"
    assert story[-1] == "a done in commit 1"


def test_task_is_offered_until_enough_have_voted(new_board: "NewBoard") -> None:
    """A ballot is in and nobody holds the task: the next agent takes it, the voter may not."""
    board = new_board("a", **voting())
    voted = vote(board, "x", "yes")

    story = [*board.claim("x", "a"), *board.join("y"), *board.claim("y", "a")]

    assert voted == ["1 cast by x for a", "a ready"]
    assert story == [
        "Claim refused: held_by_another",
        "AgentJoined",
        "y holds a under 2 until 31",
    ]


def test_decided_answer_that_fails_its_check_is_voted_on_anew(new_board: "NewBoard") -> None:
    """The ballots of the vote that is over count no more, so those who cast them may vote again."""
    board = new_board("a", **voting())
    vote(board, "x", "yes")
    vote(board, "y", "yes")
    board.start_check(3)

    story = [*board.finish_check(3, passed=False), *vote(board, "x", "no")]

    assert story == [
        "check 3.1 failed",
        "3 dropped: check_failed",
        "a ready",
        "4 cast by x for a",
        "a ready",
    ]


def test_decided_task_takes_no_further_copies_and_ballots(new_board: "NewBoard") -> None:
    """The answer is being checked."""
    board = new_board("a", **voting())
    vote(board, "x", "yes")
    vote(board, "y", "yes")
    board.join("z")

    assert board.claim("z", "a") == ["Claim refused: held_by_another"]


def test_first_ballot_that_still_fits_is_merged(new_board: "NewBoard") -> None:
    """Between the two ballots another task has changed the file that the first one writes."""
    board = new_board("a", "b", unchecked="a", **voting(rule=Rule.FIRST_VERIFIED))
    vote(board, "x", "yes", "shared")
    board.finish_task("z", "b", "shared")

    story = vote(board, "y", "yes", "shared@1")

    assert story == [
        "3 cast by y for a",
        "round 1 on a: x+y=2 decided",
        "4 queued for a, ballot 3",
        "a done in commit 2",
    ]


def test_undecided_vote_goes_on_as_often_as_there_is_discussion(new_board: "NewBoard") -> None:
    """Three agents say three things, twice."""
    board = new_board("a", "b: a", **voting(discussion=1))
    turns = [board.start(agent, "a") for agent in "xy"]
    for turn in turns:
        board.propose(turn, "a", turn.agent)
        board.end_turn(turn)

    stories = [vote(board, "z", "z")]
    stories += [vote(board, agent, agent) for agent in "xyz"]

    assert stories[0] == [
        "3 cast by z for a",
        "round 1 on a: x=1 y=1 z=1 undecided, goes on",
        "a ready",
    ]
    assert stories[-1] == [
        "6 cast by z for a",
        "round 2 on a: x=1 y=1 z=1 undecided",
        "a failed",
        "b blocked on a",
    ]


def test_weights_decide_where_the_rule_weighs(new_board: "NewBoard") -> None:
    """One member's vote is worth more than those of both others, before any of them has voted."""
    board = new_board("a", unchecked="a", **voting(rule=Rule.WEIGHTED, weights=(1.0, 1.0, 3.0)))

    story = [*vote(board, "x", "no"), *vote(board, "z", "yes")]

    assert story == [
        "1 cast by x for a",
        "a ready",
        "2 cast by z for a",
        "round 1 on a: z=3 x=1 decided",
        "3 queued for a, ballot 2",
        "a done in commit 1",
    ]


def test_vote_waits_for_a_heavy_ballot_that_may_still_come(new_board: "NewBoard") -> None:
    """Two light voters agree; the heavy one has not spoken, and is not counted as one of them."""
    board = new_board("a", **voting(rule=Rule.WEIGHTED, weights=(1.0, 1.0, 3.0)))
    vote(board, "x", "yes")

    story = vote(board, "y", "yes")

    assert story == ["2 cast by y for a", "a ready"]


def test_voter_that_leaves_can_make_a_vote_undecided(new_board: "NewBoard") -> None:
    """Two have said different things, and the third leaves while it is at it."""
    board = new_board("a", **voting())
    vote(board, "x", "yes")
    vote(board, "y", "no")
    board.start("z", "a")

    story = board.leave("z")

    assert story == [
        "z returned a",
        "turn-3 ended: revoked",
        "a ready",
        "AgentLeft",
        "round 1 on a: x=1 y=1 undecided",
        "a failed",
    ]


def test_vote_that_can_still_be_decided_goes_on_without_the_one_who_left(
    new_board: "NewBoard",
) -> None:
    """One has voted, one is at it, and the third leaves."""
    board = new_board("a", unchecked="a", **voting())
    vote(board, "x", "yes")
    board.join("z")
    turn = board.start("y", "a")

    story = [*board.leave("z"), *board.propose(turn, "a", "a", answer="yes")]

    assert story == [
        "AgentLeft",
        "2 cast by y for a",
        "round 1 on a: x+y=2 decided",
        "3 queued for a, ballot 1",
        "a done in commit 1",
    ]


def test_vote_is_given_up_as_soon_as_nobody_is_left_to_decide_it(new_board: "NewBoard") -> None:
    """Two of three have left before anyone has voted."""
    board = new_board("a", **voting())
    for agent in "yz":
        board.join(agent)
        board.leave(agent)

    assert vote(board, "x", "yes") == [
        "1 cast by x for a",
        "round 1 on a: x=1 undecided",
        "a failed",
    ]


def test_two_votes_that_end_with_one_agent_block_what_needs_both_once(
    new_board: "NewBoard",
) -> None:
    """Each waits for the same third voter, and a third task for both."""
    board = new_board("a", "b", "c: a b", **voting())
    for agent in "xy":
        for task in "ab":
            turn = board.start(agent, task)
            board.propose(turn, task, agent)
            board.end_turn(turn)
    board.join("z")

    story = board.leave("z")

    assert story == [
        "AgentLeft",
        "round 1 on a: x=1 y=1 undecided",
        "round 1 on b: x=1 y=1 undecided",
        "a failed",
        "c blocked on a",
        "b failed",
    ]


def test_ballots_outlive_a_resume(new_board: "NewBoard") -> None:
    """One has voted and one is at it when the coordinator stops."""
    board = new_board("a", unchecked="a", **voting())
    vote(board, "x", "yes")
    turn = board.start("y", "a")

    story = [*board.resume(), *board.propose(turn, "a", "a", answer="yes")]

    assert story == [
        "resumed, revoked: 2",
        "y holds a under 3 until 31",
        "turn-2 goes on under 3",
        "2 cast by y for a",
        "round 1 on a: x+y=2 decided",
        "3 queued for a, ballot 1",
        "a done in commit 1",
    ]


def test_cancelled_vote_leaves_nothing(new_board: "NewBoard") -> None:
    """A ballot is in when the user cancels the task, and asks for it again after all."""
    board = new_board("a", **voting())
    vote(board, "x", "yes")

    story = [
        *board.say(commands.CancelTask(task=A)),
        *board.say(commands.Requeue(task=A)),
        *vote(board, "x", "no"),
    ]

    assert story == ["a cancelled", "a requeued", "a ready", "2 cast by x for a", "a ready"]


def test_what_is_voted_on_is_had_alone(new_board: "NewBoard") -> None:
    """Another is at the first of two tasks."""
    board = new_board("a", "b", **voting())
    board.start("x", "a")
    board.join("y")

    assert board.claim("y", "a", "b") == ["Claim refused: held_by_another"]


def test_stranger_does_not_vote(new_board: "NewBoard") -> None:
    """It would take the place of a voter, and its ballot would not count."""
    board = new_board("a", **voting())
    board.join("stranger")

    assert board.claim("stranger", "a") == ["Claim refused: not_allowed"]
