"""One plain sentence for each kind of event, as `brooks show --events` prints it.

Names, paths and reasons in an event may come from a model, so each sentence ends up on one line and
without anything that a terminal would obey.
"""

from typing import assert_never

from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import CheckReason, DropReason, EndReason, RefusalReason
from brooks.core.spec import FaultKind, Guarantees
from brooks.report.team_sentences import leased, of_team
from brooks.report.wording import count, duration, listed, plain

LONGEST = 400
"""Characters of a sentence."""


def describe(record: Record) -> str:
    """What happened, in a sentence without its time."""
    return plain(_sentence(record.event), most=LONGEST)


def _sentence(event: events.Event) -> str:
    match event:
        case (
            events.RunStarted()
            | events.RunResumed()
            | events.RunPaused()
            | events.RunContinued()
            | events.RunStopping()
            | events.RunFinished()
            | events.WorkspaceOpened()
            | events.FileKept()
            | events.VerificationStarted()
            | events.VerificationFinished()
        ):
            return _of_run(event)
        case (
            events.TaskAdded()
            | events.DependencyAdded()
            | events.TaskReady()
            | events.TaskDone()
            | events.TaskFailed()
            | events.TaskBlocked()
            | events.TaskCancelled()
            | events.TaskRequeued()
            | events.TaskReopened()
        ):
            return _of_task(event)
        case (
            events.AgentJoined()
            | events.TasksLeased()
            | events.LeaseRenewed()
            | events.LeaseExpired()
            | events.TasksReturned()
            | events.Refused()
            | events.FaultInjected()
        ):
            return _of_agent(event)
        case (
            events.TurnStarted()
            | events.TurnResumed()
            | events.RequestSent()
            | events.RequestFailed()
            | events.ReplyReceived()
            | events.ToolsFinished()
            | events.MailSent()
            | events.MailRead()
            | events.TurnEnded()
        ):
            return _of_turn(event)
        case (
            events.ProposalQueued()
            | events.CheckStarted()
            | events.CheckFinished()
            | events.CheckVoided()
            | events.ProposalDropped()
        ):
            return _of_proposal(event)
        case (
            events.AgentCalled()
            | events.AgentLeft()
            | events.AgentQuarantined()
            | events.TaskAssigned()
            | events.NoteWritten()
            | events.BallotCast()
            | events.VoteCounted()
            | events.TaskReverted()
        ):
            return of_team(event)
        case events.ClaimStated() | events.FilesWritten():
            return _of_free(event)
        case _:
            assert_never(event)


def _of_run(
    event: events.RunStarted
    | events.RunResumed
    | events.RunPaused
    | events.RunContinued
    | events.RunStopping
    | events.RunFinished
    | events.WorkspaceOpened
    | events.FileKept
    | events.VerificationStarted
    | events.VerificationFinished,
) -> str:
    match event:
        case events.RunStarted():
            return (
                f"the run starts with seed {event.seed} under brooks {event.brooks}; "
                f"the team promises {_promises(event.guarantees)}"
            )
        case events.RunResumed():
            asked = count(len(event.in_flight), "request")
            revoked = count(len(event.revoked), "lease")
            return f"the run goes on: {revoked} revoked, {asked} may be asked once more"
        case events.RunPaused():
            return "the run is paused: nothing new starts"
        case events.RunContinued():
            return "the pause is over"
        case events.RunStopping():
            return f"the run winds down: {plain(event.reason)}"
        case events.RunFinished():
            return (
                f"the run is over ({event.outcome.value}): {event.done} of {event.total} tasks "
                f"done, {event.verified} verified; {plain(event.reason)}"
            )
        case events.WorkspaceOpened():
            return f"the run begins on a tree of {count(len(event.files), 'file')}"
        case events.FileKept():
            path, ours = plain(event.path), plain(event.kept_at)
            kept = f"; ours is kept at {ours}" if ours else ""
            return f"your version of {path} stays ({plain(event.reason)}){kept}"
        case events.VerificationStarted():
            project = " and the project's own" if event.project else ""
            checks = count(len(event.tasks), "check")
            return f"last look {event.round}: {checks}{project} to be run on the final tree"
        case events.VerificationFinished():
            whose = f"the check of {event.task}" if event.task else "the project's own check"
            return f"last look {event.round}: {whose} {verdict(event)} on the final tree"
        case _:
            assert_never(event)


