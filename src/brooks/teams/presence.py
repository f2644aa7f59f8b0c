"""Who is there: agents as a policy sees them at a moment."""

from brooks.core.state import State
from brooks.ids import AgentId


def is_heard(agent: AgentId, state: State) -> bool:
    """Whether an agent was heard and has not been lost since."""
    found = state.agents.get(agent)
    return found is not None and found.available


def is_idle(agent: AgentId, state: State) -> bool:
    """Whether an agent was heard, has not been lost since, and has nothing in hand."""
    if not is_heard(agent, state):
        return False
    found = state.agents[agent]
    return not found.fence and found.turn is None


def is_barred(agent: AgentId, state: State, now: float) -> bool:
    """Whether an agent is in quarantine."""
    found = state.agents.get(agent)
    return found is not None and now < found.quarantined_until


def is_there(agent: AgentId, state: State, now: float) -> bool:
    """Whether an agent was heard, has not been lost since, and may be given work."""
    return is_heard(agent, state) and not is_barred(agent, state, now)


def is_free(agent: AgentId, state: State, now: float) -> bool:
    """Whether an agent is there and has nothing in hand."""
    return is_idle(agent, state) and not is_barred(agent, state, now)


def is_gone(agent: AgentId, state: State, now: float, *, lease_seconds: float) -> bool:
    """Whether nobody need count on an agent: it never came, left, or was not heard for a lease's length."""
    found = state.agents.get(agent)
    if found is None or found.left or now < found.quarantined_until:
        return True
    return not found.available and now >= found.heard + lease_seconds
