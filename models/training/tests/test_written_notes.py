"""The golden MusicXML file, checked by its schema and read by a program that Continuo did not write."""

from __future__ import annotations

from pathlib import Path

import pytest
import xmlschema
from music21 import chord, clef, converter, expressions, harmony, key, meter, note, percussion, stream, tempo

MUSICXML = Path(__file__).resolve().parents[3] / "tests" / "formats" / "song.musicxml"


@pytest.fixture(scope="module")
def score() -> stream.Score:
    parsed = converter.parse(MUSICXML)
    assert isinstance(parsed, stream.Score)
    return parsed


def parts(score: stream.Score) -> dict[str, stream.Stream]:
    return {str(part.partName): part for part in score.parts}


def sounding(part: stream.Stream) -> list[tuple[float, list[int], float]]:
    """Where each note or chord begins, in quarters, its pitches, and how long it sounds with its ties."""
    tied = part.stripTies()
    found = []
    for element in tied.recurse().notes:
        if not isinstance(element, harmony.ChordSymbol):
            offset = float(element.getOffsetInHierarchy(tied))
            found.append((offset, [pitch.midi for pitch in element.pitches], float(element.quarterLength)))
    return sorted(found)


def test_the_notes_are_what_was_played(score: stream.Score) -> None:
    third = pytest.approx(1 / 3)
    assert sounding(parts(score)["Melody"]) == [
        (0, [71], 1),
        (1, [72], third),
        (pytest.approx(4 / 3), [74], third),
        (pytest.approx(5 / 3), [76], third),
        (2, [77], 1),
        (3, [79], 6),
        (9, [68], 3),
    ]
    assert sounding(parts(score)["Bass"]) == [(1, [36], 2), (6.5, [31], 2.5)]


def test_every_bar_is_full(score: stream.Score) -> None:
    lengths = [1, 4, 4, 3]
    for part in score.parts:
        bars = list(part.getElementsByClass(stream.Measure))
        assert [float(bar.duration.quarterLength) for bar in bars] == lengths
    first = parts(score)["Melody"].getElementsByClass(stream.Measure)[0]
    assert first.number == 0


def test_the_score_has_its_signs(score: stream.Score) -> None:
    melody = parts(score)["Melody"]
    assert score.metadata.title == "Air & <variations>"
    symbols = [symbol.figure for symbol in melody.recurse().getElementsByClass(harmony.ChordSymbol)]
    # music21 has a name of its own for G7sus4/D.
    assert symbols == ["C", "F#ø7", "Gsus/D add 7", "E7"]
    words = [element.content for element in melody.recurse().getElementsByClass(expressions.TextExpression)]
    assert words == ["tutti", "N.C."]
    sections = melody.recurse().getElementsByClass(expressions.RehearsalMark)
    assert [mark.content for mark in sections] == ["Verse", "Ending"]
    marks = melody.recurse().getElementsByClass(tempo.MetronomeMark)
    assert [(mark.getOffsetInHierarchy(melody), mark.number) for mark in marks] == [(0, 120), (9, 80)]
    meters = [sign.ratioString for sign in melody.recurse().getElementsByClass(meter.TimeSignature)]
    assert meters == ["4/4", "3/4"]
    assert [sign.sharps for sign in melody.recurse().getElementsByClass(key.KeySignature)] == [0]
    words = [element.lyrics[0] for element in melody.recurse().getElementsByClass(note.Note) if element.lyrics]
    syllables = [(word.text, word.syllabic) for word in words]
    assert syllables == [("O", "single"), ("hap", "begin"), ("py", "end"), ("day", "single")]
    raised = [element for element in melody.recurse().getElementsByClass(note.Note) if element.pitch.midi == 68]
    assert [element.pitch.name for element in raised] == ["G#"], "a tone of E7"


def test_drums_are_on_a_percussion_clef(score: stream.Score) -> None:
    drums = parts(score)["Drums"]
    assert drums.recurse().getElementsByClass(clef.PercussionClef)
    strokes = []
    for element in drums.recurse().notes:
        notes = element.notes if isinstance(element, percussion.PercussionChord | chord.Chord) else [element]
        for stroke in notes:
            assert isinstance(stroke, note.Unpitched)
            strokes.append((stroke.displayName, stroke.notehead))
    assert sorted(strokes) == [("C5", "normal"), ("F4", "normal"), ("G5", "circle-x"), ("G5", "x")]


def test_a_part_for_two_hands_has_two_staves(score: stream.Score) -> None:
    hands = [part for part in score.parts if part.partName == "Chords"]
    assert [type(part.recurse().getElementsByClass(clef.Clef)[0]) for part in hands] == [clef.TrebleClef, clef.BassClef]
    assert [pitches for _, pitches, _ in sounding(hands[0])] == [[76], [78]]
    assert [pitches for _, pitches, _ in sounding(hands[1])] == [[40]]


def test_the_score_obeys_the_formats_own_schema() -> None:
    folder = MUSICXML.parent / "musicxml"
    spaces = {"http://www.w3.org/XML/1998/namespace": "xml.xsd", "http://www.w3.org/1999/xlink": "xlink.xsd"}
    places = {space: str(folder / name) for space, name in spaces.items()}
    schema = xmlschema.XMLSchema(str(folder / "musicxml.xsd"), locations=places, allow="local")
    text = MUSICXML.read_text("utf-8")
    schema.validate(text)
    assert not schema.is_valid(text.replace("<step>C</step>", "<step>H</step>", 1))
