"""A run as ATIF trajectories: the Agent Trajectory Interchange Format of the Harbor project.

Written by version 1.7 of the format (RFC 0001, "Agent Trajectory Format"), the first in which one
document can hold a team. Of its rules, those that shape this file: a trajectory has at least one
step; steps are numbered from 1 without gaps; model, tool calls and metrics belong to agent steps
only; a result names a call of its own step; a step that no model made (`llm_call_count` 0) has no
metrics; what has no place of its own goes into `extra`, and times are left out rather than guessed.

One agent gives one trajectory. A team gives one for each agent that had a turn, and a root above
them: the tasks as a user step, then one step of the coordinator that refers to the agents'
trajectories, either embedded in the same document or by the names of files beside it. The root's
final metrics are those of the whole run.

`cost_usd` is left out where the price is not known; a total is then of what is known, and `extra`
counts the replies it leaves out.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from brooks.ids import AgentId
from brooks.log.neighbours.conversation import (
    PROMPT_NOTE,
    Answer,
    Conversations,
    KeptReply,
    Moment,
    Opening,
    Result,
)

ATIF_VERSION = "ATIF-v1.7"
ROOT_FILE = "trajectory.json"
"""The name of a run's root trajectory in a folder."""

_encode = msgspec.json.Encoder().encode
_TOTALS_NOTE = (
    "The final metrics are those of the whole run, the trajectories of its agents included; "
    "`total_steps` counts the steps of this trajectory alone."
)


class Totals:
    """What the replies of one agent, or of all, cost together."""

    def __init__(self, answers: Iterable[Answer] = ()) -> None:
        self.prompt_tokens = 0
        self.completion_tokens = 0
        self.cached_tokens = 0
        self.dollars = 0.0
        """Of those replies whose price is known."""
        self.unpriced = 0
        """Replies whose price nobody knows."""
        self.replies = 0
        for answer in answers:
            self.add(answer)

    def add(self, answer: Answer) -> None:
        """Count one more reply."""
        usage = answer.usage
        self.prompt_tokens += usage.input_tokens
        self.completion_tokens += usage.output_tokens
        self.cached_tokens += usage.cached_tokens
        self.dollars += usage.dollars or 0.0
        self.unpriced += usage.dollars is None
        self.replies += 1

    def final_metrics(self, *, steps: int) -> dict[str, Any]:
        """As a trajectory ends with them."""
        is_known = self.unpriced < self.replies or not self.replies
        return _without_none(
            total_prompt_tokens=self.prompt_tokens,
            total_completion_tokens=self.completion_tokens,
            total_cached_tokens=self.cached_tokens,
            total_cost_usd=self.dollars if is_known else None,
            total_steps=steps,
            extra={"replies": self.replies, "unpriced_replies": self.unpriced},
        )


def is_team(found: Conversations) -> bool:
    """Whether the run has a root trajectory above those of its agents."""
    return len(found.moments) > 1


def agents_with_turns(found: Conversations) -> list[AgentId]:
    """Those of a team that have a trajectory, in the team's order."""
    return [agent for agent, moments in found.moments.items() if moments]


def file_of(agent: AgentId) -> str:
    """The name of the file of an agent's trajectory, beside the root's."""
    return f"trajectory.{quote(agent, safe=' @+,=')}.json"


def document(found: Conversations) -> Iterator[bytes]:
    """The whole run as one document, in parts to be written one after the other."""
    if is_team(found):
        return _root(found, embedded=agents_with_turns(found))
    return _sole(found)


def files(found: Conversations) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The whole run as files for one folder: names and parts, those of agents before the root."""
    if not is_team(found):
        yield ROOT_FILE, _sole(found)
        return
    for agent in agents_with_turns(found):
        yield file_of(agent), agent_document(found, agent)
    yield ROOT_FILE, _root(found, embedded=())


def agent_document(found: Conversations, agent: AgentId) -> Iterator[bytes]:
    """One agent's trajectory within a team, in parts."""
    head = _head(found, trajectory=_trajectory_of(found, agent), name=f"brooks/{agent}")
    return _agent_parts(found, agent, head=head, moments=found.moments[agent])


