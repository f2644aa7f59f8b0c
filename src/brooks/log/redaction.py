"""Takes secrets out of what is written and shown.

A secret is looked for as it is and in the forms it takes inside other things: escaped in JSON,
quoted in a URL, in base64. What is found becomes `[redacted:NAME]`. A secret that was cut in two,
or changed in any other way, is not found: redaction is the last net, and not what keeps keys out.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus


class Redactor:
    """Replaces secret values, given by name, by their names."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        names: dict[str, str] = {}
        for name, value in secrets.items():
            for form in _forms(value):
                names.setdefault(form, f"[redacted:{name}]")
        longest_first = sorted(names, key=lambda form: (-len(form), form))
        pattern = "|".join(map(re.escape, longest_first))
        self._text = re.compile(pattern) if pattern else None
        self._data = re.compile(_bytes(pattern)) if pattern else None
        self._in_text = names
        self._in_data = {_bytes(form): _bytes(shown) for form, shown in names.items()}

    def text(self, text: str) -> str:
        """The text without the secrets; itself if it has none."""
        if self._text is None:
            return text
        return self._text.sub(lambda found: self._in_text[found[0]], text)

    def data(self, data: bytes) -> bytes:
        """The bytes without the secrets; themselves if they have none."""
        if self._data is None:
            return data
        return self._data.sub(lambda found: self._in_data[found[0]], data)

    def holds(self, value: bytes | str) -> bool:
        """Whether there is a secret in it."""
        if self._text is None or self._data is None:
            return False
        found = self._text.search(value) if isinstance(value, str) else self._data.search(value)
        return found is not None

    def __repr__(self) -> str:
        return f"Redactor({len(set(self._in_text.values()))} secrets)"


NO_SECRETS = Redactor({})
"""Changes nothing."""


def _bytes(text: str) -> bytes:
    """The text as the environment holds it, which need not be UTF-8."""
    return text.encode("utf-8", "surrogateescape")


def _forms(secret: str) -> Iterator[str]:
    """The secret, and how it looks inside other things."""
    if not secret:
        return
    encoded = _bytes(secret)
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield quote(encoded, safe="")
    yield quote(encoded)
    yield quote_plus(encoded)
    yield base64.b64encode(encoded).decode().rstrip("=")
    yield base64.urlsafe_b64encode(encoded).decode().rstrip("=")
