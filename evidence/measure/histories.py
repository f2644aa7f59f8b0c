"""Labelled histories of others: is each judged as it is labelled, and how fast?

The histories are 50 of a register and 4 of a key-value store, with their truth beside them. A
history that is judged wrongly, or not at all, is a flaw, and so is a witness that is no proof: its
operations, judged by themselves, must be as wrong as the history.

    PYTHONPATH=evidence python -m measure.histories --data ../shared/data/histories
"""

import argparse
import json
import sys
import time
from pathlib import Path

from brooks.audit import Result
from brooks.audit.linearizability import Judgement, Specification, check
from brooks.audit.linearizability.search import search
from brooks.audit.linearizability.specification import UNKNOWN
from brooks.log.foreign import read_history
from measure.data_folder import data_folder

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60.0
"""In which all of them are to be judged."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=None)
    folder = parser.parse_args().data or data_folder("histories")
    if not (folder / "linearizable.json").is_file():
        sys.exit(f"there are no labelled histories in {str(folder)!r}: set BROOKS_TEST_DATA")
    rows = [judge(folder / kind / name, truth=truth) for kind, name, truth in labelled(folder)]
    flaws = flaws_of(rows)
    detail = {
        "histories": len(rows),
        "violated": sum(row.judgement.result is Result.VIOLATED for row in rows),
        "operations": sum(row.judgement.operations for row in rows),
        "seconds": round(sum(row.seconds for row in rows), 2),
        "slowest_seconds": round(max(row.seconds for row in rows), 2),
        "largest_witness": max(row.size for row in rows),
        "flaws": flaws,
    }
    print(json.dumps({"measured": len(flaws), "detail": detail}))
    sys.exit(bool(flaws))


class Row:
    """One history, judged."""

    def __init__(self, name: str, *, truth: bool, judgement: Judgement, seconds: float) -> None:
        self.name = name
        self.truth = truth
        self.judgement = judgement
        self.seconds = seconds
        self.is_proof = True
        """Whether the witness by itself is as wrong as the history."""

    @property
    def size(self) -> int:
        """Operations of the witness."""
        witness = self.judgement.witness
        return 0 if witness is None else len(witness.firm)


def labelled(folder: Path) -> list[tuple[str, str, bool]]:
    """Kind, file and truth of each history."""
    truth = json.loads((folder / "linearizable.json").read_text("utf-8"))
    return [(kind, name, holds) for kind, files in truth.items() for name, holds in files.items()]


def judge(path: Path, *, truth: bool) -> Row:
    """Read and judge one, and say so on standard error."""
    began = time.perf_counter()
    history = read_history(path)
    judgement = check(history.operations, history.specification)
    seconds = time.perf_counter() - began
    row = Row(path.name, truth=truth, judgement=judgement, seconds=seconds)
    row.is_proof = is_proof(judgement, history.specification)
    wanted = Result.HOLDS if truth else Result.VIOLATED
    print(
        f"{path.name:<14} truth {wanted.value:<9} verdict {judgement.result.value:<9}"
        f"{seconds:7.3f} s {judgement.states:>8} states, witness of {row.size}",
        file=sys.stderr,
    )
    return row


def is_proof(judgement: Judgement, specification: Specification) -> bool:
    """Whether no order explains the witness; also true where there is none to show."""
    witness = judgement.witness
    if witness is None:
        return judgement.result is not Result.VIOLATED
    operations = [*witness.firm, *witness.loose]
    part = specification.part(operations[0])
    start = specification.initial(part) if witness.from_start else UNKNOWN
    found = search(operations, specification, initial=start, most_states=1_000_000)
    return found.result is Result.VIOLATED


def flaws_of(rows: list[Row]) -> list[str]:
    """What is not as it should be."""
    flaws = []
    for row in rows:
        wanted = Result.HOLDS if row.truth else Result.VIOLATED
        result = row.judgement.result
        if result is not wanted:
            flaws.append(f"{row.name}: judged {result.value}, and it is {wanted.value}")
        elif not row.is_proof:
            flaws.append(f"{row.name}: its witness proves nothing")
    seconds = sum(row.seconds for row in rows)
    if seconds > SECONDS:
        flaws.append(f"all of them took {seconds:.0f} s, more than {SECONDS:.0f} s")
    return flaws


if __name__ == "__main__":
    main()
