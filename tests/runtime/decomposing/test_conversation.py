"""How a model comes to a draft, and every way in which it does not."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from brooks.core.facts import Failure, Usage
from brooks.core.spec import ModelSettings, Price
from brooks.log.redaction import Redactor
from brooks.models.base import (
    AttemptFailed,
    ModelError,
    Reply,
    Request,
    Returned,
    Said,
    Sleep,
    StopReason,
    ToolCall,
    count_tokens,
    request_text,
)
from brooks.models.prices import SetPricing
from brooks.runtime.asking import Asker, Route
from brooks.runtime.chance import stream
from brooks.runtime.decomposing import Conversation, Ending, Limits, Meter, Repository, Result
from brooks.runtime.governor import Governor
from brooks.runtime.virtual_clock import VirtualClock

GOOD = "tasks: [{id: a, description: do it, files: [a.py]}]"
BAD = "tasks: [{id: a, files: [../a.py]}]"
MODEL = "openai:test"
KEY = "sk-0123456789"

Answer = Reply | Exception


def calls(*wanted: tuple[str, dict[str, object]], stop: StopReason = StopReason.TOOLS) -> Reply:
    """A reply that calls these tools."""
    made = (
        ToolCall(id=f"c{number}", name=name, arguments=arguments)
        for number, (name, arguments) in enumerate(wanted)
    )
    return Reply(calls=tuple(made), stop=stop, usage=Usage(input_tokens=1000, output_tokens=100))


def submits(text: object) -> Reply:
    return calls(("submit_tasks", {"yaml": text}))


class Answers:
    """A model that gives these answers one after the other, and keeps what it was asked."""

    def __init__(self, answers: Sequence[Answer]) -> None:
        self._answers = list(answers)
        self.asked: list[Request] = []

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Give the next one."""
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class Talk:
    """One conversation about a folder, under the virtual clock."""

    def __init__(
        self,
        root: Path,
        *answers: Answer,
        requests: int = 30,
        budget: float | None = None,
        governed: bool = False,
    ) -> None:
        self.model = Answers(answers)
        self.lines: list[str] = []
        self.meter = Meter(budget=budget, say=self.lines.append)
        clock = VirtualClock()
        settings = ModelSettings(model=MODEL, max_output_tokens=1000, patience_seconds=30.0)
        governor = Governor(clock, lambda *name: stream(0, *name), agents=1)
        route = Route(
            MODEL,
            self.model,
            settings,
            governor.lane(MODEL, "openai", settings) if governed else None,
            SetPricing(Price(input=10.0, output=100.0)),
        )
        conversation = Conversation(
            "Make $it better",
            Repository.read(root, hides=lambda data: False),
            root=root.resolve(),
            limits=Limits(tasks=3, requests=requests),
            redactor=Redactor({"OPENAI_API_KEY": KEY}),
            say=self.lines.append,
        )
        asker = Asker((route,), clock=clock, sleep=clock.sleep, reserving=False)
        self.result: Result = clock.run(conversation.run(asker, self.meter))

    def told(self, request: int) -> str:
        """What the model read last before a request."""
        last = self.model.asked[request].conversation[-1]
        if isinstance(last, Returned):
            return "\n".join(outcome.text for outcome in last.outcomes)
        assert isinstance(last, Said)
        return last.text


def test_a_model_looks_and_submits(tmp_path: Path) -> None:
    """The shortest way: what it was shown, what it asked for, what it wrote."""
    (tmp_path / "a.py").write_text("x = 1\n")
    looks = calls(("list_files", {}), ("read_file", {"path": "a.py"}), ("search", {"text": "x ="}))

    talk = Talk(tmp_path, looks, submits(GOOD))

    assert talk.result.ending is Ending.DRAFTED
    assert talk.result.draft is not None
    assert [task.files for task in talk.result.draft.tasks] == [("a.py",)]
    system, user = talk.model.asked[0].conversation
    assert "At most 3 tasks are taken" in getattr(system, "text", "")
    assert "Make $it better" in getattr(user, "text", "")
    assert talk.told(1) == "a.py\nx = 1\n\na.py:1: x = 1"
    assert [tool.name for tool in talk.model.asked[0].tools] == [
        *("list_files", "read_file", "search", "submit_tasks")
    ]
    assert talk.lines == [
        "list_files, read_file 'a.py', search 'x ='",
        "draft 1 of at most 5 is valid",
    ]


