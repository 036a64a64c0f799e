//! Makes one track of the channels of one instrument.

use super::{
    line::{cut_repeats, melody_line},
    track::{ChannelEvent, Side, Track},
};
use crate::{note::Note, part::Part, time::Tick};
use midly::MidiMessage;
use std::{cmp::Reverse, collections::HashSet};

/// The tracks as one, on the channel that plays most, and how many messages it cannot hold. In a line, each note keeps
/// the pitch bends and the pressure of its channel. `mpe` says that these are in an MPE zone.
pub(super) fn join(members: &[&Track], mpe: bool) -> (Track, usize) {
    // Not channel 10, where players put the drums.
    let last = |track: &&&Track| (track.channel == Part::Drums.default_channel(), Reverse(track.notes.len()));
    let Some(&main) = members.iter().min_by_key(last) else {
        return (Track::default(), 0);
    };
    let notes = cut_repeats(&together(members.iter().copied()));
    let mut events: Vec<ChannelEvent> =
        main.events.iter().filter(|event| Expression::of(event.message).is_none()).copied().collect();
    let kept: HashSet<MidiMessage> = events.iter().map(|event| event.message).collect();
    let others = members.iter().flat_map(|track| &track.events);
    let (bends, other): (Vec<&ChannelEvent>, Vec<&ChannelEvent>) =
        others.partition(|event| Expression::of(event.message).is_some());
    let mut left_out = other.into_iter().filter(|event| !kept.contains(&event.message)).count();
    let is_line = 10 * melody_line(&notes).len() >= 9 * notes.len();
    if is_line && !bends.is_empty() {
        if mpe && !events.iter().any(|event| is_controller(event.message, 6)) {
            events.splice(0..0, MPE_BEND_RANGE.map(|(number, value)| controller(number, value)));
        }
        events.extend(expression(members));
        // The sort is stable: the channel's own messages stay in order.
        events.sort_by_key(|event| (event.tick, event.side));
    } else {
        left_out += bends.len();
    }
    let mut lyrics: Vec<_> = members.iter().flat_map(|track| track.lyrics.iter().cloned()).collect();
    lyrics.sort_by_key(|lyric| lyric.tick);
    (Track { notes, events, lyrics, ..main.clone() }, left_out)
}

/// The notes of all tracks, sorted.
pub(super) fn together<'a>(tracks: impl Iterator<Item = &'a Track>) -> Vec<Note> {
    let mut notes: Vec<Note> = tracks.flat_map(|track| &track.notes).copied().collect();
    notes.sort_by_key(|note| (note.start, note.pitch));
    notes
}

/// The range of pitch bends that MPE channels begin with: registered parameter 0, 48 semitones.
const MPE_BEND_RANGE: [(u8, u8); 3] = [(101, 0), (100, 0), (6, 48)];

fn controller(number: u8, value: u8) -> ChannelEvent {
    let message = MidiMessage::Controller { controller: number.into(), value: value.into() };
    ChannelEvent { tick: 0, message, side: Side::BeforeEnds }
}

fn is_controller(message: MidiMessage, number: u8) -> bool {
    matches!(message, MidiMessage::Controller { controller, .. } if controller == number)
}

/// What shapes single notes where each has a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expression {
    Bend,
    Pressure,
    Timbre,
}

impl Expression {
    fn of(message: MidiMessage) -> Option<Self> {
        match message {
            MidiMessage::PitchBend { .. } => Some(Self::Bend),
            MidiMessage::ChannelAftertouch { .. } => Some(Self::Pressure),
            MidiMessage::Controller { controller, .. } if controller == 74 => Some(Self::Timbre),
            _ => None,
        }
    }

    /// The value before the first message.
    fn rest(self) -> MidiMessage {
        match self {
            Self::Bend => MidiMessage::PitchBend { bend: midly::PitchBend::from_int(0) },
            Self::Pressure => MidiMessage::ChannelAftertouch { vel: 0.into() },
            Self::Timbre => MidiMessage::Controller { controller: 74.into(), value: 64.into() },
        }
    }
}

/// The expression of a line: at any time, that of the channel whose note began last. Where a note begins, the values
/// of its channel are repeated if they differ from those of the channel before.
fn expression(members: &[&Track]) -> Vec<ChannelEvent> {
    let mut found = Vec::new();
    for kind in [Expression::Bend, Expression::Pressure, Expression::Timbre] {
        // Events come before the note that begins with them.
        let mut steps: Vec<(Tick, bool, usize, Option<&ChannelEvent>)> = Vec::new();
        for (index, track) in members.iter().enumerate() {
            let events = track.events.iter().filter(|event| Expression::of(event.message) == Some(kind));
            steps.extend(events.map(|event| (event.tick, event.side == Side::AfterBeginnings, index, Some(event))));
            steps.extend(track.notes.iter().map(|note| (note.start, false, index, None)));
        }
        steps.sort_by_key(|&(tick, after, _, event)| (tick, after, event.is_none()));
        let mut values = vec![kind.rest(); members.len()];
        let (mut owner, mut sent) = (0, kind.rest());
        for (tick, _, index, event) in steps {
            let side = event.map_or(Side::Between, |event| event.side);
            match event {
                Some(event) => values[index] = event.message,
                None => owner = index,
            }
            if index == owner && values[owner] != sent {
                sent = values[owner];
                found.push(ChannelEvent { tick, message: sent, side });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bend(tick: Tick, value: i16) -> ChannelEvent {
        let message = MidiMessage::PitchBend { bend: midly::PitchBend::from_int(value) };
        ChannelEvent { tick, message, side: Side::Between }
    }

    fn channel(number: u8, starts: &[Tick], bends: &[(Tick, i16)]) -> Track {
        let note = |&start: &Tick| Note { start, pitch: 60 + number, length: 900, velocity: 80 };
        Track {
            channel: number,
            notes: starts.iter().map(note).collect(),
            events: bends.iter().map(|&(tick, value)| bend(tick, value)).collect(),
            ..Track::default()
        }
    }

    #[test]
    fn each_note_of_a_line_keeps_the_bends_of_its_channel() {
        let one = channel(1, &[0, 1920, 3840], &[(0, 100), (480, 200), (1000, 300)]);
        let two = channel(2, &[960, 2880], &[(2880, 50)]);
        let (track, left_out) = join(&[&one, &two], false);
        assert_eq!((track.channel, track.notes.len(), left_out), (1, 5, 0));
        // 300 is not heard before the first channel plays again.
        let heard = [bend(0, 100), bend(480, 200), bend(960, 0), bend(1920, 300), bend(2880, 50), bend(3840, 300)];
        assert_eq!(track.events, heard);
    }

    #[test]
    fn bends_in_an_mpe_zone_keep_their_range() {
        let (one, two) = (channel(1, &[0], &[(0, 100)]), channel(2, &[960], &[]));
        let (track, _) = join(&[&one, &two], true);
        let range = MPE_BEND_RANGE.map(|(number, value)| controller(number, value));
        assert_eq!(track.events[..3], range);
        assert_eq!(track.events[3..], [bend(0, 100), bend(960, 0)]);
    }

    #[test]
    fn the_bends_of_chords_are_counted_as_left_out() {
        let (one, two) = (channel(1, &[0], &[(0, 100)]), channel(4, &[0], &[(0, 50), (100, 60)]));
        let (track, left_out) = join(&[&one, &two], false);
        assert_eq!((track.events.len(), left_out), (0, 3));
    }
}
