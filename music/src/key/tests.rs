use super::*;
use proptest::prelude::*;

fn weights(classes: &[usize]) -> Weights {
    let mut weights = [0.0; 12];
    for class in classes {
        weights[*class] += 1.0;
    }
    weights
}

#[test]
fn a_scale_with_its_chord_tones_doubled_is_its_key() {
    for root in 0..12 {
        let major: Vec<_> = [0, 2, 4, 5, 7, 9, 11, 0, 4, 7].map(|degree| (degree + root) % 12).into();
        let key = Key::estimate(&weights(&major));
        assert_eq!(key, Key::major(root as u8));
        assert_eq!((root as i64 + key.shift()).rem_euclid(12), 0);
        assert!((-6..=5).contains(&key.shift()));
        let minor: Vec<_> = [0, 2, 3, 5, 7, 8, 11, 0, 3, 7].map(|degree| (degree + root) % 12).into();
        let key = Key::estimate(&weights(&minor));
        assert_eq!(key, Key::minor(root as u8));
        assert_eq!((root as i64 + key.shift()).rem_euclid(12), 9, "a minor key goes to A minor");
    }
}

#[test]
fn the_training_code_finds_the_same_keys() -> Result<(), serde_json::Error> {
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        weights: Weights,
        key: String,
        shift: i64,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../models/training/tests/key_cases.json"))?;
    assert!(!cases.is_empty());
    for case in cases {
        let key = Key::estimate(&case.weights);
        assert_eq!((key.name(), key.shift()), (case.key.as_str(), case.shift), "{}", case.name);
    }
    Ok(())
}

#[test]
fn without_a_melody_nothing_is_transposed() {
    assert_eq!(Key::estimate(&[0.0; 12]), Key::major(0));
    assert_eq!(Key::estimate(&[3.7; 12]), Key::major(0));
}

#[test]
fn a_blues_with_both_thirds_is_in_major() {
    // C E flat E F G A B flat.
    for tonic in 0..12 {
        let mut blues = Weights::default();
        for (degree, weight) in [(0, 30.0), (3, 8.0), (4, 12.0), (5, 9.0), (7, 20.0), (9, 12.0), (10, 14.0)] {
            blues[(degree + tonic) % 12] = weight;
        }
        assert_eq!(Key::estimate(&blues), Key::major(tonic as u8));
    }
}

#[test]
fn names_and_signatures_agree_with_midi_files() {
    let cases = [
        (Key::major(0), "C major", 0),
        (Key::minor(9), "A minor", 0),
        (Key::major(10), "Bb major", -2),
        (Key::minor(4), "E minor", 1),
        (Key::minor(1), "C# minor", 4),
        (Key::major(6), "Gb major", -6),
        (Key::minor(3), "Eb minor", -6),
        (Key::major(11), "B major", 5),
    ];
    for (key, name, signature) in cases {
        assert_eq!((key.name(), key.signature()), (name, signature));
    }
    for fifths in -7..=7 {
        for is_minor in [false, true] {
            let key = Key::from_signature(fifths, is_minor);
            assert_eq!(key.is_minor(), is_minor);
            assert_eq!((i64::from(key.signature()) - i64::from(fifths)).rem_euclid(12), 0);
            let fifths_of_shift = (7 * key.shift()).rem_euclid(12);
            assert_eq!((fifths_of_shift + i64::from(fifths)).rem_euclid(12), 0, "the shift takes the signature away");
        }
    }
}

proptest! {
    #[test]
    fn a_transposed_melody_has_the_transposed_key(weights in prop::array::uniform12(0.0_f64..100.0), by in 0_usize..12) {
        let key = Key::estimate(&weights);
        let moved = std::array::from_fn(|class| weights[(class + 12 - by) % 12]);
        let expected = (key.tonic() + by as u8) % 12;
        let moved = Key::estimate(&moved);
        prop_assert_eq!((moved.tonic(), moved.is_minor()), (expected, key.is_minor()));
    }

    #[test]
    fn loudness_of_the_evidence_does_not_matter(weights in prop::array::uniform12(0.0_f64..100.0), by in 0.01_f64..100.0) {
        prop_assert_eq!(Key::estimate(&weights), Key::estimate(&weights.map(|weight| weight * by)));
    }
}
