//! Notes from note-ons and note-offs.

use crate::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};

/// A note that ends with its track lasts no longer than this if other notes begin meanwhile on its channel.
const LONGEST_ENDLESS: Tick = 4 * TICKS_PER_QUARTER;
/// Notes that begin within this time begin together, as in a strummed chord.
const TOGETHER: Tick = TICKS_PER_QUARTER / 8;
/// A note on a key that is struck again and again meanwhile is a broken one if it is longer than this.
const LONGEST_REPEATED: Tick = 16 * TICKS_PER_QUARTER;
/// Notes on one key that overlap by more than this, again and again, are played within a longer one.
const LEGATO: Tick = TICKS_PER_QUARTER / 4;

/// Pairs the note-ons and note-offs of one track, by channel. Of two notes on one key, the one that began first ends
/// first, so that overlapping notes are written as they were read. A note-on without an end takes the end of no other
/// note.
#[derive(Default)]
pub(super) struct Pairing {
    /// The strokes of each channel and pitch. Empty until the first note: a file may have thousands of tracks without
    /// notes.
    keys: Vec<Vec<Stroke>>,
    notes: Vec<(u8, Note)>,
    /// Where controllers end all notes of a channel, in order.
    silences: [Vec<Tick>; 16],
}

/// The notes of a track.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Paired {
    /// The notes of each channel, sorted.
    pub channels: Vec<(u8, Vec<Note>)>,
    /// How many notes had no end of their own.
    pub endless: usize,
    /// How many note-offs ended no note.
    pub stray_offs: usize,
}

#[derive(Clone, Copy)]
enum Stroke {
    /// An index into the notes.
    On(u32),
    Off(Tick),
}

/// How a track ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrackEnd {
    /// With its end event.
    Closed,
    /// Without one.
    Open,
    /// It breaks: what begins there has no length.
    Broken,
}

impl Pairing {
    pub fn on(&mut self, tick: Tick, channel: u8, pitch: u8, velocity: u8) {
        let index = self.notes.len() as u32;
        self.key(channel, pitch).push(Stroke::On(index));
        self.notes.push((channel, Note { start: tick, pitch, length: 0, velocity }));
    }

    pub fn off(&mut self, tick: Tick, channel: u8, pitch: u8) {
        self.key(channel, pitch).push(Stroke::Off(tick));
    }

    /// All notes of a channel end, as by the controllers 120 and 123.
    pub fn all_off(&mut self, tick: Tick, channel: u8) {
        self.silences[usize::from(channel & 15)].push(tick);
    }

    fn key(&mut self, channel: u8, pitch: u8) -> &mut Vec<Stroke> {
        if self.keys.is_empty() {
            self.keys.resize(16 * 128, Vec::new());
        }
        &mut self.keys[usize::from(channel & 15) * 128 + usize::from(pitch & 127)]
    }

    /// The notes of a track that ends at `end`.
    pub fn finish(mut self, end: Tick, how: TrackEnd) -> Paired {
        let mut endless = Vec::new();
        let mut stray_offs = 0;
        for strokes in std::mem::take(&mut self.keys).into_iter().filter(|strokes| !strokes.is_empty()) {
            let (matched, alone, stray) = matched(&strokes, &self.notes);
            stray_offs += stray;
            endless.extend(alone);
            self.pair(&matched);
        }
        let endless = self.end_endless(&endless, end, how);
        Paired { channels: self.by_channel(), endless, stray_offs }
    }

    /// Ends the notes of one key whose note-ons and note-offs match.
    fn pair(&mut self, strokes: &[Stroke]) {
        let mut rest = strokes;
        while !rest.is_empty() {
            let (cluster, after) = rest.split_at(silent_after(rest));
            rest = after;
            match cluster {
                // One note that is held while its key is struck again and again.
                [Stroke::On(held), within @ .., Stroke::Off(end)] if self.is_within_longer(*held, within, *end) => {
                    self.end(*held, *end);
                    self.pair_in_order(within);
                }
                _ => self.pair_in_order(cluster),
            }
        }
    }

    fn pair_in_order(&mut self, strokes: &[Stroke]) {
        let ons = strokes.iter().filter_map(|stroke| if let Stroke::On(index) = stroke { Some(*index) } else { None });
        let offs = strokes.iter().filter_map(|stroke| if let Stroke::Off(tick) = stroke { Some(*tick) } else { None });
        for (index, tick) in ons.zip(offs) {
            self.end(index, tick);
        }
    }

    fn end(&mut self, index: u32, tick: Tick) {
        let note = &mut self.notes[index as usize].1;
        note.length = (tick - note.start).max(1);
    }

    /// Whether the strokes between a note-on and a note-off are whole notes, one after the other, that are played
    /// within one long note. Otherwise each overlaps the next, as in legato.
    fn is_within_longer(&self, held: u32, within: &[Stroke], end: Tick) -> bool {
        let inner = within.chunks(2).map(|pair| match pair {
            [Stroke::On(index), Stroke::Off(end)] => Some(end - self.notes[*index as usize].1.start),
            _ => None,
        });
        within.len() >= 4
            && end - self.notes[held as usize].1.start > LONGEST_REPEATED
            && inner.clone().all(|length| length.is_some())
            && 2 * inner.flatten().filter(|&length| length > LEGATO).count() >= within.len() / 2
    }

