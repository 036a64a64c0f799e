"""The training game: a VAE whose decoder also plays against a discriminator."""

from __future__ import annotations

import json
import queue
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from . import losses
from .balance import Balance, cells, played
from .contract import GENRES, LATENT, NOISE, PARTS, SLOTS
from .dataset import Batch, Options, Sampler, Windows
from .discriminator import Discriminator, Scene
from .network import Conditions, Gaussian, Generator, Logits, Posterior, Size
from .plan import one_hot


@dataclass
class Settings:
    """Everything that decides a training run."""

    batch: int = 48
    rate: float = 6e-4
    rate_end: float = 3e-5
    rate_adversary: float = 3e-4
    minutes: float = 100.0
    warm_up: int = 300
    adversary_from: int = 600
    adversary_every: int = 2
    bfloat16: bool = True
    adversary_ramp: int = 1500
    balance_pace: float = 0.03
    balance_most: float = 8.0
    kl: float = 0.8
    kl_ramp: int = 1500
    free: float = 0.02
    plan: float = 2.0
    from_prior: float = 0.4
    from_prior_weight: float = 0.5
    real_plan: float = 0.5
    fool_prior: float = 1.0
    fool_posterior: float = 0.3
    features: float = 3.0
    wrong: float = 0.5
    style_noise: float = 0.1
    own_context: float = 0.4
    average: float = 0.998
    seed: int = 1
    threads: int = 2


class Game(nn.Module):
    """The networks of one training run."""

    def __init__(self, size: Size | None = None) -> None:
        super().__init__()
        self.generator = Generator(size)
        self.posterior = Posterior(size)
        self.adversary = Discriminator()


def tensors(batch: Batch) -> Batch:
    """The same batch as tensors."""
    return Batch(*(torch.from_numpy(x) for x in batch))


def conditions(b: Any, style: Tensor) -> Conditions:
    """The generator's inputs from a batch of tensors."""
    return Conditions(
        b.melody, b.heard, b.context, b.context_drums, b.given, b.given_drums, b.given_parts, style, b.meter
    )


def draw(g: Gaussian, noise: Tensor) -> Tensor:
    """A sample of a Gaussian."""
    return g.mean + torch.exp(g.log_sigma) * noise


def own_context(generator: Generator, b: Any, share: float, random: torch.Generator) -> Any:
    """The batch with what the generator itself plays under the window before as the context of some windows.

    In use the context is always its own work, with all of the genre's parts, which few data sets have together.
    """
    rows = (torch.rand(len(b.genre), generator=random) < share) & (b.context[:, :2].sum((1, 2, 3)) > 0)
    if not rows.any():
        return b
    few = Batch(*(x[rows] for x in b))
    few = few._replace(
        melody=few.context[:, :2],
        heard=few.steps,
        context=torch.zeros_like(few.context),
        context_drums=torch.zeros_like(few.context_drums),
        given=torch.zeros_like(few.given),
        given_drums=torch.zeros_like(few.given_drums),
        given_parts=torch.zeros_like(few.given_parts),
    )
    noise = torch.randn(len(few.genre), NOISE, generator=random) * torch.rand(len(few.genre), 1, generator=random)
    with torch.no_grad():
        c = conditions(few, generator.styles(few.genre))
        e = generator.encode(c)
        plan = generator.plan(e.by_slot(), noise[:, LATENT:])
        logits, _ = generator.decode(e, plan, draw(e.prior, noise[:, :LATENT]), c.style, c.meter)
        listed = torch.tensor([[float(p in g.parts) for p in PARTS] for g in GENRES])[few.genre]
        parts = played(logits.pitched) * few.steps[:, None, :, None]
        parts = parts * listed[:, 1:].repeat_interleave(2, 1)[:, :, None, None]
        drums = (logits.drums > 0).float() * few.steps[:, :, None] * listed[:, :1, None]
    context, context_drums = b.context.clone(), b.context_drums.clone()
    context[rows, 2:], context_drums[rows] = parts, drums
    return b._replace(context=context, context_drums=context_drums)


