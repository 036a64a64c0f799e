import numpy as np
import torch

from continuo_training.adversarial.losses import Masks, monophonic_loss
from continuo_training.base.contract import NOISE
from continuo_training.evaluation.decoding import decode
from continuo_training.musical.melodic_line import as_line
from continuo_training.networks.compass import BEGINS, COMPASS, beyond, within
from continuo_training.networks.monophony import Lines, lines_of, played


def test_a_line_is_the_highest_note_until_the_next_one_starts() -> None:
    onset, sounding = np.zeros((2, 64, 128), bool), np.zeros((2, 64, 128), bool)
    onset[0, 0, [60, 67]] = True
    onset[0, 8, 64] = True
    sounding[0, :16, 60] = sounding[0, :4, 67] = sounding[0, 8:12, 64] = True
    sounding[1, :6, [50, 55]] = True  # crosses the window's edge
    top = as_line(onset, sounding, highest=True)
    assert np.argwhere(top[0][0]).tolist() == [[0, 67], [8, 64]]
    assert np.argwhere(top[1][0]).tolist() == [[s, 67] for s in range(4)] + [[s, 64] for s in range(8, 12)]
    assert not top[0][1].any() and np.argwhere(top[1][1]).tolist() == [[s, 55] for s in range(6)]
    bottom = as_line(onset, sounding, highest=False)
    assert np.argwhere(bottom[1][0]).tolist() == [[s, 60] for s in range(8)] + [[s, 64] for s in range(8, 12)]
    assert bottom[1].sum(-1).max() == 1


def test_lines_differ_from_chords_and_silence() -> None:
    pitched = torch.zeros(1, 8, 64, 84)
    pitched[0, 1, :8, 20] = pitched[0, 3, :8, 30] = pitched[0, 3, :8, 34] = 1
    line, sounds = lines_of(pitched)
    assert line.tolist() == [[1, 0, 1, 1]] and sounds.tolist() == [[1, 1, 0, 0]]


def noise(count: int) -> torch.Tensor:
    return torch.randn(count, NOISE, generator=torch.Generator().manual_seed(3))


def test_training_and_evaluation_play_lines_alike() -> None:
    torch.manual_seed(0)
    logits, monophonic = 2 * torch.randn(6, 8, 64, 84) - 3, torch.tensor([[1.0, -1.0, 2.0, -2.0]]).repeat(6, 1)
    probabilities = Lines()(logits, monophonic, noise(6))
    ours = played(probabilities).numpy()
    assert np.array_equal(ours, decode(probabilities.numpy(), np.ones((6, 64), np.float32)))
    sounding = ours[:, 1::2].sum(3).max((0, 2))
    assert sounding[0] == sounding[2] == 1 and sounding[1] > 1 and sounding[3] > 1


def test_chords_do_not_change() -> None:
    logits = torch.randn(2, 8, 64, 84)
    found = Lines()(logits, -torch.ones(2, 4), noise(2))
    assert torch.equal(within(found), torch.sigmoid(within(logits)))
    assert not (found - beyond(within(found), 0.0)).any(), "nothing sounds beyond a part's compass"


def wavering() -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of one line: at every eighth four pitches fit, none of them likely alone, and one of them is held."""
    logits = torch.full((1, 8, 64, 84), -9.0)
    logits[0, 0, ::8, [30, 32, 35, 37]] = torch.tensor([-1.2, -1.0, -1.1, -1.3])
    logits[0, 1, :, [30, 32, 35, 37]] = -1.0
    logits[0, 1, 6::8] = logits[0, 1, 7::8] = -9.0
    return logits, torch.tensor([[3.0, -1.0, -1.0, -1.0]])


def test_a_line_starts_where_many_pitches_fit_and_none_is_likely() -> None:
    lines, (logits, line) = Lines(), wavering()
    still = played(lines(logits, line, torch.zeros(1, NOISE)))
    starts = np.argwhere(still[0, 0].numpy())
    assert starts.tolist() == [[s, 32] for s in range(0, 64, 8)], "without noise the likeliest"
    assert still[0, 1].sum() == 8 * 6, "each goes on as long as any would"
    assert not played(lines(logits, -line, torch.zeros(1, NOISE)))[0, 0].any(), "a chord's notes stand alone"
    pitches = [played(lines(logits, line, noise(1) * t))[0, 0].nonzero()[:, 1] for t in (0.1, 1.0)]
    assert len(pitches[0]) == len(pitches[1]) == 8
    assert len(set(pitches[1].tolist())) > 2, "noise moves it among those that fit"
    assert set(pitches[1].tolist()) <= {30, 32, 35, 37}, "and to no other"


def test_in_doubt_a_note_goes_on_in_use_but_not_in_training() -> None:
    lines, (logits, line) = Lines(), wavering()
    logits[0, 1] = -9.0
    logits[0, 1, :, 32] = -0.4  # 0.4: under a half
    lengths = []
    for training in (True, False):
        lines.train(training)
        lengths.append(int(played(lines(logits, line, torch.zeros(1, NOISE)))[0, 1].sum()))
    assert lengths == [8, 64]


def test_a_note_from_the_window_before_may_sound_until_the_first_of_the_line() -> None:
    logits, line = wavering()
    logits[0, 0, :8] = -9.0
    logits[0, 1, :4, 32] = 5.0
    probabilities = Lines()(logits, line, torch.zeros(1, NOISE))
    assert (probabilities[0, 1, :4, 32] > 0.9).all() and probabilities[0, 1, 8, 32] > 0.5
    own = slice(BEGINS[0], BEGINS[0] + COMPASS)
    assert torch.equal(probabilities[0, 1, :8, own], torch.sigmoid(logits[0, 1, :8, own]))


def test_only_sounding_parts_that_are_not_given_teach_lines() -> None:
    pitched = torch.zeros(1, 8, 64, 84)
    pitched[0, 1, :8, 20] = pitched[0, 3, :8, 30] = pitched[0, 3, :8, 34] = 1
    exists, given = torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0]])
    logits = torch.zeros(1, 4, requires_grad=True)
    monophonic_loss(logits, pitched, Masks(exists, given, torch.ones(1, 64))).backward()
    assert logits.grad is not None
    assert logits.grad[0, 0] < 0 and logits.grad[0, 1:].abs().max() == 0
