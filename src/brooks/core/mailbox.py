"""Mailboxes, and who may write to whom.

The messages that one agent has not read are a list, oldest first. Where messages travel by gossip, a
mailbox also remembers which ones its agent has, so that none is put in twice or passed on twice.
"""

from collections.abc import Iterable, Sequence

from brooks.core.facts import Mail
from brooks.core.team_rules import Topology
from brooks.ids import AgentId

MOST_SHOWN = 50_000
"""Characters of messages that an agent is shown at once, a header for each included."""
HEADER = 300
"""Characters allowed for what is said about one message: its number, who sent it, who wrote it."""


class Mailbox(list[Mail]):
    """What one agent has not read, oldest first."""

    __slots__ = ("heard",)

    def __init__(self, mail: Iterable[Mail] = ()) -> None:
        super().__init__(mail)
        self.heard: dict[int, Mail | None] = {}
        """The gossiped messages that the agent has, by the number of the new one: its copy as long as it
        has not passed it on, None afterwards and for those it wrote."""


def heard_by(box: list[Mail]) -> dict[int, Mail | None]:
    """The gossiped messages that the owner of a mailbox has."""
    return box.heard if isinstance(box, Mailbox) else {}


def digest(mail: Iterable[Mail], most: int) -> list[Mail]:
    """Those that are shown at once: urgent ones first, then by number; at least one, if there is any."""
    shown: list[Mail] = []
    room = MOST_SHOWN
    for each in sorted(mail, key=lambda one: (not one.urgent, one.number)):
        room -= each.size + HEADER
        if shown and (len(shown) >= most or room < 0):
            break
        shown.append(each)
    return shown


def addressees(
    topology: Topology, members: Sequence[AgentId], agent: AgentId
) -> tuple[AgentId, ...]:
    """Whom an agent may write to, of those who are there, in the order of the team; it is one of them."""
    others = tuple(other for other in members if other != agent)
    match topology:
        case Topology.NONE:
            return ()
        case Topology.HUB:
            return others if agent == members[0] else (members[0],)
        case Topology.NEIGHBOURS:
            at = members.index(agent)
            ring = (members[at - 1], members[(at + 1) % len(members)])
            return tuple(dict.fromkeys(other for other in ring if other != agent))
        case Topology.MESH | Topology.GOSSIP:
            return others
