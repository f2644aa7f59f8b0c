"""A team on several machines that die, fall silent and join: no work is lost, and nothing is done twice."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.runtime.kit import free, make_spec, make_team
from tests.runtime.remote.machines_here import MachinesHere

from brooks.audit.report import audit
from brooks.audit.verdict import Result
from brooks.core import events
from brooks.core.events import Record
from brooks.core.facts import EndReason
from brooks.core.spec import CheckSettings, ModelSettings, Spec
from brooks.core.state import State, Status
from brooks.errors import UsageError
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.models.keys import Keys
from brooks.runtime.model_factory import ModelFactory
from brooks.runtime.remote.engine import MOST_LOSSES
from brooks.runtime.remote.refusing import refuse_what_stays_here
from brooks.runtime.running import Surroundings, checks_at_once, start
from brooks.spec.teams import build_team
from brooks.workspace.memory import MemoryWorkspace

pytestmark = pytest.mark.slow

AGENTS = 6
LEASE_SECONDS = 0.8


def spec_of(tasks: int = 12, *, time_scale: float = 0.05, agents: int = AGENTS) -> Spec:
    team = replace(make_team(size=agents), lease_seconds=LEASE_SECONDS, lost_leases=10)
    return make_spec(
        free(tasks), team=team, model="sim:typical", clock="real", time_scale=time_scale
    )


class Ended:
    """A run that is over."""

    def __init__(self, state: State, log: MemoryLog) -> None:
        self.state = state
        self.records: list[Record] = list(Codec().decode_all(log.read()))

    def count(self, kind: type[events.Event]) -> int:
        return sum(isinstance(record.event, kind) for record in self.records)

    def flaws(self) -> list[str]:
        """What must not be, whatever befell the machines."""
        done = Counter(
            record.event.task
            for record in self.records
            if isinstance(record.event, events.TaskDone)
        )
        flaws = [f"{task} was done {times} times" for task, times in done.items() if times > 1]
        flaws += [
            f"{verdict.guarantee}: {verdict.explanation}"
            for verdict in audit(self.records).verdicts
            if verdict.result is not Result.HOLDS
        ]
        if self.state.counts[Status.DONE] != len(self.state.tasks):
            flaws.append(f"not all is done: {dict(self.state.counts)}")
        return flaws


def run_on(
    machines: MachinesHere,
    spec: Spec,
    tmp_path: Path,
    on_record: Callable[[Record], None] = lambda record: None,
    *,
    models: ModelFactory | None = None,
    tell: Callable[[str], None] = lambda text: None,
) -> Ended:
    log = MemoryLog()
    around = Surroundings(
        log=log,
        workspace=MemoryWorkspace(None),
        models=models or ModelFactory(tmp_path),
        on_record=on_record,
        hosting=machines,
        tell=tell,
    )
    return Ended(start(spec, {}, around), log)


class After:
    """Does something when so many tasks are done, and something else after more records."""

    def __init__(self, tasks: int, do: Callable[[], None]) -> None:
        self._left = tasks
        self._do = do

    def __call__(self, record: Record) -> None:
        if isinstance(record.event, events.TaskDone):
            self._left -= 1
            if self._left == 0:
                self._do()


def test_agents_on_three_machines_do_everything_once(tmp_path: Path) -> None:
    machines = MachinesHere("a", "b", "c")

    ended = run_on(machines, spec_of(), tmp_path)

    assert not ended.flaws()
    assert sorted(machines.calls) == ["a", "b", "c"]


def test_as_many_checks_run_at_once_as_there_are_agents_wherever_a_run_goes_on() -> None:
    """One that began where two are possible has more on many machines, and two again at home."""
    spec = spec_of()
    spec = replace(spec, checks=replace(spec.checks, slots=2))

    assert checks_at_once(spec, is_remote=True) == replace(spec.checks, slots=AGENTS)
    assert checks_at_once(spec, is_remote=False) == spec.checks


def test_lead_and_those_it_leads_are_on_several_machines(tmp_path: Path) -> None:
    machines = MachinesHere("a", "b")
    team = replace(build_team("lead:3"), lease_seconds=LEASE_SECONDS * 5)

    ended = run_on(machines, replace(spec_of(6), team=team), tmp_path)

    assert not ended.flaws()
    assert ended.count(events.TaskAssigned) > 0
    assert all(machines.calls[name].begun for name in ("a", "b"))


def test_post_that_arrives_twice_counts_once(tmp_path: Path) -> None:
    machines = MachinesHere("a", "b")
    machines.repeats = True

    ended = run_on(machines, spec_of(), tmp_path)

    assert not ended.flaws()


def test_agents_of_a_machine_that_dies_go_on_with_their_turns_elsewhere(tmp_path: Path) -> None:
    """What they were told and paid for is in the log; only what they waited for is asked again."""
    machines = MachinesHere("a", "b", "c")

    ended = run_on(machines, spec_of(), tmp_path, After(3, lambda: machines.kill("b")))

    assert not ended.flaws()
    lost = ended.count(events.RequestFailed)
    assert 0 < lost <= AGENTS // 3
    assert ended.count(events.RequestSent) == ended.count(events.ReplyReceived) + lost
    assert ended.count(events.AgentJoined) == AGENTS
    assert not ended.count(events.LeaseExpired)


def test_turn_that_ends_every_machine_it_comes_to_is_given_up(tmp_path: Path) -> None:
    """Whatever in it does that: it may be tried elsewhere, and not for ever."""
    machines = MachinesHere("m0")
    asked = Counter[str]()

    def follow(record: Record) -> None:
        event = record.event
        if isinstance(event, events.RequestSent) and event.turn == "turn-1":
            asked[event.turn] += 1
            machines.kill(list(machines.calls)[-1])
            machines.there[f"m{len(machines.there)}"] = None

    spec = spec_of(2, agents=1, time_scale=0.01)
    spec = replace(spec, team=replace(spec.team, lease_seconds=30.0))
    ended = run_on(machines, spec, tmp_path, follow)

    assert not ended.flaws()
    assert asked["turn-1"] == MOST_LOSSES + 1
    revoked = [each.event for each in ended.records if isinstance(each.event, events.TurnEnded)]
    assert [event.turn for event in revoked if event.reason is EndReason.REVOKED] == ["turn-1"]


def test_machine_that_is_cut_off_and_heard_again_writes_nothing_stale(tmp_path: Path) -> None:
    """Its agents' leases run out and others do their tasks; then all that it meant to say arrives."""
    machines = MachinesHere("a", "b")
    seen: list[Record] = []

    def follow(record: Record) -> None:
        seen.append(record)
        asked = isinstance(record.event, events.RequestSent)
        if asked and not machines.cut and len(seen) < 100:
            machines.cut.add("b")
        if isinstance(record.event, events.LeaseExpired):
            machines.cut.clear()

    ended = run_on(machines, spec_of(18, time_scale=0.2), tmp_path, follow)

    assert not ended.flaws()
    assert ended.count(events.LeaseExpired) > 0


