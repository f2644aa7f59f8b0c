"""The conversation in which a model comes to a draft.

The model is shown the goal and the project, looks at files, and submits a text. It ends with a
draft that was taken, or with the reason why there is none: too many texts that were wrong, replies
that were of no use, too many requests, the budget, or a model that does not answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

import msgspec

from brooks.ids import AgentId, TaskId, TurnId
from brooks.log.redaction import NO_SECRETS, Redactor
from brooks.models.base import Answered, ModelError, Reply, Request, Returned, ToolCall, Turned
from brooks.runtime.asking import Asker, OutsideFailed
from brooks.runtime.decomposing import prompts
from brooks.runtime.decomposing.judging import Draft, DraftRefused, judge
from brooks.runtime.decomposing.meter import BudgetReached, Meter
from brooks.runtime.decomposing.repository import Repository
from brooks.runtime.decomposing.tools import SUBMIT, TOOLS, Toolbox
from brooks.runtime.prompting import compact
from brooks.runtime.replies import fit_to_keep

SCRIPT = TaskId("decompose")
"""The task whose replies a scripted model gives."""
MOST_TRIES = 5
"""Texts that are judged."""
MOST_UNUSABLE = 3
"""Replies in a row with nothing in them that could be carried out; then the conversation ends."""
CONTEXT_TOKENS = 100_000
"""Above this estimate, the older part of the conversation is shortened."""

_AGENT = AgentId("planner")
_TURN = TurnId("draft")
_CALLS_SHOWN = 5


class Ending(StrEnum):
    """How a conversation ended."""

    DRAFTED = "drafted"
    REJECTED = "rejected"
    """Too many texts were wrong."""
    UNUSABLE = "unusable_replies"
    OUT_OF_REQUESTS = "out_of_requests"
    BUDGET = "budget"
    MODEL_FAILED = "model_failed"
    """The model does not answer, and would not if it were asked again."""
    OUTSIDE = "outside"
    """The model cannot be reached, or does not take the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far the model may go."""

    tasks: int = 30
    requests: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a conversation."""

    ending: Ending
    reason: str = ""
    """Why there is no draft."""
    draft: Draft | None = None
    tries: int
    """How many texts were submitted."""
    last: str
    """The last of them; empty if there was none."""
    problems: str
    """What was wrong with the last one that was refused."""


class Conversation:
    """One conversation about one goal."""

    def __init__(
        self,
        goal: str,
        repository: Repository,
        *,
        root: Path,
        limits: Limits,
        redactor: Redactor = NO_SECRETS,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Say what is to be planned.

        Args:
            goal: What the user wants, without keys in it.
            repository: The project as it was read.
            root: Its folder, without links on the way to it.
            limits: How far the model may go.
            redactor: Takes the user's keys out of replies.
            say: Told what happens, line by line.
        """
        self._limits = limits
        self._redactor = redactor
        self._say = say
        self._toolbox = Toolbox(
            repository,
            submit=partial(_judge, root=root, most_tasks=limits.tasks, redactor=redactor),
            most_tries=MOST_TRIES,
        )
        self._said: list[Turned] = list(
            prompts.opening(goal, repository, most_tasks=limits.tasks, most_tries=MOST_TRIES)
        )

    async def run(self, asker: Asker, meter: Meter) -> Result:
        """Talk until there is a draft, or a reason why there is none."""
        unusable = 0
        for index in range(self._limits.requests):
            try:
                reply = await self._ask(index, asker, meter)
            except BudgetReached as reached:
                return self._ended(Ending.BUDGET, f"the budget is reached: {reached}")
            except ModelError as error:
                return self._ended(Ending.MODEL_FAILED, f"the model does not answer: {error}")
            except OutsideFailed as error:
                return self._ended(Ending.OUTSIDE, f"the model cannot be reached: {error}")
            self._carry_out(reply, left=self._limits.requests - index - 1)
            if self._toolbox.draft is not None:
                return self._ended(Ending.DRAFTED, "")
            if self._toolbox.is_over:
                return self._ended(Ending.REJECTED, f"{MOST_TRIES} drafts were not valid")
            unusable = 0 if self._toolbox.carried_out else unusable + 1
            if unusable == MOST_UNUSABLE:
                return self._ended(
                    Ending.UNUSABLE, f"the model called no tool in {MOST_UNUSABLE} replies in a row"
                )
        return self._ended(
            Ending.OUT_OF_REQUESTS, f"there was no draft after {self._limits.requests} requests"
        )

    async def _ask(self, index: int, asker: Asker, meter: Meter) -> Reply:
        conversation = tuple(self._said)
        request = Request(
            agent=_AGENT,
            turn=_TURN,
            index=index,
            tasks=(SCRIPT,),
            conversation=compact(conversation, CONTEXT_TOKENS),
            tools=TOOLS,
        )
        reply = await asker.ask(request, meter.tell)
        meter.paid(reply.usage)
        return fit_to_keep(reply, conversation, prefix=f"{_TURN}.{index}", redactor=self._redactor)

    def _carry_out(self, reply: Reply, *, left: int) -> None:
        box = self._toolbox
        looks = [_shown(call) for call in reply.calls if call.name != SUBMIT.name]
        if looks:
            more = len(looks) - _CALLS_SHOWN
            self._say(", ".join(looks[:_CALLS_SHOWN]) + (f" and {more} more" if more > 0 else ""))
        tries = box.tries
        outcomes = box.carry_out(reply)
        for number in range(tries + 1, box.tries + 1):
            is_taken = number == box.tries and box.draft is not None
            verdict = "valid" if is_taken else f"not valid: {box.problems.splitlines()[0]}"
            self._say(f"draft {number} of at most {MOST_TRIES} is {verdict}")
        if not box.carried_out:
            self._say("a reply of no use")
        self._said += [Answered(reply=reply), Returned(outcomes=outcomes)]
        answer = prompts.answer(reply, left=left)
        if answer is not None:
            self._said.append(answer)

    def _ended(self, ending: Ending, reason: str) -> Result:
        box = self._toolbox
        return Result(
            ending=ending,
            reason=reason,
            draft=box.draft,
            tries=box.tries,
            last=box.last,
            problems=box.problems,
        )


def _judge(text: str, *, root: Path, most_tasks: int, redactor: Redactor) -> Draft:
    draft = judge(text, root=root, most_tasks=most_tasks)
    # The text itself has no key in it; one that is written with escapes shows only now.
    if redactor.holds(msgspec.json.encode((draft.project, draft.check, draft.tasks))):
        raise DraftRefused("one of the user's keys stands in it: take it out")
    return draft


def _shown(call: ToolCall) -> str:
    """A call that only looks, in a few words."""
    about = next(
        (call.arguments[key] for key in ("path", "text", "folder") if key in call.arguments), None
    )
    return f"{call.name[:40]} {str(about)[:60]!r}" if about is not None else call.name[:40]
