"""What one agent did in a run, and what it is doing."""

from typing import Any

from brooks.analysis.activity import Activity, AgentTrack
from brooks.analysis.availability import AgentAvailability


class AgentSummary:
    """The facts of one agent so far."""

    __slots__ = (
        "availability", "cached_tokens", "done", "input_tokens", "output_tokens", "requests", "track",
        "turns",
    )  # fmt: skip

    def __init__(self, track: AgentTrack, availability: AgentAvailability) -> None:
        self.track = track
        """Its present activity, task and fault, and the log seconds spent in each activity."""
        self.availability = availability
        """When it could make progress; the run's summary has the share of each agent."""
        self.done = 0
        """Tasks done by its changes; one that was reopened and done again counts twice."""
        self.turns = 0
        """Turns started; one that goes on after a resume counts once."""
        self.requests = 0
        """Requests sent to its model, repeated ones included."""
        self.input_tokens = 0
        self.output_tokens = 0
        self.cached_tokens = 0
        """Those of the input tokens that the provider read from its cache."""

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    def to_json(self, now: float) -> dict[str, Any]:
        """Its facts as JSON values; `busy_seconds` is its time in turns.

        The other times are those of each activity, and add up to the time that it was in the team.
        """
        track = self.track
        return {
            "state": track.activity.value,
            "task": track.task,
            "fault": track.fault or None,
            "done": self.done,
            "turns": self.turns,
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cached_tokens": self.cached_tokens,
            "busy_seconds": track.seconds_in_turns(now),
            "model_seconds": track.seconds(Activity.ASKS_MODEL, now),
            "check_seconds": track.seconds(Activity.WAITS_FOR_CHECK, now),
            "write_seconds": track.seconds(Activity.WRITES, now),
            "idle_seconds": track.seconds(Activity.IDLE, now),
            "gone_seconds": track.seconds(Activity.GONE, now),
        }
