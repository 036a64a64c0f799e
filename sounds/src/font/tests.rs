use super::*;
use proptest::{prelude::*, test_runner::Config};

fn fault(bytes: &[u8]) -> Fault {
    match Font::from_bytes("test", bytes.to_vec()) {
        Err(FontError::Fault { fault, .. }) => fault,
        other => panic!("not refused: {other:?}"),
    }
}

fn at(name: &[u8]) -> usize {
    // The tables lie at the end.
    BUILT_IN.windows(4).rposition(|window| window == name).expect("the chunk")
}

#[test]
fn the_built_in_font_has_all_of_general_midi_and_a_kit_and_is_small() {
    let font = Font::built_in().expect("a SoundFont");
    assert_eq!(font.name(), "Continuo GM");
    let has = |bank: i32, program: i32| {
        font.sounds
            .get_presets()
            .iter()
            .any(|preset| preset.get_bank_number() == bank && preset.get_patch_number() == program)
    };
    assert!((0..128).all(|program| has(0, program)));
    assert!(has(128, 0));
    assert!(BUILT_IN.len() < 12_000_000, "{}", BUILT_IN.len());
    let again = Font::built_in().expect("a SoundFont");
    assert!(Arc::ptr_eq(&font.sounds, &again.sounds), "instances share it");
}

#[test]
fn what_is_no_soundfont_is_refused_with_its_reason() {
    assert_eq!(fault(b""), Fault::NotASoundFont);
    assert_eq!(fault(b"RIFF\x04\0\0\0WAVE"), Fault::NotASoundFont);
    assert_eq!(fault(&BUILT_IN[..BUILT_IN.len() / 2]), Fault::Damaged);
    let mut compressed = BUILT_IN.to_vec();
    let samples = at(b"shdr") + 8;
    compressed[samples + 44] |= 0x10;
    assert_eq!(fault(&compressed), Fault::Compressed);
    assert!(Fault::Compressed.to_string().contains(".sf3"));
    let mut wild = BUILT_IN.to_vec();
    wild[samples + 24..samples + 28].fill(0xff);
    assert_eq!(fault(&wild), Fault::Damaged);
    let missing = Font::read(Path::new("/nowhere/font.sf2")).expect_err("the file is missing").to_string();
    assert!(missing.contains("/nowhere/font.sf2") && missing.contains("cannot be read"), "{missing}");
}

#[test]
fn zones_that_sound_together_leave_their_class_and_others_keep_it() {
    let mut bytes = BUILT_IN.to_vec();
    check::check(&mut bytes).expect("a SoundFont");
    let classes = |bytes: &[u8]| {
        let start = at(b"igen") + 8;
        let end = at(b"shdr");
        bytes[start..end].chunks_exact(4).filter(|record| record[0] == 57 && record[1] == 0 && record[2] != 0).count()
    };
    assert!(classes(&bytes) > 0, "hi-hats end each other");
    // Two closed hi-hats at once: as if the font were in stereo.
    let start = at(b"igen") + 8;
    let mut stereo = bytes.clone();
    let keys: Vec<usize> = (start..at(b"shdr") - 4)
        .step_by(4)
        .filter(|&at| bytes[at] == 43 && bytes[at + 1] == 0 && bytes[at + 2] == 42)
        .collect();
    assert!(!keys.is_empty());
    for at in (start..self::at(b"shdr") - 4).step_by(4) {
        if stereo[at] == 43 && stereo[at + 1] == 0 && (stereo[at + 2] == 44 || stereo[at + 2] == 46) {
            stereo[at + 2] = 42;
            stereo[at + 3] = 46;
        }
    }
    let before = classes(&stereo);
    check::check(&mut stereo).expect("a SoundFont");
    assert!(classes(&stereo) < before, "{before}");
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    /// Damage in the tables, where the structure is.
    #[test]
    fn a_damaged_font_is_refused_or_plays_and_never_panics(
        damage in prop::collection::vec((0.0_f64..1.0, any::<u8>()), 1..6),
    ) {
        let mut bytes = BUILT_IN.to_vec();
        let tables = at(b"phdr");
        for (place, value) in damage {
            let index = tables + ((bytes.len() - tables) as f64 * place) as usize;
            bytes[index] = value;
        }
        if let Ok(font) = Font::from_bytes("test", bytes) {
            let mut player = crate::Player::new(&font, 44_100.0).expect("a player");
            let (mut left, mut right) = (vec![0.0; 2048], vec![0.0; 2048]);
            for channel in [0, 9] {
                for pitch in (30..100).step_by(7) {
                    player.send(crate::Message::NoteOn(channel, pitch, 100));
                }
            }
            player.render(&mut left, &mut right);
        }
    }
}
