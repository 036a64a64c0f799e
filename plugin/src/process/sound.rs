//! What the plugin sounds like: its notes go to a player as they go to the host.

use crate::{
    params::{ContinuoParams, sound::factor},
    process::{
        instruments::{Instruments, OUTPUTS, Sides, output_of},
        sound_loader::SoundLoader,
    },
};
use continuo_engine::{
    lead::lead_program,
    realtime::{Control, EVENTS_PER_BLOCK, KeyStroke, OutputEvent, OutputEventKind},
};
use continuo_music::part::{PAD_CHANNEL, Part};
use continuo_sounds::{
    Message, Rider, mixer,
    player::{CHANNELS, DRUM_CHANNEL},
    programs,
    rider::Heard,
};
use nice_plug::prelude::Buffer;
use std::sync::Arc;

/// What the band plays before its first phrase names its instruments: bass, chords, strings, counter.
const FIRST_PROGRAMS: [u8; 4] = [33, 0, 48, 73];
/// By how much live sound is louder than the player's before the rider has found the level of the song.
const LIVE_GAIN: f32 = 2.3;
/// By how many decibels each of the model's genres is louder than that, in their order: a chorale is soft beside a band with
/// drums. Means of nine tunes, from a slow ballad to a fast riff, so that the rider has the shortest way.
const GENRES: [f32; 9] = [0.3, 2.0, 0.3, 2.9, 0.9, 0.8, 3.7, 2.3, -0.4];
/// The usual shares of the band's power: of the melody and of each part, by their outputs. Means of the nine genres, measured
/// with the stems of the *Ode to Joy*.
const POWERS: [f32; OUTPUTS] = [0.41, 0.08, 0.2, 0.15, 0.12, 0.04];
/// How long sound takes to come and go when it is switched, in seconds.
const FADE: f64 = 0.02;
/// For so many seconds after a part's last note, the band is said to play.
const PLAYING: f64 = 3.0;

/// The sound of an instance. The audio thread owns it while the plugin processes.
pub struct Sound {
    loader: Arc<SoundLoader>,
    instruments: Option<Box<Instruments>>,
    /// The block's messages with their samples, in order.
    messages: Vec<(u32, Message)>,
    /// The programs that the channels have.
    programs: [Option<u8>; CHANNELS],
    /// Finds the level of the song.
    rider: Rider,
    /// Samples since a part began a note.
    since_part: u64,
    /// The factor of the last block's end: 0 while it is off.
    gain: f32,
    sample_rate: f64,
}

impl Sound {
    /// Silent until [`Sound::prepare`].
    pub fn new(loader: Arc<SoundLoader>) -> Self {
        let room = 2 * EVENTS_PER_BLOCK + 8192;
        let messages = Vec::with_capacity(room);
        Self {
            loader,
            instruments: None,
            messages,
            programs: [None; CHANNELS],
            rider: Rider::new(48_000.0),
            since_part: u64::MAX,
            gain: 0.0,
            sample_rate: 0.0,
        }
    }

    /// Loads the instruments for a sample rate, in Hz, on another thread. Not for the audio thread.
    pub fn prepare(&mut self, sample_rate: f64) {
        self.sample_rate = sample_rate;
        self.rider = Rider::new(sample_rate);
        if self
            .instruments
            .as_ref()
            .is_some_and(|instruments| instruments.sample_rate.to_bits() == sample_rate.to_bits())
        {
            return;
        }
        self.instruments = None;
        self.loader.start(sample_rate);
    }

    /// Ends all sound at once and forgets how loud the song was, since the host starts afresh.
    pub fn reset(&mut self) {
        self.rider.reset();
        self.since_part = u64::MAX;
        self.silence();
    }

    fn silence(&mut self) {
        if let Some(instruments) = &mut self.instruments {
            instruments.reset();
        }
        self.programs = [None; CHANNELS];
    }

    /// Begins a block: takes instruments that were loaded. Offline, it waits for the first ones.
    pub fn begin(&mut self, offline: bool) {
        self.messages.clear();
        let Some(loaded) = self.loader.loaded(offline && self.instruments.is_none()) else { return };
        if loaded.sample_rate.to_bits() != self.sample_rate.to_bits() {
            self.loader.give_back(loaded);
            return;
        }
        if let Some(old) = self.instruments.replace(loaded) {
            self.loader.give_back(old);
            // The new ones fade in.
            self.gain = 0.0;
        }
        self.programs = [None; CHANNELS];
    }

