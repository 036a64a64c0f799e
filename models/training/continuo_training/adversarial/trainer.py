"""The steps of training: a VAE whose decoder also plays against a discriminator."""

from __future__ import annotations

import torch
from torch import Tensor

from ..base.contract import LATENT, NOISE, SLOTS
from ..networks.batches import TensorBatch, conditions
from ..networks.chord_plan import chord_vectors
from ..networks.discriminator import Scene
from ..networks.generator import Logits, by_step
from ..networks.monophony import played
from . import distributed, losses
from .balance import cells
from .choice import Choice, draw_takes, repeated
from .chord_lesson import keeping, other_chords
from .game import draw, given_kept, listed_parts, own_context
from .replay import Seen
from .training_run import TrainingRun


class Trainer(TrainingRun):
    """A run that learns, one batch a step."""

    def train_step(self, b: TensorBatch) -> dict[str, float]:
        """One step of both players; returns figures for the log."""
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bfloat16):
            return self._step(b)

    def _styles(self, b: TensorBatch) -> tuple[Tensor, Tensor, dict[str, float]]:
        """The style of each window, read from its twin or its genre's point; and the loss of the style space."""
        s, game = self.settings, self.game
        points = game.generator.styles(b.genre)
        read = game.encoder(b.twin_melody, b.twin_pitched, b.twin_drums, b.twin_parts, b.meter).float()
        pull, named, right = losses.style_losses(read, game.generator.styles.weight, b.genre)
        chosen = self.dice.uniform(len(b.genre), 1) < s.style_read
        style = torch.where(chosen, read, points) + s.style_noise * self.dice.normal(*points.shape)
        loss = s.style_pull * pull + s.style_named * named
        return style, loss, {"style": float(pull.detach()), "style_right": float(right)}

    def _step(self, b: TensorBatch) -> dict[str, float]:
        if self.choice:
            return self._step_choice(b, self.choice)
        if self.settings.chords:
            return self._step_chords(b)
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
        real_plan = chord_vectors(b.chords, b.basses)
        chords = game.generator.plan.taught(e, real_plan)
        # Some windows are rebuilt from near the prior's mean, so that the best guess stays music.
        z_posterior = draw(posterior, noise[0, :, :LATENT])
        moved = noise[0] * temperature[0] * 0.5
        z_near = draw(e.prior, moved[:, :LATENT])
        near = self.dice.uniform(size, 1) < s.from_prior
        z, plan = torch.where(near, z_near, z_posterior), real_plan
        playing = s.adversary and self.step % s.adversary_every == 0
        if playing:
            free = noise[1] * temperature[1]
            own = game.generator.plan(e, free[:, LATENT:]).chosen.detach()
            taught = (self.dice.uniform(size, 1, 1) < s.real_plan) & (b.chords[:, :1, None] >= 0)
            moved = torch.cat([moved, free])
            z = torch.cat([z, draw(e.prior, free[:, :LATENT])])
            plan = torch.cat([plan, torch.where(taught, real_plan, own)])
            logits, _ = game.generator.decode(e.times(2), plan, z)
        else:
            logits, _ = game.generator.decode(e, plan, z)
        first = Logits(*(x[:size] for x in logits))
        with torch.no_grad():
            planes = played(game.generator.lines(logits.pitched.detach(), logits.monophonic, moved))
        notes, strokes = losses.reconstruction(first, b.pitched, b.drums, masks, self.balance.of(b.genre))
        self._weigh(b, planes[:size], first, masks, near[:, 0])
        weight = s.kl * min(1.0, 0.1 + self.step / s.kl_ramp)
        kl, plain = losses.divergence(posterior, e.prior, s.free)
        harmony = losses.harmony_loss(chords, b.chords, b.basses)
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
        """A step in which only prior and chord plan learn, from the adversary's choice."""
        s, game = self.settings, self.game
        self._set_rates()
        with torch.no_grad():
            style, _, log = self._styles(b)
        b = own_context(game.generator, b, style, s.own_context, self.dice)
        c = conditions(b, style)
        e = game.generator.encode(c)
        chords = game.generator.plan.taught(e, chord_vectors(b.chords, b.basses))
        harmony = losses.harmony_loss(chords, b.chords, b.basses)
        loss = s.plan * SLOTS * harmony
        log["chords"] = float(harmony.detach())
        if s.adversary:
            takes = draw_takes(game.generator, b, e, s.choice, self.dice)
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

    def _step_chords(self, b: TensorBatch) -> dict[str, float]:
        """A step in which only the layers that read finer chords learn, and the posterior."""
        s, generator, size = self.settings, self.game.generator, len(b.genre)
        self._set_rates()
        with torch.no_grad():
            style = generator.styles(b.genre)
            style = style + s.style_noise * self.dice.normal(*style.shape)
            b = own_context(generator, b, style, s.own_context, self.dice)
            e = generator.encode(conditions(b, style))
        torch.clear_autocast_cache()
        masks = losses.Masks(b.exists, b.given_parts, b.steps)
        posterior = self.game.posterior(b.pitched, b.drums, b.exists, e, b.meter)
        noise = torch.stack([self.dice.normal(size, NOISE), self.dice.normal(size, NOISE)])
        near = self.dice.uniform(size, 1) < s.from_prior
        moved = noise[0] * 0.5 * (self.dice.uniform(size, 1) * 1.5).clamp(max=1.0)
        z = torch.where(near, draw(e.prior, moved[:, :LATENT]), draw(posterior, noise[0, :, :LATENT]))
        real = chord_vectors(b.chords, b.basses)
        is_given = (self.dice.uniform(size, 1) < 0.5).float() * (b.chords >= 0)
        # The second half of the batch plays the same windows under other chords, most of them near in key.
        far = self.dice.uniform(size) < 0.3
        steps = torch.where(far, (self.dice.uniform(size) * 12).long(), 0)
        chords, basses = other_chords(b.chords, b.basses, steps)
        other = chord_vectors(chords, basses)
        free = noise[1] * (self.dice.uniform(size, 1) * 1.5).clamp(max=1.0)
        plans, given = torch.cat([real, other]), torch.cat([is_given, (chords >= 0).float()])
        latents = torch.cat([z, draw(e.prior, free[:, :LATENT])])
        logits, _ = generator.decode(e.times(2), plans, latents, given)
        first, second = Logits(*(x[:size] for x in logits)), Logits(*(x[size:] for x in logits))
        with torch.no_grad():
            planes = played(generator.lines(first.pitched.detach(), first.monophonic, moved))
        notes, strokes = losses.reconstruction(first, b.pitched, b.drums, masks, self.balance.of(b.genre))
        self._weigh(b, planes, first, masks, near[:, 0])
        kl, plain = losses.divergence(posterior, e.prior, s.free)
        slots = generator.positions.slots(b.meter)
        listed = listed_parts(b.genre)
        off = keeping(second, generator.chord_tones, other, slots, listed, b.steps)
        velocity = losses.velocity_loss(first.velocity, b.velocity, masks)
        timing = losses.timing_loss(first.timing, b.timing, b.timing_known, masks)
        monophonic = losses.monophonic_loss(first.monophonic, b.pitched, masks)
        weight = s.kl * min(1.0, 0.1 + self.step / s.kl_ramp)
        counted = torch.where(near[:, 0], s.from_prior_weight, 1.0)
        loss = ((counted * (notes + strokes)).mean() + weight * kl + s.keep * off.mean()) / 50
        loss = loss + velocity + s.timing * timing + s.monophonic * monophonic
        log = {
            "notes": float(notes.detach()[~near[:, 0]].mean()) if not near.all() else 0.0,
            "notes_prior": float(notes.detach()[near[:, 0]].mean()) if near.any() else 0.0,
            "kl": float(plain),
            "off": float(off.detach().mean()),
            "velocity": float(velocity.detach()),
            "timing": float(timing.detach()),
            "monophonic": float(monophonic.detach()),
        }
        log["norm"] = self._advance(loss)
        return log

    def _accompanied(self, b: TensorBatch) -> Seen:
        """These windows, with the parts that the generator plays under them in styles near their genres' points."""
        s, generator = self.settings, self.game.generator
        noise = self.dice.normal(len(b.genre), NOISE) * (self.dice.uniform(len(b.genre), 1) * 1.5).clamp(max=1.0)
        with torch.no_grad():
            style = generator.styles(b.genre)
            style = style + s.style_noise * self.dice.normal(*style.shape)
            b = own_context(generator, b, style, s.own_context, self.dice)
            e = generator.encode(conditions(b, style))
            plan = generator.plan(e, noise[:, LATENT:]).chosen
            logits, tokens = generator.decode(e, plan, draw(e.prior, noise[:, :LATENT]))
            notes = played(generator.lines(logits.pitched, logits.monophonic, noise))
            made = given_kept(b, notes, (logits.drums > 0).float())
        # Or autocast would reuse weights that were cast without gradients.
        torch.clear_autocast_cache()
        return Seen(b, style, tokens, *made)

    def _step_heads(self, b: TensorBatch) -> dict[str, float]:
        """Steps with fixed notes: style encoder, adversary, velocities and timing learn.

        The generator accompanies each window once; the steps then draw from the newest windows.
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
        """One step of the layers around the notes."""
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
        """Updates the balance with the windows that were rebuilt from the prior."""
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
