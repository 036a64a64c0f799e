//! Projects and automation lanes refer to parameters by their identifiers.

use super::*;
use continuo_engine::{storage::DataFolder, styles::StyleFolder};
use continuo_music::settings::LARGEST_SEED;

/// Identifier, name and group of every parameter. Lines may be added and names changed; a released identifier never
/// changes.
const PINNED: &[(&str, &str, &str)] = &[
    ("bypass", "Bypass", ""),
    ("genre", "Genre", ""),
    ("genre_b", "Genre B", ""),
    ("blend", "Blend", ""),
    ("temperature", "Temperature", ""),
    ("seed", "Seed", ""),
    ("takes", "Takes", ""),
    ("mode", "Mode", ""),
    ("phrase_length", "Phrase Length", ""),
    ("thru", "Melody Thru", ""),
    ("vary", "Vary", ""),
    ("variation", "Variation", ""),
    ("key", "Key", ""),
    ("dynamics", "Dynamics", ""),
    ("swing", "Swing", ""),
    ("intensity", "Intensity", ""),
    ("fills", "Fills", ""),
    ("generate", "Generate", ""),
    ("intro", "Intro", ""),
    ("end", "End", ""),
    ("keep_song", "Keep Song", ""),
    ("program_changes", "Program Changes", ""),
    ("split", "Split Key", ""),
    ("melody_source", "Melody Source", ""),
    ("sounds", "Sounds", ""),
    ("sounds_level", "Sounds Level", ""),
    ("melody_level", "Melody Level", "Melody"),
    ("melody_pan", "Melody Pan", "Melody"),
    ("melody_program", "Melody Program", "Melody"),
    ("drums_on", "Drums On", "Drums"),
    ("drums_solo", "Drums Solo", "Drums"),
    ("drums_lock", "Drums Lock", "Drums"),
    ("drums_density", "Drums Density", "Drums"),
    ("drums_octave", "Drums Octave", "Drums"),
    ("drums_velocity", "Drums Velocity", "Drums"),
    ("drums_channel", "Drums Channel", "Drums"),
    ("drums_source", "Drums Source", "Drums"),
    ("drums_level", "Drums Level", "Drums"),
    ("drums_pan", "Drums Pan", "Drums"),
    ("drums_program", "Drums Program", "Drums"),
    ("bass_on", "Bass On", "Bass"),
    ("bass_solo", "Bass Solo", "Bass"),
    ("bass_lock", "Bass Lock", "Bass"),
    ("bass_density", "Bass Density", "Bass"),
    ("bass_octave", "Bass Octave", "Bass"),
    ("bass_velocity", "Bass Velocity", "Bass"),
    ("bass_channel", "Bass Channel", "Bass"),
    ("bass_source", "Bass Source", "Bass"),
    ("bass_level", "Bass Level", "Bass"),
    ("bass_pan", "Bass Pan", "Bass"),
    ("bass_program", "Bass Program", "Bass"),
    ("chords_on", "Chords On", "Chords"),
    ("chords_solo", "Chords Solo", "Chords"),
    ("chords_lock", "Chords Lock", "Chords"),
    ("chords_density", "Chords Density", "Chords"),
    ("chords_octave", "Chords Octave", "Chords"),
    ("chords_velocity", "Chords Velocity", "Chords"),
    ("chords_channel", "Chords Channel", "Chords"),
    ("chords_source", "Chords Source", "Chords"),
    ("chords_level", "Chords Level", "Chords"),
    ("chords_pan", "Chords Pan", "Chords"),
    ("chords_program", "Chords Program", "Chords"),
    ("strings_on", "Strings On", "Strings"),
    ("strings_solo", "Strings Solo", "Strings"),
    ("strings_lock", "Strings Lock", "Strings"),
    ("strings_density", "Strings Density", "Strings"),
    ("strings_octave", "Strings Octave", "Strings"),
    ("strings_velocity", "Strings Velocity", "Strings"),
    ("strings_channel", "Strings Channel", "Strings"),
    ("strings_source", "Strings Source", "Strings"),
    ("strings_level", "Strings Level", "Strings"),
    ("strings_pan", "Strings Pan", "Strings"),
    ("strings_program", "Strings Program", "Strings"),
    ("counter_on", "Counter On", "Counter"),
    ("counter_solo", "Counter Solo", "Counter"),
    ("counter_lock", "Counter Lock", "Counter"),
    ("counter_density", "Counter Density", "Counter"),
    ("counter_octave", "Counter Octave", "Counter"),
    ("counter_velocity", "Counter Velocity", "Counter"),
    ("counter_channel", "Counter Channel", "Counter"),
    ("counter_source", "Counter Source", "Counter"),
    ("counter_level", "Counter Level", "Counter"),
    ("counter_pan", "Counter Pan", "Counter"),
    ("counter_program", "Counter Program", "Counter"),
    ("lead_mode", "Lead Mode", "Lead"),
    ("lead_trade_bars", "Lead Trade Bars", "Lead"),
    ("lead_on", "Lead On", "Lead"),
    ("lead_solo", "Lead Solo", "Lead"),
    ("lead_lock", "Lead Lock", "Lead"),
    ("lead_density", "Lead Density", "Lead"),
    ("lead_octave", "Lead Octave", "Lead"),
    ("lead_velocity", "Lead Velocity", "Lead"),
    ("lead_channel", "Lead Channel", "Lead"),
    ("lead_level", "Lead Level", "Lead"),
    ("lead_pan", "Lead Pan", "Lead"),
    ("lead_program", "Lead Program", "Lead"),
];

