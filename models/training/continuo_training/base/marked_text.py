"""Documents with a place for figures between two marks."""

from __future__ import annotations

from pathlib import Path

from .errors import StepError

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def replace_marked(path: Path, text: str, name: str = "") -> None:
    """Replaces what is between the marks; of a document with several places, between those with a name.

    Raises:
        StepError: the document has no marks.
    """
    begin = f"<!-- figures of {name} -->" if name else BEGIN
    head, mark, rest = path.read_text().partition(begin)
    _, end, tail = rest.partition(END)
    if not mark or not end:
        raise StepError(f"{path} has no place for figures: {begin} and {END}")
    temporary = path.with_suffix(".tmp")
    temporary.write_text(f"{head}{begin}\n{text}\n{END}{tail}")
    temporary.replace(path)
