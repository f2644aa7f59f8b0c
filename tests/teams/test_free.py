"""Agents left to themselves, without rounds: asked again at once, resting when nothing comes of it."""

from tests.runtime.advisory.script import checks, claims, completes, play, says, solves, writes
from tests.runtime.kit import Run, agent, chain, free, task

from brooks.analysis.summary import Summary
from brooks.core import events
from brooks.core.spec import Fault, FaultKind, FaultPlan


def starts(finished: Run, name: str) -> list[float]:
    """When an agent was asked."""
    return [
        record.time
        for record in finished.records
        if isinstance(record.event, events.TurnStarted) and record.event.agent == name
    ]


def test_an_agent_is_asked_again_as_soon_as_its_reply_was_carried_out() -> None:
    """A slow one holds up nobody, and no turn belongs to a round or names a task."""
    script = {
        "agent-1": [says(*solves("f1"), seconds=9.0)],
        "agent-2": [says(*solves(name), seconds=1.0) for name in ("f2", "f3", "f4")],
    }

    finished = play(script, free(4), team="decentralized").run

    assert starts(finished, "agent-1") == [0.0]
    assert starts(finished, "agent-2")[:4] == [0.0, 1.0, 2.0, 3.0]
    assert {event.round for event in finished.events(events.TurnStarted)} == {0}
    assert {event.tasks for event in finished.events(events.TurnStarted)} == {()}
    assert finished.outcome()[0] == "done"


def test_who_got_nothing_out_of_a_reply_rests() -> None:
    """It says nothing, then its claim is refused; each time it is asked five seconds later."""
    script = {
        "agent-1": [says(*solves("t1"), seconds=30.0), says(*solves("t2"))],
        "agent-2": [says(), says(claims("t2")), says(checks("t1"))],
    }

    finished = play(script, chain(2), team="decentralized").run

    assert starts(finished, "agent-2")[:4] == [0.0, 6.0, 12.0, 18.5]


def test_everyone_has_as_many_replies_as_a_team_in_rounds_has_rounds() -> None:
    """An orphaned claim ends the run there."""
    script = {"agent-1": [says(claims("f1"))], "agent-2": []}

    finished = play(script, free(1), team="decentralized", rounds=4).run

    assert finished.outcome() == ("failed", "every agent has had its 4 replies")
    assert [len(starts(finished, name)) for name in script] == [4, 4]


def test_agents_may_look_around_and_write_to_one_another() -> None:
    """What a call gave they read in the next message; and they are told of unread messages."""
    script = {
        "agent-1": [
            says(("send_mail", {"to": "agent-2", "text": "f1 is mine"}), *solves("f1")),
        ],
        "agent-2": [
            says(("list_files", {}), seconds=2.0),
            says(("read_mail", {}), *solves("f2")),
        ],
    }

    played = play(script, free(2), team="decentralized")

    second = [request for request in played.model.requests if request.agent == "agent-2"][1]
    names = {tool.name for tool in second.tools}
    assert {"claim", "send_mail", "read_mail", "read_file", "see_board"} <= names
    assert "give_up" not in names
    assert second.board is not None
    assert second.board.unread == 1
    assert "Messages from other agents that you have not read: 1" in str(second.conversation[-1])
    [read] = played.run.events(events.MailRead)
    assert read.agent == "agent-2"


def test_looks_come_before_writes_and_edits_build_on_what_was_there() -> None:
    """A reply writes a file, reads it, and edits another; the read sees it as it was."""
    script = {
        "agent-1": [
            says(writes("x.txt", "one\n")),
            says(
                writes("x.txt", "two\n"),
                ("read_file", {"path": "x.txt"}),
                *solves("f1"),
            ),
        ]
    }

    played = play(script, (task("f1"),), team="decentralized")

    read = played.run.events(events.ToolsFinished)[1].results[1]
    assert played.run.log.blob(read.text) == b"one\n"
    assert played.run.files()["x.txt"] == "two\n"


def test_a_lost_update_is_counted_as_a_conflict() -> None:
    """Both edit what they were shown at the start; the second one's file is all that is left."""
    script = {
        "agent-1": [says(writes("x.txt", "a\n"), claims("f1"), completes("f1"), seconds=1.0)],
        "agent-2": [says(writes("x.txt", "b\n"), claims("f2"), completes("f2"), seconds=2.0)],
    }

    finished = play(script, free(2), team="decentralized").run

    bases = [
        change.base for event in finished.events(events.FilesWritten) for change in event.changes
    ]
    assert bases == [0, 0]
    assert Summary.of(finished.records).conflicts == 1
    assert finished.files()["x.txt"] == "b\n"


def test_a_dead_member_is_not_waited_for() -> None:
    """The other one does what nobody has claimed, and the run ends."""
    crash = Fault(kind=FaultKind.CRASH, agent=agent(2), at=0.5, seconds=0)
    script = {
        "agent-1": [says(*solves("f1")), says(*solves("f2"))],
        "agent-2": [says(*solves("f2"))],
    }

    finished = play(
        script,
        free(2),
        team="decentralized",
        faults=FaultPlan(faults=(crash,)),
        turn_seconds=60.0,
    ).run

    assert finished.outcome()[0] == "done"
