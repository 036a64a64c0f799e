//! The player's edits: what they ask of the composer directly, beside the parameters.

use super::{
    hand_chords::ChordEdit, lead_passage::LeadPassage, melody_edit::MelodyEdit, passage::Passage,
    tool_request::ToolRequest,
};
use continuo_music::{
    chord::ChordSpan,
    meter::MeterMap,
    note::Note,
    part::{Part, PartMap},
    sections::Sections,
    time::Tick,
};

use std::ops::Range;

/// One edit. Edits that change the score are recorded in the [`crate::score::history::History`].
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Make another take of the phrase at a tick: of all unlocked parts, or of one part while the others stay. Locked
    /// parts stay as they are.
    Regenerate {
        /// Anywhere in the phrase.
        tick: Tick,
        /// The part; `None` for all.
        part: Option<Part>,
    },
    /// Make another take of Lead where it has played, unless it is locked.
    LeadAgain {
        /// The bars, in ticks; `None` for all that it has played.
        bars: Option<Range<Tick>>,
    },
    /// Bring back what Lead played in a stretch before or after another take: to undo or redo it.
    BringBackLead(Box<LeadPassage>),
    /// Play another take, see [`crate::score::takes::Take::id`].
    Choose {
        /// The phrase's first tick.
        start: Tick,
        /// The take.
        take: u32,
        /// It undoes or redoes an edit, and is not recorded.
        undoing: bool,
    },
    /// Play another of the takes that the conductor chose from: it is drawn again and becomes a take like all others.
    Draw {
        /// The phrase's first tick.
        start: Tick,
        /// The drawn take, an index into [`crate::network::conductor::Judged::scores`].
        index: u8,
    },
    /// Mark a take as a favourite, or unmark it.
    Favourite {
        /// The phrase's first tick.
        start: Tick,
        /// The take; `None` for the one that plays.
        take: Option<u32>,
        /// Marked or not.
        on: bool,
        /// It undoes or redoes an edit, and is not recorded.
        undoing: bool,
    },
    /// Name other sections of the song.
    SetSections {
        /// All of them.
        sections: Sections,
        /// It undoes or redoes an edit, and is not recorded.
        undoing: bool,
    },
    /// Change the chords that are set by hand. The unlocked parts of the phrases in which they lie are made again around
    /// them; other phrases stay as they are.
    Chords(ChordEdit),
    /// Change notes of the melody. In Arrange mode, the unlocked parts of the phrases in which it changed are made again, and
    /// those that are missing there are made.
    Melody(MelodyEdit),
    /// Let a tool work on selected bars. What it makes is one step of the history.
    Tool(Box<ToolRequest>),
    /// Bring back the chords, melody and phrases before or after an edit: to undo or redo it.
    BringBack(Box<Passage>),
    /// Find what the network would choose at a tick, see [`ChordGuesses`](crate::arranging::ChordGuesses). Changes nothing.
    GuessChords {
        /// Anywhere in the chord's place.
        tick: Tick,
    },
    /// Make every phrase again with the loaded model, as one step: the melody, chords, sections, locked parts and marked
    /// takes stay.
    ArrangeAnew,
    /// Let bars rest again, or bring back what rests in them: to redo or undo it.
    Rest {
        /// Where.
        bars: Vec<Range<Tick>>,
        /// They rest.
        on: bool,
    },
    /// Replace everything by a melody that is known to its end, and arrange it.
    Arrange(Box<WholeSong>),
    /// Forget the melody and all phrases.
    Clear,
}

/// A melody to be arranged at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WholeSong {
    /// The melody, sorted.
    pub melody: Vec<Note>,
    /// Its bars.
    pub meters: MeterMap,
    /// The chords that the parts keep to, in order, without overlaps; none where nothing is given.
    pub chords: Vec<ChordSpan>,
    /// The parts that are kept, sorted; the others are made around them.
    pub own: PartMap<Option<Vec<Note>>>,
    /// The sections that are named; none if they follow from the form.
    pub sections: Sections,
}
