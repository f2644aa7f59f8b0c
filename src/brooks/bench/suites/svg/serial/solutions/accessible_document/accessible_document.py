from svg_document import svg_document


def accessible_document(
    width: float, height: float, title: str, description: str, shapes: list
) -> str:
    """Return a document with a title and, if there is one, a description to read out."""
    title, description = title.strip(), description.strip()
    if not title:
        raise ValueError("a picture needs a title for those who cannot see it")
    spoken = [("title", {"id": "title"}, title)]
    if description:
        spoken.append(("desc", {"id": "desc"}, description))
    labels = " ".join(name for name, *_ in spoken)
    attributes = {"role": "img", "aria-labelledby": labels}
    return svg_document(width, height, [*spoken, *shapes], attributes)
