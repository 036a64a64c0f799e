//! Starts tools, and puts what they make into the score.

use super::{
    around_edit::{AroundEdit, Changed, Recorded},
    part_rewrite::PartRewrite,
    planner::Planner,
    shared::ToolStatus,
};
use crate::{
    score::{
        MelodyEdit, Tool, ToolRequest,
        passage::{Before, PhraseState},
        phrase::Phrase,
    },
    tools::{Material, Outcome, Proposal, ToolError},
};
use continuo_music::{
    meter::PhraseSpan,
    note::Note,
    part::Part,
    time::{TICKS_PER_STEP, Tick},
};
use std::{
    collections::VecDeque,
    ops::{Range, RangeInclusive},
    sync::Arc,
};

impl Planner {
    /// Starts a tool on its own thread.
    pub(super) fn start_tool(&mut self, request: ToolRequest) {
        if self.part_rewrite.is_some() {
            // It shows its progress.
            return;
        }
        match self.start_part_rewrite(&request) {
            Ok(false) => {}
            Ok(true) => return self.show_tool(ToolStatus::Working { name: request.tool.name(), done: 0, all: 0 }),
            Err(ToolError::Busy) => return,
            Err(error) => return self.show_tool(ToolStatus::Failed(error.to_string())),
        }
        let (settings, own) = (self.settings, self.own());
        let name = request.tool.name();
        // A copy: finding chords takes time, and others read the score.
        let material = Material::of(&self.shared.score.copy(), &request, &settings, own);
        let replacements = self.seen_replacements;
        let started = material.and_then(|material| self.workshop.start(request, material, &self.shared, replacements));
        match started {
            Ok(()) => self.show_tool(ToolStatus::Working { name, done: 0, all: 0 }),
            // The one that works shows its progress.
            Err(ToolError::Busy) => {}
            Err(error) => self.show_tool(ToolStatus::Failed(error.to_string())),
        }
    }

    /// Goes on with a part that is being written again, or puts what a tool made into the score, once it has ended.
    /// Returns whether there was anything to do.
    pub(super) fn finish_tool(&mut self) -> bool {
        if self.around_edit.is_some() {
            return false;
        }
        if self.part_rewrite.is_some() {
            match self.go_on_with_part() {
                None => {}
                Some(Ok(rewrite)) => {
                    let PartRewrite { request, part, notes, .. } = rewrite;
                    self.put_outcome(&request, Ok(Outcome::Part { part, bars: request.bars.clone(), notes }));
                }
                Some(Err(error)) => self.show_tool(ToolStatus::Failed(error.to_string())),
            }
            return true;
        }
        let Some((request, replacements, outcome)) = self.workshop.finished() else { return false };
        let is_same = replacements == self.shared.score.replacements();
        self.put_outcome(&request, if is_same { outcome } else { Err(ToolError::Replaced) });
        true
    }

    fn put_outcome(&mut self, request: &ToolRequest, outcome: Result<Outcome, ToolError>) {
        match outcome {
            Ok(outcome) => {
                let (Outcome::Melody { bars, .. } | Outcome::Part { bars, .. }) = &outcome;
                let numbers = self
                    .shared
                    .score
                    .read(|score| score.meters.bar_number(bars.start)..=score.meters.bar_number(bars.end - 1));
                let text = in_words(request.tool, &numbers, &outcome);
                match outcome {
                    // Changes here and there are looked at before they are made.
                    Outcome::Melody { edit, counts: Some(_), .. } if edit != MelodyEdit::default() => {
                        return self.show_tool(ToolStatus::Proposed(Arc::new(Proposal::of(text, &edit))));
                    }
                    Outcome::Melody { edit, .. } => self.edit_melody(&edit),
                    Outcome::Part { part, bars, notes } => self.edit_part(part, &bars, &notes),
                }
                self.show_tool(ToolStatus::Done(text));
            }
            Err(error) => self.show_tool(ToolStatus::Failed(error.to_string())),
        }
    }

