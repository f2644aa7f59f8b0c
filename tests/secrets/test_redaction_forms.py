"""A key is found however it is wrapped, and wherever a cut went through it."""

import re

import pytest
from tests.secrets.kit import CANARIES, FOREIGN, forms, leaks

from brooks.core.spec import CheckSettings
from brooks.log.redaction import LEAST_LEFT, Redactor
from brooks.runtime.checking import RealChecks
from brooks.workspace.sandbox.outcome import CheckLimits, CheckOutcome, Reason

REDACTOR = Redactor({f"{number}_KEY": key for number, key in enumerate(CANARIES)})


@pytest.mark.parametrize("key", CANARIES)
@pytest.mark.parametrize("number", range(len(forms("any"))))
def test_a_key_is_found_in_each_form(key: str, number: int) -> None:
    """The oracle sees it before, and not afterwards; in text as in bytes."""
    text = f"before {forms(key)[number]} after"

    assert leaks(text) == [key]
    assert REDACTOR.holds(text)
    assert REDACTOR.holds(text.encode())
    assert leaks(REDACTOR.text(text)) == []
    assert leaks(REDACTOR.data(text.encode())) == []
    assert REDACTOR.text(text).startswith("before ")
    assert REDACTOR.text(text).endswith(" after")


def test_lines_without_a_key_stay_as_they_are() -> None:
    """Also those beside a key whose line was broken."""
    text = f"one\n  two\\\nthree {FOREIGN[:5]}\n {FOREIGN[5:]}\nfour\\nfive\n"

    assert REDACTOR.text(text) == "one\n  two\\\nthree [redacted:1_KEY]\nfour\\nfive\n"


@pytest.mark.parametrize("at", range(1, len(FOREIGN)))
def test_what_a_cut_leaves_of_a_key_goes_too(at: int) -> None:
    """On both sides; but for a few characters, which could be anything."""
    text = f"head {FOREIGN[:at]}<cut>{FOREIGN[at:]} tail"

    shown = REDACTOR.around_cuts(text, re.compile("<cut>"))

    for length in range(LEAST_LEFT, len(FOREIGN)):
        assert FOREIGN[:length] not in shown
        assert FOREIGN[-length:] not in shown
    assert shown.startswith("head ")
    assert shown.endswith(" tail")
    assert "<cut>" in shown


class CuttingSandbox:
    """Leaves out something in the middle of what a check printed, or ends it there."""

    level = Reason.FAILED  # any value with a name

    def __init__(self, output: str) -> None:
        self._output = output

    def run(self, command: str, tree: object, limits: CheckLimits) -> CheckOutcome:
        return CheckOutcome(
            passed=False,
            reason=Reason.FAILED,
            exit_code=1,
            tests_passed=None,
            tests_failed=None,
            output=self._output,
        )

    def close(self) -> None:
        pass


@pytest.mark.parametrize("at", [5, 12, 20])
def test_a_check_whose_output_was_cut_in_a_key_keeps_nothing_of_it(
    at: int, tmp_path: object
) -> None:
    """Where the middle was left out, and where the check was ended while it printed."""
    half, rest = FOREIGN[:at], FOREIGN[at:]
    output = f"start {half}\n… 9000 bytes left out …\n{rest} {half}\nended after 5 s\n"
    checks = RealChecks(
        CuttingSandbox(output),  # type: ignore[arg-type]  # all of it that is used here
        {},  # type: ignore[arg-type]  # the tree is empty
        tmp_path,  # type: ignore[arg-type]  # pytest's own type
        CheckSettings(),
        REDACTOR,
    )

    shown = checks.prepare("any", None, {})().output.decode()
    checks.close()

    assert half not in shown
    assert rest not in shown
    assert shown.startswith("start [redacted:1_KEY]\n… 9000")
    assert shown.endswith("\nended after 5 s\n")


@pytest.mark.parametrize("one", ["\\", '"', "\\n", "\n", "sk-canary\\"])
def test_no_text_makes_the_search_slow(one: str) -> None:
    """An agent may say anything: the time grows with the length, and not with its square."""
    text = one * 200_000

    assert REDACTOR.text(text) == text
    assert not REDACTOR.holds(text.encode())
