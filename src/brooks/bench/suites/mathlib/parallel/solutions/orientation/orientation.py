def orientation(first: tuple[int, int], second: tuple[int, int], third: tuple[int, int]) -> int:
    """Return 1 if the path over the three points turns left, -1 if it turns right, else 0."""
    turn = (second[0] - first[0]) * (third[1] - first[1]) - (second[1] - first[1]) * (
        third[0] - first[0]
    )
    return (turn > 0) - (turn < 0)
