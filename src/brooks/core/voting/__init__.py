"""How one answer is made of several: rules over ballots, pure.

`rules` decides by one of four rules over the `ballots` that have come, `quorums` says how many voters
and equal answers that takes, `discussion` goes on to further rounds where no rule decided, and
`accuracy` says what the majority is worth when each voter is right with some probability.
"""

from brooks.core.voting.accuracy import chance_of_majority, effective_voters
from brooks.core.voting.ballots import Ballot, Decided, Result, Share, Tally, Undecided, Waiting
from brooks.core.voting.discussion import Discussion
from brooks.core.voting.quorums import (
    decides_without_the_slowest,
    fewest_voters,
    majority_size,
    overlap,
    quorum_size,
    reads_see_writes,
    writes_see_writes,
)
from brooks.core.voting.rules import Rule, decide, decide_by_count

__all__ = [
    "Ballot",
    "Decided",
    "Discussion",
    "Result",
    "Rule",
    "Share",
    "Tally",
    "Undecided",
    "Waiting",
    "chance_of_majority",
    "decide",
    "decide_by_count",
    "decides_without_the_slowest",
    "effective_voters",
    "fewest_voters",
    "majority_size",
    "overlap",
    "quorum_size",
    "reads_see_writes",
    "writes_see_writes",
]
