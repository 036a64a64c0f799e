//! Between the framework's events and the engine's.

use continuo_engine::{
    capture::{MelodyEvent, MelodyEventKind},
    ledger::{OutputEvent, OutputEventKind},
    transport::BlockTransport,
};
use nice_plug::{
    midi::{Channel, Key, VoiceID},
    prelude::*,
};

/// How many notes of one block are taken in; the rest is lost.
const MOST_NOTE_ONS: usize = 2048;
const CHANNELS: usize = 16;
const PITCHES: usize = 128;

/// The melody events of one block. Owned by the audio thread; its memory is reserved when the plugin is made.
///
/// Only what is held is ended, so that a block holds no more ends than keys were held before it and went down in it. There is
/// room for all of those, whatever a host sends, and ends take no room from the notes after them: not even the one end that
/// stands for every key of every channel.
pub struct Melody {
    events: Vec<MelodyEvent>,
    /// How many of them are note-ons.
    note_ons: usize,
    /// The keys that were taken in and have not ended, a bit a pitch for each channel.
    held: [u128; CHANNELS],
}

impl Default for Melody {
    fn default() -> Self {
        let most_ends = CHANNELS * PITCHES + MOST_NOTE_ONS;
        Self { events: Vec::with_capacity(MOST_NOTE_ONS + most_ends), note_ons: 0, held: [0; CHANNELS] }
    }
}

impl Melody {
    /// The events of the block, in order.
    pub fn events(&self) -> &[MelodyEvent] {
        &self.events
    }

    /// Takes in the block's notes: those that were played in the window, which come at its start, then the host's.
    pub fn collect<P: Plugin>(
        &mut self,
        played: impl Iterator<Item = MelodyEvent>,
        context: &mut impl ProcessContext<P>,
    ) {
        self.begin(played);
        while let Some(event) = context.next_event() {
            self.take(&event);
        }
    }

    /// Begins a block with what was played in the window.
    fn begin(&mut self, played: impl Iterator<Item = MelodyEvent>) {
        self.events.clear();
        self.note_ons = 0;
        // A bounded queue, far shorter than what there is room for.
        for MelodyEvent { offset, kind } in played.take(MOST_NOTE_ONS / 2) {
            match kind {
                MelodyEventKind::NoteOn { channel, pitch, velocity } => self.start(offset, channel, pitch, velocity),
                MelodyEventKind::NoteOff { channel, pitch } => {
                    self.end(offset, Channel::Number(channel), Key::Number(pitch));
                }
            }
        }
    }

    /// Takes in an event of the host's.
    fn take<S>(&mut self, event: &NoteEvent<S>) {
        match *event {
            NoteEvent::NoteOn { timing, channel, key: Key::Number(pitch), velocity, .. } => {
                let velocity = (velocity * 127.0).round().clamp(1.0, 127.0) as u8;
                self.start(timing, channel.number().unwrap_or(0), pitch, velocity);
            }
            NoteEvent::NoteOff { timing, channel, key, .. } | NoteEvent::Choke { timing, channel, key, .. } => {
                self.end(timing, channel, key);
            }
            _ => {}
        }
    }

    /// Starts a note.
    fn start(&mut self, offset: u32, channel: u8, pitch: u8, velocity: u8) {
        let channel = channel & 15;
        if usize::from(pitch) < PITCHES && self.note_ons < MOST_NOTE_ONS {
            self.note_ons += 1;
            self.held[usize::from(channel)] |= 1 << pitch;
            self.events.push(MelodyEvent { offset, kind: MelodyEventKind::NoteOn { channel, pitch, velocity } });
        }
    }

    /// Ends a note, or all that the wildcards stand for.
    fn end(&mut self, offset: u32, channel: Channel, key: Key) {
        let chosen = key.number().map_or(u128::MAX, |pitch| 1_u128.checked_shl(pitch.into()).unwrap_or(0));
        let only = channel.number().map(|channel| channel & 15);
        for (channel, held) in (0..).zip(&mut self.held).filter(|(channel, _)| only.is_none_or(|only| only == *channel))
        {
            let mut ending = *held & chosen;
            *held &= !chosen;
            while ending != 0 {
                let pitch = ending.trailing_zeros() as u8;
                ending &= ending - 1;
                self.events.push(MelodyEvent { offset, kind: MelodyEventKind::NoteOff { channel, pitch } });
            }
        }
    }

    /// Sends the block's notes on as they came.
    pub fn pass<P: Plugin>(&self, context: &mut impl ProcessContext<P>) {
        for event in &self.events {
            let kind = match event.kind {
                MelodyEventKind::NoteOn { channel, pitch, velocity } => {
                    OutputEventKind::NoteOn { channel, pitch, velocity }
                }
                MelodyEventKind::NoteOff { channel, pitch } => OutputEventKind::NoteOff { channel, pitch },
            };
            send(context, OutputEvent { offset: event.offset, kind });
        }
    }
}

