"""Requests of one turn, as the board hears of them."""

from brooks.core import commands
from brooks.core.commands import Command
from brooks.core.facts import Failure, Usage
from brooks.core.state import Turn
from brooks.ids import BlobHash

BLOB = BlobHash("blob")


def ask(
    turn: Turn, index: int = 0, *, attempt: int = 1, tokens: int = 0, dollars: float = 0.0
) -> commands.SendRequest:
    """A request is about to be sent; it may cost so much at most."""
    return commands.SendRequest(
        agent=turn.agent,
        turn=turn.turn,
        index=index,
        request=BLOB,
        attempt=attempt,
        most_tokens=tokens,
        most_dollars=dollars,
    )


def answer(turn: Turn, index: int = 0, *, tokens: int = 0, dollars: float | None = None) -> Command:
    """Its reply is there, and cost so much."""
    usage = Usage(input_tokens=tokens // 2, output_tokens=tokens - tokens // 2, dollars=dollars)
    return commands.RecordReply(
        agent=turn.agent, turn=turn.turn, index=index, reply=BLOB, usage=usage
    )


def fail(
    turn: Turn, index: int = 0, *, attempt: int = 1, kind: Failure = Failure.OVERLOADED
) -> Command:
    """An attempt came to nothing."""
    return commands.RecordFailure(
        agent=turn.agent,
        turn=turn.turn,
        index=index,
        attempt=attempt,
        failure=kind,
        status=None,
        retry_after=None,
        text="it did not work",
        wait=1.0,
    )
