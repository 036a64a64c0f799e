//! General MIDI's drum keys.

/// The usual key of the drum that sounds like this one: 36 for both bass drums, 42 for a pedalled hi-hat.
pub const fn usual(key: u8) -> u8 {
    match key {
        35 => 36,
        40 => 38,
        39 | 31 | 56 | 75..=77 => 37,
        22 | 44 => 42,
        26 => 46,
        41 | 43 | 58 | 66 | 86 | 87 => 45,
        47 | 50 | 65 => 48,
        52 | 55 | 57 => 49,
        53 | 59 => 51,
        54 | 69 | 73 | 74 | 82 => 70,
        60..=62 => 63,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::usual;

    #[test]
    fn a_usual_key_stands_for_itself() {
        for key in 0..=127 {
            assert_eq!(usual(usual(key)), usual(key), "{key}");
        }
        assert_eq!((usual(35), usual(60), usual(38)), (36, 63, 38));
    }
}
