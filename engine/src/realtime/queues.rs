//! What crosses between the audio thread and the composer.
//!
//! Both directions are bounded `crossbeam-channel`s used with `try_send` and `try_recv` only. Such a channel takes no
//! lock as long as no thread sleeps in `recv`, and none here ever does. Every value is either `Copy` or a box that the
//! composer allocates and gets back to free.

use continuo_music::{
    key::Key,
    meter::{Meter, PhraseSpan},
    note::Note,
    part::Part,
    settings::Settings,
    time::Tick,
};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64},
    },
};

/// How many [`Fact`]s may wait for the composer.
pub const FACT_CAPACITY: usize = 4096;

/// How many deliveries may wait for the audio thread.
pub const PHRASE_CAPACITY: usize = 256;

/// How many phrases the audio thread's table holds: over four hours of one-bar phrases in 4/4 at 120 beats a minute.
pub const TABLE_CAPACITY: usize = 8192;

/// Ticks that the transport has rolled since the activation, over all starts, loops and jumps: a clock in musical time
/// that only moves forward, so that "ready in time" means the same live and offline.
pub type RolledTick = i64;

/// What the audio thread reports to the composer.
///
/// Within a block: `Settings`, `Left`, `Meter`, `Located` and `Started` come first, then the notes in order, then one
/// `Rolled`. A block with a loop wrap is reported as two blocks. While the queue is over half full, the `Rolled` of
/// several blocks are joined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// The player's choices, sent at the activation and whenever one changes.
    Settings(Settings),
    /// The host's meter at `tick`, sent when the transport starts and whenever the meter, or the place of the bars,
    /// changes.
    Meter {
        /// Where the host reported it.
        tick: Tick,
        /// The meter.
        meter: Meter,
        /// Where the bar that holds `tick` began, if the host knows it. The next bars follow it without a break.
        bar: Option<Tick>,
    },
    /// The transport stands with its playhead here. Sent once for each place.
    Located {
        /// The playhead.
        tick: Tick,
    },
    /// The transport began to roll here, after a stop, a jump or a loop wrap.
    Started {
        /// The first tick.
        tick: Tick,
        /// The rolled time at this moment.
        rolled: RolledTick,
    },
    /// A melody note began.
    NoteOn {
        /// Where.
        tick: Tick,
        /// MIDI pitch.
        pitch: u8,
        /// MIDI velocity, 1 to 127.
        velocity: u8,
    },
    /// A melody note ended.
    NoteOff {
        /// Where.
        tick: Tick,
        /// MIDI pitch.
        pitch: u8,
    },
    /// A note of a part that the player plays began.
    PartOn {
        /// The part.
        part: Part,
        /// Where.
        tick: Tick,
        /// MIDI pitch.
        pitch: u8,
        /// MIDI velocity, 1 to 127.
        velocity: u8,
    },
    /// A note of a part that the player plays ended.
    PartOff {
        /// The part.
        part: Part,
        /// Where.
        tick: Tick,
        /// MIDI pitch.
        pitch: u8,
    },
    /// The transport rolled from `from` up to, not including, `to`.
    Rolled {
        /// First tick.
        from: Tick,
        /// First tick after the block.
        to: Tick,
        /// The rolled time at `to`.
        rolled: RolledTick,
        /// The host's loop, if it is active: first tick, first tick after it.
        cycle: Option<(Tick, Tick)>,
    },
    /// The transport left this place: it stopped, jumped, or wrapped. Held melody notes end here. If the host turns out
    /// to have left within the block before, what was reported from there on is void.
    Left {
        /// The first tick that was not played, or that should not have been.
        tick: Tick,
    },
    /// The player asked for a new take of the phrase at the playhead.
    Generate {
        /// The playhead.
        tick: Tick,
    },
}

impl Fact {
    /// Whether a note of the melody or of a part began or ended.
    pub const fn is_note(&self) -> bool {
        matches!(self, Self::NoteOn { .. } | Self::NoteOff { .. } | Self::PartOn { .. } | Self::PartOff { .. })
    }
}

/// A note of one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartNote {
    /// The part that plays it.
    pub part: Part,
    /// The note, within the phrase's span.
    pub note: Note,
}

