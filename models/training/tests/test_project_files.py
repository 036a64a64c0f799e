"""The golden project files, read by programs that Continuo did not write."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema

FORMATS = Path(__file__).resolve().parents[3] / "tests" / "formats"
DAWPROJECT = FORMATS / "song.dawproject"


def document(name: str) -> str:
    with zipfile.ZipFile(DAWPROJECT) as container:
        assert container.testzip() is None
        return container.read(name).decode("utf-8")


def schema(name: str) -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(FORMATS / "dawproject" / name))


@pytest.mark.parametrize(("name", "rules"), [("project.xml", "Project.xsd"), ("metadata.xml", "MetaData.xsd")])
def test_a_dawproject_obeys_the_formats_own_schema(name: str, rules: str) -> None:
    schema(rules).validate(document(name))


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
