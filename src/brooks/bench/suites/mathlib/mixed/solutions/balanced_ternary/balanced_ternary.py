def balanced_ternary(number: int) -> str:
    """Return `number` in base three with the digits minus one, zero and one."""
    digits = ""
    while number:
        number, place = divmod(number + 1, 3)
        digits = "-0+"[place] + digits
    return digits or "0"
