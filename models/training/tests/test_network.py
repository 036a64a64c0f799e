import json
from pathlib import Path

import numpy as np
import pytest
import torch

from continuo_training.adversarial import losses, session
from continuo_training.adversarial.balance import Balance
from continuo_training.adversarial.game import Game, others_of_genre
from continuo_training.adversarial.replay import Replay, Seen
from continuo_training.adversarial.settings import Settings
from continuo_training.adversarial.trainer import Trainer
from continuo_training.base import contract as k
from continuo_training.base.errors import DivergedError, StepError
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.evaluation.decoding import decode
from continuo_training.evaluation.load_networks import load_networks
from continuo_training.export.half import rounded
from continuo_training.export.modules import conditions_inputs, conductor_inputs, take_inputs, whole
from continuo_training.export.onnx_files import CHECKSUM_KEY, export, export_helpers, milliseconds, verify
from continuo_training.export.onnx_weights import load_beside, load_generator
from continuo_training.musical.chord_vocabulary import CHORD_SIZE, CHORDS
from continuo_training.networks.batches import conditions, tensors
from continuo_training.networks.discriminator import Conductor, Discriminator, JudgeSize, plain
from continuo_training.networks.generator import Generator, Logits, Size
from continuo_training.networks.layers import by_beat, from_beats
from continuo_training.networks.style_encoder import StyleEncoder

from .test_data import Synthetic

SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32)


def test_beats_and_back() -> None:
    x = torch.rand(2, 8, 64, 84)
    assert torch.equal(from_beats(by_beat(x, 8, 84), 8, 84), x)


def test_shapes_and_ranges() -> None:
    with torch.no_grad():
        found = whole(Generator(SMALL).eval(), conditions_inputs(3), take_inputs(3))
    pitched, drums, velocity, timing, likely, chosen = found
    assert pitched.shape == (3, 8, 64, 84) and drums.shape == (3, 64, 12) and velocity.shape == (3, 5, 64)
    assert timing.shape == (3, 5, 64) and float(timing.abs().max()) <= 0.5
    assert all(float(x.min()) >= 0 and float(x.max()) <= 1 for x in (pitched, drums, velocity, likely, chosen))
    assert likely.shape == chosen.shape == (3, 8, CHORD_SIZE)
    assert torch.allclose(likely[..., :CHORDS].sum(2), torch.ones(3, 8), atol=1e-4)


def test_three_four_does_not_read_the_unused_steps() -> None:
    generator = Generator(SMALL).eval()
    inputs = list(conditions_inputs(1))
    inputs[8] = torch.tensor([[0.0, 1.0]])
    changed = [x.clone() for x in inputs]
    for i in (0, 2, 4):
        changed[i][:, :, 48:] = 1
    with torch.no_grad():
        a, b = (whole(generator, tuple(x), take_inputs(1)) for x in (inputs, changed))
    assert torch.allclose(a[0][:, :, :48], b[0][:, :, :48], atol=1e-5)


def test_masked_cells_cost_nothing() -> None:
    exists, given = torch.tensor([[0.0, 1.0, 1.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0]])
    steps = torch.ones(1, 64)
    steps[:, 48:] = 0
    masks = losses.Masks(exists, given, steps)
    planes, steps5 = torch.zeros(1, 8, 64, 84), torch.zeros(1, 5, 64)
    logits = Logits(planes, torch.zeros(1, 64, 12), steps5, steps5, torch.zeros(1, 4))
    real = torch.zeros(1, 8, 64, 84)
    notes, strokes = losses.reconstruction(
        logits, real, torch.zeros(1, 64, 12), masks, Balance(0, 8).of(torch.tensor([0]))
    )
    assert float(strokes) == 0
    assert np.isclose(float(notes), 2 * 48 * 84 * np.log(2), rtol=1e-4)


def test_balance_raises_what_is_missing() -> None:
    balance = Balance(0.1, 8.0)
    genre, ones = torch.tensor([2, 2]), torch.ones(2, 9)
    for _ in range(50):
        balance.see(genre, 0 * ones, 20 * ones, ones)
    assert float(balance.weights[2].min()) == 8.0 and float(balance.weights[0, 0]) == 2.0


