"""The harmonizer: what it reads, what it learns from, its file."""

import json
from dataclasses import replace
from pathlib import Path

import mido
import numpy as np
import pytest
import torch

from continuo_training.base import contract as k
from continuo_training.data.lead_sheets import LeadSheet
from continuo_training.data.pop909_melodies import melody_on_beats
from continuo_training.export.half import rounded
from continuo_training.export.modules import harmonizer_inputs
from continuo_training.export.onnx_files import export_harmonizer
from continuo_training.export.onnx_weights import load, metadata
from continuo_training.musical import chord_vocabulary as v
from continuo_training.networks.chord_plan import chord_vectors
from continuo_training.networks.generator import Generator, Size
from continuo_training.networks.harmonizer import Harmonizer, line_of_planes
from continuo_training.planning import harmonizer_figures
from continuo_training.planning.harmonizer_examples import Melodies, SungSheet, all_of_sheets, labels_of
from continuo_training.planning.harmonizer_training import HarmonizerSettings, HarmonizerTraining, measure
from continuo_training.planning.plain_harmony import PlainHarmony, placed

SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32, guide=1)


def sheet(three: bool = False, bars: int = 8) -> LeadSheet:
    """A tune in C: C and G in turn, the melody on each chord's third."""
    unit, per_bar = (12, 1) if three else (8, 2)
    slots = bars * per_bar
    chords = np.array([v.chord(0, "maj") if i % 2 == 0 else v.chord(7, "maj") for i in range(slots)], np.int16)
    basses = np.where(np.arange(slots) % 2 == 0, 0, 7).astype(np.int8)
    notes = [(i * unit, unit, 76 if i % 2 == 0 else 71) for i in range(slots)]
    melody = np.array(notes, np.int16)
    return LeadSheet("own", "tune", "folk", three, False, np.zeros(bars, np.int8), chords, basses, melody)


def test_a_window_of_a_lead_sheet_is_read_like_the_same_melody_in_planes() -> None:
    for three in (False, True):
        found = SungSheet(sheet(three)).window(4, None)
        planes = torch.zeros(2, 2, k.STEPS, k.PITCHES)
        unit = 12 if three else 8
        shift = SungSheet(sheet(three)).shift
        for half in range(2):
            for slot in range(4 if three else 8):
                pitch = (76 if slot % 2 == 0 else 71) - k.LOWEST + shift
                planes[half, 1, slot * unit : (slot + 1) * unit, pitch] = 1
                planes[half, 0, slot * unit, pitch] = 1
        heard = torch.zeros(1, k.STEPS)
        heard[:, : 48 if three else 64] = 1
        wanted = line_of_planes(planes[1:], heard, planes[:1])
        line = found.line()
        assert torch.equal(line.sounds, wanted.sounds) and torch.equal(line.starts, wanted.starts)
        assert torch.equal(line.heard[:, k.STEPS :], wanted.heard[:, k.STEPS :])


def test_it_learns_a_tune() -> None:
    tunes = Melodies.joined(list(all_of_sheets([SungSheet(sheet()), SungSheet(sheet(True))])))
    points = torch.zeros(len(k.GENRES), k.STYLE)
    settings = HarmonizerSettings(rate=3e-3, warm_up=1, dropout=0.0, average=0.8)
    training = HarmonizerTraining(points, settings)
    for _ in range(25):
        training.learn(tunes, 1.0)
    found = measure(training.average, points, tunes)
    assert found.exact > 0.9 and found.root >= found.exact and found.count > 0


