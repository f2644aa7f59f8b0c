"""What a lead may ask of its tools, what it is answered, and what is done of it after a crash."""

import pytest
from tests.runtime.kit import (
    CuttableLog,
    KitModels,
    Run,
    chain,
    cut_copy,
    free,
    go_on,
    make_spec,
    run,
    task,
)
from tests.runtime.leading import EVEN, Call, Says, SplitModels, answers, assign, led, terms

from brooks.core import events
from brooks.core.facts import Role
from brooks.core.spec import Task
from brooks.log.store import LogStore
from brooks.models.base import Said
from brooks.runtime.lead_tools import LEAD_REQUESTS, LEAD_TOOLS
from brooks.runtime.tools import TOOLS


def told(lead: Says, tasks: tuple[Task, ...], *, size: int = 3, log: LogStore | None = None) -> Run:
    """A run in which whoever leads says what a test wants."""
    return run(make_spec(tasks, team=led(size), model="even"), models=SplitModels(lead), log=log)


def is_unharmed(finished: Run) -> bool:
    """The run went its way."""
    assert finished.problems() == []
    assert finished.outcome() == ("done", "every task is done")
    return True


WRONG: dict[str, tuple[Call, str]] = {
    "no such task": (assign("nothing", 2), "refused: there is no such task"),
    "no such agent": (assign("f1", 9), "you can give tasks to agent-2, agent-3, not to 'agent-9'"),
    "no arguments": (("assign", {}), "assign needs task as text, agent as text"),
    "a worker's tool": (("complete", {"task": "f1"}), "there is no tool 'complete'"),
    "release of nothing": (
        ("release", {"task": "x", "reason": "y"}),
        "refused: there is no such task",
    ),
    "release of what nobody has": (
        ("release", {"task": "f1", "reason": "y"}),
        "refused: nobody works on it",
    ),
    "no check": (("verify", {"task": "unchecked"}), "there is no task 'unchecked' that has"),
    "no task": (("verify", {"task": "x" * 999}), "there is no task 'xxx"),
    "a path outside": (("read_file", {"path": "../x"}), "'../x'"),
}


@pytest.mark.parametrize(("call", "answer"), WRONG.values(), ids=list(WRONG))
def test_a_mistake_is_answered_and_harms_nothing(call: Call, answer: str) -> None:
    """A lead asks for what cannot be; it reads why."""
    tasks = (*free(1), task("unchecked", check=None))

    finished = told(Says([[call], [assign("f1", 2), assign("unchecked", 3)]]), tasks)

    ok, text = answers(finished)[0]
    assert not ok
    assert answer in text
    assert is_unharmed(finished)


def test_a_lead_is_offered_no_tool_that_writes() -> None:
    """It has its own tools, and those that look and talk."""
    names = {tool.name for tool in LEAD_TOOLS}

    assert {"assign", "release", "verify", "wait", "see_board", "send_mail"} <= names
    assert not names & {"write_file", "edit_file", "delete_file", "complete", "give_up"}
    assert not {"assign", "release", "verify", "wait"} & {tool.name for tool in TOOLS}


def test_a_check_that_a_lead_runs_is_on_the_tree_as_it_is() -> None:
    """Before the task is done it fails, afterwards it passes; nothing is merged by it."""
    lead = Says(
        [[("verify", {"task": "t1"})], [assign("t1", 2)]],
        [[("verify", {"task": "t1"})], [assign("t2", 2)]],
    )

    finished = told(lead, chain(2), size=2)

    found = answers(finished, lambda text: text.startswith("the check of"))
    assert [ok for ok, _ in found] == [False, True]
    assert found[0][1].startswith("the check of t1 fails (failed) on the project as it is now\n")
    assert is_unharmed(finished)


def test_a_lead_may_take_a_task_from_one_and_give_it_to_another() -> None:
    """The one loses its turn, and its late work is not asked for; the other one does the task."""
    lead = Says(
        [
            [assign("f1", 2)],
            [("release", {"task": "f1", "reason": "changed my mind"}), assign("f1", 3)],
        ],
        seconds=0.2,
    )

    finished = told(lead, free(1))

    [back] = [event for event in finished.events(events.TasksReturned) if event.by is not None]
    assert (back.agent, back.by, back.reason, back.counted) == (
        "agent-2", "agent-1", "released: changed my mind", (),
    )  # fmt: skip
    [done] = finished.events(events.TaskDone)
    assert done.agent == "agent-3"
    assert is_unharmed(finished)


