"""Whom an event is about: tasks and agents, also where it names only a turn, a lease or a proposal."""

from dataclasses import dataclass, field

from brooks.core import events
from brooks.core.events import Record


@dataclass(frozen=True, slots=True)
class About:
    """The tasks and agents that an event is about."""

    tasks: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)


class Concerned:
    """Is shown every record in order, and says whom each is about."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, object], About] = {}
        """What turns, fences and proposals, by kind and name, are about."""

    def by(self, record: Record) -> About:
        """Whom the next record is about."""
        event = record.event
        about = About()
        task = getattr(event, "task", None)
        if isinstance(event, events.TaskAdded):
            about.tasks.add(event.task.id)
        elif isinstance(task, str):
            about.tasks.add(task)
        tasks = getattr(event, "tasks", ())
        if not isinstance(event, events.VerificationStarted):
            about.tasks.update(tasks)
        agent = getattr(event, "agent", None)
        if isinstance(agent, str):
            about.agents.add(agent)
        on = getattr(event, "on", None)
        if isinstance(on, str):
            about.tasks.add(on)
        self._look_up(event, about)
        return about

    def _look_up(self, event: events.Event, about: About) -> None:
        """Add whom the turn, lease or proposal is about, and remember the three for what names only one."""
        for kind in ("turn", "fence", "proposal"):
            name = getattr(event, kind, None)
            if not name:
                continue
            known = self._known.get((kind, name))
            if known is None:
                self._known[kind, name] = about
            elif kind == "proposal" or not about.tasks:
                about.tasks.update(known.tasks)
                about.agents.update(known.agents)
