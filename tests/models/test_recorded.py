"""The recorded model: which of the recorded replies it gives, when, and when it has none."""

import asyncio
from hashlib import sha256

import pytest
from msgspec.structs import replace

from brooks.core.events import Event, Record, ReplyReceived, RequestSent
from brooks.core.facts import Usage
from brooks.ids import AgentId, BlobHash, Position, TaskId, TurnId
from brooks.models.base import (
    ModelError,
    Reply,
    Request,
    Said,
    encode_reply,
    request_hash,
)
from brooks.models.recorded import RecordedModel


class Log:
    """The log of an earlier run."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.blobs: dict[BlobHash, bytes] = {}

    def append(self, event: Event, time: float) -> None:
        """Append an event."""
        position = Position(len(self.records) + 1)
        self.records.append(Record(position, time, Position(0), event))

    def sent(self, request: Request, time: float) -> None:
        """A request was sent."""
        sent = RequestSent(
            agent=request.agent,
            turn=request.turn,
            index=request.index,
            request=request_hash(request),
        )
        self.append(sent, time)

    def answered(self, request: Request, text: str, time: float) -> None:
        """And was answered."""
        data = encode_reply(Reply(text=text))
        reply = BlobHash(sha256(data).hexdigest())
        self.blobs[reply] = data
        received = ReplyReceived(
            agent=request.agent,
            turn=request.turn,
            index=request.index,
            reply=reply,
            usage=Usage(),
        )
        self.append(received, time)

    def model(self) -> RecordedModel:
        """The model of this log."""
        return RecordedModel(iter(self.records), self.blobs.__getitem__)


def asked(turn: int, index: int = 0, text: str = "Do it.") -> Request:
    """A request."""
    return Request(
        agent=AgentId("agent-1"),
        turn=TurnId(f"turn-{turn}"),
        index=index,
        tasks=(TaskId("a"),),
        conversation=(Said(role="user", text=text),),
    )


def ask(model: RecordedModel, request: Request) -> tuple[str, float]:
    """What is said, and after which time."""
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    reply = asyncio.run(model.request(request, sleep=sleep))
    return reply.text, sum(slept)


def test_a_reply_takes_the_time_that_it_took() -> None:
    """Two requests of two turns overlap in the log."""
    log = Log()
    one, two = asked(1, text="one"), asked(2, text="two")
    log.sent(one, 1.0)
    log.sent(two, 2.0)
    log.answered(two, "Two.", 2.5)
    log.answered(one, "One.", 5.0)

    model = log.model()

    assert ask(model, one) == ("One.", 4.0)
    assert ask(model, two) == ("Two.", 0.5)


def test_who_asks_matters_less_than_what_is_asked() -> None:
    """In the new run the same prompt comes up in another turn."""
    log = Log()
    log.sent(asked(1), 0.0)
    log.answered(asked(1), "One.", 1.0)

    said = ask(log.model(), asked(5, index=2))

    assert said == ("One.", 1.0)


def test_of_several_recordings_that_of_the_same_turn_is_taken_or_the_first() -> None:
    """The same prompt was answered three times; nothing depends on how often it is asked now."""
    log = Log()
    for turn in (4, 2, 7):
        log.sent(asked(turn), turn)
        log.answered(asked(turn), f"In turn {turn}.", turn + 0.5)
    model = log.model()

    said = [ask(model, asked(turn))[0] for turn in (2, 7, 9, 2, 9)]

    assert said == ["In turn 2.", "In turn 7.", "In turn 4.", "In turn 2.", "In turn 4."]


def test_a_request_that_was_asked_again_took_as_long_as_the_second_time() -> None:
    """The coordinator stopped in between, and the first request was never answered."""
    log = Log()
    log.sent(asked(1), 0.0)
    log.sent(asked(1), 10.0)
    log.answered(asked(1), "One.", 13.0)

    assert ask(log.model(), asked(1)) == ("One.", 3.0)


def test_a_prompt_that_was_not_recorded_has_no_answer() -> None:
    """The message says who asked what, and why there is none."""
    log = Log()
    log.sent(asked(1), 0.0)
    log.answered(asked(1), "One.", 1.0)
    request = replace(asked(3, index=2), conversation=(Said(role="user", text="Do more."),))

    with pytest.raises(ModelError) as caught:
        ask(log.model(), request)

    assert str(caught.value) == (
        "there is no recorded reply for agent-1, turn-3, request 2 about the task 'a': "
        "the prompt differs from every one recorded"
    )


def test_a_request_that_was_never_answered_has_no_answer_now() -> None:
    """The model failed in the recorded run, or the run ended before."""
    log = Log()
    log.sent(asked(1), 0.0)

    with pytest.raises(ModelError, match="never answered"):
        ask(log.model(), asked(1))
