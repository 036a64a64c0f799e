//! Second cuts: in Live mode, what the player does within a phrase makes the rest of it anew.
//!
//! Like the cut before a phrase, a second cut is a place in the music: an eighth note before a beat. What was heard by
//! then counts, so that block size, sample rate and the machine's speed do not matter.

use super::{planner::Planner, playable::playable};
use crate::{
    arranging::{PhraseRequest, given_chords, played_chords, rest},
    realtime::queues::{Delivery, PLAY_AT_ONCE, PlayablePhrase, RolledTick},
    score::{
        chords::chords_of_phrase,
        phrase::Phrase,
        recipe::{Recipe, SecondCut},
    },
};
use continuo_music::{
    chord::{Chord, ChordSpan},
    key::Key,
    melody::heard_until,
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap},
    settings::{Mode, Settings, Shape},
    time::{LEAD, Tick},
};

/// What the phrase that plays has in store.
struct Plan {
    chords: Vec<ChordSpan>,
}

impl Plan {
    /// The chord at a tick.
    fn at(&self, tick: Tick) -> Chord {
        self.chords.iter().find(|chord| chord.span.contains(&tick)).map_or(Chord::NONE, |chord| chord.chord)
    }
}

impl Planner {
    /// Makes the second cuts from the playhead up to `to`, in the phrase that ends or is left at `boundary`.
    pub(super) fn make_second_cuts(&mut self, to: Tick, boundary: Tick) {
        let Some(from) = self.pass.as_ref().map(|pass| pass.at).filter(|_| self.settings.mode == Mode::Live) else {
            return;
        };
        let Some(span) = self.shared.score.read(|score| score.phrase_at(from).map(|phrase| phrase.span)) else {
            return;
        };
        let due: Vec<Tick> =
            beats(&span).filter(|beat| *beat < boundary && (from..to).contains(&(beat - LEAD))).collect();
        for beat in due {
            self.second_cut(&span, beat);
        }
    }

    /// Makes the phrase anew from a beat on if the player holds another chord than it has in store, or if a bar begins
    /// there and the melody turns out to come back, or not to.
    fn second_cut(&mut self, span: &PhraseSpan, beat: Tick) {
        let Some(phrase) = self.shared.score.read(|score| score.phrase(span).cloned()) else { return };
        // A new model must not change a song that was arranged with another.
        let Some(recipe) = phrase.recipe.clone().filter(|recipe| self.model.name() == Some(&recipe.model)) else {
            return;
        };
        let begins_bar = (beat - span.start) % span.meter.bar_ticks().max(1) == 0;
        let held = self.held_chord(beat);
        if held.is_none() && !begins_bar {
            return;
        }
        let plan = self.plan(&phrase, &recipe, beat - LEAD);
        let differs = |chord: &Chord| [beat - LEAD, beat].iter().all(|&at| played_chords::differ(*chord, plan.at(at)));
        let chord = held.filter(differs);
        let knowledge = self.knowledge(span, span.start, span.start, beat - LEAD);
        let settings = Settings { shape: Shape { takes: 1, ..recipe.shape }, ..self.settings };
        let own_styles = self.shared.styles.shelf();
        let mut recall = self.shared.score.read(|score| {
            let styles = own_styles.fingerprint(&settings);
            if recipe.independent { None } else { knowledge.recall(score, span, &settings.shape, styles) }
        });
        let recalled = recall.as_ref().map(|recall| recall.recalled);
        if chord.is_none() && !(begins_bar && recalled != recipe.recalls()) {
            return;
        }
        let stretch = held_for(span, beat);
        if let (Some(_), Some(recall)) = (chord, &mut recall) {
            // A bar under another chord is another bar.
            let bar = (stretch.start - span.start).div_euclid(span.meter.bar_ticks().max(1));
            recall.same_bars.iter_mut().skip(bar as usize).take(1).for_each(|same| *same = false);
        }
        let (known_until, free_from) = if chord.is_some() { (stretch.start, stretch.end) } else { (beat, beat) };
        let mut chords = given_chords::within(&plan.chords, &(span.start..known_until));
        chords.extend(chord.map(|chord| ChordSpan { span: stretch, chord }));
        chords.extend(given_chords::within(&knowledge.chords, &(free_from..span.end)));
        let by_hand = self.shared.score.read(|score| score.given_chords().to_vec());
        let chords = given_chords::together(given_chords::within(&by_hand, &(span.start..span.end)), &chords);
        let locked = PartMap::from_fn(|part| self.settings.parts[part].lock);
        let given = PartMap::from_fn(|part| locked[part].then(|| phrase.parts[part].clone()));
        // The same numbers as before: the band plays on.
        let drawn = phrase.judged.as_ref().map_or(0, |judged| u32::from(judged.chosen));
        let request = PhraseRequest {
            take: phrase.take.wrapping_add(drawn),
            recall: recall.as_ref(),
            chords: &chords,
            ..knowledge.request(*span, &given, &settings, &own_styles)
        };
        let Some(arranged) = self.model.arrange(&request) else { return };
        let wanted = PartMap::from_fn(|part| !locked[part]);
        let parts = rest::with_new_rest(&phrase.parts, &arranged.parts, beat, wanted);
        let mut recipe = recipe;
        recipe.uncut.get_or_insert_with(|| phrase.parts.clone());
        recipe.second_cuts.push(SecondCut { beat, chord, recalled });
        self.replace_rest(Phrase { recipe: Some(recipe), parts, ..phrase }, beat, knowledge.home_key);
    }

