def binomial(n: int, k: int) -> int:
    """Return how many ways there are to choose `k` of `n` things."""
    if n < 0:
        raise ValueError(f"n must not be negative: {n!r}")
    if not 0 <= k <= n:
        return 0
    count = 1
    for i in range(1, min(k, n - k) + 1):
        count = count * (n - i + 1) // i
    return count
