"""How many events a second the virtual clock carries: sleeping and waking, beside SimPy doing the same.

Two programs, each by so many processes: `sleeping` (each sleeps again and again, for times of its own)
and `signalling` (pairs that wake each other in turn). An event is one resumption of a process. Both
simulators take turns, and the quickest of each counts. Without SimPy installed only ours is measured.

    python benchmarks/clock.py [--processes 1000] [--times 300] [--repeats 3]
"""

import argparse
import json
import time
from collections.abc import Callable, Generator
from typing import Any

from brooks.runtime.clock import Signal
from brooks.runtime.virtual_clock import VirtualClock

try:
    import simpy  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ImportError:
    simpy = None


def _own_seconds(number: int) -> float:
    """How long a process sleeps: not what any other does."""
    return 1.0 + (number * 7919 % 1000) / 1000


def our_sleeping(processes: int, times: int) -> None:
    """Every process sleeps so many times."""
    clock = VirtualClock()

    async def sleeper(number: int, done: list[int], over: Signal) -> None:
        seconds = _own_seconds(number)
        for _ in range(times):
            await clock.sleep(seconds)
        done.append(number)
        clock.notify(over)

    async def main() -> None:
        over, done = Signal(), list[int]()
        for number in range(processes):
            clock.spawn(sleeper(number, done, over), f"sleeper {number}")
        while len(done) < processes:
            await clock.wait(over)

    clock.run(main())


def simpy_sleeping(processes: int, times: int) -> None:
    """The same in SimPy."""
    environment = simpy.Environment()

    def sleeper(number: int) -> Generator[Any, Any, None]:
        seconds = _own_seconds(number)
        for _ in range(times):
            yield environment.timeout(seconds)

    for number in range(processes):
        environment.process(sleeper(number))
    environment.run()


def our_signalling(processes: int, times: int) -> None:
    """Pairs that wake each other so many times, a second apart."""
    clock = VirtualClock()

    async def caller(ask: Signal, answer: Signal, done: list[int], over: Signal) -> None:
        for _ in range(times):
            await clock.sleep(1.0)
            clock.notify(ask)
            await clock.wait(answer)
        done.append(1)
        clock.notify(over)

    async def callee(ask: Signal, answer: Signal) -> None:
        while True:
            await clock.wait(ask)
            clock.notify(answer)

    async def main() -> None:
        over, done = Signal(), list[int]()
        pairs = processes // 2
        for number in range(pairs):
            ask, answer = Signal(), Signal()
            clock.spawn(callee(ask, answer), f"callee {number}")
            clock.spawn(caller(ask, answer, done, over), f"caller {number}")
        while len(done) < pairs:
            await clock.wait(over)

    clock.run(main())


def simpy_signalling(processes: int, times: int) -> None:
    """The same in SimPy, with events."""
    environment = simpy.Environment()

    def caller(box: list[Any]) -> Generator[Any, Any, None]:
        for _ in range(times):
            yield environment.timeout(1.0)
            box[1] = environment.event()
            box[0].succeed()
            yield box[1]

    def callee(box: list[Any]) -> Generator[Any, Any, None]:
        while True:
            yield box[0]
            box[0] = environment.event()
            box[1].succeed()

    for _ in range(processes // 2):
        box = [environment.event(), None]
        environment.process(callee(box))
        environment.process(caller(box))
    environment.run()


def rate(program: Callable[[int, int], None], processes: int, times: int, events: int) -> float:
    """Events a second."""
    began = time.perf_counter()
    program(processes, times)
    return events / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--processes", type=int, default=1000)
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    whole = options.processes * options.times
    programs = {
        "sleeping": (our_sleeping, simpy_sleeping, whole),
        "signalling": (our_signalling, simpy_signalling, whole * 3 // 2),
    }
    detail: dict[str, Any] = {}
    for name, (ours, theirs, events) in programs.items():
        rates: dict[str, list[float]] = {"brooks": [], "simpy": []}
        for _ in range(options.repeats):
            rates["brooks"].append(rate(ours, options.processes, options.times, events))
            if simpy is not None:
                rates["simpy"].append(rate(theirs, options.processes, options.times, events))
        best = {who: max(each) for who, each in rates.items() if each}
        detail[name] = {f"{who}_per_second": round(found) for who, found in best.items()}
        if simpy is not None:
            detail[name]["ratio"] = round(best["brooks"] / best["simpy"], 2)
    measured = min(each["brooks_per_second"] for each in detail.values())
    print(json.dumps({"measured": measured, "detail": detail}))


if __name__ == "__main__":
    main()
