import torch

from continuo_training.adversarial.game import Dice
from continuo_training.adversarial.opponent import Opponent
from continuo_training.data.batch import Batch
from continuo_training.data.sampler import Sampler, Variation
from continuo_training.networks.batches import tensors
from continuo_training.networks.discriminator import Discriminator, JudgeSize

from .test_data import Synthetic


def after(penalty: float, steps: int = 12) -> tuple[float, Batch]:
    """The steepness of the adversary's verdict after training, and the batch it was trained on."""
    torch.manual_seed(1)
    b = tensors(Sampler(Synthetic(), Variation(), 0).batch(6))
    adversary = Discriminator(JudgeSize(40, 48, 5, 1))
    opponent = Opponent(adversary, 2e-3, 0.6, penalty, Dice(2, torch.device("cpu")))
    scene = opponent.scene(b, torch.randn(6, 16))
    made = torch.zeros_like(b.pitched), torch.zeros_like(b.drums)
    for _ in range(steps):
        _, log = opponent.learn(b, scene, made)
    assert ("steepness" in log) == (penalty > 0 and (steps - 1) % 8 == 0)
    return float(opponent._steepness(b, scene).detach()), b


def test_a_penalty_keeps_the_verdict_from_growing_steep() -> None:
    (free, _), (held, b) = after(0.0), after(1.0)
    assert 0 < held < 0.5 * free
    assert not b.pitched.requires_grad and not b.drums.requires_grad  # the batch itself does not change
