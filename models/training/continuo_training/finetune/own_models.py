"""Where somebody's own models lie, what they may be called, and how one is put there whole or not at all."""

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

#: The engine's own name for the model that it has built in.
BUILT_IN = "built-in"
#: The most letters of a name, as the engine counts them.
LONGEST = 60
#: Names that mean a device on Windows.
DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def data_folder() -> Path:
    """Where Continuo keeps the user's own models and styles; `CONTINUO_DATA` names another place."""
    given = os.environ.get("CONTINUO_DATA")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ["APPDATA"]) / "continuo"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "continuo"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "continuo"


def slug(name: str) -> str:
    """A name as a folder's name and a genre's id: small letters, digits and hyphens.

    Raises:
        StepError: when nothing is left of it, or when it is taken.
    """
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not found:
        raise StepError(f"“{name}” has no letter or digit; give the model a name with some.")
    if len(found) > LONGEST:
        raise StepError(f"“{name}” is too long; give the model a name of at most {LONGEST} letters.")
    if any(name.strip().lower() == g.name.lower() or found == g.id for g in GENRES):
        raise StepError(f"“{name}” is a genre of the model's; give yours another name.")
    if found == BUILT_IN or DEVICES.fullmatch(found):
        raise StepError(f"“{name}” means something else to Continuo or to the system; give the model another name.")
    return found


@contextmanager
def whole_or_nothing(target: Path) -> Iterator[Path]:
    """A new folder to fill; it takes the place of `target` at the end, or is removed when filling it fails.

    It lies beside `target`, so that taking its place is one renaming, under a name that the engine does not list.
    """
    new, old = (target.with_name(f".{target.name}.{kind}") for kind in ("new", "old"))
    for left in (new, old):
        if left.exists():  # of a run that was killed
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
