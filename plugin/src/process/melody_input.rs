//! Where a melody note enters: the notes of a block, from the window's keys and from the host, become key strokes. What
//! else the player does becomes movements of controls.

use crate::process::learned::{Learned, Moved, Source};
use continuo_engine::realtime::{Control, ControlEvent, Expression, KeyStroke, OutputEvent};
use continuo_music::{
    part::{MELODY_CHANNEL, PAD_CHANNEL, Part},
    settings::Settings,
};
use nice_plug::{
    midi::{Channel, Key},
    prelude::*,
};

/// The MIDI controllers that end every note of their channel: all notes off, all sound off, and the four modes (omni off
/// and on, mono, poly), each of which includes all notes off.
pub const NOTE_ENDING_CONTROLLERS: [u8; 6] = [123, 120, 124, 125, 126, 127];

/// The MIDI controllers that the VST3 accepts, in groups that arrive as their first: modulation, breath, volume,
/// expression, the pedals, timbre (MPE's third dimension), the reset of all controllers, those that end notes, channel
/// pressure (128) and pitch bend (129). Each group costs a hidden parameter for each channel, so these are the ones that
/// players use.
pub const CONTROLLERS: [&[u8]; 12] =
    [&NOTE_ENDING_CONTROLLERS, &[1], &[2], &[7], &[11], &[64], &[66], &[67], &[74], &[121], &[128], &[129]];

/// A block accepts this many notes and drops the rest.
const MOST_NOTE_ONS: usize = 2048;
/// A block accepts this many movements of controls; of more, the last of the block counts.
const MOST_CONTROLS: usize = 4096;
/// A block accepts this many moves of learned controllers and notes, and plays in at most one piece more.
const MOST_MOVED: usize = 64;
const CHANNELS: usize = 16;
const PITCHES: usize = 128;

/// The key strokes of one block. The audio thread owns it; its memory is reserved when the plugin is made.
///
/// Only held keys get a note-off, so a block has at most as many note-offs as keys were held before it plus its
/// note-ons. The memory suffices for all of them whatever a host sends, and note-offs never displace notes, not even a
/// wildcard that releases every key of every channel, or a controller that ends all notes of its channel.
pub struct MelodyInput {
    events: Vec<KeyStroke>,
    controls: Vec<ControlEvent>,
    /// What learned controllers and notes do.
    moved: Vec<Moved>,
    /// The channel on which the melody was played last.
    channel: u8,
    /// The number of note-ons in `events`.
    note_ons: usize,
    /// The keys that are down: for each channel a bit per pitch.
    held: [u128; CHANNELS],
}

impl Default for MelodyInput {
    fn default() -> Self {
        let most_note_offs = CHANNELS * PITCHES + MOST_NOTE_ONS;
        Self {
            events: Vec::with_capacity(MOST_NOTE_ONS + most_note_offs),
            controls: Vec::with_capacity(MOST_CONTROLS),
            moved: Vec::with_capacity(MOST_MOVED),
            channel: MELODY_CHANNEL,
            note_ons: 0,
            held: [0; CHANNELS],
        }
    }
}

impl MelodyInput {
    /// The events of the block, in order.
    pub fn events(&self) -> &[KeyStroke] {
        &self.events
    }

    /// Collects what the player does in a block of `frames` samples: first the window's keys, which count from the block's
    /// start, then what the host sends. What is `learned` is no music; `None` if nothing counts as learned.
    pub fn collect<P: Plugin>(
        &mut self,
        window_keys: impl Iterator<Item = KeyStroke>,
        context: &mut impl ProcessContext<P>,
        frames: u32,
        learned: Option<&Learned>,
        settings: &Settings,
    ) {
        self.begin(window_keys);
        while let Some(event) = context.next_event() {
            if let Some(moved) = control_event(&event) {
                self.control(moved, learned, frames);
            }
            self.accept(&event);
        }
        if let Some(learned) = learned {
            self.take_learned(learned, frames, settings);
        }
    }

