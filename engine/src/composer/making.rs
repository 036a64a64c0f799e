//! Makes a phrase on one of the occasions that the planner sees, keeps it in the score and sends it off.

use super::{
    knowledge::Knowledge,
    planner::{Occasion, Planner},
};
use crate::{
    arranger::{Made, PhraseRequest},
    meter::PhraseSpan,
    part::PartMap,
    queues::{Delivery, PLAY_AT_ONCE, TABLE_CAPACITY},
    score::{Phrase, Recipe},
    settings::Settings,
    time::{LEAD, Tick},
};

impl Planner {
    /// Another take of the phrase at `tick`.
    pub(super) fn make_current(&mut self, tick: Tick, occasion: Occasion) {
        let span = self.shared.read_score(|score| score.span_at(tick, self.settings.phrase_bars));
        let knowledge = self.knowledge(&span, span.start, span.start, tick.max(span.start));
        self.make(span, &knowledge, occasion);
    }

    /// Makes the phrase that will be entered at `entry` when the playhead reaches `boundary`, from what is known at
    /// `cut`; unless the score has it already.
    pub(super) fn prepare(&mut self, entry: Tick, boundary: Tick, cut: Tick, occasion: Occasion) {
        let span = self.shared.read_score(|score| score.meters.phrase_at(entry, self.settings.phrase_bars));
        let knowledge = self.knowledge(&span, entry, boundary, cut);
        if matches!(occasion, Occasion::Entry(_)) {
            self.timeline.prepare(entry, &self.settings);
        }
        self.make(span, &knowledge, occasion);
    }

    /// Makes a phrase, keeps it in the score and sends it off; unless the score has the very same already.
    pub(super) fn make(&mut self, span: PhraseSpan, knowledge: &Knowledge, occasion: Occasion) {
        let heard = matches!(occasion, Occasion::Heard(_));
        let (drawn, kept) = match occasion {
            Occasion::Draw(index) => {
                let Some(old) = self.shared.read_score(|score| score.phrase(&span).cloned()) else { return };
                (old.recipe.map(|recipe| (index, recipe)), old.judged.map(|judged| judged.kept).unwrap_or_default())
            }
            _ => (None, PartMap::default()),
        };
        let settings = match &drawn {
            Some((_, recipe)) => recipe.shaping(self.settings),
            None if heard => self.timeline.shaping(span.start, &self.settings),
            None => self.settings,
        };
        let at_cut = self.timeline.shaping_at_cut(span.start, &self.settings).filter(|_| heard);
        self.shared.keep_chosen_styles(&settings);
        let Some(model) = self.maker.model() else { return };
        let (old, unused) = self.shared.read_score(|score| {
            (score.phrase(&span).map(|old| (old.take, old.recipe.clone())), score.unused_take(&span))
        });
        let mut take = old.as_ref().map_or(0, |old| old.0);
        let own_styles = self.shared.shelf();
        let recipe_for = |settings: &Settings| Recipe {
            takes: if self.maker.judges() { settings.takes } else { 1 },
            own_styles: own_styles.fingerprint(settings),
            ..Recipe::new(model, settings, take, knowledge.fingerprint)
        };
        let recipe = recipe_for(&settings);
        let before = at_cut.map(|at_cut| recipe_for(&at_cut).choices()).filter(|&before| before != recipe.choices());
        let ahead = matches!(occasion, Occasion::Entry(_) | Occasion::Soon);
        let old = old.and_then(|old| old.1);
        let unchanged = old.as_ref().is_some_and(|old| old.satisfies(&recipe) || (ahead && old.foresees(&recipe)));
        let another = match occasion {
            Occasion::Generate | Occasion::GeneratePart(_) | Occasion::Draw(_) => true,
            Occasion::Entry(_) => unchanged && self.settings.vary,
            Occasion::Heard(_) | Occasion::Here | Occasion::Soon => false,
        };
        if unchanged && !another {
            return;
        }
        if another && drawn.is_none() {
            // Past all takes that were drawn so far: the best of those would only come again.
            take = unused.unwrap_or(take);
        }
        // Accompaniments of the same melody are takes to step between; a prediction that was overtaken is none, nor is
        // what was made before there was any melody.
        let same_melody = !knowledge.melody.is_empty() && old.is_some_and(|old| old.melody == recipe.melody);
        let keep = occasion.asked() || same_melody;
        let before = before.or_else(|| drawn.as_ref().and_then(|(_, recipe)| recipe.before));
        let recipe = Recipe { take, before, ..recipe };
        let given = self.shared.read_score(|score| {
            let stretch = span.start..span.end;
            let exists = score.phrases().iter().any(|old| old.span.start < span.end && span.start < old.span.end);
            PartMap::from_fn(|part| {
                let only_another = matches!(occasion, Occasion::GeneratePart(only) if only != part);
                let stays = settings.parts[part].lock || only_another || kept[part];
                (exists && stays).then(|| score.part_notes(part, &stretch))
            })
        });
        let request = PhraseRequest {
            span,
            melody: &knowledge.melody,
            heard: &knowledge.heard,
            before: &knowledge.before,
            given: &given,
            settings: &settings,
            shelf: &own_styles,
            take,
            preferred: drawn.map(|(index, _)| index),
        };
        let Some(Made { parts, programs, judged }) = self.maker.make(&request) else { return };
        let phrase = Phrase { span, recipe: Some(recipe), take, judged, programs, parts };
        let ready_at = match occasion {
            Occasion::Entry(entered) => entered,
            Occasion::Heard(rolled) => rolled + LEAD,
            Occasion::Here | Occasion::Soon | Occasion::Generate | Occasion::GeneratePart(_) | Occasion::Draw(_) => {
                PLAY_AT_ONCE
            }
        };
        let playable = phrase.playable(ready_at);
        let cut = self.shared.with_score(|score| {
            // Another score was loaded meanwhile: this phrase was not made for it.
            (self.shared.restored() == self.restored).then(|| score.insert_take(phrase, keep))
        });
        if let Some((_, Some(change))) = cut.filter(|_| occasion.asked()) {
            self.shared.with_history(|history| history.note(change.into()));
        }
        match cut.map(|(cut, _)| cut) {
            Some(false) => self.outbox.push_back(Delivery::Phrase(playable)),
            Some(true) => self.send_table(),
            None => {}
        }
    }

    /// Sends the whole score.
    pub(super) fn send_table(&mut self) {
        let mut table = Vec::with_capacity(TABLE_CAPACITY);
        self.shared.read_score(|score| {
            table.extend(score.phrases().iter().take(TABLE_CAPACITY).map(|phrase| phrase.playable(PLAY_AT_ONCE)));
        });
        self.outbox.push_back(Delivery::Table(Box::new(table)));
    }
}
