def format_cents(cents: int, currency: str = "") -> str:
    """Return an amount in cents as people write it: 123450 as 1,234.50."""
    if not isinstance(cents, int) or isinstance(cents, bool):
        raise ValueError(f"an amount is a whole number of cents: {cents!r}")
    whole, rest = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""
    amount = f"{sign}{whole:,}.{rest:02}"
    return f"{currency} {amount}" if currency else amount
