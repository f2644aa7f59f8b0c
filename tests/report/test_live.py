"""The picture of a running team, frame by frame."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.core import events
from brooks.core.events import Event, Record
from brooks.core.facts import EndReason, Failure, FileChange, Outcome, RefusalReason, Usage
from brooks.core.spec import Budget, FaultKind, Guarantees, Task
from brooks.ids import AgentId, BlobHash, Fence, Position, ProposalId, TaskId, TurnId
from brooks.report.live.expecting import Expected
from brooks.report.live.following import Followed
from brooks.report.live.picture import picture
from brooks.report.live.rows import ASCII, Row, width_of
from brooks.report.live.steering import View
from brooks.report.wording import plain
from brooks.runtime.governor import LaneView
from brooks.runtime.governor.breaker import BreakerState

History = list[tuple[float, Event]]
Recorded = Callable[[History], list[Record]]

A, B, C, D = (TaskId(name) for name in ("parse", "totals", "report", "plot"))
ONE, TWO, THREE = (AgentId(f"agent-{number}") for number in (1, 2, 3))
BLOB = BlobHash("0" * 64)
FINISHED = events.RunFinished(outcome=Outcome.DONE, reason="all done", done=0, verified=0, total=0)


def run_started(guarantees: Guarantees | None = None, budget: Budget | None = None) -> Event:
    return events.RunStarted(
        spec=BLOB,
        seed=0,
        brooks="0",
        guarantees=guarantees or Guarantees(),
        attempts=3,
        lost_leases=20,
        lease_seconds=30.0,
        turn_seconds=100.0,
        budget=budget or Budget(),
    )


def turn(agent: AgentId, number: int, *tasks: TaskId) -> list[Event]:
    """A lease and the turn that it is for."""
    return [
        events.TasksLeased(agent=agent, tasks=tasks, fence=Fence(number), expires_at=999.0),
        events.TurnStarted(
            turn=TurnId(f"turn-{number}"),
            agent=agent,
            tasks=tasks,
            fence=Fence(number),
            head=0,
            deadline=999.0,
        ),
    ]


def asked(agent: AgentId, number: int, *, waited: float = 0.0) -> Event:
    return events.RequestSent(
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        index=0,
        request=BLOB,
        waited=waited,
        why="requests",
    )


def answered(agent: AgentId, number: int, tokens: int) -> Event:
    return events.ReplyReceived(
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        index=0,
        reply=BLOB,
        usage=Usage(input_tokens=tokens),
    )


def proposed(agent: AgentId, number: int, task: TaskId) -> Event:
    return events.ProposalQueued(
        proposal=ProposalId(number),
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        call="call",
        task=task,
        fence=Fence(number),
        changes=(FileChange(path="x.py", blob=BLOB),),
    )


def done(agent: AgentId, number: int, task: TaskId) -> Event:
    return events.TaskDone(
        task=task,
        agent=agent,
        turn=TurnId(f"turn-{number}"),
        fence=Fence(number),
        proposal=ProposalId(number),
        commit=number,
        verified=True,
        changes=(),
    )


def followed(history: History, *, simulated: bool = False, news: Sequence[str] = ()) -> Followed:
    found = Followed(simulated=simulated)
    for position, (time, event) in enumerate(history, 1):
        found.add(Record(Position(position), time, Position(0), event))
    found.news.extend(news)
    return found


def texts(rows: Sequence[Row]) -> list[str]:
    return ["".join(text for text, _ in row).rstrip() for row in rows]


@pytest.fixture
def team() -> History:
    """At 12 s: agent-1 asks with two tasks, agent-2 waits for a check, agent-3 crashed."""
    history: History = [(0.0, run_started())]
    history += [(0.0, events.TaskAdded(task=Task(id=task, check="t"))) for task in (A, B, C, D)]
    history += [(0.0, events.TaskReady(task=task)) for task in (A, B, C, D)]
    history += [(0.0, events.AgentJoined(agent=agent)) for agent in (ONE, TWO, THREE)]
    history += [(0.0, event) for event in turn(ONE, 1, A)]
    history += [
        (0.0, asked(ONE, 1)),
        (4.0, answered(ONE, 1, 12_345)),
        (4.0, proposed(ONE, 1, A)),
        (5.0, done(ONE, 1, A)),
    ]
    history += [(5.0, event) for event in turn(ONE, 2, B, C)]
    history += [(5.0, asked(ONE, 2))]
    history += [(6.0, event) for event in turn(TWO, 3, D)]
    history += [
        (8.0, proposed(TWO, 3, D)),
        (9.0, events.FaultInjected(agent=TWO, kind=FaultKind.SLOW, seconds=60.0)),
        (10.0, events.FaultInjected(agent=THREE, kind=FaultKind.CRASH)),
    ]
    return history


def test_who_does_what_and_where_each_task_is(team: History) -> None:
    """Every word is there without colours; the news come last."""
    facts = followed(team, simulated=True, news=["one", "two"])

    frame = picture(facts, now=75.0, width=80, height=24, title="sales, leased:3", signs=ASCII)

    assert texts(frame) == [
        "sales, leased:3                                                          running",
        "tasks   ###++++++++++  1 of 4 done, 1 checked, 3 at work",
        "so far  simulated, 1:15, 12.3k tokens, 2 faults",
        "agent    is                   for  task                  tokens  done",
        "agent-1  asks model          1:10  totals (and 1 more)    12.3k     1",
        "agent-2  waits for check, slow model     1:07  plot           0     0",
        "agent-3  crashed             1:05                             0     0",
        "",
        "task      is             for  agent           tokens  tries",
        "totals    at work       1:10  agent-1              0      1",
        "report    at work       1:10  agent-1              0      1",
        "plot      in check      1:07  agent-2              0      1",
        "parse     done          1:10  agent-1          12.3k      1",
        "",
        "one",
        "two",
    ]


def test_a_wide_terminal_has_agents_and_tasks_side_by_side(team: History) -> None:
    """With a line between them, and the news below."""
    facts = followed(team, news=["one"])

    lines = texts(picture(facts, now=12.0, width=200, height=50, signs=ASCII))

    [head] = [line for line in lines if line.startswith("agent ")]
    assert " | task " in head
    assert len(lines[0]) == 200
    assert lines[-2:] == ["", "one"]


def test_what_went_wrong_is_counted(team: History) -> None:
    """Failed, blocked and cancelled tasks, and conflicts, are shown once there are any."""
    refused = events.Refused(command="Propose", reason=RefusalReason.STALE_WRITE, agent=ONE)
    history: History = [
        *team,
        (11.0, events.TaskFailed(task=B, reason="")),
        (11.0, events.TaskBlocked(task=C, on=B)),
        (11.0, events.TaskCancelled(task=D, reason="")),
        (12.0, refused),
    ]

    lines = texts(picture(followed(history), now=12.0, width=100, height=24, signs=ASCII))

    assert lines[1].endswith("1 of 4 done, 1 checked, 1 failed, 1 blocked, 1 cancelled")
    assert "####xxxxxxxxxxxx" in lines[1]
    assert "1 conflict" in lines[2]


def test_a_team_that_checks_nothing_is_not_said_to_have_checked() -> None:
    """Its tasks are done when somebody says so, until the last look verifies them."""
    facts = followed([(0.0, run_started(Guarantees(checked_completion=False)))])

    assert "checked" not in texts(picture(facts, now=0.0, width=80, height=24))[1]


@pytest.mark.parametrize(
    ("history", "word", "line"),
    [
        ([], "starting", None),
        ([(1.0, events.RunPaused())], "paused", "paused: nothing new starts"),
        (
            [(1.0, events.RunStopping(outcome=Outcome.BUDGET, reason="too\x1b dear"))],
            "stopping",
            "stopping: too? dear",
        ),
        ([(1.0, FINISHED)], "over", "over: all done"),
        (
            [
                (0.0, run_started()),
                (1.0, events.VerificationStarted(round=1, head=1, tasks=(A, B), project=True)),
            ],
            "running",
            "last look: 0 of 3 checks on the final tree",
        ),
    ],
)
def test_the_phase_is_at_the_right_end_and_has_a_line_where_there_is_more_to_say(
    history: History, word: str, line: str | None
) -> None:
    """Under the counts."""
    lines = texts(picture(followed(history), now=1.0, width=80, height=24))

    assert lines[0].endswith(f" {word}")
    assert [each for each in lines if each.startswith("state")] == (
        [] if line is None else [f"state   {line}"]
    )


def test_a_run_that_nobody_writes_is_stopped_and_says_how_to_go_on(team: History) -> None:
    """Whatever phase its log ends in."""
    lines = texts(
        picture(followed(team), now=12.0, width=80, height=24, orphaned="nobody writes it")
    )

    assert lines[0].endswith(" stopped")
    assert "state   nobody writes it" in lines


def test_each_limit_of_the_budget_has_a_bar(team: History) -> None:
    """As far as it is used; a limit that is not set has none."""
    budget = Budget(seconds=100.0, tokens=24_690)
    history = [(0.0, run_started(budget=budget)), *team[1:]]

    lines = texts(picture(followed(history), now=25.0, width=80, height=24, signs=ASCII))

    [line] = [line for line in lines if line.startswith("budget")]
    assert line == "budget  time ###......... 25% of 1:40   tokens ######...... 50% of 24.7k"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (0.0, "sooner than 9 of 10 runs: about 46 s in all"),
        (12.0, "on track: about 58 s in all"),
        (40.0, "later than 9 of 10 runs: about 1:26 in all"),
    ],
)
def test_the_run_stands_beside_its_prediction(team: History, now: float, words: str) -> None:
    """What is left takes its share of the predicted time: here half, as that is left of the longest chain."""
    expected = Expected("leased:3", 92.0, 50.0, 60.0)

    lines = texts(
        picture(followed(team), now=now, width=100, height=24, expected=expected, signs=ASCII)
    )

    assert "totals (and 1 more)" in "".join(lines)
    [line] = [line for line in lines if line.startswith("plan")]
    assert line == f"plan    {words}; simulated 1:32 (50 s to 1:00) for leased:3"


def test_a_limit_that_holds_everybody_is_said(team: History) -> None:
    """By the log, and better by the lanes of the run's own process."""
    waits: History = [*team, (11.0, asked(TWO, 3, waited=7.0))]
    refused = events.RequestFailed(
        agent=TWO,
        turn=TurnId("turn-3"),
        index=0,
        attempt=1,
        failure=Failure.RATE_LIMITED,
        retry_after=30.0,
    )
    lane = LaneView(
        model="maker:model",
        key="",
        limit=4.7,
        in_flight=4,
        waiting=9,
        requests_used=60,
        requests_limit=60,
        tokens_used=0,
        tokens_limit=None,
        breaker=BreakerState.CLOSED,
        down_until=None,
        paused_until=None,
    )

    def limits(history: History, *lanes: LaneView) -> list[str]:
        frame = picture(followed(history), now=12.0, width=80, height=24, lanes=lanes)
        return [line for line in texts(frame) if line.startswith("limits")]

    assert limits(team) == []
    assert limits(waits) == [
        "limits  a request was held back for 7 s: the limit of requests a minute"
    ]
    assert limits([*team, (12.0, refused)]) == [
        "limits  the provider asks everybody to wait, for 30 s more"
    ]
    assert limits(team, lane) == [
        "limits  maker:model: 9 wait, 4 of 4 out at once, 60 of 60 requests this minute"
    ]


