from pathlib import Path

import numpy as np
import torch

from continuo_training.data.sampler import Sampler, Variation
from continuo_training.evaluation.decoding import draw_noise
from continuo_training.evaluation.load_networks import load_networks
from continuo_training.evaluation.spread import distance
from continuo_training.evaluation.style_space import lines
from continuo_training.evaluation.takes import best_of, generate, judged
from continuo_training.export.modules import GeneratorForExport, example_inputs
from continuo_training.export.onnx_weights import load
from continuo_training.networks.generator import Conditions, Generator

from .test_data import Synthetic

SHIPPED = Path(__file__).resolve().parents[2] / "continuo.onnx"


def test_the_file_plays_what_its_network_plays() -> None:
    shipped = load_networks(SHIPPED).generator
    generator = Generator().eval()
    assert load(generator, SHIPPED, "generator.") == []
    assert torch.allclose(shipped.styles.weight, generator.styles.weight)
    inputs = [(torch.rand_like(x) < 0.05).float() for x in example_inputs(2)]
    inputs[8], inputs[9] = torch.from_numpy(draw_noise(2, 1.0, 4)), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    with torch.no_grad():
        expected = GeneratorForExport(generator)(*inputs)
    found = shipped(Conditions(*inputs[:8], inputs[9]), inputs[8])
    for a, b in zip(found, expected, strict=True):
        assert float((a - b).abs().max()) < 1e-4


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
