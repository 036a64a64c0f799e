//! Lets bars rest whose melody is played no more, so that nothing accompanies them, and brings them back as they were.

use super::{phrase::Phrase, resting::Resting, score::Score};
use continuo_music::{
    melody::{add_heard, begins_in, is_heard},
    meter::PhraseSpan,
    note::Note,
    part::Part,
    time::Tick,
};
use std::ops::Range;

fn overlap(one: &Range<Tick>, other: &Range<Tick>) -> bool {
    one.start < other.end && other.start < one.end
}

fn in_any(note: &Note, stretches: &[Range<Tick>]) -> bool {
    stretches.iter().any(|stretch| begins_in(note, stretch))
}

impl Score {
    /// What rests.
    pub const fn resting(&self) -> &Resting {
        &self.resting
    }

    /// Whether all of a stretch rests.
    pub fn rests(&self, stretch: &Range<Tick>) -> bool {
        is_heard(&self.resting.stretches, stretch)
    }

    /// Takes the melody away that begins in these stretches, and returns it.
    pub fn forget_melody(&mut self, silent: &[Range<Tick>]) -> Vec<Note> {
        self.melody.extract_if(.., |note| in_any(note, silent)).collect()
    }

    /// Lets the phrases rest whose melody begins in these stretches, and in which no other melody begins. Parts for which
    /// `stays` holds play on. Returns what is left of these phrases, and the spans of phrases that lost a part of their
    /// melody.
    pub fn rest(&mut self, silent: &[Range<Tick>], stays: impl Fn(Part) -> bool) -> (Vec<Phrase>, Vec<PhraseSpan>) {
        let gone = self.forget_melody(silent);
        let begins = |notes: &[Note], phrase: &Phrase| {
            let stretch = phrase.span.start..phrase.span.end;
            notes.iter().any(|note| begins_in(note, &stretch))
        };
        let (mut left, mut changed) = (vec![], vec![]);
        let concerned: Vec<Phrase> = self.phrases.iter().filter(|phrase| begins(&gone, phrase)).cloned().collect();
        for phrase in concerned {
            let span = phrase.span;
            if begins(&self.melody, &phrase) {
                changed.push(span);
                continue;
            }
            self.phrases.retain(|other| other.span.start != span.start);
            let mut remains = Phrase { recipe: None, judged: None, ..phrase.clone() };
            for part in Part::ALL.into_iter().filter(|&part| !stays(part)) {
                remains.parts[part].clear();
            }
            if remains.parts.iter().any(|(_, notes)| !notes.is_empty()) {
                self.insert(remains.clone());
            }
            left.push(remains);
            if let Some(takes) = self.takes.remove(&span.start) {
                self.resting.takes.insert(span.start, takes);
            }
            add_heard(&mut self.resting.stretches, span.start..span.end);
            self.resting.phrases.push(phrase);
        }
        let resting = self.resting.stretches.clone();
        self.resting.melody.extend(gone.into_iter().filter(|note| in_any(note, &resting)));
        self.resting.melody.sort_unstable();
        self.resting.phrases.sort_unstable_by_key(|phrase| phrase.span.start);
        (left, changed)
    }

    /// Brings back what rests in a stretch, with its melody where no other one is known, and returns the phrases.
    pub fn wake(&mut self, stretch: &Range<Tick>) -> Vec<Phrase> {
        let Resting { melody, phrases, takes, stretches } = self.take_from_rest(stretch);
        for stretch in stretches {
            if !self.melody.iter().any(|note| begins_in(note, &stretch)) {
                self.melody.extend(melody.iter().filter(|note| begins_in(note, &stretch)));
            }
        }
        self.melody.sort_unstable();
        for phrase in &phrases {
            self.insert(phrase.clone());
        }
        self.takes.extend(takes);
        phrases
    }

    /// Another melody is played in a stretch: what rested there makes room for it.
    pub fn drop_rest(&mut self, stretch: &Range<Tick>) {
        self.take_from_rest(stretch);
    }

