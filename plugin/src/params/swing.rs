//! The parameter that chooses by how much the band swings.

use continuo_music::swing::{MOST_SWING, STRAIGHT};
use nice_plug::prelude::*;
use std::sync::Arc;

/// The name of the value at which the band swings as the melody does.
const AUTO: &str = "Auto";
/// That value; the others are percents.
const AS_THE_MELODY: i32 = STRAIGHT as i32 - 1;

/// The percent of a value; `None` to swing as the melody does.
pub fn chosen(value: i32) -> Option<u8> {
    u8::try_from(value).ok().filter(|&percent| percent >= STRAIGHT)
}

/// The parameter, at "Auto" by default.
pub fn parameter() -> IntParam {
    let range = IntRange::Linear { min: AS_THE_MELODY, max: i32::from(MOST_SWING) };
    IntParam::new("Swing", AS_THE_MELODY, range)
        .with_value_to_string(Arc::new(|value| {
            chosen(value).map_or_else(|| AUTO.to_owned(), |percent| format!("{percent} %"))
        }))
        .with_string_to_value(Arc::new(|text| {
            let text = text.trim();
            if text.eq_ignore_ascii_case(AUTO) {
                return Some(AS_THE_MELODY);
            }
            text.trim_end_matches('%').trim().parse().ok().filter(|&percent| chosen(percent).is_some())
        }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_a_name_that_is_understood() {
        let parameter = parameter();
        let plain = |text: &str| {
            parameter.string_to_normalized_value(text).map(|normalized| parameter.preview_plain(normalized))
        };
        for value in 49..=75 {
            let name = parameter.normalized_value_to_string(parameter.preview_normalized(value), true);
            assert_eq!(plain(&name), Some(value), "{name}");
        }
        assert_eq!([chosen(49), chosen(50), chosen(67), chosen(-1)], [None, Some(50), Some(67), None]);
        assert_eq!([plain("auto"), plain("67%"), plain("49"), plain("a lot")], [Some(49), Some(67), None, None]);
    }
}