/// A phrase as the audio thread plays it. Allocated and freed by the composer; the audio thread only reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayablePhrase {
    /// The stretch it covers.
    pub span: PhraseSpan,
    /// Its notes, sorted by start; each starts and ends inside the span.
    pub notes: Box<[PartNote]>,
    /// It plays once its span is entered at this rolled time or later; until then an earlier phrase for the same span
    /// plays on. With [`PLAY_AT_ONCE`] it replaces what plays even in the middle of its span.
    pub ready_at: RolledTick,
    /// The first tick at which it may differ from the phrase that it replaces in the middle of its span: its start, or
    /// where a second cut made the rest anew.
    pub differs_from: Tick,
    /// General MIDI programs of bass, chords, strings, counter (zero-based), for `program_changes`.
    pub programs: [u8; 4],
    /// The key that the band ends in; `None` while none is known.
    pub key: Option<Key>,
}

/// A note of the score's melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MelodyNote {
    /// The note.
    pub note: Note,
    /// It plays if it is reached at this rolled time or later.
    pub ready_at: RolledTick,
}

/// A bar in which the score has a melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MelodyBar {
    /// Its first tick.
    pub start: Tick,
    /// The first tick after it.
    pub end: Tick,
    /// From this rolled time on, the score's melody plays in it.
    pub ready_at: RolledTick,
}

/// The score's melody as the audio thread plays it. Allocated and freed by the composer; the audio thread only reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlayableMelody {
    /// The bars that have notes, in order.
    pub bars: Box<[MelodyBar]>,
    /// The notes, sorted.
    pub notes: Box<[MelodyNote]>,
}

/// A note of Lead's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeadNote {
    /// The note.
    pub note: Note,
    /// Where the player strikes a key here or later, it is silent, or ends; [`Tick::MAX`] if it plays on.
    pub hushed_from: Tick,
}

/// What Lead plays. Allocated and freed by the composer; the audio thread only reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlayableLead {
    /// The notes, sorted, one at a time.
    pub notes: Box<[LeadNote]>,
    /// Where notes begin that are new; empty if they belong to another score.
    pub news: Range<Tick>,
    /// Its General MIDI program (zero-based), for `program_changes`.
    pub program: u8,
}

/// [`PlayablePhrase::ready_at`] of a phrase that plays from the moment it arrives.
pub const PLAY_AT_ONCE: RolledTick = RolledTick::MIN;

/// What the composer sends to the audio thread.
#[derive(Debug)]
pub enum Delivery {
    /// One phrase. If a phrase with another span overlaps it, the composer sends a `Table` instead.
    Phrase(Box<PlayablePhrase>),
    /// The whole score, sorted by span, without overlaps; replaces the table at once.
    Table(Box<Vec<Box<PlayablePhrase>>>),
    /// The score's melody, sent while it plays; replaces the one before at once.
    Melody(Box<PlayableMelody>),
    /// What Lead plays; replaces what it played before at once.
    Lead(Box<PlayableLead>),
}

/// Counters that both threads and the editor read.
#[derive(Debug, Default)]
pub struct Progress {
    /// Facts sent by the audio thread.
    pub sent: AtomicU64,
    /// Facts processed by the composer, with everything that follows from them delivered.
    pub done: AtomicU64,
    /// Facts lost because the queue was full.
    pub lost: AtomicU64,
    /// Times the playhead entered a phrase's span before the phrase was ready.
    pub late: AtomicU32,
}

/// The audio thread's ends.
pub struct AudioEnds {
    /// To the composer.
    pub facts: Sender<Fact>,
    /// From the composer.
    pub deliveries: Receiver<Delivery>,
    /// Back to the composer, to be freed there.
    pub returns: Sender<Delivery>,
    /// Shared counters.
    pub progress: Arc<Progress>,
}

/// The composer's ends.
pub struct ComposerEnds {
    /// From the audio thread.
    pub facts: Receiver<Fact>,
    /// To the audio thread.
    pub deliveries: Sender<Delivery>,
    /// Deliveries that the audio thread no longer needs.
    pub returns: Receiver<Delivery>,
    /// Shared counters.
    pub progress: Arc<Progress>,
}

/// Creates the queues between one audio thread and one composer.
pub fn queues() -> (AudioEnds, ComposerEnds) {
    let (fact_sender, fact_receiver) = bounded(FACT_CAPACITY);
    let (delivery_sender, delivery_receiver) = bounded(PHRASE_CAPACITY);
    // Each delivery can send back at most the one it replaces and itself.
    let (return_sender, return_receiver) = bounded(4 * PHRASE_CAPACITY);
    let progress = Arc::new(Progress::default());
    let audio = AudioEnds {
        facts: fact_sender,
        deliveries: delivery_receiver,
        returns: return_sender,
        progress: Arc::clone(&progress),
    };
    let composer =
        ComposerEnds { facts: fact_receiver, deliveries: delivery_sender, returns: return_receiver, progress };
    (audio, composer)
}
