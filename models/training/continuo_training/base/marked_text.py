"""Documents with a place for figures between two marks."""

from __future__ import annotations

from pathlib import Path

from .errors import StepError

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def replace_marked(path: Path, text: str) -> None:
    """Replaces what is between the marks.

    Raises:
        StepError: the document has no marks.
    """
    old = path.read_text()
    if BEGIN not in old or END not in old:
        raise StepError(f"{path} has no place for figures: {BEGIN} and {END}")
    head, tail = old.split(BEGIN)[0], old.split(END)[1]
    temporary = path.with_suffix(".tmp")
    temporary.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")
    temporary.replace(path)
