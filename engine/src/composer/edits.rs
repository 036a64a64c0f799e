//! What the player asks for beside the parameters, on the composer's thread.

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
use continuo_music::{meter::PhraseSpan, settings::Mode, time::Tick};

impl Planner {
    /// Works off one thing that the player asked for, and makes one phrase of a whole song that is being arranged: so that
    /// what the audio thread tells is heard in between. Returns whether there was anything to do.
    pub fn work_off_an_edit(&mut self) -> bool {
        let mut any = false;
        if let Some(edit) = self.shared.edits.pop() {
            any = true;
            self.edit(edit);
        }
        if let Some(span) = self.song.pop() {
            any = true;
            self.arrange_next(span);
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
                Drawn::Elsewhere => self.regenerate(start, Occasion::Draw(index)),
                Drawn::Never => {}
            },
            Edit::Choose { start, take, undoing } => self.choose(start, take, undoing),
            Edit::Favourite { start, take, on, undoing } => {
                if let Some((take, before)) = self.shared.score.edit(|score| score.mark_take(start, take, on))
                    && before != on
                    && !undoing
                {
                    self.note(Step::Favourite { start, take, on });
                }
            }
            Edit::Arrange(song) => self.arrange(&song),
            Edit::Clear => {
                let mut score = self.without_music();
                // What the host told of its bars holds for the next melody too; those of a file went with it.
                if self.told_meter.is_some() {
                    score.meters = self.shared.score.read(|score| score.meters.clone());
                }
                self.replace(score);
            }
        }
    }

    fn choose(&mut self, start: Tick, take: u32, undoing: bool) {
        if let Some((phrase, change)) = self.shared.score.edit(|score| score.choose_take(start, take)) {
            self.play(&phrase);
            if !undoing && change.from != change.to {
                self.note(change.into());
            }
        }
    }

    fn note(&self, step: Step) {
        self.shared.history.edit(|history| history.note(step));
    }

    fn play(&mut self, phrase: &Phrase) {
        self.outbox.push_back(Delivery::Phrase(Box::new(playable(phrase, PLAY_AT_ONCE))));
    }

    /// Another take of the phrase at `tick`, from all that may be known of its melody.
    fn regenerate(&mut self, tick: Tick, occasion: Occasion) {
        let span = self.shared.score.read(|score| score.span_at(tick, self.settings.phrase_bars));
        let playhead = self.pass.as_ref().map(|pass| pass.at);
        let cut = match (self.settings.mode, playhead) {
            // The whole song as far as it was heard; nothing behind the playhead was heard in this pass.
            (Mode::Arrange, at) => span.end.min(at.unwrap_or(Tick::MAX)),
            (_, Some(at)) if span.contains(at) => at,
            _ => span.start,
        };
        let knowledge = self.knowledge(&span, span.start, span.start, cut);
        self.make(span, &knowledge, occasion);
    }

    /// Puts a melody in the place of everything, and begins to arrange it.
    fn arrange(&mut self, song: &WholeSong) {
        let (queue, mut score) = SongQueue::new(song, self.settings.phrase_bars);
        score.styles = self.without_music().styles;
        self.replace(score);
        self.song = queue;
        self.show_arranging();
    }

    /// A score with nothing but the own styles that the project uses, which may be known nowhere else.
    fn without_music(&self) -> Score {
        let mut score = Score::default();
        score.styles = self.shared.score.read(|score| score.styles.clone());
        score
    }

    fn replace(&mut self, score: Score) {
        let other = self.shared.score.copy().to_json();
        self.shared.replace(score);
        // What is being played goes on to be heard, but belongs to the new score only from here on.
        if let Some(pass) = &mut self.pass {
            *pass = Pass::new(pass.at);
        }
        self.look_for_restored_score();
        self.note(Step::Score { other });
    }

    fn arrange_next(&mut self, span: PhraseSpan) {
        let knowledge = self.song_knowledge(&span, self.pass.as_ref().map_or(span.end, |pass| span.end.min(pass.at)));
        self.make(span, &knowledge, Occasion::Here);
        self.show_arranging();
    }

    fn show_arranging(&self) {
        self.shared.status.update(|status| status.arranging = self.song.progress());
    }
}
