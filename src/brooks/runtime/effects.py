"""What the coordinator sets in motion, and an engine carries out."""

from collections.abc import Callable
from typing import Protocol

from brooks.core.facts import FileChange
from brooks.ids import AgentId, ProposalId, TaskId
from brooks.runtime.checking import CheckVerdict


class Effects(Protocol):
    """What the coordinator sets in motion once it is committed; an engine carries it out."""

    def take_in(self, agent: AgentId) -> None:
        """A member was called: bring it to life."""

    def let_go(self, agent: AgentId) -> None:
        """An agent has left the team: end it."""

    def start_check(self, proposal: ProposalId, run: int) -> None:
        """Check a queued proposal's candidate, and report with `RecordCheck`."""

    def drop_check(self, proposal: ProposalId) -> None:
        """The proposal's running check no longer matters."""

    def verify(self, round_number: int, tasks: tuple[TaskId | None, ...]) -> None:
        """Run these checks on the head, and report each with `RecordVerification`."""

    def write_back(self, changes: tuple[FileChange, ...]) -> None:
        """Write merged files to the workspace."""

    def try_check(
        self,
        task: TaskId | None,
        changes: tuple[FileChange, ...],
        report: Callable[[CheckVerdict], None],
    ) -> None:
        """Run a check, None for the project's, on the head with these changes; nothing is merged."""

    def wind_down(self) -> None:
        """Nothing new starts: whoever waits to ask a model need not wait any longer."""
