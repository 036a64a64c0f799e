//! What a player does besides keys: pedals, wheels, pressure, programs, and the expression of single notes.

use continuo_music::part::{MELODY_CHANNEL, PAD_CHANNEL};

/// MIDI's number of the sustain pedal.
pub const SUSTAIN: u8 = 64;

/// MIDI's number of the pedal that sustains the notes that sound when it goes down.
const SOSTENUTO: u8 = 66;

/// MIDI's number for a voice's timbre, the third dimension of MPE.
const TIMBRE: u8 = 74;

/// MIDI's number that resets all controllers.
const RESET_CONTROLLERS: u8 = 121;

/// Pitch bend's middle: no bend.
pub const NO_BEND: u16 = 8192;

/// How many channels besides that of drum pads carry notes before they count as those of MPE, which gives each note a
/// channel of its own.
const CHANNELS_OF_MPE: u32 = 5;

/// A movement of a control.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Control {
    /// A MIDI controller; number and value 0 to 127.
    Controller {
        /// Its number.
        number: u8,
        /// Its value.
        value: u8,
    },
    /// Pitch bend, 0 to 16383; [`NO_BEND`] is the middle.
    PitchBend(u16),
    /// Channel pressure, 0 to 127.
    Pressure(u8),
    /// A General MIDI program, zero-based.
    Program(u8),
    /// The expression of the notes of a pitch.
    Expression {
        /// Which.
        kind: Expression,
        /// MIDI pitch, 0 to 127.
        pitch: u8,
        /// In the unit of the kind.
        value: f32,
    },
}

/// A kind of expression of a single note, and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expression {
    /// 0 to 1.
    Pressure,
    /// Gain; 1 changes nothing.
    Volume,
    /// -1 (left) to 1.
    Pan,
    /// Semitones.
    Tuning,
    /// 0 to 1.
    Vibrato,
    /// 0 to 1.
    Expression,
    /// 0 to 1.
    Brightness,
}

impl Control {
    /// A pedal that holds notes goes down or up.
    const fn is_pedal(self) -> bool {
        matches!(self, Self::Controller { number: SUSTAIN | SOSTENUTO, .. })
    }

    /// Ends notes (all notes off, all sound off and the modes).
    pub const fn ends_notes(self) -> bool {
        matches!(self, Self::Controller { number: 120 | 123..=127, .. })
    }

    /// The sustain pedal's new state, if it moves or is reset.
    pub const fn sustains(self) -> Option<bool> {
        match self {
            Self::Controller { number: SUSTAIN, value } => Some(value >= 64),
            Self::Controller { number: RESET_CONTROLLERS, .. } => Some(false),
            _ => None,
        }
    }

    /// Whether the two move the same control.
    fn same_control(self, other: Self) -> bool {
        match (self, other) {
            (Self::Controller { number, .. }, Self::Controller { number: other, .. }) => number == other,
            (Self::Expression { kind, pitch, .. }, Self::Expression { kind: other, pitch: of, .. }) => {
                (kind, pitch) == (other, of)
            }
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        }
    }

    /// With valid numbers.
    fn checked(self) -> Self {
        match self {
            Self::Controller { number, value } => Self::Controller { number: number & 127, value: value.min(127) },
            Self::PitchBend(bend) => Self::PitchBend(bend.min(16_383)),
            Self::Pressure(pressure) => Self::Pressure(pressure.min(127)),
            Self::Program(program) => Self::Program(program & 127),
            Self::Expression { kind, pitch, value } => {
                let value = if value.is_finite() { value.clamp(-128.0, 128.0) } else { 0.0 };
                Self::Expression { kind, pitch: pitch & 127, value }
            }
        }
    }
}

/// A movement of a control at a sample of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlEvent {
    /// Samples from the start of the block.
    pub offset: u32,
    /// Zero-based MIDI channel; only its lowest four bits count.
    pub channel: u8,
    /// What moves.
    pub control: Control,
}

