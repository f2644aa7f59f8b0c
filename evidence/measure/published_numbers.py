"""The published runs: is every number behind every figure and every finding reproduced?

Runs `brooks import` on them and compares what it writes with the expected tables, value by value, to
four significant digits. The expected tables call models and modes by short names, and have empty rows
for a model whose runs are not there; those rows are left out.

    PYTHONPATH=evidence python -m measure.published_numbers
"""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure.data_folder import data_folder

SHORT = {
    "anthropic_claude-sonnet-4-6": "sonnet",
    "google_gemini-3-flash-preview": "gemini",
    "preassign_nolead": "pre",
    "decentralized": "dec",
}
KEYS = ("mode", "model", "p_label", "n", "metric", "finding")
NOT_NUMBERS = ("definition",)
RENAMED = {
    "median_straggler_gap_s_decentralized": "median_straggler_gap_s_dec",
    "median_straggler_gap_s_preassign_nolead": "median_straggler_gap_s_pre",
}
Key = tuple[str, ...]


def rows_of(path: Path) -> dict[Key, dict[str, str]]:
    """The rows of a table by what they are about."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        named = {name: SHORT.get(value, value) for name, value in row.items()}
        key = tuple(RENAMED.get(named[name], named[name]) for name in KEYS if name in named)
        found[key] = {name: value for name, value in named.items() if name not in KEYS}
    return found


def is_same(expected: str, found: str) -> bool:
    """Whether two numbers agree to four significant digits."""
    first, second = float(expected), float(found)
    return f"{first:.4g}" == f"{second:.4g}" or abs(first - second) <= 5e-5 * abs(first)


def differences(expected: Path, found: Path) -> Iterator[tuple[str, bool]]:
    """Each value of a table that is known, and whether it is reproduced."""
    ours = rows_of(found)
    for key, row in rows_of(expected).items():
        if "gpt" in key:
            continue
        for name, value in row.items():
            if name in NOT_NUMBERS or value == "":
                continue
            there = ours.get(key, {}).get(name, "")
            yield (
                f"{expected.stem} {key} {name}: {value}, found {there!r}",
                bool(there and is_same(value, there)),
            )


def main() -> None:
    folder = data_folder("published")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [sys.executable, "-m", "brooks", "import", str(folder), "-o", scratch],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        tables = [
            *sorted((folder / "expected").glob("fig_*.csv")),
            folder / "expected" / "success_rate.csv",
            folder / "expected" / "findings.csv",
        ]
        compared = [
            each for table in tables for each in differences(table, Path(scratch) / table.name)
        ]
    wrong = [text for text, same in compared if not same]
    detail = {"tables": len(tables), "values": len(compared), "wrong": wrong[:5]}
    print(json.dumps({"measured": len(wrong), "detail": detail}))


if __name__ == "__main__":
    main()
