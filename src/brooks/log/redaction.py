"""Takes secrets out of what is written and shown.

A secret is looked for as it is and in the forms it takes inside other things: escaped in JSON,
quoted in a URL, in base64 (of itself, or of something it stands in), and with its lines broken
anywhere. What is found becomes `[redacted:NAME]`.

Where a text was cut, the cut may have gone through a secret: `around_cuts` takes out what is left of
it on either side. Less than `LEAST_LEFT` characters cannot be told from innocent text and stay.

A secret that was changed in any other way is not found: redaction is the last net, and not what
keeps keys out.
"""

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import AnyStr, Generic
from urllib.parse import quote, quote_plus

LEAST_LEFT = 4
"""Characters of a secret that a cut must have left to be found."""
_LEAST_FORM = 8
"""Characters of a form that is not the secret itself: shorter ones turn up in innocent text."""

_BREAK = r"(?<!\\)(?:\\++[rn]|\\*+\r?\n)[ \t]*"
"""Where lines are broken: also in a string that was escaped, and behind a shell's backslash."""
_ESCAPED = 8
"""Backslashes that are looked for before a quote or for a backslash: three times escaped."""


class Redactor:
    """Replaces secret values, given by name, by their names."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        names: dict[str, str] = {}
        for name, value in secrets.items():
            for form in _forms(value):
                names.setdefault(form, f"[redacted:{name}]")
        self._names = names
        longest_first = sorted(names, key=lambda form: (-len(form), form))
        pattern = "|".join(f"({_loose(form)})" for form in longest_first)
        shown = [names[form] for form in longest_first]
        in_data = list(map(_bytes, shown))
        cores = list(dict.fromkeys(map(_core, longest_first)))
        in_data_cores = list(map(_bytes, cores))
        self._text = _Finder(pattern, cores, _BREAK, shown, "") if names else None
        self._data = (
            _Finder(_bytes(pattern), in_data_cores, _bytes(_BREAK), in_data, b"") if names else None
        )

    def text(self, text: str) -> str:
        """The text without the secrets; itself if it has none."""
        return text if self._text is None else self._text.redacted(text)

    def data(self, data: bytes) -> bytes:
        """The bytes without the secrets; themselves if they have none."""
        return data if self._data is None else self._data.redacted(data)

    def around_cuts(self, text: str, cuts: re.Pattern[str]) -> str:
        """The text without the secrets, and without what a cut, found by this pattern, has left of one."""
        redacted = self.text(text)
        if not self._names:
            return redacted
        pieces: list[str] = []
        rest = redacted
        while (cut := cuts.search(rest)) is not None and (cut.end() or not pieces):
            pieces += [self._without_end(rest[: cut.start()]), cut[0]]
            rest = self._without_beginning(rest[cut.end() :])
        return "".join((*pieces, rest))

    def holds(self, value: bytes | str) -> bool:
        """Whether there is a secret in it."""
        if self._text is None or self._data is None:
            return False
        return self._text.finds(value) if isinstance(value, str) else self._data.finds(value)

    def _without_beginning(self, text: str) -> str:
        """The text without the end of a secret that it may begin with."""
        left, shown = self._longest(lambda form, length: text.startswith(form[-length:]))
        return f"{shown}{text[left:]}" if left else text

    def _without_end(self, text: str) -> str:
        """The text without the beginning of a secret that it may end with."""
        left, shown = self._longest(lambda form, length: text.endswith(form[:length]))
        return f"{text[:-left]}{shown}" if left else text

    def _longest(self, is_there: Callable[[str, int], bool]) -> tuple[int, str]:
        return max(
            (
                (length, shown)
                for form, shown in self._names.items()
                for length in range(LEAST_LEFT, len(form))
                if is_there(form, length)
            ),
            default=(0, ""),
        )

    def __repr__(self) -> str:
        return f"Redactor({len(set(self._names.values()))} secrets)"


class _Finder(Generic[AnyStr]):
    """Finds secrets in text or in bytes."""

    def __init__(
        self,
        pattern: AnyStr,
        cores: Sequence[AnyStr],
        broken: AnyStr,
        shown: Sequence[AnyStr],
        nothing: AnyStr,
    ) -> None:
        self._pattern: re.Pattern[AnyStr] = re.compile(pattern)
        self._cores: Sequence[AnyStr] = cores
        self._break: re.Pattern[AnyStr] = re.compile(broken)
        self._shown: Sequence[AnyStr] = shown
        self._nothing: AnyStr = nothing

    def finds(self, value: AnyStr) -> bool:
        return self._is_in(value) or self._is_in(self._break.sub(self._nothing, value))

    def redacted(self, value: AnyStr) -> AnyStr:
        if self._is_in(value):
            value = self._pattern.sub(self._name, value)
        joined = self._break.sub(self._nothing, value)
        return self._across_breaks(value) if self._is_in(joined) else value

    def _is_in(self, value: AnyStr) -> bool:
        """Whether a secret is there; the pattern is slow, and asked only where a core is there."""
        has_core = any(core in value for core in self._cores)
        return has_core and self._pattern.search(value) is not None

    def _name(self, found: re.Match[AnyStr]) -> AnyStr:
        return self._shown[(found.lastindex or 1) - 1]

    def _across_breaks(self, value: AnyStr) -> AnyStr:
        """Look where the lines are joined, and take out what stands there in the broken ones."""
        joined_at, real_at, end = [0], [0], 0
        lines: list[AnyStr] = []
        for broken in self._break.finditer(value):
            lines.append(value[end : broken.start()])
            end = broken.end()
            joined_at.append(joined_at[-1] + len(lines[-1]))
            real_at.append(end)
        lines.append(value[end:])

        def real(at: int) -> int:
            line = bisect_right(joined_at, at) - 1
            return real_at[line] + at - joined_at[line]

        kept: list[AnyStr] = []
        end = 0
        for found in self._pattern.finditer(self._nothing.join(lines)):
            kept += [value[end : real(found.start())], self._name(found)]
            end = real(found.end() - 1) + 1
        kept.append(value[end:])
        return self._nothing.join(kept)


def _core(form: str) -> str:
    """The longest part of a form that escaping leaves alone."""
    return max(re.split(r"""[\\"']+""", form), key=len)


def _loose(form: str) -> str:
    """A pattern for a form, however often its quotes and backslashes were escaped."""
    patterns = {
        "\\": rf"\\{{1,{_ESCAPED}}}",
        '"': rf'\\{{0,{_ESCAPED}}}"',
        "'": rf"\\{{0,{_ESCAPED}}}'",
    }
    parts = re.findall(r"""\\*["']|\\+|[^\\"']+""", form)
    return "".join(patterns.get(part[-1]) or re.escape(part) for part in parts)


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
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(encoded).decode().rstrip("=")
        for before in range(3):
            inner = _inner(encode(b"\0" * before + encoded).decode(), before, len(encoded))
            if len(inner) >= _LEAST_FORM:
                yield inner


def _inner(encoded: str, before: int, length: int) -> str:
    """Of the base64 of something, the part that only the secret in it decides."""
    first = -(-before * 8 // 6)
    return encoded[first : (before + length) * 8 // 6]


NO_SECRETS = Redactor({})
"""Changes nothing."""
