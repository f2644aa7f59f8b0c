"""The rules of ATIF version 1.7, as its specification has them (RFC 0001 of the Harbor project).

Written anew from the rules, so that the tests need no other project: every object has the fields
that it may have and no others, of the types that they must have.
"""

from datetime import datetime
from typing import Any

Fields = dict[str, tuple[type, ...]]

TRAJECTORY: Fields = {
    "schema_version": (str,), "session_id": (str,), "trajectory_id": (str,), "agent": (dict,),
    "steps": (list,), "notes": (str,), "final_metrics": (dict,), "extra": (dict,),
    "continued_trajectory_ref": (str,), "subagent_trajectories": (list,),
}  # fmt: skip
AGENT: Fields = {
    "name": (str,), "version": (str,), "model_name": (str,), "tool_definitions": (list,),
    "extra": (dict,),
}  # fmt: skip
AGENT_STEP_ONLY: Fields = {
    "model_name": (str,), "reasoning_effort": (str, float), "reasoning_content": (str,),
    "tool_calls": (list,), "metrics": (dict,),
}  # fmt: skip
STEP: Fields = {
    "step_id": (int,), "timestamp": (str,), "source": (str,), "message": (str, list),
    "observation": (dict,), "is_copied_context": (bool,), "llm_call_count": (int,),
    "extra": (dict,), **AGENT_STEP_ONLY,
}  # fmt: skip
CALL: Fields = {
    "tool_call_id": (str,), "function_name": (str,), "arguments": (dict,), "extra": (dict,),
}  # fmt: skip
RESULT: Fields = {
    "source_call_id": (str,), "content": (str, list), "subagent_trajectory_ref": (list,),
    "extra": (dict,),
}  # fmt: skip
REFERENCE: Fields = {
    "trajectory_id": (str,), "trajectory_path": (str,), "session_id": (str,), "extra": (dict,),
}  # fmt: skip
METRICS: Fields = {
    "prompt_tokens": (int,), "completion_tokens": (int,), "cached_tokens": (int,),
    "cost_usd": (int, float), "extra": (dict,),
}  # fmt: skip
FINAL_METRICS: Fields = {
    "total_prompt_tokens": (int,), "total_completion_tokens": (int,),
    "total_cached_tokens": (int,), "total_cost_usd": (int, float), "total_steps": (int,),
    "extra": (dict,),
}  # fmt: skip


def check_trajectory(found: dict[str, Any]) -> None:
    """Fail on the first rule that a trajectory, or one embedded in it, does not keep."""
    has_fields(found, TRAJECTORY, needs=("schema_version", "agent", "steps"))
    assert found["schema_version"] == "ATIF-v1.7"
    has_fields(found["agent"], AGENT, needs=("name", "version"))
    assert [step["step_id"] for step in found["steps"]] == list(range(1, len(found["steps"]) + 1))
    assert found["steps"]
    for step in found["steps"]:
        check_step(step)
    final = found.get("final_metrics", {})
    has_fields(final, FINAL_METRICS)
    assert final["total_steps"] == len(found["steps"])
    embedded = found.get("subagent_trajectories", [])
    ids = [each["trajectory_id"] for each in embedded]
    assert len(set(ids)) == len(ids)
    for each in embedded:
        check_trajectory(each)
    for reference in references(found):
        assert "trajectory_path" in reference or reference["trajectory_id"] in ids


def check_step(step: dict[str, Any]) -> None:
    """Fail on the first rule that a step does not keep."""
    has_fields(step, STEP, needs=("step_id", "source", "message"))
    assert step["source"] in {"user", "agent", "system"}
    if "timestamp" in step:
        assert datetime.fromisoformat(step["timestamp"]).tzinfo is not None
    if step["source"] != "agent":
        assert not AGENT_STEP_ONLY.keys() & step.keys()
    if step.get("llm_call_count") == 0:
        assert "metrics" not in step
    has_fields(step.get("metrics", {}), METRICS)
    for call in step.get("tool_calls", []):
        has_fields(call, CALL, needs=("tool_call_id", "function_name", "arguments"))
    if "observation" in step:
        has_fields(step["observation"], {"results": (list,)}, needs=("results",))
        check_results(step)


def check_results(step: dict[str, Any]) -> None:
    """Each result is of a call of the same step, if it is of one."""
    calls = {call["tool_call_id"] for call in step.get("tool_calls", [])}
    for result in step["observation"]["results"]:
        has_fields(result, RESULT)
        assert result.get("source_call_id") in {None, *calls}
        for reference in result.get("subagent_trajectory_ref", []):
            has_fields(reference, REFERENCE)
            assert "trajectory_id" in reference or "trajectory_path" in reference


def has_fields(found: dict[str, Any], fields: Fields, *, needs: tuple[str, ...] = ()) -> None:
    """An object has what it must have, and nothing but what it may have."""
    assert found.keys() <= fields.keys()
    assert set(needs) <= found.keys()
    for name, value in found.items():
        assert type(value) in fields[name], (name, value)


def references(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every trajectory that a trajectory's steps refer to."""
    return [
        reference
        for step in found["steps"]
        for result in step.get("observation", {}).get("results", [])
        for reference in result.get("subagent_trajectory_ref", [])
    ]
