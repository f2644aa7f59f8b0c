"""What a team promises, as it follows from the rules it works by.

Nobody writes guarantees down: a promise that the rules cannot keep would only be broken in front of
`brooks audit`, and one that they keep costs nothing to make.
"""

from brooks.core.spec import Claims, Guarantees
from brooks.core.team_rules import Consistency, CutOff, Rules

ALL_GUARANTEES = Guarantees()
NO_GUARANTEES = Guarantees(
    one_holder=False,
    dependency_order=False,
    no_stale_write=False,
    checked_completion=False,
    liveness=False,
)


def guarantees_of(claims: Claims, rules: Rules) -> Guarantees:
    """Give everything that a team with these rules can keep.

    With advisory claims the board refuses nothing, so nothing is promised. Where the later write
    wins, a stale one may; where an agent that is cut off goes on, a task may have two holders.
    """
    if claims is Claims.ADVISORY:
        return NO_GUARANTEES
    return Guarantees(
        one_holder=rules.cut_off is not CutOff.GO_ON,
        no_stale_write=rules.consistency is not Consistency.LAST_WRITER_WINS,
    )
