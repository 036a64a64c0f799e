//! The melody of a stretch that a loop turned out to have misplaced.

use crate::realtime::{queues::Fact, transport::Misplaced};
use continuo_music::time::Tick;

/// How many melody facts of a block can be moved.
pub(super) const HEARD_CAPACITY: usize = 256;

/// A melody fact of a misplaced stretch, moved to where it belongs, or to the first tick of the run; `None` for those
/// before the stretch.
pub(super) fn moved(fact: Fact, misplaced: Misplaced, first: Tick) -> Option<Fact> {
    let moved = |tick: Tick| (tick >= misplaced.from).then(|| (tick - misplaced.from + misplaced.to).max(first));
    match fact {
        Fact::NoteOn { tick, pitch, velocity } => moved(tick).map(|tick| Fact::NoteOn { tick, pitch, velocity }),
        Fact::NoteOff { tick, pitch } => moved(tick).map(|tick| Fact::NoteOff { tick, pitch }),
        Fact::PartOn { part, tick, pitch, velocity } => {
            moved(tick).map(|tick| Fact::PartOn { part, tick, pitch, velocity })
        }
        Fact::PartOff { part, tick, pitch } => moved(tick).map(|tick| Fact::PartOff { part, tick, pitch }),
        _ => None,
    }
}
