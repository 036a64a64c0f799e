//! Which models a score was arranged with, as far as that is worth knowing.

use super::planner::Planner;
use std::collections::BTreeSet;

impl Planner {
    /// Tells in the status if a model made phrases of the score that is not the loaded one: they play as they are, but other
    /// takes of them come from another network. For a score that was just put in its place, or a model that was just loaded.
    pub fn tell_origin(&self) {
        let remark = self.model.name().and_then(|loaded| {
            self.shared.score.read(|score| {
                let recipes = score.phrases().iter().filter_map(|phrase| phrase.recipe.as_ref());
                let others: BTreeSet<&str> =
                    recipes.map(|recipe| recipe.model.as_str()).filter(|&made| made != loaded).collect();
                remark(&others, loaded)
            })
        });
        self.shared.status.update(|status| status.score_remark = remark);
    }
}

/// The sentence; none if no other model had a hand in it.
fn remark(others: &BTreeSet<&str>, loaded: &str) -> Option<String> {
    let are = if others.len() > 1 { "are" } else { "is" };
    let others = others.iter().copied().collect::<Vec<_>>().join(" and ");
    (!others.is_empty())
        .then(|| format!("this was arranged with {others}, which {are} not here; new takes use {loaded}"))
}
