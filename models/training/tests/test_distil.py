from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from continuo_training.adversarial.game import Dice
from continuo_training.base.contract import BEATS, SLOTS, STYLE, VOICES
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.distil.assembled import assembled
from continuo_training.distil.conductor_training import Scores, apart, plain_judge, pruned, scene_of, scores_of
from continuo_training.distil.encoder_training import EncoderLesson, blocks_kept, same_chords
from continuo_training.distil.examples import Pool, Takes, WindowDraws, drawn_styles, given_chords
from continuo_training.distil.lesson import Lesson, agreement
from continuo_training.distil.pruning import best_start, strongest
from continuo_training.distil.pruning import pruned as pruned_decoder
from continuo_training.distil.raw_windows import Kept, Store
from continuo_training.export.onnx_files import export
from continuo_training.export.onnx_weights import generator_of, size_of
from continuo_training.musical.chord_vocabulary import CHORD_SIZE, CHORDS
from continuo_training.networks.batches import conditions
from continuo_training.networks.discriminator import Conductor
from continuo_training.networks.encoded import packed_size
from continuo_training.networks.generator import Generator, Size

from .test_data import Synthetic

TEACHER = Size(width=32, hidden=48, heads=1, encoder=2, decoder=3, head=32, guide=2)
DECODER = replace(TEACHER, decoder=2, decoder_hidden=24, voicing=16, head=16)
ENCODER = replace(TEACHER, encoder=1, guide=1, hidden=24, decoder_hidden=48)


def teacher() -> Generator:
    torch.manual_seed(1)
    generator = Generator(TEACHER)
    with torch.no_grad():
        for parameter in (
            *generator.voicing.parameters(),
            generator.chord_tones.weights,
            *generator.guide.parameters(),
        ):
            parameter.add_(0.1 * torch.randn_like(parameter))
        generator.out_pitched.bias.fill_(-1.0)
    return generator.eval().requires_grad_(False)


def draws(generator: Generator) -> WindowDraws:
    return WindowDraws(generator, Sampler(Synthetic(), Variation(), 0), 0)


def takes_for(generator: Generator, count: int = 6) -> Takes:
    pool = Pool(TEACHER.width, 16)
    pool.add(generator, draws(generator).draw(8))
    return pool.takes(count, Dice(2, torch.device("cpu")))


def test_a_full_pool_forgets_the_oldest_windows() -> None:
    generator, pool = teacher(), Pool(TEACHER.width, 6)
    source = draws(generator)
    pool.add(generator, source.draw(4))
    first = pool.packed[:4].copy()
    assert len(pool) == 4 and pool.packed.shape[1] == packed_size(TEACHER.width)
    pool.add(generator, source.draw(4))
    assert len(pool) == 6
    assert np.array_equal(pool.packed[2:4], first[2:]) and not np.array_equal(pool.packed[:2], first[:2])


def test_chords_are_given_where_they_are_known_and_some_without_bass() -> None:
    chords, basses = torch.full((400, SLOTS), 5), torch.full((400, SLOTS), 3)
    chords[:, 6:] = -1
    given, is_given = given_chords(chords, basses, Dice(1, torch.device("cpu")))
    assert given.shape == (400, SLOTS, CHORD_SIZE) and not is_given[:, 6:].any()
    assert torch.equal(given[:, :, 5], is_given) and float(given[:, :, :CHORDS].sum()) == float(is_given.sum())
    share = float(is_given[:, :6].mean())
    assert 0.4 < share < 0.7
    named = float(given[:, :, CHORDS:].sum() / is_given.sum())
    assert 0.6 < named < 0.95


def test_styles_are_mostly_those_of_the_genres() -> None:
    points = torch.eye(9, STYLE) * 10
    styles = drawn_styles(points, torch.zeros(1000, dtype=torch.int64), Dice(1, torch.device("cpu")))
    near = (styles - points[0]).norm(dim=1) < 2.0
    assert 0.5 < float(near.float().mean()) < 0.75


def test_the_strongest_units_are_kept() -> None:
    weight = torch.tensor([[1.0, 5.0, 0.1, 2.0]])
    assert strongest(torch.tensor([1.0, 1.0, 30.0, 0.1]), weight, 2).tolist() == [1, 2]


