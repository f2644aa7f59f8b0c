"""Runs as a log of Inspect (`inspect_ai`), in which each run is one graded sample.

The sample's input is the project with its tasks, its messages are what the agents were asked and
answered, in the order of the log and each with its agent's name; its scores are

``verified``      the share of tasks that are done and whose check passed on the final tree
``all_verified``  ``C`` (correct) if the run is done and that is every task, ``I`` otherwise

A run that is not over, or ended early, is graded as it stands and stays in the denominator. The log
is made of the library's own classes and written by its own writer, which is the only way to be sure
that it reads it; so the whole of it is in memory. Without `inspect_ai` everything else works.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from brooks.core.facts import Usage
from brooks.core.state import Phase
from brooks.errors import UsageError
from brooks.ids import AgentId
from brooks.log.neighbours.conversation import (
    PROMPT_NOTE,
    Answer,
    Conversations,
    KeptReply,
    Opening,
    Result,
)

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalResults, EvalSample
    from inspect_ai.model import ChatMessage, ModelUsage
    from inspect_ai.scorer import Score

ENDINGS = (".eval", ".json")
"""How the name of a log's file may end: Inspect tells its two formats by that."""

_UNKNOWN_DAY = datetime.fromtimestamp(0, UTC)
"""Inspect wants to know when a log was made; this is when nobody knows when its first run began."""


