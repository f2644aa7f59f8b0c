"""How many commands a second the board carries out: decide, encode, append, apply.

Each task lives its whole life (claimed, worked on, renewed, proposed, checked, merged) through the
real codec into a log, at several sizes in one process, so that the rates can be compared as ratios.
The last line is JSON.

    python benchmarks/board.py [--sizes 1000,100000] [--log memory|sqlite] [--repeats 3]
"""

import argparse
import gc
import json
import tempfile
import time
from contextlib import closing
from pathlib import Path

from brooks.core import commands, events
from brooks.core.board import apply, decide
from brooks.core.commands import Command
from brooks.core.events import Event, Record
from brooks.core.facts import CheckReason, EndReason, FileChange, ToolResult, Usage
from brooks.core.spec import Budget, Guarantees, Task
from brooks.core.state import State, Status
from brooks.ids import AgentId, BlobHash, Position, TaskId
from brooks.log.codec import Codec
from brooks.log.memory import MemoryLog
from brooks.log.sqlite import SqliteLog
from brooks.log.store import LogStore

AGENTS = 8
COMMIT_EVERY = 1000
BLOB = BlobHash("b" * 64)


class Bench:
    """One board with its log."""

    def __init__(self, log: LogStore) -> None:
        self.state = State()
        self.commands = 0
        self._log = log
        self._codec = Codec()
        self._now = 0.0
        self._unflushed = 0

    def do(self, command: Command) -> Event:
        """Carry out one command; its first event."""
        self.commands += 1
        before = self.state.position
        decided = decide(self.state, command, self._now)
        rows = []
        for event in decided:
            record = Record(Position(self.state.position + 1), self._now, before, event)
            rows.append(self._codec.encode(record))
            apply(self.state, record)
        self._log.append(before, rows)
        self._unflushed += len(rows)
        if self._unflushed >= COMMIT_EVERY:
            self._log.flush(durable=False)
            self._unflushed = 0
        return decided[0]

    def start(self) -> None:
        """Open the run."""
        self.do(
            commands.StartRun(
                spec=BLOB, seed=0, brooks="0", guarantees=Guarantees(), attempts=3, lost_leases=20,
                lease_seconds=30.0, turn_seconds=1800.0, project_check=False, budget=Budget(), found_tasks=0,
            )
        )  # fmt: skip
        for number in range(AGENTS):
            self.do(commands.JoinAgent(agent=AgentId(f"agent-{number}")))

    def live(self, number: int) -> None:
        """One task's whole life."""
        self._now += 0.1
        agent, task = AgentId(f"agent-{number % AGENTS}"), TaskId(f"task-{number}")
        lease = self.do(commands.Claim(agent=agent, tasks=(task,)))
        assert isinstance(lease, events.TasksLeased)
        turn = self.do(commands.StartTurn(agent=agent, tasks=(task,), fence=lease.fence))
        assert isinstance(turn, events.TurnStarted)
        self.do(commands.SendRequest(agent=agent, turn=turn.turn, index=0, request=BLOB))
        self.do(commands.Renew(agent=agent, fence=lease.fence))
        usage = Usage(input_tokens=900, output_tokens=200)
        self.do(commands.RecordReply(agent=agent, turn=turn.turn, index=0, reply=BLOB, usage=usage))
        change = FileChange(path=f"module_{number}.py", blob=BLOB)
        queued = self.do(
            commands.Propose(
                agent=agent,
                turn=turn.turn,
                call="1",
                task=task,
                fence=lease.fence,
                changes=(change,),
            )
        )
        assert isinstance(queued, events.ProposalQueued)
        check = self.do(commands.StartCheck(proposal=queued.proposal))
        assert isinstance(check, events.CheckStarted)
        self.do(
            commands.RecordCheck(
                proposal=queued.proposal, run=check.run, passed=True, reason=CheckReason.PASSED,
                tests_passed=4, tests_failed=0, output=BLOB, level="bubblewrap",
            )
        )  # fmt: skip
        results = (ToolResult(call="1", ok=True, text=BLOB),)
        self.do(commands.RecordTools(agent=agent, turn=turn.turn, index=0, results=results))
        self.do(commands.EndTurn(agent=agent, turn=turn.turn, reason=EndReason.FINISHED))


def rate(size: int, log: LogStore) -> float:
    """Commands a second for a graph of `size` tasks."""
    bench = Bench(log)
    bench.start()
    gc.collect()
    bench.commands = 0
    began = time.perf_counter()
    for number in range(size):
        parents = (TaskId(f"task-{number - AGENTS}"),) if number >= AGENTS else ()
        bench.do(
            commands.AddTask(
                task=Task(id=TaskId(f"task-{number}"), check="check", depends_on=parents)
            )
        )
    for number in range(size):
        bench.live(number)
    log.flush(durable=False)
    seconds = time.perf_counter() - began
    assert bench.state.counts[Status.DONE] == size
    return bench.commands / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="1000,100000")
    parser.add_argument("--log", choices=["memory", "sqlite"], default="memory")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--measure", choices=["rate", "ratio"], default="rate")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    best: dict[int, float] = {}
    for repeat in range(options.repeats):
        for size in sizes:
            with tempfile.TemporaryDirectory() as folder:
                log: LogStore = MemoryLog()
                if options.log == "sqlite":
                    log = SqliteLog.create(Path(folder) / "run.db")
                with closing(log):
                    best[size] = max(best.get(size, 0.0), rate(size, log))
            print(
                f"{repeat + 1}: {size:>7} tasks, {options.log} log: {best[size]:>10,.0f} commands/s"
            )
    ratio = best[sizes[-1]] / best[sizes[0]]
    print(f"{sizes[-1]} tasks at {ratio:.2f} times the rate of {sizes[0]}")
    measured = best[sizes[0]] if options.measure == "rate" else ratio
    detail = {
        "rates": {str(size): round(found) for size, found in best.items()},
        "log": options.log,
    }
    print(json.dumps({"measured": round(measured, 3), "detail": detail}))


if __name__ == "__main__":
    main()
