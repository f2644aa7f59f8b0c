"""Commands of every kind with anything in their fields, names that mean something among them."""

from enum import StrEnum
from typing import get_args, get_origin

from hypothesis import strategies as st
from msgspec.structs import fields

from brooks.core import commands
from brooks.core.commands import Command
from brooks.core.facts import FileChange, Usage
from brooks.ids import AgentId, BlobHash, Fence, ProposalId, TaskId, TurnId

AGENTS = [AgentId(f"agent-{number}") for number in range(1, 4)]
BLOB = BlobHash("blob")

NAMES: dict[object, st.SearchStrategy[object]] = {
    AgentId: st.sampled_from([*AGENTS, "nobody"]),
    TaskId: st.sampled_from(["t1", "t2", "t3", "t9", "nobody's"]),
    TurnId: st.integers(min_value=0, max_value=5).map("turn-{}".format),
    Fence: st.integers(min_value=0, max_value=6),
    ProposalId: st.integers(min_value=0, max_value=6),
    BlobHash: st.just(BLOB),
    int: st.integers(min_value=0, max_value=2),
    float: st.just(1.0),
    bool: st.booleans(),
    str: st.sampled_from(["call 1", "call 2", "anything"]),
    FileChange: st.just(FileChange(path="a", blob=BLOB, base=1)),
    Usage: st.just(Usage()),
}
SENSIBLE_ONLY = {
    commands.StartRun,
    commands.ResumeRun,
    commands.AddTask,
    commands.StopRun,
    commands.FinishRun,
    commands.LeaveAgent,
    commands.Quarantine,
}
"""Commands that a machine gives on purpose: made up at random they end every run at once."""


def anything(kind: object) -> st.SearchStrategy[object]:
    """Any value of a field's type, names that mean something among them."""
    if kind in NAMES:
        return NAMES[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    if get_origin(kind) is tuple:
        return st.lists(anything(get_args(kind)[0]), max_size=3).map(tuple)
    return st.one_of([anything(each) for each in get_args(kind)]) if get_args(kind) else st.none()


def any_command() -> st.SearchStrategy[Command]:
    """Any command with anything in its fields."""
    kinds: list[type[Command]] = [kind for kind in get_args(Command) if kind not in SENSIBLE_ONLY]
    return st.one_of(
        [
            st.builds(kind, **{field.name: anything(field.type) for field in fields(kind)})
            for kind in kinds
        ]
    )
