//! Makes a phrase, keeps it in the score and sends it to the audio thread.

use super::{
    following::Following,
    planner::Planner,
    playable::playable,
    policy::{Another, Occasion},
};
use crate::{
    arranging::{PhraseRequest, knowledge::Knowledge},
    realtime::queues::{Delivery, PLAY_AT_ONCE, TABLE_CAPACITY},
    score::{phrase::Phrase, recipe::Recipe},
};
use continuo_music::{
    key::Key,
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap},
    settings::{Mode, Settings},
    time::Tick,
};

impl Planner {
    /// Makes another take of the phrase at `tick`.
    pub(super) fn make_current(&mut self, tick: Tick, occasion: Occasion) {
        // The player wants to hear something here.
        self.shared.score.edit(|score| score.wake(&(tick..tick + 1)));
        let span = self.shared.score.read(|score| score.span_at(tick, self.settings.phrase_bars));
        let knowledge = self.knowledge(&span, span.start, span.start, tick.max(span.start));
        self.make(span, &knowledge, occasion);
    }

    /// Makes the phrase that will be entered at `entry` when the playhead reaches `boundary`, from what is known at
    /// `cut`, unless the score already has it.
    pub(super) fn prepare(&mut self, entry: Tick, boundary: Tick, cut: Tick, occasion: Occasion) {
        let span = self.shared.score.read(|score| score.meters.phrase_at(entry, self.settings.phrase_bars));
        let knowledge = self.knowledge(&span, entry, boundary, cut);
        if matches!(occasion, Occasion::Entry(_)) {
            self.timeline.prepare(entry, &self.settings);
        }
        self.make(span, &knowledge, occasion);
    }

