"""Networks over cells: what they read, what they learn from, and their files."""

import numpy as np
import torch

from continuo_training.melodies.events import Melody
from continuo_training.melodies.examples import Corpus
from continuo_training.melodies.steps import ABSENT, CELLS, HOLD, NO_CHORD_KNOWN, ONSET, SILENCE, UNKNOWN, Library
from continuo_training.phrases.export import export as export_phrases
from continuo_training.phrases.network import PHRASE, PhraseSpace, written_before
from continuo_training.phrases.training import losses as phrase_losses
from continuo_training.revising.export import export as export_reviser
from continuo_training.revising.figures import spoilt
from continuo_training.revising.hiding import hidden, lesson, replaced
from continuo_training.revising.network import Reviser, shifted
from continuo_training.revising.training import losses


def melody(bars: int, three: bool = False, validation: bool = False) -> Melody:
    """A note on each beat but the last of a bar, which rests; the chord of C in the first half bar."""
    beats = 3 if three else 4
    notes = [(4 * (bar * beats + beat), 4, 60 + 2 * beat + bar % 3) for bar in range(bars) for beat in range(beats - 1)]
    chords = np.zeros(bars * (1 if three else 2), np.int16)
    return Melody("", "", 1, three, False, validation, np.array(notes, np.int32), chords)


def library(three: bool = False) -> Library:
    return Library(Corpus.of([melody(9, three), melody(12, three)]), np.arange(2), 1)


def test_bars_begin_slots_and_what_is_no_cell_is_absent() -> None:
    waltz = library(three=True).windows(np.array([0, 1]), np.array([4, 0]))
    first = waltz.cells[0].reshape(8, 16)
    assert (first[:, 12:] == ABSENT).all() and (first[5:] == ABSENT).all()
    assert first[0, :12].tolist() == [25, *[HOLD] * 3, 27, *[HOLD] * 3, *[SILENCE] * 4]
    assert (waltz.chords[0][:10] == 0).all() and (waltz.chords[0][10:] == NO_CHORD_KNOWN).all()
    assert waltz.whole()[:, -1].tolist() == [1, 1]


def test_windows_move_as_a_whole_and_stay_in_range() -> None:
    lib = library()
    seen = set()
    for _ in range(20):
        w = lib.draw(16)
        assert w.cells.max() <= ABSENT and w.cells.min() >= 0
        for cells in w.cells:
            pitches = cells[cells < HOLD]
            assert len(pitches)
            seen.add(int(np.diff(pitches)[0]))
    assert seen <= {2, -3, 1, -4, 0, -2, -5, -1, 3}


def test_wrong_notes_are_other_notes_and_nothing_else_changes() -> None:
    random = np.random.default_rng(1)
    cells = library().windows(np.array([1] * 32), np.array([0] * 32)).cells
    wrong = replaced(cells, np.full(32, 0.5), random)
    differs = wrong != cells
    assert (cells[differs] < HOLD).all() and (wrong[differs] < HOLD).all()
    share = differs.sum() / (cells < HOLD).sum()
    assert 0.4 < share < 0.6
    assert not (replaced(cells, np.zeros(32), random) != cells).any()


def test_hidden_cells_keep_what_is_known_of_them() -> None:
    random = np.random.default_rng(1)
    cells = library(three=True).windows(np.array([0] * 64), np.array([0] * 64)).cells
    found = hidden(cells, random)
    assert (found[cells == ABSENT] == ABSENT).all()
    assert (cells[found == ONSET] < HOLD).all()
    kept = (found != UNKNOWN) & (found != ONSET)
    assert (found[kept] == cells[kept]).all()
    assert (found == UNKNOWN).any() and (found == ONSET).any()


def test_doubt_is_told_where_notes_are_wrong() -> None:
    lib, random = library(), np.random.default_rng(2)
    w = lib.draw(64)
    asked = lesson(w, random)
    sure = asked.doubt[:, 0] == 0
    read, told = asked.read[sure], asked.told[sure]
    known = (read != UNKNOWN) & (read != ONSET) & (told >= 0)
    assert bool((read[known] == told[known]).all())
    assert bool(asked.asked[~sure].any())
    found, seen = losses(Reviser(width=16, layers=1, heads=2), w, asked)
    assert float(found) > 0 and float(seen) > 0


def test_a_cell_reads_its_neighbours_of_other_bars() -> None:
    cells = torch.arange(CELLS).unsqueeze(0)
    assert int(shifted(cells, 16)[0, 20]) == 4 and int(shifted(cells, 16)[0, 15]) == UNKNOWN
    assert int(shifted(cells, -16)[0, 20]) == 36 and int(shifted(cells, -16)[0, -1]) == UNKNOWN


def test_the_decoder_writes_cell_by_cell_what_it_writes_at_once() -> None:
    torch.manual_seed(1)
    space = PhraseSpace().eval()
    w = library().draw(2, 4)
    cells = torch.from_numpy(w.cells[:, :PHRASE])
    before = written_before(cells)
    with torch.no_grad():
        point, _ = space.encoder(cells, w.whole())
        at_once = space.decoder(before, point, w.whole())
        state = torch.zeros(2, space.decoder.cell.hidden_size)
        for cell in range(PHRASE):
            number = torch.full((2, 1), float(cell))
            likely, state = space.decoder.step(before[:, cell], point, w.whole(), number, state)
            assert float((likely - at_once[:, cell]).abs().max()) < 1e-4
        said, distance = phrase_losses(space, w, torch.Generator())
    assert float(said) > 0 and float(distance) >= 0


def test_the_files_hold_their_contract(tmp_path) -> None:
    torch.manual_seed(1)
    assert export_reviser(Reviser(width=16, layers=1, heads=2), tmp_path, {"data": []}, "0.0.1").exists()
    for path in export_phrases(PhraseSpace(), tmp_path, {"data": []}, "0.0.1"):
        assert path.stat().st_size > 1000 and path.with_name(f"{path.stem}-reference.f32").exists()


def test_a_spoilt_melody_differs_where_it_says() -> None:
    real = melody(8)
    wrong, chosen = spoilt(real, np.random.default_rng(1))
    assert np.flatnonzero(wrong.notes[:, 2] != real.notes[:, 2]).tolist() == chosen
    assert len(chosen) == round(0.1 * len(real.notes))
