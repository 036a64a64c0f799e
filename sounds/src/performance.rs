//! A song as messages in time.

use crate::player::{DRUM_CHANNEL, Message};
use continuo_music::{
    midi_file::{OutputFile, OutputTrack},
    song::{ChannelEvent, Side},
    time::Tick,
};
use midly::MidiMessage;

/// A message and when it is played, in seconds from the song's start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// Seconds from the song's start.
    pub seconds: f64,
    /// What is played.
    pub message: Message,
}

/// A track of a performance.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedTrack {
    /// Its name.
    pub name: String,
    /// Its messages in order.
    pub messages: Vec<Timed>,
}

/// A song that is ready to be played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Performance {
    /// Its tracks, without those that have no note.
    pub tracks: Vec<PlayedTrack>,
    /// When its last bar ends, in seconds; notes may ring on.
    pub seconds: f64,
}

impl Performance {
    /// What a MIDI file with this contents plays.
    pub fn of(file: &OutputFile) -> Self {
        let heard = file.tracks.iter().filter(|track| !track.track.notes.is_empty());
        let tracks = heard.enumerate().map(|(index, track)| {
            let name = track.track.name.clone().filter(|name| !name.trim().is_empty());
            let messages = messages(track)
                .into_iter()
                .map(|(tick, message)| Timed { seconds: file.tempos.seconds_at(tick.max(0)), message })
                .collect();
            PlayedTrack { name: name.unwrap_or_else(|| format!("Track {}", index + 1)), messages }
        });
        let last = file.tracks.iter().flat_map(|track| &track.track.notes).map(continuo_music::note::Note::end).max();
        let end = file.end.max(last.unwrap_or(0));
        Self { tracks: tracks.collect(), seconds: file.tempos.seconds_at(end) }
    }

    /// All messages in order.
    pub fn messages(&self) -> Vec<Timed> {
        let mut all: Vec<_> = self.tracks.iter().flat_map(|track| track.messages.iter().copied()).collect();
        all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        all
    }
}

/// The messages of a track, in the order of the MIDI file.
fn messages(track: &OutputTrack) -> Vec<(Tick, Message)> {
    let channel = track.track.channel & 15;
    let mut all: Vec<(Tick, u8, Message)> = Vec::with_capacity(2 * track.track.notes.len() + 4);
    if let Some(program) = track.program.filter(|_| channel != DRUM_CHANNEL) {
        all.push((0, 1, Message::Program(channel, program)));
    }
    all.extend(track.volume.map(|volume| (0, 1, Message::Controller(channel, 7, volume.min(127)))));
    all.extend(track.track.events.iter().filter_map(|event| {
        let order = match event.side {
            Side::BeforeEnds => 2,
            Side::Between => 4,
            Side::AfterBeginnings => 6,
        };
        Some((event.tick, order, of_event(channel, event)?))
    }));
    for note in &track.track.notes {
        let (start, pitch) = (note.start.max(0), note.pitch.min(127));
        all.push((start, 5, Message::NoteOn(channel, pitch, note.velocity.clamp(1, 127))));
        all.push((note.end().max(start + 1), 3, Message::NoteOff(channel, pitch)));
    }
    all.sort_by_key(|(tick, order, _)| (*tick, *order));
    all.into_iter().map(|(tick, _, message)| (tick, message)).collect()
}

fn of_event(channel: u8, event: &ChannelEvent) -> Option<Message> {
    match event.message {
        MidiMessage::Controller { controller, value } => {
            Some(Message::Controller(channel, controller.as_int(), value.as_int()))
        }
        MidiMessage::ProgramChange { program } => Some(Message::Program(channel, program.as_int())),
        MidiMessage::PitchBend { bend } => Some(Message::Bend(channel, bend.0.as_int())),
        MidiMessage::NoteOn { .. }
        | MidiMessage::NoteOff { .. }
        | MidiMessage::Aftertouch { .. }
        | MidiMessage::ChannelAftertouch { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::{note::Note, song::Track, tempo::TempoMap};

    #[test]
    fn a_note_ends_before_the_next_begins_and_comes_at_its_time() {
        let note = |start, pitch| Note { start, length: 960, pitch, velocity: 90 };
        let track = Track { channel: 2, notes: vec![note(0, 60), note(960, 60)], ..Track::default() };
        let output = OutputTrack { track, program: Some(24), volume: Some(88) };
        let empty = OutputTrack::default();
        let file = OutputFile {
            tempos: TempoMap::constant(120.0),
            tracks: vec![empty, output],
            end: 3840,
            ..OutputFile::default()
        };
        let performance = Performance::of(&file);
        let at = |seconds, message| Timed { seconds, message };
        assert_eq!(performance.tracks.len(), 1);
        assert_eq!(performance.tracks[0].name, "Track 1");
        assert_eq!(
            performance.messages(),
            [
                at(0.0, Message::Program(2, 24)),
                at(0.0, Message::Controller(2, 7, 88)),
                at(0.0, Message::NoteOn(2, 60, 90)),
                at(0.5, Message::NoteOff(2, 60)),
                at(0.5, Message::NoteOn(2, 60, 90)),
                at(1.0, Message::NoteOff(2, 60)),
            ]
        );
        assert!((performance.seconds - 2.0).abs() < 1e-9);
    }
}