def crowd() -> Followed:
    """A hundred agents: the last five have a turn, agent-7 had a long one, agent-100 is gone."""
    agents = [AgentId(f"agent-{number}") for number in range(1, 101)]
    over = events.TurnEnded(turn=TurnId("turn-7"), agent=agents[6], reason=EndReason.FINISHED)
    history: History = [(0.0, run_started())]
    history += [
        (0.0, events.TaskAdded(task=Task(id=TaskId(f"task-{number}")))) for number in range(300)
    ]
    history += [(0.0, events.AgentJoined(agent=agent)) for agent in agents]
    history += [(0.0, event) for event in turn(agents[6], 7, A)]
    history += [(50.0, over)]
    for number in range(95, 100):
        history += [(50.0, event) for event in turn(agents[number], number, A)]
    history += [(51.0, events.FaultInjected(agent=agents[99], kind=FaultKind.CRASH))]
    return followed(history)


def test_a_hundred_agents_fit_and_the_busiest_are_seen() -> None:
    """In their usual order, and one line for all the others."""
    lines = texts(picture(crowd(), now=60.0, width=80, height=24))

    start = next(place for place, line in enumerate(lines) if line.startswith("agent "))
    names = [line.split()[0] for line in lines[start + 1 : lines.index("", start) - 1]]
    assert names[-6:] == ["agent-7", "agent-96", "agent-97", "agent-98", "agent-99", "agent-100"]
    assert lines[lines.index("", start) - 1].startswith(f"and {100 - len(names)} more: ")


