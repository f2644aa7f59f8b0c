"""What every model promises, tried on the simulated, the scripted and the recorded one."""

import asyncio
import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.core.events import Record, ReplyReceived, RequestSent
from brooks.core.spec import Task
from brooks.ids import AgentId, BlobHash, Position, TaskId, TurnId
from brooks.models.base import (
    Answered,
    Model,
    ModelError,
    Outcome,
    Reply,
    Request,
    Returned,
    Said,
    ToolCall,
    Turned,
    decode_reply,
    encode_reply,
    request_hash,
)
from brooks.models.profile import load_profile
from brooks.models.recorded import RecordedModel
from brooks.models.scripted import ScriptedModel
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.chance import stream
from brooks.runtime.tools import TOOLS

MakeModel = Callable[[], Model]
FIRST = Request(
    agent=AgentId("agent-1"),
    turn=TurnId("turn-1"),
    index=0,
    tasks=(TaskId("a"), TaskId("b")),
    conversation=(Said(role="user", text="Do a and b."),),
    tools=TOOLS,
)


def simulated() -> Model:
    """A simulated model of a usual profile."""
    tasks = [Task(id=task) for task in FIRST.tasks]
    blobs: dict[BlobHash, bytes] = {}
    solutions = Solutions(tasks, blobs.__getitem__)
    return SimulatedModel(load_profile("typical"), solutions, partial(stream, 7))


def scripted(folder: Path) -> Model:
    """A script of one reply."""
    path = folder / "script.json"
    call = {"name": "complete", "arguments": {"task": "a"}}
    entry = {"text": "Done.", "calls": [call], "seconds": 2.5}
    path.write_text(json.dumps({"replies": {"a": [entry]}}))
    return ScriptedModel.load(path)


def recorded() -> Model:
    """A recording of what the simulated model said."""
    data = encode_reply(answer(simulated(), FIRST)[0])
    reply = BlobHash(sha256(data).hexdigest())
    asked = RequestSent(agent=FIRST.agent, turn=FIRST.turn, index=0, request=request_hash(FIRST))
    answered = ReplyReceived(
        agent=FIRST.agent, turn=FIRST.turn, index=0, reply=reply, usage=decode_reply(data).usage
    )
    records = [
        Record(Position(1), 3.0, Position(0), asked),
        Record(Position(2), 5.5, Position(1), answered),
    ]
    return RecordedModel(records, {reply: data}.__getitem__)


@pytest.fixture(params=["simulated", "scripted", "recorded"])
def make_model(request: pytest.FixtureRequest, tmp_path: Path) -> MakeModel:
    """Makes each kind of model in turn."""
    makers: dict[str, MakeModel] = {
        "simulated": simulated,
        "scripted": partial(scripted, tmp_path),
        "recorded": recorded,
    }
    return makers[request.param]


def answer(model: Model, request: Request) -> tuple[Reply, list[float]]:
    """A model's reply, and the times it wanted to wait."""
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    return asyncio.run(model.request(request, sleep=sleep)), slept


def test_the_same_request_gets_the_same_reply(make_model: MakeModel) -> None:
    """From one model twice, and from another one made alike, as after a resume."""
    model = make_model()

    answers = [answer(each, FIRST) for each in (model, model, make_model())]

    assert answers[0] == answers[1] == answers[2]


def test_a_reply_says_what_it_cost(make_model: MakeModel) -> None:
    """Both of what was read and of what was said."""
    reply, _ = answer(make_model(), FIRST)

    assert reply.usage.input_tokens > 0
    assert reply.usage.output_tokens > 0


def test_a_reply_survives_the_log(make_model: MakeModel) -> None:
    """Nothing in it is lost or changed by being encoded."""
    reply, _ = answer(make_model(), FIRST)

    assert decode_reply(encode_reply(reply)) == reply


def test_a_model_waits_through_the_sleep_it_is_handed(make_model: MakeModel) -> None:
    """Driven by hand, it stops nowhere else, and answers when it is woken."""
    slept = []

    class Nap:
        def __await__(self):  # type: ignore[no-untyped-def]
            yield "nap"

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await Nap()

    coroutine = make_model().request(FIRST, sleep=sleep).__await__()

    stops = [next(coroutine)]
    with pytest.raises(StopIteration) as stopped:
        next(coroutine)

    assert stops == ["nap"]
    assert len(slept) == 1
    assert slept[0] > 0
    assert isinstance(stopped.value.value, Reply)


def test_a_reply_uses_the_tools_on_offer(make_model: MakeModel) -> None:
    """By their names and with all their arguments, and no two calls have the same id."""
    reply, _ = answer(make_model(), FIRST)

    wanted = {tool.name: {one.name for one in tool.parameters if one.required} for tool in TOOLS}
    assert reply.calls
    assert all(wanted[call.name] == set(call.arguments) for call in reply.calls)
    assert len({call.id for call in reply.calls}) == len(reply.calls)


STRAY = Outcome(call="turn-9.9.9", ok=False, text="?")
ODD_CALLS: list[tuple[str, dict[str, object]]] = [
    ("complete", {"task": ["a"]}),
    ("read_file", {}),
    ("write_file", {"path": {"a": 1}, "content": None}),
    ("give_up", {"task": 7}),
    ("fly", {"path": "a", "task": "a"}),
]
ODD = tuple(
    ToolCall(id=f"turn-1.0.{number}", name=name, arguments=arguments)
    for number, (name, arguments) in enumerate(ODD_CALLS)
)


@pytest.mark.parametrize(
    "conversation",
    [
        (),
        (Returned(outcomes=(STRAY,)),),
        (Answered(reply=Reply()), Returned(outcomes=(STRAY, STRAY))),
        (Answered(reply=Reply(calls=ODD)), Answered(reply=Reply(calls=ODD))),
        (
            Answered(reply=Reply(calls=ODD)),
            Returned(outcomes=tuple(replace(STRAY, call=call.id) for call in ODD)),
        ),
        (Said(role="poet", text="\x00"), Said(role="", text="")),
    ],
)
def test_a_conversation_that_makes_no_sense_is_answered_or_refused(
    make_model: MakeModel, conversation: tuple[Turned, ...]
) -> None:
    """A model that cannot make anything of it raises the one error that the run expects."""
    request = replace(FIRST, conversation=conversation)

    try:
        reply, _ = answer(make_model(), request)
    except ModelError:
        return

    assert decode_reply(encode_reply(reply)) == reply


def test_a_request_about_no_task_is_refused(make_model: MakeModel) -> None:
    """These models answer for tasks, and do not think about teams."""
    request = replace(FIRST, tasks=(), conversation=())

    with pytest.raises(ModelError, match=r"no task|none"):
        answer(make_model(), request)
