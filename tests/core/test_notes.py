"""The notes that a team shares: versions, and who may write the next one."""

import pytest
from tests.core.post import Post, names, told

from brooks.core import commands, events
from brooks.core.noting import MOST_NAME, MOST_NOTES
from brooks.core.team_rules import Messaging
from brooks.ids import AgentId, BlobHash

A, B = names(2)


@pytest.fixture
def team() -> Post:
    return Post(2, Messaging(notes=True))


def write(
    team: Post, by: AgentId, name: str, text: str, base: int = 0, **rest: object
) -> events.Event:
    command = commands.WriteNote(agent=by, name=name, text=BlobHash(text), base=base, **rest)  # type: ignore[arg-type]
    return team.say(command)[0]


def versions(team: Post, name: str) -> list[tuple[int, AgentId, str]]:
    return [(note.version, note.agent, note.text) for note in team.state.notes[name]]


def test_a_note_keeps_all_its_versions(team: Post) -> None:
    """One agent begins it, the other goes on; another note has versions of its own."""
    write(team, A, "plan", "first")
    write(team, B, "plan", "second", base=1)
    write(team, B, "names", "x is y")
    write(team, A, "plan", "third", base=2)

    assert versions(team, "plan") == [(1, A, "first"), (2, B, "second"), (3, A, "third")]
    assert versions(team, "names") == [(1, B, "x is y")]


@pytest.mark.parametrize(("base", "there"), [(0, 2), (1, 2), (3, 2)])
def test_who_did_not_see_the_last_version_is_refused_and_told_of_it(
    team: Post, base: int, there: int
) -> None:
    """Another wrote between, or the version is made up."""
    write(team, A, "plan", "first")
    write(team, A, "plan", "second", base=1)

    assert told(write(team, B, "plan", "mine", base=base)) == f"stale_write ({there})"
    assert len(team.state.notes["plan"]) == 2


def test_a_version_of_a_note_that_is_not_there_is_refused(team: Post) -> None:
    """The version is 0."""
    assert told(write(team, A, "plan", "first", base=1)) == "stale_write (0)"
    assert team.state.notes == {}


def test_of_two_writers_at_once_one_wins(team: Post) -> None:
    """Both saw the first version; the second to write sees that it is not the last any more."""
    write(team, A, "plan", "first")
    answers = [write(team, A, "plan", "mine", base=1), write(team, B, "plan", "mine too", base=1)]

    assert isinstance(answers[0], events.NoteWritten)
    assert told(answers[1]) == "stale_write (2)"


@pytest.mark.parametrize("name", ["", " plan", "plan ", "a\nb", "\u202e", "x" * (MOST_NAME + 1)])
def test_a_name_is_short_and_printable(team: Post, name: str) -> None:
    """No worker lets such a name through either."""
    assert told(write(team, A, name, "text")).startswith("not_allowed")


def test_a_team_may_keep_none() -> None:
    """Its rules say so."""
    team = Post(2, Messaging(notes=False))

    assert told(write(team, A, "plan", "text")) == "not_allowed (plan)"


def test_there_are_only_so_many(team: Post) -> None:
    """Those that are there may still be written."""
    first = write(team, A, "note 0", "text")
    assert isinstance(first, events.NoteWritten)
    for number in range(1, MOST_NOTES):
        team.state.notes[f"note {number}"] = [first]

    assert told(write(team, A, "one more", "text")) == f"too_many ({MOST_NOTES})"
    assert isinstance(write(team, A, "note 0", "text", base=1), events.NoteWritten)


def test_only_who_is_there_writes(team: Post) -> None:
    """One never joined, one has left, and one's turn is over."""
    turn = team.start(A)
    team.end(turn)
    late = write(team, A, "plan", "text", turn=turn.turn, call="call")
    team.say(commands.LeaveAgent(agent=B, reason="over"))

    assert told(late) == "turn_over"
    assert told(write(team, B, "plan", "text")) == "unknown_agent"
    assert told(write(team, AgentId("nobody"), "plan", "text")) == "unknown_agent"


def test_a_call_writes_once(team: Post) -> None:
    """What it led to is remembered with its turn."""
    turn = team.start(A)
    first = write(team, A, "plan", "text", turn=turn.turn, call="call")
    again = write(team, A, "plan", "text", base=1, turn=turn.turn, call="call")

    assert turn.done == {"call": first}
    assert told(again) == "outdated (call)"


def test_nothing_is_written_while_nothing_new_may_start(team: Post) -> None:
    """The run is paused."""
    team.say(commands.PauseRun())

    assert told(write(team, A, "plan", "text")) == "run_not_open"
