"""From a team, as the user described it, to the policy that runs it."""

from brooks.core.spec import Pacing, Team
from brooks.teams.policy import Policy
from brooks.teams.pool import Pool
from brooks.teams.rounds import Rounds


def policy_for(team: Team) -> Policy:
    """The policy of a team, in its first state."""
    return Rounds(team) if team.pacing is Pacing.ROUNDS else Pool(team)
