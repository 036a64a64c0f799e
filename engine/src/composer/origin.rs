//! Reports that another model than the loaded one arranged the score.

use super::planner::Planner;
use std::collections::BTreeSet;

impl Planner {
    /// Shows in the status whether another model than the loaded one made phrases of the score: they play as they are,
    /// but new takes of them come from another network. Call it when the score was replaced or a model was loaded, and when all
    /// phrases were made again.
    pub fn report_origin(&self) {
        let remark = self.model.name().and_then(|loaded| {
            self.shared.score.read(|score| {
                let recipes = score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref());
                let others: BTreeSet<&str> =
                    recipes.map(|recipe| recipe.model.as_str()).filter(|&model| model != loaded).collect();
                remark(&others, loaded)
            })
        });
        self.shared.status.update(|status| status.score_remark = remark);
    }
}

/// The remark; `None` if no other model was involved.
fn remark(others: &BTreeSet<&str>, loaded: &str) -> Option<String> {
    let are = if others.len() > 1 { "are" } else { "is" };
    let others = others.iter().copied().collect::<Vec<_>>().join(" and ");
    (!others.is_empty())
        .then(|| format!("this was arranged with {others}, which {are} not here; new takes use {loaded}"))
}