def test_the_teacher_has_nothing_to_learn_and_a_pruned_one_has() -> None:
    generator = teacher()
    takes, lesson = takes_for(generator), Lesson(generator)
    truth = lesson.truth(takes)
    assert abs(float(lesson.loss(generator, takes, truth))) < 1e-3
    assert set(agreement(generator, generator, takes).values()) <= {1.0, 0.0}
    whole = pruned_decoder(generator, replace(TEACHER, decoder_hidden=48, voicing=64), (0, 1, 2), takes).eval()
    assert abs(float(lesson.loss(whole, takes, truth))) < 1e-3, "with all units and blocks it is the teacher"
    student = best_start(generator, DECODER, takes)
    assert student.size == DECODER
    optimiser = torch.optim.Adam(student.parameters(), 2e-3)
    losses = []
    for _ in range(12):
        loss = lesson.loss(student, takes, truth)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    assert 0 < losses[-1] < 0.8 * losses[0]


def test_planes_are_stored_as_bits() -> None:
    store = Store(3)
    planes = (torch.rand(2, 2, 64, 84) < 0.1).float()
    store.add({"melody": planes}, {"heard": torch.rand(2, 64)})
    store.add({"melody": 1 - planes}, {"heard": torch.rand(2, 64)})
    assert len(store) == 3
    found = store.rows(np.array([1, 0])).planes["melody"]
    assert torch.equal(found, torch.stack([planes[1], 1 - planes[1]]))


def kept_windows(generator: Generator) -> Kept:
    window = draws(generator).draw(8)
    c = conditions(window.batch, window.style)
    with torch.no_grad():
        return Kept(c._asdict(), {"encoded": generator.encode(c).packed()})


def test_an_encoder_of_all_blocks_and_units_returns_the_same() -> None:
    generator = teacher()
    kept = kept_windows(generator)
    lesson = EncoderLesson(generator, kept.numbers["encoded"])
    noise = torch.randn(8, 32)
    same = blocks_kept(generator, TEACHER, kept, (0, 1), (0, 1)).eval()
    assert abs(float(lesson.loss(same, kept, noise))) < 1e-3 and same_chords(generator, same, kept, noise) == 1.0
    smaller = blocks_kept(generator, ENCODER, kept, (1,), (0,)).eval()
    loss = lesson.loss(smaller, kept, noise)
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss) > 0.01 and smaller.encoder[0].get_submodule("grow").get_parameter("weight").grad is not None


def test_parts_trained_apart_play_together_and_come_back_from_their_files(tmp_path: Path) -> None:
    generator = teacher()
    takes, kept = takes_for(generator), kept_windows(generator)
    decoder = pruned_decoder(generator, DECODER, (0, 2), takes)
    encoder = blocks_kept(generator, ENCODER, kept, (1,), (0,))
    both = assembled(generator, encoder, decoder)
    assert (both.size.encoder, both.size.decoder, both.size.in_decoder, both.size.hidden) == (1, 2, 24, 24)
    mine, state = both.state_dict(), (decoder.state_dict(), encoder.state_dict())
    assert torch.equal(mine["decoder.1.grow.weight"], state[0]["decoder.1.grow.weight"])
    assert torch.equal(mine["guide.0.grow.weight"], state[1]["guide.0.grow.weight"])
    assert torch.equal(both.plan.out.weight, generator.plan.out.weight)
    export(both, tmp_path / "continuo.onnx", {}, "small", "0.0.1")
    assert size_of(tmp_path / "continuo.onnx") == both.size
    again = generator_of(tmp_path / "continuo.onnx")
    assert float((again.head.weight - both.head.weight).abs().max()) < 1e-3


def test_a_conductor_of_all_blocks_gives_the_same_scores() -> None:
    generator = teacher()
    judge = plain_judge(384, 3)
    conductor = Conductor(judge).eval().requires_grad_(False)
    store = Store(8)
    Scores(generator, conductor, draws(generator), 3, store).add(6)
    kept = store.rows(np.arange(6))
    assert kept.planes["pitched"].shape == (6, 3, 8, 64, 84) and kept.planes["drums"].shape == (6, 3, 4 * BEATS, VOICES)
    assert torch.allclose(scores_of(conductor, kept), kept.numbers["scores"], atol=1e-3)
    assert float(apart(kept.numbers["scores"]).mean().abs()) < 1e-5
    every = kept.planes | kept.numbers
    scene = scene_of(every)
    few = (every["pitched"][:, 0], every["drums"][:, 0])
    same = Conductor(pruned(judge, (0, 1, 2), 384, scene, *few)).eval()
    smaller = Conductor(pruned(judge, (0, 2), 64, scene, *few)).eval()
    assert torch.allclose(scores_of(same, kept), kept.numbers["scores"], atol=1e-3)
    assert not torch.allclose(scores_of(smaller, kept), kept.numbers["scores"], atol=1e-3)