    /// Hears an event that goes to the host, in their order.
    pub fn hear(&mut self, event: OutputEvent, params: &ContinuoParams) {
        let drums = params.drums.settings().channel;
        let route = |channel| routed(channel & 15, drums);
        let message = match event.kind {
            OutputEventKind::NoteOn { channel, pitch, velocity } => {
                if part_on(channel, params).is_some() {
                    self.since_part = 0;
                }
                Message::NoteOn(route(channel), pitch, velocity)
            }
            OutputEventKind::NoteOff { channel, pitch } => Message::NoteOff(route(channel), pitch),
            OutputEventKind::Control { channel, control } => match control {
                Control::Controller { number, value } => Message::Controller(route(channel), number, value),
                Control::PitchBend(bend) => Message::Bend(route(channel), bend),
                // What the melody's program change says comes as one.
                Control::Program(_) | Control::Pressure(_) | Control::Expression { .. } => return,
            },
            OutputEventKind::ProgramChange { channel, program } => {
                let of_part = part_on(channel, params).is_some() || leads_on(params, channel);
                if of_part || params.melody.program.value() != 0 {
                    return;
                }
                self.programs[usize::from(route(channel))] = Some(program);
                Message::Program(route(channel), program)
            }
        };
        if self.messages.len() < self.messages.capacity() {
            self.messages.push((event.offset, message));
        }
    }

    /// Hears the melody where there is no band.
    pub fn hear_melody(&mut self, strokes: &[KeyStroke], params: &ContinuoParams) {
        for &KeyStroke { offset, channel, pitch, velocity } in strokes {
            let kind = match velocity {
                Some(velocity) => OutputEventKind::NoteOn { channel, pitch, velocity },
                None => OutputEventKind::NoteOff { channel, pitch },
            };
            self.hear(OutputEvent { offset, kind }, params);
        }
    }

