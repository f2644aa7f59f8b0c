from month_range import month_range


def fill_months(totals: dict[str, int]) -> dict[str, int]:
    """Return the totals of all months from the earliest to the latest, 0 where there is none."""
    if not totals:
        return {}
    months = month_range(min(totals), max(totals))
    strange = sorted(set(totals) - set(months))
    if strange:
        raise ValueError(f"not months like 2024-03: {strange!r}")
    return {month: totals.get(month, 0) for month in months}
