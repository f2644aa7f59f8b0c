"""What was measured, when and where: `results.json`, and `RESULTS.md` made from it."""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from claims import Claim
from measuring import Answer

Entry: TypeAlias = dict[str, Any]
"""A result as it is kept: a flat JSON object."""

_HEAD = """\
# Results

Written by `python evidence/run.py --write`; `python evidence/run.py ID` measures one again.

| claim | issue | says | bound | measured | holds | seconds | date | commit | machine |
|---|---|---|---|---|---|---|---|---|---|
"""


def entry_of(claim: Claim, answer: Answer, *, root: Path) -> Entry:
    """Everything worth keeping of one measurement."""
    entry: Entry = {
        "id": claim.id,
        "issue": claim.issue,
        "says": claim.says,
        "bound": claim.bound,
        "unit": claim.unit,
        "measured": answer.measured,
        "holds": answer.holds,
        "detail": answer.detail,
        "seconds": answer.seconds,
        "commit": _commit(root),
        "date": datetime.now(UTC).date().isoformat(),
        "machine": {"cores": len(os.sched_getaffinity(0)), "memory_gib": _memory_gib()},
    }
    if answer.error:
        entry["error"] = answer.error
    return entry


def write_results(claims: Iterable[Claim], entries: Iterable[Entry], *, folder: Path) -> None:
    """Merge new entries into the kept ones, forget withdrawn claims, and draw the table."""
    path = folder / "results.json"
    kept: dict[str, Entry] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept |= {entry["id"]: entry for entry in entries}
    ordered = {claim.id: kept[claim.id] for claim in claims if claim.id in kept}
    _replace(path, json.dumps(ordered, indent=2, ensure_ascii=False) + "\n")
    _replace(folder / "RESULTS.md", _HEAD + "".join(map(_row, ordered.values())))


def measured_text(entry: Mapping[str, Any]) -> str:
    """What was measured with its unit, or why nothing was."""
    if "error" in entry:
        return f"nothing ({entry['error']})"
    return f"{_value_text(entry['measured'])} {entry['unit']}".strip()


def _value_text(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _row(entry: Entry) -> str:
    machine = f"{entry['machine']['cores']} cores, {entry['machine']['memory_gib']} GiB"
    cells = (
        f"`{entry['id']}`",
        f"{entry['issue']}",
        entry["says"],
        entry["bound"],
        measured_text(entry),
        "yes" if entry["holds"] else "**no**",
        f"{entry['seconds']:g}",
        entry["date"],
        entry["commit"],
        machine,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _replace(path: Path, text: str) -> None:
    """Write beside and rename, so that a stop leaves the old file or the new one."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _commit(root: Path) -> str:
    """The commit measured, marked when files other than the results differ from it."""
    commit = _git(root, "rev-parse", "--short=10", "HEAD")
    if not commit:
        return "none"
    changed = _git(root, "status", "--porcelain", "--", ".", ":!*/results.json", ":!*/RESULTS.md")
    return f"{commit} and changes" if changed else commit


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _memory_gib() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