def _promises(guarantees: Guarantees) -> str:
    words = {
        "one holder per task": guarantees.one_holder,
        "dependency order": guarantees.dependency_order,
        "no stale write": guarantees.no_stale_write,
        "checked completion": guarantees.checked_completion,
        "an end": guarantees.liveness,
    }
    return ", ".join(promise for promise, made in words.items() if made) or "nothing"


def _of_task(
    event: events.TaskAdded
    | events.DependencyAdded
    | events.TaskReady
    | events.TaskDone
    | events.TaskFailed
    | events.TaskBlocked
    | events.TaskCancelled
    | events.TaskRequeued
    | events.TaskReopened,
) -> str:
    task = plain(event.task.id if isinstance(event, events.TaskAdded) else event.task)
    match event:
        case events.TaskAdded():
            needs = event.task.depends_on
            after = f"; it depends on {listed(needs)}" if needs else ""
            by = f" by {event.agent}" if event.agent else ""
            return f"task {task} is added{by}{after}"
        case events.DependencyAdded():
            by = f" by {event.agent}" if event.agent else ""
            return f"task {task} is made to wait for {plain(event.on)}{by}"
        case events.TaskReady():
            return f"task {task} is ready to be taken"
        case events.TaskDone():
            how = "its check passed" if event.verified else "without a check"
            return f"task {task} is done by {event.agent}, {how}: commit {event.commit}"
        case events.TaskFailed():
            return f"task {task} is given up: {plain(event.reason)}"
        case events.TaskBlocked():
            return f"task {task} can never start: {plain(event.on)} is not going to be done"
        case events.TaskCancelled():
            return f"task {task} is cancelled: {plain(event.reason)}"
        case events.TaskRequeued():
            return f"task {task} is offered again with all its attempts"
        case events.TaskReopened():
            return f"task {task} is open again: its check failed on the final tree"
        case _:
            assert_never(event)


def _of_agent(
    event: events.AgentJoined
    | events.TasksLeased
    | events.LeaseRenewed
    | events.LeaseExpired
    | events.TasksReturned
    | events.Refused
    | events.FaultInjected,
) -> str:
    match event:
        case events.AgentJoined():
            return f"{event.agent} is there and free"
        case events.TasksLeased():
            return leased(event)
        case events.LeaseRenewed():
            return f"{event.agent} holds lease {event.fence} until {event.expires_at:.1f} s"
        case events.LeaseExpired():
            lost = listed(event.tasks)
            return f"lease {event.fence} of {event.agent} ran out; offered again: {lost}"
        case events.TasksReturned():
            spent = f", an attempt spent on {listed(event.counted)}" if event.counted else ""
            tasks = listed(event.tasks)
            by = f" by word of {event.by}" if event.by else ""
            return f"{event.agent} hands back {tasks}{by}{spent}: {plain(event.reason)}"
        case events.Refused():
            return refusal(event)
        case events.FaultInjected():
            return fault(event)
        case _:
            assert_never(event)


def refusal(event: events.Refused) -> str:
    """What was refused to whom, and why."""
    who = f" of {event.agent}" if event.agent else ""
    what = f" for task {plain(event.task)}" if event.task else ""
    detail = f" ({plain(event.detail)})" if event.detail else ""
    return f"{event.command}{who}{what} is refused: {_REFUSALS[event.reason]}{detail}"


