from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from forecast_months import forecast_months


def sales_report(text: str, count: int = 3, window: int = 3) -> str:
    """Return the months with their revenue and what was and is to be expected, as text."""
    months = forecast_months(text, count, window)
    total = sum(month["revenue"] or 0 for month in months)
    lines = [f"{'month':<7}{'revenue':>12}{'expected':>12}", *map(_write_month, months)]
    return "\n".join([*lines, f"{'total':<7}{_write_amount(total):>12}"])


def _write_month(month: dict[str, Any]) -> str:
    revenue = "-" if month["revenue"] is None else _write_amount(month["revenue"])
    mark = " !" if month["flag"] else ""
    return f"{month['month']:<7}{revenue:>12}{_write_amount(month['expected']):>12}{mark}"


def _write_amount(cents: int | Fraction) -> str:
    return f"{Decimal(floor(cents + Fraction(1, 2))) / 100:.2f}"
