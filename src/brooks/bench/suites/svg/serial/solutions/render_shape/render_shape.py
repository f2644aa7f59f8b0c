from xml.sax.saxutils import escape

from format_element import format_element

Shape = tuple


def render_shape(shape: Shape) -> str:
    """Return a shape and everything inside it as text."""
    if not isinstance(shape, tuple) or len(shape) not in (2, 3):
        raise ValueError(f"a shape is (name, attributes) or (name, attributes, content): {shape!r}")
    name, attributes, *rest = shape
    content = rest[0] if rest else None
    if isinstance(content, str):
        content = escape(content)
    elif content is not None:
        content = "".join(render_shape(inner) for inner in content)
    return format_element(name, attributes, content)
