//! Names of notes: C sharp or D flat.
//!
//! Names lie on the line of fifths, … B♭ F C G D A E B F♯ …: each is a number of fifths above C, and the number of fifths
//! times seven semitones is its pitch class.

use super::Quality;
use crate::key::Key;

/// Fifths above C of the flattest and the sharpest name: F flat and B sharp.
const NAMED: std::ops::RangeInclusive<i64> = -8..=12;

/// The name of a pitch class in a key: its scale's name, or that of the altered degrees that are usual there. Without a
/// key as in C major.
pub(super) fn fifths_in(class: u8, key: Option<Key>) -> i64 {
    let key = key.unwrap_or(Key::major(0));
    // C major has all names from D flat to F sharp, A minor those from E flat to G sharp.
    let lowest = i64::from(key.signature()) + if key.is_minor() { -3 } else { -5 };
    let fifths = lowest + (7 * i64::from(class) - lowest).rem_euclid(12);
    nameable(fifths)
}

/// The name of a chord's bass, as a tone above its root rather than of the key: F sharp below D, in every key.
pub(super) fn bass_fifths(root: u8, root_fifths: i64, quality: Quality, bass: u8) -> i64 {
    let interval = (bass + 12 - root) % 12;
    let above = match (interval, quality) {
        (6, Quality::Diminished | Quality::HalfDiminished7 | Quality::Diminished7) => -6,
        (8, Quality::Augmented) => 8,
        (9, Quality::Diminished7) => -9,
        _ => [0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5][usize::from(interval)],
    };
    nameable(root_fifths + above)
}

/// The letter of a name and by how many semitones it is altered.
pub fn letter_and_alteration(fifths: i64) -> (char, i64) {
    const LETTERS: [char; 7] = ['F', 'C', 'G', 'D', 'A', 'E', 'B'];
    let above_f = fifths + 1;
    (LETTERS[above_f.rem_euclid(7) as usize], above_f.div_euclid(7))
}

/// The same pitch class under a name without double accidentals.
fn nameable(fifths: i64) -> i64 {
    match fifths {
        ..-8 => fifths + 12,
        13.. => fifths - 12,
        named => named,
    }
}

/// The name, such as `Bb`.
pub(super) fn name(fifths: i64) -> &'static str {
    const NAMES: [&str; 21] = [
        "Fb", "Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#",
        "E#", "B#",
    ];
    NAMES[(fifths.clamp(*NAMED.start(), *NAMED.end()) - NAMED.start()) as usize]
}

/// The pitch class of a letter, C to B.
pub(super) const fn class_of_letter(letter: char) -> Option<u8> {
    Some(match letter {
        'C' => 0,
        'D' => 2,
        'E' => 4,
        'F' => 5,
        'G' => 7,
        'A' => 9,
        'B' => 11,
        _ => return None,
    })
}
