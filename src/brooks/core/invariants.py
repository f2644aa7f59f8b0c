"""What must hold of a run's state, said once more and without the board's own shortcuts.

`violations` is true of the state after *every* record. `loose_ends` is true after the last record
of each decision: within one, a task may be merged a record before what waits for it is offered.
Both answer with sentences, none where all is well. They recount everything from scratch and are
meant for tests and for the hunt after a bug, not for the inner loop.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import TypeVar

from brooks.core.copies import is_voted_on
from brooks.core.events import MailRead
from brooks.core.facts import Role
from brooks.core.mailbox import heard_by
from brooks.core.paths import PathIndex
from brooks.core.state import OVER, Phase, State, Status
from brooks.core.steps import is_deadline
from brooks.core.team_rules import Consistency
from brooks.ids import TaskId

_LOST = frozenset({Status.FAILED, Status.CANCELLED, Status.BLOCKED})
_AT_WORK = frozenset({Status.LEASED, Status.QUEUED})

_Rule = Callable[[State], Iterator[str]]
_Key = TypeVar("_Key")


def violations(state: State) -> tuple[str, ...]:
    """What is wrong with the state although it holds at every position; empty where all is well."""
    return _broken(state, _ALWAYS)


def loose_ends(state: State) -> tuple[str, ...]:
    """What the last decision left undone; empty where all is well."""
    return _broken(state, _BETWEEN_DECISIONS)


def _broken(state: State, rules: Sequence[_Rule]) -> tuple[str, ...]:
    return tuple(sentence for rule in rules for sentence in rule(state))


def _phases(state: State) -> Iterator[str]:
    if (state.phase is Phase.NEW) != (state.run is None):
        yield f"the phase is {state.phase.value!r} and the run was started: {state.run is not None}"
    if (state.phase is Phase.FINISHED) != (state.finished is not None):
        yield f"the phase is {state.phase.value!r} and the end is {state.finished!r}"
    if state.phase is Phase.STOPPING and state.stopping is None:
        yield "the run winds down for no reason"
    if state.phase in {Phase.RUNNING, Phase.PAUSED} and state.stopping is not None:
        yield f"the run goes on although it winds down: {state.stopping!r}"


def _counts(state: State) -> Iterator[str]:
    if list(state.tasks) != list(state.graph):
        yield "the tasks and the graph do not name the same tasks"
    counted = Counter(task.status for task in state.tasks.values())
    for status in Status:
        if state.counts[status] != counted[status]:
            yield f"{counted[status]} tasks are {status.value}, counted {state.counts[status]}"


def _dependencies(state: State) -> Iterator[str]:
    for name, task in state.tasks.items():
        parents = state.graph.parents(name)
        unmet = sum(state.tasks[parent].status is not Status.DONE for parent in parents)
        if task.unmet != unmet:
            yield f"task {name!r} waits for {unmet} tasks, counted {task.unmet}"
        if task.status is Status.READY and unmet:
            yield f"task {name!r} is ready and waits for {unmet} tasks"


def _dependency_order(state: State) -> Iterator[str]:
    if not state.guarantees.dependency_order:
        return
    for name, task in state.tasks.items():
        if task.status is not Status.DONE:
            continue
        for parent in state.graph.parents(name):
            once_done = state.tasks[parent].done_at > 0
            if state.tasks[parent].status is not Status.DONE and not once_done:
                yield f"task {name!r} is done and {parent!r}, which it depends on, never was"


def _holders(state: State) -> Iterator[str]:
    """One holder: a task is in one lease, under that lease's fence, and nobody holds two."""
    if len({lease.agent for lease in state.leases.values()}) != len(state.leases):
        yield "an agent holds two leases"
    for name, task in state.tasks.items():
        for fence in task.holders:
            lease = state.leases.get(fence)
            if lease is None or name not in lease.tasks:
                yield f"task {name!r} names fence {fence!r}, under which nobody holds it"
        copies = list(task.holders.values())
        if len(set(copies)) < len(copies) or len(copies) > state.rules.copies:
            yield f"task {name!r} is held as copies {copies!r} of {state.rules.copies}"
        if task.status is Status.LEASED and not task.holders:
            yield f"task {name!r} is leased to nobody"
        voters = [ballot.agent for ballot in task.ballots.values()]
        if len(set(voters)) < len(voters):
            yield f"an agent has two ballots for task {name!r}: {voters!r}"
        if task.status in OVER and (task.holders or task.ballots):
            yield f"task {name!r} is over and still has holders or ballots"
    for agent_id, agent in state.agents.items():
        lease = state.leases.get(agent.fence)
        if agent.fence and (lease is None or lease.agent != agent_id):
            yield f"agent {agent_id!r} names fence {agent.fence!r}, under which it holds nothing"


