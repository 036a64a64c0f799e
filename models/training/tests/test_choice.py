import torch

from continuo_training.adversarial.choice import CHOOSING, Choice, advantages, better, draw_takes, likelihood
from continuo_training.adversarial.game import Dice
from continuo_training.adversarial.settings import Settings
from continuo_training.adversarial.trainer import Trainer
from continuo_training.base import contract as k
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.musical.chord_vocabulary import CHORD_SIZE, chord
from continuo_training.networks.batches import conditions, tensors
from continuo_training.networks.discriminator import Verdict
from continuo_training.networks.encoded import Gaussian
from continuo_training.networks.generator import Generator, Size

from .test_data import Synthetic

PREFERRED = chord(9, "min")
SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32, guide=1)


def test_scores_count_against_the_other_takes_of_their_window() -> None:
    scores = torch.tensor([1.0, 100.0, 2.0, 101.0, 3.0, 102.0])  # three takes of two windows
    assert torch.allclose(better(scores, 3).unflatten(0, (3, 2)).mean(0), torch.zeros(2), atol=1e-5)
    assert better(scores, 3)[0] == better(scores, 3)[1] < 0 < better(scores, 3)[4]


def test_a_bar_answers_for_its_own_beats() -> None:
    generator = Generator(SMALL)
    beats = torch.zeros(2, k.BEATS)
    beats[0, 4:8] = 1.0  # the first take is better in the second bar alone
    found = advantages(Verdict(beats, torch.zeros(2), ()), generator.positions, torch.tensor([[1.0, 0.0]]), 2)
    assert found.bars[0].argmax() == 1 and bool((found.bars[0, [0, 2, 3]] == 0).all()) and found.bars[1, 1] < 0
    assert found.slots[0, 2] > 0 and found.slots[0, 3] > 0 and float(found.slots[0].sum()) > 0
    three = advantages(Verdict(beats, torch.zeros(2), ()), generator.positions, torch.tensor([[0.0, 1.0]]), 2)
    assert bool((three.slots[:, 4:] == 0).all())  # a window of 3/4 has no such slots


def test_likelihoods_are_a_gaussians() -> None:
    z, mean, spread = torch.randn(3, k.LATENT), torch.randn(3, k.LATENT), torch.rand(3, k.LATENT)
    window, bars = likelihood(Gaussian(mean, spread.log()), z)
    known = torch.distributions.Normal(mean, spread).log_prob(z) + 0.5 * torch.log(torch.tensor(2 * torch.pi))
    assert torch.allclose(window + bars.sum(1), known.sum(1), atol=1e-3)


def test_preferred_takes_become_likelier() -> None:
    torch.manual_seed(0)
    b = tensors(Sampler(Synthetic(), Variation(), 0).batch(8))
    generator, dice = Generator(SMALL), Dice(3, torch.device("cpu"))
    for name, weight in generator.named_parameters():
        weight.requires_grad_(name.startswith(CHOOSING))
    choice = Choice(generator, 4)
    choosing = [p for p in generator.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(choosing, 3e-3)
    style = generator.styles(b.genre)
    written = generator.out_pitched.weight.detach().clone()

    @torch.no_grad()
    def chances() -> tuple[float, float]:
        e = generator.encode(conditions(b, style))
        plan = torch.softmax(generator.plan.taught(e, torch.zeros(8, 8, CHORD_SIZE)).chords, -1)
        return float(e.prior.mean[:, 0].mean()), float(plan[..., PREFERRED].mean())

    before = chances()
    for _ in range(60):
        e = generator.encode(conditions(b, style))
        takes = draw_takes(generator, b, e, 4, dice)
        # A judge that prefers a high first number of the latent, and one chord.
        verdict = Verdict(torch.zeros(32, k.BEATS), takes.z[:, 0] + 10 * takes.plan[..., PREFERRED].mean(1), ())
        loss, log = choice.lesson(e, takes, verdict, b.meter)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        assert log["best"] >= log["score"]
    after = chances()
    assert after[0] > before[0] + 0.3 and after[1] > 1.5 * before[1]
    assert torch.equal(generator.out_pitched.weight, written)
    assert float(choice.away(generator.encode(conditions(b, style)), conditions(b, style)).detach()) > 0.05


def test_a_run_by_choice_keeps_the_writing_layers_and_can_continue(tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings = Settings(batch=6, choice=3, adversary_from=0, adversary_every=1, bfloat16=False, most_steps=4)
    trainer = Trainer(settings, SMALL)
    before = {n: p.detach().clone() for n, p in trainer.game.named_parameters()}
    sampler = Sampler(Synthetic(), Variation(), 0)
    log = [trainer.train_step(tensors(sampler.batch(6))) for _ in range(3)][-1]
    assert {"chords", "score", "best", "away", "told_apart"} <= log.keys()
    moved = [n.split(".") for n, p in trainer.game.named_parameters() if not p.equal(before[n])]
    assert {n[0] for n in moved} == {"generator", "adversary"}
    assert {n[1] for n in moved if n[0] == "generator"} == {"guide", "prior", "plan"}
    trainer.save(tmp_path / "checkpoint.pt")
    again = Trainer(settings, SMALL)
    again.load(tmp_path / "checkpoint.pt")
    assert again.choice and trainer.choice
    first, second = trainer.choice.first.state_dict(), again.choice.first.state_dict()
    assert all(torch.equal(first[n], second[n]) for n in first)
