"""Events: what happened. The log is a list of these, and everything else is a fold over it.

The coordinator stamps each with its position, its time and the position that led to it (`Record`),
so that no event reads a clock or makes anything up when it is loaded. A field may be added with a
default; any other change of an event's meaning needs a new version (`brooks.log.codec`).
"""

from typing import NamedTuple

from brooks.core.events.holding import (
    AgentCalled,
    AgentJoined,
    AgentLeft,
    AgentQuarantined,
    ClaimStated,
    LeaseExpired,
    LeaseRenewed,
    Refused,
    TaskAssigned,
    TasksLeased,
    TasksReturned,
)
from brooks.core.events.merging import (
    BallotCast,
    CheckFinished,
    CheckStarted,
    CheckVoided,
    FilesWritten,
    ProposalDropped,
    ProposalQueued,
    VoteCounted,
)
from brooks.core.events.running import (
    FaultInjected,
    FileKept,
    RunContinued,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    RunStopping,
    VerificationFinished,
    VerificationStarted,
    WorkspaceOpened,
)
from brooks.core.events.tasks import (
    DependencyAdded,
    TaskAdded,
    TaskBlocked,
    TaskCancelled,
    TaskDone,
    TaskFailed,
    TaskReady,
    TaskReopened,
    TaskRequeued,
    TaskReverted,
)
from brooks.core.events.turns import (
    MailRead,
    MailSent,
    NoteWritten,
    ReplyReceived,
    RequestFailed,
    RequestSent,
    ToolsFinished,
    TurnEnded,
    TurnResumed,
    TurnStarted,
)
from brooks.ids import Position

__all__ = [
    "AgentCalled",
    "AgentJoined",
    "AgentLeft",
    "AgentQuarantined",
    "BallotCast",
    "CheckFinished",
    "CheckStarted",
    "CheckVoided",
    "ClaimStated",
    "DependencyAdded",
    "Event",
    "FaultInjected",
    "FileKept",
    "FilesWritten",
    "LeaseExpired",
    "LeaseRenewed",
    "MailRead",
    "MailSent",
    "NoteWritten",
    "ProposalDropped",
    "ProposalQueued",
    "Record",
    "Refused",
    "Remembered",
    "ReplyReceived",
    "RequestFailed",
    "RequestSent",
    "RunContinued",
    "RunFinished",
    "RunPaused",
    "RunResumed",
    "RunStarted",
    "RunStopping",
    "TaskAdded",
    "TaskAssigned",
    "TaskBlocked",
    "TaskCancelled",
    "TaskDone",
    "TaskFailed",
    "TaskReady",
    "TaskReopened",
    "TaskRequeued",
    "TaskReverted",
    "TasksLeased",
    "TasksReturned",
    "ToolsFinished",
    "TurnEnded",
    "TurnResumed",
    "TurnStarted",
    "VerificationFinished",
    "VerificationStarted",
    "VoteCounted",
    "WorkspaceOpened",
]

Event = (
    RunStarted
    | RunResumed
    | WorkspaceOpened
    | TaskAdded
    | DependencyAdded
    | TaskReady
    | AgentCalled
    | AgentJoined
    | AgentLeft
    | AgentQuarantined
    | TaskAssigned
    | ClaimStated
    | TasksLeased
    | LeaseRenewed
    | LeaseExpired
    | TasksReturned
    | Refused
    | TurnStarted
    | TurnResumed
    | RequestSent
    | RequestFailed
    | ReplyReceived
    | ToolsFinished
    | MailSent
    | MailRead
    | NoteWritten
    | TurnEnded
    | FilesWritten
    | ProposalQueued
    | BallotCast
    | VoteCounted
    | CheckStarted
    | CheckFinished
    | CheckVoided
    | ProposalDropped
    | TaskDone
    | TaskFailed
    | TaskBlocked
    | TaskCancelled
    | TaskRequeued
    | TaskReverted
    | TaskReopened
    | VerificationStarted
    | VerificationFinished
    | FaultInjected
    | FileKept
    | RunPaused
    | RunContinued
    | RunStopping
    | RunFinished
)


Remembered = (
    TaskAdded
    | DependencyAdded
    | MailSent
    | MailRead
    | NoteWritten
    | TaskAssigned
    | TasksReturned
    | BallotCast
    | ClaimStated
    | FilesWritten
)
"""What a tool call led to that must not be done twice, though its turn be replayed."""


class Record(NamedTuple):
    """An event with its place in the log."""

    position: Position
    time: float
    """Seconds of log time: from the run's start, time when no coordinator ran left out."""
    cause: Position
    """Position of the record that led to this one; 0 for none."""
    event: Event
