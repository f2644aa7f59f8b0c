"""From a team, as the user described it, to the policy that runs it."""

from brooks.core.spec import Assignment, Claims, Pacing, Team
from brooks.teams.elastic import elastic
from brooks.teams.free import Free
from brooks.teams.groups import Groups
from brooks.teams.lead import Lead
from brooks.teams.policy import Policy
from brooks.teams.pool import Pool
from brooks.teams.rounds import Rounds


def policy_for(team: Team) -> Policy:
    """The policy of a team, in its first state."""
    if team.elastic is not None:
        return elastic(team, _policy_of(team))
    return _policy_of(team)


def _policy_of(team: Team) -> Policy:
    if team.assignment is Assignment.LEAD:
        in_groups = len({member.group for member in team.members}) > 1
        return Groups(team) if in_groups else Lead(team)
    if team.pacing is Pacing.ROUNDS:
        return Rounds(team)
    return Free(team) if team.claims is Claims.ADVISORY else Pool(team)
