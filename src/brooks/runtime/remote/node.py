"""One machine's part of a run: the agents that live there, and the checks that run there.

The workers are the same as in one process, with a real clock of this machine's own. Post comes in by
`deliver`, in any thread, and goes out by the `send` that is handed in. Nothing here decides: an agent
acts on what the coordinator has acknowledged, so a machine that is cut off finishes the request it
waits for and then stands still.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from random import Random
from threading import Event, Lock

from msgspec.structs import replace

from brooks.core.message import Message
from brooks.core.spec import MessageFaults, ModelSettings, Spec, Task
from brooks.core.state import FileVersion
from brooks.errors import BrooksError, UsageError
from brooks.ids import AgentId, TaskId
from brooks.log.redaction import Redactor
from brooks.models.base import Model
from brooks.models.keys import Keys
from brooks.models.profile import Profile
from brooks.models.solutions import Solutions
from brooks.runtime.agent_clock import AgentClock
from brooks.runtime.chance import stream
from brooks.runtime.checking import RealChecks
from brooks.runtime.clock import Handle, Signal
from brooks.runtime.link import Channel, Letter, Network
from brooks.runtime.lives import Lives
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.prompting import Prompter, Templates
from brooks.runtime.real_clock import RealClock
from brooks.runtime.remote.node_blobs import NodeBlobs
from brooks.runtime.remote.node_lanes import NodeLanes
from brooks.runtime.remote.node_tree import NodeTree
from brooks.runtime.remote.post import (
    Admitted,
    Asked,
    Begin,
    Checked,
    Contents,
    End,
    FromNode,
    OpenGates,
    Reply,
    RunCheck,
    ToNode,
    TreeNews,
    Trouble,
    TurnLost,
    Want,
)
from brooks.runtime.routes import Routes
from brooks.runtime.worker import Worker
from brooks.workspace.sandbox import Sandbox, discard, make_scratch, sweep

RESEND_SECONDS = 30.0
"""After how long a question without an answer is sent again, in case one was lost after all."""


class Part(Message, frozen=True, kw_only=True):
    """What a machine must know of a run before it can take part in it."""

    spec: Spec
    now: float
    """Log time."""
    found: tuple[tuple[TaskId, tuple[Task, ...]], ...] = ()
    """Tasks that simulated agents come upon, by the task that leads to them."""
    profiles: tuple[tuple[str, Profile], ...] = ()
    """Those of simulated models, whose files need not be here."""


class Node:
    """The part of a run that one machine carries out."""

    def __init__(
        self,
        part: Part,
        *,
        environ: Mapping[str, str],
        send: Callable[[FromNode], None],
    ) -> None:
        """Make ready what agents need.

        Raises:
            UsageError: Something that their models need is missing here: a key, a program, a client.
        """
        self._spec = spec = part.spec
        self._send = send
        self._scratch = make_scratch()
        sweep(self._scratch.parent)
        keys = Keys(environ, place="in the environment in which its node is started")
        self._redactor = Redactor(keys.secrets())
        self._clock = RealClock(part.now)
        self._blobs = NodeBlobs(self._scratch / "blobs", lambda hashes: send(Want(hashes)))
        self._tree = NodeTree(self._blobs.blob)
        self._lanes = NodeLanes(self._clock, partial(stream, spec.seed), send)
        self._solutions = Solutions(spec.tasks, self._blobs.blob, found=dict(part.found))
        self._models = ModelFactory(
            self._scratch,
            keys=keys,
            copies=self._scratch / "copies",
            kept="on that machine, until the run ends there",
            profiles=dict(part.profiles),
        )
        routes = Routes(spec, make=self._make_model, governor=self._lanes)
        self._lives = Lives(
            spec,
            routes=routes,
            prompter=partial(Prompter, spec.project, Templates.of(spec.prompts)),
            redactor=self._redactor,
        )
        self._agents: dict[tuple[AgentId, int], tuple[Worker, Handle]] = {}
        self._waiting: dict[tuple[Channel, int], Callable[..., None]] = {}
        self._checks: RealChecks | None = None
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="checking")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = Event()
        self._opening = Lock()
        self._inbox: deque[ToNode | None] = deque()
        """Post that was not looked at; None for the end."""
        self._news = Signal()
        self._make_models(routes)

    def _make_models(self, routes: Routes) -> None:
        """Make every model now, so that what is missing here is found before anything is paid for."""
        team = self._spec.team
        stronger = team.rules.failing.escalate_to
        try:
            for member in team.members:
                routes.of(member)
                if stronger:
                    routes.of(replace(member, model=stronger))
        except BaseException:
            discard(self._scratch)
            raise

    def _make_model(self, text: str, settings: ModelSettings) -> Model:
        chance: Callable[..., Random] = partial(stream, self._spec.seed)
        return self._models.make(text, settings=settings, solutions=self._solutions, chance=chance)

    def run(self) -> None:
        """Take part until `stop`; to be called in a thread of its own."""
        try:
            self._clock.run(self._main())
        except Exception as error:  # noqa: BLE001 - whatever it is, the coordinator must hear of it
            self._send(trouble_of(error))
        finally:
            self._loop = None
            self._started.set()
            if self._checks is not None:
                self._checks.close()
            self._pool.shutdown(wait=False, cancel_futures=True)
            discard(self._scratch)

    def stop(self) -> None:
        """End everything that is going on here; in any thread."""
        self._blobs.close()
        self._in_loop(self._put, None)

    def deliver(self, items: Sequence[ToNode]) -> None:
        """Take post in, in any thread."""
        for item in items:
            if isinstance(item, Contents):
                self._blobs.put(item.blobs)  # at once: the thread of the agents may wait for it
            else:
                self._in_loop(self._put, item)

    def _in_loop(self, do: Callable[..., None], *arguments: object) -> None:
        """Do something in the thread of the agents, unless they are gone."""
        self._started.wait()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has just been closed
                self._loop.call_soon_threadsafe(do, *arguments)

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._started.set()
        while True:
            while self._inbox:
                item = self._inbox.popleft()
                if item is None:
                    await self._models.close()
                    return
                self._take(item)
            await self._clock.wait(self._news)

    def _put(self, item: ToNode | None) -> None:
        self._inbox.append(item)
        self._clock.notify(self._news)

    def _take(self, item: ToNode) -> None:
        match item:
            case Reply():
                arrive = self._waiting.pop((item.channel, item.number), None)
                if arrive is not None:
                    arrive(item.answer)
            case TreeNews():
                self._tree.learn(item.commits, item.versions)
            case Begin():
                self._begin(item)
            case End():
                self._end(item)
            case RunCheck():
                self._pool.submit(self._check, item)
            case Admitted():
                self._lanes.admitted(item)
            case OpenGates():
                self._lanes.open_gates()
            case Contents():
                self._blobs.put(item.blobs)

    def _begin(self, item: Begin) -> None:
        member = item.member
        scale = self._spec.time_scale / member.speed
        clock = AgentClock(self._clock, scale=scale)
        network = Network(clock, Random(0), MessageFaults())
        network.resend_seconds = RESEND_SECONDS
        worker = self._lives.worker(
            member,
            item.life,
            clock=clock,
            network=network,
            tree=self._tree,
            receive=self._post,
            on_lost=lambda: self._send(TurnLost(member.id, item.life)),
        )
        handle = self._clock.spawn(worker.live(item.order), member.id)
        self._agents[member.id, item.life] = (worker, handle)

    def _end(self, item: End) -> None:
        found = self._agents.pop((item.agent, item.life), None)
        if found is not None:
            worker, handle = found
            self._clock.cancel(handle)
            worker.stop()

    def _post(self, letter: Letter) -> None:
        """A worker's letter: what it waits with is kept here until the answer is."""
        self._waiting[letter.channel, letter.number] = letter.reply
        self._send(Asked(letter.channel, letter.number, letter.question))

    def _check(self, item: RunCheck) -> None:
        """Run a check, in a thread of the pool."""
        try:
            self._blobs.fetch(entry.blob for entry in item.tree.values())
            files = {
                path: FileVersion(0, 0, entry.blob, executable=entry.executable)
                for path, entry in item.tree.items()
            }
            verdict = self._real_checks().prepare(item.command, None, files)()
        except Exception as error:  # noqa: BLE001 - the coordinator must hear of it, whatever it is
            self._send(Trouble(f"a check could not be run: {error}", is_usage=False))
        else:
            self._send(Checked(item.number, verdict))

    def _real_checks(self) -> RealChecks:
        with self._opening:
            if self._checks is None:
                folder = self._scratch / "checks"
                folder.mkdir(mode=0o711)
                self._checks = RealChecks(
                    Sandbox.open(folder), self._blobs, folder, self._spec.checks, self._redactor
                )
            return self._checks


def trouble_of(error: Exception) -> Trouble:
    """What the coordinator is told of an error with which a machine cannot go on."""
    text = str(error) if isinstance(error, BrooksError) else f"{type(error).__name__}: {error}"
    return Trouble(text, isinstance(error, UsageError))
