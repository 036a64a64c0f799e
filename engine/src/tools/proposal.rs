//! Changes of the melody that wait for the player's decision.

use crate::score::MelodyEdit;
use continuo_music::{note::Note, time::Tick};

/// What a tool would change in the melody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it would do, in words.
    pub text: String,
    /// The changes, sorted by start. Each can be kept without the others.
    pub changes: Vec<ProposedChange>,
}

/// A note that goes, one that comes, or one in place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposedChange {
    /// The note that would go.
    pub gone: Option<Note>,
    /// The note that would come.
    pub new: Option<Note>,
}

impl ProposedChange {
    /// The notes that it is about.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.gone.iter().chain(&self.new)
    }

    /// Where it begins, in ticks.
    pub fn start(&self) -> Tick {
        self.notes().map(|note| note.start).min().unwrap_or_default()
    }
}

impl Proposal {
    /// The changes of an edit: a note that comes where one goes is one change.
    pub fn of(text: String, edit: &MelodyEdit) -> Self {
        let mut new = edit.new.clone();
        let mut changes: Vec<ProposedChange> = vec![];
        for &gone in &edit.gone {
            let at = new.iter().position(|note| note.start == gone.start);
            changes.push(ProposedChange { gone: Some(gone), new: at.map(|at| new.remove(at)) });
        }
        changes.extend(new.into_iter().map(|note| ProposedChange { gone: None, new: Some(note) }));
        changes.sort_by_key(ProposedChange::start);
        Self { text, changes }
    }
}

/// The edit that makes some changes.
pub fn edit_of<'a>(changes: impl Iterator<Item = &'a ProposedChange>) -> MelodyEdit {
    let mut edit = MelodyEdit::default();
    for change in changes {
        edit.gone.extend(change.gone);
        edit.new.extend(change.new);
    }
    edit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: Tick, pitch: u8) -> Note {
        Note { start, length: 480, pitch, velocity: 90 }
    }

    #[test]
    fn a_note_in_place_of_another_is_one_change_and_any_of_them_can_be_left_out() {
        let edit = MelodyEdit { gone: vec![note(960, 60), note(1920, 62)], new: vec![note(480, 70), note(1920, 64)] };
        let proposal = Proposal::of("Enhance".to_owned(), &edit);
        let expected = [
            ProposedChange { gone: None, new: Some(note(480, 70)) },
            ProposedChange { gone: Some(note(960, 60)), new: None },
            ProposedChange { gone: Some(note(1920, 62)), new: Some(note(1920, 64)) },
        ];
        assert_eq!(proposal.changes, expected);
        assert_eq!(edit_of(proposal.changes.iter()), edit);
        let fewer = MelodyEdit { gone: vec![note(1920, 62)], new: vec![note(1920, 64)] };
        assert_eq!(edit_of(proposal.changes[2..].iter()), fewer);
    }
}
