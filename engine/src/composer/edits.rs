//! Carries out the player's edits, on the composer's thread.

use super::{pass::Pass, planner::Planner, playable::playable, policy::Occasion};
use crate::{
    arranging::{knowledge::Knowledge, place::PhrasePlace, whole_song::SongQueue},
    realtime::queues::{Delivery, PLAY_AT_ONCE},
    score::{
        edit::{Edit, WholeSong},
        history::Step,
        phrase::Phrase,
        score::Score,
        takes::Drawn,
    },
};
use continuo_music::{meter::PhraseSpan, sections::Sections, settings::Mode, time::Tick};

impl Planner {
    /// Processes one edit, and makes one phrase of a whole song that is being arranged, so that facts are processed in
    /// between. Returns whether there was anything to do.
    pub fn process_edit(&mut self) -> bool {
        let mut any = self.finish_tool();
        if self.around_edit.is_some() {
            // Another edit waits until this one is done.
            any = self.make_around_edit();
        } else if self.lead.again.is_some() {
            any = self.go_on_with_lead_again();
        } else if let Some(edit) = self.shared.edits.pop() {
            any = true;
            self.edit(edit);
        }
        if self.around_edit.is_none() {
            self.shared.edits.finish();
        }
        if let Some(span) = self.song.pop() {
            any = true;
            self.arrange_next(span);
        } else if let Some(span) = self.followers.pop_front() {
            any = true;
            self.remake(span);
        } else {
            any |= self.lead_on();
        }
        if any {
            self.send_melody(PLAY_AT_ONCE);
        }
        any
    }

    /// Shows the notes that are being played and are not in the score yet.
    pub fn show_hearing(&self) {
        let hearing = self.pass.as_ref().map_or_else(Vec::new, |pass| {
            let new = pass.uncommitted(pass.at);
            pass.notes_until(pass.at).into_iter().filter(|note| new.contains(&note.start)).collect()
        });
        self.shared.status.set_hearing(hearing);
    }

    fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Regenerate { tick, part: None } => self.regenerate(tick, Occasion::Generate),
            Edit::Regenerate { tick, part: Some(part) } => {
                if !self.settings.parts[part].lock {
                    self.regenerate(tick, Occasion::GeneratePart(part));
                }
            }
            Edit::LeadAgain { bars } => self.lead_again(bars),
            Edit::BringBackLead(passage) => self.bring_back_lead(&passage),
            Edit::Draw { start, index } => match self.shared.score.read(|score| score.drawn(start, index)) {
                Drawn::Kept(take) => self.choose(start, take, false),
                Drawn::Discarded => self.regenerate(start, Occasion::Draw(index)),
                Drawn::Unavailable => {}
            },
            Edit::Choose { start, take, undoing } => self.choose(start, take, undoing),
            Edit::Favourite { start, take, on, undoing } => {
                if let Some((take, before)) = self.shared.score.edit(|score| score.mark_take(start, take, on))
                    && before != on
                    && !undoing
                {
                    self.record(Step::Favourite { start, take, on });
                }
            }
            Edit::SetSections { sections, undoing } => self.set_sections(sections, undoing),
            Edit::Chords(edit) => self.edit_chords(&edit),
            Edit::Melody(edit) => self.edit_melody(&edit),
            Edit::Tool(request) => self.start_tool(*request),
            Edit::BringBack(passage) => self.bring_back(&passage),
            Edit::GuessChords { tick } => self.guess_chords(tick),
            Edit::Rest { bars, on } => self.rest_again(&bars, on),
            Edit::Arrange(song) => self.arrange(&song),
            Edit::ArrangeAnew => self.arrange_anew(),
            Edit::Clear => {
                let mut score = self.without_music();
                // Bars that the host reported hold for the next melody too; those of a file go with it.
                if self.host_meter.is_some() {
                    score.meters = self.shared.score.read(|score| score.meters.clone());
                }
                self.replace(score);
            }
        }
    }

    fn choose(&mut self, start: Tick, take: u32, undoing: bool) {
        let own = self.own();
        let chosen = self.shared.score.edit(|score| {
            let chosen = score.choose_take(start, take)?;
            score.settle_own_parts(own, &(start..start + 1));
            Some(chosen)
        });
        if let Some((phrase, change)) = chosen {
            self.play(&phrase);
            self.let_others_follow(start);
            if !undoing && change.from != change.to {
                self.record(change.into());
            }
        }
    }

    /// Names other sections, and makes the phrases again that stand elsewhere in them now, unless that changes nothing.
    fn set_sections(&mut self, after: Sections, undoing: bool) {
        let form = &self.form;
        let set = |score: &mut Score| {
            let borders = form.borders(score.melody(), score.heard(), &score.meters);
            let places = |score: &Score| {
                let begins = score.melody().first().map(|note| note.start);
                // A prediction is made again anyway, when its melody is heard.
                let is_made = |phrase: &&Phrase| phrase.recipe.is_some() && score.is_settled(phrase);
                let made = score.phrases().iter().filter(is_made);
                let place = |span: PhraseSpan| (span, PhrasePlace::of(score, &borders, begins, &span));
                made.map(|phrase| place(phrase.span)).collect::<Vec<_>>()
            };
            let (before, old) = (score.sections().clone(), places(score));
            score.set_sections(after.clone());
            let moved = old.into_iter().zip(places(score)).filter(|(old, new)| old != new).map(|(_, (span, _))| span);
            (before, moved.collect::<Vec<_>>())
        };
        let (before, moved) = self.shared.score.edit(set);
        if self.settings.mode == Mode::Arrange {
            self.followers.retain(|span| !moved.contains(span));
            self.followers.extend(moved);
            self.followers.make_contiguous().sort_by_key(|span| span.start);
        }
        if !undoing && before != after {
            self.record(Step::Sections { before, after });
        }
    }

    pub(super) fn record(&self, step: Step) {
        self.shared.history.edit(|history| history.record(step));
    }

    pub(super) fn play(&mut self, phrase: &Phrase) {
        let key = self.home_key();
        self.outbox.push_back(Delivery::Phrase(Box::new(playable(phrase, PLAY_AT_ONCE, key))));
    }

    /// Makes another take of the phrase at `tick`, from all that it may know of its melody.
    fn regenerate(&mut self, tick: Tick, occasion: Occasion) {
        // The player wants to hear something there.
        self.shared.score.edit(|score| score.wake(&(tick..tick + 1)));
        let span = self.shared.score.read(|score| score.span_at(tick, self.settings.phrase_bars));
        let knowledge = self.knowledge_at_request(&span);
        self.make(span, &knowledge, occasion);
        self.let_others_follow(span.start);
    }

    /// All that a phrase may know when the player asks for it, wherever the playhead is.
    pub(super) fn knowledge_at_request(&self, span: &PhraseSpan) -> Knowledge {
        let playhead = self.pass.as_ref().map(|pass| pass.at);
        let cut = match (self.settings.mode, playhead) {
            // The whole song as far as it was heard; this pass has heard nothing after the playhead.
            (Mode::Arrange, at) => span.end.min(at.unwrap_or(Tick::MAX)),
            (_, Some(at)) if span.contains(at) => at,
            _ => span.start,
        };
        self.knowledge(span, span.start, span.start, cut)
    }

    /// The phrase that begins here was changed: later phrases that took it over follow, unless the player chose otherwise
    /// for them.
    fn let_others_follow(&mut self, start: Tick) {
        if self.settings.mode != Mode::Arrange {
            return;
        }
        let follows = |phrase: &&Phrase| {
            let recipe = phrase.recipe.as_ref();
            phrase.span.start > start && recipe.is_some_and(|recipe| recipe.recalled.is_some() && !recipe.independent)
        };
        self.followers =
            self.shared.score.read(|score| score.phrases().iter().filter(follows).map(|phrase| phrase.span).collect());
    }

    /// Replaces everything by a melody, and begins to arrange it.
    fn arrange(&mut self, song: &WholeSong) {
        let (queue, mut score) = SongQueue::new(song, self.settings.phrase_bars);
        score.styles = self.without_music().styles;
        self.replace(score);
        self.lead_through(queue.spans());
        self.song = queue;
        self.show_arranging();
    }

    /// Begins to make every phrase again with the model that is loaded.
    fn arrange_anew(&mut self) {
        if self.model.name().is_none() {
            return;
        }
        let mut score = self.shared.score.copy();
        let spans = score.outdate();
        self.replace(score);
        self.lead_through(spans.iter().copied());
        self.song = SongQueue::of(spans);
        self.show_arranging();
    }

    /// An empty score with the project's own styles, which may exist nowhere else.
    fn without_music(&self) -> Score {
        let mut score = Score::default();
        score.styles = self.shared.score.read(|score| score.styles.clone());
        score
    }

    fn replace(&mut self, score: Score) {
        let other = self.shared.score.copy().to_json();
        self.shared.replace(score);
        // The pass goes on, but only what is played from here on belongs to the new score.
        if let Some(pass) = &mut self.pass {
            *pass = Pass::new(pass.at);
        }
        self.follow_replaced_score();
        self.record(Step::Score { other });
    }

    fn arrange_next(&mut self, span: PhraseSpan) {
        self.remake(span);
        self.show_arranging();
    }

    /// Makes a phrase from all that it may know of its melody, unless the score already has it.
    fn remake(&mut self, span: PhraseSpan) {
        let knowledge = self.song_knowledge(&span, self.pass.as_ref().map_or(span.end, |pass| span.end.min(pass.at)));
        self.make(span, &knowledge, Occasion::Here);
    }

    fn show_arranging(&self) {
        let progress = self.song.progress();
        self.shared.status.update(|status| status.arranging = progress);
        if progress.is_none() {
            self.report_origin();
        }
    }
}
