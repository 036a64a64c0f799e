//! A step of the history in words.

use crate::{editor::gesture::step, process::wiring::Wiring};
use continuo_engine::score::{Score, Step};

/// What a step changed.
pub fn describe(step: &Step, wiring: &Wiring, score: &Score) -> String {
    match step {
        Step::Parameter { .. } | Step::Parameters(_) => {
            let name = |id: &str| wiring.params.name(id).unwrap_or_else(|| "a parameter".to_owned());
            step::moves(step).iter().map(|one| name(&one.id)).collect::<Vec<_>>().join(" and ")
        }
        Step::Take { start, .. } => format!("take of bar {}", score.meters.bar_number(*start)),
        Step::Favourite { start, .. } => format!("favourite at bar {}", score.meters.bar_number(*start)),
        Step::Sections { .. } => "sections".to_owned(),
        Step::Chords { start, .. } => format!("chords at bar {}", score.meters.bar_number(*start)),
        Step::Melody { start, .. } => format!("melody at bar {}", score.meters.bar_number(*start)),
        Step::Part { part, start, .. } => format!("{} at bar {}", part.id(), score.meters.bar_number(*start)),
        Step::Lead { start, .. } => format!("another take of Lead at bar {}", score.meters.bar_number(*start)),
        Step::Rest { .. } => "bars that rest".to_owned(),
        Step::Score { .. } => "replaced score".to_owned(),
    }
}
