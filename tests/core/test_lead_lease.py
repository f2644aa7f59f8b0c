"""The lead's lease: one leads at a time, and what an earlier one says is refused."""

from typing import TYPE_CHECKING

from brooks.core import commands
from brooks.core.facts import Role
from brooks.ids import AgentId, Fence, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard


def assign(board: "Board", task: str, to: str, *, by: str, fence: int) -> list[str]:
    return board.say(
        commands.Assign(task=TaskId(task), to=AgentId(to), agent=AgentId(by), fence=Fence(fence))
    )


def begin(board: "Board", agent: str) -> None:
    fence = board.state.agents[AgentId(agent)].fence
    board.say(commands.StartTurn(agent=AgentId(agent), tasks=(), fence=fence, role=Role.LEAD))


def new_team(new_board: "NewBoard") -> "Board":
    board: Board = new_board("a", "b")
    for agent in "xyz":
        board.join(agent)
    return board


def test_lead_assigns_and_releases(new_board: "NewBoard") -> None:
    """It gives a task to an agent, which takes it; then it takes it back."""
    board = new_team(new_board)
    board.lead("x")

    story = [
        *assign(board, "a", "y", by="x", fence=1),
        *board.claim("y", "a"),
        *board.release("a", agent=AgentId("x"), fence=Fence(1)),
    ]

    assert story == [
        "a assigned to y by x",
        "y holds a under 2 until 31",
        "y returned a",
        "a ready",
    ]
    assert board.state.tasks[TaskId("a")].assigned is None


def test_next_lead_takes_the_place_of_the_one_before(new_board: "NewBoard") -> None:
    """The first one is in the middle of a turn, and does not know."""
    board = new_team(new_board)
    board.lead("x")
    begin(board, "x")

    story = [
        *board.lead("y"),
        *assign(board, "a", "z", by="x", fence=1),
        *board.release("a", agent=AgentId("x"), fence=Fence(1)),
        *assign(board, "a", "z", by="y", fence=2),
    ]

    assert story == [
        "x returned the lead",
        "turn-1 ended: superseded",
        "y leads under 2 until 31",
        "Assign refused: stale_fence",
        "Release refused: stale_fence",
        "a assigned to z by y",
    ]


def test_each_group_has_a_lead_of_its_own(new_board: "NewBoard") -> None:
    """The second group's lead does not end the first one's."""
    board = new_team(new_board)

    story = [*board.lead("x", "east"), *board.lead("y", "west"), *board.lead("z", "east")]

    assert story == [
        "x leads east under 1 until 31",
        "y leads west under 2 until 31",
        "x returned the lead",
        "z leads east under 3 until 31",
    ]


def test_lead_that_falls_silent_leads_no_more(new_board: "NewBoard") -> None:
    """A moment before the end of its lease it may still speak."""
    board = new_team(new_board)
    board.lead("x")
    begin(board, "x")
    board.now = 30.999
    before = assign(board, "a", "y", by="x", fence=1)
    board.now = 31.0

    story = [*assign(board, "b", "y", by="x", fence=1), *board.tick(31.0)]

    assert before == ["a assigned to y by x"]
    assert story == ["Assign refused: stale_fence", "x lost the lead", "turn-1 ended: lease_lost"]


def test_worker_is_no_lead(new_board: "NewBoard") -> None:
    """It holds a task, and gives another one away."""
    board = new_team(new_board)
    board.claim("x", "a")

    assert assign(board, "b", "y", by="x", fence=1) == ["Assign refused: stale_fence"]


def test_lead_holds_no_task_and_asks_once(new_board: "NewBoard") -> None:
    """It asks for both at once, and for a task while it leads."""
    board = new_team(new_board)
    both = commands.Claim(agent=AgentId("x"), tasks=(TaskId("a"),), role=Role.LEAD)

    story = [*board.say(both), *board.lead("x"), *board.claim("x", "a"), *board.lead("x")]

    assert story == [
        "Claim refused: not_allowed (a lead holds no task)",
        "x leads under 1 until 31",
        "Claim refused: already_holds",
        "Claim refused: already_holds",
    ]


def test_task_is_given_to_who_is_there(new_board: "NewBoard") -> None:
    """Every reason to refuse an assignment."""
    board = new_team(new_board)
    board.lead("x")
    board.leave("z")
    board.say(commands.CancelTask(task=TaskId("b")))

    story = [
        *assign(board, "nobody's", "y", by="x", fence=1),
        *assign(board, "b", "y", by="x", fence=1),
        *assign(board, "a", "nobody", by="x", fence=1),
        *assign(board, "a", "z", by="x", fence=1),
    ]

    assert story == [
        "Assign refused: unknown_task",
        "Assign refused: task_over",
        "Assign refused: unknown_agent",
        "Assign refused: unknown_agent",
    ]


def test_lead_in_a_turn_leads_on_after_a_resume(new_board: "NewBoard") -> None:
    """Another one leads a group and has not begun: it has to ask again."""
    board = new_team(new_board)
    board.lead("x")
    begin(board, "x")
    board.lead("y", "east")

    story = [
        *board.resume(),
        *assign(board, "a", "x", by="y", fence=2),
        *assign(board, "a", "x", by="x", fence=3),
    ]

    assert story == [
        "resumed, revoked: 1 2",
        "x leads under 3 until 31",
        "turn-1 goes on under 3",
        "Assign refused: stale_fence",
        "a assigned to x by x",
    ]