    fn control(&mut self, event: ControlEvent, learned: Option<&Learned>, frames: u32) {
        let taken = learned.is_some_and(|learned| learned.takes_control(&event, self.channel));
        match event.control {
            Control::Controller { number, value } if taken => {
                let source = Source::Controller { channel: event.channel & 15, number: number & 127 };
                self.move_learned(Moved { offset: event.offset, source, value: value.min(127) }, frames);
            }
            _ if self.controls.len() < MOST_CONTROLS => self.controls.push(event),
            _ => {
                // A pedal that goes up late is better than one that hangs.
                if let Some(last) = self.controls.last_mut() {
                    *last = event;
                }
            }
        }
    }

    fn move_learned(&mut self, moved: Moved, frames: u32) {
        if self.moved.len() < MOST_MOVED {
            self.moved.push(Moved { offset: moved.offset.min(frames.saturating_sub(1)), ..moved });
        }
    }

    /// Takes the key strokes out that move parameters.
    fn take_learned(&mut self, learned: &Learned, frames: u32, settings: &Settings) {
        let mut kept = 0;
        for index in 0..self.events.len() {
            let stroke = self.events[index];
            if learned.takes_stroke(&stroke, self.channel) {
                let source = Source::Note { channel: stroke.channel & 15, number: stroke.pitch & 127 };
                let value = stroke.velocity.unwrap_or(0);
                self.move_learned(Moved { offset: stroke.offset, source, value }, frames);
                continue;
            }
            let is_part = Part::ALL.into_iter().any(|part| settings.parts[part].source == Some(stroke.channel));
            if stroke.velocity.is_some() && stroke.channel != PAD_CHANNEL && !is_part {
                self.channel = stroke.channel;
            }
            self.events[kept] = stroke;
            kept += 1;
        }
        self.events.truncate(kept);
        // Notes and controllers were collected apart.
        self.moved.sort_unstable_by_key(|moved| moved.offset);
    }

    /// The block in pieces: a new one begins where a learned controller or note moves.
    pub fn pieces(&mut self, frames: u32) -> impl Iterator<Item = Piece<'_>> {
        let offset = |stroke: &KeyStroke| stroke.offset.min(frames.saturating_sub(1));
        for stroke in &mut self.events {
            stroke.offset = offset(stroke);
        }
        let mut from = 0;
        let (mut strokes, mut controls, mut moved) =
            (self.events.as_mut_slice(), self.controls.as_slice(), self.moved.as_slice());
        let mut ended = false;
        std::iter::from_fn(move || {
            if ended {
                return None;
            }
            let now = moved.partition_point(|moved| moved.offset <= from);
            let (acting, rest) = moved.split_at(now);
            let to = rest.first().map_or(frames, |next| next.offset);
            ended = rest.is_empty();
            let own = if ended { strokes.len() } else { strokes.partition_point(|stroke| stroke.offset < to) };
            let (mine, others) = std::mem::take(&mut strokes).split_at_mut(own);
            mine.iter_mut().for_each(|stroke| stroke.offset -= from);
            let own = if ended { controls.len() } else { controls.partition_point(|event| event.offset < to) };
            let (my_controls, other_controls) = controls.split_at(own);
            let piece = Piece { from, to, moved: acting, strokes: mine, controls: my_controls };
            (strokes, controls, moved, from) = (others, other_controls, rest, to);
            Some(piece)
        })
    }

    /// Begins a block with the window's keys.
    fn begin(&mut self, window_keys: impl Iterator<Item = KeyStroke>) {
        self.events.clear();
        self.controls.clear();
        self.moved.clear();
        self.note_ons = 0;
        // The queue of keys is far shorter than this; the limit keeps room for the host's notes in any case.
        for KeyStroke { offset, channel, pitch, velocity } in window_keys.take(MOST_NOTE_ONS / 2) {
            match velocity {
                Some(velocity) => self.note_on(offset, channel, pitch, velocity),
                None => self.note_off(offset, Channel::Number(channel), Key::Number(pitch)),
            }
        }
    }

    /// Accepts an event from the host.
    fn accept<S>(&mut self, event: &NoteEvent<S>) {
        match *event {
            NoteEvent::NoteOn { timing, channel, key: Key::Number(pitch), velocity, .. } => {
                let velocity = (velocity * 127.0).round().clamp(1.0, 127.0) as u8;
                self.note_on(timing, channel.number().unwrap_or(0), pitch, velocity);
            }
            NoteEvent::NoteOff { timing, channel, key, .. } | NoteEvent::Choke { timing, channel, key, .. } => {
                self.note_off(timing, channel, key);
            }
            NoteEvent::MidiCC { timing, channel, cc, .. } if NOTE_ENDING_CONTROLLERS.contains(&cc) => {
                self.note_off(timing, Channel::Number(channel), Key::Wildcard);
            }
            _ => {}
        }
    }

    fn note_on(&mut self, offset: u32, channel: u8, pitch: u8, velocity: u8) {
        let channel = channel & 15;
        if usize::from(pitch) < PITCHES && self.note_ons < MOST_NOTE_ONS {
            self.note_ons += 1;
            self.held[usize::from(channel)] |= 1 << pitch;
            self.events.push(KeyStroke::down(offset, channel, pitch, velocity));
        }
    }

    /// Ends a note, or all notes that a wildcard covers.
    fn note_off(&mut self, offset: u32, channel: Channel, key: Key) {
        let pitches = key.number().map_or(u128::MAX, |pitch| 1_u128.checked_shl(pitch.into()).unwrap_or(0));
        let only = channel.number().map(|channel| channel & 15);
        for (channel, held) in (0..).zip(&mut self.held).filter(|(channel, _)| only.is_none_or(|only| only == *channel))
        {
            let mut ending = *held & pitches;
            *held &= !pitches;
            while ending != 0 {
                let pitch = ending.trailing_zeros() as u8;
                ending &= ending - 1;
                self.events.push(KeyStroke::up(offset, channel, pitch));
            }
        }
    }
}

