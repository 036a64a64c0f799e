import torch

from continuo_training.base import contract as k
from continuo_training.export.modules import conditions_inputs, conductor_inputs, take_inputs
from continuo_training.networks.compass import BEGINS, COMPASS, beyond, cells_within, within
from continuo_training.networks.discriminator import Conductor, Discriminator, plain
from continuo_training.networks.generator import BEAT_COMPASS, BEAT_PITCHED, Conditions, Generator, Size

SMALL = Size(width=32, hidden=48, heads=2, encoder=1, decoder=1, posterior=1, head=32, guide=1)
TAKES = 3


def test_each_part_keeps_its_own_pitches() -> None:
    planes = torch.arange(84.0).repeat(2, 8, 64, 1)
    cut = within(planes)
    assert cut.shape == (2, 8, 64, COMPASS)
    assert [float(cut[0, 2 * part, 5, 0]) for part in range(4)] == list(BEGINS)
    back = beyond(cut, -1.0)
    assert torch.equal(within(back), cut)
    assert torch.equal(torch.where(back < 0, planes, back), planes)
    assert (back < 0).sum() == 2 * 8 * 64 * (84 - COMPASS)


def test_the_cells_of_a_beat_are_those_of_the_planes() -> None:
    beat = torch.randn(1, 1, BEAT_PITCHED)
    places = cells_within()
    assert len(places) == BEAT_COMPASS
    by_plane = beat.reshape(1, 8, 4, k.PITCHES)
    assert torch.equal(beat[0, 0, places], within(by_plane).flatten())


def test_takes_of_one_window_are_those_of_its_repeated_rows() -> None:
    generator = Generator(SMALL).eval()
    torch.nn.init.normal_(generator.chord_tones.weights)
    inputs = [(torch.rand_like(x) < 0.05).float() for x in conditions_inputs(1)]
    inputs[-1] = torch.tensor([[0.0, 1.0]])
    noise = torch.randn(TAKES, k.NOISE)
    given, is_given = take_inputs(1)[1:]
    given[0, 2, 5] = given[0, 2, -3] = is_given[0, 2] = 1.0
    with torch.no_grad():
        e = generator.encode(Conditions(*inputs))
        once = generator.play(e, noise, given, is_given)
        rows = generator.play(e.times(TAKES), noise, given.repeat(TAKES, 1, 1), is_given.repeat(TAKES, 1))
    for a, b in zip(once, rows, strict=True):
        assert len(a) == TAKES and float((a - b).abs().max()) < 1e-5
    assert not torch.equal(once[0][0], once[0][1])


def test_a_conductor_judges_takes_of_one_window_as_it_judges_repeated_rows() -> None:
    conductor = Conductor(plain(Discriminator())).eval()
    inputs = dict(zip(k.CONDUCTOR_INPUTS, conductor_inputs(1), strict=True))
    inputs |= {name: (torch.rand_like(inputs[name]) < 0.05).float() for name in ("melody", "context")}
    takes = {name: (torch.rand(TAKES, *inputs[name].shape[1:]) < 0.05).float() for name in ("pitched", "drums")}
    rows = {n: x.repeat(TAKES, *[1] * (x.ndim - 1)) for n, x in inputs.items()}
    with torch.no_grad():
        once, apart = conductor(**(inputs | takes)), conductor(**(rows | takes))
    assert once.shape == (TAKES,) and torch.allclose(once, apart, atol=1e-5)
    assert not torch.allclose(once[0], once[1])
