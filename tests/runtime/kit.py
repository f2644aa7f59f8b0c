"""What the tests of whole runs share: small specs, models made in memory, and runs to look at.

Everything here is built from the parts that real runs are built from. A task needs no more than a
name: the modelled check asks for the solution that the simulated model makes up for it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core.applying import fold
from brooks.core.events import Event, Record
from brooks.core.invariants import loose_ends, violations
from brooks.core.spec import (
    Budget,
    CheckSettings,
    FaultPlan,
    MessageFaults,
    ModelSettings,
    Spec,
    Task,
    Team,
)
from brooks.core.state import State
from brooks.ids import AgentId, BlobHash, Position, TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.store import EncodedRecord, LogStore
from brooks.models.base import Model, Reply, Request, Sleep
from brooks.models.profile import Profile
from brooks.models.scripted import ScriptedModel
from brooks.models.sections import CallSection, ReplySection
from brooks.models.simulated import SimulatedModel
from brooks.models.solutions import Solutions
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.running import Surroundings, resume, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace

E = TypeVar("E", bound=Event)

STEADY = Profile(
    overhead_seconds=1.0,
    output_tokens_per_second=100.0,
    latency_sigma=0.3,
    seconds_per_1k_input=0.0,
    mistake=0.0,
    repair=1.0,
    stall=0.0,
    stall_seconds=0.0,
    whole_load=0.5,
    thinking_tokens=0,
)
"""A model that makes no mistakes."""

BAD_NETWORK = MessageFaults(lost=0.1, duplicated=0.1, delayed=0.2, delay_seconds=3.0)


def task(name: str, *needs: str, files: Sequence[str] = (), check: str | None = "check") -> Task:
    """A task that depends on those it needs."""
    return Task(
        id=TaskId(name),
        depends_on=tuple(TaskId(needed) for needed in needs),
        files=tuple(files),
        check=check,
    )


def chain(length: int) -> tuple[Task, ...]:
    """Tasks `t1` … in which each needs the one before it."""
    return tuple(
        task(f"t{number}", *([f"t{number - 1}"] if number > 1 else []))
        for number in range(1, length + 1)
    )


def free(count: int) -> tuple[Task, ...]:
    """Tasks `f1` … that need nothing."""
    return tuple(task(f"f{number}") for number in range(1, count + 1))


def make_team(preset: str = "leased", size: int = 2, **settings: Any) -> Team:
    """A team of `agent-1` … with a preset's rules."""
    return build_team(preset, members=size, **settings)


def make_spec(
    tasks: Iterable[Task],
    *,
    team: Team | None = None,
    model: str = "steady",
    seed: int = 0,
    clock: Literal["real", "virtual"] = "virtual",
    time_scale: float = 1.0,
    check: str | None = None,
    slots: int = 4,
    budget: Budget | None = None,
    faults: FaultPlan | None = None,
) -> Spec:
    """A run of these tasks with modelled checks."""
    return Spec(
        project="a test",
        tasks=tuple(tasks),
        team=team or make_team(),
        model=model if ":" in model else f"sim:{model}",
        seed=seed,
        clock=clock,
        time_scale=time_scale,
        check=check,
        checks=CheckSettings(mode="modelled", slots=slots),
        budget=budget or Budget(),
        faults=faults or FaultPlan(),
    )


def call(name: str, **arguments: Any) -> CallSection:
    """A tool call of a script."""
    return CallSection(name=name, arguments=arguments)


def says(*calls: CallSection, seconds: float = 1.0) -> ReplySection:
    """A reply of a script."""
    return ReplySection(calls=list(calls), seconds=seconds)


def solves(name: str, *, path: str | None = None, seconds: float = 1.0) -> ReplySection:
    """A reply that writes what the modelled check of a task asks for, and completes it."""
    content = f"{name}: right\n"
    return says(
        call("write_file", path=path or f"{name}.txt", content=content),
        call("complete", task=name),
        seconds=seconds,
    )