    /// Renders the block: the mix into `main`, and the melody and each part into those of `others` that the host takes.
    /// `programs` are those of bass, chords, strings and counter in the phrase that plays, and `lead` is Lead's.
    pub fn render(
        &mut self,
        main: &mut Buffer<'_>,
        others: &mut [Buffer<'_>],
        params: &ContinuoParams,
        programs: Option<[u8; 4]>,
        lead: Option<u8>,
    ) {
        let [left, right] = main.as_slice() else { return };
        let on = params.sounds.value() && !params.bypass.value();
        let usual = live_gain(params);
        let target = if on { usual * self.rider.factor() * factor(params.sounds_level.value()) } else { 0.0 };
        if self.instruments.is_none() || (self.gain <= 0.0 && target <= 0.0) {
            self.gain = 0.0;
            return;
        }
        let frames = left.len().min(right.len());
        let mut mix: Sides<'_> = (&mut left[..frames], &mut right[..frames]);
        let mut outputs: [Option<Sides<'_>>; OUTPUTS] = Default::default();
        for (output, buffer) in outputs.iter_mut().zip(others) {
            // A host leaves those empty that it does not take.
            if let [left, right] = buffer.as_slice()
                && left.len() >= frames
                && right.len() >= frames
            {
                *output = Some((&mut left[..frames], &mut right[..frames]));
            }
        }
        if let Some(instruments) = &mut self.instruments
            && instruments.take(outputs.each_ref().map(Option::is_some))
        {
            self.programs = [None; CHANNELS];
        }
        self.mix(params, programs.unwrap_or(FIRST_PROGRAMS), lead.unwrap_or(lead_program(None)));
        let Some(instruments) = &mut self.instruments else { return };
        let mut at = 0;
        for &(offset, message) in &self.messages {
            let to = (offset as usize).clamp(at, frames);
            instruments.render(&mut mix, &mut outputs, at, to);
            instruments.send(message);
            at = to;
        }
        instruments.render(&mut mix, &mut outputs, at, frames);
        Instruments::gather(&mut mix, &outputs);
        let learn = on && self.since_part < (PLAYING * instruments.sample_rate) as u64 && !any_solo(params);
        self.rider.hear(Heard { left: mix.0, right: mix.1, gain: usual, share: share(params), learn });
        self.since_part = self.since_part.saturating_add(frames as u64);
        for (left, right) in outputs.iter_mut().flatten() {
            fade(left, right, self.gain, target, instruments.sample_rate);
        }
        self.gain = fade(mix.0, mix.1, self.gain, target, instruments.sample_rate);
        instruments.limit(&mut mix, &mut outputs);
        if self.gain <= 0.0 {
            // Off: nothing rings when it is switched on again.
            self.silence();
        }
    }

    /// Sets levels, positions and programs as the parameters are.
    fn mix(&mut self, params: &ContinuoParams, genre: [u8; 4], lead: u8) {
        let drums = params.drums.settings().channel;
        let mut chosen = genre;
        for (program, part) in chosen.iter_mut().zip(Part::PITCHED) {
            *program = params.part(part).program(*program);
        }
        let melody = match params.melody.program.value() {
            0 => programs::for_melody(&chosen),
            number => (number - 1).clamp(0, 127) as u8,
        };
        for channel in 0..CHANNELS as u8 {
            let part = part_on(channel, params);
            let (mixed, program, volume) = match part {
                Some(part) => {
                    let index = Part::PITCHED.into_iter().position(|other| other == part);
                    let program = index.map_or_else(|| params.drums.kit(), |index| chosen[index]);
                    (&params.part(part).sound, program, mixer::volume(part, program))
                }
                None if leads_on(params, channel) => {
                    let program = params.lead.program(lead);
                    (&params.lead.sound, program, mixer::lead_volume(program))
                }
                // Pads have the drums' sound.
                None if channel == PAD_CHANNEL => (&params.drums.sound, 0, mixer::volume(Part::Drums, 0)),
                None => (&params.melody, melody, mixer::melody_volume(melody)),
            };
            let own = channel;
            let output = output_of(part.or((channel == PAD_CHANNEL).then_some(Part::Drums)));
            let channel = routed(channel, drums);
            let Some(instruments) = self.instruments.as_deref_mut() else { return };
            if instruments.assign(channel, output) {
                self.programs[usize::from(channel)] = None;
            }
            let is_band = part.is_some() || leads_on(params, own);
            self.choose(channel, program, is_band || params.melody.program.value() != 0);
            let Some(instruments) = self.instruments.as_deref_mut() else { return };
            let player = instruments.player(channel);
            // The volume is General MIDI's: its square is the factor.
            player.set_level(channel, mixed.factor() * (f32::from(volume) / 100.0).powi(2));
            player.set_pan(channel, mixed.pan.value());
        }
    }

    /// Sends a channel's program if it has another; `always` unless it may have one that was played to it.
    fn choose(&mut self, channel: u8, program: u8, always: bool) {
        let has = &mut self.programs[usize::from(channel)];
        if *has == Some(program) || (has.is_some() && !always) {
            return;
        }
        *has = Some(program);
        if let Some(instruments) = &mut self.instruments {
            instruments.send(Message::Program(channel, program));
        }
    }

    /// Frees what the loader's thread made and waits for it, so that it does not outlive the library.
    pub fn stop(&mut self) {
        self.loader.stop();
        self.instruments = None;
    }
}

/// Whether Lead plays on a channel.
fn leads_on(params: &ContinuoParams, channel: u8) -> bool {
    let lead = params.lead.settings();
    lead.plays() && lead.play.channel == channel
}

/// The player's channel for one of the plugin's: drums are on General MIDI's channel wherever the parameter has them.
const fn routed(channel: u8, drums: u8) -> u8 {
    if channel == drums {
        DRUM_CHANNEL
    } else if channel == DRUM_CHANNEL {
        drums
    } else {
        channel
    }
}

/// The part on one of the plugin's channels.
fn part_on(channel: u8, params: &ContinuoParams) -> Option<Part> {
    Part::ALL.into_iter().find(|&part| params.part(part).settings().channel == channel)
}

/// Whether a part plays solo: alone it tells nothing of the song.
fn any_solo(params: &ContinuoParams) -> bool {
    Part::ALL.into_iter().any(|part| params.part(part).solo.value())
}

/// What is left of the band's power where levels were lowered or raised, 1 where none was.
fn share(params: &ContinuoParams) -> f32 {
    let parts =
        Part::ALL.into_iter().map(|part| POWERS[output_of(Some(part))] * params.part(part).sound.factor().powi(2));
    POWERS[output_of(None)] * params.melody.factor().powi(2) + parts.sum::<f32>()
}

/// By how much live sound of the chosen genres is louder than the player's. A genre of the user's own has the usual gain.
fn live_gain(params: &ContinuoParams) -> f32 {
    let of = |slot: i32| usize::try_from(slot).ok().and_then(|slot| GENRES.get(slot)).copied().unwrap_or_default();
    let (first, second) = (of(params.genre.value()), of(params.genre_b.value()));
    LIVE_GAIN * 10_f32.powf((first + (second - first) * params.blend.value()) / 20.0)
}

/// Multiplies a block by a gain that moves to its target. Returns where it is at the end.
fn fade(left: &mut [f32], right: &mut [f32], from: f32, target: f32, sample_rate: f64) -> f32 {
    let step = (1.0 / (FADE * sample_rate)) as f32 * LIVE_GAIN;
    let mut gain = from;
    for (left, right) in left.iter_mut().zip(right) {
        gain += (target - gain).clamp(-step, step);
        *left *= gain;
        *right *= gain;
    }
    gain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drums_are_on_their_channel_wherever_the_parameter_has_them() {
        assert_eq!([0, 3, 9, 15].map(|channel| routed(channel, 9)), [0, 3, 9, 15]);
        assert_eq!([0, 3, 9, 15].map(|channel| routed(channel, 3)), [0, 9, 3, 15]);
    }

    #[test]
    fn a_switch_fades_and_reaches_its_target() {
        let (mut left, mut right) = (vec![1.0; 4800], vec![1.0; 4800]);
        assert!((fade(&mut left, &mut right, 0.0, LIVE_GAIN, 48_000.0) - LIVE_GAIN).abs() < 1e-6);
        let step = left.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < 0.01, "{step}");
        assert!(fade(&mut left, &mut right, LIVE_GAIN, 0.0, 48_000.0) <= 0.0);
        assert!(left[4799].abs() <= 0.0);
    }
}
