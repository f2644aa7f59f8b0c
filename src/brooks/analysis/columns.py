"""The five tables that measurements read, column by column: what each holds, and in what unit.

Imported runs and our own logs are folded into the same tables, so that one definition of a metric
serves both. What a source does not say is None, never zero. The tables are:

    runs       one row a run: what was run, how it ended, what it took
    calls      one row a reply of a model, in the order in which replies were carried out
    actions    one row for what replies led to: files written, claims, completions, checks
    tasks      one row a task of a run: its life, and what it waited for
    conflicts  one row for each time that one agent's work met another's

Times are log seconds from the run's start.
"""

from enum import StrEnum
from typing import Any, NamedTuple

Rows = dict[str, dict[str, list[Any]]]
"""Values by table and column; every column of a table has the same length."""


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    COUNT = "whole number"
    NUMBER = "number"
    FLAG = "true or false"


class Column(NamedTuple):
    """A column of a table."""

    name: str
    kind: Kind
    says: str
    """What a value is, its unit, and when it is None."""


class Table(NamedTuple):
    """A table that measurements read."""

    name: str
    says: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)


class ActionKind(StrEnum):
    """What an action of an agent was."""

    WRITE = "write"
    CLAIM = "claim"
    CLAIM_REFUSED = "claim refused"
    COMPLETION = "completion"
    CHECK = "check"


class Worth(StrEnum):
    """What the tokens of a reply came to."""

    USEFUL = "useful"
    """Its work is in the final tree, or answered what was asked."""
    REDUNDANT = "redundant"
    """It did what somebody else's merged work does."""
    WASTED = "wasted"
    """Nothing of it was kept: refused, dropped, lost, or in a task that was never done."""


def _text(name: str, says: str) -> Column:
    return Column(name, Kind.TEXT, says)


def _count(name: str, says: str) -> Column:
    return Column(name, Kind.COUNT, says)


def _number(name: str, says: str) -> Column:
    return Column(name, Kind.NUMBER, says)


def _flag(name: str, says: str) -> Column:
    return Column(name, Kind.FLAG, says)


_RUN = _text("run", "Id of the run.")
_AGENT = _text("agent", "Id of the agent.")

RUNS = Table(
    "runs",
    "One row a run: what was run, how it ended, what it took.",
    (
        _RUN,
        _text("source", "`brooks` for our own logs; else what the run was imported from."),
        _flag("simulated", "Whether its times and tokens come from a model of the world."),
        _text("model", "The model of its agents."),
        _text("project", "The project that was worked on."),
        _text("structure", "The dependency structure of its tasks, as it is called."),
        _number("parallel_fraction", "(N - C)/N for N tasks and C on the longest chain."),
        _text("team", "The team's preset, or the mode of an imported run."),
        _count("size", "Agents in the team; of an elastic one, the most."),
        _count("repetition", "Which repetition of its cell it is."),
        _count("seed", "The seed; None where there was none."),
        _text("faults", "The name of the plan of faults; empty for none."),
        _text("outcome", "How it ended: done, failed, budget, cancelled, outside; None if unknown."),
        _flag("marked_done", "Whether every task was marked done: the published success."),
        _flag("verified_done", "Whether every check passed on the final tree; None if unknown."),
        _flag("last_check_passed", "Whether the last check, or the whole last look, passed; None if none."),
        _number("seconds", "From the start to the end."),
        _number("verified_seconds", "`seconds` where all was verified; None otherwise."),
        _count("tasks", "Tasks, found ones included; None if unknown."),
        _count("done", "Tasks marked done; None if unknown."),
        _count("verified", "Tasks whose check passed on the final tree; None if unknown."),
        _count("rounds", "Rounds; None for a team without a barrier."),
        _count("input_tokens", "Tokens sent to models."),
        _count("output_tokens", "Tokens that models wrote."),
        _count("cached_tokens", "Input tokens that providers read from a cache; None if unknown."),
        _number("dollars", "What the models cost; None if the price is unknown."),
        _number("work", "Sum of the tasks' efforts, in units of effort; None if unknown."),
        _number("span", "Effort along the longest chain; None if unknown."),
        _number("work_seconds", "Time that the merged turns took, one after another; None if unknown."),
        _number("span_seconds", "The same along the longest chain of tasks; None if unknown."),
        _number("agent_seconds", "Time that agents were there, added up; None if unknown."),
        _number("busy_seconds", "Time that agents were in a turn, added up; None if unknown."),
        _number("availability", "Share of agent time in which there could be progress; None if unknown."),
        _count("letters", "Messages that agents wrote to each other; None if unknown."),
        _count("deliveries", "Letters put into mailboxes; None if unknown."),
        _count("told_concurrent_writes", "Concurrent writes, as its source counts them; else None."),
        _count("told_claims_refused", "Refused claims, as its source counts them; else None."),
        _count("leases_expired", "Leases that ran out; None where claims are only words."),
    ),
)  # fmt: skip

