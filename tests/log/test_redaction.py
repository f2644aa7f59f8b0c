"""Secrets are taken out of what is written, in all the forms they take."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brooks.log.redaction import Redactor

SECRET = 'p"ss\\w/rd +ü&=>>>???~~~'  # noqa: S105 - of nothing


def forms(secret: str) -> list[str]:
    encoded = secret.encode()
    return [
        secret,
        json.dumps({"key": secret}),
        json.dumps({"key": secret}, ensure_ascii=False),
        f"https://host/?key={quote(secret)}",
        f"https://host/?key={quote(secret, safe='')}",
        f"https://host/?key={quote_plus(secret)}",
        base64.b64encode(encoded).decode(),
        base64.urlsafe_b64encode(encoded).decode(),
    ]


@pytest.mark.parametrize("text", forms(SECRET))
def test_a_secret_is_found_in_every_form(text: str) -> None:
    """In text and in bytes alike."""
    redactor = Redactor({"DB_PASSWORD": SECRET})

    assert redactor.holds(text)
    assert redactor.holds(text.encode())
    assert "[redacted:DB_PASSWORD]" in redactor.text(f"before {text} after")
    assert b"[redacted:DB_PASSWORD]" in redactor.data(f"before {text} after".encode())
    assert not redactor.holds(redactor.text(text))
    assert not redactor.holds(redactor.data(text.encode()))


def test_json_stays_json() -> None:
    """A redacted reply can still be decoded."""
    redactor = Redactor({"A_TOKEN": SECRET})

    redacted = json.loads(redactor.text(json.dumps({"said": f"it is {SECRET}!"})))

    assert redacted == {"said": "it is [redacted:A_TOKEN]!"}


def test_the_longest_secret_is_taken_first() -> None:
    """One may begin like another."""
    redactor = Redactor({"SHORT_KEY": "sk-abcdefgh", "LONG_KEY": "sk-abcdefgh-and-more"})

    assert redactor.text("sk-abcdefgh-and-more, sk-abcdefgh") == (
        "[redacted:LONG_KEY], [redacted:SHORT_KEY]"
    )


def test_without_secrets_the_input_itself_comes_back() -> None:
    """An empty value is no secret: it is in everything."""
    for redactor in (Redactor({}), Redactor({"EMPTY_KEY": ""})):
        text, data = "any text" * 3, b"any bytes" * 3
        assert redactor.text(text) is text
        assert redactor.data(data) is data
        assert not redactor.holds(text)
        assert not redactor.holds(data)


def test_a_value_that_is_no_utf_8_is_found_too() -> None:
    """The environment may hold any bytes, which Python shows in a way of its own."""
    redactor = Redactor({"ODD_KEY": b"odd-\xff-odd-odd".decode("utf-8", "surrogateescape")})

    assert redactor.data(b"<odd-\xff-odd-odd>") == b"<[redacted:ODD_KEY]>"


def test_it_does_not_show_what_it_looks_for() -> None:
    """Not even in a traceback's values."""
    assert repr(Redactor({"A_KEY": SECRET, "B_KEY": "other-secret"})) == "Redactor(2 secrets)"


@given(st.text(), st.text(min_size=8), st.text())
def test_whatever_surrounds_a_secret_stays_as_it_is(before: str, secret: str, after: str) -> None:
    """And a text without one is not changed."""
    redactor = Redactor({"ANY_SECRET": secret})

    if not redactor.holds(before + after):
        assert redactor.text(before + after) == before + after
    redacted = redactor.text(before + secret + after)
    assert "[redacted:ANY_SECRET]" in redacted
