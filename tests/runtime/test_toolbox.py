"""What agents may ask of their tools, and that nothing they ask does harm.

Everything is said by a model to a whole run, so that the coordinator and the log are in it too:
what breaks them would end the run with an error.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.runtime.kit import (
    CuttableLog,
    KitModels,
    Run,
    cut_copy,
    go_on,
    make_spec,
    make_team,
    run,
    task,
)

from brooks.core import events
from brooks.core.facts import EndReason
from brooks.models.base import ModelError, Reply, Request, Sleep, ToolCall, decode_reply
from brooks.runtime.file_tools import MAX_FILE_BYTES
from brooks.runtime.toolbox import MAX_CALLS
from brooks.runtime.tools import MAX_SHOWN

Call = tuple[str, Mapping[str, Any]]

RIGHT: list[Call] = [
    ("write_file", {"path": "a.txt", "content": "a: right\n"}),
    ("complete", {"task": "a"}),
]

FILES = {"kept.py": b"kept\n", "src/A.py": b"upper\n", "picture.png": b"\x89PNG\xff"}


class Says:
    """A model that says what it is told to, one reply after the other, without looking."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = replies

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Give the next reply."""
        await sleep(1.0)
        if request.index >= len(self._replies):
            raise ModelError("there is nothing more to say")
        return self._replies[request.index]


def reply(*calls: Call, ids: Sequence[str] | None = None, text: str = "") -> Reply:
    """A reply with these calls."""
    names = ids or [f"call-{number}-{len(calls)}-{text}" for number in range(len(calls))]
    return Reply(
        text=text,
        calls=tuple(
            ToolCall(id=each, name=name, arguments=arguments)
            for each, (name, arguments) in zip(names, calls, strict=True)
        ),
    )


def said(*replies: Reply) -> KitModels:
    """A model that gives these replies."""
    return KitModels(others={"says": Says(*replies)})


def work(*replies: Reply, **settings: Any) -> Run:
    """One agent does one task with these replies, and then writes what is right."""
    team = make_team("single", 1, **settings)
    spec = make_spec([task("a")], team=team, model="says")
    return run(spec, models=said(*replies, reply(*RIGHT, text="last")), files=FILES)


def answers(finished: Run, index: int = 0) -> list[tuple[bool, str]]:
    """What the calls of one reply of the first turn were answered."""
    for event in finished.events(events.ToolsFinished):
        if event.turn == "turn-1" and event.index == index:
            return [
                (result.ok, finished.log.blob(result.text).decode()) for result in event.results
            ]
    raise AssertionError(f"reply {index} was never through")


def is_unharmed(finished: Run) -> bool:
    """The run went its way: the task is done, and of the files only its own is new."""
    assert finished.problems() == []
    assert finished.outcome() == ("done", "every task is done")
    assert finished.workspace.files() == {**FILES, "a.txt": b"a: right\n"}
    return True


PATHS = {
    "above": "../x",
    "above, hidden": "src/../../x",
    "absolute": "/etc/passwd",
    "git": ".git/config",
    "git in other case": ".GIT/hooks/pre-commit",
    "runs": ".brooks/runs/1/run.db",
    "secrets": ".env",
    "empty": "",
    "the folder": ".",
    "a folder": "src/",
    "null": "a\x00b",
    "newline": "a\nb",
    "device": "NUL.txt",
    "drive": "C:\\x",
    "home": "~/x",
    "endless": "x" * 100_000,
    "deep": "d/" * 3000 + "x",
    "half a character": "\ud800.py",
    "other case": "SRC/a.py",
    "other case of a file": "KEPT.py",
    "below a file": "kept.py/x",
    "in place of a folder": "src",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=list(PATHS))
def test_a_path_that_must_not_be_is_refused(path: str) -> None:
    """An agent writes, and deletes, where it may not."""
    finished = work(
        reply(
            ("write_file", {"path": path, "content": "harm"}), ("delete_file", {"path": path}),
            ("read_file", {"path": path}),
        )
    )  # fmt: skip

    assert [ok for ok, _ in answers(finished)] == [False, False, False]
    assert all(len(text) < 1000 for _, text in answers(finished))
    assert is_unharmed(finished)


def test_one_file_in_two_spellings_is_refused_within_a_turn() -> None:
    """An agent writes `B.py` and then `b.py`: one file on some systems."""
    finished = work(
        reply(
            ("write_file", {"path": "B.py", "content": "1"}),
            ("write_file", {"path": "b.py", "content": "2"}),
            ("write_file", {"path": "B.py/c", "content": "3"}),
            ("delete_file", {"path": "B.py"}),
        )
    )

    assert [ok for ok, _ in answers(finished)] == [True, False, False, True]
    assert "'B.py'" in answers(finished)[1][1]


WRONG_CALLS: dict[str, Call] = {
    "unknown tool": ("rm", {"path": "kept.py"}),
    "tool without a name": ("", {}),
    "half a tool": ("read_\udfff", {}),
    "no arguments": ("write_file", {}),
    "null": ("write_file", {"path": None, "content": "x"}),
    "number": ("read_file", {"path": 7}),
    "list": ("complete", {"task": ["a"]}),
    "object": ("complete", {"task": {"id": "a"}}),
    "content as a list": ("write_file", {"path": "x.py", "content": ["a", "b"]}),
    "truth": ("give_up", {"task": True, "reason": "no"}),
    "no reason": ("give_up", {"task": "a"}),
    "unknown task": ("complete", {"task": "b"}),
    "unknown task given up": ("give_up", {"task": "b", "reason": "no"}),
    "half a task": ("complete", {"task": "\ud83d"}),
    "nested": ("read_file", {"path": [[[[[[{"path": "kept.py"}]]]]]]}),
    "no such file": ("read_file", {"path": "nowhere.py"}),
    "delete nothing": ("delete_file", {"path": "nowhere.py"}),
    "not text": ("read_file", {"path": "picture.png"}),
    "too large": ("write_file", {"path": "big", "content": "x" * (MAX_FILE_BYTES + 1)}),
}


@pytest.mark.parametrize("wrong", WRONG_CALLS.values(), ids=list(WRONG_CALLS))
def test_a_wrong_call_is_answered_and_does_nothing(wrong: Call) -> None:
    """Whatever a model makes up, it is told what is wrong, and can go on."""
    finished = work(reply(wrong))

    [(ok, text)] = answers(finished)
    assert not ok
    assert 0 < len(text) < 1000
    assert is_unharmed(finished)


@pytest.mark.parametrize("wrong", WRONG_CALLS.values(), ids=list(WRONG_CALLS))
def test_a_wrong_call_is_replayed_as_it_was_answered(wrong: Call) -> None:
    """The run is cut right after the wrong call was answered, and resumed."""
    log = CuttableLog()
    spec = make_spec([task("a")], team=make_team("single", 1), model="says")
    replies = (reply(wrong), reply(*RIGHT, text="last"))
    whole = run(spec, models=said(*replies), files=FILES, log=log)
    through = next(r.position for r in whole.records if isinstance(r.event, events.ToolsFinished))

    resumed = go_on(cut_copy(log, through), models=said(*replies), files=FILES)

    assert is_unharmed(resumed)
    assert answers(resumed) == answers(whole)


def test_extra_arguments_are_ignored() -> None:
    """A model adds arguments that no tool has."""
    finished = work(reply(("read_file", {"path": "kept.py", "mode": "rw", "sudo": True})))

    assert answers(finished) == [(True, "kept\n")]
    assert is_unharmed(finished)


def test_halves_of_characters_are_kept_out_of_the_log() -> None:
    """A model's text, ids, arguments and contents hold lone surrogates, which no file can keep."""
    broken = reply(
        ("write_file", {"path": "s.txt", "content": "a\ud800b"}),
        ("read_file", {"path": "s.txt", "\udc00": ["\udc00", {"x": "\udc00"}]}),
        ("delete_file", {"path": "s.txt"}),
        ids=["\ud800", "fine", "also"],
        text="\ud83d",
    )

    finished = work(broken)

    assert answers(finished)[1] == (True, "a?b")
    kept = decode_reply(finished.log.blob(finished.events(events.ReplyReceived)[0].reply))
    assert kept.text == "?"
    assert is_unharmed(finished)