def test_what_is_wrong_is_told_and_mended(tmp_path: Path) -> None:
    """With the loader's own words."""
    talk = Talk(tmp_path, submits(BAD), submits(GOOD))

    assert (talk.result.ending, talk.result.tries) == (Ending.DRAFTED, 2)
    assert "tasks.yaml:1: tasks[0].files[0]: '../a.py' has '..' in it" in talk.told(1)
    assert "4 tries left" in talk.told(1)


def test_after_five_wrong_drafts_it_ends(tmp_path: Path) -> None:
    """The last one is kept for the user; several in one reply count each."""
    both = calls(("submit_tasks", {"yaml": BAD}), ("submit_tasks", {"yaml": BAD}))

    talk = Talk(tmp_path, both, both, submits(BAD))

    assert talk.result.ending is Ending.REJECTED
    assert (talk.result.tries, talk.result.last) == (5, BAD)
    assert "'..'" in talk.result.problems


def test_nothing_is_taken_after_a_good_draft(tmp_path: Path) -> None:
    """The model submits another one in the same reply."""
    both = calls(("submit_tasks", {"yaml": GOOD}), ("submit_tasks", {"yaml": BAD}))

    talk = Talk(tmp_path, both)

    assert (talk.result.ending, talk.result.last) == (Ending.DRAFTED, GOOD)


USELESS = {
    "words": (Reply(text="Here is my plan: …"), "called no tool"),
    "cut off": (Reply(text="tasks:", stop=StopReason.LENGTH), "cut off"),
    "refused": (Reply(stop=StopReason.REFUSED), "was refused"),
    "unknown": (calls(("write_file", {"path": "a", "content": ""})), "there is no tool"),
    "no text": (submits(["tasks"]), "needs yaml as text"),
    "wrong": (calls(("read_file", {})), "read_file needs path as text"),
    "broken": (
        Reply(calls=(ToolCall(id="1", name="submit_tasks", arguments={}, broken="no JSON"),)),
        "cannot be read: no JSON",
    ),
}


@pytest.mark.parametrize(("reply", "answer"), USELESS.values(), ids=USELESS)
def test_a_useless_reply_is_answered_and_the_third_in_a_row_is_the_last(
    tmp_path: Path, reply: Reply, answer: str
) -> None:
    """One that is of use in between starts the count anew."""
    look = calls(("list_files", {}))

    talk = Talk(tmp_path, reply, reply, look, reply, reply, reply)

    assert talk.result.ending is Ending.UNUSABLE
    assert len(talk.model.asked) == 6
    assert answer in talk.told(1)
    assert (tmp_path / "a").exists() is False


def test_a_path_outside_is_an_answer(tmp_path: Path) -> None:
    """Reading goes no further than the project."""
    paths = ("../secret", "/etc/passwd", ".git/config", "none.py")
    look = Reply(
        calls=tuple(ToolCall(id=path, name="read_file", arguments={"path": path}) for path in paths)
    )

    talk = Talk(tmp_path, look, submits(GOOD))

    answers = talk.told(1).splitlines()
    assert len(answers) == len(paths)
    assert all("..'" in a or "absolute" in a or "not yours" in a or "no file" in a for a in answers)


def test_a_model_that_only_looks_is_hurried_and_then_left(tmp_path: Path) -> None:
    """It is told when three requests are left."""
    look = calls(("list_files", {}))

    talk = Talk(tmp_path, *[look] * 5, requests=5)

    assert talk.result.ending is Ending.OUT_OF_REQUESTS
    assert [len(asked.conversation) for asked in talk.model.asked] == [2, 4, 7, 10, 13]
    assert "Only 3 more requests" in talk.told(2)
    assert "Only 1 more requests" in talk.told(4)


