from parse_table import parse_table


def normalise_records(text: str) -> list[dict[str, str]]:
    """Return the records of a table with tidy names and without needless whitespace."""
    return [_normalise(record) for record in parse_table(text)]


def _normalise(record: dict[str, str]) -> dict[str, str]:
    tidy = {"_".join(name.lower().split()): " ".join(record[name].split()) for name in record}
    if "" in tidy or len(tidy) < len(record):
        raise ValueError(f"names that are empty or the same once they are tidy: {list(record)!r}")
    return tidy
