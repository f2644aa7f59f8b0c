"""Linearizability: good histories and broken ones, small witnesses, and the bound on the search."""

from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brooks.audit import Result
from brooks.audit.linearizability import (
    Append,
    Argument,
    Commit,
    CompareAndSet,
    Get,
    KeyValueStore,
    Operation,
    Put,
    Read,
    Register,
    Specification,
    Value,
    VersionedFiles,
    Write,
    check,
)
from brooks.audit.linearizability.search import search
from brooks.audit.linearizability.specification import IMPOSSIBLE, UNKNOWN, State
from brooks.errors import UsageError


def operation(
    called: int,
    returned: int | None,
    argument: Argument,
    result: Value | bool = None,
    *,
    process: str = "x",
) -> Operation:
    return Operation(
        process=process, called=called, returned=returned, argument=argument, result=result
    )


def write(called: int, returned: int | None, value: int) -> Operation:
    return operation(called, returned, Write(value=value), True)


def read(called: int, returned: int | None, value: int | None) -> Operation:
    return operation(called, returned, Read(), value)


def swap(
    called: int, returned: int | None, expected: int, new: int, *, done: bool = True
) -> Operation:
    return operation(called, returned, CompareAndSet(expected=expected, new=new), done)


def judge(*operations: Operation) -> Result:
    return check(operations, Register()).result


def test_reads_beside_a_write_may_see_the_old_and_then_the_new() -> None:
    """Two reads while one write is under way; but not the new and then the old."""
    slow = write(1, 10, 7)

    assert judge(slow, read(2, 3, None), read(4, 5, 7)) is Result.HOLDS
    assert judge(slow, read(2, 3, 7), read(4, 5, None)) is Result.VIOLATED


def test_a_read_after_a_write_must_see_it() -> None:
    """The write had returned."""
    assert judge(write(1, 2, 7), read(3, 4, 7)) is Result.HOLDS
    assert judge(write(1, 2, 7), read(3, 4, None)) is Result.VIOLATED


def test_a_write_that_never_returned_may_take_effect_late_or_never_but_once() -> None:
    """It timed out; it may be seen long after, or not at all, and not before it was called."""
    lost, other = write(1, None, 7), write(2, 3, 8)

    assert judge(lost, other, read(4, 5, 8), read(6, 7, 7)) is Result.HOLDS
    assert judge(lost, other, read(4, 5, 8), read(6, 7, 8)) is Result.HOLDS
    assert judge(lost, other, read(4, 5, 7), read(6, 7, 8), read(8, 9, 7)) is Result.VIOLATED
    assert judge(read(1, 2, 7), write(3, None, 7)) is Result.VIOLATED


def test_equal_writes_that_never_returned_may_each_be_seen() -> None:
    """Two lost writes of the same value explain two comings back of it, and not three."""
    lost = [write(1, None, 7), write(2, None, 7)]
    seen = [read(at, at + 1, 7) for at in (5, 9, 13)]
    between = [write(at, at + 1, 8) for at in (3, 7, 11)]
    looks = [look for pair in zip(between, seen, strict=True) for look in pair]

    assert judge(*lost, *looks[:4]) is Result.HOLDS
    assert judge(*lost, *looks) is Result.VIOLATED


def test_compare_and_set_is_done_or_refused_or_unknown() -> None:
    """Done only on the expected value, refused only on another, and perhaps when it never returned."""
    before = write(1, 2, 1)

    assert judge(before, swap(3, 4, 1, 2), read(5, 6, 2)) is Result.HOLDS
    assert judge(before, swap(3, 4, 5, 2)) is Result.VIOLATED
    assert judge(before, swap(3, 4, 5, 2, done=False), read(5, 6, 1)) is Result.HOLDS
    assert judge(before, swap(3, 4, 1, 2, done=False)) is Result.VIOLATED
    assert judge(before, swap(3, None, 1, 2), read(5, 6, 2)) is Result.HOLDS
    assert judge(before, swap(3, None, 5, 2), read(5, 6, 2)) is Result.VIOLATED


def test_keys_are_judged_one_by_one_and_the_broken_one_is_named() -> None:
    """An append to one key is lost; the other key is well."""
    well = [
        operation(1, 2, Put(key="good", value="a"), True),
        operation(3, 4, Get(key="good"), "a"),
        operation(5, 6, Append(key="good", value="b"), True),
        operation(7, 8, Get(key="good"), "ab"),
    ]
    broken = [
        operation(1, 2, Append(key="bad", value="one "), True, process="p"),
        operation(3, 4, Append(key="bad", value="two"), True, process="p"),
        operation(5, 6, Get(key="bad"), "two", process="q"),
    ]

    judgement = check([*well, *broken], KeyValueStore())

    assert check(well, KeyValueStore()).result is Result.HOLDS
    assert judgement.result is Result.VIOLATED
    assert judgement.parts == 2
    assert judgement.explanation("line") == (
        "no order explains, from the start: append 'bad' 'one ' by p (lines 1 to 2); get 'bad' gave "
        "'two' by q (lines 5 to 6); not even if these took effect at some time: append 'bad' 'two' "
        "of p (line 3)"
    )


def test_of_two_broken_keys_the_smaller_and_then_the_earlier_witness_is_shown() -> None:
    """Texts that nobody wrote, under two keys."""
    late = operation(3, 4, Get(key="a"), "from nowhere")
    early = operation(1, 2, Get(key="b"), "from nowhere")

    assert check([late, early], KeyValueStore()).places() == (1, 2)


