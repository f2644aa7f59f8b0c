"""One holder and fencing: a good history, and what each way of breaking it shows."""

from typing import TYPE_CHECKING

from brooks.audit.holding import check_fencing, check_one_holder
from brooks.audit.verdict import Result

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def test_leases_that_follow_one_another_hold(past: "Past") -> None:
    """Expired, handed back, revoked by a resume, ended with their task: each time the next may come."""
    records = past.write(
        past.leased("x", 1, "a", "b", "c"),
        past.returned("x", 1, "b"),
        past.leased("y", 2, "b"),
        past.expired("x", 1, "a", "c"),
        past.leased("z", 3, "a"),
        past.resumed(2, 3),
        past.leased("z", 4, "a"),
        past.queued(1, "a", agent="z", fence=4),
        past.done(1, "a", 1, agent="z", fence=4),
        past.leased("y", 5, "b", "c"),
        past.failed("b"),
        past.cancelled("c"),
        past.requeued("b"),
        past.leased("x", 6, "b", "c"),
    )

    holder, fencing = check_one_holder(records), check_fencing(records)

    assert (holder.result, fencing.result) == (Result.HOLDS, Result.HOLDS)
    assert holder.explanation == (
        "none of 6 leases overlapped, and each of 1 merged changes came from its task's holder"
    )
    assert fencing.explanation == "6 fences strictly increased, no dead one was used"


def test_overlapping_leases_are_shown_by_the_two_grants(past: "Past") -> None:
    """`b` is leased again while the first lease has time left; a third lease of `a` is fine."""
    records = past.write(
        past.leased("x", 1, "a", "b", until=50.0),
        past.returned("x", 1, "a"),
        past.leased("y", 2, "b"),
        past.leased("z", 3, "a"),
    )

    verdict = check_one_holder(records)

    assert verdict.result is Result.VIOLATED
    assert verdict.witness == (1, 3)
    assert verdict.explanation == (
        "task 'b' was leased to y (fence 2) while x still held it (fence 1)"
    )


def test_lease_whose_time_is_over_does_not_overlap(past: "Past") -> None:
    """Nobody wrote down that it ended, but it did: a lease holds until its time is over."""
    records = past.write(past.leased("x", 1, "a", until=2.0), past.leased("y", 2, "a"))

    assert check_one_holder(records).result is Result.HOLDS


def test_renewed_lease_overlaps_longer(past: "Past") -> None:
    """The same, but the first holder renewed in time."""
    records = past.write(
        past.leased("x", 1, "a", until=3.0),
        past.renewed("x", 1, until=9.0),
        (5.0, past.leased("y", 2, "a")),
    )

    verdict = check_one_holder(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (1, 3))


def test_commit_under_a_lease_that_is_out_of_time_is_shown(past: "Past") -> None:
    """Renewed once in time and once too late; the late renewal does not bring the lease back."""
    records = past.write(
        past.leased("x", 1, "a", until=3.0),
        past.renewed("x", 1, until=6.0),
        (6.0, past.renewed("x", 1, until=50.0)),
        (7.0, past.queued(1, "a")),
        (8.0, past.done(1, "a", 1)),
    )

    verdicts = [check_one_holder(records), check_fencing(records)]

    for verdict in verdicts:
        assert verdict.result is Result.VIOLATED
        assert verdict.witness == (2, 4, 5)
        assert verdict.explanation == (
            "the change of x to task 'a' was merged although it was proposed at 7 s under fence 1, "
            "which was over at 6 s"
        )


def test_commit_under_a_revoked_fence_is_shown_by_what_ended_it(past: "Past") -> None:
    """A resume revoked the lease; its agent proposes all the same."""
    records = past.write(
        past.leased("x", 1, "a"),
        past.resumed(1),
        past.queued(1, "a"),
        past.done(1, "a", 1),
    )

    verdicts = [check_one_holder(records), check_fencing(records)]

    for verdict in verdicts:
        assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 3, 4))


def test_lease_may_end_while_the_change_waits_in_the_queue(past: "Past") -> None:
    """What counts is the moment of the proposal."""
    records = past.write(
        past.leased("x", 1, "a"),
        past.queued(1, "a"),
        past.expired("x", 1, "a"),
        past.done(1, "a", 1),
    )

    assert check_one_holder(records).result is Result.HOLDS
    assert check_fencing(records).result is Result.HOLDS


def test_commit_under_the_fence_of_another_is_shown(past: "Past") -> None:
    """`y` uses the fence of `x`. That is not a dead fence, so fencing holds."""
    records = past.write(
        past.leased("x", 1, "a"),
        past.queued(1, "a", agent="y"),
        past.done(1, "a", 1, agent="y"),
    )

    verdict = check_one_holder(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (1, 2, 3))
    assert verdict.explanation.endswith("was merged although fence 1 is that of x")
    assert check_fencing(records).result is Result.HOLDS


def test_commit_under_no_lease_of_its_task_is_shown(past: "Past") -> None:
    """A lease of another task, a fence nobody was given, a change nobody proposed, another's proposal."""
    broken = {
        (1, 2, 3): past.write(past.leased("x", 1, "b"), past.queued(1, "a"), past.done(1, "a", 1)),
        (1, 2): past.write(past.queued(1, "a", fence=7), past.done(1, "a", 1, fence=7)),
        (2,): past.write(past.leased("x", 1, "a"), past.done(1, "a", 1)),
        (2, 3): past.write(
            past.leased("x", 1, "a", "b"), past.queued(1, "a"), past.done(1, "b", 1)
        ),
    }

    witnesses = {witness: check_one_holder(records) for witness, records in broken.items()}

    assert {witness: v.witness for witness, v in witnesses.items()} == {w: w for w in broken}
    assert {v.result for v in witnesses.values()} == {Result.VIOLATED}


def test_smallest_witness_is_chosen(past: "Past") -> None:
    """Two things are wrong; the one that takes two records to see is told, not the one with three."""
    records = past.write(
        past.leased("x", 1, "a"),
        past.resumed(1),
        past.queued(1, "a"),
        past.done(1, "a", 1),
        past.leased("x", 2, "b"),
        past.leased("y", 3, "b"),
    )

    assert check_one_holder(records).witness == (5, 6)


def test_fence_that_does_not_grow_is_shown(past: "Past") -> None:
    """The third grant takes the number of the first one, whose task is long over."""
    records = past.write(
        past.leased("x", 1, "a"),
        past.leased("y", 2, "b"),
        past.cancelled("a"),
        past.leased("z", 1, "c"),
    )

    verdict = check_fencing(records)

    assert (verdict.result, verdict.witness) == (Result.VIOLATED, (2, 4))
    assert verdict.explanation == "fence 1 was granted after fence 2"
