"""Starting a run, and going on with one: everything is put together here and nowhere else.

`Run` holds what a run needs around its spec: where the log is, where the files are, who watches.
`start` opens the log, states the spec, the tree and the tasks, and lets the coordinator go;
`resume` folds the log first. Both return when the run is over, interrupted or out of budget, with
the state as it then is.
"""

import signal
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from brooks import __version__
from brooks.core import commands
from brooks.core.board import apply
from brooks.core.canonical import canonical_json
from brooks.core.events import Record
from brooks.core.facts import FileChange, Outcome
from brooks.core.graph import insertion_order
from brooks.core.spec import Budget, CheckSettings, ModelSettings, Spec, Task
from brooks.core.state import State
from brooks.errors import UsageError
from brooks.ids import BlobHash, TaskId
from brooks.log.codec import Codec
from brooks.log.memory import ForgetfulLog
from brooks.log.redaction import NO_SECRETS, Redactor
from brooks.log.store import LogReader, LogStore
from brooks.models.base import Model
from brooks.models.elsewhere import ModelElsewhere
from brooks.models.solutions import NOTHING_FOUND, Solutions
from brooks.runtime.advisory.offering import states_claims
from brooks.runtime.chance import stream
from brooks.runtime.checking import Checks, ModelledChecks, RealChecks
from brooks.runtime.clock import Driver
from brooks.runtime.collecting import seldom_collecting
from brooks.runtime.controls import take_controls, watch_controls
from brooks.runtime.coordinator import Coordinator
from brooks.runtime.git_mirror import GitMirror, began_on
from brooks.runtime.governor import Governor, LaneView
from brooks.runtime.local_engine import LocalEngine
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.prompting import Prompter, Templates
from brooks.runtime.real_clock import RealClock
from brooks.runtime.routes import Routes
from brooks.runtime.virtual_clock import VirtualClock
from brooks.teams.policy import Policy
from brooks.teams.registry import policy_for
from brooks.workspace.base import Workspace
from brooks.workspace.git import GitWorkspace
from brooks.workspace.tree import FileEntry, encode_manifest

if TYPE_CHECKING:
    from brooks.runtime.remote.hosting import Hosting

LANES_SECONDS = 0.5
"""How often whoever watches is told how the lanes of the models stand."""
VIRTUAL_COMMIT = 2000
"""Records between commits under the virtual clock, where a lost tail can be computed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run needs around its spec."""

    log: LogStore
    workspace: Workspace
    models: ModelFactory
    on_record: Callable[[Record], None] = lambda record: None
    """Sees every record once it is committed."""
    on_stop: Callable[[], None] = lambda: None
    """Told when the user asks the run to stop."""
    redactor: Redactor = NO_SECRETS
    """Takes the user's keys out of whatever is kept."""
    epoch: int = 1
    catch_signals: bool = False
    """Whether Ctrl-C winds the run down."""
    began: float = 0.0
    """When the run began, seconds since 1970, for whoever dates its results; not for the log."""
    tell: Callable[[str], None] = lambda text: None
    """Told in a sentence what the user should know though nothing is wrong."""
    found: Mapping[TaskId, tuple[Task, ...]] = field(default_factory=lambda: NOTHING_FOUND)
    """Tasks that simulated agents come upon, by the task that leads to them."""
    on_lanes: Callable[[tuple[LaneView, ...]], None] | None = None
    """Told twice a second, under the real clock, how the lanes of the models stand."""
    hosting: "Hosting | None" = None
    """The machines that agents and checks are on; None for this process."""


def start(spec: Spec, blobs: dict[BlobHash, bytes], around: Surroundings) -> State:
    """Run a spec from the beginning.

    Raises:
        UsageError, OutsideError: before anything is paid for, when the run cannot be.
    """
    around.workspace.ensure_writable()
    for blob in blobs.values():
        around.log.put_blob(blob)
    return _Assembly(spec, around, State()).start()


def resume(around: Surroundings, budget: Budget | None = None) -> State:
    """Go on with the run in the log; `budget` replaces the one it had."""
    codec = Codec()
    state = State()
    records = []
    for record in codec.decode_all(around.log.read()):
        apply(state, record)
        records.append(record)
    if state.run is None:
        message = "the log is empty: the run was stopped before it began; start it again"
        raise UsageError(message)
    if state.finished is not None and state.finished[0] is Outcome.DONE:
        return state
    spec = read_spec(around.log, state)
    return _Assembly(spec, around, state).resume(records, budget)


