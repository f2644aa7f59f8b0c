"""What a simulated agent does in a team without leases, where it is shown all tasks each time it is asked.

The behaviour is that of the published runs (arXiv 2603.12229). An agent has a style, drawn once: it
writes its whole load in one reply, as much as goes into it; or one task a reply; or it claims first
and works in the next reply. It keeps to the order of the list, and everyone is shown the same list, so
that in the first round all do the same work and all but one do it for nothing. It claims and completes
in the reply in which it works: the claim of a chain's second task is refused there, because the first
is completed only afterwards. In later rounds it claims what it sees to be open. What another has
claimed it leaves alone.

Some claims are *orphaned*: the work is done and never reported. Alone that does not happen, and among
n agents the more often the more of them there are: 1, 6, 15, 17 and 27 of 1,000 granted claims at
n = 1 … 5, which is nearly in proportion to n - 1. So the profile says it for three, the middle.

That is what one sees, and how profiles that were not fitted say it. What is behind it: a reply that
claims and writes may report nothing, of one model's in 0.25 of such replies, of the other's in 0.20; of
an agent alone only its first one. It is then reported later, in a team the more rarely the longer ago
the claim is: by one model in 0.5, 0.27, 0.1 and 0.04 of the 1st, 2nd, 3rd and later replies after it, by
the other in 0.88, 0.75, 0.64 and 0.36. Once the claim has left the memory hardly any is (0.01, 0.03).

One who does all at once claims all that is open, in hope, in every reply; so with n agents a chain may
advance by n tasks a round. It writes open files again, and again, but each time fewer. One who goes one
by one and finds nothing to claim writes the next file all the same, for nothing.

Where tasks were dealt, an agent that does its load at once when nothing in it waits for anything may
still go one by one through a chain: in the runs of one model 0.93 of the agents without a chain did
all at once, 0.72 of those with a chain of two, and 0.55 of those with a chain of ten or sixteen,
whatever the size of the team. Those fit 1 - s w / (w + 1) for w tasks that wait, with s = 0.48. A
reply that was cut off at the output limit may lose its reports; what is written and not reported is
written again, some of it in each reply, until a reply says that it is done.

What is written may be wrong. Whoever then reads of a failed test writes what it got wrong again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from random import Random
from typing import NamedTuple

from brooks.core.state import Status
from brooks.ids import AgentId, TaskId
from brooks.models.amounts import Amounts
from brooks.models.base import Answered, Request, Returned, SeenBoard
from brooks.models.profile import Profile
from brooks.models.solutions import SolutionPart, Solutions, put_part
from brooks.models.spoiling import spoil

MOST_STEPS = 500
LATE_WITHOUT_WRITING = 0.4
"""How much less often a reply that claims what was written before does not report it: 0.10 by 0.23."""
FIRST_ALONE = 1.5
"""How much more often the first reply of an agent alone does not: 0.30 by 0.24 and 0.39 by 0.20."""
OUT_OF_MEMORY = 0.01
"""Share of replies that report what was claimed too long ago to be remembered."""
OPEN = frozenset({Status.WAITING, Status.READY})


class Step(NamedTuple):
    """A tool call that has no id yet."""

    name: str
    arguments: dict[str, str]


class Style(NamedTuple):
    """How an agent goes about its work, for the whole run."""

    whole: bool
    """It does all it sees in one reply."""
    waits: bool
    """It claims first and works when it is asked again."""
    hopes: bool
    """It claims in hope what cannot be begun yet, as those do who always do all they see."""


class FreeWork:
    """Decides what a simulated agent does when it is shown all tasks."""

    def __init__(
        self,
        profile: Profile,
        solutions: Solutions,
        chance: Callable[..., Random],
        amounts: Amounts,
    ) -> None:
        self.profile = profile
        self.amounts = amounts
        self._solutions = solutions
        self._chance = chance

    def steps(self, request: Request) -> list[Step]:
        """The tool calls of a reply, fewer than `MOST_STEPS`; none for an agent that has nothing to do."""
        board = request.board
        assert board is not None
        past = _Past(request)
        style = self._style(request, board)
        mended = list(self._mend(request, past))
        pen = _Pen(self, request, past)
        if board.claims:
            steps = self._choose(request, board, style, past, pen)
        elif style.waits and not past.replies:
            steps = []
        else:
            todo = [task for task in request.tasks if not past.wrote(self._paths(task))]
            reported = [task for task in request.tasks if task not in todo]
            steps = pen.work(reported + (todo if style.whole else todo[:1]), claimed=())
        if style.whole:
            steps += self._rewritten(request, board, past, pen)
        steps = self._reported(request, [*mended, *steps], past, pen)
        return [*steps, *self._tests(request, board, steps)][:MOST_STEPS]

    def _style(self, request: Request, board: SeenBoard) -> Style:
        random = self._chance("style", request.agent)
        drawn, waits = random.random(), random.random()
        whole = hopes = drawn < self._whole(request, board)
        often = self.profile.catches_up
        if often and not whole:
            whole = self._chance("catches up", request.agent, request.turn).random() < often
        return Style(whole, not whole and waits < self.profile.waits_first, hopes)

    def _whole(self, request: Request, board: SeenBoard) -> float:
        """How probable it is that an agent does all at once."""
        profile = self.profile
        if board.claims:
            return profile.chosen_load
        if profile.chained_load is None:
            return profile.whole_load
        own = frozenset(request.tasks)
        chained = sum(bool(task.needs) for task in board.tasks if task.id in own)
        if not chained:
            return profile.whole_load
        return 1.0 - (1.0 - profile.chained_load) * chained / (chained + 1)

    def _rewritten(
        self, request: Request, board: SeenBoard, past: "_Past", pen: "_Pen"
    ) -> list[Step]:
        """Files of open tasks that it wrote earlier and now writes again, for no reason that helps."""
        often = self.profile.rewrites
        if not often or not past.replies:
            return []
        often **= past.replies
        random = self._chance("rewrites", request.agent, request.turn)
        own = frozenset(request.tasks)
        there = [task.id for task in board.tasks if task.status in OPEN]
        there = [task for task in there if board.claims or task in own]
        again = [
            task for task in there if past.wrote(self._paths(task)) and random.random() < often
        ]
        return pen.again(again)

    def _reported(
        self, request: Request, steps: list[Step], past: "_Past", pen: "_Pen"
    ) -> list[Step]:
        """The calls of a reply, without its reports where they were lost."""
        board = request.board
        assert board is not None
        lost = self.profile.unreported
        about = [step.arguments["task"] for step in steps if step.name == "complete"]
        if board.claims or not lost or not about:
            return steps
        is_late = any(past.wrote(self._paths(TaskId(task))) for task in about)
        if not (pen.is_cut or is_late):
            return steps
        if self._chance("unreported", request.agent, request.turn).random() >= lost:
            return steps
        return [step for step in steps if step.name != "complete"]

    def _choose(
        self, request: Request, board: SeenBoard, style: Style, past: "_Past", pen: "_Pen"
    ) -> list[Step]:
        """What an agent does where nobody says what."""
        me = request.agent
        mine = [task.id for task in board.tasks if task.status in OPEN and task.claimed_by == me]
        mine = [task for task in mine if not self._is_orphaned(me, task, board)]
        free = [task for task in board.tasks if task.status in OPEN and task.claimed_by is None]
        mine = [task for task in mine if self._is_recalled(task, request, past)]
        ready = [task.id for task in free if task.status is Status.READY]
        if style.whole:
            taken = [task.id for task in free] if style.hopes else ready
            steps = pen.work([*mine, *taken], claimed=taken)
            return self._without_late(steps, taken, request, past)
        reported = [task for task in mine if past.wrote(self._paths(task))]
        todo = [task for task in mine if task not in reported]
        if todo:
            return pen.work([*reported, *todo[:1]], claimed=())
        steps = pen.work(reported, claimed=())
        if style.waits:
            return steps + [Step("claim", {"task": task}) for task in ready[:1]]
        if not ready:
            return steps + pen.again(self._not_his(board, past))
        work = pen.work(ready[:1], claimed=ready[:1])
        return steps + self._without_late(work, ready[:1], request, past)

    def _not_his(self, board: SeenBoard, past: "_Past") -> list[TaskId]:
        """What one with nothing to claim writes all the same: the next open file that it has not written."""
        open_ones = (task.id for task in board.tasks if task.status in OPEN)
        return [task for task in open_ones if not past.wrote(self._paths(task))][:1]

    def _without_late(
        self, steps: list[Step], taken: Collection[TaskId], request: Request, past: "_Past"
    ) -> list[Step]:
        """The calls of a reply; now and then one that writes does not report what it claims.

        Alone only the first reply does that, before the agent has seen what comes of it.
        """
        board = request.board
        assert board is not None
        is_settled = board.agents == 1 and past.replies > 0
        often = self.profile.reports_late * (FIRST_ALONE if board.agents == 1 else 1.0)
        if not any(step.name == "write_file" for step in steps):
            often *= LATE_WITHOUT_WRITING
        if is_settled or self._chance("late", request.agent, request.turn).random() >= often:
            return steps
        return [
            step for step in steps if step.name != "complete" or step.arguments["task"] not in taken
        ]

    def _is_recalled(self, task: TaskId, request: Request, past: "_Past") -> bool:
        """Whether an agent still thinks of a task that it has claimed and not reported."""
        board = request.board
        assert board is not None
        often = self.profile.recalls
        if board.agents > 1:
            since = past.since_claim(task)
            often = OUT_OF_MEMORY if since is None else max(OUT_OF_MEMORY, often ** (since + 1))
        return self._chance("recalls", request.agent, request.turn).random() < often

    def _is_orphaned(self, agent: AgentId, task: TaskId, board: SeenBoard) -> bool:
        often = self.profile.orphaned * (board.agents - 1) / 2
        return self._chance("orphan", agent, task).random() < often

    def is_reported(self, request: Request, task: TaskId) -> bool:
        """Whether the agent says so when it has done a task."""
        board = request.board
        assert board is not None
        return not (board.claims and self._is_orphaned(request.agent, task, board))

    def _mend(self, request: Request, past: "_Past") -> Iterator[Step]:
        """Write again what was wrong, after a test has failed."""
        if not past.failed:
            return
        for path, contents in past.written.items():
            task = past.task_of(path, self._solutions, request)
            if task is None or self.is_right(task, request.agent, len(contents) - 1):
                continue
            for part in self.contents(task, request.agent, len(contents)):
                if part.path == path and not part.part:
                    yield Step("write_file", {"path": path, "content": part.data.decode()})

    def _tests(self, request: Request, board: SeenBoard, steps: Iterable[Step]) -> list[Step]:
        random = self._chance("tests", request.agent, request.turn)
        if random.random() >= self.profile.runs_tests:
            return []
        if board.project_check:
            return [Step("run_check", {})]
        about = [TaskId(step.arguments["task"]) for step in steps if "task" in step.arguments]
        checked = {task.id for task in board.tasks if task.checked}
        return [Step("run_check", {"task": task}) for task in about if task in checked][:1]

    def _paths(self, task: TaskId) -> list[str]:
        return [part.path for part in self._solutions.files(task)]

    def is_right(self, task: TaskId, agent: AgentId, attempt: int) -> bool:
        """Whether what an agent writes for a task the so-manieth time is right."""
        right = self._drawn(task, agent, 0) >= self.profile.mistake
        for number in range(1, attempt + 1):
            right = right or self._drawn(task, agent, number) < self.profile.repair
        return right

    def _drawn(self, task: TaskId, agent: AgentId, attempt: int) -> float:
        return self._chance("free mistake", task, agent, attempt).random()

    def contents(self, task: TaskId, agent: AgentId, attempt: int) -> tuple[SolutionPart, ...]:
        """What an agent writes for a task: right or wrong."""
        files = self._solutions.files(task)
        if self.is_right(task, agent, attempt):
            return files
        random = self._chance("free spoiling", task, agent, attempt)
        return tuple(file._replace(data=spoil(file.path, file.data, random)) for file in files)


class _Past:
    """What an agent finds in the messages that it remembers."""

    def __init__(self, request: Request) -> None:
        self.written: dict[str, list[str]] = {}
        """What it wrote to each file, oldest first."""
        self.replies = 0
        self.failed = False
        """Whether a test run of its last reply failed."""
        self._claimed: dict[str, int] = {}
        """The number of the reply in which it last claimed each task."""
        last: dict[str, str] = {}
        for item in request.conversation:
            if isinstance(item, Answered):
                self.replies += 1
                self.failed = False
                last = {call.id: call.name for call in item.reply.calls}
                for call in item.reply.calls:
                    if call.name == "claim":
                        self._claimed[str(call.arguments.get("task"))] = self.replies
                    path, content = call.arguments.get("path"), call.arguments.get("content")
                    if isinstance(path, str) and isinstance(content, str):
                        self.written.setdefault(path, []).append(content)
            elif isinstance(item, Returned):
                self.failed = any(
                    last.get(outcome.call) == "run_check" and not outcome.ok
                    for outcome in item.outcomes
                )

    def wrote(self, paths: Iterable[str]) -> bool:
        """Whether it remembers having written all of these."""
        return all(path in self.written for path in paths)

    def since_claim(self, task: TaskId) -> int | None:
        """How many replies ago it claimed a task, 1 for the last; None if it does not remember that."""
        number = self._claimed.get(task)
        return None if number is None else self.replies - number + 1

    @staticmethod
    def task_of(path: str, solutions: Solutions, request: Request) -> TaskId | None:
        """The task whose file this is."""
        board = request.board
        assert board is not None
        for task in board.tasks:
            if any(part.path == path for part in solutions.files(task.id)):
                return task.id
        return None


class _Pen:
    """Writes tasks into one reply, as many as go into it, but at least one."""

    def __init__(self, work: FreeWork, request: Request, past: _Past) -> None:
        self._work = work
        self._request = request
        self._past = past
        self._texts: dict[str, bytes] = {}
        """Files as this reply leaves them."""
        self._room = work.amounts.room(request)
        self.is_cut = False
        """Whether something did not go into the reply."""

    def work(self, tasks: Iterable[TaskId], *, claimed: Iterable[TaskId]) -> list[Step]:
        """Write, claim and complete these tasks; what it remembers having written it does not write again."""
        steps: list[Step] = []
        taken = dict.fromkeys(claimed)
        for task in tasks:
            more = list(self._task(task, claim=task in taken))
            self._room -= self._work.amounts.characters(more)
            if steps and self._room < 0:
                self.is_cut = True
                break
            steps += more
        return steps

    def again(self, tasks: Iterable[TaskId]) -> list[Step]:
        """Write whole files once more, as far as there is room."""
        steps: list[Step] = []
        for task in tasks:
            for part in self._work.contents(task, self._request.agent, 0):
                if part.part or part.path in self._texts:
                    continue
                text = part.data.decode("utf-8", "replace")
                step = Step("write_file", {"path": part.path, "content": text})
                self._room -= self._work.amounts.characters([step])
                if self._room < 0:
                    self.is_cut = True
                    return steps
                steps.append(step)
        return steps

    def _task(self, task: TaskId, *, claim: bool) -> Iterator[Step]:
        agent = self._request.agent
        for part in self._work.contents(task, agent, 0):
            if part.path in self._past.written and not part.part:
                continue
            content = put_part(self._text(part.path), part.data) if part.part else part.data
            if content != self._text(part.path):
                self._texts[part.path] = content
                text = content.decode("utf-8", "replace")
                yield Step("write_file", {"path": part.path, "content": text})
        if claim:
            yield Step("claim", {"task": task})
        if self._work.is_reported(self._request, task):
            yield Step("complete", {"task": task})

    def _text(self, path: str) -> bytes:
        """A file as the agent saw it, with what this reply has written."""
        if path in self._texts:
            return self._texts[path]
        files = self._request.files
        return (files.read(path) if files is not None else None) or b""
