"""The claims file and its bounds: what is accepted, what is refused, and what each bound means."""

from pathlib import Path

import pytest

from brooks.errors import UsageError
from claims import Bound, Claim, load_claims

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "evidence" / "claims.yaml"
CLAIM = """
  - id: quick
    issue: 1
    says: "It is quick."
    command: "true"
    bound: "<= 1"
    tier: ci
    minutes: 1
"""


@pytest.mark.parametrize(
    ("bound", "measured", "expected"),
    [
        ("<= 0.25", 0.25, True),
        ("<= 0.25", 0.26, False),
        (">= 100000", 100000, True),
        (">= 100000", 99999.5, False),
        ("< 1", 1, False),
        ("> 1", 2, True),
        ("== 0", 0, True),
        ("== 0", 0.0, True),
        ("== 0", False, False),
        ("== 1", True, False),
        ("<= 1", True, False),
        ("<= 1", "0", False),
        ("<= 1", float("nan"), False),
        ("== 20/20", "20/20", True),
        ("holds", True, True),
        ("holds", False, False),
        ("holds", 1, False),
    ],
)
def test_a_bound_means_what_it_says(
    bound: str, measured: bool | float | str, expected: bool
) -> None:
    """A number never passes for a truth value, nor the other way round."""
    assert Bound.parse(bound).is_met_by(measured) is expected


@pytest.mark.parametrize("bound", ["", "fast", "<=", "<= fast", "<=1", "~ 1", "== [1]", ">= true"])
def test_a_bound_that_cannot_be_judged_is_refused(bound: str) -> None:
    """A slip in the file is found when it is read, not when the claim has been measured."""
    with pytest.raises(ValueError, match="is not understood"):
        Bound.parse(bound)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("claims: [", "cannot be read"),
        ("claims:" + CLAIM + CLAIM, "two claims with the id 'quick'"),
        ("claims:" + CLAIM.replace("issue: 1", "issue: one"), "issue"),
        ("claims:" + CLAIM.replace("id: quick", "id: Quick One"), "id"),
        ("claims:" + CLAIM.replace("tier: ci", "tier: sometimes"), "tier"),
        ("claims:" + CLAIM.replace('"<= 1"', '"about 1"'), "'about 1' is not understood"),
        ("claims:" + CLAIM.replace("minutes", "hours"), "hours"),
    ],
    ids=["YAML", "twice", "issue", "id", "tier", "bound", "field"],
)
def test_a_wrong_claims_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    """The message names the file and what is wrong in it."""
    path = tmp_path / "claims.yaml"
    path.write_text(text)

    with pytest.raises(UsageError, match=message) as raised:
        load_claims(path)

    assert repr(str(path)) in str(raised.value)


def test_the_projects_own_claims_can_be_read() -> None:
    """Every script that a claim names is there."""
    claims = load_claims(CLAIMS)

    absent = [
        (claim.id, argument)
        for claim in claims
        for argument in words_of(claim)
        if argument.endswith(".py") and not (ROOT / argument).is_file()
    ]
    assert claims
    assert absent == []


def words_of(claim: Claim) -> list[str]:
    return claim.command.split() if isinstance(claim.command, str) else claim.command
