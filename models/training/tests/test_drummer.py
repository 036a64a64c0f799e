"""The drummer: what it reads, what it learns from, and its file."""

import io

import mido
import numpy as np
import pytest
import torch

from continuo_training.base.contract import GENRE_IDS, STEPS, VOICES
from continuo_training.drummer.export import export
from continuo_training.drummer.figures import drummed, mean_pattern, measure, text
from continuo_training.drummer.network import BASS, NO_TAP, RHYTHM, Drummer
from continuo_training.drummer.performances import Kept, covering, kept, nearest, spread
from continuo_training.drummer.stray import LATENESS, LOUDNESS, stray
from continuo_training.drummer.strokes import Performances, strokes
from continuo_training.drummer.training import _weights, draw, feels, genres_of, load, run, tapped, window
from continuo_training.melodies.averaged import Minutes, steps_of


def performances(count: int = 12) -> Performances:
    """A beat that is a little late and loud on one, of two genres; some of it held."""
    random = np.random.default_rng(1)
    velocity = np.zeros((count, STEPS, VOICES), np.float32)
    velocity[:, ::8, 0], velocity[:, 4::8, 1], velocity[:, ::2, 3] = 0.9, 0.8, 0.5
    timing = np.where(velocity > 0, 0.1, 0).astype(np.float32)
    velocity *= random.uniform(0.9, 1.1, velocity.shape).astype(np.float32).clip(0, 1)
    genre = np.where(np.arange(count) % 2, GENRE_IDS.index("rock"), GENRE_IDS.index("pop"))
    return Performances(velocity.clip(0, 1), timing, np.arange(count, dtype=np.int32), genre, np.arange(count) % 3 == 0)


def test_strokes_lie_on_their_step_with_their_timing() -> None:
    midi, track = mido.MidiFile(ticks_per_beat=480), mido.MidiTrack()
    midi.tracks.append(track)
    for key, at, now in ((36, 12, 0), (38, 468, 12), (99, 480, 468)):
        track.append(mido.Message("note_on", channel=9, note=key, velocity=127, time=at - now))
    data = io.BytesIO()
    midi.save(file=data)
    velocity, timing = strokes(mido.MidiFile(file=io.BytesIO(data.getvalue())))
    assert np.argwhere(velocity).tolist() == [[0, 0], [4, 1]]
    assert timing[0, 0] == pytest.approx(0.1) and timing[4, 1] == pytest.approx(-0.1)


def test_a_bass_line_taps_only_what_is_low() -> None:
    p = performances()
    random = np.random.default_rng(2)
    for _ in range(5):
        w = draw(p, random, 8, _weights(p))
        kinds = w.kind.argmax(1)
        assert bool((w.tap[kinds == NO_TAP] == 0).all())
        assert bool((w.tap[kinds == BASS][:, 2::4, 0] == 0).all())
    assert tapped(p.velocity, p.timing)[0, 0].tolist() == pytest.approx([1, p.velocity[0, 0].max(), 0.1])


def test_what_is_not_known_is_not_read() -> None:
    torch.manual_seed(1)
    network, p = Drummer(width=32, layers=1, heads=2).eval(), performances(2)
    known = np.zeros((2, STEPS, VOICES), bool)
    w = window(p, tapped(p.velocity, p.timing), np.full(2, RHYTHM), known)
    first = w.read(network).hits
    w.hits = 1 - w.hits
    assert bool((w.read(network).hits == first).all())


def test_each_tap_gets_a_stroke_and_the_figures_are_written() -> None:
    torch.manual_seed(1)
    network, p = Drummer(width=32, layers=1, heads=2).eval(), performances()
    w = window(p, tapped(p.velocity, p.timing), np.full(12, RHYTHM), np.ones((12, STEPS, VOICES), bool))
    parts = drummed(network, w, np.random.default_rng(1))
    assert bool((parts.any(-1) | (w.tap[..., 0].numpy() == 0)).all())
    loud, late = mean_pattern(p)
    assert loud[GENRE_IDS.index("rock"), 0, 0] == pytest.approx(0.9, abs=0.05)
    assert late[GENRE_IDS.index("pop"), 4, 1] == pytest.approx(0.1)
    found = measure(network, p, 4)
    assert found["windows"] == 4 and 0 <= found["agreement"] <= 1
    assert "timing" in text(found)


def test_the_file_holds_what_the_drummers_of_a_genre_do(tmp_path) -> None:
    torch.manual_seed(1)
    p = performances()
    path = export(Drummer(width=32, layers=1, heads=2), p, tmp_path, {"data": []}, "test", "0.0.1")
    assert path.stat().st_size > 1000 and (tmp_path / "drummer-reference.f32").exists()
    genres = {genre["id"]: genre for genre in genres_of(p)}
    assert genres["chorale"]["feel"] is None and genres["chorale"]["feels"] == []
    assert genres["rock"]["feel"][2] == pytest.approx(0.5, abs=0.01)
    own = feels(p.velocity, p.timing)[(p.genre == GENRE_IDS.index("rock")) & ~p.validation]
    assert np.array(sorted(genres["rock"]["feels"])) == pytest.approx(np.array(sorted(own.tolist())), abs=1e-3)