class Witness:
    """A model that notes what it is asked, and passes it on."""

    def __init__(self, model: Model, asked: list[tuple[str, int]]) -> None:
        self._model = model
        self._asked = asked

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Note the request and let the model answer."""
        self._asked.append((request.turn, request.index))
        return await self._model.request(request, sleep=sleep)


class KitModels(ModelFactory):
    """Models by name: profiles, scripts and others; `steady` is there always."""

    def __init__(
        self,
        profiles: Mapping[str, Profile] | None = None,
        scripts: Mapping[str, Mapping[str, Sequence[ReplySection]]] | None = None,
        others: Mapping[str, Model] | None = None,
    ) -> None:
        super().__init__(Path())
        self._profiles = {"steady": STEADY, **(profiles or {})}
        self._scripts = scripts or {}
        self._others = others or {}
        self.asked: list[tuple[str, int]] = []
        """Turn and index of every request that reached a model, in order."""

    def make(
        self,
        text: str,
        *,
        settings: ModelSettings,
        solutions: Solutions,
        chance: Callable[..., Random],
    ) -> Model:
        """The model of a name, which the spec has behind `sim:`."""
        return Witness(self._named(text.removeprefix("sim:"), solutions, chance), self.asked)

    def _named(self, text: str, solutions: Solutions, chance: Callable[..., Random]) -> Model:
        if text in self._others:
            return self._others[text]
        if text in self._scripts:
            replies = {TaskId(name): entries for name, entries in self._scripts[text].items()}
            return ScriptedModel(replies, source=text)
        return SimulatedModel(self._profiles[text], solutions, chance)


class Run:
    """A run that is over, and what it left."""

    def __init__(
        self, state: State, log: LogStore, workspace: MemoryWorkspace, models: KitModels
    ) -> None:
        self.state = state
        self.log = log
        self.workspace = workspace
        self.models = models
        self.rows = list(log.read())
        self.records: list[Record] = list(Codec().decode_all(self.rows))

    @property
    def asked(self) -> list[tuple[str, int]]:
        """Turn and index of every request that reached a model, in order."""
        return self.models.asked

    def events(self, kind: type[E]) -> list[E]:
        """All events of a kind."""
        return [record.event for record in self.records if isinstance(record.event, kind)]

    def statuses(self) -> dict[str, str]:
        """Where each task is in its life."""
        return {name: there.status.value for name, there in self.state.tasks.items()}

    def outcome(self) -> tuple[str, str]:
        """How the run ended, and why."""
        assert self.state.finished is not None
        outcome, reason = self.state.finished
        return outcome.value, reason

    def files(self) -> dict[str, str]:
        """The workspace as text."""
        return {path: data.decode() for path, data in self.workspace.files().items()}

    def exported(self) -> bytes:
        """The log as it is exported."""
        codec = Codec()
        return b"".join(codec.line(row) + b"\n" for row in self.rows)

    def problems(self) -> list[str]:
        """What is wrong with this run, whatever it was asked to do; empty where all is well."""
        found = list(violations(self.state)) + list(loose_ends(self.state))
        if fold(self.records).counts != self.state.counts:
            found.append("folding the log gives another state")
        found += [
            f"{verdict.guarantee}: {verdict.explanation}"
            for verdict in audit(self.records).verdicts
            if verdict.result is Result.VIOLATED
        ]
        return found


def run(
    spec: Spec,
    *,
    models: KitModels | None = None,
    files: Mapping[str, bytes] | None = None,
    blobs: Mapping[BlobHash, bytes] | None = None,
    log: LogStore | None = None,
    on_record: Callable[[Record], None] = lambda record: None,
) -> Run:
    """Run a spec from its beginning to its end."""
    log = log or MemoryLog()
    workspace = MemoryWorkspace(files)
    models = models or KitModels()
    around = Surroundings(log=log, workspace=workspace, models=models, on_record=on_record)
    state = start(spec, dict(blobs or {}), around)
    return Run(state, log, workspace, models)


def go_on(
    log: LogStore,
    *,
    models: KitModels | None = None,
    files: Mapping[str, bytes] | None = None,
    budget: Budget | None = None,
    epoch: int = 1,
) -> Run:
    """Resume the run in a log."""
    workspace = MemoryWorkspace(files)
    models = models or KitModels()
    around = Surroundings(log=log, workspace=workspace, models=models, epoch=epoch)
    state = resume(around, budget)
    return Run(state, log, workspace, models)


class CuttableLog(MemoryLog):
    """A log in memory that knows where its decisions end: nothing is ever cut within one."""

    def __init__(self) -> None:
        super().__init__()
        self.cuts: list[Position] = []
        """The position after each decision."""
        self.flushes: list[Position] = []
        """The position at each commit."""

    def append(self, expected: Position, records: Sequence[EncodedRecord]) -> None:
        """Append, and note where the decision ends."""
        super().append(expected, records)
        self.cuts.append(self.last_position())

    def flush(self, *, durable: bool) -> None:
        """Commit, and note how far."""
        super().flush(durable=durable)
        self.flushes.append(self.last_position())


def cut_copy(log: LogStore, position: int, into: LogStore | None = None) -> LogStore:
    """A log with the records up to a position, and every content of the whole one."""
    copy = into or MemoryLog()
    for blob_hash in log.blob_hashes():
        copy.put_blob(log.blob(blob_hash))
    rows = list(log.read(limit=position))
    copy.append(Position(0), rows)
    copy.flush(durable=True)
    return copy


def agent(number: int) -> AgentId:
    """An agent's name."""
    return AgentId(f"agent-{number}")
