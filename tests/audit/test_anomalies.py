"""Anomalies: each found where it was put, named, counted, and not seen where it is not."""

from typing import TYPE_CHECKING, cast

from brooks.audit import Anomaly, Observation
from brooks.audit.anomalies import observe
from brooks.core.events import Event, Record

if TYPE_CHECKING:
    from tests.audit.conftest import Past


def change(
    past: "Past", number: int, task: str, *writes: str, reads: tuple[str, ...] = ()
) -> list[Event]:
    """A proposal and its merge; records 2n and 2n + 1 of a history that opens a workspace."""
    return [
        past.queued(number, task, *writes, reads=reads),
        past.done(number, task, number, *writes),
    ]


def seen(past: "Past", *changes: list[Event]) -> dict[Anomaly, Observation]:
    """What is seen in a history, of a tree with three files, without the anomalies that are not."""
    lines = [event for pair in changes for event in pair]
    observed = observe(past.write(past.opened("f", "g", "h"), *lines))
    assert [each.anomaly for each in observed] == list(Anomaly)
    return {each.anomaly: each for each in observed if each.count}


def test_changes_of_what_is_current_show_nothing(past: "Past") -> None:
    """Each was made after the one before was merged."""
    assert not seen(
        past,
        change(past, 1, "a", "f@1", reads=("g@1",)),
        change(past, 2, "b", "g@1", "f@2", reads=("h@1",)),
        change(past, 3, "c", "h@1", reads=("f@3", "g@2")),
    )


def test_a_lost_update_is_counted_as_that_alone(past: "Past") -> None:
    """Both wrote the file from version 1."""
    found = seen(past, change(past, 1, "a", "f@1"), change(past, 2, "b", "f@1"))

    assert set(found) == {Anomaly.LOST_UPDATE}
    assert found[Anomaly.LOST_UPDATE].count == 1
    assert found[Anomaly.LOST_UPDATE].witness == (3, 4, 5)
    assert found[Anomaly.LOST_UPDATE].explanation == "'b' wrote 'f' from version 1 over version 2"


def test_a_stale_read_harms_nobody_by_itself(past: "Past") -> None:
    """What was read was replaced, but the change could have come first."""
    found = seen(
        past, change(past, 1, "a", "f@1"), change(past, 2, "b", "g@1", reads=("f@1", "h@1"))
    )

    assert set(found) == {Anomaly.STALE_READ}
    assert found[Anomaly.STALE_READ].witness == (4, 5)
    assert found[Anomaly.STALE_READ].explanation == (
        "'b' was made after reading 'f' at version 1, and merged when it was at version 2"
    )


def test_the_newest_of_several_reads_of_a_file_counts(past: "Past") -> None:
    """The agent looked again before it made the change."""
    assert not seen(
        past, change(past, 1, "a", "f@1"), change(past, 2, "b", "g@1", reads=("f@1", "f@2"))
    )


def test_write_skew_is_two_that_each_replaced_what_the_other_read(past: "Past") -> None:
    """Each read the other's file; neither order of them would have given this."""
    found = seen(
        past,
        change(past, 1, "a", "f@1", reads=("g@1",)),
        change(past, 2, "b", "g@1", reads=("f@1",)),
    )

    assert set(found) == {Anomaly.WRITE_SKEW, Anomaly.STALE_READ}
    assert found[Anomaly.WRITE_SKEW].count == 1
    assert found[Anomaly.WRITE_SKEW].witness == (3, 4, 5)
    assert found[Anomaly.WRITE_SKEW].explanation == (
        "'b' read 'f' before 'a' replaced it, and 'b' replaced what 'a' had read"
    )


def test_read_skew_is_the_old_of_one_file_and_the_new_of_another(past: "Past") -> None:
    """A change made from what the other wrote in one file, and from before it in another."""
    found = seen(
        past, change(past, 1, "a", "f@1", "g@1"), change(past, 2, "b", "g@2", reads=("f@1",))
    )

    assert set(found) == {Anomaly.READ_SKEW, Anomaly.STALE_READ}
    assert found[Anomaly.READ_SKEW].explanation == (
        "'b' read 'f' before 'a' replaced it, and then built on 'a'"
    )


def test_a_circle_of_three_is_found(past: "Past") -> None:
    """Each read what the next one replaced, all the way round."""
    found = seen(
        past,
        change(past, 1, "a", "f@1", reads=("g@1",)),
        change(past, 2, "b", "g@1", reads=("h@1",)),
        change(past, 3, "c", "h@1", reads=("f@1",)),
    )

    assert set(found) == {Anomaly.SERIALIZATION_CYCLE, Anomaly.STALE_READ}
    assert found[Anomaly.SERIALIZATION_CYCLE].witness == (3, 5, 6, 7)
    assert found[Anomaly.SERIALIZATION_CYCLE].explanation == (
        "'c' read 'f' before 'a' replaced it, and by way of 'b', 'a' had to come after it all the same"
    )


def test_work_taken_back_is_a_write_like_any_other(past: "Past") -> None:
    """A change made from what was taken back loses that, and a taking back may lose a change."""
    first = change(past, 1, "a", "f@1")

    late = seen(past, first, [past.reverted("a", 2, "f@2")], change(past, 2, "b", "f@2"))
    blind = seen(past, first, change(past, 2, "b", "f@2"), [past.reverted("a", 3, "f@2")])

    assert late[Anomaly.LOST_UPDATE].witness == (4, 5, 6)
    assert blind[Anomaly.LOST_UPDATE].explanation == (
        "the taking back of 'a' wrote 'f' from version 2 over version 3"
    )


def test_a_count_that_fails_says_so() -> None:
    """The history is none; the verdicts beside the counts must not suffer."""
    observed = observe([cast(Record, None)])

    assert {each.count for each in observed} == {None}
    assert observed[0].explanation == (
        "the count failed: AttributeError: 'NoneType' object has no attribute 'event'"
    )
