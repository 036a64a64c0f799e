"""Files: checksums, and JSON that is written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any


def checksum(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_text(value: Any) -> str:
    """Indented JSON, with each list of numbers or names on one line."""
    indented = json.dumps(value, indent=1, ensure_ascii=False)
    return re.sub(r"\[\n[^][{}]*\]", lambda found: re.sub(r"\n\s*", " ", found[0]), indented) + "\n"


def write_json(value: Any, path: Path) -> None:
    """Writes JSON to a temporary file first; an interrupted write leaves the file as it was."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json_text(value))
    temporary.replace(path)
