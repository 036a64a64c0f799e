"""The training game: a VAE whose decoder also plays against a discriminator."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from . import distributed, losses
from .balance import Balance, cells
from .choice import CHOOSING, Choice, draw_takes, repeated
from .contract import LATENT, NOISE, SLOTS
from .discriminator import Scene
from .game import Dice, Game, TensorBatch, conditions, draw, given_kept, own_context
from .monophony import played
from .network import Logits, Size, by_step
from .opponent import Opponent
from .plan import one_hot
from .replay import Replay, Seen
from .settings import Settings
from .weights import checkpoint


class Trainer:
    """Holds a game, its optimisers and the averages of the weights."""

    def __init__(self, settings: Settings, size: Size | None = None) -> None:
        self.settings = settings
        torch.manual_seed(settings.seed)
        self.device = distributed.device()
        self.game = Game(size).to(self.device)
        if not settings.style_space:
            self.game.encoder.requires_grad_(False)
            self.game.generator.styles.requires_grad_(False)
        if not settings.notes:
            for name, weight in self.game.generator.named_parameters():
                weight.requires_grad_(name.startswith(("out_velocity", "out_timing")))
            self.game.posterior.requires_grad_(False)
        self.choice: Choice | None = None
        if settings.choice:
            self.game.requires_grad_(False)
            self.game.adversary.requires_grad_(True)
            for name, weight in self.game.generator.named_parameters():
                weight.requires_grad_(name.startswith(CHOOSING))
            self.choice = Choice(self.game.generator, settings.choice)
        fused = distributed.fused(self.device)
        self.optimiser = torch.optim.AdamW(
            self.game.players(), lr=settings.rate, betas=(0.9, 0.99), weight_decay=0.01, **fused
        )
        self.average: dict[str, Tensor] = {}
        self.balance = Balance(settings.balance_pace, settings.balance_most, self.device)
        self.step = 0
        self.seconds = 0.0
        self.start_average()
        self.replay = Replay(settings.replay)
        self.dice = Dice(settings.seed + 1 + 1000 * distributed.rank(), self.device)
        weights = settings.rate_adversary, settings.wrong, settings.penalty
        self.opponent = Opponent(self.game.adversary, *weights, self.dice)

    def start_average(self) -> None:
        """Lets the averages begin at the present weights of generator and encoder."""
        self.average = {n: p.detach().clone() for n, p in self._followed().items()}

    def _followed(self) -> dict[str, Tensor]:
        found = {f"generator.{n}": p for n, p in self.game.generator.state_dict().items()}
        return found | {f"encoder.{n}": p for n, p in self.game.encoder.state_dict().items()}

    def state(self) -> dict[str, Any]:
        """All that a run needs to go on."""
        return {
            "game": self.game.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "optimiser_adversary": self.opponent.optimiser.state_dict(),
            "balance": (self.balance.weights, self.balance.counts),
            "step": self.step,
            "seconds": self.seconds,
            "settings": asdict(self.settings),
        } | ({"first": self.choice.first.state_dict()} if self.choice else {})

    def save(self, path: Path) -> None:
        """Writes a checkpoint; an interrupted write leaves the one before."""
        temporary = path.with_suffix(".tmp")
        torch.save(self.state(), temporary)
        temporary.replace(path)

    def snapshot(self, path: Path) -> None:
        """Writes the averaged generator and encoder and the adversary alone."""
        adversary = {f"adversary.{n}": x for n, x in self.game.adversary.state_dict().items()}
        kept = {"average": self.average | adversary, "step": self.step, "seconds": self.seconds}
        torch.save(kept | {"settings": asdict(self.settings)}, path)

    def load(self, path: Path) -> None:
        """Goes on from a checkpoint."""
        found = checkpoint(path, self.device)
        self.game.load_state_dict(found["game"])
        self.average = found["average"]
        self.optimiser.load_state_dict(found["optimiser"])
        self.opponent.optimiser.load_state_dict(found["optimiser_adversary"])
        self.balance.weights, self.balance.counts = found["balance"]
        if self.choice:
            self.choice.first.load_state_dict(found["first"])
        self.step, self.seconds = found["step"], found["seconds"]
        self.dice = Dice(self.settings.seed + 1 + 1000 * distributed.rank() + self.step, self.device)
        self.opponent.dice = self.dice

    def start_from(self, path: Path) -> list[str]:
        """Takes over weights: of a checkpoint, or of an exported generator and the two files beside it.

        Returns the names of weights that start anew.
        """
        if path.suffix == ".onnx":
            from .weights import load_beside

            missing = load_beside(self.game, path)
        else:
            run = checkpoint(path, self.device)
            found, own = run["game"], self.game.state_dict()
            self.balance.weights, self.balance.counts = run["balance"]
            kept = {n: x for n, x in found.items() if n in own and own[n].shape == x.shape}
            missing = [n for n in own if n not in kept]
            self.game.load_state_dict(own | kept)
        self.start_average()
        if self.choice:
            self.choice.begin()
        return missing

    def done(self) -> float:
        """The share of the run that is over."""
        s = self.settings
        by_steps = self.step / s.most_steps if s.most_steps else 0.0
        return min(1.0, max(by_steps, self.seconds / (60 * s.minutes)))

    def rate(self) -> float:
        """1 at the full learning rate, falling in the last half of the run."""
        low = self.settings.rate_end / self.settings.rate
        fall = 1.0 if self.done() < 0.5 else low + (1 - low) * (1 - (self.done() - 0.5) / 0.5)
        return min(1.0, (self.step + 1) / self.settings.warm_up) * fall

    def train_step(self, b: TensorBatch) -> dict[str, float]:
        """One step of both players; returns figures for the log."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bfloat16):
            return self._step(b)

    def _styles(self, b: TensorBatch) -> tuple[Tensor, Tensor, dict[str, float]]:
        """The style each window is generated in: read off its twin, or its genre's point; the space's own loss."""
        s, game = self.settings, self.game
        points = game.generator.styles(b.genre)
        read = game.encoder(b.twin_melody, b.twin_pitched, b.twin_drums, b.twin_parts, b.meter).float()
        pull, named, right = losses.style_losses(read, game.generator.styles.weight, b.genre)
        chosen = self.dice.uniform(len(b.genre), 1) < s.style_read
        style = torch.where(chosen, read, points) + s.style_noise * self.dice.normal(*points.shape)
        loss = s.style_pull * pull + s.style_named * named
        return style, loss, {"style": float(pull.detach()), "style_right": float(right)}

    def _set_rates(self) -> None:
        scale = self.rate()
        for group in self.optimiser.param_groups:
            group["lr"] = self.settings.rate * scale
        for group in self.opponent.optimiser.param_groups:
            group["lr"] = self.settings.rate_adversary * scale

    def _advance(self, loss: Tensor) -> float:
        """One step of the players' optimiser; returns the gradient's norm."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        distributed.average_gradients(self.game.players())
        norm = float(nn.utils.clip_grad_norm_(self.game.players(), 2.0))
        losses.must_be_finite(self.step, loss=float(loss.detach()), gradient=norm)
        self.optimiser.step()
        self._follow()
        self.step += 1
        return norm

    def _step(self, b: TensorBatch) -> dict[str, float]:
        if self.choice:
            return self._step_choice(b, self.choice)
        if not self.settings.notes:
            return self._step_heads(b)
        s, game = self.settings, self.game
        self._set_rates()
        style, style_loss, log = self._styles(b)
        b = own_context(game.generator, b, style.detach(), s.own_context, self.dice)
        c = conditions(b, style)
        masks = losses.Masks(b.exists, b.given_parts, b.steps)
        e = game.generator.encode(c)
        posterior = game.posterior(b.pitched, b.drums, b.exists, e, b.meter)
        size = len(b.genre)
        noise = torch.stack([self.dice.normal(size, NOISE), self.dice.normal(size, NOISE)])
        temperature = (self.dice.uniform(2, size, 1) * 1.5).clamp(max=1.0)
        real_plan = one_hot(b.chords)
        chords = game.generator.plan.taught(e.by_slot(), real_plan)
        # Some windows are rebuilt from near the prior's mean, so that its best guess stays music.
        z_posterior = draw(posterior, noise[0, :, :LATENT])
        moved = noise[0] * temperature[0] * 0.5
        z_near = draw(e.prior, moved[:, :LATENT])
        near = self.dice.uniform(size, 1) < s.from_prior
        z, plan = torch.where(near, z_near, z_posterior), real_plan
        playing = s.adversary and self.step % s.adversary_every == 0
        if playing:
            free = noise[1] * temperature[1]
            own = game.generator.plan(e.by_slot(), free[:, LATENT:]).detach()
            taught = (self.dice.uniform(size, 1, 1) < s.real_plan) & (b.chords[:, :1, None] >= 0)
            moved = torch.cat([moved, free])
            z = torch.cat([z, draw(e.prior, free[:, :LATENT])])
            plan = torch.cat([plan, torch.where(taught, real_plan, own)])
            logits, _ = game.generator.decode(e.times(2), plan, z, style.repeat(2, 1), b.meter.repeat(2, 1))
        else:
            logits, _ = game.generator.decode(e, plan, z, style, b.meter)
        first = Logits(*(x[:size] for x in logits))
        with torch.no_grad():
            planes = played(game.generator.lines(logits.pitched.detach(), logits.monophonic, moved))
        notes, strokes = losses.reconstruction(first, b.pitched, b.drums, masks, self.balance.of(b.genre))
        self._weigh(b, planes[:size], first, masks, near[:, 0])
        weight = s.kl * min(1.0, 0.1 + self.step / s.kl_ramp)
        kl, plain = losses.divergence(posterior, e.prior, s.free)
        harmony = losses.harmony_loss(chords, b.chords)
        velocity = losses.velocity_loss(first.velocity, b.velocity, masks)
        timing = losses.timing_loss(first.timing, b.timing, b.timing_known, masks)
        monophonic = losses.monophonic_loss(first.monophonic, b.pitched, masks)
        counted = torch.where(near[:, 0], s.from_prior_weight, 1.0)
        loss = ((counted * (notes + strokes)).mean() + weight * kl + s.plan * SLOTS * harmony) / 50
        loss = loss + velocity + s.timing * timing + s.monophonic * monophonic + style_loss
        log |= {
            "notes": float(notes.detach()[~near[:, 0]].mean()) if not near.all() else 0.0,
            "notes_prior": float(notes.detach()[near[:, 0]].mean()) if near.any() else 0.0,
            "strokes": float(strokes.detach().sum() / masks.parts[:, 0].sum().clamp(min=1)),
            "kl": float(plain),
            "velocity": float(velocity.detach()),
            "timing": float(timing.detach()),
            "monophonic": float(monophonic.detach()),
            "chords": float(harmony.detach()),
        }
        if playing:
            fools, more = self._play(b, planes, logits, style.detach(), size)
            log.update(more)
            if fools is not None:
                loss = loss + fools
        log["norm"] = self._advance(loss)
        return log

    def _step_choice(self, b: TensorBatch, choice: Choice) -> dict[str, float]:
        """A step that leaves the notes' writing as it is: prior and chord plan learn from the adversary's choice."""
        s, game = self.settings, self.game
        self._set_rates()
        with torch.no_grad():
            style, _, log = self._styles(b)
        b = own_context(game.generator, b, style, s.own_context, self.dice)
        c = conditions(b, style)
        e = game.generator.encode(c)
        chords = game.generator.plan.taught(e.by_slot(), one_hot(b.chords))
        harmony = losses.harmony_loss(chords, b.chords)
        loss = s.plan * SLOTS * harmony
        log["chords"] = float(harmony.detach())
        if s.adversary:
            takes = draw_takes(game.generator, b, style, e, s.choice, self.dice)
            scene = self.opponent.scene(b, style)
            if self.step % s.adversary_every == 0:
                one = slice(len(b.genre))
                log |= self.opponent.learn(b, scene, (takes.pitched[one], takes.drums[one]))[1]
            with torch.no_grad():
                scenes = Scene(*repeated(scene, s.choice))
                verdict = game.adversary(scenes, takes.pitched, takes.drums)
            torch.clear_autocast_cache()
            if self.step >= s.adversary_from:
                lesson, more = choice.lesson(e, takes, verdict, b.meter)
                away = choice.away(e, c)
                loss = loss + s.choice_weight * lesson + s.choice_anchor * away
                log |= more | {"away": float(away.detach())}
        log["norm"] = self._advance(loss)
        return log

    def _accompanied(self, b: TensorBatch) -> Seen:
        """These windows with what the generator plays under them near its genres' points."""
        s, generator = self.settings, self.game.generator
        noise = self.dice.normal(len(b.genre), NOISE) * (self.dice.uniform(len(b.genre), 1) * 1.5).clamp(max=1.0)
        with torch.no_grad():
            style = generator.styles(b.genre)
            style = style + s.style_noise * self.dice.normal(*style.shape)
            b = own_context(generator, b, style, s.own_context, self.dice)
            e = generator.encode(conditions(b, style))
            plan = generator.plan(e.by_slot(), noise[:, LATENT:])
            logits, tokens = generator.decode(e, plan, draw(e.prior, noise[:, :LATENT]), style, b.meter)
            notes = played(generator.lines(logits.pitched, logits.monophonic, noise))
            made = given_kept(b, notes, (logits.drums > 0).float())
        # Weights cast without gradients must not be taken from autocast's cache where gradients are wanted.
        torch.clear_autocast_cache()
        return Seen(b, style, tokens, *made)

    def _step_heads(self, b: TensorBatch) -> dict[str, float]:
        """Steps that leave the notes as they are: style encoder, adversary, velocities and timing learn.

        Each window is accompanied once and then drawn several times from the newest ones.
        """
        s = self.settings
        self.replay.add(self._accompanied(b))
        log: dict[str, float] = {}
        for _ in range(s.reuse):
            rows = (self.dice.uniform(len(b.genre)).cpu() * self.replay.count).long()
            for name, value in self._learn_heads(self.replay.draw(rows)).items():
                log[name] = log.get(name, 0.0) + value / s.reuse
        return log

    def _learn_heads(self, seen: Seen) -> dict[str, float]:
        """One step of what stands around the notes."""
        s, generator, b = self.settings, self.game.generator, seen.batch
        self._set_rates()
        _, style_loss, log = self._styles(b)
        masks = losses.Masks(b.exists, b.given_parts, b.steps)
        velocity = losses.velocity_loss(by_step(generator.out_velocity(seen.tokens)), b.velocity, masks)
        timing = losses.timing_loss(by_step(generator.out_timing(seen.tokens)), b.timing, b.timing_known, masks)
        log |= {"velocity": float(velocity.detach()), "timing": float(timing.detach())}
        if s.adversary:
            log |= self.opponent.learn(b, self.opponent.scene(b, seen.style), (seen.pitched, seen.drums))[1]
        log["norm"] = self._advance(velocity + s.timing * timing + style_loss)
        return log

    def _weigh(self, b: TensorBatch, planes: Tensor, logits: Logits, masks: losses.Masks, near: Tensor) -> None:
        """Shows the balance what the windows rebuilt from the prior hold."""
        made = cells(planes * masks.pitched, (logits.drums.detach() > 0) * masks.drums)
        real = cells(b.pitched * masks.pitched, b.drums * masks.drums)
        counted = torch.cat([masks.parts[:, 1:].repeat_interleave(2, 1), masks.parts[:, :1]], 1) * near[:, None]
        self.balance.see(b.genre, made, real, counted)
        distributed.average([self.balance.weights, self.balance.counts])

    def _play(
        self, b: TensorBatch, planes: Tensor, logits: Logits, style: Tensor, size: int
    ) -> tuple[Tensor | None, dict[str, float]]:
        """The adversary's step on these samples, then the generator's loss against it."""
        s, adversary = self.settings, self.game.adversary
        scene = self.opponent.scene(b, style)
        pitched = losses.through(planes, logits.pitched)
        drums = losses.hard(logits.drums)
        fake_q = given_kept(b, pitched[:size], drums[:size])
        fake_p = given_kept(b, pitched[size:], drums[size:])
        real, log = self.opponent.learn(b, scene, fake_p)
        ramp = min(1.0, (self.step - s.adversary_from) / s.adversary_ramp)
        if ramp <= 0:
            return None, log
        adversary.requires_grad_(False)
        good_q, good_p = self.opponent.judge([fake_q, fake_p], [scene, scene])
        adversary.requires_grad_(True)
        fools = s.fool_prior * losses.taken(good_p).mean() + s.fool_posterior * losses.taken(good_q).mean()
        close = losses.feature_distance(good_q, real)
        log |= {"recon": float(good_q.whole.detach().mean()), "features": float(close.detach())}
        return ramp * s.adversary_weight * (fools + s.features * close), log

    def _follow(self) -> None:
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for name, value in self._followed().items():
                self.average[name].lerp_(value, 1 - keep)
