from collections.abc import Sequence


def allocate_cents(total: int, weights: Sequence[int]) -> list[int]:
    """Return the total in cents split by the weights, the largest remainders rounded up."""
    if total < 0:
        raise ValueError(f"total must not be negative: {total!r}")
    whole = sum(weights)
    if whole == 0 or min(weights) < 0:
        raise ValueError(f"weights must not be negative, nor all zero: {weights!r}")
    shares = [total * weight // whole for weight in weights]
    losses = [total * weight % whole for weight in weights]
    ranked = sorted(range(len(weights)), key=lambda number: -losses[number])
    for number in ranked[: total - sum(shares)]:
        shares[number] += 1
    return shares
