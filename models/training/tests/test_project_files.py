"""The golden project files, read by programs that Continuo did not write."""

from __future__ import annotations

import io
import wave
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import mido
import pytest
import rpp
import xmlschema

MARKERS = ["Intro", "-", 'Verse "One & only"']
FORMATS = Path(__file__).resolve().parents[3] / "tests" / "formats"
DAWPROJECT = FORMATS / "song.dawproject"
WITH_SOUND = FORMATS / "song-with-sound.dawproject"


def entry(name: str, file: Path = DAWPROJECT) -> bytes:
    with zipfile.ZipFile(file) as container:
        assert container.testzip() is None
        return container.read(name)


def document(name: str, file: Path = DAWPROJECT) -> str:
    return entry(name, file).decode("utf-8")


def schema(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(FORMATS / "dawproject" / name))


@pytest.mark.parametrize("file", [DAWPROJECT, WITH_SOUND])
@pytest.mark.parametrize(("name", "rules"), [("project.xml", "Project.xsd"), ("metadata.xml", "MetaData.xsd")])
def test_a_dawproject_obeys_the_formats_own_schema(file: Path, name: str, rules: str) -> None:
    schema(rules).validate(document(name, file))


def test_a_dawproject_with_sound_has_a_track_a_clip_and_a_file_for_each() -> None:
    project = ElementTree.fromstring(document("project.xml", WITH_SOUND))
    tracks = {track.get("name"): track for track in project.findall("Structure/Track")}
    for name in ["Melody", "Bass"]:
        assert tracks[name].get("contentType") == "notes"
        sound = tracks[f"{name} (sound)"]
        assert (sound.get("contentType"), sound.get("color")) == ("audio", tracks[name].get("color"))
        (clip,) = project.findall(f"Arrangement/Lanes/Lanes[@track='{sound.get('id')}']/Clips/Clip")
        (audio,) = clip.findall("Audio")
        (path,) = [file.get("path") for file in audio.findall("File")]
        assert path is not None
        with wave.open(io.BytesIO(entry(path, WITH_SOUND))) as file:
            assert audio.get("sampleRate") == str(file.getframerate())
            assert audio.get("channels") == str(file.getnchannels())
            assert float(audio.get("duration", "")) == file.getnframes() / file.getframerate()


def test_the_schema_refuses_a_wrong_document() -> None:
    text = document("project.xml")
    assert not schema("Project.xsd").is_valid(text.replace('key="60"', 'key="C"'))
    assert not schema("Project.xsd").is_valid(text.replace('parameter="tempo"', 'parameter="none"'))


def test_a_dawproject_holds_the_song() -> None:
    title = ElementTree.fromstring(document("metadata.xml")).findtext("Title")
    assert title == "Tom & Jürgen's <waltz>"
    project = ElementTree.fromstring(document("project.xml"))
    names = [track.get("name") for track in project.findall("Structure/Track")]
    assert names == ["Chord symbols", "Melody", "Drums", "Bass", "Strings", "Master"]
    tempos = [(point.get("time"), point.get("value")) for point in project.iter("RealPoint")]
    assert tempos[-2:] == [("0", "97"), ("8", "125")]
    meters = [(point.get("time"), point.get("numerator")) for point in project.iter("TimeSignaturePoint")]
    assert meters == [("0", "4"), ("10", "3")]
    markers = [(point.get("time"), point.get("name")) for point in project.iter("Marker")]
    assert markers == [("0", "Intro"), ("1", "Café"), ("4", "-"), ("8", "One & only")]
    clips = project.findall("Arrangement/Lanes/Lanes[@track='track2']/Clips/Clip")
    keys = [[note.get("key") for note in clip.iter("Note")] for clip in clips]
    assert keys == [["36"], ["43"]]
    controllers = [target.get("controller") for target in project.iter("Target") if target.get("controller")]
    assert controllers == ["64", "64"]


def values(block: rpp.Element, name: str) -> list[list[str]]:
    """What stands behind a name in the lines of a block."""
    return [line[1:] for line in block if isinstance(line, list) and line[0] == name]


