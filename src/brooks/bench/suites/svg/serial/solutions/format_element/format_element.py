import re

from format_attribute import format_attribute


def format_element(name: str, attributes: dict, content: str | None = None) -> str:
    """Return an element; without content it closes itself."""
    if not re.fullmatch("[A-Za-z][A-Za-z0-9]*", name):
        raise ValueError(f"not the name of an element: {name!r}")
    written = [
        format_attribute(key, value) for key, value in attributes.items() if value is not None
    ]
    start = " ".join([f"<{name}", *written])
    return f"{start}/>" if content is None else f"{start}>{content}</{name}>"