/// Gives one event to the host. A host whose buffer is full loses it; the ledger stays well below what hosts hold.
pub fn send<P: Plugin>(context: &mut impl ProcessContext<P>, event: OutputEvent) {
    let timing = event.offset;
    let note = |channel, pitch| (Channel::Number(channel), Key::Number(pitch));
    let event = match event.kind {
        OutputEventKind::NoteOn { channel, pitch, velocity } => {
            let (channel, key) = note(channel, pitch);
            let velocity = f32::from(velocity) / 127.0;
            NoteEvent::NoteOn { timing, voice_id: VoiceID::Wildcard, channel, key, velocity }
        }
        OutputEventKind::NoteOff { channel, pitch } => {
            let (channel, key) = note(channel, pitch);
            NoteEvent::NoteOff { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.0 }
        }
        OutputEventKind::ProgramChange { channel, program } => {
            NoteEvent::MidiProgramChange { timing, channel, program }
        }
    };
    let _ = context.try_send_event(event);
}

/// The host's transport in the engine's terms.
pub fn transport(host: &Transport, offline: bool) -> BlockTransport {
    let from_seconds = |seconds: f64| (seconds * f64::from(host.sample_rate)).round() as i64;
    BlockTransport {
        playing: host.playing,
        tempo: host.tempo,
        position_quarters: host.pos_beats,
        // Not the framework's own conversion, which makes samples from quarters when it has nothing better.
        position_samples: host.pos_samples.or_else(|| host.pos_seconds.map(from_seconds)),
        meter: host
            .time_sig_numerator
            .zip(host.time_sig_denominator)
            .map(|(numerator, denominator)| (i64::from(numerator), i64::from(denominator))),
        cycle_quarters: host.loop_range_beats(),
        offline,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::{performer::Performer, queues, settings::Settings};

    fn on(timing: u32, channel: u8, pitch: u8) -> NoteEvent<()> {
        let (channel, key) = (Channel::Number(channel), Key::Number(pitch));
        NoteEvent::NoteOn { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.7 }
    }

    fn off(timing: u32, channel: Channel, key: Key) -> NoteEvent<()> {
        NoteEvent::NoteOff { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.0 }
    }

    const ALL: (Channel, Key) = (Channel::Wildcard, Key::Wildcard);

    fn block(melody: &mut Melody, events: impl IntoIterator<Item = NoteEvent<()>>) -> usize {
        let room = melody.events.capacity();
        melody.begin(std::iter::empty());
        events.into_iter().for_each(|event| melody.take(&event));
        assert_eq!(melody.events.capacity(), room, "memory was allocated on the audio thread");
        melody.events().len()
    }

    #[test]
    fn a_note_that_follows_the_end_of_everything_sounds() {
        let (audio, _composer) = queues::queues();
        let (mut performer, mut melody) = (Performer::new(audio, 48_000.0), Melody::default());
        let mut play = |events: &[NoteEvent<()>]| {
            block(&mut melody, events.iter().copied());
            let (transport, settings) = (BlockTransport::default(), Settings::default());
            let mut played = Vec::new();
            performer.process(&transport, 64, &settings, false, false, melody.events(), &mut |event| {
                played.push(event.kind);
            });
            played
        };
        assert_eq!(play(&[on(0, 0, 60), on(0, 3, 64)]).len(), 2);
        let choke = NoteEvent::Choke { timing: 1, voice_id: VoiceID::Wildcard, channel: ALL.0, key: ALL.1 };
        let played = play(&[off(0, ALL.0, ALL.1), choke, on(2, 0, 67)]);
        assert_eq!(
            played,
            [
                OutputEventKind::NoteOff { channel: 0, pitch: 60 },
                OutputEventKind::NoteOff { channel: 0, pitch: 64 },
                OutputEventKind::NoteOn { channel: 0, pitch: 67, velocity: 89 },
            ]
        );
    }

    #[test]
    fn every_key_that_is_held_ends_and_as_many_notes_as_a_block_takes_follow() {
        let every_key = || (0..16).flat_map(|channel| (0..128).map(move |pitch| on(0, channel, pitch)));
        let mut melody = Melody::default();
        assert_eq!(block(&mut melody, every_key()), MOST_NOTE_ONS);
        let ends = || [off(0, ALL.0, ALL.1)];
        let all = block(&mut melody, ends().into_iter().chain(every_key()).chain(every_key()).chain(ends()));
        assert_eq!(all, CHANNELS * PITCHES + MOST_NOTE_ONS + CHANNELS * PITCHES);
        assert_eq!(melody.held, [0; CHANNELS]);
        assert_eq!(block(&mut melody, (0..10_000).map(|_| off(0, ALL.0, ALL.1))), 0, "nothing is held");
    }

    #[test]
    fn a_wildcard_stands_for_the_held_keys_of_its_channel_or_pitch() {
        let mut melody = Melody::default();
        let strokes = [on(0, 0, 60), on(0, 1, 60), on(0, 1, 61), on(0, 2, 127)];
        assert_eq!(block(&mut melody, strokes), 4);
        assert_eq!(block(&mut melody, [off(0, Channel::Wildcard, Key::Number(60))]), 2);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(1), Key::Wildcard)]), 1);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(99), Key::Number(200)), on(0, 0, 200)]), 0);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(2), Key::Number(127))]), 1);
    }
}