def test_no_request_is_sent_that_could_break_the_budget(tmp_path: Path) -> None:
    """What the first one may cost is known beforehand; what it did cost, afterwards."""
    first = 1000 * 10e-6 + 100 * 100e-6
    look = calls(("list_files", {}))

    none = Talk(tmp_path, look, budget=0.01)
    one = Talk(tmp_path, look, look, budget=first + 0.11)

    assert (none.result.ending, len(none.model.asked)) == (Ending.BUDGET, 0)
    assert (one.result.ending, len(one.model.asked)) == (Ending.BUDGET, 1)
    assert one.meter.dollars == pytest.approx(first)
    assert "may be spent" in one.result.reason


def test_a_lost_reply_counts_against_the_budget(tmp_path: Path) -> None:
    """The provider may bill it, so that is what is reckoned with."""
    lost = AttemptFailed(Failure.TIMEOUT, "no answer in time")

    talk = Talk(tmp_path, lost, submits(GOOD), governed=True, budget=0.2)

    assert (talk.result.ending, talk.meter.attempts) == (Ending.BUDGET, 1)
    assert talk.meter.maybe_dollars > 0.1
    assert talk.lines[0].startswith("attempt 1 failed: timeout: no answer in time; asked again in")


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    """The run's own way of asking."""
    busy = AttemptFailed(Failure.OVERLOADED, "no room", status=529)

    talk = Talk(tmp_path, busy, submits(GOOD), governed=True)

    assert talk.result.ending is Ending.DRAFTED
    assert (talk.meter.attempts, talk.meter.replies) == (2, 1)
    assert talk.meter.maybe_dollars == 0.0


FAILURES = {
    "never": (ModelError("the script has no more"), Ending.MODEL_FAILED),
    "rejected": (AttemptFailed(Failure.REJECTED, "too long", status=400), Ending.MODEL_FAILED),
    "key": (AttemptFailed(Failure.KEY_REFUSED, "wrong key", status=401), Ending.OUTSIDE),
}


@pytest.mark.parametrize(("failure", "ending"), FAILURES.values(), ids=FAILURES)
def test_a_model_that_fails_ends_it(tmp_path: Path, failure: Exception, ending: Ending) -> None:
    """What was submitted before is not forgotten."""
    talk = Talk(tmp_path, submits(BAD), failure, governed=True)

    assert (talk.result.ending, talk.result.last) == (ending, BAD)
    assert str(failure) in talk.result.reason


def test_a_key_in_a_reply_goes_no_further(tmp_path: Path) -> None:
    """A model that somehow came to know it cannot write it into the draft."""
    talk = Talk(tmp_path, submits(f"tasks:\n- id: a\n  check: echo {KEY}"))

    assert talk.result.draft is not None
    assert talk.result.draft.tasks[0].check is not None
    assert KEY not in talk.result.last + talk.result.draft.tasks[0].check


def test_a_key_that_is_spelled_otherwise_is_refused(tmp_path: Path) -> None:
    """Only once the text is read is it seen to be one."""
    hidden = KEY.replace("0", "\\x30")

    talk = Talk(tmp_path, submits(f'tasks: [{{id: a, check: "echo {hidden}"}}]'), submits(GOOD))

    assert (talk.result.ending, talk.result.tries) == (Ending.DRAFTED, 2)
    assert "one of the user's keys" in talk.told(1)


def test_a_long_conversation_is_kept_short(tmp_path: Path) -> None:
    """Files of any size may be read, again and again."""
    (tmp_path / "big.txt").write_text("some words\n" * 5000)
    wanted: tuple[str, dict[str, object]] = ("read_file", {"path": "big.txt"})
    look = calls(*[wanted] * 10)

    talk = Talk(tmp_path, look, look, look, submits(GOOD))

    assert talk.result.ending is Ending.DRAFTED
    assert all(count_tokens(request_text(asked)) < 110_000 for asked in talk.model.asked)


def test_only_so_many_calls_of_a_reply_are_carried_out(tmp_path: Path) -> None:
    """And only a few of them are shown."""
    look = calls(*[("list_files", {})] * 60)

    talk = Talk(tmp_path, look, submits(GOOD))

    assert talk.told(1).count("only 50 calls") == 10
    assert talk.lines[0].endswith("list_files and 55 more")