    /// Lets a phrase that comes again play what it played before its second cuts: they are made again if the player does again
    /// what made them. What another model made stays as it is.
    pub(super) fn restore_uncut(&mut self, span: &PhraseSpan, ready_at: RolledTick, key: Option<Key>) {
        let Some(mut phrase) = self.shared.score.read(|score| score.phrase(span).cloned()) else { return };
        let Some(recipe) = phrase.recipe.as_mut().filter(|recipe| self.model.name() == Some(&recipe.model)) else {
            return;
        };
        let Some(uncut) = recipe.uncut.take() else { return };
        recipe.second_cuts.clear();
        for (part, notes) in Part::ALL.into_iter().zip(uncut.0) {
            if !self.settings.parts[part].lock {
                phrase.parts[part] = notes;
            }
        }
        let delivery = playable(&phrase, ready_at, key);
        self.keep_instead(phrase, delivery);
    }

    /// Keeps a phrase with a new rest from this beat on, and sends it. The song's key is `key`.
    fn replace_rest(&mut self, phrase: Phrase, beat: Tick, key: Option<Key>) {
        let playable = playable(&phrase, PLAY_AT_ONCE, key);
        let delivery = PlayablePhrase { differs_from: rest::first_tick(beat), ..playable };
        self.keep_instead(phrase, delivery);
    }

    /// Keeps a phrase instead of the one with its span, and sends it.
    fn keep_instead(&mut self, phrase: Phrase, delivery: PlayablePhrase) {
        let is_kept = self.shared.score.edit(|score| {
            // A score that was loaded meanwhile does not get this phrase, which was made for another.
            let is_same = self.shared.score.replacements() == self.seen_replacements;
            is_same.then(|| score.insert_take(phrase, false)).is_some()
        });
        if is_kept {
            self.outbox.push_back(Delivery::Phrase(Box::new(delivery)));
        }
    }

    /// The chord that the player holds at the cut before a beat, unless the chord there was given, or the model keeps to no
    /// chords.
    fn held_chord(&self, beat: Tick) -> Option<Chord> {
        let pass = self.pass.as_ref().filter(|_| self.model.knows_chords())?;
        let mut melody: Vec<Note> = self.melody_at(beat - LEAD).0;
        // What an earlier pass held there is not held now.
        melody.retain(|note| note.start >= pass.start);
        self.shared.score.read(|score| {
            let is_given = !given_chords::within(score.given_chords(), &(beat..beat + 1)).is_empty();
            if is_given { None } else { played_chords::held(&melody, &score.meters, beat - LEAD) }
        })
    }

