"""How soon each task could have been done with as many agents as could be used and no waiting.

Each task takes the time that the turn which did it took, and begins when the last of what it depends on is
done. The last one is then done after the `span_seconds` of the table `runs`: the critical path.
"""

from collections.abc import Iterable, Mapping

from brooks.analysis.tabling.folding import Folding
from brooks.analysis.tabling.history import History
from brooks.analysis.tabling.run_row import graph_of, work_seconds
from brooks.core.events import Record
from brooks.core.graph import TaskGraph
from brooks.core.message import Message
from brooks.core.spec import Spec
from brooks.ids import TaskId


class Ideal(Message, frozen=True, kw_only=True):
    """The graph of a run as it was at the end, and how soon its tasks could have been done."""

    graph: TaskGraph
    finishes: dict[TaskId, float]
    """For each done task, in topological order: the earliest log seconds at which it could be."""


def ideal(records: Iterable[Record], spec: Spec) -> Ideal:
    """The ideal of a run, up to wherever its log ends."""
    history = History()
    folding = Folding(history)
    time = 0.0
    for record in records:
        folding.add(record)
        time = record.time
    history.close(time)
    graph = graph_of(history, spec)
    return Ideal(graph=graph, finishes=earliest(graph, work_seconds(history)))


def earliest(graph: TaskGraph, seconds: Mapping[TaskId, float]) -> dict[TaskId, float]:
    """When each task of known length ends if it begins as soon as it may."""
    ends: dict[TaskId, float] = {}
    for task in graph.order():
        begin = max((ends[parent] for parent in graph.parents(task)), default=0.0)
        ends[task] = begin + seconds.get(task, 0.0)
    return {task: end for task, end in ends.items() if task in seconds}