def test_a_reason_in_halves_of_characters_is_kept() -> None:
    """The reason to give up goes into an event, and is as long and as broken as can be."""
    reason = "\ud800" + "because " * 10_000

    finished = work(reply(("give_up", {"task": "a", "reason": reason})), attempts=1)

    [returned] = finished.events(events.TasksReturned)
    assert returned.counted == ("a",)
    assert len(returned.reason) < 2100
    assert finished.exported()


def test_a_reply_that_cannot_be_kept_ends_the_turn_and_not_the_run() -> None:
    """A model hands over an argument that is nothing the log could hold."""
    finished = work(reply(("read_file", {"path": object()})), attempts=1)

    assert [event.reason for event in finished.events(events.TurnEnded)] == [EndReason.MODEL_FAILED]
    assert finished.outcome()[0] == "failed"
    assert finished.problems() == []


@pytest.mark.slow
def test_ten_thousand_calls_are_all_answered_and_few_carried_out() -> None:
    """A model repeats itself without end in one reply."""
    calls: list[Call] = [
        ("write_file", {"path": f"f{n}.txt", "content": "x"}) for n in range(10_000)
    ]
    drop: list[Call] = [("delete_file", {"path": f"f{n}.txt"}) for n in range(MAX_CALLS)]

    finished = work(reply(*calls), reply(*drop, text="drop"))

    assert [ok for ok, _ in answers(finished)] == [True] * MAX_CALLS + [False] * (
        10_000 - MAX_CALLS
    )
    assert f"only {MAX_CALLS} calls" in answers(finished)[-1][1]
    assert is_unharmed(finished)