def read_spec(log: LogReader, state: State) -> Spec:
    """The spec that a log's run was started from."""
    assert state.run is not None
    return msgspec.json.decode(log.blob(state.run.spec), type=Spec)


class _Assembly:
    """One run, put together."""

    def __init__(self, spec: Spec, around: Surroundings, state: State) -> None:
        self._spec = spec
        self._around = around
        self._stack = ExitStack()
        self._state = state
        virtual = spec.clock == "virtual"
        self._clock: Driver = VirtualClock(state.time) if virtual else RealClock(state.time)
        self._solutions = Solutions(spec.tasks, around.log.blob, found=around.found)
        self._policy: Policy = policy_for(spec.team)
        self._checks = checks_at_once(spec, is_remote=around.hosting is not None)
        self._governor = Governor(
            self._clock, partial(stream, spec.seed), agents=len(spec.team.members)
        )
        self._engine = self._make_engine()
        self._coordinator = Coordinator(
            state,
            clock=self._clock,
            log=around.log,
            policy=self._policy,
            effects=self._engine,
            check_slots=self._checks.slots,
            durable=not virtual,
            commit_every=VIRTUAL_COMMIT if virtual else 1,
            is_read=not isinstance(around.log, ForgetfulLog),
        )
        self._mirror = self._make_mirror()
        self._coordinator.on_record = around.on_record if self._mirror is None else self._show
        self._engine.attach(self._coordinator)
        self._stops = 0

    def _make_engine(self) -> LocalEngine:
        spec, around = self._spec, self._around
        options: dict[str, Any] = {
            "clock": self._clock,
            "routes": Routes(spec, make=self._make_model, governor=self._governor),
            "prompter": partial(Prompter, spec.project, Templates.of(spec.prompts)),
            "redactor": around.redactor,
            "files_back": self._write_back,
        }
        if around.hosting is None:
            return LocalEngine(spec, checks=self._make_checks(), **options)
        from brooks.runtime.remote.engine import RemoteEngine

        checks = self._make_checks() if spec.checks.mode == "modelled" else None
        options |= {"log": around.log, "found": tuple(around.found.items()), "tell": around.tell}
        spec = msgspec.structs.replace(spec, checks=self._checks)
        return RemoteEngine(spec, checks=checks, hosting=around.hosting, **options)

    def _make_mirror(self) -> GitMirror | None:
        """What keeps the user's repository up with the log, where the run works on one."""
        around = self._around
        if not isinstance(around.workspace, GitWorkspace):
            return None
        began = began_on(self._spec.clock, around.began)
        return GitMirror(around.workspace, around.log, began=began, tell=around.tell)

    def _show(self, record: Record) -> None:
        if self._mirror is not None:
            self._mirror.follow(record)
        self._around.on_record(record)

    def _make_checks(self) -> Checks:
        checks = self._open_checks()
        self._stack.callback(checks.close)
        return checks

    def _open_checks(self) -> Checks:
        if self._spec.checks.mode == "modelled":
            return ModelledChecks(self._solutions, self._around.log)
        from brooks.workspace.sandbox import Sandbox, discard, make_scratch, sweep

        scratch = make_scratch()
        self._stack.callback(discard, scratch)
        sweep(scratch.parent)
        return RealChecks(
            Sandbox.open(scratch),
            self._around.log,
            scratch,
            self._spec.checks,
            self._around.redactor,
        )

    def _make_model(self, text: str, settings: ModelSettings) -> Model:
        if self._around.hosting is not None:
            return ModelElsewhere(text)
        return self._around.models.make(
            text,
            settings=settings,
            solutions=self._solutions,
            chance=partial(stream, self._spec.seed),
        )

    def start(self) -> State:
        """Open the log and run."""
        with self._stack:
            spec = self._spec
            log = self._around.log
            snapshot = self._around.workspace.read_all(log.put_blob)
            team = spec.team
            execute = self._coordinator.execute
            execute(
                commands.StartRun(
                    spec=log.put_blob(canonical_json(spec)),
                    seed=spec.seed,
                    brooks=__version__,
                    guarantees=team.guarantees,
                    attempts=team.attempts,
                    lost_leases=team.lost_leases,
                    lease_seconds=team.lease_seconds,
                    turn_seconds=team.turn_seconds,
                    project_check=spec.check is not None,
                    budget=spec.budget,
                    found_tasks=team.found_tasks,
                    members=tuple(member.id for member in team.members),
                    rules=team.rules,
                    stated_claims=states_claims(team),
                )
            )
            execute(
                commands.OpenWorkspace(
                    tree=log.put_blob(encode_manifest(snapshot.tree)),
                    files=tuple(
                        FileChange(path=path, blob=entry.blob, executable=entry.executable)
                        for path, entry in sorted(snapshot.tree.items())
                    ),
                )
            )
            by_id = {task.id: task for task in spec.tasks}
            for task_id in _in_order(spec):
                execute(commands.AddTask(task=by_id[task_id]))
            return self._run()

    def resume(self, records: list[Record], budget: Budget | None) -> State:
        """Show the policy the past, open a new epoch and run on."""
        with self._stack:
            self._show_past(records)
            if self._mirror is not None:
                self._mirror.follow_all(records)
            kept = budget or self._state.budget
            self._coordinator.execute(commands.ResumeRun(epoch=self._around.epoch, budget=kept))
            self._write_back_everything()
            return self._run()

    def _show_past(self, records: list[Record]) -> None:
        past = State()
        for record in records:
            apply(past, record)
            for _ in self._policy.react(record, past, record.time):
                pass

    def _run(self) -> State:
        with seldom_collecting():
            self._clock.run(self._main())
        if self._mirror is not None:
            for branch in self._mirror.finish(self._state):
                self._around.tell(f"note: the branch {branch!r} has what was not merged")
        return self._state

    async def _main(self) -> None:
        if self._around.catch_signals:
            self._clock.on_signal(signal.SIGINT, self._stop)
            self._clock.on_signal(signal.SIGTERM, self._stop)
        take_controls(self._around.log, self._coordinator)
        self._engine.start()
        if self._spec.clock == "real":
            self._clock.spawn(
                watch_controls(self._around.log, self._coordinator, self._clock), "controls"
            )
            if self._around.on_lanes is not None:
                self._clock.spawn(self._tell_lanes(self._around.on_lanes), "lanes")
        try:
            await self._coordinator.run()
        finally:
            await self._engine.close()
        await self._around.models.close()

    async def _tell_lanes(self, tell: Callable[[tuple[LaneView, ...]], None]) -> None:
        while True:
            tell(self._governor.snapshot())
            await self._clock.sleep(LANES_SECONDS)

    def _stop(self) -> None:
        self._stops += 1
        if self._stops > 1:
            raise KeyboardInterrupt
        self._around.on_stop()
        self._coordinator.command(
            commands.StopRun(outcome=Outcome.INTERRUPTED, reason="interrupted by the user")
        )

    def _write_back(self, changes: tuple[FileChange, ...]) -> None:
        self._write_paths([change.path for change in changes])

    def _write_back_everything(self) -> None:
        """After a crash nobody knows how far the last epoch came: write all that was ever merged."""
        self._write_paths(
            [path for path, history in self._state.history.items() if history[-1].commit]
        )

    def _write_paths(self, paths: list[str]) -> None:
        state = self._state
        changes: dict[str, FileEntry | None] = {}
        ours: dict[str, set[BlobHash | None]] = {}
        for path in paths:
            history = state.history[path]
            last = history[-1]
            changes[path] = (
                None if last.blob is None else FileEntry(blob=last.blob, executable=last.executable)
            )
            ours[path] = {version.blob for version in history}
            if history[0].commit:
                ours[path].add(None)
        for kept in self._around.workspace.write(changes, ours, self._around.log):
            self._coordinator.command(
                commands.KeepFile(path=kept.path, kept_at=kept.ours or "", reason=kept.reason)
            )


def checks_at_once(spec: Spec, *, is_remote: bool) -> CheckSettings:
    """The run's checks, as many at once as it says; on many machines one for each agent, if that is more.

    The log says nothing of it, since the run may go on elsewhere.
    """
    slots = max(spec.checks.slots, len(spec.team.members) if is_remote else 0)
    return msgspec.structs.replace(spec.checks, slots=slots)


def _in_order(spec: Spec) -> list[TaskId]:
    return insertion_order({task.id: task.depends_on for task in spec.tasks})
