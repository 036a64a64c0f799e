//! Writes selected bars of a part again: the network hears the other parts, and writes this one anew around what stays.

use super::{part_rewrite::PartRewrite, planner::Planner, shared::ToolStatus};
use crate::{
    arranging::PhraseRequest,
    score::{Keep, Tool, ToolRequest},
    tools::ToolError,
};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::{Part, PartMap},
    settings::Settings,
};
use std::collections::VecDeque;

impl Planner {
    /// Begins to write the selected bars of a part again, if that is what the request asks for. Returns whether it is.
    pub(super) fn start_part_rewrite(&mut self, request: &ToolRequest) -> Result<bool, ToolError> {
        let (Tool::Rewrite { keep }, Some(part)) = (request.tool, request.part) else { return Ok(false) };
        if keep != Keep::Nothing {
            return Err(ToolError::WholePartsOnly(part));
        }
        if self.settings.parts[part].lock {
            return Err(ToolError::Locked(part));
        }
        if self.own()[part] {
            return Err(ToolError::Played(part));
        }
        if self.workshop.is_busy() {
            return Err(ToolError::Busy);
        }
        let waiting: VecDeque<PhraseSpan> =
            self.shared.score.read(|score| score.phrases_in(&request.bars).map(|phrase| phrase.span).collect());
        if waiting.is_empty() {
            return Err(ToolError::NoPhrase);
        }
        let (all, replacements) = (waiting.len(), self.seen_replacements);
        self.part_rewrite =
            Some(PartRewrite { request: request.clone(), part, waiting, all, notes: vec![], replacements });
        Ok(true)
    }

    /// Writes the next phrase; after the last one, returns what was made. `None` while there is more to do.
    pub(super) fn go_on_with_part(&mut self) -> Option<Result<PartRewrite, ToolError>> {
        let mut rewrite = self.part_rewrite.take()?;
        if rewrite.replacements != self.shared.score.replacements() {
            return Some(Err(ToolError::Replaced));
        }
        if let Some(span) = rewrite.waiting.pop_front() {
            let Some(notes) = self.part_anew(&span, rewrite.part, &rewrite.request) else {
                return Some(Err(ToolError::Failed));
            };
            let bars = &rewrite.request.bars;
            rewrite.notes.extend(notes.into_iter().filter(|note| bars.contains(&note.start)));
        }
        if rewrite.waiting.is_empty() {
            return Some(Ok(rewrite));
        }
        let name = rewrite.request.tool.name();
        let done = rewrite.all - rewrite.waiting.len();
        let working = ToolStatus::Working { name, done, all: rewrite.all };
        self.shared.status.update(|status| status.tool = Some(working));
        self.part_rewrite = Some(rewrite);
        None
    }

    /// Another version of a part in a phrase, around the other parts.
    fn part_anew(&mut self, span: &PhraseSpan, part: Part, request: &ToolRequest) -> Option<Vec<Note>> {
        let phrase = self.shared.score.read(|score| score.phrase(span).cloned())?;
        let knowledge = self.knowledge_at_request(span);
        let settings = match &phrase.recipe {
            Some(recipe) => Settings { shape: recipe.shape, ..self.settings },
            None => self.settings,
        };
        let others = PartMap::from_fn(|other| (other != part).then(|| phrase.parts[other].clone()));
        let given = knowledge.own.given(others, span);
        let own_styles = self.shared.styles.shelf();
        let unused = self.shared.score.read(|score| score.unused_take(span)).unwrap_or(phrase.take.wrapping_add(1));
        let arrange = PhraseRequest {
            // Another seed, another take.
            take: unused.wrapping_add(request.seed),
            ..knowledge.request(*span, &given, &settings, &own_styles)
        };
        let arranged = self.model.arrange(&arrange)?;
        let mut parts = arranged.parts;
        Some(std::mem::take(&mut parts[part]))
    }
}