def deviations(**strokes: float) -> Kept:
    """A performance; `s4v1=2.0`: voice 1 on step 4 is 2 louder and 1 earlier."""
    loud = np.full((STEPS, VOICES), np.nan)
    for place, deviation in strokes.items():
        step, voice = place[1:].split("v")
        loud[int(step), int(voice)] = deviation
    return Kept(np.ones(5, np.float32), loud, loud - 3)


def test_a_silent_voice_strays_as_in_a_near_bar_then_as_its_nearest_stroke_of_the_weight() -> None:
    loud, late = deviations(s0v1=1.0, s3v1=2.0, s20v1=0.5).filled()
    assert loud[[0, 3, 20, 16, 19, 4, 36], 1].tolist() == [1, 2, 0.5, 1, 2, 0.5, 0.5]
    assert loud[[1, 8, 30], 1].tolist() == [2, 1, 0.5] and late[1, 1] == -1
    assert bool(np.isnan(loud[:, 0]).all())


def test_a_kept_performance_says_how_far_each_stroke_was_from_what_is_expected() -> None:
    torch.manual_seed(1)
    network, p = Drummer(width=32, layers=1, heads=2).eval(), performances()
    rock = kept(network, p)[GENRE_IDS.index("rock")]
    assert (
        sorted(drummer.piece for drummer in rock) == [1, 5, 7, 11]
        and kept(network, p)[GENRE_IDS.index("chorale")] == []
    )
    own = p.rows(np.array([rock[0].piece]))
    w = window(own, np.zeros((1, STEPS, 3), np.float32), np.zeros(1, np.int64), np.ones((1, STEPS, VOICES), bool))
    with torch.no_grad():
        made = w.read(network)
    on = own.velocity > 0
    for deviation, mean, size, played in (
        (rock[0].loud, made.velocity, made.velocity_spread, own.velocity),
        (rock[0].late, made.timing, made.timing_spread, own.timing),
    ):
        again = mean[0].numpy() + deviation * size[0].numpy()
        near = np.abs(deviation) < 3.8
        assert (on[0] & near).sum() > 20
        assert np.abs(again - played[0])[on[0] & near].max() <= size.max() / 15
    text = rock[0].text()
    assert len(text["strokes"]) == STEPS * VOICES // 6
    assert len(text["loudness"]) == len(text["timing"]) == on.sum()


def test_a_part_is_played_like_near_performances_of_others() -> None:
    near, far, other = deviations(s0v0=1, s5v1=1), deviations(s0v0=1, s4v2=1), deviations(s1v5=1)
    near.piece, far.piece, other.piece = 1, 2, 3
    strokes = deviations(s0v0=1, s4v1=1).strokes
    assert nearest([other, far, near], strokes) == [near, far, other]
    assert nearest([other, far, near], strokes, 1) == [far, other] and nearest([near], strokes, 1) == [near]


def test_performances_that_are_like_most_others_are_kept() -> None:
    usual, seldom = deviations(s0v0=1, s4v1=1).strokes, deviations(s3v5=1).strokes
    near = deviations(s0v0=1, s4v1=1, s8v0=1).strokes
    rows = covering(np.stack([seldom, near, usual, usual]), 3)
    assert rows.tolist()[:2] == [2, 0] and len(set(rows.tolist())) == 3


def test_performances_come_one_of_each_before_a_second() -> None:
    piece = np.array([1, 1, 1, 2, 2, 3], np.int32)
    rows = spread(piece, 5, np.random.default_rng(1))
    assert len(rows) == 5 and set(piece[rows[:3]].tolist()) == {1, 2, 3} and set(piece[rows[3:]].tolist()) == {1, 2}


def test_a_drummer_strays_alike_in_each_bar() -> None:
    random = np.random.default_rng(1)
    for shares, wanted in ((LATENESS, 0.44), (LOUDNESS, 0.62)):
        found = stray(400, shares, random)
        assert np.abs(found).mean() == pytest.approx(1, abs=0.05)
        assert np.corrcoef(found[:, :48, 0].ravel(), found[:, 16:, 0].ravel())[0, 1] == pytest.approx(wanted, abs=0.05)


def test_training_goes_on_from_a_checkpoint_and_counts_its_steps(tmp_path) -> None:
    p, path = performances(), tmp_path / "drummer.pt"
    run(p, path, Minutes(minutes=0.01), 1)
    first, _ = steps_of(path)
    run(p, path, Minutes(minutes=0.01), 1, path)
    assert steps_of(path)[0] > first > 0
    assert load(path).training is False
