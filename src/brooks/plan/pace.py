"""How fast a profile's model works, in the two numbers that bounds need.

This is the one place in the planner that reads a profile's fields; simulated runs get the profile whole.
"""

from brooks.core.message import Message
from brooks.models.profile import Profile


class Pace(Message, frozen=True, kw_only=True):
    """What a reply takes on average."""

    reply_seconds: float
    """Whatever it says."""
    seconds_per_token: float
    """For each token of what it writes."""
    mistake: float
    """Probability that a first attempt at a task is wrong."""
    repair: float
    """Probability that a further one is right."""

    def task_seconds(self, tokens: float) -> float:
        """What a task of so many tokens takes that has a reply to itself, further attempts included."""
        return self.attempts * (self.reply_seconds + tokens * self.seconds_per_token)

    @property
    def attempts(self) -> float:
        """Replies that a task takes on average."""
        return 1.0 + self.mistake / max(self.repair, 0.05)


def pace_of(profile: Profile) -> Pace:
    """The pace of a profile."""
    each = 1.0 / profile.output_tokens_per_second
    return Pace(
        reply_seconds=profile.overhead_seconds + profile.thinking_tokens * each,
        seconds_per_token=each,
        mistake=profile.mistake,
        repair=profile.repair,
    )
