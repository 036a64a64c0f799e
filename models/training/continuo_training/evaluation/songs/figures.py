"""All figures of one accompaniment of a song, by group."""

from __future__ import annotations

from collections.abc import Callable

from .chord_figures import against_lead_sheet, chords_heard
from .groove import groove
from .harmony_figures import harmony, home
from .inter_phrase import form
from .jumps import jumps, silence
from .lead_sheets import LeadSheet
from .music import TRACKS, Music
from .phrases import labels_of_melody, phrase_pairs
from .repeats import repeats
from .self_similarity import self_similarity
from .texture import texture
from .triads import key_of
from .validation_songs import Song

#: (group, name) → value.
Figures = dict[tuple[str, str], float]
Measure = Callable[[Music], Figures]


def figures_of(song: Song, sheet: LeadSheet | None) -> Measure:
    """The measure of accompaniments of this song; key and repeats are those of the song with its real accompaniment."""
    key, pairs, labels = key_of(song.music), phrase_pairs(song.music), labels_of_melody(song.music)

    def measure(music: Music) -> Figures:
        groups = {
            "groove": groove(music),
            "repeats": repeats(music, pairs),
            "form": form(music, labels, sheet.sections if sheet else None),
            "jumps": jumps(music),
            "self-similarity": self_similarity(music),
            "silence": silence(music),
            "texture": texture(music),
            "home": home(music, key, song.ends),
            "harmony": harmony(music, key),
            "chords": chords_heard(music, key),
            "lead sheet": against_lead_sheet(music, sheet) if sheet else {},
        }
        return {(group, name): value for group, found in groups.items() for name, value in found.items()}

    return measure


def pair_of_figures(song: Song, made: Music, measure: Measure) -> tuple[Figures, Figures]:
    """The figures of the real accompaniment and of the generated one in the parts that the real one has.

    Parts that the real song lacks are measured too, by themselves: their figures have no real one beside them.
    """
    has = [track for track in range(1, len(TRACKS)) if song.music.roll[track].any()]
    lacks = [TRACKS[track] for track in range(1, len(TRACKS)) if track not in has]
    generated = measure(made.only(has))
    for figure, value in measure(made).items():
        if any(part in figure[1] for part in lacks):
            generated.setdefault(figure, value)
    return measure(song.music), generated