    /// Makes a phrase, keeps it in the score and sends it, unless the score already has the same.
    #[expect(clippy::too_many_lines, reason = "one decision after another, each of which needs those before")]
    pub(super) fn make(&mut self, span: PhraseSpan, knowledge: &Knowledge, occasion: Occasion) {
        let policy = occasion.policy();
        let resting = self.shared.score.read(|score| score.rests(&(span.start..span.end)));
        if resting && !policy.requested && self.settings.mode == Mode::Arrange {
            return;
        }
        let (drawn, kept) = match policy.drawn {
            Some(index) => {
                let Some(old) = self.shared.score.read(|score| score.phrase(&span).cloned()) else { return };
                (old.recipe.map(|recipe| (index, recipe)), old.judged.map(|judged| judged.kept).unwrap_or_default())
            }
            None => (None, PartMap::default()),
        };
        let playing = policy.same_take.then(|| self.shared.score.read(|score| score.phrase(&span).cloned())).flatten();
        let same_take = playing.and_then(|phrase| Some((phrase.recipe?, phrase.judged.map(|judged| judged.chosen))));
        let settings = match (&drawn, &same_take) {
            (Some((_, recipe)), _) | (_, Some((recipe, _))) => Settings { shape: recipe.shape, ..self.settings },
            (None, None) if policy.heard => self.timeline.shaping(span.start, &self.settings),
            (None, None) => self.settings,
        };
        let at_cut = self.timeline.shaping_at_cut(span.start, &self.settings).filter(|_| policy.heard);
        self.shared.keep_chosen_styles(&settings);
        let Some(model) = self.model.name() else { return };
        let (old, unused) = self
            .shared
            .score
            .read(|score| (score.phrase(&span).map(|old| (old.take, old.recipe.clone())), score.unused_take(&span)));
        let mut take = old.as_ref().map_or(0, |old| old.0);
        let own_styles = self.shared.styles.shelf();
        let melody = knowledge.fingerprint_for(old.as_ref().and_then(|old| old.1.as_ref()));
        let Following { recall, recalled, independent } = {
            let old = old.as_ref().and_then(|old| old.1.as_ref());
            let own_styles = own_styles.fingerprint(&settings);
            let recall = || self.shared.score.read(|score| knowledge.recall(score, &span, &settings.shape, own_styles));
            Following::of(&policy, old, &settings.shape, melody, recall)
        };
        let recipe_for = |settings: &Settings| {
            let own_styles = own_styles.fingerprint(settings);
            let made_from = knowledge.recipe(Recipe::new(model, settings, take, melody), &span);
            let mut recipe = Recipe { own_styles, recalled, independent, ..made_from };
            recipe.shape.takes = if self.model.judges() { settings.shape.takes } else { 1 };
            recipe
        };
        let recipe = recipe_for(&settings);
        let before = at_cut.map(|at_cut| recipe_for(&at_cut).choices()).filter(|&before| before != recipe.choices());
        let old = old.and_then(|old| old.1);
        // Where each pass is a new take, the next one follows what it returns to; this one stays as it was played.
        let stays = |old: &Recipe| {
            policy.heard && self.settings.vary && old.satisfies(&Recipe { recalled: old.recalled, ..recipe.clone() })
        };
        let unchanged = old
            .as_ref()
            .is_some_and(|old| old.satisfies(&recipe) || (policy.ahead && old.foresees(&recipe)) || stays(old));
        let another = match policy.another {
            Another::Never => false,
            Another::IfVaried => unchanged && self.settings.vary,
            Another::Always => true,
        };
        if unchanged && !another {
            self.restore_uncut(&span, policy.ready_at, knowledge.home_key);
            return;
        }
        if another && drawn.is_none() {
            // Beyond all takes drawn so far, since the best of those would only come again.
            take = unused.unwrap_or(take);
        }
        // Accompaniments of the same melody become takes to choose from. An outdated prediction does not, nor does a
        // phrase made before there was any melody, or one that follows another.
        let same_melody = !knowledge.melody.is_empty()
            && old.is_some_and(|old| old.melody == recipe.melody && old.recalled == recipe.recalled);
        let keep = policy.requested || (same_melody && !policy.same_take);
        let made_before = drawn.as_ref().map(|(_, recipe)| recipe).or(same_take.as_ref().map(|(recipe, _)| recipe));
        let before = before.or_else(|| made_before.and_then(|recipe| recipe.before));
        let recipe = Recipe { take, before, ..recipe };
        let given = self.parts_that_stay(&span, |part| {
            let only_another = policy.only.is_some_and(|only| only != part);
            settings.parts[part].lock || only_another || kept[part]
        });
        let given = knowledge.own.given(given, &span);
        let request = PhraseRequest {
            take,
            preferred: drawn.map(|(index, _)| index).or(same_take.and_then(|(_, chosen)| chosen)),
            recall: recall.as_ref(),
            ..knowledge.request(span, &given, &settings, &own_styles)
        };
        let Some(arranged) = self.model.arrange(&request) else { return };
        let phrase = Phrase {
            span,
            recipe: Some(recipe),
            take,
            judged: arranged.judged,
            programs: arranged.programs,
            parts: arranged.parts,
        };
        let delivery = Delivery::Phrase(Box::new(playable(&phrase, policy.ready_at, knowledge.home_key)));
        let inserted = self.shared.score.edit(|score| {
            // A score that was loaded meanwhile does not get this phrase, which was made for another.
            (self.shared.score.replacements() == self.seen_replacements).then(|| score.insert_take(phrase, keep))
        });
        let Some((cut, change)) = inserted else { return };
        if let Some(change) = change.filter(|_| policy.requested) {
            self.shared.history.edit(|history| history.record(change.into()));
        }
        if cut {
            self.send_table();
        } else {
            self.outbox.push_back(delivery);
        }
    }

    /// The key of the song as far as it is known.
    pub(super) fn home_key(&self) -> Option<Key> {
        let chosen = self.settings.shape.key;
        self.shared.score.read(|score| self.keys.of(chosen, score.melody(), score.heard(), &score.meters).song())
    }

    /// The notes of the parts that stay in a phrase while the others are made; none where there is no phrase.
    pub(super) fn parts_that_stay(
        &self,
        span: &PhraseSpan,
        stays: impl Fn(Part) -> bool,
    ) -> PartMap<Option<Vec<Note>>> {
        self.shared.score.read(|score| {
            let stretch = span.start..span.end;
            let exists = score.phrases_in(&stretch).next().is_some();
            PartMap::from_fn(|part| (exists && stays(part)).then(|| score.part_notes(part, &stretch)))
        })
    }

    /// Sends the whole score.
    pub(super) fn send_table(&mut self) {
        let key = self.home_key();
        let mut table = Vec::with_capacity(TABLE_CAPACITY);
        self.shared.score.read(|score| {
            table.extend(
                score.phrases().iter().take(TABLE_CAPACITY).map(|phrase| Box::new(playable(phrase, PLAY_AT_ONCE, key))),
            );
        });
        self.outbox.push_back(Delivery::Table(Box::new(table)));
    }
}