/// How many movements one block passes on: a sample-by-sample automation would fill the host's buffers.
const MOST: usize = 128;

/// The movements of one block. If there are too many, the newest of each control count. Never allocates.
#[derive(Debug)]
pub struct ControlsOfBlock(Vec<ControlEvent>);

impl Default for ControlsOfBlock {
    fn default() -> Self {
        Self(Vec::with_capacity(MOST))
    }
}

impl ControlsOfBlock {
    /// Adds a movement; events come in order.
    pub fn push(&mut self, event: ControlEvent) {
        let event = ControlEvent { channel: event.channel & 15, control: event.control.checked(), ..event };
        if self.0.len() < MOST {
            self.0.push(event);
            return;
        }
        let same = |old: &ControlEvent| old.channel == event.channel && old.control.same_control(event.control);
        // A pedal that is not released hangs.
        let replaced = self.0.iter().rposition(same).or_else(|| self.0.iter().rposition(|old| !old.control.is_pedal()));
        if let Some(index) = replaced {
            self.0.remove(index);
            self.0.push(event);
        }
    }

    /// Takes them out, with the memory for the next ones; until it is put back there is room for none.
    pub fn take(&mut self) -> Self {
        Self(std::mem::take(&mut self.0))
    }

    /// The movements, in order.
    pub fn events(&self) -> &[ControlEvent] {
        &self.0
    }

    /// Forgets them.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// The controls of a channel that move with its notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wheels {
    bend: u16,
    pressure: u8,
    timbre: Option<u8>,
}

const AT_REST: Wheels = Wheels { bend: NO_BEND, pressure: 0, timbre: None };

/// Where controls go, and what must be undone when they no longer pass. Owned by the audio thread alone.
///
/// All channels of the melody become one. Wheels and pressure of several channels (as MPE has them) would fight there:
/// those of the channel whose note was struck last count.
#[derive(Debug)]
pub struct ControlPath {
    /// By input channel.
    wheels: [Wheels; 16],
    /// The channel whose wheels count.
    leader: u8,
    /// Which channels carried notes, a bit each.
    with_notes: u16,
    /// By output channel: bend and pressure that were sent, and pedals that are down.
    sent: [Sent; 16],
    /// By input channel: where the part goes out that the player plays there.
    own: [Option<u8>; 16],
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    wheels: Wheels,
    sustain: bool,
    sostenuto: bool,
}

impl Default for ControlPath {
    fn default() -> Self {
        let sent = Sent { wheels: AT_REST, sustain: false, sostenuto: false };
        Self { wheels: [AT_REST; 16], leader: MELODY_CHANNEL, with_notes: 0, sent: [sent; 16], own: [None; 16] }
    }
}

impl ControlPath {
    /// Sets, by input channel, where the part goes out that the player plays there.
    pub const fn set_own(&mut self, own: [Option<u8>; 16]) {
        self.own = own;
    }

    /// Whether the player plays a part on this channel.
    pub fn is_own(&self, channel: u8) -> bool {
        self.own[usize::from(channel & 15)].is_some()
    }

    /// Whether a channel is that of drum pads, and neither one of many that MPE uses nor that of a part.
    pub fn is_pads(&self, channel: u8) -> bool {
        let others = self.with_notes & !(1 << PAD_CHANNEL);
        channel & 15 == PAD_CHANNEL && !self.is_own(channel) && others.count_ones() < CHANNELS_OF_MPE
    }

    /// The channel on which what comes in on this one goes out.
    pub fn output(&self, channel: u8, bypass: bool) -> u8 {
        match channel & 15 {
            channel if bypass => channel,
            channel if let Some(output) = self.own[usize::from(channel)] => output,
            channel if self.is_pads(channel) => PAD_CHANNEL,
            _ => MELODY_CHANNEL,
        }
    }