fn params() -> ContinuoParams {
    ContinuoParams::new(Arc::new(Shared::new()), vec!["Pop".into(), "Jazz".into()], 1)
}

#[test]
fn identifiers_never_change() {
    let params = params();
    // SAFETY: the pointers are valid as long as `params`.
    let name = |pointer: &ParamPtr| unsafe { pointer.name() }.to_owned();
    let found: Vec<_> =
        params.param_map().iter().map(|(id, pointer, group)| (id.clone(), name(pointer), group.clone())).collect();
    let pinned: Vec<_> =
        PINNED.iter().map(|&(id, name, group)| (id.to_owned(), name.to_owned(), group.to_owned())).collect();
    assert_eq!(found, pinned);
}

/// The framework computes a parameter's number from its identifier in this way; two identifiers with the same number
/// would be one parameter. tests/pinned.txt pins the numbers that hosts see.
#[test]
fn identifiers_make_different_numbers() {
    let number = |id: &str| id.bytes().fold(0_u32, |hash, byte| hash.wrapping_mul(31) + u32::from(byte)) & !(1 << 31);
    let mut numbers: Vec<u32> = PINNED.iter().map(|(id, ..)| number(id)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), PINNED.len());
}

#[test]
fn defaults_are_the_engines() {
    let expected = Settings { shape: Shape { genre: 1, ..Shape::default() }, ..Settings::default() };
    assert_eq!(params().settings(), expected);
}

#[test]
fn genres_have_the_models_names_and_slots_beyond_it_a_number() {
    let params = params();
    let text = |slot: i32| params.genre.normalized_value_to_string(params.genre.preview_normalized(slot), true);
    assert_eq!(text(0), "Pop");
    assert_eq!(text(1), "Jazz");
    assert_eq!(text(2), "Slot 3");
    assert_eq!(text(31), "Slot 32");
    let slot = |text: &str| {
        params.genre.string_to_normalized_value(text).map(|normalized| params.genre.preview_plain(normalized))
    };
    assert_eq!(slot("jazz"), Some(1));
    assert_eq!(slot("Slot 3"), Some(2));
    assert_eq!(slot("polka"), None);
    assert_eq!(params.named_genres(), [(0, "Pop".to_owned()), (1, "Jazz".to_owned())]);
    let without_a_model = ContinuoParams::new(Arc::new(Shared::new()), Vec::new(), 0);
    assert_eq!(without_a_model.named_genres().len(), usize::from(SLOTS));
}