def require_inspect() -> None:
    """Raise unless the library is there.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import inspect_ai.log  # noqa: F401 - whether it is there is all that is asked
    except ImportError as error:
        raise UsageError(
            "the format 'inspect' needs an extra: pip install 'brooks[inspect]'"
        ) from error


def eval_log(runs: Sequence[Conversations]) -> "EvalLog":
    """One evaluation with these runs, at least one, as its samples."""
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSpec, EvalStats

    samples = [_sample(found) for found in runs]
    names = [found.run for found in runs]
    name = sha256("\n".join(names).encode()).hexdigest()[:22]
    projects = _each_once(found.plan.project for found in runs)
    started = [found.started for found in runs if found.started is not None]
    return EvalLog(
        status="success" if all(_is_over(found) for found in runs) else "started",
        eval=EvalSpec(
            eval_id=name,
            run_id=name,
            created=min(started, default=_UNKNOWN_DAY).isoformat(),
            task="brooks",
            task_id=name,
            task_display_name=", ".join(projects),
            dataset=EvalDataset(
                name=", ".join(projects),
                samples=len(runs),
                sample_ids=names,
                shuffled=False,
            ),
            model=", ".join(_each_once(model for found in runs for model in _models(found))),
            solver=", ".join(_each_once(found.plan.team.preset for found in runs)),
            config=EvalConfig(epochs=1),
            packages={"brooks": runs[0].version or "unknown"},
            metadata={"simulated": any(found.simulated for found in runs), "note": PROMPT_NOTE},
        ),
        results=_results(runs),
        stats=EvalStats(model_usage=_usage_by_model(runs)),
        samples=samples,
    )


def write_log(log: "EvalLog", path: Path) -> None:
    """Write a log by the library's writer, in the format that the name's ending says."""
    from inspect_ai.log import write_eval_log

    write_eval_log(log, path)


def _sample(found: Conversations) -> "EvalSample":
    from inspect_ai.log import EvalSample

    summary, plan = found.summary, found.plan
    began = found.day_time_of_run(0.0)
    ended = _ended(found)
    return EvalSample(
        id=found.run,
        epoch=1,
        uuid=sha256(found.run.encode()).hexdigest()[:22],
        input=found.project_text(),
        target=f"{len(found.tasks)} of {len(found.tasks)} tasks verified",
        messages=list(_messages(found)),
        scores=_scores(found),
        model_usage=_usage_by_model([found]),
        total_time=summary.run_seconds,
        turn_count=summary.turns,
        started_at=None if began is None else began.isoformat(),
        completed_at=None if ended is None else ended.isoformat(),
        metadata={
            "project": plan.project,
            "team": plan.team.preset,
            "agents": list(found.moments),
            "seed": plan.seed,
            "clock": plan.clock,
            "simulated": found.simulated,
            "brooks": found.version,
            "outcome": None if summary.outcome is None else summary.outcome.value,
            "phase": summary.phase.value,
            "reason": summary.reason,
            "tasks": summary.tasks.total,
            "done": len(summary.tasks.done),
            "verified": summary.tasks.verified,
        },
    )


def _ended(found: Conversations) -> datetime | None:
    """When the run ended, where that is known."""
    if found.is_resumed or not _is_over(found):
        return None
    return found.day_time_of_run(found.summary.run_seconds)


def _scores(found: Conversations) -> dict[str, "Score"]:
    from inspect_ai.scorer import CORRECT, INCORRECT, Score

    summary = found.summary
    tasks = summary.tasks
    answer = f"{tasks.verified} of {tasks.total} tasks verified"
    why = summary.reason if _is_over(found) else "the run is not over: graded as it stands"
    return {
        "verified": Score(value=_share(found), answer=answer, explanation=why),
        "all_verified": Score(
            value=CORRECT if summary.all_verified else INCORRECT, answer=answer, explanation=why
        ),
    }


def _share(found: Conversations) -> float:
    """The share of tasks that are verified."""
    tasks = found.summary.tasks
    return tasks.verified / tasks.total if tasks.total else 0.0


def _results(runs: Sequence[Conversations]) -> "EvalResults":
    from inspect_ai.log import EvalMetric, EvalResults, EvalScore

    means = {
        "verified": ("mean", sum(map(_share, runs))),
        "all_verified": ("accuracy", float(sum(found.summary.all_verified for found in runs))),
    }
    return EvalResults(
        total_samples=len(runs),
        completed_samples=len(runs),
        scores=[
            EvalScore(
                name=name,
                scorer=name,
                reducer="mean",
                scored_samples=len(runs),
                unscored_samples=0,
                metrics={metric: EvalMetric(name=metric, value=total / len(runs))},
            )
            for name, (metric, total) in means.items()
        ],
    )


def _messages(found: Conversations) -> Iterator["ChatMessage"]:
    """What was asked and answered, each answer with the results of its calls behind it."""
    from inspect_ai.model import ChatMessageUser

    used: set[str] = set()
    for agent, moment in found.in_order():
        name = f"{found.run}.{moment.position}"
        facts = {"agent": agent, "turn": moment.turn, "log_seconds": moment.time}
        if isinstance(moment, Opening):
            facts |= {"tasks": list(moment.tasks), "role": moment.role.value}
            yield ChatMessageUser(
                id=name, content=found.asked(moment), source="input", metadata=facts
            )
        else:
            yield from _answered(found, agent, moment, name=name, facts=facts, used=used)


def _answered(
    found: Conversations,
    agent: AgentId,
    answer: Answer,
    *,
    name: str,
    facts: dict[str, Any],
    used: set[str],
) -> Iterator["ChatMessage"]:
    """One answer and what its calls gave; `used` are the ids of earlier calls of the sample."""
    from inspect_ai.model import ChatMessageAssistant
    from inspect_ai.tool import ToolCall

    reply = found.reply(answer)
    ids = _ids(reply, name=name, used=used)
    calls = [
        ToolCall(
            id=ids[call.id],
            function=call.name,
            arguments=dict(call.arguments),
            parse_error=call.broken or None,
        )
        for call in reply.calls
    ]
    yield ChatMessageAssistant(
        id=name,
        content=reply.text,
        source="generate",
        model=answer.model or found.model_of(agent),
        tool_calls=calls or None,
        metadata=facts,
    )
    functions = {call.id: call.name for call in reply.calls}
    for number, result in enumerate(found.results(answer) or ()):
        yield _told(
            result,
            name=f"{name}.{number}",
            call=ids.get(result.call),
            function=functions.get(result.call),
            facts=facts,
        )


def _ids(reply: KeptReply, *, name: str, used: set[str]) -> dict[str, str]:
    """A name for each call that no other of the sample has: its own, where that is still free."""
    ids = {}
    for call in reply.calls:
        ids[call.id] = f"{call.id}@{name}" if call.id in used else call.id
        used.add(ids[call.id])
    return ids


def _told(
    result: Result, *, name: str, call: str | None, function: str | None, facts: dict[str, Any]
) -> "ChatMessage":
    from inspect_ai.model import ChatMessageTool
    from inspect_ai.tool import ToolCallError

    return ChatMessageTool(
        id=name,
        content=result.text,
        tool_call_id=call,
        function=function,
        error=None if result.ok else ToolCallError(type="unknown", message=result.text),
        metadata=facts,
    )


def _usage_by_model(runs: Sequence[Conversations]) -> dict[str, "ModelUsage"]:
    """What each model was sent and answered; a model's cost only where each reply's is known."""
    usages: dict[str, list[Usage]] = {}
    for found in runs:
        for agent, moment in found.in_order():
            if isinstance(moment, Answer):
                model = moment.model or found.model_of(agent)
                usages.setdefault(model, []).append(moment.usage)
    return {model: _usage(each) for model, each in usages.items()}


def _usage(usages: Sequence[Usage]) -> "ModelUsage":
    """A sum, as Inspect counts: input tokens are without those read from a cache or written to it."""
    from inspect_ai.model import ModelUsage

    read = sum(usage.cached_tokens for usage in usages)
    written = sum(usage.written_tokens for usage in usages)
    whole = sum(usage.input_tokens for usage in usages)
    output = sum(usage.output_tokens for usage in usages)
    prices = [usage.dollars for usage in usages if usage.dollars is not None]
    return ModelUsage(
        input_tokens=whole - read - written,
        output_tokens=output,
        total_tokens=whole + output,
        input_tokens_cache_read=read,
        input_tokens_cache_write=written,
        total_cost=sum(prices) if len(prices) == len(usages) else None,
    )


def _models(found: Conversations) -> list[str]:
    return [found.model_of(agent) for agent in found.moments]


def _is_over(found: Conversations) -> bool:
    return found.summary.phase is Phase.FINISHED


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
