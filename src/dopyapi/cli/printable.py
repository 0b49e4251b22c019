"""Names as they may be written to a terminal or into a picture: whoever named a thing has no say in what is done."""

from __future__ import annotations


def printable(text: str) -> str:
    """A text in one line, without what terminals and parsers would obey.

    Args:
        text: a name, say.
    """
    return "".join(letter if letter.isprintable() else " " for letter in text)