/// A piece of a block, from one move of a learned controller or note to the next.
pub struct Piece<'a> {
    /// Its first sample, from the start of the block.
    pub from: u32,
    /// The first sample after it.
    to: u32,
    /// What moves at its first sample.
    pub moved: &'a [Moved],
    /// The key strokes, with offsets from the start of the piece.
    pub strokes: &'a [KeyStroke],
    controls: &'a [ControlEvent],
}

impl Piece<'_> {
    /// Its number of samples.
    pub const fn frames(&self) -> u32 {
        self.to - self.from
    }

    /// The movements of controls, with offsets from the start of the piece.
    pub fn controls(&self) -> impl Iterator<Item = ControlEvent> {
        self.controls.iter().map(|event| ControlEvent { offset: event.offset.saturating_sub(self.from), ..*event })
    }

    /// An event of the piece at its place in the block.
    pub const fn in_block(&self, event: OutputEvent) -> OutputEvent {
        OutputEvent { offset: event.offset + self.from, ..event }
    }
}

/// The movement of a control that an event is, if it is one.
fn control_event<S>(event: &NoteEvent<S>) -> Option<ControlEvent> {
    let of_7_bits = |value: f32| (value * 127.0).round().clamp(0.0, 127.0) as u8;
    let of_note = |kind, channel: Channel, key: Key, value| {
        Some((channel.number().unwrap_or(0), Control::Expression { kind, pitch: key.number()?, value }))
    };
    let (channel, control) = match *event {
        NoteEvent::MidiCC { channel, cc, value, .. } => {
            (channel, Control::Controller { number: cc, value: of_7_bits(value) })
        }
        NoteEvent::MidiPitchBend { channel, value, .. } => {
            // The middle is 8192 of 16383, but hosts send a half for it.
            let bend = (f64::from(value) * 16_383.0 + 0.25).round().clamp(0.0, 16_383.0);
            (channel, Control::PitchBend(bend as u16))
        }
        NoteEvent::MidiChannelPressure { channel, pressure, .. } => (channel, Control::Pressure(of_7_bits(pressure))),
        NoteEvent::MidiProgramChange { channel, program, .. } => (channel, Control::Program(program)),
        NoteEvent::PolyPressure { channel, key, pressure, .. } => {
            of_note(Expression::Pressure, channel, key, pressure)?
        }
        NoteEvent::PolyVolume { channel, key, gain, .. } => of_note(Expression::Volume, channel, key, gain)?,
        NoteEvent::PolyPan { channel, key, pan, .. } => of_note(Expression::Pan, channel, key, pan)?,
        NoteEvent::PolyTuning { channel, key, tuning, .. } => of_note(Expression::Tuning, channel, key, tuning)?,
        NoteEvent::PolyVibrato { channel, key, vibrato, .. } => of_note(Expression::Vibrato, channel, key, vibrato)?,
        NoteEvent::PolyExpression { channel, key, expression, .. } => {
            of_note(Expression::Expression, channel, key, expression)?
        }
        NoteEvent::PolyBrightness { channel, key, brightness, .. } => {
            of_note(Expression::Brightness, channel, key, brightness)?
        }
        _ => return None,
    };
    Some(ControlEvent { offset: event.timing(), channel, control })
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_engine::realtime::{BlockTransport, OutputEventKind, Performer, queues};
    use continuo_music::settings::Settings;
    use nice_plug::midi::VoiceID;
    use proptest::{prelude::*, test_runner::Config};

    fn on(timing: u32, channel: u8, pitch: u8) -> NoteEvent<()> {
        let (channel, key) = (Channel::Number(channel), Key::Number(pitch));
        NoteEvent::NoteOn { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.7 }
    }

    fn off(timing: u32, channel: Channel, key: Key) -> NoteEvent<()> {
        NoteEvent::NoteOff { timing, voice_id: VoiceID::Wildcard, channel, key, velocity: 0.0 }
    }

    fn controller(timing: u32, channel: u8, cc: u8) -> NoteEvent<()> {
        NoteEvent::MidiCC { timing, channel, cc, value: 0.0 }
    }

    const ALL: (Channel, Key) = (Channel::Wildcard, Key::Wildcard);

    fn block(melody: &mut MelodyInput, events: impl IntoIterator<Item = NoteEvent<()>>) -> usize {
        let room = melody.events.capacity();
        melody.begin(std::iter::empty());
        events.into_iter().for_each(|event| melody.accept(&event));
        assert_eq!(melody.events.capacity(), room, "memory was allocated on the audio thread");
        melody.events().len()
    }

    #[test]
    fn a_block_is_played_in_pieces_where_a_learned_pad_is_struck() {
        let params = std::sync::Arc::new(crate::params::ContinuoParams::new(std::sync::Arc::default(), vec![], 0));
        let learned = &params.learned.0;
        learned.set_parameters(&*params);
        learned.wait_for("vary", None);
        let mut melody = MelodyInput::default();
        block(
            &mut melody,
            [
                on(10, 0, 60),
                on(100, 9, 36),
                on(100, 0, 62),
                on(150, 0, 64),
                off(200, Channel::Number(9), Key::Number(36)),
            ],
        );
        melody.take_learned(learned, 256, &Settings::default());
        let pieces: Vec<_> = melody
            .pieces(256)
            .map(|piece| {
                let strokes: Vec<_> = piece.strokes.iter().map(|stroke| (stroke.offset, stroke.pitch)).collect();
                (piece.from, piece.frames(), piece.moved.len(), strokes)
            })
            .collect();
        assert_eq!(pieces, [(0, 100, 0, vec![(10, 60)]), (100, 100, 1, vec![(0, 62), (50, 64)]), (200, 56, 1, vec![])]);
        block(&mut melody, []);
        assert_eq!(melody.pieces(64).count(), 1, "an empty block is one piece");
    }

    #[test]
    fn a_note_after_a_wildcard_note_off_sounds() {
        let (audio, _composer) = queues();
        let (mut performer, mut melody) = (Performer::new(audio, 48_000.0), MelodyInput::default());
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
    fn a_block_can_end_every_held_key_and_still_accept_its_full_number_of_notes() {
        let every_key = || (0..16).flat_map(|channel| (0..128).map(move |pitch| on(0, channel, pitch)));
        let mut melody = MelodyInput::default();
        assert_eq!(block(&mut melody, every_key()), MOST_NOTE_ONS);
        let ends = || [off(0, ALL.0, ALL.1)];
        let all = block(&mut melody, ends().into_iter().chain(every_key()).chain(every_key()).chain(ends()));
        assert_eq!(all, CHANNELS * PITCHES + MOST_NOTE_ONS + CHANNELS * PITCHES);
        assert_eq!(melody.held, [0; CHANNELS]);
        assert_eq!(block(&mut melody, (0..10_000).map(|_| off(0, ALL.0, ALL.1))), 0, "nothing is held");
    }

    #[test]
    fn a_wildcard_ends_the_held_keys_of_its_channel_or_pitch() {
        let mut melody = MelodyInput::default();
        let strokes = [on(0, 0, 60), on(0, 1, 60), on(0, 1, 61), on(0, 2, 127)];
        assert_eq!(block(&mut melody, strokes), 4);
        assert_eq!(block(&mut melody, [off(0, Channel::Wildcard, Key::Number(60))]), 2);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(1), Key::Wildcard)]), 1);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(99), Key::Number(200)), on(0, 0, 200)]), 0);
        assert_eq!(block(&mut melody, [off(0, Channel::Number(2), Key::Number(127))]), 1);
    }

    #[test]
    fn a_controller_that_ends_notes_ends_those_of_its_channel() {
        let mut melody = MelodyInput::default();
        for cc in 0..128 {
            assert_eq!(block(&mut melody, [on(0, 0, 60), on(0, 3, 60), on(0, 3, 64)]), 3);
            block(&mut melody, [controller(5, 3, cc), controller(6, 3, cc)]);
            let ended: &[KeyStroke] = &[KeyStroke::up(5, 3, 60), KeyStroke::up(5, 3, 64)];
            let ends = cc == 120 || cc >= 123;
            assert_eq!(melody.events(), if ends { ended } else { &[] }, "controller {cc}");
            block(&mut melody, [off(0, ALL.0, ALL.1)]);
        }
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

        /// Notes on three channels, one of them that of drum pads, and controllers 119 to 123.
        #[test]
        fn no_note_hangs_after_controllers_that_end_notes(
            blocks in prop::collection::vec(
                prop::collection::vec((0..5_u8, prop::sample::select(vec![0, 4, 9]), 119..124_u8), 0..12),
                1..12,
            ),
            rolls in any::<bool>(),
            bypass in any::<bool>(),
        ) {
            let (audio, _composer) = queues();
            let (mut performer, mut melody) = (Performer::new(audio, 48_000.0), MelodyInput::default());
            let mut sounding = std::collections::BTreeSet::new();
            let (transport, settings) = (BlockTransport { playing: rolls, ..BlockTransport::default() }, Settings::default());
            let mut play = |events: &[NoteEvent<()>], balanced: &mut bool| {
                block(&mut melody, events.iter().copied());
                performer.process(&transport, 64, &settings, bypass, false, melody.events(), &mut |event| {
                    *balanced &= match event.kind {
                        OutputEventKind::NoteOn { channel, pitch, .. } => sounding.insert((channel, pitch)),
                        OutputEventKind::NoteOff { channel, pitch } => sounding.remove(&(channel, pitch)),
                        OutputEventKind::ProgramChange { .. } | OutputEventKind::Control { .. } => true,
                    };
                });
                (sounding.len(), performer.reading().held)
            };
            let mut balanced = true;
            for events in blocks {
                let events: Vec<NoteEvent<()>> = (0..).zip(events).map(|(time, (kind, channel, number))| match kind {
                    0..=2 => on(time, channel, number),
                    3 => off(time, Channel::Number(channel), Key::Number(number)),
                    _ => controller(time, channel, number),
                }).collect();
                play(&events, &mut balanced);
            }
            let panic: Vec<NoteEvent<()>> = (0..16).map(|channel| controller(9, channel, 123)).collect();
            play(&panic, &mut balanced);
            prop_assert_eq!(play(&[], &mut balanced), (0, 0));
            prop_assert!(balanced);
        }
    }
}
