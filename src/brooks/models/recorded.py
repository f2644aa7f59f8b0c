"""The recorded model: the replies of an earlier run, each after the time it took then.

A reply is found by the hash of what the model saw. Where the same was asked several times, the
recording of the same turn and request is taken, or else the earliest that was answered; nothing is
counted, so that a request that is asked again gets the same reply.

Ids of tool calls stay as they were recorded: they are part of the conversations that later requests
hold. A recorded reply costs nothing, whatever it cost when it was recorded.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from brooks.core.events import Record, ReplyReceived, RequestSent
from brooks.ids import BlobHash, TurnId
from brooks.models.base import ModelError, Reply, Request, Sleep, decode_reply, request_hash


class _Sent(NamedTuple):
    request: BlobHash
    time: float


class _Recording(NamedTuple):
    turn: TurnId
    number: int
    seconds: float
    reply: BlobHash


class RecordedModel:
    """Answers from the log of a run."""

    def __init__(self, records: Iterable[Record], blob: Callable[[BlobHash], bytes]) -> None:
        self._blob = blob
        self._recordings: dict[BlobHash, list[_Recording]] = {}
        """What was answered to each request, in the order of the log; empty if nothing was."""
        sent: dict[tuple[TurnId, int], _Sent] = {}
        for record in records:
            event = record.event
            if isinstance(event, RequestSent):
                sent[event.turn, event.index] = _Sent(event.request, record.time)
                self._recordings.setdefault(event.request, [])
            elif isinstance(event, ReplyReceived):
                asked = sent.pop((event.turn, event.index), None)
                if asked is not None:
                    seconds = max(record.time - asked.time, 0.0)
                    recording = _Recording(event.turn, event.index, seconds, event.reply)
                    self._recordings[asked.request].append(recording)

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request.

        Raises:
            ModelError: when it was never asked in the recorded run, or never answered.
        """
        recording = self._find(request)
        await sleep(recording.seconds)
        reply = decode_reply(self._blob(recording.reply))
        return replace(reply, usage=replace(reply.usage, dollars=0.0))

    def _find(self, request: Request) -> _Recording:
        recordings = self._recordings.get(request_hash(request))
        if not recordings:
            why = (
                "the prompt differs from every one recorded"
                if recordings is None
                else "it was asked in the recorded run and never answered"
            )
            task = f"the task {request.tasks[0]!r}" if request.tasks else "no task"
            raise ModelError(
                f"there is no recorded reply for {request.agent}, {request.turn}, "
                f"request {request.index} about {task}: {why}"
            )
        for recording in recordings:
            if (recording.turn, recording.number) == (request.turn, request.index):
                return recording
        return recordings[0]