    /// Ends the notes that have no note-off, and counts those that no controller ends either. Such a note ends where
    /// the next one on its channel begins, so that it does not hide those that follow; one that is struck twice at
    /// once sounds once.
    fn end_endless(&mut self, endless: &[Endless], end: Tick, how: TrackEnd) -> usize {
        let mut starts: [Vec<Tick>; 16] = Default::default();
        if !endless.is_empty() {
            for (channel, note) in &self.notes {
                starts[usize::from(channel & 15)].push(note.start);
            }
        }
        let mut count = 0;
        for &(index, again) in endless {
            let (channel, note) = &mut self.notes[index as usize];
            let after = |ticks: &[Tick], from: Tick| ticks.get(ticks.partition_point(|&tick| tick < from)).copied();
            let next = after(&starts[usize::from(*channel & 15)], note.start + TOGETHER);
            let silence = after(&self.silences[usize::from(*channel & 15)], note.start + 1)
                .filter(|&silence| again.is_none_or(|again| silence <= again));
            let ends = silence.or(again).unwrap_or(end);
            // A track that breaks off ends its last notes in time.
            let in_time = ends - note.start <= LONGEST_ENDLESS && (silence.is_some() || how != TrackEnd::Closed);
            let ends = if in_time { ends } else { next.map_or(ends, |next| next.min(ends)) };
            let once = again == Some(note.start) || how == TrackEnd::Broken && ends == note.start;
            note.length = if once { 0 } else { (ends - note.start).max(1) };
            // Where the track breaks, all notes end: this is no fault of theirs.
            let at_break = how == TrackEnd::Broken && again.is_none() && in_time;
            count += usize::from(silence.is_none() && !at_break);
        }
        self.notes.retain(|(_, note)| note.length > 0);
        count
    }

    fn by_channel(self) -> Vec<(u8, Vec<Note>)> {
        let mut channels: Vec<(u8, Vec<Note>)> = Vec::new();
        for (channel, note) in self.notes {
            match channels.iter_mut().find(|(known, _)| *known == channel) {
                Some((_, notes)) => notes.push(note),
                None => channels.push((channel, vec![note])),
            }
        }
        for (_, notes) in &mut channels {
            notes.sort_by_key(|note| (note.start, note.pitch));
            // A note that ends where it begins, and begins again there, becomes one note. Written with a length, the
            // first one's end would end the second.
            notes.dedup_by(|later, earlier| {
                let again = (later.start, later.pitch) == (earlier.start, earlier.pitch) && earlier.length <= 1;
                if again {
                    *earlier = *later;
                }
                again
            });
        }
        channels.sort_by_key(|(channel, _)| *channel);
        channels
    }
}

/// A note-on without a note-off, and where its key is struck again.
type Endless = (u32, Option<Tick>);

/// The strokes of a key without the note-ons that no note-off ends, those note-ons, and the number of note-offs that
/// end nothing.
fn matched(strokes: &[Stroke], notes: &[(u8, Note)]) -> (Vec<Stroke>, Vec<Endless>, usize) {
    let start = |index: u32| notes[index as usize].1.start;
    let mut kept = vec![true; strokes.len()];
    // The note-ons that sound, as indices into the strokes.
    let mut sounding: Vec<usize> = Vec::new();
    for (at, stroke) in strokes.iter().enumerate() {
        match *stroke {
            Stroke::On(_) => sounding.push(at),
            Stroke::Off(tick) => {
                // The note before is ended a second time, where this one begins; its own end comes later.
                let early = matches!((sounding.as_slice(), strokes.get(at + 1)),
                    ([on], Some(Stroke::Off(later))) if *later > tick
                        && matches!(strokes[*on], Stroke::On(index) if start(index) == tick));
                kept[at] = !early && sounding.pop().is_some();
            }
        }
    }
    for &at in &sounding {
        kept[at] = false;
    }
    let next = |at: usize| {
        let next = strokes[at + 1..]
            .iter()
            .find_map(|stroke| if let Stroke::On(index) = stroke { Some(*index) } else { None });
        next.map(start)
    };
    let endless = sounding.iter().filter_map(|&at| match strokes[at] {
        Stroke::On(index) => Some((index, next(at))),
        Stroke::Off(_) => None,
    });
    let endless: Vec<_> = endless.collect();
    let stray = kept.iter().filter(|kept| !**kept).count() - endless.len();
    let matched = strokes.iter().zip(kept).filter(|(_, kept)| *kept).map(|(stroke, _)| *stroke);
    (matched.collect(), endless, stray)
}

/// How many strokes pass until all notes have ended.
fn silent_after(strokes: &[Stroke]) -> usize {
    let mut sounding = 0_usize;
    for (at, stroke) in strokes.iter().enumerate() {
        match stroke {
            Stroke::On(_) => sounding += 1,
            Stroke::Off(_) => sounding = sounding.saturating_sub(1),
        }
        if sounding == 0 {
            return at + 1;
        }
    }
    strokes.len()
}

#[cfg(test)]
mod tests;
