import json
from pathlib import Path

import numpy as np
import pytest
import torch

from continuo_training import contract as k
from continuo_training import losses
from continuo_training.balance import Balance, played
from continuo_training.dataset import Options, Sampler
from continuo_training.decode import decode
from continuo_training.export import CHECKSUM_KEY, Exported, example_inputs, export, milliseconds, verify
from continuo_training.layers import by_beat, from_beats
from continuo_training.network import Generator, Logits, Size
from continuo_training.train import Settings, Trainer, tensors

from .test_data import Synthetic

SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32)


def test_beats_and_back() -> None:
    x = torch.rand(2, 8, 64, 84)
    assert torch.equal(from_beats(by_beat(x, 8, 84), 8, 84), x)


def test_shapes_and_ranges() -> None:
    generator = Exported(Generator(SMALL).eval())
    with torch.no_grad():
        pitched, drums, velocity = generator(*example_inputs(3))
    assert pitched.shape == (3, 8, 64, 84) and drums.shape == (3, 64, 12) and velocity.shape == (3, 5, 64)
    assert all(float(x.min()) >= 0 and float(x.max()) <= 1 for x in (pitched, drums, velocity))


def test_three_four_does_not_read_the_unused_steps() -> None:
    generator = Exported(Generator(SMALL).eval())
    inputs = list(example_inputs(1))
    inputs[9] = torch.tensor([[0.0, 1.0]])
    changed = [x.clone() for x in inputs]
    for i in (0, 2, 4):
        changed[i][:, :, 48:] = 1
    with torch.no_grad():
        a, b = generator(*inputs), generator(*changed)
    assert torch.allclose(a[0][:, :, :48], b[0][:, :, :48], atol=1e-5)


def test_masked_cells_cost_nothing() -> None:
    exists, given = torch.tensor([[0.0, 1.0, 1.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0]])
    steps = torch.ones(1, 64)
    steps[:, 48:] = 0
    masks = losses.Masks(exists, given, steps)
    logits = Logits(torch.zeros(1, 8, 64, 84), torch.zeros(1, 64, 12), torch.zeros(1, 5, 64))
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


def test_played_is_the_decoding_of_the_engine() -> None:
    logits = torch.randn(2, 8, 64, 84)
    ours = played(logits).numpy()
    assert np.array_equal(ours, decode(torch.sigmoid(logits).numpy(), np.ones((2, 64), np.float32)))


def test_hard_planes_pass_a_gradient() -> None:
    x = torch.tensor([-0.1, 0.2], requires_grad=True)
    y = losses.hard(x)
    assert y.detach().tolist() == [0.0, 1.0]
    y.sum().backward()
    assert x.grad is not None and float(x.grad.min()) > 0


@pytest.mark.parametrize("bfloat16", [False, True])
def test_training_lowers_the_loss_and_plays_the_game(bfloat16: bool) -> None:
    settings = Settings(
        warm_up=1, adversary_from=3, adversary_every=1, kl_ramp=10, bfloat16=bfloat16, rate=3e-3, threads=1
    )
    trainer = Trainer(settings, SMALL)
    sampler = Sampler(Synthetic(), Options(), 0)
    batch = tensors(sampler.batch(8))
    before = {n: p.detach().clone() for n, p in trainer.game.adversary.named_parameters()}
    log = [trainer.train_step(batch) for _ in range(25)]
    assert log[-1]["notes"] < 0.8 * log[0]["notes"]
    assert "adversary" in log[-1] and all(np.isfinite(list(x.values())).all() for x in log)
    assert any(not torch.equal(before[n], p) for n, p in trainer.game.adversary.named_parameters())


def test_checkpoint_goes_on(tmp_path: Path) -> None:
    a = Trainer(Settings(), SMALL)
    a.train_step(tensors(Sampler(Synthetic(), Options(), 0).batch(4)))
    a.save(tmp_path / "c.pt")
    b = Trainer(Settings(), SMALL)
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
    assert model.opset_import[0].version == 17 and meta["continuo.contract"] == "1"
    assert verify(data, meta[CHECKSUM_KEY])
    broken = bytearray(data)
    broken[len(broken) // 2] ^= 1
    assert not verify(bytes(broken), meta[CHECKSUM_KEY])
    facts = json.loads(meta["continuo.model"])
    assert facts["drum_voices"] == list(k.DRUM_VOICES) and facts["parts"] == list(k.PARTS)
    assert all(len(g["style"]) == k.STYLE and set(g["parts"]) <= set(k.PARTS) for g in facts["genres"])
    pop = next(g for g in facts["genres"] if g["id"] == facts["default_genre"])
    assert pop["parts"] == list(k.PARTS)
    assert milliseconds(path, 2)[0] > 0
    session = onnxruntime.InferenceSession(str(path))
    assert tuple(i.name for i in session.get_inputs()) == k.INPUT_NAMES
    for batch in (1, 2):
        inputs = [torch.rand_like(x) for x in example_inputs(batch)]
        inputs[9] = torch.tensor([[0.0, 1.0]]).repeat(batch, 1)
        got = session.run(None, {n: x.numpy() for n, x in zip(k.INPUT_NAMES, inputs, strict=True)})
        with torch.no_grad():
            expected = Exported(generator.eval())(*inputs)
        for a, b in zip(got, expected, strict=True):
            assert np.abs(a - b.numpy()).max() < 1e-4
