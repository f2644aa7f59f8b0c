"""Decides for all agents of a run together when a request to a model may be sent.

Providers limit requests, tokens and requests at once by key and model, not by agent. So agents do
not find out alone, each at the others' cost: they queue in one lane, which keeps within the limits
that are known, finds those that are not, waits when the provider says so, and stops asking one that
is down.
"""

from brooks.runtime.governor.governor import Governor
from brooks.runtime.governor.lane import Lane, LaneBroken, LaneView
from brooks.runtime.governor.reasons import Why
from brooks.runtime.governor.ticket import Ticket

__all__ = ["Governor", "Lane", "LaneBroken", "LaneView", "Ticket", "Why"]
