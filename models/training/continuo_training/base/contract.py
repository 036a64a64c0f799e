"""The generator contract (models/README.md) as constants, and the genres."""

from __future__ import annotations

from dataclasses import dataclass

CONTRACT = 3
STEPS = 64
STEPS_PER_BEAT = 4
BEATS = STEPS // STEPS_PER_BEAT
BARS = 4
LOWEST = 24
PITCHES = 84
STYLE = 16
NOISE = 128
#: The noise vector: numbers for the whole window, for each bar, and for each slot of the chord plan.
NOISE_WINDOW = 32
NOISE_BAR = 16
LATENT = NOISE_WINDOW + BARS * NOISE_BAR
#: The chord plan has a slot for each half bar of 4/4, or for each bar of 3/4.
SLOTS = 8
NOISE_SLOT = (NOISE - LATENT) // SLOTS

PARTS = ("drums", "bass", "chords", "strings", "counter")
PITCHED = PARTS[1:]
#: Kick, snare, side stick, closed hat, open hat, low tom, high tom, crash, ride, shaker, high and low conga.
DRUM_VOICES = (36, 38, 37, 42, 46, 45, 48, 49, 51, 70, 63, 64)
VOICES = len(DRUM_VOICES)

#: The generator is two networks: the encoder reads once what all takes of a window share, the decoder writes a take.
ENCODER_FILE = "encoder.onnx"
GENERATOR_FILE = "continuo.onnx"
ENCODER_INPUTS = (
    "melody",
    "heard",
    "context",
    "context_drums",
    "given",
    "given_drums",
    "given_parts",
    "style",
    "meter",
)
ENCODER_OUTPUTS = ("encoded",)
DECODER_INPUTS = ("encoded", "noise", "given_chords", "chords_given")
DECODER_OUTPUTS = ("pitched", "drums", "velocity", "timing", "chords", "chosen_chords")
#: The single network of contracts 1 and 2.
WHOLE_INPUTS = (*ENCODER_INPUTS[:-1], "noise", "meter")
WHOLE_OUTPUTS = DECODER_OUTPUTS[:4]
CONDUCTOR_INPUTS = (
    "melody",
    "heard",
    "context",
    "context_drums",
    "style",
    "meter",
    "pitched",
    "drums",
    "parts",
)
#: The names of the first dimension of those inputs of decoder and conductor that may have one row for all takes. Inputs
#: of one name have the same number of rows.
SHARED = {
    DECODER_INPUTS: {"encoded": "window", "given_chords": "plan", "chords_given": "plan"},
    CONDUCTOR_INPUTS: {name: "window" for name in CONDUCTOR_INPUTS if name not in ("pitched", "drums")},
}
HARMONIZER_FILE = "harmonizer.onnx"
HARMONIZER_INPUTS = ("melody", "heard", "melody_before", "style", "meter", "given_chords", "chords_given")
HARMONIZER_OUTPUTS = ("likely",)
STYLE_ENCODER_INPUTS = ("melody", "pitched", "drums", "parts", "meter")


@dataclass(frozen=True)
class Genre:
    """A genre of the model: its id, the name shown, the parts it plays and their General MIDI programs."""

    id: str
    name: str
    parts: tuple[str, ...]
    programs: dict[str, int]


GENRES = (
    Genre("pop", "Pop", PARTS, {"bass": 33, "chords": 0, "strings": 48, "counter": 73}),
    Genre(
        "rock", "Rock", ("drums", "bass", "chords", "strings"), {"bass": 34, "chords": 27, "strings": 48, "counter": 29}
    ),
    Genre(
        "jazz", "Jazz", ("drums", "bass", "chords", "strings"), {"bass": 32, "chords": 0, "strings": 48, "counter": 66}
    ),
    Genre(
        "folk", "Folk", ("drums", "bass", "chords", "strings"), {"bass": 32, "chords": 24, "strings": 48, "counter": 73}
    ),
    Genre(
        "classical",
        "Classical song",
        ("bass", "chords", "strings"),
        {"bass": 0, "chords": 0, "strings": 48, "counter": 68},
    ),
    Genre(
        "symphony",
        "Symphony",
        ("bass", "chords", "strings", "counter"),
        {"bass": 43, "chords": 60, "strings": 48, "counter": 71},
    ),
    Genre(
        "chorale", "Chorale", ("bass", "strings", "counter"), {"bass": 52, "chords": 19, "strings": 52, "counter": 52}
    ),
    Genre(
        "electronic",
        "Electronic",
        ("drums", "bass", "chords", "strings"),
        {"bass": 38, "chords": 81, "strings": 50, "counter": 80},
    ),
    Genre(
        "latin",
        "Latin",
        ("drums", "bass", "chords", "strings"),
        {"bass": 32, "chords": 0, "strings": 48, "counter": 73},
    ),
)
GENRE_IDS = tuple(g.id for g in GENRES)
DEFAULT_GENRE = "pop"
