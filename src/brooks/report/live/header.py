"""The lines at the top of the picture: what runs, how far it is, what it has used, what holds it up."""

from collections.abc import Iterator, Sequence

from brooks.core.state import Phase, Status
from brooks.report.live.expecting import Expected, standing
from brooks.report.live.following import Followed
from brooks.report.live.rows import Piece, Signs, bar, fit, left, width_of
from brooks.report.wording import amount, count, plain, short_duration
from brooks.runtime.governor import LaneView

LABEL = 8
"""Columns of the words at the left."""
_WAITED_FOR = {
    "concurrency": "as many as may be were out at once",
    "requests": "the limit of requests a minute",
    "tokens": "the limit of tokens a minute",
    "retry_after": "the provider asked for it",
    "breaker": "the provider was down",
    "stagger": "not all are sent at once",
}
_PHASES = {
    Phase.NEW: ("starting", "dim"),
    Phase.RUNNING: ("running", "good"),
    Phase.PAUSED: ("paused", "wait"),
    Phase.STOPPING: ("stopping", "wait"),
    Phase.FINISHED: ("over", "bold"),
}


def title_row(followed: Followed, title: str, *, width: int, orphaned: bool) -> list[Piece]:
    """What runs, and at the right end the phase."""
    word, style = ("stopped", "alarm") if orphaned else _PHASES[followed.summary.phase]
    room = width - len(word) - 2
    shown = fit([(plain(title, most=400), "bold")], room)
    return [*shown, (" " * (width - width_of(shown) - len(word)), ""), (word, style)]


def header_rows(
    followed: Followed,
    *,
    now: float,
    width: int,
    signs: Signs,
    expected: Expected | None = None,
    lanes: Sequence[LaneView] = (),
    orphaned: str = "",
) -> Iterator[list[Piece]]:
    """The lines under the title, the most important first."""
    yield _tasks(followed, width, signs)
    yield _labelled("so far", [(_so_far(followed, now), "")])
    notice = _notice(followed, orphaned)
    if notice:
        yield _labelled("state", [(notice, "alarm" if orphaned else "wait")])
    held = _held(followed, now, lanes)
    if held:
        yield _labelled("limits", [(held, "wait")])
    used = _budget(followed, now, width, signs)
    if used:
        yield _labelled("budget", used)
    if expected is not None and followed.tasks.all:
        words = standing(expected, now=now, left=followed.left(now))
        yield _labelled("plan", [words])


def _labelled(label: str, pieces: list[Piece]) -> list[Piece]:
    return [(left(label, LABEL), "dim"), *pieces]


