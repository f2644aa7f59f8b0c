"""Every OpenTelemetry name that we write, in one place.

Checked on 2026-11-21 against the conventions for generative AI, which left the core repository after
version 1.41 and have no release of their own yet: https://github.com/open-telemetry/semantic-conventions-genai,
`docs/gen-ai/gen-ai-agent-spans.md`, `gen-ai-spans.md` and the attribute registry, all of status
"Development". The constants in `opentelemetry-semantic-conventions` are marked deprecated and not used.

The conventions have no words yet for tasks, teams, leases, conflicts, waits and cost: those are ours and
begin with `brooks.`. `docs/traces.md` says what each attribute holds, and a test holds it to this file.
"""

from collections.abc import Mapping
from enum import StrEnum

CHECKED = "2026-11-21"
"""The day on which the names were compared with the conventions."""
SCOPE = "brooks"
"""The instrumentation scope and the service's name."""


class Operation(StrEnum):
    """Values of `gen_ai.operation.name`; a span's name begins with one."""

    WORKFLOW = "invoke_workflow"
    AGENT = "invoke_agent"
    PLAN = "plan"
    CHAT = "chat"
    TOOL = "execute_tool"


class Ours(StrEnum):
    """Names of spans that the conventions have no word for."""

    MERGE = "brooks.merge"
    CHECK = "brooks.check"
    LAST_LOOK = "brooks.last_look"


class Happened(StrEnum):
    """Names of span events; all of them are ours."""

    AGENT_CALLED = "brooks.agent.called"
    AGENT_LEFT = "brooks.agent.left"
    AGENT_QUARANTINED = "brooks.agent.quarantined"
    CHECKED = "brooks.check.finished"
    CLAIM_REFUSED = "brooks.claim.refused"
    CLAIM_STATED = "brooks.claim.stated"
    CONFLICT = "brooks.conflict"
    FAULT = "brooks.fault"
    FILES_WRITTEN = "brooks.files.written"
    LEASE_EXPIRED = "brooks.lease.expired"
    PAUSED = "brooks.run.paused"
    CONTINUED = "brooks.run.continued"
    RESUMED = "brooks.run.resumed"
    STOPPING = "brooks.run.stopping"
    REFUSED = "brooks.refused"
    REQUEST_FAILED = "brooks.request.failed"
    TASK_ASSIGNED = "brooks.task.assigned"
    TASK_BLOCKED = "brooks.task.blocked"
    TASK_CANCELLED = "brooks.task.cancelled"
    TASK_DONE = "brooks.task.done"
    TASK_FAILED = "brooks.task.failed"
    TASK_REOPENED = "brooks.task.reopened"
    TASK_REQUEUED = "brooks.task.requeued"
    TASK_REVERTED = "brooks.task.reverted"
    TASK_RETURNED = "brooks.task.returned"
    VOTED = "brooks.vote"


