//! Why a phrase is looked at, and what follows from that.

use crate::realtime::queues::{PLAY_AT_ONCE, RolledTick};
use continuo_music::{part::Part, time::LEAD};

/// Why a phrase is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// It will be entered next, at this rolled time; with `vary` it is time for another take.
    Entry(RolledTick),
    /// It was heard.
    Heard(RolledTick),
    /// It is at the playhead: of a standing transport, or entered without notice.
    Here,
    /// It begins right after the place where the transport stands.
    Soon,
    /// The player wants another take now.
    Generate,
    /// The player wants another take of this part now, around which the others stay.
    GeneratePart(Part),
    /// The player wants to hear another of the takes that were drawn.
    Draw(u8),
}

/// What follows from an [`Occasion`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// The player asked for another take, and keeps the one before.
    pub asked: bool,
    /// The phrase was heard: the settings where it began shape it, not those that are in force now.
    pub heard: bool,
    /// The phrase is made before it is entered: one that foresees a change of the settings stays.
    pub ahead: bool,
    /// When another take is made of a phrase that is already what the player wants.
    pub another: Another,
    /// The rolled time from which on the phrase may play.
    pub ready_at: RolledTick,
    /// The only part that is made; `None` for all.
    pub only: Option<Part>,
    /// Which of the takes that the conductor judged is drawn again.
    pub drawn: Option<u8>,
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
    /// What follows from the occasion.
    pub const fn policy(self) -> Policy {
        let plain = Policy {
            asked: false,
            heard: false,
            ahead: false,
            another: Another::Never,
            ready_at: PLAY_AT_ONCE,
            only: None,
            drawn: None,
        };
        let asked = Policy { asked: true, another: Another::Always, ..plain };
        match self {
            Self::Entry(entered) => Policy { ahead: true, another: Another::IfVaried, ready_at: entered, ..plain },
            Self::Heard(rolled) => Policy { heard: true, ready_at: rolled + LEAD, ..plain },
            Self::Here => plain,
            Self::Soon => Policy { ahead: true, ..plain },
            Self::Generate => asked,
            Self::GeneratePart(part) => Policy { only: Some(part), ..asked },
            Self::Draw(index) => Policy { drawn: Some(index), ..asked },
        }
    }
}
