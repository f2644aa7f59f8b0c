"""Retries after a common failure: are they spread as the law of the jitter says?

The law (`brooks.runtime.governor.backoff`): after attempt k the wait is what the server asked for
plus a uniform draw from [0, bound), where the bound doubles with k. Eight to twenty agents fail
together, for many seeds; each retry's wait, divided by its bound, must be uniform on [0, 1]. All are
pooled and judged by Kolmogorov and Smirnov's test, three times:

- `exact`: the product's asking and governor under the virtual clock, where nothing takes time but
  the waits; all that is under way fails at one moment with 500;
- `after_retry_after`: the same with 429 and `Retry-After`, counted from when that is over;
- `served`: `brooks run` in a process of its own, real client and server, whose first second answers
  500 to all. The wait is the time at the server between the failed answer and the retry, less what
  the lane held the retry back for another reason (the log says that: early retries queue behind the
  first requests of a team, which start at a distance). The way to the server is part of what is
  left: milliseconds, against a bound of seconds.

Measured is the smallest of the three p-values, times three (Bonferroni); it is 0 when a retry came
before its `Retry-After`, or when, with the distance that the product keeps in the burst after a
pause, two came closer than that.

    PYTHONPATH=evidence python -m measure.jitter [--seeds 200] [--runs 10]
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise, takewhile
from math import exp, sqrt
from pathlib import Path
from random import Random

from brooks.core import commands, events
from brooks.core.facts import Failure
from brooks.core.spec import ModelSettings
from brooks.ids import AgentId, TurnId
from brooks.models.base import AttemptFailed, Reply, Request, Said, Sleep
from brooks.runtime.asking import Asker, Route
from brooks.runtime.chance import stream
from brooks.runtime.governor import Governor
from brooks.runtime.governor.spacing import STAGGER_SECONDS
from brooks.runtime.virtual_clock import VirtualClock
from measure.protocols import PROTOCOLS, Ended
from measure.storm import run_served
from servers import Entry, Faults

SIZES = range(8, 21)
BOUND = 2.0
"""Seconds: the bound of the first wait."""
MOST = 60.0
FAILS_AT = 30.0
"""By then slow start lets the whole team ask at once."""
RETRY_AFTER = 5.0
TESTS = 3
SETTINGS = {"backoff_seconds": BOUND, "timeout_seconds": 30}


class Failing:
    """A model that takes a second, and fails all that is under way at one moment."""

    def __init__(self, clock: VirtualClock, failure: AttemptFailed) -> None:
        self._clock = clock
        self._failure = failure
        self.failed: set[AgentId] = set()
        self.returned: dict[AgentId, float] = {}
        """When each agent whose request failed came again."""

    async def request(self, request: Request, *, sleep: Sleep) -> Reply:
        """Answer, or fail."""
        now = self._clock.time()
        if now >= FAILS_AT:
            if request.agent in self.failed:
                self.returned.setdefault(request.agent, now)
            return Reply()
        await sleep(min(1.0, FAILS_AT - now))
        if self._clock.time() < FAILS_AT:
            return Reply()
        self.failed.add(request.agent)
        raise self._failure


def fail_together(seed: int, *, retry_after: float | None, stagger: float) -> list[float]:
    """When each retry came, in seconds after it might have at the earliest."""
    agents = Random(f"jitter/{seed}").choice(SIZES)
    clock = VirtualClock()
    kind, status = (Failure.SERVER, 500) if retry_after is None else (Failure.RATE_LIMITED, 429)
    model = Failing(clock, AttemptFailed(kind, "no", status=status, retry_after=retry_after))
    settings = ModelSettings(model="m", backoff_seconds=BOUND, most_backoff_seconds=MOST)
    governor = Governor(clock, partial(stream, seed), agents=agents, stagger_seconds=stagger)
    route = Route("m", model, settings, governor.lane("m", "k", settings), None)
    left = agents

    async def work(agent: AgentId) -> None:
        nonlocal left
        asker = Asker((route,), clock=clock, sleep=clock.sleep, reserving=False)
        index = 0
        while agent not in model.returned:
            request = Request(
                agent=agent,
                turn=TurnId("turn"),
                index=index,
                tasks=(),
                conversation=(Said(role="user", text="work"),),
            )
            await asker.ask(request, _tell)
            index += 1
        left -= 1

    async def main() -> None:
        for number in range(agents):
            clock.spawn(work(AgentId(f"agent-{number + 1}")), "agent")
        while left:
            await clock.sleep(1.0)

    clock.run(main())
    earliest = FAILS_AT + (retry_after or 0.0)
    return [when - earliest for when in model.returned.values()]


async def _tell(command: commands.Command) -> None:
    """Nobody listens."""


def exact(seeds: Iterable[int], *, retry_after: float | None = None) -> list[float]:
    """The pooled waits of many seeds, as parts of the bound."""
    waits = [fail_together(seed, retry_after=retry_after, stagger=0.0) for seed in seeds]
    return [wait / BOUND for some in waits for wait in some]


def crowded(seeds: Iterable[int]) -> int:
    """How many retries came early, or too close to another, when a pause was over for all."""
    wrong = 0
    for seed in seeds:
        waits = sorted(fail_together(seed, retry_after=RETRY_AFTER, stagger=STAGGER_SECONDS))
        distance = STAGGER_SECONDS / len(waits)
        gaps = [later - earlier for earlier, later in pairwise(waits)]
        wrong += sum(wait < 0 for wait in waits)
        in_burst = takewhile(lambda gap: gap <= STAGGER_SECONDS, gaps)
        wrong += sum(gap < 0.999 * distance for gap in in_burst)
    return wrong


def served(seed: int) -> list[float]:
    """The waits of one real run, as parts of their bounds."""
    agents = Random(f"jitter/{seed}").choice(SIZES)
    with tempfile.TemporaryDirectory(prefix="brooks-jitter-") as name:
        folder = Path(name)
        (folder / "project").mkdir()
        (folder / "project" / "tasks.yaml").write_text(tasks_for(agents))
        ended, entries = run_served(
            folder,
            Faults(seed=seed, common_failure_until=1.0, common_failure_status=500),
            protocol=PROTOCOLS[seed % len(PROTOCOLS)],
            team=f"leased:{agents}",
            settings=SETTINGS,
        )
    if ended.code:
        raise RuntimeError(f"the run with seed {seed} exited with {ended.code}: {ended.said}")
    return waits_of(ended, entries)


def tasks_for(agents: int) -> str:
    """A task file with a task for each agent, all ready at once."""
    tasks = [
        {
            "id": f"note_{number}",
            "description": f"Write note_{number}.txt.",
            "files": [f"note_{number}.txt"],
            "solution": {f"note_{number}.txt": "noted\n"},
        }
        for number in range(agents)
    ]
    return f"project: notes\ntasks: {json.dumps(tasks)}\n"


def waits_of(ended: Ended, entries: Iterable[Entry]) -> list[float]:
    """For each retry of a turn's first request, its wait at the server as a part of its bound."""
    held = _held(ended)
    bodies: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        bodies[entry.body].append(entry)
    waits = []
    for attempts in bodies.values():
        for number, (failed, retry) in enumerate(pairwise(attempts), start=1):
            wait = retry.arrived - failed.ended - held[retry.tasks, number + 1]
            waits.append(wait / min(MOST, BOUND * 2.0 ** (number - 1)))
    return waits


