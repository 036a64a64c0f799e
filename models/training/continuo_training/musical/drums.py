"""Maps General MIDI percussion keys to the model's twelve voices; nothing else does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..base.contract import DRUM_VOICES, VOICES

#: The MIDI channel of percussion, counted from 0.
PERCUSSION = 9
#: Voice index → its percussion keys. Keys in no row (effects, triangles, vibraslap, …) are dropped.
KEYS_OF_VOICE: tuple[tuple[int, ...], ...] = (
    (35, 36),  # kick
    (38, 40),  # snare
    (37, 39, 31, 56, 75, 76, 77),  # side stick, clap, sticks, cowbell, claves, wood blocks
    (42, 44, 22),  # closed hat, pedal hat, the edge of a closed hat
    (46, 26),  # open hat and its edge
    (41, 43, 45, 58, 66, 86, 87),  # low toms, low timbale, surdos (58: an electronic kit's floor tom rim)
    (47, 48, 50, 65),  # high toms, high timbale
    (49, 52, 55, 57),  # crashes, china, splash
    (51, 53, 59),  # rides and bell
    (54, 69, 70, 73, 74, 82),  # tambourine, cabasa, maracas, guiros, shaker
    (60, 61, 62, 63),  # bongos, high congas
    (64,),  # low conga
)

VOICE_OF_KEY: dict[int, int] = {key: voice for voice, keys in enumerate(KEYS_OF_VOICE) for key in keys}

assert all(VOICE_OF_KEY[key] == voice for voice, key in enumerate(DRUM_VOICES))


def voices_of_planes(planes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """[..., 128] percussion keys → [..., 12] voices."""
    out = np.zeros((*planes.shape[:-1], VOICES), bool)
    for voice, keys in enumerate(KEYS_OF_VOICE):
        out[..., voice] = planes[..., list(keys)].any(-1)
    return out