def events(item: rpp.Element) -> list[tuple[int, str]]:
    """The messages of an item's source with their positions in ticks from its beginning."""
    now, found = 0, []
    for delta, *message in values(item.find("SOURCE"), "E"):
        now += int(delta)
        found.append((now, " ".join(message)))
    return found


def test_a_reaper_project_holds_the_song() -> None:
    project = rpp.loads((FORMATS / "song.rpp").read_text("utf-8"))
    assert project.tag == "REAPER_PROJECT"
    assert values(project, "TITLE") == [["Tom & Jürgen's <waltz>"]]
    assert values(project, "TEMPO") == [["97", "4", "4"]]
    points = values(project.find("TEMPOENVEX"), "PT")
    assert [point[1] for point in points] == ["97", "125", "125"]
    assert [float(point[0]) for point in points] == pytest.approx([0, 8 * 60 / 97, 8 * 60 / 97 + 2 * 60 / 125])
    meters = [(int(point[3]) & 0xFFFF, int(point[3]) >> 16, point[5]) for point in points if len(point) > 3]
    assert meters == [(4, 4, "1"), (3, 4, "5")]
    names = [(marker[2], marker[3]) for marker in values(project, "MARKER")]
    assert names == [("Intro", "1"), ("", "1"), ("One & only", "1"), ("", "1"), ("Café", "0")]


def test_a_reaper_projects_tracks_have_names_colours_and_notes() -> None:
    project = rpp.loads((FORMATS / "song.rpp").read_text("utf-8"))
    tracks = {values(track, "NAME")[0][0]: track for track in project.findall("TRACK")}
    assert list(tracks) == ["Chord symbols", "Melody", "Drums", "Bass", "Strings"]
    assert int(values(tracks["Bass"], "PEAKCOL")[0][0]) == 0x1E9B456
    symbols = [item.find("NOTES").children for item in tracks["Chord symbols"].findall("ITEM")]
    assert symbols == [["|Cm7"], ["|Eb/G"]]
    first, second = tracks["Bass"].findall("ITEM")
    assert events(first) == [(0, "c1 20 00"), (0, "91 24 38"), (960, "81 24 40"), (3840, "b1 7b 00")]
    assert events(second) == [(0, "91 2b 3f"), (6000, "81 2b 40"), (8640, "b1 7b 00")]
    assert not tracks["Strings"].findall("ITEM")


def test_midi_files_have_sections_chords_programs_and_volumes() -> None:
    song = mido.MidiFile(FORMATS / "song.mid", charset="latin-1")
    assert (song.type, song.ticks_per_beat) == (1, 960)
    assert [track.name for track in song.tracks[1:]] == ["Melody", "Drums", "Bass", "Strings"]
    markers = [message.text for message in song.tracks[0] if message.type == "marker"]
    assert [text for text in markers if text in MARKERS] == MARKERS
    assert [text for text in markers if text not in MARKERS] == ["Cm7", "Caf\xe9", "N.C.", "Eb/G"]
    bass = [message for message in song.tracks[3] if not message.is_meta]
    assert (bass[0].type, bass[0].channel, bass[0].program) == ("program_change", 1, 32)
    assert (bass[1].control, bass[1].value) == (7, 92)


def test_a_midi_file_of_type_0_plays_the_same_notes() -> None:
    whole = mido.MidiFile(FORMATS / "song.mid", charset="latin-1")
    one = mido.MidiFile(FORMATS / "song-type-0.mid", charset="latin-1")
    assert (one.type, len(one.tracks)) == (0, 1)

    def notes(song: mido.MidiFile) -> list[tuple[int, str]]:
        now, found = 0, []
        for message in mido.merge_tracks(song.tracks):
            now += message.time
            if message.type in ("note_on", "note_off"):
                found.append((now, str(message.copy(time=0))))
        return sorted(found)

    assert notes(one) == notes(whole) and len(notes(one)) == 14
    assert one.length == pytest.approx(whole.length)