def test_a_long_answer_is_cut_and_says_so() -> None:
    """An agent reads a file that would fill its memory."""
    spec = make_spec([task("a")], team=make_team("single", 1), model="says")
    models = said(reply(("read_file", {"path": "long"})), reply(*RIGHT, text="last"))

    finished = run(spec, models=models, files={"long": b"x" * (MAX_SHOWN + 77)})

    [(ok, text)] = answers(finished)
    assert ok
    assert "(line 1 has 277 more characters)" in text
    assert text.endswith("… lines 1 to 1 of 1")
    assert len(text) < MAX_SHOWN + 100


def test_calls_with_one_id_are_each_carried_out() -> None:
    """A server numbers the calls of every reply from the same id on, or gives them all one id."""
    team = make_team("single", 1, batch=2)
    spec = make_spec([task("a"), task("b")], team=team, model="says")
    wrong = reply(
        ("write_file", {"path": "a.txt", "content": "wrong\n"}), ("complete", {"task": "a"}),
        ids=["0", "0"],
    )  # fmt: skip
    right = reply(
        *RIGHT,
        ("write_file", {"path": "b.txt", "content": "b: right\n"}),
        ("complete", {"task": "b"}),
        ids=["0", "0", "0", "0"],
    )

    finished = run(spec, models=said(wrong, right))

    assert [ok for ok, _ in answers(finished, 0)] == [True, False]
    assert [ok for ok, _ in answers(finished, 1)] == [True, True, True, True]
    assert finished.outcome()[0] == "done"
    assert finished.problems() == []


def test_a_task_completed_twice_in_one_reply_is_checked_once() -> None:
    """The second call finds the first one's change under check."""
    finished = work(reply(*RIGHT, ("complete", {"task": "a"})))

    assert [ok for ok, _ in answers(finished)] == [True, True, False]
    assert answers(finished)[2][1] == "a is already being checked"
    assert len(finished.events(events.ProposalQueued)) == 1


def test_a_batch_is_checked_side_by_side() -> None:
    """Four tasks are completed in one reply, and their checks begin at one moment."""
    tasks = [task(name) for name in "abcd"]
    spec = make_spec(tasks, team=make_team("single", 1, batch=4), model="says")
    calls: list[Call] = []
    for name in "abcd":
        calls.append(("write_file", {"path": f"{name}.txt", "content": f"{name}: right\n"}))
        calls.append(("complete", {"task": name}))

    finished = run(spec, models=said(reply(*calls)))

    started = {r.time for r in finished.records if isinstance(r.event, events.CheckStarted)}
    assert len(started) == 1
    assert finished.outcome()[0] == "done"


def test_files_of_another_task_of_the_turn_wait_for_it() -> None:
    """A batch is written whole before its first task is completed; each change holds its own files."""
    tasks = [task("a", files=("a.txt",)), task("b", files=("b.txt",))]
    spec = make_spec(tasks, team=make_team("single", 1, batch=2), model="says")
    calls: list[Call] = [
        ("write_file", {"path": "a.txt", "content": "a: right\n"}),
        ("write_file", {"path": "b.txt", "content": "b: right\n"}),
        ("complete", {"task": "a"}),
        ("complete", {"task": "b"}),
    ]

    finished = run(spec, models=said(reply(*calls)))

    changed = [[file.path for file in e.changes] for e in finished.events(events.ProposalQueued)]
    assert changed == [["a.txt"], ["b.txt"]]
    assert finished.outcome()[0] == "done"


def test_a_task_handed_back_is_offered_to_others_and_the_turn_goes_on() -> None:
    """Of two tasks one is given up; it is done in a later turn."""
    team = make_team("single", 1, batch=2)
    spec = make_spec([task("a"), task("b")], team=team, model="says")
    first = reply(
        ("give_up", {"task": "b", "reason": "not today"}),
        *RIGHT,
        ("write_file", {"path": "b.txt", "content": "b: right\n"}),
        ("complete", {"task": "b"}),
    )
    models = said(first)

    finished = run(spec, models=models)

    assert [ok for ok, _ in answers(finished)] == [True, True, True, True, False]
    assert finished.statuses() == {"a": "done", "b": "failed"}
    reasons = [e.reason for e in finished.events(events.TasksReturned)]
    assert reasons[0] == "given up: not today"


def test_without_a_call_the_agent_is_told_what_to_do() -> None:
    """A model only talks; it is asked again, and then does its work."""
    finished = work(reply(text="Certainly! I would be happy to help."))

    assert len(finished.events(events.RequestSent)) == 2
    assert is_unharmed(finished)


def test_a_file_that_is_there_can_be_edited_whatever_it_is_called() -> None:
    """New files have plain names; what the user has may be called as it is."""
    name = 'say "hi".txt'
    edit = reply(
        ("write_file", {"path": name, "content": "new"}),
        ("write_file", {"path": 'say "ho".txt', "content": "no"}),
        *RIGHT,
    )
    spec = make_spec([task("a")], team=make_team("single", 1), model="says")

    finished = run(spec, models=said(edit), files={**FILES, name: b"old"})

    assert [ok for ok, _ in answers(finished)][:2] == [True, False]
    assert finished.workspace.files()[name] == b"new"