def test_decode_starts_and_holds() -> None:
    p = np.zeros((1, 8, 64, 84), np.float32)
    p[0, 0, 4, 10] = 0.9
    p[0, 1, 4:8, 10] = 0.8
    p[0, 1, 20:24, 10] = 0.8  # sounding without an onset is not a note
    out = decode(p, np.ones((1, 64), np.float32))
    assert out[0, 1].sum() == 4 and out[0, 0].sum() == 1


def test_hard_planes_pass_a_gradient() -> None:
    x = torch.tensor([-0.1, 0.2], requires_grad=True)
    y = losses.hard(x)
    assert y.detach().tolist() == [0.0, 1.0]
    y.sum().backward()
    assert x.grad is not None and float(x.grad.min()) > 0


#: PyTorch before 2.0 takes minutes for a step in half precision on a processor.
HALF = [False, True] if int(torch.__version__.split(".")[0]) >= 2 else [False]


@pytest.mark.parametrize("bfloat16", HALF)
def test_training_lowers_the_loss_and_plays_the_game(bfloat16: bool) -> None:
    settings = Settings(
        warm_up=1,
        adversary_from=3,
        adversary_every=1,
        kl_ramp=10,
        bfloat16=bfloat16,
        rate=3e-3,
        threads=1,
        adversary_ramp=5,
        from_prior=0.2,
    )
    trainer = Trainer(settings, SMALL)
    sampler = Sampler(Synthetic(), Variation(), 0)
    batch = tensors(sampler.batch(8))
    before = {n: p.detach().clone() for n, p in trainer.game.adversary.named_parameters()}
    log = [trainer.train_step(batch) for _ in range(25)]
    assert log[-1]["notes"] < 0.8 * log[0]["notes"]
    assert "adversary" in log[-1] and all(np.isfinite(list(x.values())).all() for x in log)
    assert any(not torch.equal(before[n], p) for n, p in trainer.game.adversary.named_parameters())


def test_a_checkpoint_continues(tmp_path: Path) -> None:
    a = Trainer(Settings(bfloat16=False), SMALL)
    a.train_step(tensors(Sampler(Synthetic(), Variation(), 0).batch(4)))
    a.save(tmp_path / "c.pt")
    b = Trainer(Settings(bfloat16=False), SMALL)
    b.load(tmp_path / "c.pt")
    assert b.step == 1
    for x, y in zip(a.game.parameters(), b.game.parameters(), strict=True):
        assert torch.equal(x, y)


