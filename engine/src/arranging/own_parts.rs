//! The parts that the player plays: they are given to the network, and the others are made around them.

use super::{context::CONTEXT, played_chords};
use crate::score::own_part::{OwnParts, own_fingerprint, pitched};
use continuo_music::{
    chord::ChordSpan,
    key::KeyMap,
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap, PartNotes},
    step_grid::StepGrid,
    time::Tick,
};
use std::{borrow::Cow, ops::Range};

/// What is known of the parts, and which of them the player plays.
#[derive(Clone, Copy, Debug)]
pub struct Playing<'a> {
    /// What is known of each part.
    pub parts: &'a OwnParts,
    /// The parts that the player plays.
    pub own: &'a PartMap<bool>,
}

/// The player's parts as far as one phrase knows them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OwnInPhrase {
    /// The notes that sound in the phrase; `None` for a part that Continuo plays, and for one that is not known there.
    pub notes: PartMap<Option<Vec<Note>>>,
    /// A number that changes with what the player plays in the phrase; `None` where the player plays none of the parts.
    pub fingerprint: Option<u64>,
}

impl OwnInPhrase {
    /// What a phrase with this span knows. `seen` is the stretch whose changes make it another phrase.
    pub fn of(playing: Playing<'_>, span: &PhraseSpan, seen: &PhraseSpan) -> Self {
        let stretch = span.start..span.end;
        let notes = PartMap::from_fn(|part| {
            let known = playing.own[part] && playing.parts[part].is_known_in(&stretch);
            known.then(|| playing.parts[part].sounding_in(&stretch))
        });
        Self { notes, fingerprint: own_fingerprint(playing.parts, *playing.own, seen) }
    }

    /// The same as a prediction: what comes in the phrase is not known yet.
    #[must_use]
    pub fn predicted(self) -> Self {
        Self { notes: PartMap::default(), ..self }
    }

    /// The parts that are given in a phrase: the player's, and others that stay.
    pub fn given(&self, stays: PartMap<Option<Vec<Note>>>, span: &PhraseSpan) -> PartMap<Option<Vec<Note>>> {
        let stretch = span.start..span.end;
        let mut given = stays;
        for part in Part::ALL {
            if let Some(notes) = &self.notes[part] {
                let inside = notes.iter().filter(|note| stretch.contains(&note.start));
                given[part] =
                    Some(inside.map(|note| Note { length: note.length.min(span.end - note.start), ..*note }).collect());
            }
        }
        given
    }

    /// The chords that they play in a phrase, where three pitch classes sound together.
    pub fn chords(&self, meters: &MeterMap, keys: &KeyMap, span: &PhraseSpan) -> Vec<ChordSpan> {
        let mut notes: Vec<Note> =
            Part::PITCHED.iter().filter_map(|&part| self.notes[part].as_deref()).flatten().copied().collect();
        notes.sort_unstable();
        if notes.is_empty() {
            Vec::new()
        } else {
            played_chords::in_phrase(&notes, &[span.start..span.end], meters, keys, span)
        }
    }
}

/// Puts what the player played before a phrase in the place of what the score has there, moved by `shift` ticks.
pub fn put_before(before: &mut PartNotes, playing: Playing<'_>, start: Tick, shift: Tick) {
    for part in Part::ALL.into_iter().filter(|&part| playing.own[part]) {
        let stretch = start - shift - CONTEXT..start - shift;
        let notes = playing.parts[part].notes().iter().filter(|note| stretch.contains(&note.start));
        before[part] = notes.map(|note| Note { start: note.start + shift, ..*note }).collect();
    }
}

/// The notes that tell the key, and where they are known: the melody's or, until there is one, those of the player's
/// pitched parts.
pub fn telling_key<'a>(
    melody: &'a [Note],
    heard: &'a [Range<Tick>],
    playing: Playing<'a>,
) -> (Cow<'a, [Note]>, Cow<'a, [Range<Tick>]>) {
    if melody.is_empty() {
        let notes = pitched(playing.parts, *playing.own, StepGrid::FROM_ZERO);
        let known = Part::PITCHED.into_iter().filter(|&part| playing.own[part]).find_map(|part| {
            let part = &playing.parts[part];
            (!part.notes().is_empty()).then(|| part.heard())
        });
        if let Some(known) = known {
            return (notes.into(), known.into());
        }
    }
    (melody.into(), heard.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::own_part::OwnPart;
    use continuo_music::meter::Meter;

    const SPAN: PhraseSpan = PhraseSpan { start: 3840, end: 7680, meter: Meter::COMMON };

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    fn bass(notes: Vec<Note>, heard: Range<Tick>) -> (OwnParts, PartMap<bool>) {
        let mut parts = OwnParts::default();
        parts[Part::Bass] = OwnPart::new(notes, vec![heard]);
        (parts, PartMap::from_fn(|part| part == Part::Bass))
    }

    #[test]
    fn a_part_is_given_where_most_of_the_phrase_is_known() {
        let (parts, own) = bass(vec![note(3000, 40, 1200), note(7000, 43, 2000)], 0..7000);
        let known = OwnInPhrase::of(Playing { parts: &parts, own: &own }, &SPAN, &SPAN);
        assert_eq!(known.notes[Part::Bass].as_ref().map(Vec::len), Some(2), "one sounds on from before");
        let mut stays = PartMap::default();
        stays[Part::Bass] = Some(vec![]);
        stays[Part::Drums] = Some(vec![note(3840, 36, 100)]);
        let given = known.given(stays, &SPAN);
        assert_eq!(given[Part::Bass], Some(vec![note(7000, 43, 680)]), "inside the phrase, whatever stays");
        assert_eq!(given[Part::Drums].as_ref().map(Vec::len), Some(1));
        let (parts, own) = bass(vec![note(3000, 40, 1200)], 0..5000);
        let unknown = OwnInPhrase::of(Playing { parts: &parts, own: &own }, &SPAN, &SPAN);
        assert!(unknown.notes[Part::Bass].is_none() && unknown.fingerprint.is_some());
    }

    #[test]
    fn what_was_played_before_takes_the_place_of_the_score() {
        let (parts, own) = bass(vec![note(0, 40, 480), note(3840, 43, 480)], 0..7680);
        let playing = Playing { parts: &parts, own: &own };
        let mut before = PartNotes::default();
        before[Part::Bass] = vec![note(0, 30, 480)];
        before[Part::Drums] = vec![note(0, 36, 100)];
        put_before(&mut before, playing, 3840, 0);
        assert_eq!((&before[Part::Bass][..], before[Part::Drums].len()), (&[note(0, 40, 480)][..], 1));
        put_before(&mut before, playing, 7680, 3840);
        assert_eq!(before[Part::Bass], [note(3840, 40, 480)]);
    }

    #[test]
    fn the_bass_tells_the_key_until_there_is_a_melody() {
        let (parts, own) = bass(vec![note(0, 40, 480)], 0..3840);
        let playing = Playing { parts: &parts, own: &own };
        assert_eq!(telling_key(&[], &[0..960], playing).0.len(), 1);
        let melody = [note(0, 72, 480), note(480, 74, 480)];
        assert_eq!(telling_key(&melody, &[0..960], playing).0.len(), 2);
        let nobody = PartMap::default();
        assert_eq!(telling_key(&[], &[0..960], Playing { own: &nobody, ..playing }).0.len(), 0);
    }
}