CALLS = Table(
    "calls",
    "One row a reply of a model, in the order in which replies were carried out.",
    (
        _RUN,
        _count("call", "Number of the reply in its run, from 1."),
        _AGENT,
        _text("turn", "Id of the turn; None if unknown."),
        _text("role", "What the agent did it as: work or lead; None if unknown."),
        _count("round", "Round of the turn; None for a team without a barrier."),
        _text("task", "The task it was about; None if unknown or several at once."),
        _number("began", "When the model was asked; for a published run, when the round started."),
        _number("ended", "When the reply was there."),
        _number("waited", "Seconds that the request waited for a rate limit; None if unknown."),
        _count("input_tokens", "Tokens in; None if unknown."),
        _count("output_tokens", "Tokens out; None if unknown."),
        _number("dollars", "Its price; None if unknown."),
        _text("worth", "useful, redundant or wasted; None if unknown."),
    ),
)

ACTIONS = Table(
    "actions",
    "One row for what a reply led to, in order: a file written, a claim, a completion, a check.",
    (
        _RUN,
        _count("call", "Number of the reply that led to it; None for none, as for a lease."),
        _AGENT,
        _count("round", "Round; None for a team without a barrier."),
        _number("time", "When it was over; None if unknown."),
        _text("kind", "write, claim, claim refused, completion or check."),
        _text("task", "The task; None if unknown."),
        _text("path", "The file that was written; None otherwise."),
        _flag("passed", "Whether a check passed; None if it told neither, and otherwise."),
        _number("seconds", "How long a check took; None if unknown, and otherwise."),
        _text("reason", "Why it was refused or failed; None otherwise."),
    ),
)

TASKS = Table(
    "tasks",
    "One row a task of a run: its life, and what it waited for. The waits and the work add up to "
    "the time from when it was added until it was over (done, failed, blocked or cancelled), or until "
    "the run's end.",
    (
        _RUN,
        _text("task", "Id of the task."),
        _number("effort", "Its relative effort."),
        _count("dependencies", "Tasks that it depends on directly."),
        _text("status", "done, failed, blocked, cancelled, or where it was at the end."),
        _flag("verified", "Whether its check passed on the final tree; None if it has none."),
        _number("added", "When it was added."),
        _number("ready", "When its dependencies were done; None if never."),
        _number("begun", "When an agent began on it for the first time; None if never."),
        _number("done", "When it was merged for the last time; None if it is not done."),
        _text("agent", "Who did it; None if it is not done."),
        _count("turns", "Turns that were asked for it or, in teams that ask for none, touched it."),
        _count("agents", "Different agents that were."),
        _number(
            "waited_dependency", "Seconds until its dependencies were done, with nobody on it."
        ),
        _number(
            "waited_agent", "Seconds ready, while every agent had other work or none was there."
        ),
        _number(
            "waited_lease",
            "Seconds held by an agent that was gone, until its lease ran out; where claims are only "
            "words, while its agent did something else.",
        ),
        _number(
            "waited_check",
            "Seconds while a check of its change ran, and merged until a last look opened it again.",
        ),
        _number("waited_merge", "Seconds in the merge queue without a check that ran."),
        _number(
            "waited_rate_limit",
            "Seconds that requests about it were held back (rate limit, backoff).",
        ),
        _number("waited_barrier", "Seconds while its agent had replied and others had not."),
        _number("worked", "Seconds in turns at work on it, while none of the above was so."),
        _number("tokens", "Its share of the tokens of the turns on it."),
        _number("dollars", "Its share of their price; None if unknown."),
        _flag("on_critical_path", "Whether it is on the chain that decided when the run was over."),
        _number("slack", "Seconds that it could have been done later without the run being later."),
    ),
)

CONFLICTS = Table(
    "conflicts",
    "One row for each time that one agent's work met another's.",
    (
        _RUN,
        _number("time", "When it was noticed."),
        _AGENT,
        _text("task", "The task whose change it was; None if unknown."),
        _text("kind", "stale write, lost claim, locked file or overtaken work."),
        _text("path", "A file in conflict; None if there is none."),
        _text("outcome", "refused, dropped or merged."),
    ),
)

TABLES = (RUNS, CALLS, ACTIONS, TASKS, CONFLICTS)


def no_rows() -> Rows:
    """Every table with every column and no row."""
    return {table.name: {name: [] for name in table.names} for table in TABLES}