def test_scrolling_shows_the_others() -> None:
    """Agents from where one has scrolled to, tasks too, never past their end."""
    view = View()
    view.agents_offset, view.tasks_offset = 40, 10_000

    lines = texts(picture(crowd(), now=60.0, width=80, height=24, view=view))

    assert next(line.split()[0] for line in lines if line.startswith("agent-")) == "agent-41"
    assert next(line for line in lines if line.endswith("of 300 tasks")).split()[2] == "300"


def test_a_question_a_message_or_the_keys_stand_in_the_last_line(team: History) -> None:
    """Whichever is first of these; the list of keys takes the place of the tables."""
    facts, view = followed(team), View()
    view.keys = True

    def last() -> str:
        return texts(picture(facts, now=12.0, width=80, height=24, view=view))[23]

    assert last() == "p pause  c cancel  r requeue  q leave  arrows scroll  tab agents  ? keys"
    view.message = "asked: pause"
    assert last() == "asked: pause"
    view.question = "cancel the run? y / n"
    assert last() == "cancel the run? y / n"
    view.help = True
    lines = texts(picture(facts, now=12.0, width=80, height=24, view=view))
    assert "  q          leave; the run goes on" in lines
    assert not any(line.startswith("agent-1") for line in lines)


def test_tasks_to_choose_from_have_numbers(team: History) -> None:
    """The chosen one is marked, and in sight however many there are."""
    view = View()
    view.keys, view.choices, view.chosen = True, tuple(TaskId(f"t{n}") for n in range(50)), 30

    frame = picture(followed(team), now=12.0, width=80, height=24, view=view)

    assert [row for row in frame if row and row[0][1] == "mark"] == [[("    t30", "mark")]]
    assert "offer which task again? a number or enter; escape for none" in texts(frame)


