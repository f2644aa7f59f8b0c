"""A worker of an advisory team: one reply a turn, and a memory that outlives the turn.

Where the team moves in rounds this is the published protocol. What the agent is to see stands in
its message: the whole task list, its own tasks, and in rounds the files that those name. The reply is
made durable as everywhere, and then carried out under the floor, so that a test run holds up the
others. A turn that goes on after a resume is carried out from its reply, and what was done of it is
not done twice; the memory of what was before is gone.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from brooks.core import commands, events
from brooks.core.facts import EndReason, ToolResult
from brooks.ids import BlobHash
from brooks.models.base import Answered, ModelError, Outcome, Reply, Returned, Said, StopReason
from brooks.runtime.advisory.acting import Acting
from brooks.runtime.advisory.floor import Floor
from brooks.runtime.advisory.talk import Talk
from brooks.runtime.asking import OutsideFailed
from brooks.runtime.draft import Draft
from brooks.runtime.order import TurnOrder
from brooks.runtime.prompting.board_prompter import BoardPrompter
from brooks.runtime.toolbox import TurnOver
from brooks.runtime.worker import Worker


class FreeWorker(Worker):
    """One agent of an advisory team at work."""

    def __init__(self, *arguments: Any, floor: Floor | None, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._floor = floor
        """Shared by the team; None where a test run holds up nobody else."""
        self._talk = Talk()
        self._of_board = BoardPrompter(self._prompter, self._tree)

    async def _work(self, order: TurnOrder) -> EndReason | None:
        """Ask once, and carry out the reply."""
        draft = Draft(self._tree, order.head)
        system, message, told = self._of_board.opening(order, self._talk.knows)
        asked = (system, *self._talk.items(), message)
        try:
            reply = await self._reply(order, 0, asked, draft)
        except ModelError:
            return EndReason.MODEL_FAILED
        except OutsideFailed as error:
            await self._stop_run(f"{error}")
        if order.tools:
            outcomes, written = self._recorded(order), None
        elif self._floor is None:
            outcomes, written = await self._carry_out_reply(order, reply, draft)
        else:
            async with self._floor.taken(self._clock):
                outcomes, written = await self._carry_out_reply(order, reply, draft)
        self._remember(message, told, reply, outcomes, written)
        return EndReason.FINISHED if order.tools else None

    def _recorded(self, order: TurnOrder) -> tuple[Outcome, ...]:
        """What the reply's calls gave before the coordinator stopped."""
        [(results, _)] = order.tools
        return tuple(
            Outcome(
                call=each.call,
                ok=each.ok,
                text=self._tree.blob(each.text).decode("utf-8", "replace"),
            )
            for each in results
        )

    async def _carry_out_reply(
        self, order: TurnOrder, reply: Reply, draft: Draft
    ) -> tuple[tuple[Outcome, ...], events.FilesWritten | None]:
        """Carry out the calls, record what they gave, and end the turn."""
        acting = Acting(order, self._tree, draft, self._link, tools=self._tools)
        outcomes = await acting.carry_out(reply)
        texts = [outcome.text.encode("utf-8", "surrogatepass") for outcome in outcomes]
        record = commands.RecordTools(
            agent=self._agent,
            turn=order.turn,
            index=0,
            results=tuple(
                ToolResult(
                    call=outcome.call, ok=outcome.ok, text=BlobHash(sha256(text).hexdigest())
                )
                for outcome, text in zip(outcomes, texts, strict=True)
            ),
            refresh=True,
        )
        end = self._end(order, EndReason.FINISHED)
        records = await self._link.commands((record, end), *texts)
        if not isinstance(records[0].event, events.ToolsFinished):
            raise TurnOver
        return outcomes, acting.written

    def _remember(
        self,
        message: Said,
        told: Sequence[str],
        reply: Reply,
        outcomes: tuple[Outcome, ...],
        written: events.FilesWritten | None,
    ) -> None:
        self._talk.remember(message, told=told)
        self._talk.remember(Answered(reply=reply), told=self._of_board.facts_of(written))
        self._talk.remember(Returned(outcomes=outcomes))
        answer = self._prompter.answer(reply)
        if answer is not None and reply.stop in {StopReason.LENGTH, StopReason.REFUSED}:
            self._talk.remember(answer)
