from fractions import Fraction


def egyptian_fraction(numerator: int, denominator: int) -> list[int]:
    """Return the denominators of the greedy sum of different unit fractions."""
    if not 0 < numerator < denominator:
        raise ValueError(f"not a proper positive fraction: {numerator!r}/{denominator!r}")
    rest = Fraction(numerator, denominator)
    units: list[int] = []
    while rest:
        unit = -(-rest.denominator // rest.numerator)
        units.append(unit)
        rest -= Fraction(1, unit)
    return units
