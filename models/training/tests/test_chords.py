"""The chord vocabulary, the recogniser, the plan with given chords, and lead sheets."""

import numpy as np
import torch

from continuo_training.adversarial.chord_lesson import other_chords
from continuo_training.adversarial.settings import Settings
from continuo_training.adversarial.trainer import Trainer
from continuo_training.base import contract as k
from continuo_training.data.lead_sheets import read_song, window
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.export.modules import conditions_inputs, take_inputs, whole
from continuo_training.musical import chord_vocabulary as v
from continuo_training.musical.chord_labels import labels, recognised
from continuo_training.networks.batches import conditions, tensors
from continuo_training.networks.chord_plan import chord_vectors
from continuo_training.networks.chord_tones import ChordTones
from continuo_training.networks.encoded import packed_size, unpacked
from continuo_training.networks.generator import Conditions, Generator, Size

from .test_data import Synthetic

SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32, guide=1)


def test_every_chord_is_recognised_from_its_own_tones_over_its_root() -> None:
    chords = np.arange(v.NO_CHORD)
    bass = np.eye(12, dtype=np.float32)[v.root_of(chords)]
    found, low = recognised(v.TONES[chords], bass)
    assert (found == chords).all() and (low == v.root_of(chords)).all()


def test_chords_of_the_same_tones_are_told_apart_by_the_bass() -> None:
    c6 = v.TONES[[v.chord(0, "maj6")]]
    for low, wanted in ((0, v.chord(0, "maj6")), (9, v.chord(9, "min7"))):
        assert recognised(c6, np.eye(12, dtype=np.float32)[[low]])[0][0] == wanted


def test_labels_name_inversions_but_not_alternating_basses() -> None:
    pitched = np.zeros((1, 8, 64, 84), np.float32)
    for pitch in (60, 64, 67):
        pitched[0, 3, :, pitch - k.LOWEST] = 1
    pitched[0, 1, :8, 36 - k.LOWEST] = pitched[0, 1, 8:16, 43 - k.LOWEST] = 1  # C, then its fifth
    pitched[0, 1, 32:48, 40 - k.LOWEST] = 1  # E through a whole bar
    chords, basses = labels(np.zeros((1, 2, 64, 84), np.float32), pitched, np.array([False]))
    assert (chords[0] == v.chord(0, "maj")).all()
    assert basses[0, :2].tolist() == [0, 0] and basses[0, 4:6].tolist() == [4, 4]


def test_chords_move_with_the_key() -> None:
    chords = np.array([v.chord(0, "maj7"), v.NO_CHORD, -1])
    assert v.moved(chords, -3).tolist() == [v.chord(9, "maj7"), v.NO_CHORD, -1]


def test_the_encoders_result_survives_its_vector() -> None:
    generator = Generator(SMALL).eval()
    b = tensors(Sampler(Synthetic(), Variation(), 0).batch(3))
    with torch.no_grad():
        e = generator.encode(conditions(b, generator.styles(b.genre)))
    packed = e.packed()
    assert packed.shape == (3, packed_size(32))
    again = unpacked(packed, 32)
    assert torch.equal(again.tokens, e.tokens) and torch.equal(again.meter, e.meter)
    assert torch.equal(again.prior.log_sigma, e.prior.log_sigma) and torch.equal(again.notes, e.notes)


