//! The presets that are built in.

/// A preset that is built in.
pub struct FactoryPreset {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub help: &'static str,
    /// Parameters with their values as text; the others have their defaults.
    pub values: &'static [(&'static str, &'static str)],
}

/// All of them, named by their musical use.
pub const PRESETS: [FactoryPreset; 16] = [
    FactoryPreset { name: "Pop band", help: "The whole band, as the model plays pop.", values: &[("genre", "Pop")] },
    FactoryPreset {
        name: "Singer and piano",
        help: "Chords and bass alone, quiet, for a song.",
        values: &[
            ("genre", "Pop"),
            ("genre_b", "Classical song"),
            ("blend", "40 %"),
            ("temperature", "0.80"),
            ("drums_on", "Off"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
            ("chords_density", "55 %"),
            ("bass_velocity", "85 %"),
        ],
    },
    FactoryPreset {
        name: "Rock trio",
        help: "Drums, bass and a busy guitar; no strings.",
        values: &[
            ("genre", "Rock"),
            ("drums_density", "60 %"),
            ("bass_density", "60 %"),
            ("chords_velocity", "110 %"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
        ],
    },
    FactoryPreset {
        name: "Rhythm section to practise with",
        help: "Drums and bass that stay the same, to play chords and melody to.",
        values: &[
            ("genre", "Pop"),
            ("temperature", "0.50"),
            ("variation", "0 %"),
            ("chords_on", "Off"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
        ],
    },
    FactoryPreset {
        name: "Jazz trio",
        help: "Piano, bass and drums.",
        values: &[
            ("genre", "Jazz"),
            ("temperature", "0.90"),
            ("bass_density", "65 %"),
            ("drums_density", "60 %"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
        ],
    },
    FactoryPreset {
        name: "Jazz trio that trades fours",
        help: "Piano, bass and drums; Lead and you play four bars each in turns.",
        values: &[
            ("genre", "Jazz"),
            ("temperature", "0.90"),
            ("bass_density", "65 %"),
            ("drums_density", "60 %"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
            ("lead_mode", "Trade"),
            ("lead_trade_bars", "4 bars"),
            ("lead_density", "60 %"),
        ],
    },
    FactoryPreset {
        name: "Late ballad",
        help: "Slow jazz with strings, few and soft drums.",
        values: &[
            ("genre", "Jazz"),
            ("genre_b", "Classical song"),
            ("blend", "30 %"),
            ("temperature", "0.70"),
            ("drums_density", "35 %"),
            ("drums_velocity", "75 %"),
            ("strings_velocity", "80 %"),
        ],
    },
    FactoryPreset {
        name: "Bossa evening",
        help: "Latin drums with jazz chords.",
        values: &[
            ("genre", "Latin"),
            ("genre_b", "Jazz"),
            ("blend", "40 %"),
            ("temperature", "0.90"),
            ("drums_velocity", "80 %"),
            ("strings_velocity", "75 %"),
        ],
    },
    FactoryPreset {
        name: "Campfire",
        help: "Folk guitar and bass, without drums and strings.",
        values: &[
            ("genre", "Folk"),
            ("temperature", "0.80"),
            ("drums_on", "Off"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
            ("chords_density", "55 %"),
        ],
    },
    FactoryPreset {
        name: "Folk pop",
        help: "Half folk, half pop.",
        values: &[("genre", "Folk"), ("genre_b", "Pop"), ("blend", "50 %"), ("drums_velocity", "90 %")],
    },
    FactoryPreset {
        name: "Folk duo with a second fiddle",
        help: "Guitar and bass; Lead answers softly where you rest.",
        values: &[
            ("genre", "Folk"),
            ("temperature", "0.80"),
            ("drums_on", "Off"),
            ("strings_on", "Off"),
            ("counter_on", "Off"),
            ("lead_mode", "Fill"),
            ("lead_velocity", "85 %"),
        ],
    },
    FactoryPreset {
        name: "Dance floor",
        help: "Electronic, with a pattern that holds.",
        values: &[
            ("genre", "Electronic"),
            ("temperature", "0.80"),
            ("variation", "10 %"),
            ("drums_velocity", "110 %"),
            ("strings_density", "40 %"),
            ("dynamics", "30 %"),
        ],
    },
    FactoryPreset {
        name: "Song with chamber strings",
        help: "Piano, strings and bass, as in a classical song.",
        values: &[
            ("genre", "Classical song"),
            ("temperature", "0.90"),
            ("drums_on", "Off"),
            ("strings_density", "60 %"),
            ("strings_velocity", "85 %"),
        ],
    },
    FactoryPreset {
        name: "Chorale",
        help: "Four voices note against note: the melody, two strings and the bass.",
        values: &[
            ("genre", "Chorale"),
            ("temperature", "0.60"),
            ("drums_on", "Off"),
            ("chords_on", "Off"),
            ("strings_velocity", "85 %"),
        ],
    },
    FactoryPreset {
        name: "Orchestra",
        help: "Strings, basses and a counter-melody.",
        values: &[
            ("genre", "Symphony"),
            ("temperature", "0.90"),
            ("drums_on", "Off"),
            ("chords_velocity", "80 %"),
            ("counter_density", "60 %"),
        ],
    },
    FactoryPreset {
        name: "Film score",
        help: "Orchestra with some electronics; the counter-melody an octave higher.",
        values: &[
            ("genre", "Symphony"),
            ("genre_b", "Electronic"),
            ("blend", "35 %"),
            ("counter_octave", "+1"),
            ("strings_density", "60 %"),
            ("drums_density", "40 %"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        params::ContinuoParams,
        presets::preset::{Preset, parameters},
        process::model,
    };
    use continuo_engine::{composer::Shared, storage::is_name};
    use std::sync::Arc;

    #[test]
    fn each_has_a_name_of_its_own_and_settings_that_the_built_in_model_has() {
        let genres = model::genres();
        let params = ContinuoParams::new(Arc::new(Shared::new()), genres.names, genres.default);
        for (index, preset) in PRESETS.iter().enumerate() {
            assert!(is_name(preset.name), "{}", preset.name);
            assert!(PRESETS[..index].iter().all(|other| other.name != preset.name && other.values != preset.values));
            let values =
                Preset::of(preset.values).values(&params).unwrap_or_else(|error| panic!("{}: {error}", preset.name));
            assert_eq!(values.len(), parameters().count());
        }
    }
}
