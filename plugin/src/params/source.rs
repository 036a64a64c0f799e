//! The parameters that say what the player plays besides the melody: the source of a part, and the split key.

use nice_plug::prelude::*;
use std::sync::Arc;

/// The name of the value at which Continuo plays a part.
const CONTINUO: &str = "Continuo";
/// The name of the value without a split.
const OFF: &str = "Off";

/// The zero-based input channel of a value of a source; `None` for Continuo.
pub fn channel(value: i32) -> Option<u8> {
    u8::try_from(value).ok()?.checked_sub(1).filter(|&channel| channel < 16)
}

/// The name of a value of a source.
pub fn name(value: i32) -> String {
    channel(value).map_or_else(|| CONTINUO.to_owned(), |channel| format!("Channel {}", channel + 1))
}

/// The source of a part: Continuo, or a channel.
pub fn parameter(title: String) -> IntParam {
    IntParam::new(title, 0, IntRange::Linear { min: 0, max: 16 })
        .with_value_to_string(Arc::new(name))
        .with_string_to_value(Arc::new(|text| {
            let text = text.trim();
            let number = text.rsplit(' ').next().and_then(|number| number.parse().ok());
            if text.eq_ignore_ascii_case(CONTINUO) { Some(0) } else { number.filter(|value| (1..=16).contains(value)) }
        }))
}

/// The MIDI pitch of a value of the split key: below it, the melody's channel is the bass; `None` without a split.
pub fn split_key(value: i32) -> Option<u8> {
    u8::try_from(value).ok().filter(|key| (1..=127).contains(key))
}

/// The name of a value of the split key: C4 is MIDI pitch 60, as in the window.
fn split_name(value: i32) -> String {
    const NAMES: [&str; 12] = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"];
    split_key(value)
        .map_or_else(|| OFF.to_owned(), |key| format!("{}{}", NAMES[usize::from(key % 12)], i32::from(key / 12) - 1))
}

/// The split key, off by default.
pub fn split_parameter() -> IntParam {
    IntParam::new("Split Key", 0, IntRange::Linear { min: 0, max: 127 })
        .with_value_to_string(Arc::new(split_name))
        .with_string_to_value(Arc::new(|text| {
            let text = text.trim();
            let named = (0..=127).find(|&value| split_name(value).eq_ignore_ascii_case(text));
            named.or_else(|| text.parse().ok().filter(|value| (0..=127).contains(value)))
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_name_that_is_understood() {
        let (source, split) = (parameter("Bass Source".to_owned()), split_parameter());
        for value in 0..=16 {
            let normalized = source.string_to_normalized_value(&name(value)).expect("a value");
            assert_eq!(source.preview_plain(normalized), value);
        }
        for value in 0..=127 {
            let normalized = split.string_to_normalized_value(&split_name(value)).expect("a value");
            assert_eq!(split.preview_plain(normalized), value);
        }
        assert_eq!(
            (name(0), name(10), split_name(0), split_name(48)),
            ("Continuo".into(), "Channel 10".into(), "Off".into(), "C3".into())
        );
        assert_eq!(
            (channel(0), channel(1), channel(17), split_key(0), split_key(60)),
            (None, Some(0), None, None, Some(60))
        );
        assert_eq!(source.string_to_normalized_value("17"), None);
        assert_eq!(split.string_to_normalized_value("H2"), None);
    }
}
