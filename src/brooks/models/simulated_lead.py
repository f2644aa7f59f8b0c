"""The simulated lead: what a simulated model decides when it is asked to lead.

Everything it knows is in the text that a lead is shown, which it reads as a model would; a test holds
the two together. It gives the ready task with the largest rank to a free agent that has its skill,
the fastest first, takes back what is marked late while somebody else is free, and waits. With the
profile's probability of a mistake it gives an agent a task that is not ready, so that the agent
stays idle. All of it is one reply: a lead that had nothing wrong told is asked once a turn.
"""

import json
import re
from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from brooks.models.base import Request, Returned, Said, names_of

_NAME = r'("(?:[^"\\]|\\.)*"|[\w.@/+-]+)'
"""A name as it is, or quoted where something in it could be taken for the rest of the line."""
_LINE = re.compile(rf"- {_NAME}: (.*)")
_LATE = re.compile(rf"works on {_NAME}(?:, .*)? for \d+ s, LATE")
_SPEED = re.compile(r"; speed ([\d.e+-]+)")
_SKILLS = re.compile(r"; skills (.+)")
_RANK = re.compile(r"; rank ([\d.e+-]+),")
_SKILL = re.compile(r"; needs skill ([^;|]+)")
_HEADER_OF_TASKS = "Open tasks"
_HEADER_OF_AGENTS = "Agents you can give"

Step = tuple[str, dict[str, str]]
"""A tool call that has no id yet."""


class _Agent(NamedTuple):
    name: str
    is_free: bool
    late: str
    """The first of its tasks, if they are late."""
    speed: float
    skills: tuple[str, ...]


class _Task(NamedTuple):
    name: str
    is_open: bool
    """Ready and unassigned."""
    waits: bool
    rank: float
    skill: str


def leads(request: Request) -> bool:
    """Whether a request is one to lead: who may assign is a lead."""
    return "assign" in names_of(request.tools)


def lead_steps(request: Request, *, mistake: float, chance: Callable[..., Random]) -> list[Step]:
    """What a simulated lead does when it is asked."""
    text = _last_board(request)
    agents = list(_agents(text))
    tasks = list(_tasks(text))
    free = sorted((each for each in agents if each.is_free), key=lambda each: -each.speed)
    late = [each for each in agents if each.late][: len(free)]
    steps: list[Step] = [
        ("release", {"task": each.late, "agent": each.name, "reason": "it takes too long"})
        for each in late
    ]
    taken_back = {each.late for each in late}
    wanted = [task for task in tasks if task.is_open or task.name in taken_back]
    random = chance("lead", request.agent, request.turn, request.index)
    steps += _assignments(wanted, tasks, free, mistake=mistake, random=random)
    return [*steps, ("wait", {})]


def _assignments(
    wanted: list[_Task], tasks: list[_Task], free: list[_Agent], *, mistake: float, random: Random
) -> Iterator[Step]:
    waiting = [task.name for task in tasks if task.waits]
    left = list(free)
    for task in sorted(wanted, key=lambda task: -task.rank):
        agent = next((each for each in left if _is_able(each, task)), None)
        if agent is None:
            continue
        left.remove(agent)
        if random.random() >= mistake:
            yield "assign", {"task": task.name, "agent": agent.name}
        elif waiting:
            yield "assign", {"task": random.choice(waiting), "agent": agent.name}


def _is_able(agent: _Agent, task: _Task) -> bool:
    return not task.skill or not agent.skills or task.skill in agent.skills


def _last_board(request: Request) -> str:
    """The text that was shown last of how the team stands."""
    texts = [""]
    for item in request.conversation:
        if isinstance(item, Said) and item.role == "user":
            texts.append(item.text)
        elif isinstance(item, Returned):
            texts += [outcome.text for outcome in item.outcomes]
    return next((text for text in reversed(texts) if _HEADER_OF_AGENTS in text), "")


def _lines(text: str, header: str) -> Iterator[tuple[str, str]]:
    """Name and rest of each line under a header."""
    there = False
    for line in text.splitlines():
        found = _LINE.fullmatch(line) if there else None
        if found is not None:
            yield _named(found[1]), found[2]
        else:
            there = line.startswith(header)


def _named(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def _agents(text: str) -> Iterator[_Agent]:
    for name, rest in _lines(text, _HEADER_OF_AGENTS):
        late, speed, skills = _LATE.match(rest), _SPEED.search(rest), _SKILLS.search(rest)
        yield _Agent(
            name,
            rest.startswith("free") and "; then " not in rest,
            _named(late[1]) if late else "",
            float(speed[1]) if speed else 1.0,
            tuple(skills[1].split(", ")) if skills else (),
        )


def _tasks(text: str) -> Iterator[_Task]:
    for name, rest in _lines(text, _HEADER_OF_TASKS):
        rank, skill = _RANK.search(rest), _SKILL.search(rest)
        yield _Task(
            name,
            rest.startswith("ready, unassigned"),
            rest.startswith("waits for"),
            float(rank[1]) if rank else 0.0,
            skill[1].strip() if skill else "",
        )
