"""A worker: one agent's life of asking for turns and carrying them out.

In a turn the worker shows the model its tasks, makes each reply durable *before* it acts on it,
carries out the tool calls, and shows the model what came of them, until its tasks are done or it
may ask no more. Beside that it renews its lease. When the board says that the lease or the turn is
gone, the worker drops what it was doing and asks for other work; what it had paid for is in the
log.

A turn that goes on after a resume is the same code: replies and results that are in the log already
are read from there, which brings the draft to where it was, and the first request that has no
durable reply is asked again.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NoReturn

from brooks.core import commands, events
from brooks.core.facts import EndReason, Outcome, RefusalReason, Role, ToolResult
from brooks.ids import AgentId, BlobHash
from brooks.log.redaction import Redactor
from brooks.models.base import (
    MAX_OUTPUT_TOKENS,
    Answered,
    ModelError,
    Reply,
    Request,
    Returned,
    Tool,
    Turned,
    decode_reply,
    encode_reply,
)
from brooks.runtime.asking import Asker, OutsideFailed
from brooks.runtime.clock import Clock, Handle, Signal
from brooks.runtime.draft import Draft
from brooks.runtime.lead_tools import LEAD_REQUESTS, LEAD_TOOLS, LeadToolbox
from brooks.runtime.link import Link, NextTurn
from brooks.runtime.order import Tree, TurnOrder
from brooks.runtime.prompting import Prompter, compact
from brooks.runtime.replies import fit_to_keep
from brooks.runtime.toolbox import Toolbox, TurnOver
from brooks.runtime.tools import TOOLS

MORE_REQUESTS = 3
"""Requests that a turn may make for each task of its batch beside the first."""
MOST_PAUSE = 60.0
"""Seconds between two turns of an agent whose model keeps failing."""
MOST_UNUSABLE = 3
"""Replies in a row with nothing in them that could be carried out; then the turn ends."""


class Stopped(Exception):  # noqa: N818 - named for what happened
    """The run winds down; the turn stays open, to be resumed."""


class Worker:
    """One agent at work."""

    def __init__(
        self,
        agent: AgentId,
        *,
        asker: Asker,
        clock: Clock,
        link: Link,
        renewals: Link,
        tree: Tree,
        prompter: Prompter,
        redactor: Redactor,
        renew_seconds: float,
        requests_per_turn: int,
        context_tokens: int,
        stronger: Asker | None = None,
        on_lost: Callable[[], None] = lambda: None,
        tools: tuple[Tool, ...] = TOOLS,
        max_output_tokens: int = MAX_OUTPUT_TOKENS,
    ) -> None:
        self._agent = agent
        self._asker = asker
        self._clock = clock
        self._link = link
        self._renewals = renewals
        self._tree = tree
        self._prompter = prompter
        self._redactor = redactor
        self._renew_seconds = renew_seconds
        self._requests_per_turn = requests_per_turn
        self._context_tokens = context_tokens
        self._tools = tools
        self._max_output_tokens = max_output_tokens
        self._renewing: Handle | None = None
        self._stronger = stronger
        """How the model is asked to which a task may be escalated."""
        self._on_lost = on_lost
        """Called when the board has taken a turn away, for somebody to start the agent anew meanwhile."""
        self._is_past = False
        """Whether the agent was started anew: what is still under way here is only put into the log."""
        self._failures = 0
        """Turns in a row that its model failed in; it pauses after each, longer and longer."""

    async def live(self, unfinished: TurnOrder | None = None) -> None:
        """Ask for turns and carry them out for as long as the run goes on."""
        order = unfinished
        while True:
            if order is None:
                await self._link.command(commands.JoinAgent(agent=self._agent))
            while True:
                if order is None:
                    answer = await self._link.ask(NextTurn(agent=self._agent))
                    assert isinstance(answer, TurnOrder)
                    order = answer
                lost = await self._carry_out(order)
                order = None
                if self._is_past:
                    return
                if lost:
                    break
                if self._failures:
                    await self._clock.sleep(min(2.0**self._failures, MOST_PAUSE))

    async def _carry_out(self, order: TurnOrder) -> bool:
        """Carry out one turn; True when it was lost on the way."""
        if order.fence:
            self._renewing = self._clock.spawn(self._renew(order), f"{self._agent} renews")
        try:
            reason = await self._work(order)
            self._failures = self._failures + 1 if reason is EndReason.MODEL_FAILED else 0
            if reason is not None:
                await self._link.command(self._end(order, reason))
        except TurnOver:
            return True
        except Stopped:
            await self._clock.wait(Signal())
        finally:
            self.stop_renewing()
        return False

    def stop(self) -> None:
        """The agent's process has ended."""
        self.stop_renewing()
        self._link.close()

    def stop_renewing(self) -> None:
        """End the renewals of the current turn, if there is one."""
        if self._renewing is not None:
            self._clock.cancel(self._renewing)
            self._renewing = None

    async def _renew(self, order: TurnOrder) -> None:
        """Renew the lease until the turn is through, or the board says that it or the run is over.

        Another refusal, such as that no progress was seen, is no end: while the model keeps the
        agent waiting, nothing else would tell that the turn was taken away later.
        """
        while True:
            await self._clock.sleep(self._renew_seconds)
            renewal = commands.Renew(
                agent=self._agent, fence=order.fence, queued=self._asker_of(order).is_queued
            )
            answer = await self._renewals.command(renewal)
            reasons = [
                record.event.reason for record in answer if isinstance(record.event, events.Refused)
            ]
            if RefusalReason.TURN_OVER in reasons:
                self._is_past = True
                self._on_lost()
                return
            if _RUN_ENDS.intersection(reasons):
                return

    def _end(self, order: TurnOrder, reason: EndReason) -> commands.EndTurn:
        return commands.EndTurn(agent=self._agent, turn=order.turn, reason=reason)

    async def _work(self, order: TurnOrder) -> EndReason | None:
        """Carry out the turn; why it is to be ended, None when that was said already."""
        draft = Draft(self._tree, order.head)
        toolbox = self._toolbox(order, draft)
        conversation: list[Turned] = list(self._prompter.opening(order))
        most = self._most_requests(order)
        unusable = 0
        for index in range(most):
            try:
                reply = await self._reply(order, index, tuple(conversation), draft)
            except ModelError:
                return EndReason.MODEL_FAILED
            except OutsideFailed as error:
                await self._stop_run(f"{error}")
            conversation.append(Answered(reply=reply))
            acted = await self._act(order, index, reply, toolbox, draft)
            if acted is None:
                return None
            conversation.append(acted)
            if not toolbox.open:
                return EndReason.FINISHED
            answer = self._prompter.answer(reply)
            if answer is not None:
                conversation.append(answer)
            unusable = 0 if toolbox.is_usable(reply) else unusable + 1
            if unusable == MOST_UNUSABLE:
                return EndReason.UNUSABLE_REPLIES
        return EndReason.OUT_OF_REQUESTS

    def _toolbox(self, order: TurnOrder, draft: Draft) -> Toolbox | LeadToolbox:
        if order.role is Role.LEAD:
            return LeadToolbox(order, self._tree, draft, self._link)
        return Toolbox(order, self._tree, draft, self._link)

    def _most_requests(self, order: TurnOrder) -> int:
        if order.role is Role.LEAD:
            return min(LEAD_REQUESTS, self._requests_per_turn)
        return self._requests_per_turn + MORE_REQUESTS * max(len(order.tasks) - 1, 0)

    async def _stop_run(self, reason: str) -> NoReturn:
        """Wind the run down, keeping this turn open to be resumed."""
        stop = commands.StopRun(outcome=Outcome.OUTSIDE, reason=self._redactor.text(reason))
        await self._link.command(stop)
        raise Stopped

    async def _reply(
        self, order: TurnOrder, index: int, conversation: tuple[Turned, ...], draft: Draft
    ) -> Reply:
        if index < len(order.replies):
            return decode_reply(self._tree.blob(order.replies[index]))
        request = Request(
            agent=self._agent,
            turn=order.turn,
            index=index,
            tasks=order.tasks,
            conversation=compact(conversation, self._context_tokens),
            tools=LEAD_TOOLS if order.role is Role.LEAD else self._tools,
            max_output_tokens=self._max_output_tokens,
            files=draft,
            board=order.board,
        )
        answer = await self._asker_of(order).ask(request, self._tell)
        prefix = f"{order.turn}.{index}"
        reply = fit_to_keep(answer, conversation, prefix=prefix, redactor=self._redactor)
        data = encode_reply(reply)
        await self._tell(
            commands.RecordReply(
                agent=self._agent,
                turn=order.turn,
                index=index,
                reply=_hash(data),
                usage=reply.usage,
            ),
            data,
        )
        return reply

    def _asker_of(self, order: TurnOrder) -> Asker:
        """The way to the model of a turn: the agent's own, or the one that the turn's task has earned."""
        return self._stronger if order.model and self._stronger is not None else self._asker

    async def _tell(self, command: commands.Command, *blobs: bytes) -> None:
        for record in await self._link.command(command, *blobs):
            if isinstance(record.event, events.Refused):
                if record.event.reason in _RUN_ENDS:
                    raise Stopped
                raise TurnOver

    async def _act(
        self,
        order: TurnOrder,
        index: int,
        reply: Reply,
        toolbox: Toolbox | LeadToolbox,
        draft: Draft,
    ) -> Returned | None:
        """Carry out a reply's calls; None when that was the last of the turn, and it is ended."""
        if index < len(order.tools):
            recorded, head = order.tools[index]
            outcomes = toolbox.replay(reply, recorded)
            draft.head = head
            return Returned(outcomes=tuple(outcomes))
        done = await toolbox.carry_out(reply)
        results: list[ToolResult] = []
        texts: list[bytes] = []
        for outcome, discarded, rebased, blobs in done:
            text = outcome.text.encode("utf-8", "surrogatepass")
            texts += (text, *blobs)
            results.append(
                ToolResult(
                    call=outcome.call,
                    ok=outcome.ok,
                    text=_hash(text),
                    discarded=discarded,
                    rebased=rebased,
                )
            )
        record = commands.RecordTools(
            agent=self._agent,
            turn=order.turn,
            index=index,
            results=tuple(results),
            refresh=toolbox.asked_board,
        )
        is_over = not toolbox.open
        ends = (self._end(order, EndReason.FINISHED),) if is_over else ()
        records = await self._link.commands((record, *ends), *texts)
        if records:  # none where the board cannot be reached, and the agent goes on without it
            finished = records[0].event
            if not isinstance(finished, events.ToolsFinished):
                raise TurnOver
            draft.head = finished.head
        if is_over:
            return None
        return Returned(outcomes=tuple(each.outcome for each in done))


_RUN_ENDS = frozenset({RefusalReason.RUN_NOT_OPEN, RefusalReason.BUDGET_SPENT})


def _hash(data: bytes) -> BlobHash:
    return BlobHash(sha256(data).hexdigest())