_REFUSALS = {
    RefusalReason.NOT_READY: "something it depends on is not done",
    RefusalReason.HELD_BY_ANOTHER: "it is not free for this agent",
    RefusalReason.ALREADY_HOLDS: "the agent is busy already",
    RefusalReason.TASK_OVER: "the task is over",
    RefusalReason.UNKNOWN_TASK: "there is no such task",
    RefusalReason.UNKNOWN_AGENT: "the agent is not there",
    RefusalReason.DUPLICATE_TASK: "there is such a task already",
    RefusalReason.CYCLE: "the dependencies would run in a circle",
    RefusalReason.STALE_FENCE: "its lease is over",
    RefusalReason.STALE_WRITE: "a file it writes was changed in the meantime",
    RefusalReason.DEPENDENCY_NOT_DONE: "a task it depends on is not done",
    RefusalReason.TURN_OVER: "its turn is over",
    RefusalReason.RUN_NOT_OPEN: "the run does not take it now",
    RefusalReason.OUTDATED: "it answers something that is past",
    RefusalReason.BUDGET_SPENT: "the budget does not bear it",
    RefusalReason.FILE_LOCKED: "another task has locked a file of it",
    RefusalReason.NOT_ALLOWED: "the team's rules do not let it",
    RefusalReason.TOO_MANY: "there are as many as there may be",
    RefusalReason.PATH_CLASH: "a path differs only by case from a file that is there",
}


def fault(event: events.FaultInjected) -> str:
    """A fault that was injected into an agent, or its end."""
    lasting = f" for {duration(event.seconds)}" if event.seconds else ""
    if event.kind not in _FAULTS:
        return f"injected fault: a message of {event.agent} was {plain(event.kind)}"
    begins, ends = _FAULTS[event.kind]
    if event.over:
        return f"injected fault over: {event.agent} {ends}"
    return f"injected fault: {event.agent} {begins}{lasting}"


_FAULTS = {
    FaultKind.CRASH.value: ("crashes and is away", "starts anew"),
    FaultKind.STALL.value: ("freezes", "goes on as if nothing had happened"),
    FaultKind.SLOW.value: ("has a slow model", "has its quick model again"),
    FaultKind.PARTITION.value: ("is cut off", "is connected again"),
    "unreachable": ("can only wait for the board", "goes on"),
}


def _of_turn(
    event: events.TurnStarted
    | events.TurnResumed
    | events.RequestSent
    | events.RequestFailed
    | events.ReplyReceived
    | events.ToolsFinished
    | events.MailSent
    | events.MailRead
    | events.TurnEnded,
) -> str:
    match event:
        case events.TurnStarted():
            number = f" of round {event.round}" if event.round else ""
            tasks = listed(event.tasks) or "no task"
            seen = f"seeing commit {event.head}"
            return f"{event.agent} starts {event.turn}{number} on {tasks}, {seen}"
        case events.TurnResumed():
            return f"{event.agent} goes on with {event.turn}, its replies replayed"
        case events.RequestSent():
            whom = plain(event.model) or "its model"
            again = f", attempt {event.attempt}" if event.attempt > 1 else ""
            held = ""
            if event.waited >= 0.1:
                reason = _HOLDS.get(event.why, plain(event.why))
                held = f", held back {duration(event.waited)} {reason}"
            return (
                f"{event.agent} asks {whom}, request {event.index + 1} of {event.turn}{again}{held}"
            )
        case events.RequestFailed():
            again = "not tried again" if event.wait is None else f"again in {duration(event.wait)}"
            status = "" if event.status is None else f" {event.status}"
            return (
                f"request {event.index + 1} of {event.turn} ({event.agent}), attempt {event.attempt}, "
                f"came to nothing: {event.failure.value}{status}, {again}: {plain(event.text)}"
            )
        case events.ReplyReceived():
            usage = event.usage
            cached = f" ({usage.cached_tokens} cached)" if usage.cached_tokens else ""
            return (
                f"{event.agent} has the reply to request {event.index + 1} of {event.turn}: "
                f"{usage.input_tokens} tokens in{cached}, {usage.output_tokens} out"
                f"{f', ${usage.dollars:.4g}' if usage.dollars else ''}"
            )
        case events.ToolsFinished():
            calls = count(len(event.results), "tool call")
            wrong = sum(not result.ok for result in event.results)
            unsuccessful = f", {wrong} without success" if wrong else ""
            return f"{event.agent} carried out {calls} in {event.turn}{unsuccessful}"
        case events.MailSent():
            sends = "passes on" if event.mail.origin else "sends"
            to = listed(event.to) or "nobody"
            return f"{event.mail.sender} {sends} message {event.mail.number} to {to}"
        case events.MailRead():
            return f"{event.agent} reads {count(len(event.mail), 'message')}"
        case events.TurnEnded():
            return f"{event.turn} of {event.agent} is over: {_ENDS[event.reason]}"
        case _:
            assert_never(event)


