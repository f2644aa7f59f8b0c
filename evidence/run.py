"""Measures what the project claims of itself, and says of each claim whether it holds.

::

    python evidence/run.py help-is-quick      one claim, or several
    python evidence/run.py --tier ci          the quick ones
    python evidence/run.py --issue 3          those of one issue
    python evidence/run.py --all --write      all, kept in results.json and RESULTS.md

Progress goes to stderr. Exit code: 0 every claim holds, 1 one does not, 2 wrong use.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from brooks.errors import UsageError
from claims import Claim, load_claims
from measuring import measure
from results import Entry, entry_of, measured_text, write_results

_HERE = Path(__file__).resolve().parent


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--tier", type=click.Choice(["ci", "full"]), help="The claims of one tier.")
@click.option("--issue", type=click.IntRange(min=1), help="The claims of one issue.")
@click.option("--all", "everything", is_flag=True, help="Every claim.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("--write", is_flag=True, help="Keep them in results.json and RESULTS.md.")
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=600.0,
    show_default=True,
    help="Seconds that one command may take.",
)
@click.option(
    "--claims",
    "claims_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_HERE / "claims.yaml",
    help="Another claims file; its folder keeps the results, and lies in the project's root.",
)
def main(
    ids: tuple[str, ...],
    *,
    tier: str | None,
    issue: int | None,
    everything: bool,
    as_json: bool,
    write: bool,
    timeout_seconds: float,
    claims_path: Path,
) -> None:
    """Measure what the project claims, and say of each claim whether it holds."""
    try:
        claims = load_claims(claims_path)
        chosen = _choose(claims, ids=ids, tier=tier, issue=issue, everything=everything)
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    folder = claims_path.resolve().parent
    entries: list[Entry] = []
    for number, claim in enumerate(chosen, 1):
        click.echo(f"[{number}/{len(chosen)}] {claim.id}: about {claim.minutes:g} min", err=True)
        answer = measure(
            claim, root=folder.parent, timeout_seconds=timeout_seconds, show=sys.stderr.write
        )
        entry = entry_of(claim, answer, root=folder.parent)
        entries.append(entry)
        if write:
            write_results(claims, [entry], folder=folder)
        if not as_json:
            click.echo(_verdict(entry))
    if as_json:
        click.echo(json.dumps(entries, indent=2, ensure_ascii=False))
    else:
        held = sum(entry["holds"] for entry in entries)
        click.echo(f"{held} of {len(entries)} claims hold")
    if not all(entry["holds"] for entry in entries):
        sys.exit(1)


def _choose(
    claims: Sequence[Claim],
    *,
    ids: Sequence[str],
    tier: str | None,
    issue: int | None,
    everything: bool,
) -> tuple[Claim, ...]:
    if sum([bool(ids), tier is not None, issue is not None, everything]) != 1:
        raise UsageError("say which claims to measure: some ids, --tier, --issue or --all")
    known = [claim.id for claim in claims]
    unknown = [claim_id for claim_id in ids if claim_id not in known]
    if unknown:
        raise UsageError(f"there is no claim {unknown[0]!r}; there are: {', '.join(known)}")
    chosen = tuple(
        claim
        for claim in claims
        if everything or claim.id in ids or claim.tier == tier or claim.issue == issue
    )
    if not chosen:
        selection = f"tier {tier!r}" if tier else f"issue {issue!r}"
        raise UsageError(f"no claim has {selection}; there are: {', '.join(known)}")
    return chosen


def _verdict(entry: dict[str, Any]) -> str:
    verdict = "holds" if entry["holds"] else "DOES NOT HOLD"
    return (
        f"{entry['id']}: {verdict}\n"
        f"  claim     {entry['says']}\n"
        f"  bound     {entry['bound']} {entry['unit']}\n"
        f"  measured  {measured_text(entry)}, in {entry['seconds']:g} s"
    )


if __name__ == "__main__":
    main()
