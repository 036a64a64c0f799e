//! What a phrase may know of the melody and the parts before it, by mode.

use super::{planner::Planner, repetition};
use crate::{
    arranging::{
        context::{CONTEXT, parts_before},
        given_chords,
        knowledge::{Found, Knowledge, straightened},
        own_parts::{OwnInPhrase, Playing, put_before, telling_key},
        place::PhrasePlace,
        played_chords,
    },
    score::own_part::{OwnPart, OwnParts},
};
use continuo_music::{
    form::heard_before,
    key::KeyMap,
    melody::{add_heard, begins_in, fingerprint, heard_ticks, heard_until, onsets, unrounded_fingerprint},
    meter::{MeterMap, PhraseSpan},
    note::Note,
    part::{Part, PartMap},
    settings::Mode,
    swing::Feel,
    time::Tick,
};
use std::{ops::Range, sync::Arc};

impl Planner {
    /// What a phrase may know at `cut`, according to the mode.
    pub fn knowledge(&self, span: &PhraseSpan, entry: Tick, boundary: Tick, cut: Tick) -> Knowledge {
        let (melody, heard) = self.melody_at(cut);
        let span_heard = heard_ticks(&heard, &(span.start..span.end)) > 0;
        let clip = || {
            let bar = self.shared.score.read(|score| score.meters.at(boundary).meter.bar_ticks());
            repetition::repeated(&melody, &heard, cut, bar).filter(|_| entry == boundary)
        };
        // Where each phrase is drawn by itself, nothing is remembered.
        let remembered = || {
            let remembers = entry == boundary && self.settings.shape.variation < 1.0;
            let before = || self.shared.score.read(|score| heard_before(&melody, &heard, &score.meters, span, cut));
            remembers.then(before).flatten()
        };
        match self.settings.mode {
            Mode::Arrange if span_heard => self.song_knowledge(span, cut),
            Mode::Arrange if let Some(length) = clip() => self.clip_knowledge(span, melody, heard, cut, length),
            Mode::Live if let Some(back) = remembered() => self.remembered_knowledge(span, melody, &heard, cut, back),
            Mode::Arrange | Mode::Live => self.played_knowledge(span, melody, &heard, cut, entry - boundary),
            Mode::Answer => {
                let phrase_before =
                    self.shared.score.read(|score| score.meters.phrase_at(boundary - 1, self.settings.phrase_bars));
                self.played_knowledge(span, melody, &heard, cut, span.start - phrase_before.start)
            }
        }
    }

    /// The melody and where it was heard, including the current pass up to `cut`.
    pub(super) fn melody_at(&self, cut: Tick) -> (Vec<Note>, Vec<Range<Tick>>) {
        let (mut melody, mut heard) = self.shared.score.read(|score| (score.melody().to_vec(), score.heard().to_vec()));
        if let Some(pass) = &self.pass {
            let stretch = pass.start..cut;
            add_heard(&mut heard, stretch.clone());
            let now: Vec<Note> =
                pass.notes_until(cut).into_iter().filter(|note| stretch.contains(&note.start)).collect();
            let new = pass.uncommitted(cut);
            let differs = onsets(&now, &new) != onsets(&melody, &new);
            if differs && now.iter().any(|note| begins_in(note, &new)) {
                melody.retain(|note| !begins_in(note, &new));
                melody.extend(now.iter().filter(|note| begins_in(note, &new)));
                melody.sort_unstable();
            }
            // What the score has as long as it was known when its phrase ended may sound on.
            for held in pass.notes_until(cut).into_iter().filter(|note| (pass.start..new.start).contains(&note.start)) {
                let known = melody.iter_mut().find(|note| (note.start, note.pitch) == (held.start, held.pitch));
                if let Some(known) = known {
                    known.length = known.length.max(held.length);
                }
            }
        }
        (melody, heard)
    }

    /// How a melody swings in a phrase, and how the parts are to.
    fn feel(&self, melody: &[Note], heard: &[Range<Tick>], meters: &MeterMap, span: &PhraseSpan) -> Feel {
        Feel::of(self.settings.shape.swing, self.swing.of(melody, heard, meters).at(span), span.meter)
    }

    /// The parts that the player plays, including the current pass up to `cut`.
    fn own_parts_at(&self, cut: Tick) -> OwnParts {
        let own = self.own();
        let mut parts = self.shared.score.read(|score| {
            PartMap::from_fn(|part| if own[part] { score.own_parts()[part].clone() } else { OwnPart::default() })
        });
        if let Some(pass) = &self.pass {
            for part in Part::ALL.into_iter().filter(|&part| own[part]) {
                let stretch = pass.uncommitted(cut);
                parts[part].hear(&pass.own_notes_until(part, cut), stretch);
            }
        }
        parts
    }

    /// The parts that the player plays now.
    pub(super) fn own(&self) -> PartMap<bool> {
        self.settings.shape.own
    }

    /// Knowledge in the song's order: the melody in and before the phrase, and the parts before it.
    pub fn song_knowledge(&self, span: &PhraseSpan, cut: Tick) -> Knowledge {
        let (melody, heard) = self.melody_at(cut);
        let (parts, own) = (self.own_parts_at(cut), self.own());
        let playing = Playing { parts: &parts, own: &own };
        self.shared.score.read(|score| {
            let keys = self.keys_of(&melody, &heard, playing, &score.meters);
            let borders = self.form.borders(&melody, &heard, &score.meters);
            let feel = self.feel(&melody, &heard, &score.meters, span);
            let found = Found { keys: &keys, form_borders: &borders, feel };
            Knowledge::in_song(score, melody, &heard, playing, found, span)
        })
    }