def _tasks(followed: Followed, width: int, signs: Signs) -> list[Piece]:
    """A bar of the tasks, and their counts."""
    tasks, states = followed.summary.tasks, followed.tasks
    words = [f"{len(tasks.done)} of {tasks.total} done"]
    if followed.summary.last_looks:
        words.append(f"{tasks.verified} verified")
    elif followed.summary.guarantees.checked_completion:
        words.append(f"{len(tasks.checked)} checked")
    at_work = states.count(Status.LEASED, Status.QUEUED)
    bad = len(tasks.failed) + len(tasks.blocked) + len(tasks.cancelled)
    for number, word in (
        (len(tasks.failed), "failed"),
        (len(tasks.blocked), "blocked"),
        (len(tasks.cancelled), "cancelled"),
        (at_work, "at work"),
        (states.count(Status.READY), "ready"),
        (states.count(Status.WAITING), "waiting"),
    ):
        if number:
            words.append(f"{number} {word}")
    of = tasks.total or 1
    parts = [
        (len(tasks.done) / of, signs.done, "good"),
        (bad / of, signs.bad, "bad"),
        (at_work / of, signs.work, "busy"),
    ]
    columns = max(10, min(60, width // 6))
    return _labelled("tasks", [*bar(parts, columns, signs.rest), (f"  {', '.join(words)}", "")])


def _so_far(followed: Followed, now: float) -> str:
    summary = followed.summary
    parts = [short_duration(now), f"{amount(summary.tokens)} tokens"]
    if summary.simulated:
        parts.insert(0, "simulated")
    if summary.spending.total.dollars:
        more = " or more" if summary.spending.total.unpriced else ""
        parts.append(f"${summary.spending.total.dollars:.4g}{more}")
    if summary.conflicts:
        parts.append(count(summary.conflicts, "conflict"))
    if summary.checks_failed:
        parts.append(count(summary.checks_failed, "failed check"))
    if summary.faults:
        parts.append(count(sum(summary.faults.values()), "fault"))
    return ", ".join(parts)


def _notice(followed: Followed, orphaned: str) -> str:
    """What is to be said of the phase; nothing while the run just goes on."""
    summary = followed.summary
    if orphaned:
        return orphaned
    match summary.phase:
        case Phase.NEW | Phase.RUNNING:
            ended, of = summary.last_look
            looks = ended < of
            return f"last look: {ended} of {count(of, 'check')} on the final tree" if looks else ""
        case Phase.PAUSED:
            return "paused: nothing new starts"
        case Phase.STOPPING:
            return f"stopping: {plain(summary.reason)}"
        case Phase.FINISHED:
            return f"over: {plain(summary.reason)}"


def _held(followed: Followed, now: float, lanes: Sequence[LaneView]) -> str:
    """What holds requests back, by the lanes where there are any, and otherwise by the log."""
    known = [text for lane in lanes if (text := _lane(lane, now))]
    if known:
        return "; ".join(known)
    held = followed.limits.held(now)
    if held is None or followed.summary.phase is Phase.FINISHED:
        return ""
    if held.until is not None:
        return f"the provider asks everybody to wait, for {held.seconds:.0f} s more"
    why = _WAITED_FOR.get(held.why, plain(held.why, most=40) or "the limits of its model")
    return f"a request was held back for {held.seconds:.0f} s: {why}"


def _lane(lane: LaneView, now: float) -> str:
    """What holds up the requests of one model."""
    parts = []
    if lane.down_until is not None:
        parts.append(f"down, tried again in {max(lane.down_until - now, 0):.0f} s")
    if lane.paused_until is not None and lane.paused_until - now >= 1:
        parts.append(f"all wait {lane.paused_until - now:.0f} s more, as the provider asked")
    if lane.waiting:
        parts.append(f"{lane.waiting} wait, {lane.in_flight} of {int(lane.limit)} out at once")
        if lane.requests_limit:
            parts.append(f"{lane.requests_used} of {lane.requests_limit} requests this minute")
        if lane.tokens_limit:
            parts.append(
                f"{amount(lane.tokens_used)} of {amount(lane.tokens_limit)} tokens this minute"
            )
    return f"{plain(lane.model, most=40)}: {', '.join(parts)}" if parts else ""


def _budget(followed: Followed, now: float, width: int, signs: Signs) -> list[Piece]:
    """A small bar for each limit that the run has."""
    budget, summary = followed.budget, followed.summary
    spent = summary.spending
    uses: list[tuple[str, float, float, str]] = []
    if budget.seconds:
        uses.append(("time", now, budget.seconds, short_duration(budget.seconds)))
    if budget.dollars:
        dollars = spent.total.dollars + spent.maybe_dollars
        uses.append(("money", dollars, budget.dollars, f"${budget.dollars:.4g}"))
    if budget.tokens:
        tokens = summary.tokens + spent.maybe_tokens
        uses.append(("tokens", tokens, budget.tokens, amount(budget.tokens)))
    if budget.turns:
        uses.append(("turns", summary.turns, budget.turns, str(budget.turns)))
    columns = max(5, min(24, (width - LABEL) // max(len(uses), 1) - 24))
    pieces: list[Piece] = []
    for name, used, limit, text in uses:
        share = min(used / limit, 1.0)
        style = "bad" if share > 0.9 else "wait" if share > 0.7 else "good"
        pieces += [("   " if pieces else "", ""), (f"{name} ", "")]
        pieces += bar([(share, signs.done, style)], columns, signs.rest)
        pieces.append((f" {share:.0%} of {text}", ""))
    return pieces
