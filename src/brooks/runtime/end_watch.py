"""When a run is over: what it still waits for, the last look at the tree, and what has fallen silent."""

from brooks.core import commands
from brooks.core.commands import Command
from brooks.core.facts import Outcome
from brooks.core.state import Phase, State, Status
from brooks.core.team_rules import CutOff
from brooks.ids import AgentId

STOP_GRACE = 20.0
"""Seconds that a stopping run waits for replies in flight."""


class EndWatch:
    """Says what brings a run nearer to its end, whenever it is asked."""

    def __init__(self, state: State, silence_seconds: float) -> None:
        self._state = state
        self._silence_seconds = silence_seconds
        self._stop_at: float | None = None
        self._quiet_since: float | None = None
        self._suspended: dict[AgentId, None] = {}

    def stopping(self, now: float) -> None:
        """The run winds down from now on."""
        self._stop_at = now + STOP_GRACE

    def suspended(self, agent: AgentId) -> None:
        """An agent in a turn waits for nothing but the end."""
        self._suspended[agent] = None

    def next_timer(self) -> float | None:
        """When it wants to be asked although nothing happens (log seconds); None for never."""
        if self._quiet_since is None:
            return self._stop_at
        silent_at = self._quiet_since + self._silence_seconds
        return silent_at if self._stop_at is None else min(self._stop_at, silent_at)

    def next_step(self, now: float) -> Command | None:
        """What to do now so that the run ends; None while it goes on, or waits for checks."""
        state = self._state
        if state.phase is Phase.STOPPING:
            self._quiet_since = None
            return self._close() if self._is_still(now) else None
        if state.phase is not Phase.RUNNING:
            return None
        at_work = bool(state.queue) or self._is_any_waited_for()
        if not at_work and not state.open_tasks():
            return self._close()
        if not at_work and state.turns_spent:
            reason = f"the budget of {state.budget.turns} turns is used up"
            return commands.StopRun(outcome=Outcome.BUDGET, reason=reason)
        return self._watch_for_silence(now)

    def _is_any_waited_for(self) -> bool:
        """Whether a turn is waited for: not if its agent is cut off, goes on, and nothing is left to do."""
        state = self._state
        if not state.turns or state.rules.cut_off is not CutOff.GO_ON or state.open_tasks():
            return bool(state.turns)
        return any(not turn.fence or turn.fence in state.leases for turn in state.turns.values())

    def _is_still(self, now: float) -> bool:
        """Whether a stopping run has nothing more to wait for."""
        state = self._state
        assert state.stopping is not None
        if self._stop_at is not None and now >= self._stop_at:
            return True
        if any(turn.agent not in self._suspended for turn in state.turns.values()):
            return False
        return state.stopping[0] is Outcome.INTERRUPTED or not state.queue

    def _close(self) -> Command | None:
        """Take the last look at the tree, and then end the run."""
        state = self._state
        verification, stopping = state.verification, state.stopping
        looked = verification is not None and verification.head == state.commits
        cut_short = stopping is not None and stopping[0] in {Outcome.INTERRUPTED, Outcome.CANCELLED}
        if state.queue or cut_short:
            looked = True
        elif verification is not None and verification.pending:
            return None
        if not looked:
            return commands.StartVerification()
        outcome, reason = stopping or self._verdict()
        return commands.FinishRun(outcome=outcome, reason=reason)

    def _verdict(self) -> tuple[Outcome, str]:
        state = self._state
        undone = len(state.tasks) - state.counts[Status.DONE]
        failed = state.verification.failed if state.verification else []
        if undone:
            return Outcome.FAILED, f"{undone} of {len(state.tasks)} tasks are not done"
        if None in failed:
            return Outcome.FAILED, "the project's check failed on the final tree"
        if failed:
            return Outcome.FAILED, f"{len(failed)} tasks fail their check on the final tree"
        return Outcome.DONE, "every task is done"

    def _watch_for_silence(self, now: float) -> Command | None:
        """End a run in which nothing happens any more: no agent is left, or none takes what is left."""
        state = self._state
        if state.leases or state.turns or state.queue:
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now
        elif now >= self._quiet_since + self._silence_seconds:
            there = any(agent.available for agent in state.agents.values())
            what = "no agent took a task" if there else "no agent was heard"
            reason = f"{what} for {self._silence_seconds:g} s"
            return commands.StopRun(outcome=Outcome.FAILED, reason=reason)
        return None
