//! What a project holds besides notes and parameters.

use continuo_engine::score::History;
use continuo_harness::state;

/// What a state holds, as far as this version understands it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    pub phrases: usize,
    pub takes: usize,
    pub favourites: usize,
    /// The number of steps that can be undone and redone.
    pub history: (usize, usize),
    pub has_own_style: bool,
}

impl Kept {
    /// What a state holds.
    pub fn of(state: &[u8]) -> Self {
        let score = state::score(state);
        let history = state::field(&state::parse(state), "history").map(|saved| History::from_json(&saved));
        let takes = || score.all_takes().flat_map(|(_, takes)| takes.list());
        Self {
            phrases: score.phrases().len(),
            takes: takes().count(),
            favourites: takes().filter(|take| take.favourite).count(),
            history: history.map_or((0, 0), |history| history.depth()),
            has_own_style: !score.styles.is_empty(),
        }
    }

    /// Whether it holds everything that a project can hold.
    pub fn is_rich(&self) -> bool {
        let (done, undone) = self.history;
        self.phrases > 2 && self.takes > 2 && self.favourites > 0 && done > 0 && undone > 0 && self.has_own_style
    }
}
