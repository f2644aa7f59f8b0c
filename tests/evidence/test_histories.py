"""The measure of labelled histories: all judged as labelled, and every flaw is seen."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from brooks.audit import Result
from brooks.audit.linearizability import Operation, Read, Register, Write, check
from brooks.log.foreign import read_history
from measure.histories import SECONDS, Row, flaws_of, is_proof, judge, labelled

STALE = (
    Operation(process="x", called=1, returned=2, argument=Write(value=1), result=True),
    Operation(process="y", called=3, returned=4, argument=Read(), result=None),
)


@pytest.mark.slow
def test_every_labelled_history_is_judged_as_it_is_labelled(test_data: Path) -> None:
    """Fifty of a register and four of a key-value store, each with a witness of a few lines."""
    folder = test_data / "histories"

    rows = [judge(folder / kind / name, truth=truth) for kind, name, truth in labelled(folder)]

    assert len(rows) == 54
    assert flaws_of(rows) == []
    assert max(row.size for row in rows) <= 5


def test_a_witness_of_a_real_history_can_be_read(test_data: Path) -> None:
    """A value that was overwritten comes back, and nobody had written it again."""
    history = read_history(test_data / "histories" / "etcd" / "etcd_046.log")

    judgement = check(history.operations, history.specification)

    assert judgement.explanation("line") == (
        "no order explains, whatever came before: write 0 by process 1 (lines 37 to 38); write 1 by "
        "process 2 (lines 39 to 41); read 0 by process 3 (lines 43 to 44)"
    )


def row(*, truth: bool, seconds: float = 0.1) -> Row:
    judgement = check(STALE, Register())
    return Row("h.log", truth=truth, judgement=judgement, seconds=seconds)


def test_a_wrong_verdict_an_empty_proof_and_a_slow_search_are_flaws() -> None:
    """The history is violated, and is labelled so or not."""
    unproved = row(truth=False)
    unproved.is_proof = False

    assert flaws_of([row(truth=False)]) == []
    assert flaws_of([row(truth=True)]) == ["h.log: judged violated, and it is holds"]
    assert flaws_of([unproved]) == ["h.log: its witness proves nothing"]
    assert flaws_of([row(truth=False, seconds=2 * SECONDS)]) == [
        "all of them took 120 s, more than 60 s"
    ]


def test_a_witness_that_can_be_explained_is_no_proof() -> None:
    """Without the write, the read is well; and what is violated must have a witness."""
    judgement = check(STALE, Register())
    assert judgement.witness is not None
    well = replace(judgement.witness, firm=(STALE[1],))

    assert is_proof(judgement, Register())
    assert not is_proof(replace(judgement, witness=well), Register())
    assert not is_proof(replace(judgement, witness=None), Register())
    assert is_proof(replace(judgement, witness=None, result=Result.HOLDS), Register())
