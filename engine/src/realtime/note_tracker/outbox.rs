//! Pending output: sorted, and never more events in a block than hosts accept.

use crate::realtime::controls::Control;

/// Most events that one block sends to the host; the rest follow in the next block. The CLAP wrapper holds 512 and
/// allocates beyond that.
pub const EVENTS_PER_BLOCK: usize = 480;

/// How many events may wait.
const CAPACITY: usize = 8192;

/// An event for the host, at a sample of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OutputEvent {
    /// Samples from the start of the block.
    pub offset: u32,
    /// What happens.
    pub kind: OutputEventKind,
}

/// What is sent. Channels are zero-based, 0 to 15; pitches, velocities and programs as in MIDI.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OutputEventKind {
    /// A note ends.
    NoteOff {
        /// MIDI channel.
        channel: u8,
        /// MIDI pitch, 0 to 127.
        pitch: u8,
    },
    /// A channel's sound changes.
    ProgramChange {
        /// MIDI channel.
        channel: u8,
        /// Zero-based General MIDI program.
        program: u8,
    },
    /// The player moves a control.
    Control {
        /// MIDI channel.
        channel: u8,
        /// What moves.
        control: Control,
    },
    /// A note begins.
    NoteOn {
        /// MIDI channel.
        channel: u8,
        /// MIDI pitch, 0 to 127.
        pitch: u8,
        /// MIDI velocity, 1 to 127.
        velocity: u8,
    },
}

impl OutputEventKind {
    /// At the same sample, note-offs come first and note-ons last.
    const fn rank(self) -> u8 {
        match self {
            Self::NoteOff { .. } => 0,
            Self::ProgramChange { .. } | Self::Control { .. } => 1,
            Self::NoteOn { .. } => 2,
        }
    }
}

/// An event with its moment in samples since the activation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timed {
    pub time: u64,
    pub kind: OutputEventKind,
    order: u32,
}

/// The waiting events. Allocated once.
#[derive(Debug)]
pub(super) struct Outbox {
    events: Vec<Timed>,
}

impl Outbox {
    pub fn new() -> Self {
        Self { events: Vec::with_capacity(CAPACITY) }
    }

    /// How many more events fit.
    pub fn room(&self) -> usize {
        CAPACITY - self.events.len()
    }

    /// Adds an event; drops it without room, which the note tracker checks before.
    pub fn push(&mut self, time: u64, kind: OutputEventKind) {
        if self.room() > 0 {
            let order = self.events.len() as u32;
            self.events.push(Timed { time, kind, order });
        }
    }

    /// Sends the events before `end` in order; those overdue at `now` get offset 0.
    pub fn emit(&mut self, now: u64, end: u64, output: &mut impl FnMut(OutputEvent)) {
        self.events.sort_unstable_by_key(|event| (event.time, event.kind.rank(), event.order));
        let due = self.events.partition_point(|event| event.time < end).min(EVENTS_PER_BLOCK);
        for event in self.events.drain(..due) {
            output(OutputEvent { offset: event.time.saturating_sub(now) as u32, kind: event.kind });
        }
        for (order, event) in (0..).zip(&mut self.events) {
            event.order = order;
        }
    }

    /// The waiting events, sorted by the last [`Outbox::emit`], to reschedule them.
    pub fn waiting(&mut self) -> &mut [Timed] {
        &mut self.events
    }
}