    /// A note of the melody is struck on a channel: sends what its wheels change on the melody's channel.
    pub fn strike(&mut self, channel: u8, bypass: bool, mut send: impl FnMut(u8, Control)) {
        let channel = channel & 15;
        self.with_notes |= 1 << channel;
        if bypass || self.is_pads(channel) {
            return;
        }
        self.leader = channel;
        let (now, last) = (self.wheels[usize::from(channel)], self.sent[usize::from(MELODY_CHANNEL)].wheels);
        let mut change = |control| self.send(MELODY_CHANNEL, control, &mut send);
        if now.bend != last.bend {
            change(Control::PitchBend(now.bend));
        }
        if now.pressure != last.pressure {
            change(Control::Pressure(now.pressure));
        }
        if let Some(value) = now.timbre.filter(|_| now.timbre != last.timbre) {
            change(Control::Controller { number: TIMBRE, value });
        }
    }

    /// A control moves: sends it on if it passes. `leads` says that keys of the leading channel are held.
    pub fn pass(
        &mut self,
        event: ControlEvent,
        bypass: bool,
        leads: impl FnOnce(u8) -> bool,
        mut send: impl FnMut(u8, Control),
    ) {
        let ControlEvent { channel, control, .. } = event;
        let wheels = &mut self.wheels[usize::from(channel)];
        let is_wheel = match control {
            Control::PitchBend(bend) => {
                wheels.bend = bend;
                true
            }
            Control::Pressure(pressure) => {
                wheels.pressure = pressure;
                true
            }
            Control::Controller { number: TIMBRE, value } => {
                wheels.timbre = Some(value);
                true
            }
            Control::Controller { number: RESET_CONTROLLERS, .. } => {
                *wheels = AT_REST;
                false
            }
            _ => false,
        };
        // The parts may share the melody's channel: only its own notes end.
        if control.ends_notes() && !bypass {
            return;
        }
        if is_wheel && !bypass && !self.is_pads(channel) && !self.is_own(channel) && channel != self.leader {
            if leads(self.leader) {
                return;
            }
            self.leader = channel;
        }
        self.send(self.output(channel, bypass), control, &mut send);
    }

    /// Releases pedals and wheels that were sent, since what follows does not pass.
    pub fn rest(&mut self, mut send: impl FnMut(u8, Control)) {
        for channel in 0..16 {
            let Sent { wheels, sustain, sostenuto } = self.sent[usize::from(channel)];
            let mut rest = |control| self.send(channel, control, &mut send);
            if sustain {
                rest(Control::Controller { number: SUSTAIN, value: 0 });
            }
            if sostenuto {
                rest(Control::Controller { number: SOSTENUTO, value: 0 });
            }
            if wheels.bend != NO_BEND {
                rest(Control::PitchBend(NO_BEND));
            }
            if wheels.pressure != 0 {
                rest(Control::Pressure(0));
            }
        }
    }

