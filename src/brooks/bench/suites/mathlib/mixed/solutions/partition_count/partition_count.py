def partition_count(number: int) -> int:
    """Return in how many ways `number` is a sum of positive integers, order ignored."""
    if number < 0:
        raise ValueError(f"number must not be negative: {number!r}")
    ways = [1] + [0] * number
    for part in range(1, number + 1):
        for total in range(part, number + 1):
            ways[total] += ways[total - part]
    return ways[number]