def test_export_keeps_the_contract(tmp_path: Path) -> None:
    import onnx
    import onnxruntime

    path = tmp_path / "small.onnx"
    generator = Generator(SMALL)
    export(generator, path, {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}, "small", "0.0.1")
    data = path.read_bytes()
    model = onnx.load(str(path))
    meta = {p.key: p.value for p in model.metadata_props}
    assert model.opset_import[0].version == 17 and meta["continuo.contract"] == "3"
    assert verify(data, meta[CHECKSUM_KEY])
    broken = bytearray(data)
    broken[len(broken) // 2] ^= 1
    assert not verify(bytes(broken), meta[CHECKSUM_KEY])
    facts = json.loads(meta["continuo.model"])
    assert facts["drum_voices"] == list(k.DRUM_VOICES) and facts["parts"] == list(k.PARTS)
    assert all(len(g["style"]) == k.STYLE and set(g["parts"]) <= set(k.PARTS) for g in facts["genres"])
    pop = next(g for g in facts["genres"] if g["id"] == facts["default_genre"])
    assert pop["parts"] == list(k.PARTS)
    assert milliseconds(path, passes=2)[0] > 0
    assert facts["chords"]["slots"] == k.SLOTS and facts["chords"]["qualities"][6] == {
        "id": "maj7",
        "tones": [0, 4, 7, 11],
    }
    beside = tmp_path / k.ENCODER_FILE
    sealed = {p.key: p.value for p in onnx.load(str(beside)).metadata_props}
    assert facts["encoder"] == sealed[CHECKSUM_KEY] and verify(beside.read_bytes(), facts["encoder"])
    assert json.loads(sealed["continuo.model"])["encoded_size"] == facts["encoded_size"]
    encoder, decoder = (onnxruntime.InferenceSession(str(p)) for p in (beside, path))
    assert tuple(i.name for i in encoder.get_inputs()) == k.ENCODER_INPUTS
    assert tuple(i.name for i in decoder.get_inputs()) == k.DECODER_INPUTS
    assert tuple(i.name for i in decoder.get_outputs()) == k.DECODER_OUTPUTS
    for batch in (1, 2):
        inputs = [torch.rand_like(x) for x in conditions_inputs(batch)]
        inputs[8] = torch.tensor([[0.0, 1.0]]).repeat(batch, 1)
        noise = torch.randn(batch, k.NOISE)
        encoded = encoder.run(None, {n: x.numpy() for n, x in zip(k.ENCODER_INPUTS, inputs, strict=True)})[0]
        assert encoded.shape == (batch, facts["encoded_size"])
        rest = (noise, *take_inputs(batch)[1:])
        got = decoder.run(
            None, {n: x.numpy() for n, x in zip(k.DECODER_INPUTS, (torch.from_numpy(encoded), *rest), strict=True)}
        )
        with torch.no_grad():
            expected = whole(rounded(generator.eval()), tuple(inputs), rest)
        for a, b in zip(got, expected, strict=True):
            assert np.abs(a - b.numpy()).max() < 1e-4


def test_an_untrained_posterior_is_the_prior() -> None:
    game = Game(SMALL).eval()
    b = tensors(Sampler(Synthetic(), Variation(), 0).batch(4))
    with torch.no_grad():
        e = game.generator.encode(conditions(b, game.generator.styles(b.genre)))
        torch.nn.init.zeros_(game.posterior.latent.window.weight)
        torch.nn.init.zeros_(game.posterior.latent.bar.weight)
        posterior = game.posterior(b.pitched, b.drums, b.exists, e, b.meter)
    assert float(losses.divergence(posterior, e.prior, 0.0)[1]) < 1e-5


def test_notes_stay_fixed_while_the_layers_around_them_learn() -> None:
    trainer = Trainer(Settings(notes=False, warm_up=1, rate=1e-2, bfloat16=False, threads=1), SMALL)
    before = {n: p.detach().clone() for n, p in trainer.game.state_dict().items()}
    batch = tensors(Sampler(Synthetic(), Variation(), 0).batch(8))
    log = [trainer.train_step(batch) for _ in range(6)]
    assert log[-1]["style"] < log[0]["style"]
    moved = {n for n, p in trainer.game.state_dict().items() if not torch.equal(before[n], p)}
    assert any(n.startswith("generator.out_velocity") for n in moved)
    assert any(n.startswith("encoder.") for n in moved) and any(n.startswith("adversary.") for n in moved)
    heads = ("generator.out_velocity", "generator.out_timing", "encoder.", "adversary.")
    assert all(n.startswith(heads) for n in moved)


def test_the_replay_drops_the_oldest_windows() -> None:
    batch = tensors(Sampler(Synthetic(), Variation(), 0).batch(4))
    made = (torch.ones(4, 8, 64, 84), torch.zeros(4, 64, 12))
    replay = Replay(6)
    for number in range(2):
        replay.add(Seen(batch, torch.full((4, k.STYLE), float(number)), torch.rand(4, 16, 32), *made))
    assert replay.count == 6
    seen = replay.draw(torch.arange(6))
    # The second four wrapped round: they stand in the places 4, 5, 0, 1.
    assert seen.style[:, 0].tolist() == [1, 1, 0, 0, 1, 1]
    assert torch.equal(seen.batch.context[4:], batch.context[:2]) and float(seen.pitched.min()) == 1
    assert torch.equal(seen.batch.timing[4:], batch.timing[:2]) and seen.batch.genre.dtype == torch.int64


def test_each_window_is_reused_as_often_as_set() -> None:
    trainer = Trainer(Settings(notes=False, reuse=3, replay=8, warm_up=1, bfloat16=False, threads=1), SMALL)
    trainer.train_step(tensors(Sampler(Synthetic(), Variation(), 0).batch(4)))
    assert trainer.step == 3 and trainer.replay.count == 4


def test_others_are_of_the_same_genre() -> None:
    assert others_of_genre(torch.tensor([0, 1, 0, 2, 0])).tolist() == [4, 1, 0, 3, 2]


def test_timing_is_learnt_only_where_it_is_known() -> None:
    masks = losses.Masks(torch.ones(1, 5), torch.zeros(1, 5), torch.ones(1, 64))
    logits = torch.zeros(1, 5, 64, requires_grad=True)
    target, known = torch.full((1, 5, 64), -0.33), torch.zeros(1, 5, 64)
    known[0, 2, 3] = 1
    losses.timing_loss(logits, target, known, masks).backward()
    assert logits.grad is not None
    assert float(logits.grad[0, 2, 3]) > 0 and int((logits.grad != 0).sum()) == 1


def test_encoder_does_not_read_parts_that_are_not_listed() -> None:
    encoder = StyleEncoder(width=32, hidden=48, heads=2, layers=1).eval()
    melody, meter = torch.zeros(1, 2, 64, 84), torch.tensor([[1.0, 0.0]])
    parts = torch.tensor([[0.0, 1.0, 0.0, 0.0, 0.0]])
    with torch.no_grad():
        one = encoder(melody, torch.zeros(1, 8, 64, 84), torch.zeros(1, 64, 12), parts, meter)
        changed = torch.ones(1, 8, 64, 84)
        changed[:, :2] = 0
        other = encoder(melody, changed, torch.ones(1, 64, 12), parts, meter)
    assert torch.allclose(one, other, atol=1e-6)


def test_plain_conductor_judges_like_the_adversary() -> None:
    adversary = Discriminator(JudgeSize(30, 48, 2, 1)).eval()
    inputs = [torch.rand_like(x) for x in conductor_inputs(2)]
    inputs[5] = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    with torch.no_grad():
        before = Conductor(adversary)(*inputs)
        after = Conductor(plain(adversary))(*inputs)
    assert torch.allclose(before, after, atol=1e-5)


def test_helpers_share_the_generators_style_space(tmp_path: Path) -> None:
    import onnx

    generator = Generator(SMALL)
    judge = Conductor(plain(Discriminator(JudgeSize(30, 48, 2, 1)).eval()))
    encoder = StyleEncoder(width=32, hidden=48, heads=2, layers=1)
    training = {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}
    export(generator, tmp_path / "continuo.onnx", training, "small", "0.0.1")
    export_helpers(generator, judge, encoder, tmp_path, training, "small", "0.0.1")
    spaces, roles = set(), []
    for name in ("continuo", "conductor", "style-encoder"):
        path = tmp_path / f"{name}.onnx"
        model = onnx.load(str(path))
        meta = {p.key: p.value for p in model.metadata_props}
        assert meta["continuo.contract"] == "3" and verify(path.read_bytes(), meta[CHECKSUM_KEY])
        facts = json.loads(meta["continuo.model"])
        spaces.add(facts["style_space"])
        roles.append(facts.get("role"))
    assert len(spaces) == 1 and roles == [None, "conductor", "style encoder"]


def test_weights_come_back_from_an_exported_file(tmp_path: Path) -> None:
    torch.manual_seed(6)
    first = Generator(SMALL).eval()
    for weight in first.parameters():
        # Equal arrays (zeros, ones) are exported once; real weights are not equal.
        torch.nn.init.normal_(weight, std=0.2)
    training = {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}
    export(first, tmp_path / "continuo.onnx", training, "small", "0.0.1")
    first, second = rounded(first), Generator(SMALL).eval()
    assert load_generator(second, tmp_path / "continuo.onnx") == []
    inputs = [torch.rand_like(x) for x in conditions_inputs(2)]
    inputs[8] = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    with torch.no_grad():
        both = (whole(g, tuple(inputs), take_inputs(2)) for g in (first, second))
        for a, b in zip(*both, strict=True):
            assert torch.allclose(a, b, atol=1e-4)
    missing = load_beside(Game(SMALL), tmp_path / "continuo.onnx")
    assert all(n.startswith(("posterior.", "adversary.", "encoder.")) for n in missing)


def test_a_stopped_run_continues_at_its_step(tmp_path: Path) -> None:
    settings = Settings(
        batch=4, most_steps=2, minutes=1e6, threads=1, snapshot_steps=0, adversary=False, bfloat16=False
    )
    first = session.run(tmp_path, tmp_path, settings, False, None, Synthetic(), SMALL)
    assert first.step == 2 and (tmp_path / "checkpoint.pt").exists()
    settings.most_steps = 3
    assert session.run(tmp_path, tmp_path, settings, True, None, Synthetic(), SMALL).step == 3


def test_the_shipped_conductor_is_read_back_from_its_file() -> None:
    import onnxruntime

    shipped = Path(__file__).resolve().parents[2] / "continuo.onnx"
    conductor = load_networks(shipped).conductor
    assert conductor is not None
    session = onnxruntime.InferenceSession(str(shipped.with_name("conductor.onnx")), providers=["CPUExecutionProvider"])
    inputs = [(torch.rand_like(x) < 0.05).float() for x in conductor_inputs(3)]
    inputs[k.CONDUCTOR_INPUTS.index("meter")] = torch.tensor([[1.0, 0.0]]).repeat(3, 1)
    found = session.run(None, {n: x.numpy() for n, x in zip(k.CONDUCTOR_INPUTS, inputs, strict=True)})[0]
    with torch.no_grad():
        assert np.abs(found - conductor(*inputs).numpy()).max() < 1e-4


def test_windows_without_any_chord_teach_no_harmony() -> None:
    trainer = Trainer(Settings(warm_up=1, bfloat16=False, threads=1, adversary=False), SMALL)
    batch = tensors(Sampler(Synthetic(), Variation(), 0).batch(4))
    found = trainer.train_step(batch._replace(chords=torch.full_like(batch.chords, -1)))
    assert found["chords"] == 0 and np.isfinite(list(found.values())).all()
    assert all(bool(torch.isfinite(p).all()) for p in trainer.game.parameters())


def test_a_run_stops_before_it_learns_from_nan() -> None:
    trainer = Trainer(Settings(warm_up=1, bfloat16=False, threads=1, adversary=False), SMALL)
    batch = tensors(Sampler(Synthetic(), Variation(), 0).batch(4))
    with pytest.raises(DivergedError, match="not a finite number"):
        trainer.train_step(batch._replace(velocity=batch.velocity * float("nan")))
    assert all(bool(torch.isfinite(p).all()) for p in trainer.game.parameters())


def test_weights_with_nan_are_not_exported(tmp_path: Path) -> None:
    generator = Generator(SMALL)
    torch.nn.init.constant_(generator.get_parameter("out_velocity.2.bias"), float("nan"))
    training = {"data": [], "steps": 0, "seconds": 0, "commit": "", "hardware": ""}
    with pytest.raises(ValueError, match="NaN or infinity"):
        export(generator, tmp_path / "continuo.onnx", training, "small", "0.0.1")
    assert list(tmp_path.iterdir()) == []


def test_a_run_continues_with_its_own_settings(tmp_path: Path) -> None:
    settings = Settings(batch=4, most_steps=1, minutes=1e6, threads=1, adversary=False, bfloat16=False, choice=2)
    with pytest.raises(StepError, match="no run to continue"):
        session.kept_settings(tmp_path, {})
    session.run(tmp_path, tmp_path, settings, False, None, Synthetic(), SMALL)
    assert session.kept_settings(tmp_path, {}) == settings
    longer = session.kept_settings(tmp_path, {"most_steps": 2})
    assert (longer.most_steps, longer.choice, longer.batch) == (2, 2, 4)
    assert session.run(tmp_path, tmp_path, longer, True, None, Synthetic(), SMALL).step == 2
    with pytest.raises(StepError, match="`choice` is 2"):
        session.kept_settings(tmp_path, {"choice": 0})


def test_training_without_prepared_windows_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StepError, match="run `prepare` first"):
        session.run(tmp_path, tmp_path, Settings(threads=1), False, None, None, SMALL)
