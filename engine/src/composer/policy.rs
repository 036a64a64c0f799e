//! The occasions to make a phrase, and the policy for each.

use crate::realtime::queues::{PLAY_AT_ONCE, RolledTick};
use continuo_music::{part::Part, time::LEAD};

/// Why a phrase may have to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// It will be entered next, at this rolled time; with `vary` it is time for another take.
    Entry(RolledTick),
    /// Its melody was heard, by this rolled time.
    Heard(RolledTick),
    /// It is at the playhead of a standing transport, or was entered without notice.
    Here,
    /// It begins right after the place where the transport stands.
    Soon,
    /// The player wants another take now.
    Generate,
    /// The player wants another take of this part now, while the others stay.
    GeneratePart(Part),
    /// The player wants to hear another of the takes that were drawn.
    Draw(u8),
    /// The player changed its chords or its melody.
    Edited,
}

/// How to make a phrase on an [`Occasion`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each answers a question of its own")]
pub struct Policy {
    /// The player asked for another take; the one before is kept.
    pub requested: bool,
    /// The phrase was heard: the settings where it began shape it, not the current ones.
    pub heard: bool,
    /// The phrase is made before it is entered: a phrase that foresees a change of the settings stays.
    pub ahead: bool,
    /// When another take is made of a phrase that is already what the player wants.
    pub another: Another,
    /// The rolled time from which on the phrase may play.
    pub ready_at: RolledTick,
    /// The only part that is made; `None` for all.
    pub only: Option<Part>,
    /// Which of the takes that the conductor judged is drawn again.
    pub drawn: Option<u8>,
    /// The take that plays is made again with the settings that shaped it, and replaced.
    pub same_take: bool,
}

/// When another take is made of a phrase that is already what the player wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Another {
    /// Never.
    Never,
    /// When each pass is to be a new take.
    IfVaried,
    /// In any case.
    Always,
}

impl Occasion {
    /// The policy for the occasion.
    pub const fn policy(self) -> Policy {
        let plain = Policy {
            requested: false,
            heard: false,
            ahead: false,
            another: Another::Never,
            ready_at: PLAY_AT_ONCE,
            only: None,
            drawn: None,
            same_take: false,
        };
        let request = Policy { requested: true, another: Another::Always, ..plain };
        match self {
            Self::Entry(entered) => Policy { ahead: true, another: Another::IfVaried, ready_at: entered, ..plain },
            Self::Heard(rolled) => Policy { heard: true, ready_at: rolled + LEAD, ..plain },
            Self::Here => plain,
            Self::Soon => Policy { ahead: true, ..plain },
            Self::Generate => request,
            Self::GeneratePart(part) => Policy { only: Some(part), ..request },
            Self::Draw(index) => Policy { drawn: Some(index), ..request },
            Self::Edited => Policy { same_take: true, ..plain },
        }
    }
}
