import re

_FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",]*)')


def split_line(line: str) -> list[str]:
    """Return the fields of one line, which are separated by commas and perhaps quoted."""
    fields: list[str] = []
    place = 0
    while True:
        found = _FIELD.match(line, place)
        if found is None:
            raise ValueError(f"a quoted field does not end: {line!r}")
        quoted, plain = found.groups()
        fields.append(plain if quoted is None else quoted.replace('""', '"'))
        place = found.end()
        if place == len(line):
            return fields
        if line[place] != ",":
            raise ValueError(f"a quote in the wrong place: {line!r}")
        place += 1