def test_given_chords_are_regarded_and_unused_slots_change_nothing() -> None:
    torch.manual_seed(3)
    network = Harmonizer(width=20, hidden=24, layers=1, heads=2).eval()
    m = SungSheet(sheet(True)).window(4, None)
    chords, basses = labels_of(m)
    vectors = chord_vectors(chords, basses)
    style = torch.zeros(1, k.STYLE)
    meter = torch.tensor([[0.0, 1.0]])
    with torch.no_grad():
        nothing = network.read(m.line(), style, meter, vectors, torch.zeros(1, 16))
        one = torch.zeros(1, 16)
        one[0, 9] = 1
        given = network.read(m.line(), style, meter, vectors, one)
        unused = torch.zeros(1, 16)
        unused[0, 14] = 1
        beyond = network.read(m.line(), style, meter, vectors, unused)
    assert (nothing - given)[:, 0].abs().max() > 1e-4
    assert torch.allclose(nothing[:, :4], beyond[:, :4], atol=1e-5)


def test_its_file_tells_chords_that_add_up_and_is_read_back(tmp_path: Path) -> None:
    torch.manual_seed(4)
    network = rounded(Harmonizer().eval())
    facts = {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}
    export_harmonizer(Generator(SMALL).eval(), network, tmp_path, facts, "own", "1.0.0")
    path = tmp_path / k.HARMONIZER_FILE
    described = json.loads(metadata(path)["continuo.model"])
    assert described["role"] == "harmonizer" and described["chords"]["slots"] == k.SLOTS
    again = Harmonizer().eval()
    assert not load(again, path, "harmonizer.")
    inputs = harmonizer_inputs(2)
    with torch.no_grad():
        likely = network(*inputs)
        assert torch.allclose(again(*inputs), likely, atol=1e-5)
    assert torch.allclose(likely[..., : v.CHORDS].sum(2), torch.ones(2, k.SLOTS), atol=1e-4)
    assert torch.allclose(likely[..., v.CHORDS :].sum(2), torch.ones(2, k.SLOTS), atol=1e-3)


def test_a_melody_is_placed_on_its_beats() -> None:
    midi = mido.MidiFile(ticks_per_beat=480)
    track = mido.MidiTrack([mido.MetaMessage("track_name", name="MELODY")])
    track += [mido.Message("note_on", note=60, velocity=80, time=480), mido.Message("note_off", note=60, time=240)]
    midi.tracks.append(track)
    beats = np.arange(8) * 0.5
    assert melody_on_beats(midi, beats, 0).tolist() == [[4, 2, 60]]
    assert melody_on_beats(midi, beats, 1).tolist() == [[0, 2, 60]]
    assert len(melody_on_beats(midi, beats, 2)) == 0


def test_the_plain_baseline_learns_which_chord_follows_and_which_melody_suits() -> None:
    plain, song = PlainHarmony(), SungSheet(sheet())
    plain.learn(song)
    found = placed(song)
    assert [(p.first, p.slots) for p in found] == [(i, 1) for i in range(16)]
    first, second = (v.chord(root, "maj") for root in ((0 + song.shift) % 12, (7 + song.shift) % 12))
    assert found[2].before == (first, second) and found[2].melody[(4 + song.shift) % 12] == 8
    assert [plain.choice(p, plain) for p in found] == [first, second] * 8


def test_the_figures_stand_beside_those_of_the_baseline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(4)
    facts = {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}
    export_harmonizer(Generator(SMALL).eval(), Harmonizer().eval(), tmp_path, facts, "own", "1.2.3")
    songs = [replace(sheet(three), validation=held) for three in (False, True) for held in (False, True, True)]
    monkeypatch.setattr(harmonizer_figures, "read_lead_sheets", lambda _: songs)
    monkeypatch.setattr(harmonizer_figures, "add_melodies", lambda *_: 0)
    monkeypatch.setattr(harmonizer_figures, "genre_points", lambda _: torch.zeros(len(k.GENRE_IDS), k.STYLE))
    found = harmonizer_figures.measure(tmp_path, tmp_path, tmp_path)
    assert found.version == "1.2.3" and list(found.genres) == ["folk"]
    folk = found.genres["folk"]
    assert (folk.songs, folk.slots, folk.chords) == (4, 48, 48)
    assert folk.plain == 1 and folk.real_changes == 1 and 0 <= folk.placed <= 1 and folk.exact <= folk.root