    /// Removes what rests in a stretch. A phrase rests or does not: it counts if a part of it lies there.
    fn take_from_rest(&mut self, stretch: &Range<Tick>) -> Resting {
        let resting = &mut self.resting;
        let phrases: Vec<Phrase> =
            resting.phrases.extract_if(.., |phrase| overlap(&(phrase.span.start..phrase.span.end), stretch)).collect();
        let stretches: Vec<Range<Tick>> = phrases.iter().map(|phrase| phrase.span.start..phrase.span.end).collect();
        let mut left = vec![];
        for phrase in &resting.phrases {
            add_heard(&mut left, phrase.span.start..phrase.span.end);
        }
        resting.stretches = left;
        let melody = resting.melody.extract_if(.., |note| in_any(note, &stretches)).collect();
        let starts = |start: &Tick| phrases.iter().any(|phrase| phrase.span.start == *start);
        let takes = resting.takes.extract_if(.., |start, _| starts(start)).collect();
        Resting { stretches, melody, phrases, takes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::recipe::Recipe;
    use continuo_music::{meter::Meter, part::PartNotes, settings::Settings};

    const PHRASE: Tick = 4 * 3840;

    fn note(start: Tick, pitch: u8) -> Note {
        Note { start, pitch, length: 480, velocity: 90 }
    }

    /// Three phrases with a note of the melody on each beat; each part plays a note in each phrase.
    fn score() -> Score {
        let mut score = Score::default();
        let melody: Vec<Note> = (0..48).map(|beat| note(beat * 960, 60 + (beat % 7) as u8)).collect();
        score.hear(&melody, 0..3 * PHRASE);
        for start in [0, PHRASE, 2 * PHRASE] {
            let span = PhraseSpan { start, end: start + PHRASE, meter: Meter::COMMON };
            let mut parts = PartNotes::default();
            for part in Part::ALL {
                parts[part].push(note(start, 40));
            }
            let recipe = Some(Recipe::new("model 1", &Settings::default(), 0, 7));
            score.insert_take(Phrase { span, recipe, take: 0, judged: None, programs: [0; 4], parts }, false);
        }
        score
    }

    #[test]
    fn what_rests_comes_back_as_it_was() {
        let before = score();
        let mut score = before.clone();
        let (left, changed) = score.rest(&[PHRASE..2 * PHRASE], |_| false);
        assert_eq!((left.len(), changed.len()), (1, 0));
        assert!(left[0].parts.iter().all(|(_, notes)| notes.is_empty()));
        assert!(score.rests(&(PHRASE..2 * PHRASE)) && !score.rests(&(0..PHRASE)));
        assert!(score.phrase_at(PHRASE).is_none());
        assert_eq!(score.melody().len(), 32);
        assert_eq!(Score::from_json(&score.to_json()).expect("it can be read"), score);
        let woken = score.wake(&(0..4 * PHRASE));
        assert_eq!(woken.len(), 1);
        assert_eq!(score, before);
    }

    #[test]
    fn locked_parts_play_on_and_a_phrase_with_other_melody_does_not_rest() {
        let mut score = score();
        let (left, changed) = score.rest(&[0..PHRASE, PHRASE..PHRASE + 3840], |part| part == Part::Bass);
        assert_eq!((left.len(), changed.len()), (1, 1));
        let phrase = score.phrase_at(0).expect("the bass is there");
        assert_eq!((phrase.parts[Part::Bass].len(), phrase.parts[Part::Drums].len()), (1, 0));
        assert_eq!(changed[0].start, PHRASE);
        assert_eq!(score.resting().stretches(), [0..PHRASE]);
        assert_eq!(score.resting().melody().len(), 16);
    }

    #[test]
    fn another_melody_takes_the_place_of_what_rests() {
        let mut score = score();
        score.rest(&[0..2 * PHRASE], |_| false);
        score.drop_rest(&(0..PHRASE));
        assert_eq!(score.resting().stretches(), std::slice::from_ref(&(PHRASE..2 * PHRASE)));
        assert_eq!(score.wake(&(0..PHRASE)), []);
        assert_eq!(score.wake(&(PHRASE..2 * PHRASE)).len(), 1);
        assert_eq!(*score.resting(), Resting::default());
    }
}
