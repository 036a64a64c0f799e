//! The parameter that chooses the key.

use continuo_music::key::Key;
use nice_plug::prelude::*;
use std::sync::Arc;

/// The name of the value at which the key is found in the melody.
const AUTO: &str = "Auto";

/// The key of a value; `None` to find it in the melody.
pub fn chosen(value: i32) -> Option<Key> {
    let index = usize::try_from(value).ok()?.checked_sub(1)?;
    Key::all().nth(index)
}

/// The name of a value.
pub fn name(value: i32) -> &'static str {
    chosen(value).map_or(AUTO, Key::name)
}

/// The parameter, at "Auto" by default.
pub fn parameter() -> IntParam {
    let last = Key::all().len() as i32;
    IntParam::new("Key", 0, IntRange::Linear { min: 0, max: last })
        .with_value_to_string(Arc::new(|value| name(value).to_owned()))
        .with_string_to_value(Arc::new(move |text| {
            let wanted: Option<Key> = text.parse().ok();
            let is_auto = text.trim().eq_ignore_ascii_case(AUTO);
            (0..=last).find(|&value| if is_auto { value == 0 } else { wanted.is_some() && chosen(value) == wanted })
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_name_that_is_understood() {
        let parameter = parameter();
        for value in 0..=24 {
            let normalized = parameter.string_to_normalized_value(name(value)).expect("a value");
            assert_eq!(parameter.preview_plain(normalized), value);
        }
        assert_eq!((name(0), name(1), name(13), chosen(25)), ("Auto", "C major", "C minor", None));
        assert_eq!(parameter.string_to_normalized_value("H major"), None);
    }
}
