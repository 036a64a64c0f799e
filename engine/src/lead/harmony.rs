//! The chords under Lead: how they and the melody beside it make notes likelier or less likely.

use crate::{
    melodies::{
        events::{Conditions, Event},
        restraint::class_of,
    },
    network::{
        contract::{CHORD_FEATURES, LONGEST_EVENT, MELODY_SYMBOLS, REST},
        melody_network::index_of,
    },
};
use continuo_music::note::Note;

/// How much likelier a tone of the chord is on a strong beat, as a logarithm: so much that Lead has them there as often as
/// melodies do over their own chords. `models/MELODIES.md` has the figures.
const STRONG: f32 = 1.45;
/// The same elsewhere.
const WEAK: f32 = 0.15;
/// What it costs to hold a note into a chord to which it does not belong.
const HELD_OVER: f32 = 1.5;
/// How much likelier a tone of the chord is where a turn ends.
const RESOLVED: f32 = 3.0;
/// What it costs to begin a semitone beside a note of the melody that sounds.
const BESIDE: f32 = 2.5;
/// What each rest costs at the highest density, or gains at the lowest; and each doubling of a note's length.
const RESTS: f32 = 2.0;
const LENGTHS: f32 = 0.9;
/// What a rest costs in a fill: who fills a rest does not rest in it.
const IN_FILLS: f32 = 1.5;
/// So many semitones around the middle of the line cost nothing; each further one costs this.
const REACH: i32 = 9;
const FAR: f32 = 0.3;

/// Whether a beat is strong: the first of a bar, and in its middle where it has two halves.
pub fn is_strong(conditions: &Conditions<'_>, step: i64) -> bool {
    let bar = conditions.grid.bar;
    let half = if conditions.grid.three { bar } else { bar / 2 };
    step.rem_euclid(half.max(1)) == 0
}

/// What shapes Lead besides the network.
pub struct Harmony<'a> {
    pub conditions: &'a Conditions<'a>,
    /// The melody that may sound at the same time, in straight time.
    pub beside: &'a [Note],
    /// 0 to 1.
    pub density: f32,
    /// Whether it fills a rest of the melody.
    pub fills: bool,
    /// The step where Lead's turn ends, if it is known.
    pub end: Option<i64>,
    /// The symbol in the middle of the line.
    pub middle: Option<u8>,
}

impl Harmony<'_> {
    /// Changes log-probabilities of the event that begins at a step.
    pub fn pull(&self, likely: &mut [f32], start: i64) {
        let c = self.conditions;
        let chords = c.chords_at(start);
        let (now, next) = chords.split_at(CHORD_FEATURES);
        let pull = if is_strong(c, start) { STRONG } else { WEAK };
        let slot = c.chord_slot();
        let change = (start.div_euclid(slot) + 1) * slot;
        let sounding = self.sounding(start);
        let thin = 1.0 - 2.0 * self.density;
        for symbol in 0..MELODY_SYMBOLS as u8 {
            let rest = symbol == REST;
            let gain = if rest {
                thin * RESTS - if self.fills { IN_FILLS } else { 0.0 }
            } else {
                let in_chord = is_known(now) && is_tone(now, symbol);
                let clash = sounding.iter().map(|&other| match other.abs_diff(symbol) {
                    0 => f32::INFINITY,
                    1 => BESIDE,
                    _ => 0.0,
                });
                let far = self.middle.map_or(0, |middle| (i32::from(symbol) - i32::from(middle)).abs() - REACH).max(0);
                (if in_chord { pull } else { 0.0 }) - clash.sum::<f32>() - far as f32 * FAR
            };
            let leaves = is_known(next) && !rest && !is_tone(next, symbol);
            for length in 1..=LONGEST_EVENT {
                let end = start + length as i64;
                let mut value = gain;
                if !rest {
                    value += thin * LENGTHS * (length as f32).log2();
                }
                if leaves && end > change {
                    value -= HELD_OVER;
                }
                let closes = self.end.is_some_and(|last| last - end < slot / 2 && last - start <= slot);
                if closes && !rest && is_known(now) && is_tone(now, symbol) {
                    value += RESOLVED;
                }
                if let Some(place) = likely.get_mut(index_of(symbol, length)) {
                    *place += value;
                }
            }
        }
    }

    /// The symbols of the melody that sound at a step.
    fn sounding(&self, step: i64) -> Vec<u8> {
        let grid = self.conditions.grid;
        let sounds = |note: &&Note| grid.step(note.start) <= step && step < grid.step(note.end());
        self.beside.iter().filter(sounds).map(|note| self.conditions.symbol(note.pitch)).collect()
    }
}

/// The middle one of the notes of a line, by pitch.
pub fn middle_of(events: &[Event]) -> Option<u8> {
    let mut symbols: Vec<u8> = events.iter().filter(|event| !event.is_rest()).map(|event| event.symbol).collect();
    symbols.sort_unstable();
    symbols.get(symbols.len() / 2).copied()
}

fn is_known(chord: &[f32]) -> bool {
    chord.last().is_some_and(|&known| known > 0.5) && chord.iter().take(CHORD_FEATURES - 1).any(|&tone| tone > 0.5)
}

fn is_tone(chord: &[f32], symbol: u8) -> bool {
    chord.get(12 + class_of(symbol)).is_some_and(|&tone| tone > 0.5)
}
