"""Melodies as events, the network's two ways of running, and the base lines."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from continuo_training.base.contract import GENRE_IDS
from continuo_training.melodies.events import MEMORY, NONE, REST, Melody, chords_at, events, lookback, places
from continuo_training.melodies.examples import CHORD_TABLE, Corpus, Drawer
from continuo_training.melodies.export import NAMES, READS, MelodyNetwork, StepGraph, export
from continuo_training.melodies.lstm import MelodyLstm
from continuo_training.melodies.mixture import SHARE, SHARES, nats_a_note
from continuo_training.melodies.reading import divided, is_minor, one_line
from continuo_training.melodies.report import COLUMNS, text
from continuo_training.melodies.training import foreseen, log_likelihoods, measure
from continuo_training.melodies.transformer import DISTANCES, MelodyTransformer, distance_index

FOLK = GENRE_IDS.index("folk")


def melody(notes: list[tuple[int, int, int]], validation: bool = False) -> Melody:
    chords = np.arange(40, dtype=np.int16)
    return Melody("hand", "made", FOLK, False, False, validation, np.array(notes, np.int32), chords)


def scale(bars: int, validation: bool = False) -> Melody:
    return melody([(4 * i, 4, 60 + (i * 7) % 12) for i in range(4 * bars)], validation)


def test_notes_and_rests_fill_the_bars_and_rests_end_at_bar_lines() -> None:
    found = events(melody([(2, 4, 72), (20, 40, 67), (58, 2, 65)]))
    expected = [
        (REST, 2, 0),
        (36, 4, 2),
        (REST, 10, 6),
        (REST, 4, 16),
        (31, 32, 20),
        (REST, 6, 52),
        (29, 2, 58),
        (REST, 4, 60),
    ]
    assert [tuple(row) for row in found.tolist()] == expected


def test_places_lookback_and_chords_are_those_of_the_events_start() -> None:
    m = scale(9)
    made = events(m)
    starts = made[:, 2]
    place = places(m, starts)
    assert place[0].tolist() == [0, 0, 8, 0, FOLK, 0] and place[-1].tolist() == [12, 0, 0, 0, FOLK, 0]
    back = lookback(made, starts, m.bar)
    assert back[3, :, 0].tolist() == [NONE] * 4
    assert back[33, :, 0].tolist() == [made[29, 0], made[25, 0], made[17, 0], made[1, 0]]
    assert chords_at(m, np.array([0, 9, 16 * 25], np.int32)).tolist() == [[0, 1], [1, 2], [-1, -1]]


def test_long_rests_divide_a_melody_and_the_highest_notes_are_the_line() -> None:
    parts = divided(np.array([(0, 4, 60), (16 * 5, 4, 62)], np.int32), 16)
    assert [(part[0, 0], first) for part, first in parts] == [(0, 0), (0, 5)]
    assert one_line(np.array([(0, 8, 60), (0, 8, 67), (4, 4, 64)], np.int32)).tolist() == [[0, 4, 67], [4, 4, 64]]
    assert is_minor(np.array([(0, 8, 69), (8, 8, 72), (16, 8, 69), (24, 4, 68)], np.int32))
    assert not is_minor(np.array([(0, 8, 60), (8, 8, 64), (16, 8, 67), (24, 8, 60)], np.int32))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus.of([scale(12), scale(8), scale(10, validation=True)])


def test_learnt_melodies_move_with_their_chords_and_never_come_from_validation(corpus: Corpus) -> None:
    drawer = Drawer(corpus, 24, 1)
    assert drawer.melodies.tolist() == [0, 1]
    for _ in range(5):
        b = drawer.draw(16)
        real = b.symbol[b.symbol >= 0]
        assert int(real.min()) >= 0 and int(real.max()) <= REST
        # The event that is read is the one that was to be foreseen before.
        same = b.read[:, 1:, 0] == b.symbol[:, :-1]
        assert bool((same | (b.symbol[:, 1:] < 0)).all())
    assert CHORD_TABLE[-1].sum() == 0 and CHORD_TABLE[0, [0, 12, 16, 19, 24]].sum() == 5


def test_the_likelihood_of_a_melody_does_not_depend_on_how_it_is_cut(corpus: Corpus) -> None:
    torch.manual_seed(1)
    network = MelodyTransformer(width=32, layers=1, heads=2).eval()
    whole = measure(network, corpus, np.array([2]))
    b = corpus.rows(np.array([2]), np.array([0]), MEMORY)
    with torch.no_grad():
        symbols, lengths = log_likelihoods(network, b)
    assert whole.notes == 40
    assert whole.total == pytest.approx(-float((symbols + lengths).sum()) / 40, rel=1e-4)


def test_distances_near_have_rows_of_their_own_and_far_ones_share_them() -> None:
    rows = distance_index(torch.tensor([-3, 0, 1, 256, 257, 272, 273, 9999])).tolist()
    assert rows == [0, 0, 1, 256, 256, 257, 257, DISTANCES - 1]


def small(kind: str) -> MelodyNetwork:
    torch.manual_seed(2)
    if kind == "lstm":
        return MelodyLstm(width=32, hidden=48, heads=2).eval()
    return MelodyTransformer(width=64, layers=2, heads=2).eval()


def test_both_networks_together_have_the_shares_of_their_probabilities(corpus: Corpus) -> None:
    held = np.array([2])
    one, other = (foreseen(small(kind), corpus, held) for kind in ("transformer", "lstm"))
    alone = [measure(small(kind), corpus, held).total for kind in ("transformer", "lstm")]
    assert nats_a_note(one, other, 1.0) == pytest.approx(alone[0])
    assert nats_a_note(one, other, 0.0) == pytest.approx(alone[1])
    both = [(found.symbols + found.lengths).exp() for found in (one, other)]
    by_hand = -float((0.3 * both[0] + 0.7 * both[1]).log().sum()) / 40
    assert nats_a_note(one, other, 0.3) == pytest.approx(by_hand)


def test_the_engine_mixes_as_it_was_measured_and_the_table_has_a_column_of_it() -> None:
    engine = Path(__file__).parents[3] / "engine" / "src" / "network" / "melody_network.rs"
    assert f"const SHARE: f32 = {SHARE};" in engine.read_text() and SHARE in SHARES
    found = {
        "likelihood": {name: number + 0.25 for number, name in enumerate(COLUMNS)},
        "likelihood_notes": 100,
        "excerpts": 3,
        "figures": {name: [("notes a bar", 4.0, 4.0 + number)] for number, name in enumerate(COLUMNS)},
        "classifier": dict.fromkeys(COLUMNS, 0.5),
        "copies": {name: [1.0, 2.0, 3] for name in ("real", *COLUMNS)},
        "shares": {SHARE: 0.25},
        "home": {"both": 1.0, "transformer": 0.5, "lstm": 0.25},
        "milliseconds_an_event": {"both": 0.75, "transformer": 0.5, "lstm": 0.25},
    }
    lines = text(found).splitlines()
    assert lines[2] == "| figure | real | both | transformer | LSTM | Markov chain |"
    assert lines[4] == "| negative log-likelihood, nats a note |  | 0.25 | 1.25 | 2.25 | 3.25 |"
    assert lines[5] == "| notes a bar | 4.00 | 4.00 (+0 %) | 5.00 (+25 %) | 6.00 (+50 %) | 7.00 (+75 %) |"
    assert {line.count("|") for line in lines if line.startswith("|")} == {7}


@pytest.mark.parametrize("kind", ["transformer", "lstm"])
def test_event_by_event_the_file_foresees_what_the_whole_network_does(kind: str, tmp_path) -> None:
    network = small(kind)
    path = export(network, tmp_path, {"data": []}, "0.0.1")
    corpus = Corpus.of([scale(6)])
    b = corpus.rows(np.array([0]), np.array([0]), 20)
    with torch.no_grad():
        states = network.states(b.read, b.place, b.back, b.chords, b.start, b.read_start)
        whole = network.head.all(states)[0].numpy()
    assert path.name == f"{NAMES[type(network)]}.onnx"
    session = onnxruntime.InferenceSession(str(path))
    layers, heads, memory, size = network.memory()
    keys = np.zeros((1, layers, heads, memory, size), np.float32)
    values, known = keys.copy(), np.zeros((1, memory + 1), np.float32)
    known[0, -1] = 1
    starts = np.zeros(memory + 1, np.float32)
    for step in range(20):
        starts[-1] = b.read_start[0, step]
        distance = np.maximum(float(b.start[0, step]) - starts, 0)[None].astype(np.float32)
        event = [x[:, step].float().numpy() for x in (b.read, b.place, b.back, b.chords)]
        inputs = dict(zip(READS, [*event, distance, known, keys, values], strict=True))
        likely, key, value = session.run(None, inputs)
        # The file's weights are rounded to 16 bits.
        assert np.abs(likely[0] - whole[step]).max() < 2e-2
        keys[0, :, :, step], values[0, :, :, step] = key[0], value[0]
        starts[step], known[0, step] = starts[-1], 1
    facts = json.loads((tmp_path / f"{path.stem}-reference.json").read_text())
    assert facts["file"] == path.name and len(facts["cases"]) == 2
    assert isinstance(StepGraph(network), torch.nn.Module)