#[test]
fn own_styles_get_and_lose_their_names_as_they_come_and_go() {
    let data = tempfile::tempdir().expect("a folder");
    let styles = data.path().join("styles");
    std::fs::create_dir(&styles).expect("a folder");
    let folder = StyleFolder::of(&DataFolder::at(data.path()));
    let shared = Arc::new(Shared::with_styles(Some(folder), "space"));
    let params = ContinuoParams::new(Arc::clone(&shared), vec!["Pop".into()], 0);
    let text = |slot: i32| params.genre_b.normalized_value_to_string(params.genre_b.preview_normalized(slot), true);
    assert_eq!(text(19), "Slot 20");
    let style = r#"{"continuo_style": 1, "name": "coulton", "slot": 19, "style_space": "space", "vector": [0.5],
        "parts": ["bass"], "programs": {}, "sources": []}"#;
    std::fs::write(styles.join("coulton.json"), style).expect("a file");
    assert!(shared.refresh_styles());
    assert_eq!(text(19), "coulton");
    let found = params.genre.string_to_normalized_value("Coulton").map(|value| params.genre.preview_plain(value));
    assert_eq!(found, Some(19));
    assert_eq!(params.named_genres(), [(0, "Pop".to_owned()), (19, "coulton".to_owned())]);
    std::fs::remove_file(styles.join("coulton.json")).expect("the file is there");
    assert!(shared.refresh_styles());
    assert_eq!(text(19), "Slot 20");
}

#[test]
fn text_that_is_not_a_finite_number_is_refused() {
    let params = params();
    for text in ["nan", "inf", "1e999", "-infinity %"] {
        assert_eq!(params.temperature.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.dynamics.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.intensity.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.fills.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.variation.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.blend.string_to_normalized_value(text), None, "{text}");
        assert_eq!(params.bass.density.string_to_normalized_value(text), None, "{text}");
    }
    assert_eq!(params.temperature.string_to_normalized_value(" 1.0 "), Some(0.5));
}

#[test]
fn every_seed_survives_a_hosts_fraction() {
    let params = params();
    for seed in 0..=LARGEST_SEED as i32 {
        let fraction = params.seed.preview_normalized(seed);
        assert_eq!(params.seed.preview_plain(fraction), seed);
    }
}

#[test]
fn solo_silences_the_others_but_does_not_switch_a_part_on() {
    let params = params();
    assert!(Part::ALL.into_iter().all(|part| params.sounds(part)));
    // SAFETY: the pointer is valid as long as `params`.
    let set = |param: &BoolParam, on: bool| unsafe { param.as_ptr()._internal_set_normalized_value(f32::from(on)) };
    set(&params.bass.solo, true);
    let sounding: Vec<_> = Part::ALL.into_iter().filter(|&part| params.settings().parts[part].on).collect();
    assert_eq!(sounding, [Part::Bass]);
    assert!(!params.settings().lead.play.on, "Lead is silent, too");
    set(&params.bass.on, false);
    assert!(!Part::ALL.into_iter().any(|part| params.sounds(part)));
    set(&params.lead.solo, true);
    assert!(params.settings().lead.play.on && !params.settings().lead.plays());
}

#[test]
fn the_score_is_saved_with_the_parameters() {
    let shared = Arc::new(Shared::new());
    let params = ContinuoParams::new(Arc::clone(&shared), Vec::new(), 0);
    let saved = params.serialize_fields();
    assert!(saved.contains_key("score"));
    let other = self::params();
    other.deserialize_fields(&saved);
    assert_eq!(other.serialize_fields(), saved);
}

#[test]
fn a_plugin_without_sounds_hides_their_parameters_and_keeps_their_identifiers() {
    let (heard, silent) = (params(), params().without_sounds());
    let hidden = |params: &ContinuoParams| -> Vec<String> {
        // SAFETY: the pointers are valid as long as `params`.
        let is_hidden = |pointer: ParamPtr| unsafe { pointer.flags() }.contains(ParamFlags::HIDDEN);
        params.param_map().into_iter().filter(|(_, pointer, _)| is_hidden(*pointer)).map(|(id, ..)| id).collect()
    };
    let ids = |params: &ContinuoParams| params.param_map().into_iter().map(|(id, ..)| id).collect::<Vec<_>>();
    assert_eq!(ids(&heard), ids(&silent));
    assert_eq!(hidden(&heard), ["drums_octave"]);
    let of_sounds = |id: &String| {
        id.starts_with("sounds") || ["_level", "_pan", "_program"].into_iter().any(|ending| id.ends_with(ending))
    };
    let wanted: Vec<String> =
        ids(&silent).into_iter().filter(|id| of_sounds(id) || id.as_str() == "drums_octave").collect();
    assert_eq!(hidden(&silent), wanted);
    assert_eq!(wanted.len(), 2 + 7 * 3 + 1);
}
