"""What a simulated agent does about a file that it needs and that nobody said it has to wait for."""

from functools import partial
from hashlib import sha256

import pytest
from tests.models.conftest import FLAWLESS

from brooks.core.spec import SolutionFile, Task
from brooks.ids import AgentId, BlobHash, TaskId, TurnId
from brooks.models.base import Answered, Outcome, Reply, Request, Returned, Said, Turned
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.chance import stream
from brooks.runtime.tools import TOOLS

BASE = "def base():\n    return 1\n"
USER = "from base import base\n\n\ndef user():\n    return base()\n"


class Tree:
    """The project as an agent sees it."""

    def __init__(self, **files: str) -> None:
        self.files = {f"{name}.py": text.encode() for name, text in files.items()}

    def paths(self) -> list[str]:
        """Every file."""
        return sorted(self.files)

    def read(self, path: str) -> bytes | None:
        """A file's content."""
        return self.files.get(path)

    def is_executable(self, path: str) -> bool:
        """None is."""
        return False


def solutions_of(*, needs: dict[str, str] | None = None, **files: str) -> Solutions:
    """The solutions of tasks that each write a file of their name; `needs` are stated dependencies."""
    blobs = {BlobHash(sha256(text.encode()).hexdigest()): text.encode() for text in files.values()}
    hashes = {text: name for name, text in blobs.items()}
    tasks = [
        Task(
            id=TaskId(name),
            depends_on=tuple(TaskId(on) for on in (needs or {}).get(name, "").split()),
            solution=(SolutionFile(path=f"{name}.py", blob=hashes[text.encode()]),),
        )
        for name, text in files.items()
    ]
    return Solutions(tasks, blobs.__getitem__)


def ask(
    solutions: Solutions,
    tree: Tree,
    *tasks: str,
    without: str = "",
    conversation: tuple[Turned, ...] = (Said(role="user", text="Do your tasks."),),
) -> Reply:
    """What a flawless agent answers."""

    async def sleep(seconds: float) -> None:
        pass

    request = Request(
        agent=AgentId("agent-1"),
        turn=TurnId("turn-1"),
        index=len(conversation) // 2,
        tasks=tuple(TaskId(task) for task in tasks),
        conversation=conversation,
        tools=tuple(tool for tool in TOOLS if tool.name != without),
        files=tree,
    )
    model = SimulatedModel(FLAWLESS, solutions, partial(stream, 0))
    try:
        model.request(request, sleep=sleep).send(None)
    except StopIteration as stop:
        reply: Reply = stop.value
        return reply
    raise AssertionError("the model waits for something else than its sleep")


def calls(reply: Reply) -> list[tuple[str, ...]]:
    """The names of the calls, with what they are about."""
    kept = ("path", "task", "on")
    return [
        (call.name, *(v for k, v in call.arguments.items() if k in kept)) for call in reply.calls
    ]


def test_a_need_that_nobody_stated_is_told_and_the_task_handed_back() -> None:
    """The file is not there: the board hears which task makes it before it has the task back."""
    reply = ask(solutions_of(base=BASE, user=USER), Tree(), "user")

    assert calls(reply) == [("propose_dependency", "user", "base"), ("give_up", "user")]
    assert reply.calls[1].arguments["reason"] == "base.py is not there yet"


def test_the_rest_of_the_turn_goes_on() -> None:
    """In the next reply, as after any task that is handed back."""
    solutions = solutions_of(base=BASE, user=USER, other="X = 1\n")
    first = ask(solutions, Tree(), "user", "other")
    outcomes = tuple(Outcome(call=call.id, ok=True, text="done") for call in first.calls)
    said = Said(role="user", text="Do your tasks.")
    conversation = (said, Answered(reply=first), Returned(outcomes=outcomes))

    second = ask(solutions, Tree(), "user", "other", conversation=conversation)

    assert calls(first) == [("propose_dependency", "user", "base"), ("give_up", "user")]
    assert calls(second) == [("write_file", "other.py"), ("complete", "other")]


@pytest.mark.parametrize("stated", ["base", "between"])
def test_a_need_that_is_stated_is_no_discovery(stated: str) -> None:
    """Also where another task between the two states it: the file comes with the batch or was there."""
    needs = {"user": stated, "between": "base"}
    solutions = solutions_of(base=BASE, user=USER, between="Y = 1\n", needs=needs)

    assert calls(ask(solutions, Tree(), "user"))[0] == ("write_file", "user.py")
    assert solutions.unstated_needs(TaskId("user")) == {}


def test_a_file_that_is_there_or_is_written_just_before_is_used() -> None:
    """By another agent, or by this one in the same reply."""
    solutions = solutions_of(base=BASE, user=USER)

    there = ask(solutions, Tree(base=BASE), "user")
    together = ask(solutions, Tree(), "base", "user")

    write = [("write_file", "user.py"), ("complete", "user")]
    assert calls(there) == write
    assert calls(together) == [("write_file", "base.py"), ("complete", "base"), *write]


def test_without_the_tool_it_only_hands_the_task_back() -> None:
    """A team may not offer it."""
    reply = ask(solutions_of(base=BASE, user=USER), Tree(), "user", without="propose_dependency")

    assert calls(reply) == [("give_up", "user")]


def test_the_modelled_check_fails_as_the_real_one_would() -> None:
    """A right file whose import is not there is not solved."""
    solutions = solutions_of(base=BASE, user=USER)

    alone, both = Tree(user=USER), Tree(user=USER, base="anything")

    assert not solutions.is_solved(TaskId("user"), alone.read)
    assert solutions.is_solved(TaskId("user"), both.read)


@pytest.mark.parametrize(
    "text",
    [
        "import json\n",
        "def user():\n    from base import base\n    return base()\n",
        "import user\n",
        "from basement import base\n",
    ],
)
def test_what_is_no_import_of_anothers_file_is_no_need(text: str) -> None:
    """The standard library, an import within a function, the task's own file, another name."""
    assert solutions_of(base=BASE, user=text).unstated_needs(TaskId("user")) == {}


def test_a_task_that_the_maker_waits_for_is_not_made_to_wait_for_it() -> None:
    """That would be a cycle, which the board refuses."""
    solutions = solutions_of(base=BASE, user=USER, needs={"base": "user"})

    assert solutions.unstated_needs(TaskId("user")) == {}
