from split_line import split_line


def parse_table(text: str) -> list[dict[str, str]]:
    """Return the records of a table whose first line names the columns."""
    lines = [split_line(line) for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("the table has no line with the names of its columns")
    names = lines[0]
    if len(set(names)) < len(names):
        raise ValueError(f"two columns have the same name: {names!r}")
    for fields in lines[1:]:
        if len(fields) != len(names):
            raise ValueError(f"{len(names)} fields are needed, there are {len(fields)}: {fields!r}")
    return [dict(zip(names, fields, strict=True)) for fields in lines[1:]]