    /// Knowledge in the song's order where the melody repeats a clip of `length` ticks: it will go on so.
    fn clip_knowledge(
        &self,
        span: &PhraseSpan,
        mut melody: Vec<Note>,
        mut heard: Vec<Range<Tick>>,
        cut: Tick,
        length: Tick,
    ) -> Knowledge {
        repetition::repeat(&mut melody, &mut heard, cut, length, span.end);
        let (mut parts, own) = (self.own_parts_at(cut), self.own());
        // What is played with a clip comes back with it.
        for part in &mut parts.0 {
            let (notes, heard) = part.parts_mut();
            repetition::repeat(notes, heard, cut, length, span.end);
        }
        let playing = Playing { parts: &parts, own: &own };
        let mut knowledge = self.shared.score.read(|score| {
            let keys = self.keys_of(&melody, &heard, playing, &score.meters);
            let borders = self.form.borders(&melody, &heard, &score.meters);
            let feel = self.feel(&melody, &heard, &score.meters, span);
            let found = Found { keys: &keys, form_borders: &borders, feel };
            Knowledge::in_song(score, melody, &heard, playing, found, span)
        });
        knowledge.own.fingerprint = knowledge.own.fingerprint.map(|fingerprint| !fingerprint);
        // It is a prediction all the same: when the phrase was heard, it is made as any other.
        let (fingerprint, older_fingerprint) = (!knowledge.fingerprint, !knowledge.older_fingerprint);
        Knowledge { fingerprint, older_fingerprint, ..knowledge }
    }

    /// Knowledge in the order of playing where the melody is what it was `back` ticks earlier: it may go on so. The phrase
    /// is arranged as a return of what was played there.
    fn remembered_knowledge(
        &self,
        span: &PhraseSpan,
        mut melody: Vec<Note>,
        heard: &[Range<Tick>],
        cut: Tick,
        back: Tick,
    ) -> Knowledge {
        let mut heard = heard_until(heard, cut);
        melody.retain(|note| note.start < cut);
        // An earlier pass may have heard how long the notes last that sound now.
        for note in &mut melody {
            note.length = note.length.min((cut - note.start).max(1));
        }
        repetition::repeat(&mut melody, &mut heard, cut, back, span.end);
        self.prediction(span, melody, heard, (cut, 0))
    }

    /// Knowledge in the order of playing: what was heard before `cut`, moved by `shift` to where the phrase sees it.
    /// Nothing after the cut is known.
    fn played_knowledge(
        &self,
        span: &PhraseSpan,
        melody: Vec<Note>,
        heard: &[Range<Tick>],
        cut: Tick,
        shift: Tick,
    ) -> Knowledge {
        let melody: Vec<Note> = melody
            .into_iter()
            .filter(|note| note.start < cut)
            .map(|note| Note { start: note.start + shift, ..note })
            .collect();
        let heard: Vec<_> =
            heard_until(heard, cut).into_iter().map(|range| range.start + shift..range.end + shift).collect();
        self.prediction(span, melody, heard, (cut, shift))
    }

    /// Knowledge of a phrase before it was played. What the parts played before it, as known at `cut`, is moved by `shift`.
    fn prediction(
        &self,
        span: &PhraseSpan,
        melody: Vec<Note>,
        heard: Vec<Range<Tick>>,
        (cut, shift): (Tick, Tick),
    ) -> Knowledge {
        let mut before = self.shared.score.read(|score| parts_before(score, span.start, shift));
        let (mut parts, own) = (self.own_parts_at(cut), self.own());
        put_before(&mut before, Playing { parts: &parts, own: &own }, span.start, shift);
        parts.0.iter_mut().for_each(|part| part.shift(shift));
        let playing = Playing { parts: &parts, own: &own };
        // In Arrange mode a prediction stays until the phrase was heard; otherwise it follows what was played.
        let seen = match self.settings.mode {
            Mode::Arrange => *span,
            Mode::Live | Mode::Answer => PhraseSpan { start: span.start - CONTEXT, ..*span },
        };
        let keys = self.shared.score.read(|score| self.keys_of(&melody, &heard, playing, &score.meters));
        let known = OwnInPhrase::of(playing, span, &seen);
        let own = if self.settings.mode == Mode::Answer { known } else { known.predicted() };
        let key = keys.mostly(&(span.start..span.end));
        let feel = self.shared.score.read(|score| self.feel(&melody, &heard, &score.meters, span));
        let stretch = span.start..span.end;
        let chords = self.shared.score.read(|score| {
            let played = played_chords::in_phrase(&melody, &heard, &score.meters, &keys, span);
            let played = given_chords::together(own.chords(&score.meters, &keys, span), &played);
            given_chords::together(given_chords::within(score.given_chords(), &stretch), &played)
        });
        let place = self.shared.score.read(|score| PhrasePlace::of(score, &[], None, span));
        Knowledge {
            fingerprint: fingerprint(&straightened(&melody, feel, &seen), &heard, &seen),
            older_fingerprint: unrounded_fingerprint(&melody, &heard, &seen),
            melody,
            heard,
            before,
            key,
            home_key: keys.song(),
            chords,
            feel,
            own,
            home: None,
            place,
        }
    }

    /// The keys of what is known, or the key that the player chose.
    fn keys_of(&self, melody: &[Note], heard: &[Range<Tick>], playing: Playing<'_>, meters: &MeterMap) -> Arc<KeyMap> {
        let (notes, known) = telling_key(melody, heard, playing);
        self.keys.of(self.settings.shape.key, &notes, &known, meters)
    }
}
