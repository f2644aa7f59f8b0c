"""The shapes of the files that describe fake models: profiles and scripts."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from brooks.spec.section import Filled, Positive, Probability, Section, refuse

Seconds = Annotated[float, Field(ge=0, le=1e9)]
Tokens = Annotated[int, Field(ge=0, le=10**9)]


class ProfileSection(Section):
    """A profile; `brooks.models.profile.Profile` says what each key means."""

    overhead_seconds: Seconds
    output_tokens_per_second: Positive
    latency_sigma: Annotated[float, Field(ge=0, le=5)]
    seconds_per_1k_input: Seconds
    mistake: Probability
    repair: Probability
    stall: Probability
    stall_seconds: Seconds
    whole_load: Probability
    thinking_tokens: Tokens
    chosen_load: Probability = 0.5
    waits_first: Probability = 0.0
    orphaned: Probability = 0.0
    runs_tests: Probability = 0.0
    chained_load: Probability | None = None
    unreported: Probability = 0.0
    rewrites: Probability = 0.0
    reports_late: Probability = 0.0
    recalls: Probability = 1.0
    catches_up: Probability = 0.0
    pace_sigma: Annotated[float, Field(ge=0, le=5)] = 0.0
    file_tokens: Annotated[float, Field(ge=0, le=1e9)] = 0.0
    output_sigma: Annotated[float, Field(ge=0, le=5)] = 0.0
    overhead_sigma: Annotated[float, Field(ge=0, le=5)] = 0.0
    idle_seconds: Seconds | None = None
    prompt_tokens: Tokens | None = None
    message_tokens: Tokens = 0


class ScriptSection(Section):
    """A script: for each task, what is answered to the first request, the second and so on."""

    replies: dict[str, list[object]]


class CallSection(Section):
    """One tool call."""

    name: Filled
    arguments: dict[str, object] = Field(default_factory=dict)


class ReplySection(Section):
    """One reply, or a failure to give one."""

    text: str = ""
    calls: list[CallSection] = Field(default_factory=list)
    seconds: Seconds = 0.0
    """How long the answer takes."""
    input_tokens: Tokens | None = None
    """What is reported; counted if left out."""
    output_tokens: Tokens | None = None
    """What is reported; counted if left out."""
    error: Filled | None = None
    """The model does not answer, for this reason."""

    @model_validator(mode="after")
    def _check_error(self) -> Self:
        if self.error is not None and (self.text or self.calls):
            raise refuse("a reply with an 'error' has no 'text' and no 'calls': leave one out")
        return self