def given_kept(b: Any, pitched: Tensor, drums: Tensor) -> tuple[Tensor, Tensor]:
    """Generated planes with the given parts put back, as the engine plays them; nothing outside the meter."""
    mask = b.given_parts[:, 1:].repeat_interleave(2, 1)[:, :, None, None]
    steps = b.steps
    kept = (pitched * (1 - mask) + b.given * mask) * steps[:, None, :, None]
    mask = b.given_parts[:, :1, None]
    return kept, (drums * (1 - mask) + b.given_drums * mask) * steps[:, :, None]


def stream(sampler: Sampler, size: int) -> Iterator[Batch]:
    """Batches made ahead in a thread of their own."""
    ready: queue.Queue[Batch] = queue.Queue(3)

    def work() -> None:
        while True:
            ready.put(tensors(sampler.batch(size)))

    threading.Thread(target=work, daemon=True).start()
    while True:
        yield ready.get()


class Trainer:
    """Holds a game, its optimisers and the average of the generator's weights."""

    def __init__(self, settings: Settings, size: Size | None = None) -> None:
        self.settings = settings
        torch.manual_seed(settings.seed)
        self.game = Game(size)
        g = [*self.game.generator.parameters(), *self.game.posterior.parameters()]
        self.optimiser = torch.optim.AdamW(g, lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
        self.optimiser_adversary = torch.optim.AdamW(
            self.game.adversary.parameters(),
            lr=settings.rate_adversary,
            betas=(0.5, 0.99),
            weight_decay=0.0,
            fused=True,
        )
        self.average = {n: p.detach().clone() for n, p in self.game.generator.state_dict().items()}
        self.balance = Balance(settings.balance_pace, settings.balance_most)
        self.step = 0
        self.seconds = 0.0
        self.noise = torch.Generator().manual_seed(settings.seed + 1)

    def save(self, path: Path) -> None:
        """Writes a checkpoint."""
        temporary = path.with_suffix(".tmp")
        torch.save(
            {
                "game": self.game.state_dict(),
                "average": self.average,
                "optimiser": self.optimiser.state_dict(),
                "optimiser_adversary": self.optimiser_adversary.state_dict(),
                "balance": (self.balance.weights, self.balance.counts),
                "step": self.step,
                "seconds": self.seconds,
                "settings": asdict(self.settings),
            },
            temporary,
        )
        temporary.replace(path)

    def load(self, path: Path) -> None:
        """Goes on from a checkpoint."""
        found = torch.load(path, weights_only=True)
        self.game.load_state_dict(found["game"])
        self.average = found["average"]
        self.optimiser.load_state_dict(found["optimiser"])
        self.optimiser_adversary.load_state_dict(found["optimiser_adversary"])
        if "balance" in found:
            self.balance.weights, self.balance.counts = found["balance"]
        self.step, self.seconds = found["step"], found["seconds"]
        self.noise.manual_seed(self.settings.seed + 1 + self.step)

    def start_from(self, path: Path) -> None:
        """Takes over the weights of another run's networks where their shapes agree."""
        found = torch.load(path, weights_only=True)["game"]
        own = self.game.state_dict()
        kept = {n: x for n, x in found.items() if n in own and own[n].shape == x.shape and ".latent" not in n}
        kept = {n: x for n, x in kept.items() if ".prior." not in n}
        self.game.load_state_dict(own | kept)
        self.average = {n: p.detach().clone() for n, p in self.game.generator.state_dict().items()}

    def rate(self) -> float:
        """1 at the full learning rate, falling in the last part of the time."""
        done = min(1.0, self.seconds / (60 * self.settings.minutes))
        low = self.settings.rate_end / self.settings.rate
        fall = 1.0 if done < 0.5 else low + (1 - low) * (1 - (done - 0.5) / 0.5)
        return min(1.0, (self.step + 1) / self.settings.warm_up) * fall

    def train_step(self, b: Any) -> dict[str, float]:
        """One step of both players; returns figures for the log."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.settings.bfloat16):
            return self._step(b)

    def _step(self, b: Any) -> dict[str, float]:
        s, game = self.settings, self.game
        scale = self.rate()
        for group in self.optimiser.param_groups:
            group["lr"] = s.rate * scale
        for group in self.optimiser_adversary.param_groups:
            group["lr"] = s.rate_adversary * scale
        b = own_context(game.generator, b, s.own_context, self.noise)
        style = game.generator.styles(b.genre)
        style = style + s.style_noise * torch.randn(style.shape, generator=self.noise)
        c = conditions(b, style)
        masks = losses.Masks(b.exists, b.given_parts, b.steps)
        e = game.generator.encode(c)
        posterior = game.posterior(b.pitched, b.drums, b.exists, e.tokens, e.bars, b.meter)
        size = len(b.genre)
        noise = torch.randn(2, size, NOISE, generator=self.noise)
        temperature = (torch.rand(2, size, 1, generator=self.noise) * 1.5).clamp(max=1.0)
        real_plan = one_hot(b.chords)
        chords = game.generator.plan.taught(e.by_slot(), real_plan)
        # Some windows are rebuilt from the prior alone, so that its samples, and its mean, stay close to music.
        z_posterior = draw(posterior, noise[0, :, :LATENT])
        z_near = draw(e.prior, noise[0, :, :LATENT] * temperature[0])
        near = torch.rand(size, 1, generator=self.noise) < s.from_prior
        z, plan = torch.where(near, z_near, z_posterior), real_plan
        playing = self.step >= s.adversary_from and self.step % s.adversary_every == 0
        if playing:
            free = noise[1] * temperature[1]
            own = game.generator.plan(e.by_slot(), free[:, LATENT:]).detach()
            taught = (torch.rand(size, 1, 1, generator=self.noise) < s.real_plan) & (b.chords[:, :1, None] >= 0)
            z = torch.cat([z, draw(e.prior, free[:, :LATENT])])
            plan = torch.cat([plan, torch.where(taught, real_plan, own)])
            logits, _ = game.generator.decode(e.twice(), plan, z, style.repeat(2, 1), b.meter.repeat(2, 1))
        else:
            logits, _ = game.generator.decode(e, plan, z, style, b.meter)
        first = Logits(*(x[:size] for x in logits))
        notes, strokes = losses.reconstruction(first, b.pitched, b.drums, masks, self.balance.of(b.genre))
        self._weigh(b, first, masks, near[:, 0])
        weight = s.kl * min(1.0, 0.1 + self.step / s.kl_ramp)
        kl, plain = losses.divergence(posterior, e.prior, s.free)
        harmony = nn.functional.cross_entropy(chords.float().flatten(0, 1), b.chords.flatten(), ignore_index=-1)
        velocity = losses.velocity_loss(first.velocity, b.velocity, masks)
        counted = torch.where(near[:, 0], s.from_prior_weight, 1.0)
        loss = ((counted * (notes + strokes)).mean() + weight * kl + s.plan * SLOTS * harmony) / 50 + velocity
        log = {
            "notes": float(notes.detach()[~near[:, 0]].mean()) if not near.all() else 0.0,
            "notes_prior": float(notes.detach()[near[:, 0]].mean()) if near.any() else 0.0,
            "strokes": float(strokes.detach().sum() / masks.parts[:, 0].sum().clamp(min=1)),
            "kl": float(plain),
            "velocity": float(velocity.detach()),
            "chords": float(harmony.detach()),
        }
        if playing:
            fools, more = self._play(b, logits, size)
            loss = loss + fools
            log.update(more)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        norm = nn.utils.clip_grad_norm_([*game.generator.parameters(), *game.posterior.parameters()], 2.0)
        log["norm"] = float(norm)
        self.optimiser.step()
        self._follow()
        self.step += 1
        return log

    def _weigh(self, b: Any, logits: Logits, masks: losses.Masks, near: Tensor) -> None:
        """Shows the balance what the windows rebuilt from the prior hold."""
        made = cells(played(logits.pitched.detach()) * masks.pitched, (logits.drums.detach() > 0) * masks.drums)
        real = cells(b.pitched * masks.pitched, b.drums * masks.drums)
        counted = torch.cat([masks.parts[:, 1:].repeat_interleave(2, 1), masks.parts[:, :1]], 1) * near[:, None]
        self.balance.see(b.genre, made, real, counted)

    def _play(self, b: Any, logits: Logits, size: int) -> tuple[Tensor, dict[str, float]]:
        """The adversary's step on these samples, then the generator's loss against it."""
        s, adversary = self.settings, self.game.adversary
        hidden = (torch.rand(b.exists.shape, generator=self.noise) < 0.15).to(b.exists.dtype)
        shown = b.exists * (1 - hidden)
        shown = torch.where(shown.sum(1, keepdim=True) > 0, shown, b.exists)
        scene = Scene(b.melody, b.heard, b.context, b.context_drums, b.genre, b.meter, shown)
        pitched = losses.hard(logits.pitched)
        drums = losses.hard(logits.drums)
        fake_q = given_kept(b, pitched[:size], drums[:size])
        fake_p = given_kept(b, pitched[size:], drums[size:])

        def judge(parts: list[tuple[Tensor, Tensor]], scenes: list[Scene]) -> list[Any]:
            whole = Scene(*(torch.cat(x) for x in zip(*scenes, strict=True)))
            v = adversary(whole, torch.cat([p for p, _ in parts]), torch.cat([d for _, d in parts]))
            return [
                type(v)(v.beats[i : i + size], v.whole[i : i + size], tuple(f[i : i + size] for f in v.features))
                for i in range(0, size * len(parts), size)
            ]

        # The adversary also refuses real parts under another window's melody.
        other = torch.roll(torch.arange(size), 1)
        usable = (b.heard.mean(1) > 0.4) & (b.meter[:, 0] == b.meter[other, 0])
        both = shown * b.exists[other]
        usable = usable & (both[:, 1:].sum(1) > 0)
        swapped = scene._replace(shown=torch.where(usable[:, None], both, shown))
        wrong = (b.pitched[other], b.drums[other])
        alone = (fake_p[0].detach(), fake_p[1].detach())
        real, bad_p, bad_w = judge([(b.pitched, b.drums), alone, wrong], [scene, scene, swapped])
        wrong_loss = (torch.relu(1 + bad_w.beats).mean(1) + torch.relu(1 + bad_w.whole))[
            usable
        ].sum() / usable.sum().clamp(min=1)
        loss = losses.hinge_real(real) + losses.hinge_fake(bad_p) + s.wrong * wrong_loss
        self.optimiser_adversary.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser_adversary.step()

        adversary.requires_grad_(False)
        good_q, good_p = judge([fake_q, fake_p], [scene, scene])
        adversary.requires_grad_(True)
        ramp = min(1.0, (self.step - s.adversary_from) / s.adversary_ramp)
        fools = s.fool_prior * losses.fooling(good_p) + s.fool_posterior * losses.fooling(good_q)
        close = losses.feature_distance(good_q, real)
        return ramp * 0.1 * (fools + s.features * close), {
            "real": float(real.whole.detach().mean()),
            "fake": float(bad_p.whole.detach().mean()),
            "recon": float(good_q.whole.detach().mean()),
            "wrong": float(bad_w.whole.detach()[usable].mean()) if usable.any() else 0.0,
            "features": float(close.detach()),
            "adversary": float(loss.detach()),
        }

    def _follow(self) -> None:
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, value in self.game.generator.state_dict().items():
                self.average[name].lerp_(value, 1 - keep)


def train(data: Path, out: Path, settings: Settings, resume: bool, start: Path | None = None) -> None:
    """Trains for the settings' time, with a log, and a checkpoint every few minutes and when asked to end."""
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    trainer = Trainer(settings)
    checkpoint = out / "checkpoint.pt"
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    elif start is not None:
        trainer.start_from(start)
    sampler = Sampler(Windows(data), Options(), settings.seed + trainer.step)
    batches = stream(sampler, settings.batch)
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    started = before = time.monotonic()
    saved = started
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: asked.append(number))
    with (out / "log.jsonl").open("a") as log:
        while trainer.seconds < 60 * settings.minutes and not asked:
            for name, value in trainer.train_step(next(batches)).items():
                sums[name] = sums.get(name, 0.0) + value
                counts[name] = counts.get(name, 0) + 1
            now = time.monotonic()
            trainer.seconds += now - before
            before = now
            if trainer.step % 50 == 0:
                record = {"step": trainer.step, "seconds": round(trainer.seconds)} | {
                    k: round(v / counts[k], 4) for k, v in sums.items()
                }
                log.write(json.dumps(record) + "\n")
                log.flush()
                sums, counts = {}, {}
            if now - saved > 180:
                trainer.save(checkpoint)
                saved = now
    trainer.save(checkpoint)
