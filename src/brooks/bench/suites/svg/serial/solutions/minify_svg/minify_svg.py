import re
from xml.etree import ElementTree

NAMESPACE = "http://www.w3.org/2000/svg"
GEOMETRY = set("d points transform viewBox x y x1 y1 x2 y2 cx cy r rx ry width height".split())


def minify_svg(text: str) -> str:
    """Return the document without comments, metadata, empty groups and needless characters."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise ValueError(f"not well-formed: {error}") from error
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise ValueError(f"the root is {root.tag!r} and not svg")
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    _clean(root, in_text=False)
    root.set("xmlns", NAMESPACE)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")


def _clean(element: ElementTree.Element, in_text: bool) -> None:
    for name in GEOMETRY & set(element.keys()):
        element.set(name, re.sub(r"-?(?:\d+\.\d*|\.\d+)", _shorten, element.get(name)))
    for child in list(element):
        _clean(child, in_text or child.tag == "text")
        if in_text:
            continue
        child.tail = _without_blank(child.tail)
        hollow = child.tag in ("g", "defs") and not child.attrib and not len(child)
        if hollow or child.tag in ("metadata", "desc"):
            element.remove(child)
    if not in_text and len(element):
        element.text = _without_blank(element.text)


def _without_blank(text: str | None) -> str | None:
    return text if text and text.strip() else None


def _shorten(number: re.Match) -> str:
    text = f"{round(float(number[0]), 2):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
