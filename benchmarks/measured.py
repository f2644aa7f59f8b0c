"""What a measurement came to, and the lines of the table that are made of it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one measurement."""

    name: str
    answer: dict[str, Any] | None = None
    """What it printed: `measured` and `detail`."""
    skipped: str = ""
    failed: str = ""
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """What is kept of it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    here: str
    beside: str = ""
    """What one would use instead, and its figure."""
    ratio: float | None = None
    """Here over beside, or as `what` says."""


def rows_of(result: Result) -> Iterator[Row]:
    """The lines of one result."""
    assert result.answer is not None
    detail = result.answer.get("detail")
    make = _ROWS.get(result.name)
    if make is None or not isinstance(detail, dict):
        yield Row("measured", str(result.answer["measured"]))
    else:
        yield from make(result.answer["measured"], detail)


def _board(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for size, rate in detail["rates"].items():
        yield Row(f"commands a second, {int(size):,} tasks", f"{rate:,}")
    if len(detail["rates"]) > 1:
        first, *_, last = detail["rates"].values()
        yield Row("the largest over the smallest", f"{last:,}", f"{first:,}", last / first)


def _log(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    rate = detail["records_per_second"]
    for what in ("write", "read"):
        lines = f"JSON lines {rate[f'{what} JSON lines']:,}"
        yield Row(f"records a second, {what}", f"{rate[what]:,}", lines, detail[f"{what}_ratio"])
    size = detail["bytes_per_record"]
    ratio = size["run.db"] / size["run.jsonl"]
    yield Row("bytes a record", str(size["run.db"]), f"JSON lines {size['run.jsonl']}", ratio)
    yield Row("records a second, folded to the state", f"{rate['fold']:,}")
    counted = rate["count by kind"]
    summary = rate["summary"]
    yield Row(
        "records a second, all metrics of a run",
        f"{summary:,}",
        f"counting kinds {counted:,}",
        summary / counted,
    )


def _clock(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for name, each in detail.items():
        beside = f"SimPy {each['simpy_per_second']:,}" if "ratio" in each else "not installed"
        here = f"{each['brooks_per_second']:,}"
        yield Row(f"events a second, {name}", here, beside, each.get("ratio"))


def _large(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    sizes = list(detail)
    for size in sizes:
        one = detail[size]
        yield Row(f"ms a task, {int(size):,} tasks", str(one["ms_per_task"]))
        yield Row(f"MB of memory, {int(size):,} tasks", str(one["megabytes"]))
        yield Row(f"MB of log, {int(size):,} tasks", str(one["log_megabytes"]))
        opened = f"{one['open_seconds']} and {one['fold_seconds']}"
        yield Row(f"seconds to open and to fold it, {int(size):,} tasks", opened)
    yield Row("time a task, the largest over the smallest", str(measured), "", measured)


def _import(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    ours, plain = detail["brooks"], detail["pandas"]
    for what, key in (("seconds", "best_seconds"), ("peak MB", "peak_megabytes")):
        ratio = ours[key] / plain[key]
        yield Row(f"{what}, 1,000 published runs", str(ours[key]), f"pandas {plain[key]}", ratio)


def _model(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for name, each in detail.items():
        ratio = each["brooks_ms"] / each["bare_ms"]
        beside = f"the bare client {each['bare_ms']}"
        yield Row(f"ms a request, {name}", str(each["brooks_ms"]), beside, ratio)


def _many(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for size, one in detail.items():
        yield Row(f"seconds of a bench of {int(size):,} runs", str(one["seconds"]))
        yield Row(f"MB of its largest process, {int(size):,} runs", str(one["megabytes"]))
        yield Row(f"seconds to join them again, {int(size):,} runs", str(one["joining_seconds"]))
    yield Row("memory, the largest over the smallest", str(measured), "", measured)


def _planner(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for size, one in detail.items():
        ratio = one["seconds"] / one["allowed"]
        beside = f"allowed {one['allowed']:g}"
        yield Row(f"seconds of a plan, {int(size):,} tasks", str(one["seconds"]), beside, ratio)


def _report(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    yield Row("seconds to make the page of 20 tasks", str(measured))
    yield Row("MB of that page", f"{detail['bytes'] / 1e6:.2f}")


def _turn(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    for agents, one in detail.items():
        local = f"one process {one['local, ms a turn']}"
        yield Row(f"ms a turn on Ray, {agents}", str(one["ray, ms a turn"]), local, one["ratio"])


def _bare(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    yield Row("ms of a task of Ray's, one after the other", str(detail["ms_one_after_the_other"]))
    yield Row("tasks of Ray's a second, at once", f"{detail['tasks_per_second_at_once']:,}")


def _scale_out(measured: Any, detail: dict[str, Any]) -> Iterator[Row]:
    rates = detail["runs a second"]
    for engine, ratio in detail["times as many runs"].items():
        one, two = rates[f"{engine}, one"], rates[f"{engine}, two"]
        yield Row(f"runs a second by two cores, {engine}", str(two), f"one core {one}", ratio)


_ROWS: dict[str, Callable[[Any, dict[str, Any]], Iterator[Row]]] = {
    "board": _board,
    "log": _log,
    "virtual clock": _clock,
    "large team": _large,
    "import": _import,
    "model call": _model,
    "many runs": _many,
    "planner": _planner,
    "report": _report,
    "engine, per turn": _turn,
    "bare task": _bare,
    "scale-out": _scale_out,
}
