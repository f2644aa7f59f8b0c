"""Sending spans while a run goes on: never in its way, and told at the end what was not delivered."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.log.neighbours.conftest import Story

from brooks.core import events
from brooks.core.facts import EndReason, Outcome
from brooks.ids import AgentId, BlobHash, Position, TurnId
from brooks.log.codec import Codec
from brooks.log.neighbours import following
from brooks.log.neighbours.collector import Collector
from brooks.log.neighbours.following import Follower
from brooks.log.neighbours.otlp import About
from brooks.log.sqlite import SqliteLog
from brooks.models.base import Reply
from servers.collector import Collector as Receiver
from servers.collector import collecting

Tell = Callable[..., Story]
ABOUT = About("run", None, simulated=True)
OVER = events.RunFinished(outcome=Outcome.DONE, reason="", done=1, verified=1, total=1)


@pytest.fixture
def told(story: Tell) -> Story:
    """A run of one turn, without its end."""
    run = story()
    run.turn(0.0, "one", "turn-1")
    run.answer(1.0, "one", "turn-1", Reply(text="so"))
    end = events.TurnEnded(turn=TurnId("turn-1"), agent=AgentId("one"), reason=EndReason.FINISHED)
    run.tell(3.0, end)
    return run


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """A log in a file, open for its writer."""
    made = SqliteLog.create(tmp_path / "run.db")
    yield made
    made.close()


def write(log: SqliteLog, story: Story) -> None:
    """Write what the story has and the log has not."""
    for blob_hash in story.log.blob_hashes():
        log.put_blob(story.log.blob(BlobHash(blob_hash)))
    last = log.last_position()
    rows = [Codec().encode(record) for record in story.records[last:]]
    log.append(last, rows)
    log.flush(durable=False)


def follow(tmp_path: Path, receiver: Receiver, *, after: int = 0) -> Follower:
    """A follower that has begun."""
    collector = Collector(f"{receiver.url}/v1/traces")
    follower = Follower(tmp_path / "run.db", ABOUT, collector, after=Position(after))
    follower.start()
    return follower


def names(receiver: Receiver) -> list[str]:
    """The spans that came, in order."""
    return [span.name for span in receiver.spans()]


def wait_received(receiver: Receiver, count: int) -> None:
    """Until so many spans have come."""
    import time

    for _ in range(500):
        if len(receiver.spans()) >= count:
            return
        time.sleep(0.01)
    raise AssertionError(names(receiver))


def test_spans_arrive_while_the_run_goes_on(
    tmp_path: Path, log: SqliteLog, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn's when it has ended, the run's with its end."""
    monkeypatch.setattr(following, "PAUSE", 0.01)
    with collecting() as receiver:
        follower = follow(tmp_path, receiver)
        write(log, told)
        wait_received(receiver, 2)
        before = names(receiver)
        told.tell(4.0, OVER)
        write(log, told)
        is_known = follower.stop()

        assert before == ["chat model", "invoke_agent one"]
        assert names(receiver) == [*before, "invoke_workflow a project"]
    assert (is_known, follower.delivered, follower.undelivered) == (True, 3, 0)


def test_a_run_that_stops_without_an_end_sends_what_has_ended(
    tmp_path: Path, log: SqliteLog, told: Story
) -> None:
    """What is open is sent when the run is resumed, or by an export."""
    with collecting() as receiver:
        write(log, told)
        follower = follow(tmp_path, receiver)
        follower.stop()

        assert names(receiver) == ["chat model", "invoke_agent one"]


def test_a_resumed_run_sends_what_ends_from_there(
    tmp_path: Path, log: SqliteLog, told: Story
) -> None:
    """What had ended before was sent before."""
    with collecting() as receiver:
        before = len(told.records)
        told.tell(4.0, OVER)
        write(log, told)
        follower = follow(tmp_path, receiver, after=before)
        follower.stop()

        assert names(receiver) == ["invoke_workflow a project"]


def test_a_collector_that_is_down_costs_a_count(
    tmp_path: Path, log: SqliteLog, told: Story
) -> None:
    """It is not waited for, and everything that was not delivered is counted."""
    told.tell(4.0, OVER)
    write(log, told)
    with collecting(status=503) as receiver:
        follower = follow(tmp_path, receiver)
        is_known = follower.stop()

    assert (is_known, follower.delivered, follower.undelivered) == (True, 0, 3)
    assert "answered 503" in follower.problem


def test_a_collector_that_comes_back_gets_everything(
    tmp_path: Path, log: SqliteLog, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests fail; the spans wait in the log."""
    monkeypatch.setattr(following, "PAUSE", 0.01)
    write(log, told)
    with collecting(failures=2) as receiver:
        follower = follow(tmp_path, receiver)
        wait_received(receiver, 2)
        told.tell(4.0, OVER)
        write(log, told)
        follower.stop()

        assert len(receiver.spans()) == 3
    assert follower.undelivered == 0


def test_a_collector_that_never_answers_is_given_up(
    tmp_path: Path, log: SqliteLog, told: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the run waits for a limited time."""
    monkeypatch.setattr(following, "ANSWER", 0.05)
    told.tell(4.0, OVER)
    write(log, told)
    with collecting(seconds=0.3) as receiver:
        follower = follow(tmp_path, receiver)
        is_known = follower.stop(patience=0.1)

    assert (is_known, follower.undelivered) == (True, 3)


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Nothing is raised in the run's way."""
    follower = Follower(tmp_path / "none.db", ABOUT, Collector("http://127.0.0.1:9/v1/traces"))
    follower.start()

    assert follower.stop() is False
    assert "could not be followed: there is no log" in follower.problem
