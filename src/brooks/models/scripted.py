"""The scripted model: it says what a file tells it to say.

The file has a list of replies for each task. A request is answered by the entry whose number,
counted from 0, is the request's own in its turn, from the list of the first task that the turn is
about::

    replies:
      add_totals:
        - text: First I look at it.
          calls: [{name: read_file, arguments: {path: totals.py}}]
          seconds: 2.5
        - calls: [{name: give_up, arguments: {task: add_totals, reason: too hard}}]
        - error: the server is busy
"""

from pathlib import Path
from typing import TYPE_CHECKING, Self

from brooks.core.facts import Usage
from brooks.ids import TaskId
from brooks.models.base import (
    ModelError,
    Reply,
    Request,
    Sleep,
    StopReason,
    ToolCall,
    count_tokens,
    reply_text,
    request_text,
)
from brooks.models.without_tasks import reply_without_tasks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from brooks.models.sections import ReplySection


class ScriptedModel:
    """Answers from a script."""

    def __init__(self, replies: "Mapping[TaskId, Sequence[ReplySection]]", *, source: str) -> None:
        self._replies = replies
        self._source = source

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a script from a YAML or JSON file.

        Raises:
            UsageError: There is no such file, or something in it is wrong.
            OutsideError: The file is there and cannot be read.
        """
        from brooks.models.sections import (
            ReplySection,
            ScriptSection,
        )
        from brooks.spec.files import read_document
        from brooks.spec.validation import validate, validate_whole

        document = read_document(path, kind="script")
        script = validate_whole(ScriptSection, document)
        replies: dict[TaskId, list[ReplySection]] = {}
        for task, entries in script.replies.items():
            found = replies[TaskId(task)] = []
            for number, entry in enumerate(entries):
                place = ("replies", task, number)
                reply = validate(ReplySection, entry, document=document, place=place)
                if reply is not None:
                    found.append(reply)
        document.raise_problems()
        return cls(replies, source=str(path))

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer one request.

        Raises:
            ModelError: when the script has no answer, or says that there is none.
        """
        idle = None if request.tasks else reply_without_tasks(request)
        if idle is not None:
            return idle
        entry = self._find(request)
        await sleep(entry.seconds)
        if entry.error is not None:
            raise ModelError(entry.error)
        calls = tuple(
            ToolCall(
                id=f"{request.turn}.{request.index}.{number}",
                name=call.name,
                arguments=call.arguments,
            )
            for number, call in enumerate(entry.calls)
        )
        stop = StopReason.TOOLS if calls else StopReason.END
        reply = Reply(text=entry.text, calls=calls, stop=stop)
        read, said = entry.input_tokens, entry.output_tokens
        usage = Usage(
            input_tokens=count_tokens(request_text(request)) if read is None else read,
            output_tokens=count_tokens(reply_text(reply)) if said is None else said,
        )
        return Reply(text=entry.text, calls=calls, stop=stop, usage=usage)

    def _find(self, request: Request) -> "ReplySection":
        if not request.tasks:
            raise ModelError(f"{self._source}: this request is about no task, so no reply is meant")
        task = request.tasks[0]
        entries = self._replies.get(task, ())
        if request.index >= len(entries):
            raise ModelError(
                f"{self._source}: there is no reply number {request.index} for the task {task!r}, "
                f"which has {len(entries)}"
            )
        return entries[request.index]
