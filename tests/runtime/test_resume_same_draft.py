"""A run that is cut and resumed goes on as if it had not been: the draft is what it was, call by call.

One agent works through a script that knows nothing but the number of the request, so that whatever
differs after a resume differs because of what the resume forgot or made up.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.runtime.kit import (
    CuttableLog,
    KitModels,
    Run,
    call,
    cut_copy,
    go_on,
    make_spec,
    make_team,
    run,
    says,
    task,
)

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.models.sections import CallSection, ReplySection

TASKS = (
    task("a", files=("a.txt",)),
    task("b", "a", files=("b.txt",)),
    task("c", files=("shared.txt",)),
    task("d", files=("shared.txt",)),
)
NAMES = [each.id for each in TASKS]
PATHS = ["a.txt", "b.txt", "shared.txt", "other.txt"]
CONTENTS = [
    "a: right\n",
    "b: right\n",
    "c: right\n",
    "d: right\n",
    "c: right\nd: right\n",
    "wrong\n",
]

Script = list[list[CallSection]]


def any_call() -> st.SearchStrategy[CallSection]:
    """A call that an agent might make, or that no agent should."""
    path, name = st.sampled_from(PATHS), st.sampled_from(NAMES)
    return st.one_of(
        st.builds(
            lambda p, c: call("write_file", path=p, content=c), path, st.sampled_from(CONTENTS)
        ),
        st.builds(
            lambda p, c: call("write_file", path=p, content=c), path, st.sampled_from(CONTENTS)
        ),
        st.builds(lambda p: call("delete_file", path=p), path),
        st.builds(lambda p: call("read_file", path=p), path),
        st.builds(lambda n: call("complete", task=n), name),
        st.builds(lambda n: call("complete", task=n), name),
        st.builds(lambda n: call("give_up", task=n, reason="tired"), name),
        st.just(call("complete", task=["a"])),
        st.just(call("list_files")),
    )


scripts = st.lists(st.lists(any_call(), min_size=1, max_size=6), min_size=1, max_size=4)


def solving(name: str, path: str, content: str) -> list[CallSection]:
    """Write one file and complete a task."""
    return [call("write_file", path=path, content=content), call("complete", task=name)]


def models(script: Script) -> KitModels:
    """One script for every task, whichever comes first in a turn."""
    replies: list[ReplySection] = [says(*calls) for calls in script]
    return KitModels(scripts={"script": dict.fromkeys(NAMES, replies)})


def story(finished: Run) -> list[tuple[Any, ...]]:
    """What the agent did and what came of it, without times, fences and positions."""
    told: list[tuple[Any, ...]] = []
    for record in finished.records:
        event: Event = record.event
        if isinstance(event, events.ToolsFinished):
            told.append(("tools", event.turn, event.index, event.results))
        elif isinstance(event, events.TaskDone):
            told.append(("done", event.task, event.changes, event.commit))
        elif isinstance(event, events.ProposalDropped):
            told.append(("dropped", event.task, event.reason, event.held, event.paths))
        elif isinstance(event, events.TurnEnded):
            told.append(("ended", event.turn, event.reason))
    return told


def refusal_is_not_durable(records: Sequence[Record]) -> bool:
    """Whether a call was refused in a reply that was not through: it is made again, and may be accepted."""
    for record in reversed(records):
        event = record.event
        if isinstance(event, events.ReplyReceived):
            return False
        if isinstance(event, events.Refused) and event.command == "Propose":
            return not any(
                isinstance(later.event, events.ToolsFinished)
                for later in records[record.position :]
            )
    return False


def check_every_cut(script: Script) -> None:
    """Cut the run after each decision, resume it, and compare."""
    team = make_team("single", 1, batch=4, attempts=2, requests_per_turn=len(script))
    log = CuttableLog()
    whole = run(make_spec(TASKS, team=team, model="script"), models=models(script), log=log)
    joined = next(r.position for r in whole.records if isinstance(r.event, events.AgentJoined))

    for cut in log.cuts:
        if cut < joined:
            continue
        resumed = go_on(cut_copy(log, cut), models=models(script))

        assert resumed.problems() == []
        if refusal_is_not_durable(whole.records[:cut]):
            continue
        assert story(resumed) == story(whole), f"cut after {cut}"
        assert resumed.statuses() == whole.statuses(), f"cut after {cut}"


@pytest.mark.slow
@given(script=scripts)
@example(
    script=[
        [
            call("write_file", path="a.txt", content="wrong\n"),
            call("complete", task="a"),
            call("write_file", path="a.txt", content="a: right\n"),
        ],
        [call("complete", task="a")],
    ]
)
@example(
    script=[[call("complete", task="c")], [call("complete", task="c")], solving("d", "a.txt", "d")]
)
@example(
    script=[
        [call("complete", task="c"), call("complete", task="d")]
        + [call("give_up", task=name, reason="tired") for name in "ab"]
    ]
)
@example(script=[[call("complete", task="a"), call("give_up", task="a", reason="tired")]])
@example(script=[[call("complete", task=["a"])], solving("a", "a.txt", "a: right\n")])
def test_whatever_an_agent_does_a_resume_goes_on_with_the_same_draft(script: Script) -> None:
    """Any calls, in any order: files of others, unfinished work completed, writes after a completion."""
    check_every_cut(script)