def _leases(state: State) -> Iterator[str]:
    for fence, lease in state.leases.items():
        if lease.fence != fence or not 0 < fence <= state.fence:
            yield f"lease {lease.fence!r} is kept as {fence!r}; the last fence was {state.fence!r}"
        if bool(lease.tasks) == (lease.role is Role.LEAD):
            yield f"lease {fence!r} of a {lease.role.value} covers {list(lease.tasks)!r}"
        for name in lease.tasks:
            if fence not in state.tasks[name].holders:
                yield f"task {name!r} of lease {fence!r} does not know of it"
        if state.agents[lease.agent].fence != fence:
            yield f"agent {lease.agent!r} does not know of its lease {fence!r}"
        turn = None if lease.turn is None else state.turns.get(lease.turn)
        if lease.turn is not None and (turn is None or turn.agent != lease.agent):
            yield f"lease {fence!r} names turn {lease.turn!r}, which is not one of {lease.agent!r}"


def _turns(state: State) -> Iterator[str]:
    for turn_id, turn in state.turns.items():
        if state.agents[turn.agent].turn != turn_id:
            yield f"agent {turn.agent!r} does not know of its turn {turn_id!r}"
        if not turn.first_head <= turn.head <= state.commits:
            yield f"turn {turn_id!r} sees commit {turn.head!r} of {state.commits!r}"
        if turn.fence > state.fence:
            yield f"turn {turn_id!r} names fence {turn.fence!r}, which was never granted"
        if turn.in_flight and turn.asked != len(turn.replies) + 1:
            yield f"turn {turn_id!r} has a request on its way that is not its next one"
        if not turn.verdicts.keys() <= set(turn.proposals.values()):
            yield f"turn {turn_id!r} has verdicts on proposals that it did not make"
    for agent_id, agent in state.agents.items():
        if agent.turn is not None and agent.turn not in state.turns:
            yield f"agent {agent_id!r} is in turn {agent.turn!r}, which is over"
    if len(state.turns) > state.turns_started:
        yield f"{len(state.turns)} turns are open, {state.turns_started} were started"


def _ledger(state: State) -> Iterator[str]:
    """Nothing is owed to us, and what is held back is for a request whose end is not known yet."""
    ledger = state.ledger
    spent = (
        ledger.tokens, ledger.dollars, ledger.maybe_tokens, ledger.maybe_dollars, ledger.unpriced,
    )  # fmt: skip
    if min(spent) < 0:
        yield f"the ledger has a sum below nothing: {spent!r}"
    for turn_id, held in ledger.held.items():
        turn = state.turns.get(turn_id)
        if turn is not None and not turn.in_flight:
            yield f"{held!r} is held for turn {turn_id!r}, which has no request on its way"
        if min(held) < 0 or not any(held):
            yield f"{held!r} is held for turn {turn_id!r}, which is no amount"


def _mail(state: State) -> Iterator[str]:
    """Each message is in the mailboxes it was sent to until it is read, and in none twice."""
    taken = {
        (event.agent, mail.number)
        for turn in state.turns.values()
        for event in turn.done.values()
        if isinstance(event, MailRead)
        for mail in event.mail
    }
    for agent_id, agent in state.agents.items():
        numbers = [mail.number for mail in agent.mail]
        if numbers != sorted(set(numbers)) or not set(numbers) <= set(range(1, state.letters + 1)):
            yield f"agent {agent_id!r} has the messages {numbers!r} of {state.letters!r}"
        if any(agent_id in {mail.sender, mail.author} for mail in agent.mail):
            yield f"agent {agent_id!r} has a message of its own"
        again = [number for number in numbers if (agent_id, number) in taken]
        if again:
            yield f"agent {agent_id!r} has the messages {again!r}, which its open turn has read"
        heard = heard_by(agent.mail)
        copies = Counter(mail.rumour for mail in agent.mail if mail.rumour in heard)
        twice = [number for number, count in copies.items() if count > 1]
        if twice:
            yield f"agent {agent_id!r} has been told twice of the messages {twice!r}"


def _found(state: State) -> Iterator[str]:
    most = state.run.found_tasks if state.run else 0
    if not 0 <= state.found <= min(most, len(state.tasks)):
        yield f"agents added {state.found!r} of {len(state.tasks)!r} tasks and may add {most!r}"