    /// Forgets what a tool proposed for the score before this one.
    pub(super) fn forget_proposal(&self) {
        if matches!(self.shared.status.get().tool, Some(ToolStatus::Proposed(_))) {
            self.shared.status.forget_tool();
        }
    }

    fn show_tool(&self, tool: ToolStatus) {
        self.shared.status.update(|status| status.tool = Some(tool));
    }

    /// Replaces the notes of a part that begin in some bars: another take of each phrase there, together one step of the
    /// history.
    fn edit_part(&mut self, part: Part, bars: &Range<Tick>, notes: &[Note]) {
        let returns = self.returns();
        let spans: Vec<PhraseSpan> =
            self.shared.score.read(|score| score.phrases_in(bars).map(|phrase| phrase.span).collect());
        let (chords, phrases) = self.shared.score.read(|score| {
            let states: Vec<PhraseState> = spans.iter().filter_map(|span| score.state_of(span)).collect();
            (score.hand_chords().to_vec(), states)
        });
        let mut made = vec![];
        for span in &spans {
            made.extend(self.shared.score.edit(|score| {
                // A score that was loaded meanwhile stays as it is.
                let is_same = self.shared.score.replacements() == self.seen_replacements;
                let old = score.phrase(span).filter(|_| is_same)?;
                let phrase = with_part(old, part, bars, notes);
                if phrase.parts == old.parts {
                    return None;
                }
                score.insert_take(phrase.clone(), true);
                Some(phrase)
            }));
        }
        if made.is_empty() {
            return;
        }
        for phrase in &made {
            self.play(phrase);
        }
        let before = Before { chords, phrases, ..Before::default() };
        let record = Some(Recorded { start: bars.start, changed: Changed::Part(part), before, returns });
        self.around_edit = Some(AroundEdit { waiting: VecDeque::new(), record });
        self.make_around_edit();
    }
}

/// The phrase with other notes of a part in some bars. It follows no other phrase from then on.
fn with_part(phrase: &Phrase, part: Part, bars: &Range<Tick>, notes: &[Note]) -> Phrase {
    let mut phrase = phrase.clone();
    let span = phrase.span;
    // Some move a little over the edges of the bars or of the phrase: they stay in it.
    let is_here = |note: &&Note| span.contains((note.start + TICKS_PER_STEP / 2).clamp(bars.start, bars.end - 1));
    let inside = |note: &Note| Note { start: note.start.clamp(span.start, span.end - 1), ..*note };
    let cut = |note: Note| Note { length: note.length.min(span.end - note.start), ..note };
    phrase.parts[part].retain(|note| !bars.contains(&note.start));
    phrase.parts[part].extend(notes.iter().filter(is_here).map(inside).map(cut));
    phrase.parts[part].sort_unstable();
    phrase.parts[part].dedup_by_key(|note| (note.start, note.pitch));
    if let Some(recipe) = &mut phrase.recipe {
        recipe.independent = true;
    }
    phrase
}

/// What a tool did in the bars with these numbers.
fn in_words(tool: Tool, numbers: &RangeInclusive<i64>, outcome: &Outcome) -> String {
    let (name, first, last) = (tool.name(), numbers.start(), numbers.end());
    let (bars, are, stay) = if first == last {
        (format!("bar {first}"), "is", "stays")
    } else {
        (format!("bars {first}-{last}"), "are", "stay")
    };
    match outcome {
        Outcome::Melody { edit, counts, .. } if *edit == MelodyEdit::default() => {
            let advice = if counts.is_some() { "nothing is surely better; dare more risk" } else { "try again" };
            format!("{name}: {bars} {stay} as before: {advice}")
        }
        Outcome::Melody { counts: Some(counts), .. } => format!("{name} proposes for {bars}: {counts}"),
        _ => format!("{name}: {bars} {are} done"),
    }
}
