"""Local servers that speak the wire protocols of the model providers, with a developer behind them.

They answer as the providers do, go wrong on purpose where a plan says so, hold to limits, and keep
a record of every request. In a test::

    with serving(suite_developer("mathlib/parallel"), faults=Faults(rates={...})) as server:
        ...  # point a client at server.url
        entries = server.entries()

As a process of its own, which a killed client leaves alone::

    python -m servers --suite mathlib/parallel --faults faults.json --record record.jsonl
"""

from servers.developer import Developer, file_developer, suite_developer
from servers.faults import Faults, Mishap, load_faults
from servers.limits import Limits
from servers.process import ServerProcess, serving_process
from servers.record import (
    Entry,
    attempts_by_body,
    billed,
    load_record,
    most_in_window,
    most_tokens_in_window,
    refused_for_limits,
    retries_before_their_time,
)
from servers.serving import Server, serving

__all__ = [
    "Developer",
    "Entry",
    "Faults",
    "Limits",
    "Mishap",
    "Server",
    "ServerProcess",
    "attempts_by_body",
    "billed",
    "file_developer",
    "load_faults",
    "load_record",
    "most_in_window",
    "most_tokens_in_window",
    "refused_for_limits",
    "retries_before_their_time",
    "serving",
    "serving_process",
    "suite_developer",
]
