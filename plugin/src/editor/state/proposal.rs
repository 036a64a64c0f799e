//! Changes of the melody that a tool proposed, while the player looks at them.

use continuo_engine::{
    score::MelodyEdit,
    tools::{Proposal, ProposedChange, edit_of},
};
use continuo_music::note::Note;

/// A proposal, and which of its changes the player leaves out. Owned by the editor's thread.
#[derive(Debug)]
pub struct ProposalInHand {
    /// What it would do, in words.
    pub text: String,
    changes: Vec<(ProposedChange, bool)>,
}

/// What becomes of a note of the melody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It would go.
    Goes,
    /// It would come.
    Comes,
    /// Its change is left out.
    LeftOut,
}

impl ProposalInHand {
    /// All changes are wanted at first.
    pub fn new(proposal: &Proposal) -> Self {
        let changes = proposal.changes.iter().map(|&change| (change, true)).collect();
        Self { text: proposal.text.clone(), changes }
    }

    /// What becomes of a note of the melody; `None` if it stays.
    pub fn fate_of(&self, note: &Note) -> Option<Fate> {
        let (_, wanted) = self.changes.iter().find(|(change, _)| change.gone.as_ref() == Some(note))?;
        Some(if *wanted { Fate::Goes } else { Fate::LeftOut })
    }

    /// The notes that would come, each with its fate.
    pub fn coming(&self) -> impl Iterator<Item = (&Note, Fate)> {
        let fate = |wanted: bool| if wanted { Fate::Comes } else { Fate::LeftOut };
        self.changes.iter().filter_map(move |(change, wanted)| Some((change.new.as_ref()?, fate(*wanted))))
    }

    /// Leaves the first change out that has such a note, or takes it back in. Returns whether there is one.
    pub fn toggle(&mut self, is_it: impl Fn(&Note) -> bool) -> bool {
        // What would come lies over what would go.
        let has = |(change, _): &&mut (ProposedChange, bool)| change.new.iter().chain(&change.gone).any(&is_it);
        let Some((_, wanted)) = self.changes.iter_mut().find(has) else { return false };
        *wanted = !*wanted;
        true
    }

    /// How many changes are wanted, and how many there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.changes.iter().filter(|(_, wanted)| *wanted).count(), self.changes.len())
    }

    /// The edit that makes the wanted changes.
    pub fn edit(&self) -> MelodyEdit {
        edit_of(self.changes.iter().filter(|(_, wanted)| *wanted).map(|(change, _)| change))
    }

    /// Whether it still fits a melody: the notes that would go are there.
    pub fn fits(&self, melody: &[Note]) -> bool {
        self.changes.iter().filter_map(|(change, _)| change.gone).all(|gone| melody.contains(&gone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: i64, pitch: u8) -> Note {
        Note { start, length: 480, pitch, velocity: 90 }
    }

    #[test]
    fn changes_are_left_out_one_by_one() {
        let edit = MelodyEdit { gone: vec![note(0, 60), note(960, 62)], new: vec![note(0, 64)] };
        let mut proposal = ProposalInHand::new(&Proposal::of("Enhance".to_owned(), &edit));
        assert_eq!(proposal.edit(), edit);
        assert!(proposal.fits(&[note(0, 60), note(960, 62)]) && !proposal.fits(&[note(0, 60)]));
        assert_eq!(proposal.fate_of(&note(0, 60)), Some(Fate::Goes));
        assert_eq!(proposal.fate_of(&note(480, 60)), None);
        assert!(proposal.toggle(|other| *other == note(0, 64)) && !proposal.toggle(|other| other.pitch == 80));
        assert_eq!(proposal.fate_of(&note(0, 60)), Some(Fate::LeftOut));
        assert!(proposal.coming().eq([(&note(0, 64), Fate::LeftOut)]));
        assert_eq!((proposal.counts(), proposal.edit().gone), ((1, 2), vec![note(960, 62)]));
        assert!(proposal.toggle(|other| *other == note(0, 60)));
        assert_eq!(proposal.edit(), edit);
    }
}
