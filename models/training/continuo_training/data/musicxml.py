"""Exact onsets of compressed MusicXML scores, triplets included."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

_CLASSES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
#: An unpacked score bigger than this is refused: no piece of music is.
MOST_BYTES = 200_000_000


def _number(element: ElementTree.Element, name: str, default: float = 0.0) -> float:
    return float(element.findtext(name) or default)


def _pitch(note: ElementTree.Element, transpose: int) -> int | None:
    pitch = note.find("pitch")
    if pitch is None:
        return None
    octave, alter = _number(pitch, "octave"), _number(pitch, "alter")
    return round(12 * (octave + 1) + _CLASSES[pitch.findtext("step") or "C"] + alter) + transpose


def _part(part: ElementTree.Element) -> list[tuple[float, int]]:
    found: list[tuple[float, int]] = []
    divisions, transpose, bar = 1.0, 0, 0.0
    for measure in part.iter("measure"):
        now = last = furthest = bar
        for item in measure:
            length = _number(item, "duration") * 4 / divisions
            if item.tag == "attributes":
                divisions = _number(item, "divisions", divisions) or divisions
                moved = item.find("transpose")
                if moved is not None:
                    transpose = round(_number(moved, "chromatic") + 12 * _number(moved, "octave-change"))
            elif item.tag == "backup":
                now -= length
            elif item.tag == "forward":
                now += length
            elif item.tag == "note" and item.find("grace") is None:
                chord = item.find("chord") is not None
                start = last if chord else now
                tied = any(tie.get("type") == "stop" for tie in item.findall("tie"))
                pitch = _pitch(item, transpose)
                if pitch is not None and not tied and item.find("cue") is None:
                    found.append((start, pitch))
                if not chord:
                    last, now = now, now + length
            furthest = max(furthest, now)
        bar = furthest
    return found


def onsets_of_parts(data: bytes) -> list[list[tuple[float, int]]]:
    """(onset in sixteenths from the start, MIDI pitch) of every note of a .mxl file, by part."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = [
            i for i in archive.infolist() if i.filename.endswith((".xml", ".musicxml")) and "META-INF" not in i.filename
        ]
        if not inside or inside[0].file_size > MOST_BYTES:
            raise ValueError("the archive holds no score, or one that is far too big")
        root = ElementTree.fromstring(archive.read(inside[0]))
    return [_part(part) for part in root.iter("part")]


def onsets_of_score(data: bytes) -> list[tuple[float, int]]:
    """The same of all parts together."""
    return [note for part in onsets_of_parts(data) for note in part]