def _locks(state: State) -> Iterator[str]:
    """Where files are locked, they are by exactly the tasks at work that name them."""
    at_work: dict[str, list[TaskId]] = {}
    if state.rules.consistency is Consistency.LOCKED:
        for name, task in state.tasks.items():
            for path in task.spec.files if task.status in _AT_WORK else ():
                at_work.setdefault(path, []).append(name)
    for path in {**at_work, **state.locks}:
        locked = sorted(state.locks.get(path, ()))
        if locked != sorted(set(at_work.get(path, ()))):
            yield f"file {path!r} is locked by {locked!r}, and named by {at_work.get(path)!r} at work"


def _ballots(state: State) -> Iterator[str]:
    """Changes are kept in reserve beside one in the queue, and votes only until one is decided on."""
    for name, task in state.tasks.items():
        if task.ballots and is_voted_on(state.rules, task) == (task.status is Status.QUEUED):
            yield f"task {name!r} is {task.status.value} and has the ballots {list(task.ballots)!r}"


def _timers(state: State) -> Iterator[str]:
    watched = {fence: at for at, fence in state.expiries}
    for fence, lease in state.leases.items():
        if watched.get(fence, inf) > lease.expires_at:
            yield f"nothing will end lease {fence!r} at {lease.expires_at!r}"
    if not _is_heap(state.expiries) or not _is_heap(state.turn_deadlines):
        yield "a heap of timers is out of order"
    for name, task in state.tasks.items():
        if task.status in OVER or task.first_leased is None or task.spec.deadline is None:
            continue
        if (task.first_leased + task.spec.deadline, name) not in state.deadlines:
            yield f"nothing will end task {name!r}, first leased at {task.first_leased!r}"