def _held(ended: Ended) -> dict[tuple[tuple[str, ...], int], float]:
    """By tasks and attempt, the seconds that the lane held a turn's first request back."""
    tasks: dict[TurnId, tuple[str, ...]] = {}
    held = {}
    for record in ended.records:
        if isinstance(record.event, events.TurnStarted):
            tasks[record.event.turn] = record.event.tasks
        elif isinstance(record.event, events.RequestSent) and record.event.index == 0:
            held[tasks[record.event.turn], record.event.attempt] = record.event.waited
    return held


def uniform_p(values: Sequence[float]) -> float:
    """The probability that uniform draws lie at least as far from the uniform law as these.

    Kolmogorov and Smirnov's test, by the approximation of Stephens (1970), good from eight values on.
    """
    count = len(values)
    furthest = max(
        max((rank + 1) / count - value, value - rank / count)
        for rank, value in enumerate(sorted(values))
    )
    scaled = (sqrt(count) + 0.12 + 0.11 / sqrt(count)) * furthest
    if scaled < 0.2:
        return 1.0
    terms = (2.0 * (-1.0) ** (k - 1) * exp(-2.0 * (k * scaled) ** 2) for k in range(1, 101))
    return min(max(sum(terms), 0.0), 1.0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    with ThreadPoolExecutor(2) as pool:
        real = [wait for waits in pool.map(served, range(options.runs)) for wait in waits]
    pooled = {
        "exact": exact(range(options.seeds)),
        "after_retry_after": exact(
            range(options.seeds, 2 * options.seeds), retry_after=RETRY_AFTER
        ),
        "served": real,
    }
    p = {name: uniform_p(values) for name, values in pooled.items()}
    too_close = crowded(range(options.seeds))
    for name, values in pooled.items():
        print(f"{name}: {len(values)} waits, p = {p[name]:.3f}", file=sys.stderr)
    detail = {
        "p": {name: round(value, 4) for name, value in p.items()},
        "waits": {name: len(values) for name, values in pooled.items()},
        "early_or_too_close": too_close,
    }
    measured = 0.0 if too_close else round(min(1.0, TESTS * min(p.values())), 4)
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