def test_several_takes_of_one_encoding_are_those_of_the_whole_network() -> None:
    generator = Generator(SMALL).eval()
    inputs = (*tuple((torch.rand_like(x) < 0.1).float() for x in conditions_inputs(1)[:-1]), torch.tensor([[1.0, 0.0]]))
    rest = (torch.randn(3, k.NOISE), *take_inputs(3)[1:])
    repeated = tuple(x.repeat(3, *[1] * (x.ndim - 1)) for x in inputs)
    with torch.no_grad():
        wanted = whole(generator, repeated, rest)
        packed = generator.encode(Conditions(*inputs)).packed()
        found = generator.play(unpacked(packed.repeat(3, 1), 32), *rest)
    for a, b in zip(found, wanted, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_a_trained_plan_looks_ahead_to_given_chords() -> None:
    generator = Generator(SMALL).eval()
    torch.nn.init.normal_(generator.plan.reader.out.weight, std=2.0)
    e = generator.encode(Conditions(*conditions_inputs(1)))
    given, is_given = torch.zeros(1, k.SLOTS, v.CHORD_SIZE), torch.zeros(1, k.SLOTS)
    noise = torch.zeros(1, k.NOISE - k.LATENT)
    with torch.no_grad():
        before = generator.plan(e, noise, given, is_given)
        given[0, 6, v.chord(5, "maj")] = given[0, 6, v.CHORDS + 5] = is_given[0, 6] = 1
        after = generator.plan(e, noise, given, is_given)
    assert not torch.allclose(before.likely[0, 2], after.likely[0, 2])
    assert torch.equal(after.chosen[0, 6], given[0, 6])
    assert not torch.equal(after.likely[0, 6, : v.CHORDS], given[0, 6, : v.CHORDS])


def test_a_plan_that_has_not_learnt_chooses_triads_over_their_roots() -> None:
    generator = Generator(SMALL).eval()
    e = generator.encode(Conditions(*conditions_inputs(2)))
    with torch.no_grad():
        chosen = generator.plan(e, torch.randn(2, k.NOISE - k.LATENT)).chosen
    chords = chosen[..., : v.CHORDS].argmax(2)
    kinds = {v.QUALITY_IDS[int(c) % len(v.QUALITIES)] for c in chords.flatten() if c != v.NO_CHORD}
    assert kinds <= {"maj", "min", "dim"}
    roots = torch.where(chords == v.NO_CHORD, chosen[..., v.CHORDS :].argmax(2), chords // len(v.QUALITIES))
    assert torch.equal(chosen[..., v.CHORDS :].argmax(2), roots)


def test_chord_tones_move_only_the_steps_of_given_chords() -> None:
    tones = ChordTones()
    torch.nn.init.ones_(tones.weights)
    chords = chord_vectors(torch.tensor([[v.chord(0, "maj")] + [-1] * 7]), torch.tensor([[4] + [-1] * 7]))
    slots = torch.zeros(1, k.BEATS, 8)
    slots[0, torch.arange(k.BEATS), torch.arange(k.BEATS) // 2] = 1
    with torch.no_grad():
        moved = tones(chords, slots)
    assert float(moved[:, 2:].abs().max()) == 0
    # C and G are tones, E is also the bass; C sharp is beside a tone, D is neither.
    assert [float(moved[0, 0, 0, p]) for p in (0, 1, 2, 4, 7)] == [1.0, 1.0, 0.0, 2.0, 1.0]
    seventh, suspended = (
        tones.kinds(chord_vectors(torch.tensor([[v.chord(0, q)] + [-1] * 7]), torch.tensor([[0] * 8])))
        for q in ("min7", "sus4")
    )
    assert seventh[0, 0, 3].nonzero().flatten().tolist() == [10] and not seventh[0, 0, 4].any()
    assert [suspended[0, 0, kind].nonzero().flatten().tolist() for kind in (3, 4)] == [[5], [4]]
    kinds = tones.kinds(chords)
    assert kinds[0, 0, 1].tolist() == [0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1]


def song(**changes: object) -> dict[str, object]:
    chords = [[0, 4, 7, "maj", 7], [4, 2, 0, "maj7", 4], [6, 2, 2, "7", 2], [8, 8, 7, "N", -1]]
    plain: dict[str, object] = {
        "source": "openbook", "name": "a", "genre": "jazz", "bar_q": 4, "bars": 8, "key": [7, "major"],
        "chords": chords, "melody": [[-1, 1, 62], [0, 2, 67], [15.5, 1, 71]],
    }  # fmt: skip
    return plain | changes


def test_a_lead_sheet_becomes_slots_and_windows() -> None:
    sheet = read_song(song())
    assert sheet is not None and sheet.bars == 8 and not sheet.three
    assert sheet.chords[:5].tolist() == [
        v.chord(7, "maj"),
        v.chord(7, "maj"),
        v.chord(0, "maj7"),
        v.chord(2, "7"),
        v.NO_CHORD,
    ]
    first = window(sheet, 0, held=False)
    assert first.shift == 5 and first.melody[0, 0, 67] and first.melody[1, :8, 67].all()
    assert not first.before.any(), "there is nothing before the first bar"
    later = window(sheet, 4, held=True)
    assert later.before[:2].any() and later.before[3, 0].sum() == 1, "one bass note under the first chord"
    assert set(np.flatnonzero(later.before[5, 16]) % 12) == {0, 4, 7, 11}
    assert (later.chords == -1).all(), "nothing is known after the last chord"


def test_songs_whose_meter_does_not_fit_are_left_out() -> None:
    assert read_song(song(bar_q=2.5)) is None
    assert read_song(song(barlines=[0, 4, 7])) is None
    two = read_song(song(bar_q=2))
    assert two is not None and two.bars == 4


def test_only_the_layers_that_read_chords_learn_to_keep_to_them() -> None:
    settings = Settings(
        chords=True, warm_up=1, rate=3e-3, rate_tones=0.1, bfloat16=False, threads=1, own_context=0.0, keep=20.0
    )
    trainer = Trainer(settings, SMALL)
    torch.nn.init.zeros_(trainer.game.generator.out_pitched.bias)  # everything sounds at first
    before = {n: p.detach().clone() for n, p in trainer.game.named_parameters()}
    batch = tensors(Sampler(Synthetic(), Variation(), 0).batch(6))
    log = [trainer.train_step(batch) for _ in range(15)]
    assert log[-1]["off"] < 0.7 * log[0]["off"]
    moved = [n.split(".") for n, p in trainer.game.named_parameters() if not p.equal(before[n])]
    assert {n[0] for n in moved} == {"generator", "posterior"}
    assert {n[1] for n in moved if n[0] == "generator"} == {"finer_harmony", "voicing", "chord_tones"}
    weights = trainer.game.generator.chord_tones.weights
    assert float(weights[1, :4].detach().max()) < 0, "in bass and chords, notes beside a tone become rarer"


def test_other_chords_are_moved_and_keep_their_gaps() -> None:
    chords = torch.tensor([[v.chord(0, "7"), v.NO_CHORD, -1], [v.chord(5, "min"), -1, -1]])
    basses = torch.tensor([[4, -1, -1], [5, -1, -1]])
    found, low = other_chords(chords, basses, torch.tensor([0, 2]))
    assert found.tolist() == [chords[1].tolist(), [v.chord(2, "7"), v.NO_CHORD, -1]]
    assert low.tolist() == [[5, -1, -1], [6, -1, -1]]
