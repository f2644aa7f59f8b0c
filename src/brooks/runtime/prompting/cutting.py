"""Texts cut to what a model is shown of them."""

NOTE_ROOM = 60
"""What a note may take in characters; a text that is longer by no more than this is left whole."""


def cut_middle(text: str, *, head: int, tail: int) -> str:
    """The first and the last characters of a text and what was left out between; a short one whole.

    Never longer than the text, nor than `head + tail + NOTE_ROOM`; what was cut once stays as it is.
    """
    if len(text) <= head + tail + NOTE_ROOM:
        return text
    left_out = len(text) - head - tail
    return f"{text[:head]}\n[… {left_out:,} characters left out …]\n{text[len(text) - tail :]}"
