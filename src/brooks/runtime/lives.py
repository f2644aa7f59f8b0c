"""What an agent's life is made of: its worker, the wire to the coordinator, the ways to its models.

The same everywhere: in the coordinator's process, or on another machine, where only the tree and the
wire are others.
"""

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from brooks.core.spec import Member, Pacing, Spec
from brooks.core.team_rules import CutOff
from brooks.log.redaction import Redactor
from brooks.models.naming import parse_model
from brooks.runtime.advisory.floor import Floor
from brooks.runtime.advisory.free_worker import FreeWorker
from brooks.runtime.advisory.offering import is_advisory, most_output, tools_of
from brooks.runtime.agent_clock import AgentClock
from brooks.runtime.asking import Asker, Route
from brooks.runtime.link import Channel, Letter, Link, Network
from brooks.runtime.order import Tree
from brooks.runtime.patient_link import PatientLink
from brooks.runtime.prompting import Prompter
from brooks.runtime.routes import Routes
from brooks.runtime.worker import Worker


class Lives:
    """Makes workers for the agents of one run."""

    def __init__(
        self,
        spec: Spec,
        *,
        routes: Routes,
        prompter: Callable[[Tree], Prompter],
        redactor: Redactor,
    ) -> None:
        self._spec = spec
        self._routes = routes
        self._prompter = prompter
        self._redactor = redactor
        self._floor = Floor() if spec.team.pacing is Pacing.ROUNDS else None

    def uses_command(self, member: Member) -> bool:
        """Whether one of the agent's models is a coding agent on the command line."""
        return any(parse_model(route.name).kind == "command" for route in self._routes.of(member))

    def worker(
        self,
        member: Member,
        life: int,
        *,
        clock: AgentClock,
        network: Network,
        tree: Tree,
        receive: Callable[[Letter], None],
        on_lost: Callable[[], None],
    ) -> Worker:
        """The worker of one life of an agent.

        Args:
            member: The agent.
            life: How often it was started, this time counted.
            clock: Its clock.
            network: Its network.
            tree: The run's files as it sees them.
            receive: Takes its letters to the coordinator.
            on_lost: Called when the board has taken a turn away.
        """
        team = self._spec.team

        def link(subject: str) -> Link:
            channel = Channel(member.id, life, subject)
            if subject == "work" and team.rules.cut_off is CutOff.GO_ON and not is_advisory(team):
                return PatientLink(
                    clock, network, receive, channel=channel, patience=team.lease_seconds / 3
                )
            return Link(clock, network, receive, channel=channel)

        kind: Callable[..., Worker] = Worker
        if is_advisory(team):
            kind = partial(FreeWorker, floor=self._floor)
        return kind(
            member.id,
            asker=self._asker(clock, self._routes.of(member)),
            clock=clock,
            link=link("work"),
            renewals=link("renewals"),
            tree=tree,
            prompter=self._prompter(tree),
            redactor=self._redactor,
            renew_seconds=team.lease_seconds / 3,
            requests_per_turn=team.requests_per_turn,
            context_tokens=team.context_tokens,
            tools=tools_of(team),
            max_output_tokens=most_output(team),
            stronger=self._stronger(member, clock),
            on_lost=on_lost,
        )

    def _stronger(self, member: Member, clock: AgentClock) -> Asker | None:
        """The way to the model to which tasks may be escalated."""
        name = self._spec.team.rules.failing.escalate_to
        if not name:
            return None
        return self._asker(clock, self._routes.of(replace(member, model=name)))

    def _asker(self, clock: AgentClock, routes: tuple[Route, ...]) -> Asker:
        return Asker(
            routes,
            clock=clock,
            sleep=clock.model_sleep,
            reserving=self._spec.budget.tokens is not None,
        )