class Name(StrEnum):
    """Keys of attributes, of the conventions first."""

    OPERATION = "gen_ai.operation.name"
    WORKFLOW = "gen_ai.workflow.name"
    AGENT = "gen_ai.agent.name"
    CONVERSATION = "gen_ai.conversation.id"
    PROVIDER = "gen_ai.provider.name"
    MODEL = "gen_ai.request.model"
    FINISH = "gen_ai.response.finish_reasons"
    INPUT_TOKENS = "gen_ai.usage.input_tokens"
    OUTPUT_TOKENS = "gen_ai.usage.output_tokens"
    CACHED_TOKENS = "gen_ai.usage.cache_read.input_tokens"
    WRITTEN_TOKENS = "gen_ai.usage.cache_write.input_tokens"
    TOOL = "gen_ai.tool.name"
    TOOL_TYPE = "gen_ai.tool.type"
    TOOL_CALL = "gen_ai.tool.call.id"
    TOOL_ARGUMENTS = "gen_ai.tool.call.arguments"
    TOOL_RESULT = "gen_ai.tool.call.result"
    INPUT_MESSAGES = "gen_ai.input.messages"
    OUTPUT_MESSAGES = "gen_ai.output.messages"
    ERROR = "error.type"
    SERVICE = "service.name"
    SERVICE_VERSION = "service.version"

    RUN = "brooks.run.id"
    SEED = "brooks.run.seed"
    CLOCK = "brooks.run.clock"
    SIMULATED = "brooks.run.simulated"
    OUTCOME = "brooks.run.outcome"
    CUT_OFF = "brooks.cut_off"
    TASKS_TOTAL = "brooks.run.tasks.total"
    TASKS_DONE = "brooks.run.tasks.done"
    TASKS_VERIFIED = "brooks.run.tasks.verified"
    EPOCH = "brooks.run.epoch"
    TEAM = "brooks.team.preset"
    TEAM_SIZE = "brooks.team.size"
    ASSIGNMENT = "brooks.team.assignment"
    SCHEDULER = "brooks.team.scheduler"
    CLAIMS = "brooks.team.claims"
    PACING = "brooks.team.pacing"
    CONSISTENCY = "brooks.team.consistency"
    TURN = "brooks.turn.id"
    ROLE = "brooks.turn.role"
    ROUND = "brooks.round"
    HEAD = "brooks.turn.head"
    END_REASON = "brooks.turn.end_reason"
    TASK = "brooks.task.id"
    TASKS = "brooks.task.ids"
    ATTEMPT = "brooks.task.attempt"
    COPY = "brooks.task.copy"
    VERIFIED = "brooks.task.verified"
    FENCE = "brooks.lease.fence"
    WHO = "brooks.agent"
    REPLY_INDEX = "brooks.reply.index"
    REQUESTS = "brooks.request.count"
    REQUEST_NUMBER = "brooks.request.number"
    STATUS = "brooks.request.status"
    WAIT = "brooks.wait.seconds"
    WAIT_REASON = "brooks.wait.reason"
    COST = "brooks.cost.dollars"
    TOGETHER = "brooks.tool.calls_together"
    PROPOSAL = "brooks.merge.proposal"
    COMMIT = "brooks.merge.commit"
    PATHS = "brooks.paths"
    PASSED = "brooks.check.passed"
    VOIDED = "brooks.check.voided"
    TESTS_PASSED = "brooks.check.tests_passed"
    TESTS_FAILED = "brooks.check.tests_failed"
    REASON = "brooks.reason"
    COMMAND = "brooks.command"
    FAULT = "brooks.fault.kind"
    SECONDS = "brooks.seconds"
    OVER = "brooks.fault.over"
    FINAL = "brooks.vote.final"
    DECIDED = "brooks.vote.decided"
    LINK = "brooks.link.kind"


USAGE = frozenset({Name.INPUT_TOKENS, Name.OUTPUT_TOKENS, Name.CACHED_TOKENS, Name.WRITTEN_TOKENS})
"""Attributes that only spans of model calls have: elsewhere a back end would count the tokens twice."""

PROVIDERS: Mapping[str, str] = {
    "google": "gcp.gemini",
    "mistral": "mistral_ai",
    "xai": "x_ai",
    "openai-responses": "openai",
    "sim": "brooks.simulated",
    "scripted": "brooks.scripted",
    "recorded": "brooks.recorded",
    "command": "brooks.command",
}
"""Values of `gen_ai.provider.name` that differ from what stands before a model's name here."""

FINISH_REASONS: Mapping[str, str] = {
    "end": "stop",
    "tools": "tool_call",
    "refused": "content_filter",
}
"""Why a reply ended, as the conventions' messages say it, where that differs from the log's word."""


def provider_and_model(text: str) -> tuple[str, str]:
    """The provider and the model of a model string, as the conventions call them."""
    provider, _, model = text.partition(":")
    return (PROVIDERS.get(provider, provider), model) if model else ("_OTHER", text)
