//! What the player asks for beside the parameters, on the composer's thread.

use super::planner::{Occasion, Planner};
use crate::{
    arrange,
    edit::{Edit, WholeSong},
    history::Step,
    meter::PhraseSpan,
    queues::{Delivery, PLAY_AT_ONCE},
    score::{Drawn, Phrase, Score},
    settings::Mode,
    time::Tick,
};

impl Planner {
    /// Works off one thing that the player asked for, and makes one phrase of a whole song that is being arranged: so that
    /// what the audio thread tells is heard in between. Returns whether there was anything to do.
    pub fn work_off_an_edit(&mut self) -> bool {
        let mut any = false;
        if let Some(edit) = self.shared.next_edit() {
            any = true;
            self.edit(edit);
        }
        if let Some(span) = self.arranging.0.pop_front() {
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
        self.shared.set_hearing(hearing);
    }

    fn edit(&mut self, edit: Edit) {
        match edit {
            Edit::Regenerate { tick, part: None } => self.regenerate(tick, Occasion::Generate),
            Edit::Regenerate { tick, part: Some(part) } => {
                if !self.settings.parts[part].lock {
                    self.regenerate(tick, Occasion::GeneratePart(part));
                }
            }
            Edit::Draw { start, index } => match self.shared.read_score(|score| score.drawn(start, index)) {
                Drawn::Kept(take) => self.choose(start, take, false),
                Drawn::Elsewhere => self.regenerate(start, Occasion::Draw(index)),
                Drawn::Never => {}
            },
            Edit::Choose { start, take, undoing } => self.choose(start, take, undoing),
            Edit::Favourite { start, take, on, undoing } => {
                if let Some((take, before)) = self.shared.with_score(|score| score.mark_take(start, take, on))
                    && before != on
                    && !undoing
                {
                    self.note(Step::Favourite { start, take, on });
                }
            }
            Edit::Arrange(song) => self.arrange(*song),
            Edit::Clear => {
                let mut score = self.without_music();
                // What the host told of its bars holds for the next melody too; those of a file went with it.
                if self.told_meter.is_some() {
                    score.meters = self.shared.read_score(|score| score.meters.clone());
                }
                self.replace(score);
            }
        }
    }

    fn choose(&mut self, start: Tick, take: u32, undoing: bool) {
        if let Some((phrase, change)) = self.shared.with_score(|score| score.choose_take(start, take)) {
            self.play(&phrase);
            if !undoing && change.from != change.to {
                self.note(change.into());
            }
        }
    }

    fn note(&self, step: Step) {
        self.shared.with_history(|history| history.note(step));
    }

    fn play(&mut self, phrase: &Phrase) {
        self.outbox.push_back(Delivery::Phrase(phrase.playable(PLAY_AT_ONCE)));
    }

    /// Another take of the phrase at `tick`, from all that may be known of its melody.
    fn regenerate(&mut self, tick: Tick, occasion: Occasion) {
        let span = self.shared.read_score(|score| score.span_at(tick, self.settings.phrase_bars));
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
    fn arrange(&mut self, song: WholeSong) {
        let spans = arrange::phrases(&song.melody, &song.meters, self.settings.phrase_bars);
        let mut score = self.without_music();
        score.meters = song.meters;
        if let Some(last) = spans.last() {
            score.hear(&song.melody, 0..last.end);
        }
        self.replace(score);
        self.arranging = (spans.into(), 0);
        self.arranging.1 = self.arranging.0.len();
        self.show_arranging();
    }

    /// A score with nothing but the own styles that the project uses, which may be known nowhere else.
    fn without_music(&self) -> Score {
        let mut score = Score::default();
        score.styles = self.shared.read_score(|score| score.styles.clone());
        score
    }

    fn replace(&mut self, score: Score) {
        let other = self.shared.score().to_json();
        self.shared.replace(score);
        // What is being played goes on to be heard, but belongs to the new score only from here on.
        if let Some(pass) = &mut self.pass {
            *pass = super::pass::Pass::new(pass.at);
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
        let (left, all) = (self.arranging.0.len(), self.arranging.1);
        self.shared.with_status(|status| status.arranging = (left > 0).then_some((all - left, all)));
    }
}
