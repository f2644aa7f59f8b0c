"""Mail between agents, and the tasks they add."""

from typing import TYPE_CHECKING

import pytest

from brooks.core import commands
from brooks.core.events import MailRead, MailSent
from brooks.core.facts import Mail, Outcome
from brooks.core.spec import Task
from brooks.ids import AgentId, BlobHash, TaskId

if TYPE_CHECKING:
    from tests.core.conftest import Board, NewBoard

X, Y, Z = AgentId("x"), AgentId("y"), AgentId("z")


@pytest.fixture
def board(new_board: "NewBoard") -> "Board":
    """A run with three agents, to which two tasks may be added."""
    made: Board = new_board("a", found_tasks=2)
    for agent in (X, Y, Z):
        made.join(agent)
    return made


def send(board: "Board", text: str, *, by: AgentId = X, to: AgentId | None = None) -> object:
    command = commands.SendMail(agent=by, to=to, text=BlobHash(text))
    return board.decide(command)[0]


def read(board: "Board", agent: AgentId) -> list[tuple[int, AgentId, str]]:
    event = board.decide(commands.ReadMail(agent=agent))[0]
    assert isinstance(event, MailRead)
    return [(mail.number, mail.sender, mail.text) for mail in event.mail]


def add(board: "Board", name: str, *, by: AgentId | None = X) -> list[str]:
    return board.say(commands.AddTask(task=Task(id=TaskId(name)), agent=by))


def test_message_goes_to_one_or_to_all_others_under_its_own_number(board: "Board") -> None:
    """Two messages to one agent, one to everybody else."""
    sent = [
        send(board, "first", to=Y),
        send(board, "second", by=Y),
        send(board, "third", by=Z, to=Y),
    ]

    assert sent == [
        MailSent(mail=Mail(number=1, sender=X, text=BlobHash("first")), to=(Y,)),
        MailSent(mail=Mail(number=2, sender=Y, text=BlobHash("second")), to=(X, Z)),
        MailSent(mail=Mail(number=3, sender=Z, text=BlobHash("third")), to=(Y,)),
    ]
    assert read(board, Y) == [(1, X, "first"), (3, Z, "third")]
    assert read(board, X) == read(board, Z) == [(2, Y, "second")]


def test_message_is_read_once(board: "Board") -> None:
    """What comes later is read later; what was read stays read after a resume."""
    send(board, "first", to=Y)
    send(board, "never read", to=Z)
    stories = [read(board, Y), read(board, Y)]
    send(board, "second", to=Y)
    board.resume()
    stories += [read(board, Y), read(board, Y)]

    assert stories == [[(1, X, "first")], [], [(3, X, "second")], []]
    assert [mail.number for mail in board.state.agents[Z].mail] == [2]
    board.assert_folds()


@pytest.mark.parametrize(
    ("by", "to", "detail"),
    [("x", "w", " (w)"), ("x", "x", " (x)"), ("w", "x", ""), ("w", None, "")],
)
def test_message_needs_two_agents_that_are_there(
    board: "Board", by: str, to: str | None, detail: str
) -> None:
    """To one that never joined, to oneself, and from one that never joined."""
    whom = None if to is None else AgentId(to)

    story = board.say(commands.SendMail(agent=AgentId(by), to=whom, text=BlobHash("hello")))

    assert story == [f"SendMail refused: unknown_agent{detail}"]
    assert board.state.letters == 0


def test_agent_that_is_alone_writes_to_nobody(new_board: "NewBoard") -> None:
    """The number is used up."""
    board = new_board("a")
    board.join("x")

    send(board, "anybody?")

    assert board.state.letters == 1
    assert read(board, X) == []


def test_agent_that_is_away_finds_its_mail_when_it_is_back(board: "Board") -> None:
    """It crashed and joined again."""
    send(board, "for later", to=Y)

    board.join(Y)

    assert read(board, Y) == [(1, X, "for later")]


def test_only_who_joined_reads_mail(board: "Board") -> None:
    """There is no mailbox."""
    story = board.say(commands.ReadMail(agent=AgentId("w")))

    assert story == ["ReadMail refused: unknown_agent"]


@pytest.mark.parametrize(
    "command",
    [commands.PauseRun(), commands.StopRun(outcome=Outcome.BUDGET, reason="spent")],
)
def test_nothing_is_sent_or_added_while_nothing_new_may_start(
    board: "Board", command: commands.Command
) -> None:
    """The run is paused or winds down; what was sent before is still read."""
    send(board, "before", to=Y)
    board.say(command)

    story = [
        *board.say(commands.SendMail(agent=X, to=Y, text=BlobHash("after"))),
        *add(board, "found"),
    ]

    assert story == ["SendMail refused: run_not_open", "AddTask refused: run_not_open"]
    assert read(board, Y) == [(1, X, "before")]


def test_agents_add_as_many_tasks_as_they_may(board: "Board") -> None:
    """All agents together; one that is there already does not count, and the user may add any number."""
    stories = [
        add(board, "b"),
        add(board, "b"),
        add(board, "c", by=Y),
        add(board, "d", by=Z),
        add(board, "d", by=None),
        add(board, "e", by=None),
    ]

    assert stories == [
        ["TaskAdded", "b ready"],
        ["AddTask refused: duplicate_task"],
        ["TaskAdded", "c ready"],
        ["AddTask refused: too_many"],
        ["TaskAdded", "d ready"],
        ["TaskAdded", "e ready"],
    ]
    assert board.state.found == 2
    board.assert_folds()


def test_resume_does_not_start_the_count_again(board: "Board") -> None:
    """The limit is the run's."""
    add(board, "b")
    board.resume()
    add(board, "c")

    assert add(board, "d") == ["AddTask refused: too_many"]


def test_team_may_be_told_to_add_nothing(new_board: "NewBoard") -> None:
    """Nothing is what teams of earlier versions could add, too."""
    board = new_board("a", found_tasks=0)
    board.join("x")

    assert add(board, "b") == ["AddTask refused: too_many"]
