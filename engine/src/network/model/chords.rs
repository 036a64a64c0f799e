//! The chords that a model knows: what the numbers of a chord vector mean.

use super::{error::ModelError, metadata::violation};
use crate::network::contract::CHORD_SLOTS;
use serde::Deserialize;

/// The most qualities that are accepted; keeps a malicious file from exhausting the memory.
const MOST_QUALITIES: usize = 256;

/// A quality of chords, such as a minor seventh.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ChordQuality {
    /// Its name on lead sheets: `maj`, `min7`, `7sus4`.
    pub id: String,
    /// Its tones in semitones above the root, 0 to 11.
    pub tones: Vec<u8>,
}

/// The chords that a model chooses, tells and takes.
///
/// A chord vector holds one number for each root and quality, one for "no chord", and one for each pitch class of the
/// bass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChordVocabulary {
    qualities: Vec<ChordQuality>,
}

impl ChordVocabulary {
    /// The qualities, in the order of the vectors.
    pub fn qualities(&self) -> &[ChordQuality] {
        &self.qualities
    }

    /// The place of the quality with this name.
    pub fn quality(&self, id: &str) -> Option<usize> {
        self.qualities.iter().position(|quality| quality.id == id)
    }

    /// The length of a chord vector.
    pub const fn size(&self) -> usize {
        self.no_chord() + 1 + 12
    }

    /// The place of a chord with this root (a pitch class) and the quality with this index.
    pub const fn chord(&self, root: u8, quality: usize) -> usize {
        (root % 12) as usize * self.qualities.len() + quality
    }

    /// The place of "no chord".
    pub const fn no_chord(&self) -> usize {
        12 * self.qualities.len()
    }

    /// The place of a bass note (a pitch class).
    pub const fn bass(&self, pitch_class: u8) -> usize {
        self.no_chord() + 1 + (pitch_class % 12) as usize
    }

    /// The root and the quality's index of the likeliest chord of a vector; `None` for "no chord", and for a vector that
    /// is too short.
    pub fn likeliest(&self, vector: &[f32]) -> Option<(u8, usize)> {
        let chords = vector.get(..=self.no_chord())?;
        let place = largest(chords)?;
        (place < self.no_chord()).then(|| ((place / self.qualities.len()) as u8, place % self.qualities.len()))
    }

    /// The likeliest bass note of a vector, a pitch class; `None` if all are 0 or the vector is too short.
    pub fn likeliest_bass(&self, vector: &[f32]) -> Option<u8> {
        let basses = vector.get(self.bass(0)..self.size())?;
        largest(basses).filter(|&place| basses[place] > 0.0).map(|place| place as u8)
    }
}

#[cfg(test)]
impl ChordVocabulary {
    /// Major triads and minor sevenths.
    pub(crate) fn of_two() -> Self {
        let quality = |id: &str, tones: &[u8]| ChordQuality { id: id.to_owned(), tones: tones.to_vec() };
        Self { qualities: vec![quality("maj", &[0, 4, 7]), quality("min7", &[0, 3, 7, 10])] }
    }
}

/// The place of the largest number, the first one of equals.
fn largest(numbers: &[f32]) -> Option<usize> {
    (0..numbers.len()).reduce(|best, place| if numbers[place] > numbers[best] { place } else { best })
}

/// `chords` in the metadata.
#[derive(Deserialize)]
pub(super) struct Description {
    slots: usize,
    qualities: Vec<ChordQuality>,
}

impl Description {
    pub(super) fn checked(self) -> Result<ChordVocabulary, ModelError> {
        if self.slots != CHORD_SLOTS {
            return Err(violation(format!("its chord plan has {} slots, not {CHORD_SLOTS}", self.slots)));
        }
        if !(1..=MOST_QUALITIES).contains(&self.qualities.len()) {
            return Err(violation(format!("it has {} qualities of chords", self.qualities.len())));
        }
        for (place, quality) in self.qualities.iter().enumerate() {
            if quality.tones.is_empty() || quality.tones.iter().any(|&tone| tone > 11) {
                return Err(violation(format!("the chord quality \"{}\" has no tones or impossible ones", quality.id)));
            }
            if self.qualities[..place].iter().any(|other| other.id == quality.id) {
                return Err(violation(format!("it has two chord qualities \"{}\"", quality.id)));
            }
        }
        Ok(ChordVocabulary { qualities: self.qualities })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_is_read_back_from_its_vector() {
        let vocabulary = ChordVocabulary::of_two();
        assert_eq!((vocabulary.size(), vocabulary.no_chord()), (37, 24));
        let mut vector = vec![0.0; vocabulary.size()];
        vector[vocabulary.chord(9, vocabulary.quality("min7").unwrap())] = 1.0;
        vector[vocabulary.bass(16)] = 1.0;
        assert_eq!((vocabulary.likeliest(&vector), vocabulary.likeliest_bass(&vector)), (Some((9, 1)), Some(4)));
        vector.fill(0.0);
        vector[vocabulary.no_chord()] = 1.0;
        assert_eq!((vocabulary.likeliest(&vector), vocabulary.likeliest_bass(&vector)), (None, None));
        assert_eq!((vocabulary.likeliest(&[]), vocabulary.likeliest_bass(&[])), (None, None));
    }

    #[test]
    fn impossible_vocabularies_are_rejected_with_the_reason() {
        let refused = |slots, qualities: &[(&str, &[u8])]| {
            let qualities =
                qualities.iter().map(|(id, tones)| ChordQuality { id: (*id).to_owned(), tones: tones.to_vec() });
            Description { slots, qualities: qualities.collect() }.checked().unwrap_err().to_string()
        };
        assert!(refused(4, &[("maj", &[0])]).contains("4 slots"));
        assert!(refused(CHORD_SLOTS, &[]).contains("0 qualities"));
        assert!(refused(CHORD_SLOTS, &[("maj", &[0, 12])]).contains("\"maj\""));
        assert!(refused(CHORD_SLOTS, &[("maj", &[0]), ("maj", &[4])]).contains("two chord qualities"));
    }
}
