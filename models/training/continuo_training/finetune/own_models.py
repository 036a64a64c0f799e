"""Where a user's own models are, how they may be named, and how one is installed whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..base.contract import GENRES
from ..base.errors import StepError

#: The engine's name for its built-in model.
BUILT_IN = "built-in"
#: The most letters of a name, as the engine counts them.
LONGEST = 60
#: Names that mean a device on Windows.
DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def data_folder() -> Path:
    """The folder of the user's own models and styles; `CONTINUO_DATA` names another one."""
    given = os.environ.get("CONTINUO_DATA")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"]) / "continuo"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "continuo"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "continuo"


def slug(name: str) -> str:
    """The name as a folder's name and a genre's id: lower-case letters, digits and hyphens.

    Raises:
        StepError: the name has no letter or digit, is too long, or is taken.
    """
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not found:
        raise StepError(f"“{name}” has no letter or digit; choose a name that has one.")
    if len(found) > LONGEST:
        raise StepError(f"“{name}” is too long; choose a name of at most {LONGEST} letters.")
    if any(name.strip().lower() == g.name.lower() or found == g.id for g in GENRES):
        raise StepError(f"“{name}” is a genre of the shipped model; choose another name.")
    if found == BUILT_IN or DEVICES.fullmatch(found):
        raise StepError(f"“{name}” has another meaning to Continuo or to the system; choose another name.")
    return found


@contextmanager
def whole_or_nothing(target: Path) -> Iterator[Path]:
    """A new folder to fill. It replaces `target` at the end; it is removed when filling it fails.

    It is beside `target`, so that one renaming replaces it, under a name that the engine does not list.
    """
    new, old = (target.with_name(f".{target.name}.{kind}") for kind in ("new", "old"))
    for left in (new, old):
        if left.exists():  # by a run that was killed
            shutil.rmtree(left)
    new.mkdir(parents=True)
    try:
        yield new
        if target.exists():
            target.rename(old)
        try:
            new.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