def test_machine_that_joins_gets_agents(tmp_path: Path) -> None:
    machines = MachinesHere("a")

    def join() -> None:
        machines.there["b"] = None

    ended = run_on(machines, spec_of(40, time_scale=0.2), tmp_path, After(2, join))

    assert not ended.flaws()
    assert len(machines.calls["b"].begun) == AGENTS // 2


def test_limits_of_a_model_hold_over_all_machines(tmp_path: Path) -> None:
    settings = ModelSettings(model="sim:typical", concurrency=1)
    spec = replace(spec_of(6, time_scale=0.01), models=(settings,))

    ended = run_on(MachinesHere("a", "b", "c"), spec, tmp_path)

    out = most = 0
    for record in ended.records:
        out += isinstance(record.event, events.RequestSent)
        out -= isinstance(record.event, events.ReplyReceived)
        most = max(most, out)
    assert not ended.flaws()
    assert most == 1


def test_checks_run_on_machines(tmp_path: Path) -> None:
    spec = spec_of(4)
    tasks = tuple(replace(task, check=f"test -s {task.id}.txt") for task in spec.tasks)
    spec = replace(spec, tasks=tasks, checks=CheckSettings(slots=4))

    ended = run_on(MachinesHere("a", "b"), spec, tmp_path)

    assert not ended.flaws()


def test_key_that_a_machine_lacks_ends_the_run_with_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keys do not travel: each machine has its own, and the coordinator needs none."""
    pytest.importorskip("openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    spec = replace(spec_of(1), model="openai:gpt-4.1")
    models = ModelFactory(tmp_path, keys=Keys({"OPENAI_API_KEY": "made-up-for-this"}))

    with pytest.raises(UsageError, match=r"machine 'a'.*OPENAI_API_KEY.*its node"):
        run_on(MachinesHere("a"), spec, tmp_path, models=models)


def test_program_that_a_machine_lacks_ends_the_run_with_a_reason(tmp_path: Path) -> None:
    """It is looked for where agents live, and need not be where the coordinator is."""
    spec = replace(spec_of(1), model="command:no-such-agent --careful")

    with pytest.raises(UsageError, match=r"the machine 'a'.*no program 'no-such-agent'"):
        run_on(MachinesHere("a"), spec, tmp_path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"clock": "virtual"}, "real time"),
        ({"model": "scripted:replies.yaml"}, "one process"),
    ],
)
def test_what_needs_one_process_is_refused(change: dict[str, str], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        refuse_what_stays_here(replace(spec_of(1), **change))
