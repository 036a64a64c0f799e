//! What a phrase may know of the melody and of the parts before it.

use super::{
    context::parts_before,
    given_chords,
    home::Home,
    own_parts::{OwnInPhrase, Playing, put_before},
    place::PhrasePlace,
    played_chords,
    recall::Recall,
    request::PhraseRequest,
};
use crate::{
    score::{recipe::Recipe, score::Score},
    styles::Shelf,
};
use continuo_music::{
    chord::ChordSpan,
    key::{Key, KeyMap},
    melody::{fingerprint, heard_until, unrounded_fingerprint},
    meter::PhraseSpan,
    note::Note,
    part::{PartMap, PartNotes},
    settings::{Settings, Shape},
    step_grid::StepGrid,
    swing::{Feel, SwingGrid},
    time::Tick,
};
use std::{borrow::Cow, ops::Range};

/// The melody and the parts as far as one phrase may know them.
pub struct Knowledge {
    /// The melody, sorted.
    pub melody: Vec<Note>,
    /// Where the melody is known.
    pub heard: Vec<Range<Tick>>,
    /// The parts before the phrase.
    pub before: PartNotes,
    /// The key at the phrase.
    pub key: Option<Key>,
    /// The key of the song, as far as it is known.
    pub home_key: Option<Key>,
    /// The chords that the parts keep to in the phrase.
    pub chords: Vec<ChordSpan>,
    /// How the melody swings in the phrase, and how the parts are to.
    pub feel: Feel,
    /// The parts that the player plays.
    pub own: OwnInPhrase,
    /// The phrase's place, if the song begins or ends in it.
    pub home: Option<Home>,
    /// Where the phrase stands in the song and its sections.
    pub place: PhrasePlace,
    /// A number that changes when the melody that the phrase sees changes, see [`fingerprint`].
    pub fingerprint: u64,
    /// The same as older versions computed it, see [`unrounded_fingerprint`].
    pub older_fingerprint: u64,
}

/// What is found in a melody.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Its keys.
    pub keys: &'a KeyMap,
    /// Where sections begin in it.
    pub form_borders: &'a [Tick],
    /// How it swings in the phrase, and how the parts are to.
    pub feel: Feel,
}

impl Knowledge {
    /// The knowledge of a phrase in the song's order: the melody up to the phrase's end, and the parts that `score` has
    /// before it. `melody`, `heard`, `playing` and what is `found` are the whole song's, as far as they are known.
    pub fn in_song(
        score: &Score,
        melody: Vec<Note>,
        heard: &[Range<Tick>],
        playing: Playing<'_>,
        found: Found<'_>,
        span: &PhraseSpan,
    ) -> Self {
        let Found { keys, form_borders, feel } = found;
        let heard = heard_until(heard, span.end);
        let mut before = parts_before(score, span.start, 0);
        put_before(&mut before, playing, span.start, 0);
        let own = OwnInPhrase::of(playing, span, span);
        let stretch = span.start..span.end;
        let begins = melody.first().map(|note| StepGrid::at(&score.meters, note.start).moved_note(*note).start);
        let home = Home::of(keys.song(), begins, score.song_end(), &stretch);
        let place = PhrasePlace::of(score, form_borders, begins, span);
        let key = keys.mostly(&stretch);
        let played = played_chords::in_phrase(&melody, &heard, &score.meters, keys, span);
        let played = given_chords::together(own.chords(&score.meters, keys, span), &played);
        // What is played comes before the changes of a blues.
        let given = given_chords::together(given_chords::within(score.given_chords(), &stretch), &played);
        let chords = given_chords::together(given, &given_chords::of_song(score, &stretch));
        Self {
            fingerprint: fingerprint(&straightened(&melody, feel, span), &heard, span),
            older_fingerprint: unrounded_fingerprint(&melody, &heard, span),
            melody,
            heard,
            before,
            key,
            home_key: keys.song(),
            chords,
            feel,
            own,
            home,
            place,
        }
    }

    /// The melody in straight time around a phrase.
    pub fn straight_melody(&self, span: &PhraseSpan) -> Cow<'_, [Note]> {
        straightened(&self.melody, self.feel, span)
    }

    /// The recipe of a phrase with what this knowledge says of it: its key, swing, chords, and the player's own parts.
    pub fn recipe(&self, recipe: Recipe, span: &PhraseSpan) -> Recipe {
        Recipe {
            shift: self.key.map(Key::shift),
            band_swing: self.feel.band,
            chords: given_chords::fingerprint(&self.chords, &(span.start..span.end)),
            own_parts: self.own.fingerprint,
            place: self.place.decides(&recipe.shape.within_ranges()),
            ..recipe
        }
    }

    /// The fingerprint by which a phrase of this recipe is known: that of the version that made it.
    pub fn fingerprint_for(&self, old: Option<&Recipe>) -> u64 {
        let is_older = |old: &Recipe| old.shift.is_none() && old.melody == self.older_fingerprint;
        if old.is_some_and(is_older) { self.older_fingerprint } else { self.fingerprint }
    }

    /// What a phrase of this shape takes over from an earlier stretch whose melody comes back in it. `own_styles` is the
    /// fingerprint of the user's own styles in the shape.
    pub fn recall(&self, score: &Score, span: &PhraseSpan, shape: &Shape, own_styles: Option<u64>) -> Option<Recall> {
        Recall::find(score, &self.straight_melody(span), &self.heard, span, (&shape.within_ranges(), own_styles))
    }

    /// The request for a phrase with this knowledge.
    pub fn request<'a>(
        &'a self,
        span: PhraseSpan,
        given: &'a PartMap<Option<Vec<Note>>>,
        settings: &'a Settings,
        styles: &'a Shelf,
    ) -> PhraseRequest<'a> {
        PhraseRequest {
            span,
            melody: &self.melody,
            heard: &self.heard,
            before: &self.before,
            given,
            own: Some(&self.own),
            settings,
            shelf: styles,
            take: 0,
            preferred: None,
            key: self.key,
            home: self.home,
            place: &self.place,
            feel: self.feel,
            chords: &self.chords,
            recall: None,
        }
    }
}

/// A melody in straight time around a phrase.
pub fn straightened<'a>(melody: &'a [Note], feel: Feel, span: &PhraseSpan) -> Cow<'a, [Note]> {
    let grid = SwingGrid::of(span, feel.melody);
    if grid.is_straight() {
        return Cow::Borrowed(melody);
    }
    let mut straight: Vec<Note> = melody.iter().map(|&note| grid.straightened(note)).collect();
    straight.sort_unstable();
    Cow::Owned(straight)
}

#[cfg(all(test, feature = "runtimes"))]
mod tests {
    use crate::{
        arranging::melodies_for_tests::{METERS, melodies, shifted, shifts},
        score::chords::keys_of,
    };
    use continuo_music::meter::MeterMap;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_keys_of_a_melody_a_tenth_of_a_step_early_or_late_are_the_same(
            (meter, melody) in prop::sample::select(METERS.to_vec()).prop_flat_map(|meter| (Just(meter), melodies(meter, 8))),
            shift in shifts(),
        ) {
            let meters = MeterMap::new(meter);
            let bar = meter.bar_ticks();
            let heard = [2 * bar..8 * bar - meter.beat_ticks()];
            prop_assert_eq!(keys_of(&melody, &heard, &meters), keys_of(&shifted(&melody, shift), &heard, &meters));
        }
    }
}
