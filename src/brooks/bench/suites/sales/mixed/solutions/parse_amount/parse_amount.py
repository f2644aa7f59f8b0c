import re

_AMOUNT = re.compile(
    r"(?P<before>[€$£] *)?(?P<minus>-)?"
    r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:(?P<mark>[.,])[0-9]{3})(?:(?P=mark)[0-9]{3})*)"
    r"(?:(?P<point>[.,])(?P<cents>[0-9]{1,2}))?(?P<after> *[€$£])?"
)


def parse_amount(text: str) -> int:
    """Return an amount of money as people write it, in cents."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found or (found["before"] and found["after"]):
        raise ValueError(f"not an amount of money: {text!r}")
    if found["mark"] and found["mark"] == found["point"]:
        raise ValueError(f"one mark for both groups and decimals: {text!r}")
    whole = int(found["whole"].replace(".", "").replace(",", ""))
    cents = whole * 100 + int((found["cents"] or "").ljust(2, "0"))
    return -cents if found["minus"] else cents
