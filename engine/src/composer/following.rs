//! Whether a phrase follows an earlier one whose melody comes back in it.

use super::policy::Policy;
use crate::{
    arranging::Recall,
    score::recipe::{Recalled, Recipe},
};
use continuo_music::settings::Shape;

/// What a phrase takes over, and what its recipe says of it.
pub struct Following {
    /// What the phrase takes over when it is made.
    pub recall: Option<Recall>,
    /// See [`Recipe::recalled`].
    pub recalled: Option<Recalled>,
    /// See [`Recipe::independent`].
    pub independent: bool,
}

impl Following {
    /// A phrase follows the earlier one until the player asks for another take of it or chooses one. It follows again
    /// when its melody or the settings change. `old` is the recipe of the phrase that is there, `melody` what is known of
    /// the melody now; `recall` finds the earlier stretch.
    pub fn of(
        policy: &Policy,
        old: Option<&Recipe>,
        shape: &Shape,
        melody: u64,
        recall: impl FnOnce() -> Option<Recall>,
    ) -> Self {
        let on_its_own = |recalled| Self { recall: None, recalled, independent: true };
        if let (Some(_), Some(old)) = (policy.drawn, old) {
            // It is made again as it was made, and stays then.
            return match old.recalled {
                Some(recalled) => Self { recall: recall(), ..on_its_own(Some(recalled)) },
                None => on_its_own(None),
            };
        }
        if policy.requested {
            return on_its_own(None);
        }
        let is_kept = |old: &&Recipe| {
            let of_this_shape = Shape { takes: shape.takes, ..old.shape } == *shape;
            old.independent && old.melody == melody && of_this_shape
        };
        if let Some(old) = old.filter(is_kept) {
            return on_its_own(old.recalled);
        }
        let recall = recall();
        Self { recalled: recall.as_ref().map(|recall| recall.recalled), recall, independent: false }
    }
}