def test_a_file_takes_a_write_only_on_the_version_it_was_made_from() -> None:
    """Two writers from version 1; the second one's change came from a version that was gone."""
    first = operation(1, 5, Commit(path="a", base=1), 2)
    files = VersionedFiles({"a": 1})

    good = check([first, operation(2, 6, Commit(path="a", base=2), 3)], files)
    bad = check([first, operation(2, 6, Commit(path="a", base=1), 3, process="y")], files)
    new = check([operation(1, 2, Commit(path="b", base=0), 1)], files)

    assert (good.result, new.result) == (Result.HOLDS, Result.HOLDS)
    assert bad.result is Result.VIOLATED
    assert bad.explanation("record") == (
        "no order explains, whatever came before: write 'a' from version 1, which made version 3 by "
        "y (records 2 to 6); not even if these took effect at some time: write 'a' from version 1 of "
        "x (record 1)"
    )


def test_the_witness_is_a_handful_out_of_many_operations() -> None:
    """A hundred good operations, and a read of a value that was overwritten."""
    good = [
        write(4 * n, 4 * n + 1, n) if n % 2 else read(4 * n, 4 * n + 1, n - 1) for n in range(2)
    ]
    long = [
        each
        for n in range(1, 50)
        for each in (write(8 * n, 8 * n + 1, n), read(8 * n + 2, 8 * n + 3, n))
    ]
    stale = read(500, 501, 30)

    judgement = check([*good[1:], *long, stale], Register())

    assert judgement.result is Result.VIOLATED
    assert judgement.places() == (394, 395, 500, 501)
    assert judgement.explanation("line") == (
        "no order explains, whatever came before: read 49 by x (lines 394 to 395); read 30 by x "
        "(lines 500 to 501)"
    )


def test_a_search_that_takes_too_long_is_unknown() -> None:
    """Eight appends at once, in an order that only the last read tells, and two configurations to look at."""
    appends = [operation(1, 20, Append(key="k", value=str(n)), True) for n in range(8)]
    text = operation(30, 31, Get(key="k"), "76543210")

    assert check([*appends, text], KeyValueStore()).result is Result.HOLDS

    judgement = check([*appends, text], KeyValueStore(), most_states=2)

    assert judgement.result is Result.UNKNOWN
    assert judgement.explanation("line") == "the search was given up after 2 configurations"


def test_nothing_is_linearizable() -> None:
    """No operation at all."""
    assert judge() is Result.HOLDS


@pytest.mark.parametrize(
    ("specification", "argument"),
    [
        (Register(), Get(key="a")),
        (KeyValueStore(), Write(value=1)),
        (VersionedFiles({}), Read()),
    ],
)
def test_an_operation_of_another_object_is_wrong_use(
    specification: Specification, argument: Argument
) -> None:
    """A register is asked for a key, and so on: the error names what was asked."""
    with pytest.raises(UsageError, match=type(argument).__name__):
        check([operation(1, 2, argument)], specification)


values = st.integers(1, 2)
arguments = st.one_of(
    st.just(Read()),
    st.builds(Write, value=values),
    st.builds(CompareAndSet, expected=values, new=values),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """Up to five operations with any results, of which some never returned."""
    moments = draw(st.permutations(range(10)))
    found = []
    for number in range(draw(st.integers(1, 5))):
        called, returned = sorted(moments[2 * number : 2 * number + 2])
        argument = draw(arguments)
        result: Value | bool = draw(st.booleans())
        if isinstance(argument, Read):
            result = draw(st.sampled_from([None, 1, 2]))
        found.append(
            operation(called, draw(st.sampled_from([returned, returned, None])), argument, result)
        )
    return found


def by_trying_all(operations: Sequence[Operation], start: State = None) -> bool:
    """Whether some order of all that returned, and some of the others, explains them."""
    lost = [each for each in operations if each.returned is None]
    over = [each for each in operations if each.returned is not None]
    return any(
        explains(order, start)
        for chosen in range(2 ** len(lost))
        for order in permutations(
            [*over, *(each for bit, each in enumerate(lost) if chosen >> bit & 1)]
        )
    )


def explains(order: Sequence[Operation], state: State) -> bool:
    for at, each in enumerate(order):
        if any(later.returned is not None and later.returned < each.called for later in order[at:]):
            return False
        state = Register().step(state, each)
        if state is IMPOSSIBLE:
            return False
    return True


@settings(max_examples=150)
@given(histories())
def test_the_search_agrees_with_trying_every_order(operations: list[Operation]) -> None:
    """Small histories of a register, with lost operations, judged both ways."""
    expected = Result.HOLDS if by_trying_all(operations) else Result.VIOLATED

    assert check(operations, Register()).result is expected


@settings(max_examples=150)
@given(histories())
def test_a_witness_proves_what_it_says(operations: list[Operation]) -> None:
    """Judged by itself it is violated too: from the start, or from every state there may be."""
    witness = check(operations, Register()).witness

    if witness is not None:
        kept = [*witness.firm, *witness.loose]
        starts: list[State] = [None] if witness.from_start else [None, 1, 2, 3]
        start: State = None if witness.from_start else UNKNOWN
        assert not any(by_trying_all(kept, each) for each in starts)
        assert search(kept, Register(), initial=start, most_states=10_000).result is Result.VIOLATED