NAMES = st.text(max_size=60)


@st.composite
def histories(draw: st.DrawFn) -> Followed:
    """Facts of runs with any names, in any state, possible or not."""
    agents = [AgentId(name) for name in draw(st.lists(NAMES, max_size=8, unique=True))]
    tasks = [TaskId(name) for name in draw(st.lists(NAMES, max_size=8, unique=True))]
    budget = Budget(
        seconds=draw(st.sampled_from([None, 10.0])), turns=draw(st.sampled_from([None, 3]))
    )
    found: list[Event] = [run_started(budget=budget)]
    found += [events.TaskAdded(task=Task(id=task, depends_on=tuple(tasks[:1]))) for task in tasks]
    found += [events.AgentJoined(agent=agent) for agent in agents]
    for number in range(draw(st.integers(0, 12)) if agents and tasks else 0):
        agent, task = draw(st.sampled_from(agents)), draw(st.sampled_from(tasks))
        choices: list[list[Event]] = [
            turn(agent, number, task),
            [asked(agent, number, waited=5.0)],
            [answered(agent, number, 10**9)],
            [proposed(agent, number, task)],
            [done(agent, number, task)],
            [events.TaskFailed(task=task, reason="why")],
            [events.FaultInjected(agent=agent, kind=FaultKind.STALL)],
            [events.RunPaused()],
            [events.RunStopping(outcome=Outcome.FAILED, reason=draw(NAMES))],
        ]
        found += draw(st.sampled_from(choices))
    history = [(float(time), event) for time, event in enumerate(found)]
    return followed(history, simulated=True, news=draw(st.lists(NAMES.map(plain), max_size=8)))


@given(
    facts=histories(),
    width=st.integers(20, 240),
    height=st.integers(3, 60),
    title=NAMES,
    question=st.sampled_from(["", "sure? y / n"]) | NAMES,
    mode=st.sampled_from(["", "help", "choices"]),
    keys=st.booleans(),
)
def test_a_picture_is_never_larger_than_the_terminal(
    *, facts: Followed, width: int, height: int, title: str, question: str, mode: str, keys: bool
) -> None:
    """Whatever runs, and however it is named; and what a terminal would obey is never in it."""
    view = View()
    view.keys, view.question, view.help = keys, question, mode == "help"
    view.choices = tuple(facts.tasks.all) if mode == "choices" else ()
    expected = Expected("team", 10.0, 5.0, 20.0)

    frame = picture(
        facts, now=99.0, width=width, height=height, title=title, view=view, expected=expected
    )

    assert len(frame) <= height
    assert max(map(width_of, frame)) <= width
    assert all(text.isprintable() for row in frame for text, _ in row)


def test_a_terminal_that_knows_ascii_alone_gets_nothing_else(team: History) -> None:
    """Names in other letters are shown as question marks there, and cuts as `~`."""
    facts = followed(
        [*team, (12.0, events.AgentJoined(agent=AgentId("Жук 甲虫")))], news=["é" * 90]
    )

    frame = picture(facts, now=12.0, width=150, height=40, title="ü" * 200, signs=ASCII)

    assert all(text.isascii() for row in frame for text, _ in row)
    assert max(map(width_of, frame)) <= 150
    assert "~" in texts(frame)[0]
