//! The letters of the phrases and their chords, found again only where something changed.

use continuo_engine::score::{Phrase, Score, chords_of_phrase};
use continuo_music::{
    chord::ChordSpan,
    form::{Letter, Letters},
    key::{Key, KeyMap},
    meter::MeterMap,
    note::Note,
    time::Tick,
};
use std::ops::Range;

/// The letters of the score's phrases, and the chords that they play.
#[derive(Default)]
pub struct Form {
    letters: Letters,
    keys: KeyMap,
    /// In the order of the phrases, each with what it was read from.
    chords: Vec<(Phrase, Vec<ChordSpan>)>,
    melody: Vec<Note>,
    heard: Vec<Range<Tick>>,
    meters: MeterMap,
}

impl Form {
    /// Finds the letters of a score. While a song is arranged, phrases are only added: then only theirs are found.
    pub fn update(&mut self, score: &Score) {
        let known = self.letters.all();
        let spans = || score.phrases().iter().map(|phrase| phrase.span);
        let same_melody = self.melody == score.melody() && self.heard == score.heard() && self.meters == score.meters;
        let only_added =
            known.len() <= score.phrases().len() && known.iter().map(|(span, _)| *span).eq(spans().take(known.len()));
        if !(same_melody && only_added) {
            *self = Self {
                letters: Letters::default(),
                keys: if same_melody { std::mem::take(&mut self.keys) } else { score.keys() },
                chords: if same_melody { std::mem::take(&mut self.chords) } else { Vec::new() },
                melody: score.melody().to_vec(),
                heard: score.heard().to_vec(),
                meters: score.meters.clone(),
            };
        }
        for span in spans().skip(self.letters.all().len()) {
            self.letters.push(&self.melody, &self.heard, &self.meters, &span);
        }
        self.update_chords(score);
    }

    /// Reads the chords of the phrases that changed.
    fn update_chords(&mut self, score: &Score) {
        let mut known = std::mem::take(&mut self.chords).into_iter().peekable();
        for phrase in score.phrases() {
            while known.next_if(|(old, _)| old.span.start < phrase.span.start).is_some() {}
            let chords = match known.next_if(|(old, _)| old.span == phrase.span && old.parts == phrase.parts) {
                Some((_, chords)) => chords,
                None => chords_of_phrase(phrase, &score.meters, &self.keys),
            };
            self.chords.push((phrase.clone(), chords));
        }
    }

    /// The chords in order, and the key to spell them in.
    pub fn chords(&self) -> impl Iterator<Item = &ChordSpan> {
        self.chords.iter().flat_map(|(_, chords)| chords)
    }

    /// The key of the song as a whole; `None` until a melody was heard.
    pub const fn song_key(&self) -> Option<Key> {
        self.keys.song()
    }

    /// The key at a tick; `None` until a melody was heard.
    pub fn key_at(&self, tick: Tick) -> Option<Key> {
        self.keys.at(tick)
    }

    /// The letter of the phrase that begins at a tick; `None` if it has no melody. A phrase that is not played yet, but made
    /// as the return of another one, has the other's letter.
    pub fn letter(&self, start: Tick) -> Option<Letter> {
        self.letter_of_melody(start).or_else(|| {
            let at = self.chords.partition_point(|(phrase, _)| phrase.span.start < start);
            let (phrase, _) = self.chords.get(at).filter(|(phrase, _)| phrase.span.start == start)?;
            let first = phrase.recipe.as_ref()?.recalls()?.drawn?.start;
            self.letter_of_melody(first)
        })
    }

    fn letter_of_melody(&self, start: Tick) -> Option<Letter> {
        let all = self.letters.all();
        let at = all.partition_point(|(span, _)| span.start < start);
        all.get(at).filter(|(span, _)| span.start == start).and_then(|(_, letter)| *letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::score::{DrawnTake, Recalled, Recipe};
    use continuo_music::{part::PartNotes, settings::Settings};

    #[test]
    fn a_phrase_that_is_expected_to_come_back_has_the_letter_of_the_first() {
        let mut score = Score::default();
        let melody: Vec<Note> = (0..16)
            .map(|beat| Note { start: 960 * beat, length: 900, pitch: 60 + beat as u8 % 5, velocity: 90 })
            .collect();
        score.hear(&melody, 0..15_360);
        let insert = |score: &mut Score, start: Tick, recalled: Option<Recalled>| {
            let recipe = Recipe { recalled, ..Recipe::new("model 1", &Settings::default(), 0, 0) };
            let span = score.meters.phrase_at(start, 4);
            let parts = PartNotes::default();
            score.insert(Phrase { span, recipe: Some(recipe), take: 0, judged: None, programs: [0; 4], parts });
        };
        insert(&mut score, 0, None);
        insert(&mut score, 15_360, None);
        let drawn = Some(DrawnTake { start: 0, take: 0 });
        insert(&mut score, 30_720, Some(Recalled { fingerprint: 1, drawn }));
        let mut form = Form::default();
        form.update(&score);
        let letters = [0, 15_360, 30_720].map(|start| form.letter(start).map(|letter| letter.index));
        assert_eq!(letters, [Some(0), None, Some(0)]);
    }

    #[test]
    fn letters_follow_the_melody_and_the_phrases() {
        let mut score = Score::default();
        let tune = |from: Tick| {
            (0..16).map(move |beat| Note {
                start: from + 960 * beat,
                length: 900,
                pitch: 60 + beat as u8 % 5,
                velocity: 90,
            })
        };
        let melody: Vec<Note> = tune(0).chain(tune(15_360)).collect();
        score.hear(&melody, 0..30_720);
        let mut form = Form::default();
        for start in [0, 15_360] {
            let span = score.meters.phrase_at(start, 4);
            let parts = PartNotes::default();
            score.insert(Phrase { span, recipe: None, take: 0, judged: None, programs: [0; 4], parts });
            form.update(&score);
        }
        assert_eq!(form.letter(15_360), Some(Letter { index: 0, is_changed: false, transposed: 0 }));
        score.hear(&[Note { pitch: 80, ..melody[0] }, Note { pitch: 80, ..melody[1] }], 0..3840);
        form.update(&score);
        assert_eq!(form.letter(15_360), Some(Letter { index: 0, is_changed: true, transposed: 0 }));
        score.hear(&[Note { pitch: 80, ..melody[0] }], 0..11_520);
        form.update(&score);
        assert_eq!(form.letter(15_360), Some(Letter { index: 1, is_changed: false, transposed: 0 }));
        assert_eq!(form.letter(100), None);
    }
}