    /// The chords that a phrase plays, as far as can be told at `cut`: those that the player held, and else those that are
    /// read from its notes.
    fn plan(&self, phrase: &Phrase, recipe: &Recipe, cut: Tick) -> Plan {
        let (mut melody, heard) = self.melody_at(cut);
        melody.retain(|note| note.start < cut);
        let read = self.shared.score.read(|score| {
            let keys = self.keys.of(self.settings.shape.key, &melody, &heard_until(&heard, cut), &score.meters);
            chords_of_phrase(phrase, &score.meters, &keys)
        });
        let held = recipe.second_cuts.iter().enumerate().filter_map(|(index, second)| {
            let until = recipe.second_cuts.get(index + 1).map_or(Tick::MAX, |next| next.beat);
            let span = second.beat..held_for(&phrase.span, second.beat).end.min(until);
            Some(ChordSpan { span, chord: second.chord? })
        });
        // Between what was held, the plan is what is read.
        let held: Vec<ChordSpan> = held.collect();
        let mut chords = Vec::new();
        for chord in read {
            let mut from = chord.span.start;
            for other in &held {
                let to = other.span.start.min(chord.span.end);
                if from < to {
                    chords.push(ChordSpan { span: from..to, ..chord.clone() });
                }
                from = from.max(other.span.end);
            }
            if from < chord.span.end {
                chords.push(ChordSpan { span: from..chord.span.end, ..chord });
            }
        }
        chords.extend(held);
        chords.sort_unstable_by_key(|chord| chord.span.start);
        Plan { chords }
    }
}

/// Where a chord that was held before a beat holds: from the half bar of the beat to the end of its bar.
fn held_for(span: &PhraseSpan, beat: Tick) -> std::ops::Range<Tick> {
    let bar = span.meter.bar_ticks().max(1);
    let in_bar = (beat - span.start).rem_euclid(bar);
    let unit = played_chords::unit(span.meter);
    beat - in_bar % unit..(beat - in_bar + bar).min(span.end)
}

/// The beats of a phrase at which a rest can begin: each a quarter note or more after the one before, dotted ones in
/// compound meters; the first one of the phrase is not among them.
fn beats(span: &PhraseSpan) -> impl Iterator<Item = Tick> + use<> {
    let PhraseSpan { start, end, meter } = *span;
    let (bar, beat) = (meter.bar_ticks().max(1), meter.pulse_ticks());
    let bars = (start..end).step_by(bar as usize);
    bars.flat_map(move |bar_start| {
        // A beat at the end of the bar that is shorter than the lead belongs to the one before.
        let last = bar_start + bar - 2 * LEAD;
        (bar_start..=last.max(bar_start)).step_by(beat as usize)
    })
    .filter(move |&beat| beat > start && beat < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::Meter;

    fn beats_in(numerator: u8, denominator: u8, bars: Tick) -> Vec<Tick> {
        let meter = Meter { numerator, denominator };
        beats(&PhraseSpan { start: 960, end: 960 + bars * meter.bar_ticks(), meter }).map(|beat| beat - 960).collect()
    }

    #[test]
    fn beats_are_never_shorter_than_a_quarter_and_begin_anew_in_each_bar() {
        assert_eq!(beats_in(4, 4, 2), [960, 1920, 2880, 3840, 4800, 5760, 6720]);
        assert_eq!(beats_in(3, 4, 1), [960, 1920]);
        assert_eq!(beats_in(6, 8, 2), [1440, 2880, 4320]);
        assert_eq!(beats_in(2, 2, 1), [1920]);
        assert_eq!(beats_in(7, 8, 2), [960, 1920, 3360, 4320, 5280], "the last one has three eighths");
        assert_eq!(beats_in(6, 16, 2), [1440]);
        assert_eq!(beats_in(1, 16, 4), [240, 480, 720], "a cut may lie before the bar");
    }

    #[test]
    fn a_chord_is_held_until_its_bar_ends() {
        let span = PhraseSpan { start: 3840, end: 11_520, meter: Meter::COMMON };
        assert_eq!(held_for(&span, 4800), 3840..7680);
        assert_eq!(held_for(&span, 6720), 5760..7680);
        assert_eq!(held_for(&span, 7680), 7680..11_520);
        let waltz = PhraseSpan { meter: Meter { numerator: 3, denominator: 4 }, ..span };
        assert_eq!(held_for(&waltz, 5760), 3840..6720);
    }
}
