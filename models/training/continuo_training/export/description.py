"""The JSON object `continuo.model` in the metadata of each file."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from ..base import contract as k
from ..musical.chord_vocabulary import QUALITIES
from ..networks.encoded import packed_size
from ..networks.generator import Generator

LICENCE = "GPL-3.0-or-later"
#: A user's own genre and its point.
OwnGenre = tuple[k.Genre, list[float]]


def style_space(generator: Generator) -> str:
    """The name that files share when their styles mean the same: a digest of the genres' points."""
    points = np.round(generator.styles.weight.detach().double().numpy(), 6)
    return hashlib.sha256(points.tobytes()).hexdigest()[:16]


def chords() -> dict[str, Any]:
    """What the numbers of a chord vector mean."""
    return {"slots": k.SLOTS, "qualities": [{"id": name, "tones": list(tones)} for name, tones in QUALITIES]}


def description(
    generator: Generator, training: dict[str, Any], name: str, version: str, encoder: str, own: OwnGenre | None = None
) -> dict[str, Any]:
    """The generator's JSON object `continuo.model`; `encoder` is the checksum of its encoder's file."""
    styles = generator.styles.weight.detach().double().tolist()
    genres = list(k.GENRES)
    if own is not None:
        # After the others: projects refer to a genre by its place, which must not change.
        genres, styles = [*genres, own[0]], [*styles, own[1]]
    return {
        "name": name,
        "version": version,
        "licence": LICENCE,
        "steps": k.STEPS,
        "lowest_pitch": k.LOWEST,
        "pitches": k.PITCHES,
        "style_size": k.STYLE,
        "style_space": style_space(generator),
        "noise_size": k.NOISE,
        "encoded_size": packed_size(generator.size.width),
        "encoder": encoder,
        "chords": chords(),
        "parts": list(k.PARTS),
        "drum_voices": list(k.DRUM_VOICES),
        "default_genre": own[0].id if own is not None else k.DEFAULT_GENRE,
        "genres": [
            {
                "id": g.id,
                "name": g.name,
                "style": [round(x, 6) for x in styles[i]],
                "parts": list(g.parts),
                "programs": g.programs,
            }
            for i, g in enumerate(genres)
        ],
        "training": training,
    }


def helper(role: str, generator: Generator, training: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """The JSON object `continuo.model` of a network beside the generator."""
    return {
        "role": role,
        "name": name,
        "version": version,
        "licence": LICENCE,
        "style_size": k.STYLE,
        "style_space": style_space(generator),
        "training": training,
    }
