"""Names for the identifiers that travel through every layer.

An identifier is never parsed: what it names is found in the log. The types exist so that a task's
id cannot be handed where an agent's is meant.
"""

from typing import NewType

TaskId = NewType("TaskId", str)
"""A task's id as the task file spells it."""

AgentId = NewType("AgentId", str)
"""A member of the team, `agent-1` … `agent-N` unless the team file names them."""

TurnId = NewType("TurnId", str)
"""One stretch of an agent's work, `turn-1`, `turn-2` … in the order the board started them."""

ProposalId = NewType("ProposalId", int)
"""A proposal's number, counted from 1 in the order the board accepted them."""

Fence = NewType("Fence", int)
"""A fencing token: each grant of a lease takes the next whole number, and never one twice
(Kleppmann 2016, https://martin.kleppmann.com/2016/02/08/how-to-do-distributed-locking.html)."""

Position = NewType("Position", int)
"""A record's place in the log, counted from 1; 0 is the place before the first record."""

BlobHash = NewType("BlobHash", str)
"""SHA-256 of some bytes, in lower-case hexadecimal."""
