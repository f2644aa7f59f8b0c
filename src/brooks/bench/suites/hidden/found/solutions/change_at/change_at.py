"""Where one changes trains."""


def change_at(first: list[tuple[str, int]], second: list[tuple[str, int]]) -> str | None:
    """Return the first stop at which one can change from one train to another."""
    leaves = dict(second[:-1])
    for name, minutes in first[1:]:
        if name in leaves and leaves[name] >= minutes + 5:
            return name
    return None
