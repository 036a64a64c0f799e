//! What a project holds beside notes and parameters.

use continuo_engine::{history::History, score::Score};

/// What a state holds, as far as this version understands it.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    pub phrases: usize,
    pub takes: usize,
    pub favourites: usize,
    /// Steps that can be undone and redone.
    pub history: (usize, usize),
    pub has_own_style: bool,
}

impl Kept {
    /// What a state holds, which is JSON in the way of VST3.
    pub fn of(state: &[u8]) -> Self {
        let state: serde_json::Value = serde_json::from_slice(state).expect("a state is JSON");
        // The framework saves a field as JSON in a string, and the field is itself one.
        let field = |name: &str| -> Option<String> { serde_json::from_str(state["fields"][name].as_str()?).ok() };
        let saved = field("score").expect("a state holds the score");
        let score = Score::from_json(&saved).expect("the score is one");
        let history = field("history").map(|saved| History::from_json(&saved));
        let takes = || score.all_takes().flat_map(|(_, takes)| takes.list());
        Self {
            phrases: score.phrases().len(),
            takes: takes().count(),
            favourites: takes().filter(|take| take.favourite).count(),
            history: history.map_or((0, 0), |history| history.depth()),
            has_own_style: !score.styles.is_empty(),
        }
    }

    /// Whether nothing that a project can hold is missing.
    pub fn is_rich(&self) -> bool {
        let (done, undone) = self.history;
        self.phrases > 2 && self.takes > 2 && self.favourites > 0 && done > 0 && undone > 0 && self.has_own_style
    }
}