def _sole(found: Conversations) -> Iterator[bytes]:
    """The trajectory of a run's only agent, in parts; its project alone if it never had a turn."""
    head = _head(found, trajectory=found.run, name="brooks")
    for agent, moments in found.moments.items():
        if moments:
            return _agent_parts(found, agent, head=head, moments=moments)
    steps = [_project_step(found)]
    return _parts(head, steps, {"final_metrics": Totals().final_metrics(steps=1), **_about(found)})


def _agent_parts(
    found: Conversations, agent: AgentId, *, head: dict[str, Any], moments: Sequence[Moment]
) -> Iterator[bytes]:
    model = found.model_of(agent)
    head["agent"]["model_name"] = model
    head["agent"]["extra"] = {"agent": agent, **head["agent"]["extra"]}
    steps = (_step(found, number, moment, model) for number, moment in enumerate(moments, start=1))
    totals = Totals(moment for moment in moments if isinstance(moment, Answer))
    tail = {"final_metrics": totals.final_metrics(steps=len(moments)), **_about(found)}
    return _parts(head, steps, tail)


def _root(found: Conversations, *, embedded: Sequence[AgentId]) -> Iterator[bytes]:
    """The trajectory above those of a team's agents, with some of them in it, in parts."""
    every = [moment for _, moment in found.in_order() if isinstance(moment, Answer)]
    about = _about(found)
    steps = [_project_step(found), _coordinator_step(found, embedded=bool(embedded))]
    return _parts(
        _head(found, trajectory=found.run, name="brooks"),
        steps,
        {
            "notes": f"{about.pop('notes')} {_TOTALS_NOTE}",
            "final_metrics": Totals(every).final_metrics(steps=len(steps)),
            **about,
        },
        [agent_document(found, agent) for agent in embedded],
    )


def _parts(
    head: dict[str, Any],
    steps: Iterable[dict[str, Any]],
    tail: dict[str, Any],
    embedded: Iterable[Iterator[bytes]] = (),
) -> Iterator[bytes]:
    """One trajectory: a line for what comes before its steps, one for each step, one for the rest."""
    yield _encode(head)[:-1]
    between = b',"steps":[\n'
    for step in steps:
        yield between + _encode(step)
        between = b",\n"
    yield b"],\n" + _encode(tail)[1:-1]
    between = b',"subagent_trajectories":[\n'
    for each in embedded:
        yield between
        yield from each
        between = b","
    yield b"]}\n" if between == b"," else b"}\n"


def _head(found: Conversations, *, trajectory: str, name: str) -> dict[str, Any]:
    plan = found.plan
    extra = {"team": plan.team.preset, "agents": len(found.moments)}
    return {
        "schema_version": ATIF_VERSION,
        "session_id": found.run,
        "trajectory_id": trajectory,
        "agent": {"name": name, "version": found.version or "unknown", "extra": extra},
    }


def _about(found: Conversations) -> dict[str, Any]:
    """What is to be known of the run beside its steps."""
    summary, plan = found.summary, found.plan
    extra = {
        "project": plan.project,
        "simulated": found.simulated,
        "clock": plan.clock,
        "seed": plan.seed,
        "started": None if found.started is None else found.started.isoformat(),
        "outcome": None if summary.outcome is None else summary.outcome.value,
        "phase": summary.phase.value,
        "tasks": summary.tasks.total,
        "tasks_done": len(summary.tasks.done),
        "tasks_verified": summary.tasks.verified,
        "log_seconds": summary.run_seconds,
    }
    return {"notes": PROMPT_NOTE, "extra": _without_none(**extra)}


