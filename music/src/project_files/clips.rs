//! A track's notes in stretches.

use crate::{note::Note, song::ChannelEvent, time::Tick};
use std::ops::Range;

/// A stretch of a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clip {
    /// From its first tick to the first after it.
    pub span: Range<Tick>,
    /// Its section or its bars.
    pub name: String,
    /// Its notes, at song positions, sorted by start.
    pub notes: Vec<Note>,
    /// Its other channel messages, at song positions, in order.
    pub events: Vec<ChannelEvent>,
}

/// The notes and messages of a track as clips. A clip is one of `spans`, which lie side by side from position 0 on, or
/// several in a row where notes sound across their borders: no note is cut. Stretches without anything have no clip.
pub(super) fn clips(notes: &[Note], events: &[ChannelEvent], spans: &[(Range<Tick>, String)]) -> Vec<Clip> {
    let mut notes: Vec<Note> = notes.iter().copied().map(from_start).collect();
    notes.sort_by_key(|note| note.start);
    let mut events = events.to_vec();
    for event in &mut events {
        event.tick = event.tick.max(0);
    }
    events.sort_by_key(|event| (event.tick, event.side));
    let mut clips: Vec<Clip> = Vec::new();
    let (mut notes, mut events) = (notes.into_iter().peekable(), events.into_iter().peekable());
    let mut sounds_until = 0;
    for (span, name) in spans {
        let inside: Vec<Note> = std::iter::from_fn(|| notes.next_if(|note| note.start < span.end)).collect();
        let beside: Vec<ChannelEvent> = std::iter::from_fn(|| events.next_if(|event| event.tick < span.end)).collect();
        let goes_on = sounds_until > span.start;
        sounds_until = inside.iter().map(Note::end).fold(sounds_until, Tick::max);
        match clips.last_mut() {
            Some(clip) if goes_on => {
                clip.span.end = span.end;
                clip.notes.extend(inside);
                clip.events.extend(beside);
            }
            _ if inside.is_empty() && beside.is_empty() => {}
            _ => clips.push(Clip { span: span.clone(), name: name.clone(), notes: inside, events: beside }),
        }
    }
    clips
}

/// A note that begins no earlier than position 0 and has the format's values.
fn from_start(note: Note) -> Note {
    let start = note.start.max(0);
    let length = (note.end() - start).max(1);
    Note { start, length, pitch: note.pitch.min(127), velocity: note.velocity.clamp(1, 127) }
}