def test_the_board_that_a_lead_sees_is_the_leads() -> None:
    """`see_board` shows ranks and who may be given what, as it is by then."""
    lead = Says([[assign("f1", 2), ("see_board", {})]])

    finished = told(lead, free(2))

    [(_, text)] = answers(finished, lambda text: "Agents you can give" in text)
    assert "- agent-2: works on f1 for 0 s" in text
    assert "- f2: ready, unassigned; rank 1, effort 1" in text


def test_a_lead_writes_to_an_agent_and_the_agent_to_it() -> None:
    """The hub of the team is its first member."""
    finished = told(Says([[("send_mail", {"to": "agent-2", "text": "go"}), ("wait", {})]]), free(1))

    [sent] = finished.events(events.MailSent)
    assert sent.to == ("agent-2",)


def test_a_turn_of_a_lead_ends_when_it_waits_or_has_nothing_to_call() -> None:
    """In the first turn it waits, in the second it only talks, in the third it goes on and on."""
    talk: list[list[Call]] = [[("see_board", {})]] * 20
    lead = Says([[assign("t1", 2), ("wait", {})]], [[assign("t2", 2)], []], talk)

    finished = told(lead, chain(3), size=2)

    asked = [(e.turn, e.index) for e in finished.events(events.RequestSent)]
    turns = [e.turn for e in finished.events(events.TurnStarted) if e.role is Role.LEAD]
    counts = [sum(turn == each for turn, _ in asked) for each in turns]
    assert counts[:3] == [1, 2, LEAD_REQUESTS]


def test_what_a_lead_decided_is_not_decided_again_after_a_crash() -> None:
    """Its reply was acted on in part when the coordinator stopped: the turn goes on under a new fence."""
    log = CuttableLog()
    reply = [assign("f1", 2), ("release", {"task": "f1", "reason": "x"}), assign("f2", 3)]
    whole = told(Says([reply], seconds=0.5), free(3), log=log)
    given = [r.position for r in whole.records if isinstance(r.event, events.TaskAssigned)]
    for cut in [cut for cut in log.cuts if given[0] <= cut <= given[-1] + 4]:
        resumed = go_on(cut_copy(log, cut), models=SplitModels(Says([reply], seconds=0.5)))

        said = [(e.turn, e.call) for e in resumed.events(events.TaskAssigned)]
        assert len(said) == len(set(said))
        back = [(e.turn, e.call) for e in resumed.events(events.TasksReturned) if e.by is not None]
        assert len(back) == len(set(back)) <= 1
        assert is_unharmed(resumed)
        assert [fence for _, fence in terms(resumed)] == sorted(f for _, f in terms(resumed))


def test_a_lead_sees_its_open_tasks_the_most_urgent_first() -> None:
    """What it is shown at first: agents, tasks, ranks, and what a task waits for."""
    lead = Says([[assign("t1", 2)]])

    told(lead, (*free(1), *chain(2)))

    system, user, *_ = lead.asked[0].conversation
    assert isinstance(system, Said)
    assert isinstance(user, Said)
    assert "You are agent-1" in system.text
    assert user.text == (
        "This is how the team stands:\n"
        "3 tasks are open, 0 are over.\n"
        "Agents you can give tasks to:\n"
        "- agent-2: free\n"
        "- agent-3: free\n"
        "Open tasks, the most urgent first:\n"
        "- t1: ready, unassigned; rank 2, effort 1\n"
        "- f1: ready, unassigned; rank 1, effort 1\n"
        "- t2: waits for t1, unassigned; rank 1, effort 1"
    )


def test_a_simulated_lead_needs_no_second_word() -> None:
    """All that it decides is in one reply, and nothing of it is refused."""
    spec = make_spec((*chain(2), *free(3)), team=led(3), model="even")

    finished = run(spec, models=KitModels({"even": EVEN}))

    assert all(ok for ok, _ in answers(finished))
    assert {e.index for e in finished.events(events.ReplyReceived)} == {0}
