import numpy as np
import torch

from continuo_training.decode import decode
from continuo_training.losses import Masks, monophonic_loss
from continuo_training.monophony import as_line, lines_of, only_likeliest, played


def test_a_line_is_the_highest_note_until_the_next_one_starts() -> None:
    onset, sounding = np.zeros((2, 64, 128), bool), np.zeros((2, 64, 128), bool)
    onset[0, 0, [60, 67]] = True
    onset[0, 8, 64] = True
    sounding[0, :16, 60] = sounding[0, :4, 67] = sounding[0, 8:12, 64] = True
    sounding[1, :6, [50, 55]] = True  # comes over the window's edge
    top = as_line(onset, sounding, highest=True)
    assert np.argwhere(top[0][0]).tolist() == [[0, 67], [8, 64]]
    assert np.argwhere(top[1][0]).tolist() == [[s, 67] for s in range(4)] + [[s, 64] for s in range(8, 12)]
    assert not top[0][1].any() and np.argwhere(top[1][1]).tolist() == [[s, 55] for s in range(6)]
    bottom = as_line(onset, sounding, highest=False)
    assert np.argwhere(bottom[1][0]).tolist() == [[s, 60] for s in range(8)] + [[s, 64] for s in range(8, 12)]
    assert bottom[1].sum(-1).max() == 1


def test_lines_are_told_from_chords_and_silence() -> None:
    pitched = torch.zeros(1, 8, 64, 84)
    pitched[0, 1, :8, 20] = pitched[0, 3, :8, 30] = pitched[0, 3, :8, 34] = 1
    line, sounds = lines_of(pitched)
    assert line.tolist() == [[1, 0, 1, 1]] and sounds.tolist() == [[1, 1, 0, 0]]


def test_probabilities_and_what_is_played_agree_on_lines() -> None:
    torch.manual_seed(0)
    logits, monophonic = torch.randn(6, 8, 64, 84), torch.tensor([[1.0, -1.0, 2.0, -2.0]]).repeat(6, 1)
    ours = played(logits, monophonic).numpy()
    probabilities = (torch.sigmoid(logits) * only_likeliest(logits, monophonic)).numpy()
    assert np.array_equal(ours, decode(probabilities, np.ones((6, 64), np.float32)))
    together = ours[:, 1::2].sum(3).max((0, 2))
    assert together[0] == together[2] == 1 and together[1] > 1 and together[3] > 1


def test_chords_are_left_as_they_are() -> None:
    logits = torch.randn(2, 8, 64, 84)
    assert torch.equal(only_likeliest(logits, -torch.ones(2, 4)), torch.ones(2, 8, 64, 84))


def test_only_parts_that_sound_and_are_not_given_teach_what_a_line_is() -> None:
    pitched = torch.zeros(1, 8, 64, 84)
    pitched[0, 1, :8, 20] = pitched[0, 3, :8, 30] = pitched[0, 3, :8, 34] = 1
    exists, given = torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0]])
    logits = torch.zeros(1, 4, requires_grad=True)
    monophonic_loss(logits, pitched, Masks(exists, given, torch.ones(1, 64))).backward()
    assert logits.grad is not None
    assert logits.grad[0, 0] < 0 and logits.grad[0, 1:].abs().max() == 0
