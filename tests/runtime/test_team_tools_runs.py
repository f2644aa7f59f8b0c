"""Mail and notes in whole runs: what one agent tells reaches the others once, wherever the run was cut."""

from msgspec.structs import replace
from tests.runtime.kit import (
    CuttableLog,
    KitModels,
    Run,
    cut_copy,
    free,
    go_on,
    make_spec,
    make_team,
    run,
)

from brooks.analysis.messages import Messages
from brooks.core import events
from brooks.core.spec import Spec
from brooks.core.team_rules import Messaging, Rules, Topology
from brooks.models.base import Reply, Request, Sleep, ToolCall

TALK = 5
"""Replies of each agent before it does its task."""


class Talks:
    """Agent 1 has news and a note; all read their mail and the notes, and then do their tasks."""

    def __init__(self) -> None:
        self.tools: set[tuple[str, ...]] = set()
        """The tools that were offered."""

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Say what is next."""
        await sleep(1.0)
        self.tools.add(tuple(tool.name for tool in request.tools))
        if request.index >= TALK:
            return _reply(
                request,
                ("write_file", {"path": f"{request.tasks[0]}.txt", "content": _right(request)}),
                ("complete", {"task": request.tasks[0]}),
            )
        if request.agent == "agent-1" and request.index == 0:
            return _reply(
                request,
                ("send_mail", {"to": "all", "text": "news", "urgent": "true"}),
                ("write_note", {"name": "plan", "text": "a plan"}),
            )
        return _reply(request, ("read_mail", {}), ("read_notes", {"name": "plan"}))


def _right(request: Request) -> str:
    return f"{request.tasks[0]}: right\n"


def _reply(request: Request, *calls: tuple[str, dict[str, str]]) -> Reply:
    name = f"{request.turn}.{request.index}"
    return Reply(
        calls=tuple(
            ToolCall(id=f"{name}.{number}", name=tool, arguments=arguments)
            for number, (tool, arguments) in enumerate(calls)
        )
    )


def spec_of(**rules: object) -> Spec:
    """Three agents with a task each."""
    messaging = Messaging(**{"notes": True, **rules})  # type: ignore[arg-type]
    team = replace(make_team("leased", 3), rules=Rules(messaging=messaging))
    return make_spec(free(3), team=team, model="talks")


def shown(finished: Run, text: str) -> dict[str, int]:
    """How often each agent was shown an answer with this in it."""
    counted: dict[str, int] = {}
    for event in finished.events(events.ToolsFinished):
        texts = [finished.log.blob(result.text).decode() for result in event.results]
        hits = sum(text in each for each in texts)
        counted[event.agent] = counted.get(event.agent, 0) + hits
    return counted


def test_gossip_reaches_every_agent_of_a_run_once_wherever_it_is_cut() -> None:
    """The first receiver passes it on to the other one by reading it; the run is cut after each decision."""
    log = CuttableLog()
    models = KitModels(others={"talks": Talks()})
    whole = run(spec_of(topology=Topology.GOSSIP, fanout=1), models=models, log=log)
    begun = max(r.position for r in whole.records if isinstance(r.event, events.TaskAdded))
    cuts = [cut for cut in log.cuts if begun < cut < log.last_position()]
    resumed = [
        go_on(cut_copy(log, cut), models=KitModels(others={"talks": Talks()})) for cut in cuts[::3]
    ]

    for finished in (whole, *resumed):
        counted = Messages.of(finished.records)
        assert finished.problems() == []
        assert finished.outcome()[0] == "done"
        assert (counted.letters, counted.deliveries, counted.read) == (1, 2, 2)
        assert shown(finished, "urgent:\nnews") == {"agent-1": 0, "agent-2": 1, "agent-3": 1}


def test_a_note_is_seen_by_the_others() -> None:
    """One agent writes it, all read it by name."""
    finished = run(spec_of(), models=KitModels(others={"talks": Talks()}))

    seen = shown(finished, "plan (version 1, by agent-1):\na plan")
    assert all(seen[f"agent-{number}"] >= TALK - 2 for number in (1, 2, 3))
    assert finished.problems() == []


def test_a_team_without_mail_and_notes_is_not_offered_them() -> None:
    """A model that asks for them all the same is told that it may not."""
    model = Talks()
    finished = run(
        spec_of(topology=Topology.NONE, notes=False), models=KitModels(others={"talks": model})
    )

    [offered] = model.tools
    assert not {"read_mail", "send_mail", "read_notes", "write_note"} & set(offered)
    assert shown(finished, "not sent: you may write to nobody only")["agent-1"] == 1
    assert finished.outcome()[0] == "done"


def test_mail_read_in_the_last_reply_of_a_turn_is_unread_again() -> None:
    """Its agent completes its task in the same reply, and is asked nothing more."""

    class Hasty(Talks):
        async def request(self, request: Request, *, sleep: Sleep) -> Reply:
            if request.agent == "agent-1":
                return await super().request(request, sleep=sleep)
            await sleep(2.5)
            return _reply(
                request,
                ("read_mail", {}),
                ("write_file", {"path": f"{request.tasks[0]}.txt", "content": _right(request)}),
                ("complete", {"task": request.tasks[0]}),
            )

    finished = run(spec_of(), models=KitModels(others={"talks": Hasty()}))

    counted = Messages.of(finished.records)
    assert (counted.deliveries, counted.read, counted.unread) == (2, 0, 2)
    assert [len(agent.mail) for agent in finished.state.agents.values()] == [0, 1, 1]