def _project_step(found: Conversations) -> dict[str, Any]:
    day_time = found.day_time_of_run(0.0)
    return _without_none(
        step_id=1,
        timestamp=None if day_time is None else day_time.isoformat(),
        source="user",
        message=found.project_text(),
    )


def _coordinator_step(found: Conversations, *, embedded: bool) -> dict[str, Any]:
    """The step that no model made: the coordinator let the agents work."""
    agents = agents_with_turns(found)
    results = [_referring(found, agent, embedded=embedded) for agent in agents]
    return _without_none(
        step_id=2,
        source="agent",
        message=f"The coordinator let {len(agents)} of {len(found.moments)} agents work.",
        observation={"results": results} if results else None,
        llm_call_count=0,
    )


def _referring(found: Conversations, agent: AgentId, *, embedded: bool) -> dict[str, Any]:
    """What the coordinator's step says of one agent."""
    moments = found.moments[agent]
    turns = sum(isinstance(moment, Opening) for moment in moments)
    reference = {"trajectory_id": _trajectory_of(found, agent), "session_id": found.run}
    if not embedded:
        reference["trajectory_path"] = file_of(agent)
    done = list(found.summary.tasks.done.values()).count(agent)
    return {
        "content": f"{agent}: {turns} turns, {len(moments) - turns} replies, {done} tasks done",
        "subagent_trajectory_ref": [reference],
    }


def _step(found: Conversations, number: int, moment: Moment, model: str) -> dict[str, Any]:
    day_time = found.day_time(moment)
    step = {
        "step_id": number,
        "timestamp": None if day_time is None else day_time.isoformat(),
        **(
            _user_fields(found, moment)
            if isinstance(moment, Opening)
            else _agent_fields(found, moment, model)
        ),
    }
    return _without_none(**step)


def _user_fields(found: Conversations, opening: Opening) -> dict[str, Any]:
    ended = found.ended.get(opening.turn)
    return {
        "source": "user",
        "message": found.asked(opening),
        "extra": _without_none(
            log_seconds=opening.time,
            turn=opening.turn,
            tasks=opening.tasks,
            role=opening.role.value,
            round=opening.round or None,
            ended=None if ended is None else ended.value,
        ),
    }


def _agent_fields(found: Conversations, answer: Answer, model: str) -> dict[str, Any]:
    reply = found.reply(answer)
    results = found.results(answer)
    return {
        "source": "agent",
        "model_name": answer.model or model,
        "message": reply.text,
        "tool_calls": _tool_calls(reply) or None,
        "observation": {"results": _results(reply, results)} if results else None,
        "metrics": _metrics(answer),
        "extra": {
            "log_seconds": answer.time,
            "turn": answer.turn,
            "reply": answer.number,
            "attempts": answer.attempts,
            "stop": reply.stop,
            "carried_out": results is not None,
        },
    }


def _tool_calls(reply: KeptReply) -> list[dict[str, Any]]:
    return [
        _without_none(
            tool_call_id=call.id,
            function_name=call.name,
            arguments=call.arguments,
            extra={"broken": call.broken} if call.broken else None,
        )
        for call in reply.calls
    ]


def _results(reply: KeptReply, results: Iterable[Result]) -> list[dict[str, Any]]:
    known = {call.id for call in reply.calls}
    return [
        _without_none(
            source_call_id=result.call if result.call in known else None,
            content=result.text,
            extra={"ok": result.ok},
        )
        for result in results
    ]


def _metrics(answer: Answer) -> dict[str, Any]:
    usage = answer.usage
    return _without_none(
        prompt_tokens=usage.input_tokens,
        completion_tokens=usage.output_tokens,
        cached_tokens=usage.cached_tokens,
        cost_usd=usage.dollars,
        extra={"written_tokens": usage.written_tokens} if usage.written_tokens else None,
    )


def _trajectory_of(found: Conversations, agent: AgentId) -> str:
    return f"{found.run}/{agent}"


def _without_none(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