_HOLDS = {
    "concurrency": "because as many requests were out as may be",
    "requests": "by the limit of requests a minute",
    "tokens": "by the limit of tokens a minute",
    "retry_after": "because the provider asked to wait",
    "breaker": "because the provider is down",
    "stagger": "so that agents do not all ask at once",
}
"""Why a request waited, by the governor's word for it."""

_ENDS = {
    EndReason.FINISHED: "nothing was left to do in it",
    EndReason.GAVE_UP: "the agent gave up",
    EndReason.OUT_OF_REQUESTS: "it may ask no more",
    EndReason.LEASE_LOST: "the lease was lost",
    EndReason.MODEL_FAILED: "the model failed",
    EndReason.UNUSABLE_REPLIES: "its model's replies could not be used",
    EndReason.DEADLINE: "it took too long",
    EndReason.REVOKED: "it was revoked",
    EndReason.SUPERSEDED: "another agent's result counts, or it was taken away",
}


def _of_proposal(
    event: events.ProposalQueued
    | events.CheckStarted
    | events.CheckFinished
    | events.CheckVoided
    | events.ProposalDropped,
) -> str:
    match event:
        case events.ProposalQueued():
            paths = listed(tuple(change.path for change in event.changes)) or "no file"
            return f"{event.agent} proposes change {event.proposal} for task {event.task}: {paths}"
        case events.CheckStarted():
            ahead = f" and {count(len(event.ahead), 'change')} ahead of it" if event.ahead else ""
            return (
                f"check {event.run} of change {event.proposal} starts on commit {event.head}{ahead}"
            )
        case events.CheckFinished():
            return f"check {event.run} of change {event.proposal} {verdict(event)}"
        case events.CheckVoided():
            return (
                f"the check of change {event.proposal} counts no more: a change ahead of it is gone"
            )
        case events.ProposalDropped():
            then = f"{event.agent} may mend it" if event.held else f"{event.agent} holds it no more"
            paths = f" ({listed(event.paths)})" if event.paths else ""
            why = f"{_DROPS[event.reason]}{paths}"
            return f"change {event.proposal} for task {event.task} is dropped: {why}; {then}"
        case _:
            assert_never(event)


def _of_free(event: events.ClaimStated | events.FilesWritten) -> str:
    if isinstance(event, events.ClaimStated):
        return f"{event.agent} says that it takes task {event.task}"
    paths = listed(tuple(change.path for change in event.changes))
    return f"{event.agent} writes {paths} in commit {event.commit}, unchecked"


_DROPS = {
    DropReason.CHECK_FAILED: "its check failed",
    DropReason.STALE_WRITE: "a file it writes was changed in the meantime",
    DropReason.DEPENDENCY_NOT_DONE: "a task it depends on is not done",
    DropReason.TASK_OVER: "the task is over",
}


def verdict(event: events.CheckFinished | events.VerificationFinished) -> str:
    """What a check gave: `passed (4 tests)`, `failed (2 of 5 tests)`, `ran out of time`."""
    return f"{_VERDICTS[event.reason]}{tests(event)}"


_VERDICTS = {
    CheckReason.PASSED: "passed",
    CheckReason.FAILED: "failed",
    CheckReason.TIMEOUT: "ran out of time",
    CheckReason.MEMORY: "ran out of memory",
    CheckReason.KILLED: "was killed",
    CheckReason.NOT_RUNNABLE: "could not be run",
}


def tests(event: events.CheckFinished | events.VerificationFinished) -> str:
    """How many tests a check counted, in brackets after a space; empty if it counted none."""
    failed = event.tests_failed or 0
    all_tests = (event.tests_passed or 0) + failed
    if not all_tests:
        return ""
    of = f"{failed} of " if failed else ""
    return f" ({of}{count(all_tests, 'test')})"


__all__ = ["LONGEST", "describe", "fault", "refusal", "verdict"]
