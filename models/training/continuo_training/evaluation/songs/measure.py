"""Measures the program on whole songs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from ...data.sources import BROKEN
from .arranging import Program
from .comparison import Pair, compared
from .critique import BY_ITSELF, complaints
from .drummers import beside_drummers, drummers
from .figures import figures_of, pair_of_figures
from .lead_sheets import HARMONY, LeadSheet, lead_sheets
from .print_tunes import printed_tunes
from .recogniser import NAME
from .results import SongResults, SongSet
from .validation_songs import Song, validation_songs

BY_PEOPLE, BY_RULES = "written by people", "made by rules (MMA)"
#: Each song has a seed of its own, counted from this one.
FIRST_SEED = 1


#: The figures that are shown by genre.
BY_GENRE = (
    "pattern, drums, lag 4",
    "bass alike under a repeat",
    "chord agrees under a repeat",
    "correlation of melody and parts",
    "first chord is the tonic",
    "last chord is the tonic",
    "last lowest note is the tonic",
    "chord changes a bar",
    "beats with a seventh chord",
    "beats with a chord outside the key",
    "root is lowest at chord changes",
    "another chord tone is lowest at chord changes",
    "chord accuracy",
    "root or slash note is lowest at its changes",
)


def _shown(found: SongSet) -> SongSet:
    """The figures of a genre that are kept."""
    return replace(found, figures=[f for f in found.figures if f.name in BY_GENRE])


def _lead_sheets(harmony: Path, data: Path, songs: list[Song]) -> tuple[dict[int, LeadSheet], list[str]]:
    """The lead sheets by the songs' numbers, or none and the reason why."""
    try:
        return lead_sheets(harmony, data, songs), []
    except BROKEN as error:
        reason = f"lead sheets and marked sections, since {harmony / HARMONY} cannot be read ({type(error).__name__})"
        print(f"left out: {reason}", flush=True)
        return {}, [reason]


def _drums(data: Path, pairs: list[Pair]) -> tuple[list[SongSet], list[str]]:
    """The generated drums beside drummers, or nothing and the reason why."""
    try:
        real = drummers(data)
    except BROKEN as error:
        return [], [f"drummers, since Groove MIDI cannot be read ({type(error).__name__})"]
    return [beside_drummers(real, [made for _, made in pairs])], []


def measure_songs(
    data: Path, harmony: Path, program: Program, most: int, command: str, give_chords: bool = False
) -> SongResults:
    """Arranges at most so many songs and compares the accompaniments with the real ones.

    Each song is arranged once more phrase by phrase, for what an arranger winced at.

    `give_chords`: songs that have a lead sheet are arranged once more, with its chords in the file.
    """
    songs, left_out = validation_songs(data, most)
    pairs: list[Pair] = []
    given: list[tuple[Song, Pair]] = []
    alone: list[Pair] = []
    by_itself = Program(program.path, (*program.options, *BY_ITSELF), program.model)
    sheets, missing = _lead_sheets(harmony, data, songs)
    for number, song in enumerate(songs):
        sheet = sheets.get(number)
        measure = figures_of(song, sheet)
        made = program.arrange(song.music, song.genre, FIRST_SEED + number)
        pairs.append(pair_of_figures(song, made, measure))
        made = by_itself.arrange(song.music, song.genre, FIRST_SEED + number)
        alone.append(pair_of_figures(song, made, measure))
        if give_chords and sheet is not None:
            made = program.arrange(song.music, song.genre, FIRST_SEED + number, chords=sheet.chords)
            given.append((song, pair_of_figures(song, made, measure)))
        if number % 10 == 9:
            print(f"{number + 1} of {len(songs)} songs measured", flush=True)

    drum_set, silent = _drums(data, pairs)

    def chosen(name: str, kept: list[bool], pairs: list[Pair] = pairs) -> list[tuple[str, list[Pair]]]:
        found = [pair for pair, is_kept in zip(pairs, kept, strict=True) if is_kept]
        return [(name, found)] if found else []

    def by_kind(pairs: list[Pair]) -> list[tuple[str, list[Pair]]]:
        people = [song.by_people for song in songs]
        return chosen(BY_PEOPLE, people, pairs) + chosen(BY_RULES, [not by_people for by_people in people], pairs)

    sets, before = by_kind(pairs), [compared(name, found) for name, found in by_kind(alone)]
    for by_people, name in ((True, BY_PEOPLE), (False, BY_RULES)):
        with_chords = [pair for song, pair in given if song.by_people == by_people]
        sets += [(f"{name}, with the chords given", with_chords)] if with_chords else []
    genres: list[tuple[str, list[Pair]]] = []
    for by_people, kind in ((True, "people"), (False, "rules")):
        for genre in dict.fromkeys(song.genre for song in songs if song.by_people == by_people):
            genres += chosen(f"{genre}, {kind}", [s.genre == genre and s.by_people == by_people for s in songs])
    compared_sets = [compared(name, found) for name, found in sets]
    return SongResults(
        source="`evaluate`, from songs.json of its run",
        command=command,
        model=program.facts.get("model", ""),
        backend=program.facts.get("backend", ""),
        options=" ".join(program.options),
        songs=len(songs),
        datasets=dict(Counter(song.dataset for song in songs)),
        sets=compared_sets + drum_set,
        genres=[_shown(compared(name, found)) for name, found in genres],
        left_out=[*left_out, *missing, *silent],
        recogniser=NAME,
        tunes=printed_tunes(program, FIRST_SEED),
        lead_sheets=len(sheets),
        complaints=complaints(program, FIRST_SEED, before, compared_sets),
        by_itself=" ".join(BY_ITSELF),
    )
