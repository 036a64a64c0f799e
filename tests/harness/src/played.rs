//! The notes in what a plugin played.

use crate::{
    event::{NoteEventKind, SongEvent},
    tune::Tune,
};
use std::collections::BTreeMap;

/// A note that a plugin played, with its place in ticks, 960 to a quarter note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlayedNote {
    /// Where it starts.
    pub start: i64,
    /// Zero-based MIDI channel.
    pub channel: u8,
    /// MIDI pitch.
    pub pitch: u8,
    /// Where it ends.
    pub end: i64,
    /// MIDI velocity.
    pub velocity: u8,
}

/// The notes of a pass over a tune, sorted. Notes that still sound at the end, end with the tune. A note that begins while
/// it already sounds ends the one before; `overlap` is called with it.
pub fn notes(
    tune: &Tune,
    sample_rate: f64,
    played: &[SongEvent],
    mut overlap: impl FnMut(&SongEvent),
) -> Vec<PlayedNote> {
    let ticks = |quarters: f64| (quarters * 960.0).round() as i64;
    let mut sounding: BTreeMap<(u8, u8), PlayedNote> = BTreeMap::new();
    let mut notes = Vec::new();
    for begun_or_ended in played {
        let event = &begun_or_ended.event;
        let (channel, pitch) = (event.channel, event.pitch);
        let tick = ticks(tune.position_at(begun_or_ended.sample as f64, sample_rate));
        let before = match event.kind {
            NoteEventKind::On(velocity) => {
                let note = PlayedNote { start: tick, channel, pitch, end: tick, velocity };
                let before = sounding.insert((channel, pitch), note);
                if before.is_some() {
                    overlap(begun_or_ended);
                }
                before
            }
            NoteEventKind::Off => sounding.remove(&(channel, pitch)),
            NoteEventKind::Program => None,
        };
        notes.extend(before.map(|note| PlayedNote { end: tick, ..note }));
    }
    let end = ticks(tune.length);
    notes.extend(sounding.into_values().map(|note| PlayedNote { end, ..note }));
    notes.sort_unstable();
    notes
}
