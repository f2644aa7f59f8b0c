"""The tools of teams in which claims are only words.

In rounds the tools are those of the published experiment: write a whole file, claim, complete, run
the tests. What an agent needs to see stands in its messages. Without rounds an agent looks around
for itself and may write to the others. Nobody hands a task back: a claim holds for ever.
"""

from collections.abc import Iterable

from brooks.core.spec import Assignment, Claims, Pacing, Team
from brooks.models.base import MAX_OUTPUT_TOKENS, Parameter, Tool
from brooks.runtime.tools import offered

_TASK = Parameter(name="task", description="id of the task")

CLAIM = Tool(
    name="claim",
    description="Say that you take a task. It must be open, and what it depends on done.",
    parameters=(_TASK,),
)
COMPLETE = Tool(
    name="complete",
    description="Mark a task done. Nobody checks that it is.",
    parameters=(_TASK,),
)
RUN_CHECK = Tool(
    name="run_check",
    description="Run a task's check, or the whole project's, on the files as they are now.",
    parameters=(
        Parameter(
            name="task", description="id of the task; without it, the project", required=False
        ),
    ),
)

_IN_ROUNDS = ("write_file", "claim", "complete", "run_check")
_NEVER = ("give_up",)


PUBLISHED_OUTPUT_TOKENS = 4096
"""The longest reply in the published runs."""


def most_output(team: Team) -> int:
    """The longest reply that its agents may give, in tokens."""
    return PUBLISHED_OUTPUT_TOKENS if team.pacing is Pacing.ROUNDS else MAX_OUTPUT_TOKENS


def is_advisory(team: Team) -> bool:
    """Whether claims are only words."""
    return team.claims is Claims.ADVISORY


def states_claims(team: Team) -> bool:
    """Whether its agents choose their tasks and say so."""
    return is_advisory(team) and team.assignment is Assignment.SELF_CLAIM


def tools_of(team: Team) -> tuple[Tool, ...]:
    """What an agent of the team is offered."""
    if not is_advisory(team):
        return offered(team.rules.messaging)
    own = {tool.name: tool for tool in (CLAIM, COMPLETE, RUN_CHECK)}
    usual = [tool for tool in offered(team.rules.messaging) if tool.name not in _NEVER]
    tools = {**{tool.name: tool for tool in usual}, **own}
    names: Iterable[str] = _IN_ROUNDS if team.pacing is Pacing.ROUNDS else tools
    return tuple(tools[name] for name in names if name != CLAIM.name or states_claims(team))
