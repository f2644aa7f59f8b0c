"""The record of a server: what arrived and what became of it, and what can be told from that.

Times are seconds of the machine's monotonic clock, which all its processes share.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import msgspec

from brooks.core.message import Message
from brooks.core.spec import Price


class Entry(Message, frozen=True, kw_only=True):
    """One request and what became of it."""

    number: int
    """Its place in the order of arrival, from 0."""
    arrived: float
    """When its last byte was there."""
    ended: float
    """When the server was done with it."""
    protocol: str
    """The dialect's name; empty for a path that nobody serves."""
    path: str
    model: str
    streamed: bool
    status: int
    """The HTTP status that was sent; 0 where none was."""
    treatment: str
    """`answered`; `refused` (the client's fault); `limited`; `common_failure`; or the mishap.

    `server_bug` where the server itself failed.
    """
    retry_after: float | None
    """Seconds that `Retry-After` asked to wait."""
    retry_at: float | None
    """The moment before which it asked not to come again."""
    body: str
    """Hash of the body."""
    conversation: str
    """Hash of the conversation alone; empty where it could not be read."""
    input_tokens: int
    """What is charged, as are the other numbers of tokens."""
    output_tokens: int
    cached_tokens: int
    written_tokens: int
    key: str
    """Hash of the API key; empty where there was none."""
    tasks: tuple[str, ...]
    written: bool
    """Whether all that was to be sent was handed to the socket while the client was there."""

    @property
    def tokens(self) -> int:
        """Input and output tokens together."""
        return self.input_tokens + self.output_tokens


class Record:
    """Keeps entries in memory, and in a file of JSON lines if there is one."""

    def __init__(self, path: Path | None = None) -> None:
        self._entries: list[Entry] = []
        self._file: BinaryIO | None = None if path is None else path.open("ab", buffering=0)

    def add(self, entry: Entry) -> None:
        """Keep an entry; its line is with the system when this returns."""
        self._entries.append(entry)
        if self._file is not None:
            self._file.write(msgspec.json.encode(entry) + b"\n")

    def entries(self) -> list[Entry]:
        """All entries of requests that are over, in order of arrival."""
        return sorted(self._entries, key=lambda entry: entry.number)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def load_record(path: Path) -> list[Entry]:
    """The entries of a record file, in order of arrival; a last line that is not whole is left out."""
    data = path.read_bytes()
    lines = data[: data.rfind(b"\n") + 1].splitlines()
    entries = [msgspec.json.decode(line, type=Entry) for line in lines]
    return sorted(entries, key=lambda entry: entry.number)


def _requests(entry: Entry) -> int:
    return 1


def _tokens(entry: Entry) -> int:
    return entry.tokens


def most_in_window(
    entries: Iterable[Entry],
    seconds: float,
    *,
    amount: Callable[[Entry], int] = _requests,
) -> int:
    """The most requests that arrived in any window of this length, its end not included."""
    ordered = sorted(entries, key=lambda entry: entry.arrived)
    most = total = start = 0
    for entry in ordered:
        total += amount(entry)
        while ordered[start].arrived <= entry.arrived - seconds:
            total -= amount(ordered[start])
            start += 1
        most = max(most, total)
    return most


def most_tokens_in_window(entries: Iterable[Entry], seconds: float) -> int:
    """The most tokens charged to requests that arrived in any window of this length."""
    return most_in_window(entries, seconds, amount=_tokens)


def retries_before_their_time(entries: Iterable[Entry]) -> list[tuple[Entry, Entry]]:
    """Each request that came although an earlier one with the same body was told to wait, after that one."""
    told: dict[str, Entry] = {}
    early = []
    for entry in sorted(entries, key=lambda entry: entry.arrived):
        earlier = told.get(entry.body)
        if earlier is not None and _forbids(earlier, entry.arrived):
            early.append((earlier, entry))
        if entry.retry_at is not None:
            told[entry.body] = entry
    return early


def _forbids(told: Entry, moment: float) -> bool:
    """Whether a client that was told to wait knew it at this moment, and should not have come then."""
    if told.retry_at is None or told.retry_after is None:
        return False
    return told.retry_at - told.retry_after <= moment < told.retry_at


def attempts_by_body(entries: Iterable[Entry]) -> Counter[str]:
    """How often each body arrived."""
    return Counter(entry.body for entry in entries)


def refused_for_limits(entries: Iterable[Entry]) -> int:
    """How many requests came over the limits."""
    return sum(entry.treatment == "limited" for entry in entries)


def billed(entries: Iterable[Entry], price: Price) -> float:
    """What the provider would charge, in dollars, at the price of one model."""
    return sum(_dollars(entry, price) for entry in entries)


def _dollars(entry: Entry, price: Price) -> float:
    fresh = entry.input_tokens - entry.cached_tokens - entry.written_tokens
    cached = price.input if price.cached is None else price.cached
    written = price.input if price.written is None else price.written
    return (
        fresh * price.input
        + entry.cached_tokens * cached
        + entry.written_tokens * written
        + entry.output_tokens * price.output
    ) / 1e6