def _is_heap(entries: Sequence[tuple[float, _Key]]) -> bool:
    pairs = ((entries[(child - 1) // 2], entries[child]) for child in range(1, len(entries)))
    return all(parent[0] <= child[0] for parent, child in pairs)


def _queue(state: State) -> Iterator[str]:
    queued = [proposal.task for proposal in state.queue.values()]
    if len(set(queued)) != len(queued):
        yield f"a task is in the queue twice: {queued!r}"
    if list(state.queue) != sorted(state.queue):
        yield f"the queue is not in the order of acceptance: {list(state.queue)!r}"
    for proposal_id, proposal in state.queue.items():
        if proposal.event.proposal != proposal_id or proposal_id >= state.next_proposal:
            yield f"proposal {proposal.event.proposal!r} is kept as {proposal_id!r}"
        if state.tasks[proposal.task].proposal != proposal_id:
            yield f"task {proposal.task!r} does not know of its proposal {proposal_id!r}"
        if proposal.running and (proposal.check is not None or not proposal.run):
            yield f"the check of proposal {proposal_id!r} runs and has a verdict, or never started"
    for name, task in state.tasks.items():
        if task.status is Status.QUEUED and name not in queued:
            yield f"task {name!r} is queued and has no proposal in the queue"
    writes = Counter(c.path for proposal in state.queue.values() for c in proposal.changes)
    if dict(writes) != state.queued_writes:
        yield f"the queue writes {dict(writes)!r}, counted {state.queued_writes!r}"
    written = [
        change.path for entry in state.queue.values() for change in entry.changes if change.blob
    ]
    if state.queued_paths != PathIndex(written):
        yield f"the index of paths that the queue writes does not hold {sorted(written)!r}"


def _files(state: State) -> Iterator[str]:
    if state.files.keys() != state.history.keys():
        yield "the files and their histories do not name the same paths"
    for path, there in state.files.items():
        history = state.history.get(path, [])
        if not history or history[-1] is not there:
            yield f"the history of {path!r} does not end with the file as it is"
        if [version.version for version in history] != list(range(1, len(history) + 1)):
            yield f"the versions of {path!r} are not contiguous"
        commits = [version.commit for version in history]
        if commits != sorted(commits) or there.commit > state.commits:
            yield f"the history of {path!r} is not in the order of the commits: {commits!r}"
    if state.paths != PathIndex(_present(state)):
        yield "the index of paths does not hold the files that are there"
    folded = Counter(path.casefold() for path in _present(state))
    for spelling, number in folded.items():
        if number > 1:
            yield f"{number} files differ only by case: {spelling!r}"


def _present(state: State) -> Iterator[str]:
    return (path for path, version in state.files.items() if version.blob is not None)


def _last_look(state: State) -> Iterator[str]:
    for name, commit in state.verified.items():
        task = state.tasks[name]
        if task.status is not Status.DONE or task.spec.check is None or commit > state.commits:
            yield f"task {name!r} counts as verified at commit {commit!r}"
    if state.verification is None:
        return
    for pending in state.verification.pending:
        if pending is not None and state.tasks[pending].status is not Status.DONE:
            yield f"task {pending!r} is looked at although it is not done"


def _offers(state: State) -> Iterator[str]:
    """Nothing is forgotten: every open task can still be done, and every blocked one cannot."""
    for name, task in state.tasks.items():
        parents = [state.tasks[parent].status for parent in state.graph.parents(name)]
        if task.status is Status.WAITING and not task.unmet:
            yield f"task {name!r} waits for nothing and is not offered"
        if task.status not in OVER and not _LOST.isdisjoint(parents):
            yield f"task {name!r} is open and something it depends on is lost"
        if task.status is Status.BLOCKED and _LOST.isdisjoint(parents):
            yield f"task {name!r} is blocked and nothing it depends on is lost"


def _attempts(state: State) -> Iterator[str]:
    for name, task in state.tasks.items():
        if state.run and task.status not in OVER and task.failures >= state.run.attempts:
            yield f"task {name!r} is open after {task.failures} of {state.run.attempts} attempts"


def _work(state: State) -> Iterator[str]:
    """What a lease covers is being worked on or waits for its check, by an agent that is there."""
    for fence, lease in state.leases.items():
        idle = [name for name in lease.tasks if state.tasks[name].status not in _AT_WORK]
        if idle:
            yield f"lease {fence!r} covers {idle!r}, which nobody works on"
        if not state.agents[lease.agent].available:
            yield f"lease {fence!r} is held by {lease.agent!r}, which is not there"
        turn = None if lease.turn is None else state.turns.get(lease.turn)
        if turn is not None and turn.fence != fence:
            yield f"turn {turn.turn!r} works under fence {turn.fence!r} instead of {fence!r}"


def _due(state: State) -> Iterator[str]:
    """Every turn has its timer, and the next timer is one that a tick will act on."""
    for turn_id, turn in state.turns.items():
        if (turn.deadline, turn_id) not in state.turn_deadlines:
            yield f"nothing will end turn {turn_id!r} at {turn.deadline!r}"
    if state.expiries:
        at, fence = state.expiries[0]
        lease = state.leases.get(fence)
        if lease is None or lease.expires_at != at:
            yield f"the timer at {at!r} is for lease {fence!r}, which is over or was renewed"
    if state.deadlines and not is_deadline(state, *state.deadlines[0]):
        yield f"the timer at {state.deadlines[0][0]!r} is for a task that is over or was opened anew"
    if state.turn_deadlines:
        at, turn_id = state.turn_deadlines[0]
        first = state.turns.get(turn_id)
        if first is None or first.deadline != at:
            yield f"the timer at {at!r} is for turn {turn_id!r}, which is over or was resumed"


def _admissible(state: State) -> Iterator[str]:
    """Whatever is in the queue may be merged if everything ahead of it is."""
    guarantees = state.guarantees
    if state.queue and not guarantees.checked_completion:
        yield "a proposal waits for a check in a team that promises none"
    ahead = {name for name, task in state.tasks.items() if task.status is Status.DONE}
    versions = {path: version.version for path, version in state.files.items()}
    spelled = {path.casefold(): path for path in _present(state)}
    for proposal_id, proposal in state.queue.items():
        missing = [p for p in state.graph.parents(proposal.task) if p not in ahead]
        if guarantees.dependency_order and missing:
            yield f"proposal {proposal_id!r} waits behind nothing that does {missing!r}"
        ahead.add(proposal.task)
        for change in proposal.changes:
            version = versions.get(change.path, 0)
            if guarantees.no_stale_write and change.base != version:
                yield f"proposal {proposal_id!r} writes {change.path!r} on a version that is gone"
            versions[change.path] = version + 1
            if change.blob is None:
                spelled.pop(change.path.casefold(), None)
            elif spelled.setdefault(change.path.casefold(), change.path) != change.path:
                yield f"proposal {proposal_id!r} writes a path like {change.path!r} in other case"


def _front(state: State) -> Iterator[str]:
    for proposal_id, proposal in state.queue.items():
        if proposal.check is not None or state.tasks[proposal.task].spec.check is None:
            yield f"proposal {proposal_id!r} is at the front, settled, and still in the queue"
        return


_ALWAYS: Sequence[_Rule] = (
    _phases,
    _counts,
    _dependencies,
    _dependency_order,
    _holders,
    _leases,
    _turns,
    _ledger,
    _mail,
    _found,
    _timers,
    _locks,
    _queue,
    _files,
    _last_look,
)

_BETWEEN_DECISIONS: Sequence[_Rule] = (
    _offers,
    _attempts,
    _work,
    _due,
    _admissible,
    _front,
    _ballots,
)

__all__ = ["loose_ends", "violations"]
