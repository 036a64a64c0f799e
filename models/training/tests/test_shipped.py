from pathlib import Path

import numpy as np
import torch

from continuo_training.base import contract as k
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.evaluation.decoding import draw_noise
from continuo_training.evaluation.load_networks import load_networks
from continuo_training.evaluation.onnx_generator import OnnxGenerator
from continuo_training.evaluation.spread import distance
from continuo_training.evaluation.style_space import lines
from continuo_training.evaluation.takes import best_of, generate, judged
from continuo_training.export.modules import conditions_inputs, take_inputs, whole
from continuo_training.export.onnx_files import export
from continuo_training.export.onnx_weights import generator_of
from continuo_training.musical.chord_vocabulary import CHORD_SIZE, CHORDS, chord
from continuo_training.networks.batches import conditions, tensors
from continuo_training.networks.generator import Conditions

from .test_data import Synthetic

SHIPPED = Path(__file__).resolve().parents[2] / "continuo.onnx"


def some_conditions(batch: int) -> tuple[torch.Tensor, ...]:
    """Random planes in both meters."""
    inputs = [(torch.rand_like(x) < 0.05).float() for x in conditions_inputs(batch)]
    inputs[8] = torch.tensor([[1.0, 0.0], [0.0, 1.0]]).repeat(batch // 2, 1)
    return tuple(inputs)


def test_the_file_plays_what_its_network_plays() -> None:
    shipped = load_networks(SHIPPED).generator
    generator = generator_of(SHIPPED)
    assert torch.allclose(shipped.styles.weight, generator.styles.weight)
    inputs, noise = some_conditions(2), torch.from_numpy(draw_noise(2, 1.0, 4))
    with torch.no_grad():
        expected = whole(generator, inputs, (noise, *take_inputs(2)[1:]))[:4]
    found = shipped(Conditions(*inputs), noise)
    for a, b in zip(found, expected, strict=True):
        assert float((a - b).abs().max()) < 1e-4


def test_a_given_chord_is_chosen_and_heard(tmp_path: Path) -> None:
    generator = generator_of(SHIPPED)
    export(generator, tmp_path / "continuo.onnx", {}, "shipped", "0.0.1")
    files = OnnxGenerator(tmp_path / "continuo.onnx")
    b = Sampler(Synthetic(), Variation(), 0).batch(4)
    c = conditions(tensors(b), files.styles(torch.zeros(4, dtype=torch.int64)))
    noise = torch.from_numpy(draw_noise(4, 1.0, 4))
    plain = files.run(c, noise)
    given, is_given = torch.zeros(4, k.SLOTS, CHORD_SIZE), torch.zeros(4, k.SLOTS)
    wanted = chord(9, "min7")
    given[:, 1, wanted], given[:, 1, CHORDS + 4], is_given[:, 1] = 1.0, 1.0, 1.0
    found = files.run(c, noise, given, is_given)
    assert torch.equal(found[5][:, 1].argmax(1), torch.full((4,), wanted))
    assert torch.equal(found[5][:, 1, CHORDS:].argmax(1), torch.full((4,), 4))
    assert not torch.allclose(found[0][:, :, 8:16], plain[0][:, :, 8:16])
    # Without its bass note, the chord stands on one that the network chooses.
    given[:, 1, CHORDS:] = 0.0
    assert float(files.run(c, noise, given, is_given)[5][:, 1, CHORDS:].sum(1).min()) > 0.99


def test_the_best_of_more_takes_is_never_judged_worse() -> None:
    networks = load_networks(SHIPPED)
    b = Sampler(Synthetic(), Variation(), 0).batch(3)
    one = generate(networks.generator, b, 1.0, 11)
    best = best_of(networks, b, (2, 4), 1.0, 11)
    scores = [judged(networks, b, m) for m in (one, best[2], best[4])]
    assert sorted(best) == [2, 4] and (scores[0] <= scores[1]).all() and (scores[1] <= scores[2]).all()
    assert (scores[2] > scores[0]).any()


def test_lines_between_genres_are_measured_on_the_parts_that_both_have() -> None:
    b = Sampler(Synthetic(), Variation(), 0).batch(2)
    found = lines(load_networks(SHIPPED), {"chorale": b, "electronic": b})
    assert set(found) == {"empty bars", "density", "timing"}
    assert all(np.isnan(v) or 0 <= v <= 1 for v in found.values())
    assert np.isfinite(found["density"]), "an electronic piece has more notes than a chorale"


def test_silent_takes_are_alike() -> None:
    silent, one = np.zeros((2, 6), bool), np.zeros((2, 6), bool)
    one[0, 1] = one[1, 2] = True
    assert distance(silent, silent).tolist() == [0, 0] and distance(silent, one).tolist() == [1, 1]
    assert distance(one, one).tolist() == [0, 0]
