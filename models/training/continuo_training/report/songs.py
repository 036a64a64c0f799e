"""The half of the report that is measured by song, rendered by itself."""

from __future__ import annotations

from ..evaluation.songs.results import SongResults
from .rendering import environment


def songs_text(songs: SongResults) -> str:
    """The half by song as Markdown."""
    return environment().get_template("songs.md.j2").render(songs=songs)