    fn send(&mut self, channel: u8, control: Control, send: &mut impl FnMut(u8, Control)) {
        let last = &mut self.sent[usize::from(channel & 15)];
        match control {
            Control::PitchBend(bend) => last.wheels.bend = bend,
            Control::Pressure(pressure) => last.wheels.pressure = pressure,
            Control::Controller { number: SUSTAIN, value } => last.sustain = value >= 64,
            Control::Controller { number: SOSTENUTO, value } => last.sostenuto = value >= 64,
            Control::Controller { number: TIMBRE, value } => last.wheels.timbre = Some(value),
            Control::Controller { number: RESET_CONTROLLERS, .. } => {
                *last = Sent { wheels: AT_REST, sustain: false, sostenuto: false };
            }
            _ => {}
        }
        send(channel, control);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(channel: u8, control: Control) -> ControlEvent {
        ControlEvent { offset: 0, channel, control }
    }

    fn pass(path: &mut ControlPath, channel: u8, control: Control, bypass: bool, leads: bool) -> Vec<(u8, Control)> {
        let mut sent = vec![];
        path.pass(event(channel, control), bypass, |_| leads, |channel, control| sent.push((channel, control)));
        sent
    }

    fn strike(path: &mut ControlPath, channel: u8) -> Vec<(u8, Control)> {
        let mut sent = vec![];
        path.strike(channel, false, |channel, control| sent.push((channel, control)));
        sent
    }

    #[test]
    fn too_many_movements_leave_the_newest_and_lose_no_pedal() {
        let mut block = ControlsOfBlock::default();
        let wheel = |value| event(0, Control::Controller { number: 1, value });
        block.push(event(0, Control::Controller { number: SUSTAIN, value: 127 }));
        (0..1000).for_each(|time| block.push(wheel((time % 128) as u8)));
        block.push(event(0, Control::Controller { number: SUSTAIN, value: 0 }));
        block.push(event(3, Control::Controller { number: SUSTAIN, value: 0 }));
        assert!(block.events().len() <= MOST && block.0.capacity() == MOST);
        let pedals: Vec<u8> =
            block.events().iter().filter(|event| event.control.is_pedal()).map(|event| event.channel).collect();
        assert_eq!(pedals, [0, 3], "the newest of channel 1, and that of channel 4");
        let newest = block.events().iter().rev().find(|event| !event.control.is_pedal());
        assert!(matches!(newest, Some(ControlEvent { control: Control::Controller { number: 1, .. }, .. })));
    }

    #[test]
    fn all_channels_of_the_melody_become_one_and_bypass_changes_none() {
        let mut path = ControlPath::default();
        let pedal = Control::Controller { number: SUSTAIN, value: 127 };
        assert_eq!(pass(&mut path, 4, pedal, false, false), [(0, pedal)]);
        assert_eq!(pass(&mut path, 9, pedal, false, false), [(9, pedal)]);
        assert_eq!(pass(&mut path, 4, pedal, true, false), [(4, pedal)]);
        let panic = Control::Controller { number: 123, value: 0 };
        assert_eq!(pass(&mut path, 4, panic, false, false), []);
        assert_eq!(pass(&mut path, 4, panic, true, false), [(4, panic)]);
    }

    #[test]
    fn the_wheels_of_the_note_that_was_struck_last_count() {
        let mut path = ControlPath::default();
        let bend = Control::PitchBend;
        assert_eq!(strike(&mut path, 1), []);
        assert_eq!(pass(&mut path, 1, bend(9000), false, true), [(0, bend(9000))]);
        assert_eq!(pass(&mut path, 2, bend(5000), false, true), [], "another note leads");
        assert_eq!(strike(&mut path, 2), [(0, bend(5000))]);
        assert_eq!(strike(&mut path, 3), [(0, bend(NO_BEND))]);
        assert_eq!(pass(&mut path, 7, bend(1), false, false), [(0, bend(1))], "no key is held");
    }

    #[test]
    fn a_tenth_channel_is_that_of_pads_unless_notes_are_spread_over_many() {
        let mut path = ControlPath::default();
        for channel in 1..5 {
            strike(&mut path, channel);
            strike(&mut path, PAD_CHANNEL);
        }
        assert!(path.is_pads(PAD_CHANNEL));
        strike(&mut path, 5);
        assert!(!path.is_pads(PAD_CHANNEL));
        assert_eq!(path.output(PAD_CHANNEL, false), MELODY_CHANNEL);
    }

    #[test]
    fn what_was_sent_is_undone() {
        let mut path = ControlPath::default();
        for control in [Control::Controller { number: SUSTAIN, value: 80 }, Control::PitchBend(1), Control::Pressure(3)]
        {
            pass(&mut path, 0, control, false, false);
        }
        let mut sent = vec![];
        path.rest(|channel, control| sent.push((channel, control)));
        let up = Control::Controller { number: SUSTAIN, value: 0 };
        assert_eq!(sent, [(0, up), (0, Control::PitchBend(NO_BEND)), (0, Control::Pressure(0))]);
        path.rest(|_, control| panic!("{control:?} again"));
    }
}
