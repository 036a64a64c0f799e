//! Carries out the player's edits, on the composer's thread.

use super::{pass::Pass, planner::Planner, playable::playable, policy::Occasion};
use crate::{
    arranging::whole_song::SongQueue,
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
        let mut any = false;
        if let Some(edit) = self.shared.edits.pop() {
            any = true;
            self.edit(edit);
        }
        if let Some(span) = self.song.pop() {
            any = true;
            self.arrange_next(span);
        } else if let Some(span) = self.followers.pop_front() {
            any = true;
            self.remake(span);
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
            Edit::Arrange(song) => self.arrange(&song),
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

    fn set_sections(&self, after: Sections, undoing: bool) {
        let set = |score: &mut Score| {
            let before = score.sections().clone();
            score.set_sections(after.clone());
            before
        };
        let before = self.shared.score.edit(set);
        if !undoing && before != after {
            self.record(Step::Sections { before, after });
        }
    }

    fn record(&self, step: Step) {
        self.shared.history.edit(|history| history.record(step));
    }

    fn play(&mut self, phrase: &Phrase) {
        let key = self.home_key();
        self.outbox.push_back(Delivery::Phrase(Box::new(playable(phrase, PLAY_AT_ONCE, key))));
    }

    /// Makes another take of the phrase at `tick`, from all that it may know of its melody.
    fn regenerate(&mut self, tick: Tick, occasion: Occasion) {
        // The player wants to hear something there.
        self.shared.score.edit(|score| score.wake(&(tick..tick + 1)));
        let span = self.shared.score.read(|score| score.span_at(tick, self.settings.phrase_bars));
        let playhead = self.pass.as_ref().map(|pass| pass.at);
        let cut = match (self.settings.mode, playhead) {
            // The whole song as far as it was heard; this pass has heard nothing after the playhead.
            (Mode::Arrange, at) => span.end.min(at.unwrap_or(Tick::MAX)),
            (_, Some(at)) if span.contains(at) => at,
            _ => span.start,
        };
        let knowledge = self.knowledge(&span, span.start, span.start, cut);
        self.make(span, &knowledge, occasion);
        self.let_others_follow(span.start);
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
        self.song = queue;
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
        self.shared.status.update(|status| status.arranging = self.song.progress());
    }
}
