use super::*;
use proptest::prelude::*;

fn read(text: &str) -> String {
    match text.parse::<Symbol>() {
        Ok(Symbol::Chord(chord)) => chord.to_string(),
        Ok(Symbol::Repeat) => "%".to_owned(),
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn symbols_are_read_as_they_are_written_everywhere() {
    let cases = [
        ("C", "C CM Cmaj CMaj Cmajor C(9) Cadd9 Cadd2 C2 C(add9) Cadd11 C:maj C:maj(9) [C] (C) C(b5)"),
        ("Cm", "Cm C- Cmin Cmi CMin CMIN Cminor Cm(add9) Cmadd9 C:min C−"),
        (
            "Cmaj7",
            "CM7 Cmaj7 Cma7 CMa7 CMaj7 CMAJ7 Cmajor7 C^7 C^ CΔ CΔ7 C△7 Cmaj9 CM9 C^9 Cmaj13 Cmaj7#11 Cmaj7(#11) C^7#11 \
          Cmaj7#5 C+maj7 C:maj7",
        ),
        ("Cm7", "Cm7 C-7 Cmin7 Cmi7 Cm9 C-9 Cm11 C-11 Cm13 Cm7(9) C:min7 Cm7(11)"),
        (
            "C7",
            "C7 C9 C13 C7b9 C7#9 C7♭9 C7-9 C7+9 C7(b9) C7(#9) C7(b9,#5) C7(b9,b13) C7b5 C7#5 C7+5 C7-5 C7+ C+7 Caug7 C7#11 \
          C9#11 C7b13 C7alt Calt C13b9 C7b9b13 C7b9#9 Cdom7 C:7 C:9 C7(13) C7(9)",
        ),
        ("C7sus4", "C7sus4 C7sus C9sus4 C9sus C13sus4 C13sus C11 C7sus2 C7(sus4) C:sus4(b7) C7susb9 C7b9sus"),
        ("Csus4", "Csus Csus4 C4 CSUS4 C(sus4) C:sus4 Csus2sus4"),
        ("Csus2", "Csus2 C(sus2) C:sus2"),
        ("C6", "C6 C69 C6/9 C6(9) Cmaj6 CM6 C:maj6 Cadd6 C6,9"),
        ("Cm6", "Cm6 C-6 Cm69 Cm6/9 Cmin6 C:min6"),
        ("C°", "Cdim C° Co Cm(b5) Cmb5 C:dim C-b5"),
        ("C°7", "Cdim7 C°7 Co7 Cº7 C:dim7 CDim7"),
        ("Cm7b5", "Cm7b5 Cø Cø7 CØ7 Ch7 Ch C-7b5 C-7(b5) Cm7(♭5) Cmin7b5 C:hdim7 Cmi7(b5) Cm7-5 C-7-5"),
        ("C+", "C+ Caug C+5 C(#5) Cmaj#5 C:aug"),
        ("Cm(maj7)", "Cm(maj7) CmM7 Cmmaj7 C-^7 C-Δ7 CmΔ Cm(M7) Cmin(maj7) CmMaj7 C-maj7 C:minmaj7 Cmmaj9"),
        ("C5", "C5 C(no3) Cno3 C:5"),
        ("C/E", "C/E Cmaj/E C:maj/3 C/3"),
        ("C6/E", "C6/9/E C6/E"),
        ("C7/Bb", "C7/Bb C7/B♭ C:7/b7 C7/A#"),
        ("N.C.", "N.C. NC N n.c. N.C nochord"),
        ("%", "%"),
        ("F#m7", "F#m7 F♯m7 F#-7 Gbm7 F#:min7"),
        ("Bb", "Bb B♭ A# Cbb"),
        ("Bb5", "Bb5"),
        ("Bbm7b5", "Bbm7b5 Bbø"),
        ("Eb7", "Eb7b9 D#7 E♭9"),
        ("D/F#", "D/F# D/Gb"),
        ("Dm7/C#", "Dm7/C# Dm7/Db"),
        ("Ab°7", "Abdim7 G#o7"),
    ];
    for (expected, texts) in cases {
        for text in texts.split_whitespace() {
            assert_eq!(read(text), expected, "{text}");
        }
    }
    for (text, expected) in
        [(" C min 7 ", "Cm7"), ("no chord", "N.C."), ("C / E", "C/E"), ("Am7 / G", "Am7/G"), ("C7 (b9, #5)", "C7")]
    {
        assert_eq!(read(text), expected);
    }
}

#[test]
fn other_texts_are_refused_with_their_place() {
    let cases = [
        ("", 1),
        ("  ", 1),
        ("H7", 1),
        ("c", 1),
        ("am", 1),
        ("Am I", 4),
        ("Chorus", 2),
        ("Verse", 1),
        ("Bridge", 2),
        ("Ending", 2),
        ("C##9#", 5),
        ("C8", 2),
        ("Cmaj8", 5),
        ("C/", 2),
        ("C/X", 2),
        ("C/E/G/", 2),
        ("Be", 2),
        ("Good", 3),
        ("End", 2),
        ("Fade", 2),
        ("Coda", 3),
        ("Guitar", 2),
        ("C7-", 3),
        ("A6-", 3),
        ("Cadd", 2),
        ("Cadd#", 2),
        ("Dm7 G7", 5),
        ("C#b", 3),
    ];
    for (text, character) in cases {
        let error = text.parse::<Chord>().expect_err(text);
        assert_eq!(error.character, character, "{error}");
        assert!(error.to_string().starts_with(&format!("\"{text}\" is not a chord symbol: ")), "{error}");
        assert!(error.to_string().contains("F#m7"));
    }
    assert_eq!(
        "Cmaj8".parse::<Chord>().unwrap_err().to_string(),
        "\"Cmaj8\" is not a chord symbol: \"8\" at its character 5 means nothing there (understood are symbols such as C, \
         F#m7, Bb7sus4, G°7, Cmaj9, D/F# and N.C.)"
    );
    assert!("%".parse::<Chord>().is_err());
}

#[test]
fn notes_are_named_as_in_the_key() {
    let spelled = |symbol: &str, key| symbol.parse::<Chord>().unwrap().spelled(Some(key));
    assert_eq!(spelled("C#", Key::major(9)), "C#");
    assert_eq!(spelled("C#", Key::major(8)), "Db");
    assert_eq!(spelled("G#°7", Key::minor(9)), "G#°7");
    assert_eq!(spelled("Bb", Key::minor(9)), "Bb");
    assert_eq!(spelled("G#m", Key::major(11)), "G#m");
    assert_eq!(spelled("B", Key::major(6)), "Cb");
    assert_eq!(spelled("D7/F#", Key::major(5)), "D7/F#");
    assert_eq!(spelled("F#7/A#", Key::minor(11)), "F#7/A#");
    assert_eq!(spelled("Ab7/C", Key::major(0)), "Ab7/C");
    for key in (0..12).flat_map(|tonic| [Key::major(tonic), Key::minor(tonic)]) {
        let scale = if key.is_minor() { [0, 2, 3, 5, 7, 8, 10] } else { [0, 2, 4, 5, 7, 9, 11] };
        let mut letters: Vec<_> = scale
            .iter()
            .filter_map(|step| Chord::new(key.tonic() + step, Quality::Major).spelled(Some(key)).chars().next())
            .collect();
        letters.sort_unstable();
        assert_eq!(letters, ['A', 'B', 'C', 'D', 'E', 'F', 'G'], "{}", key.name());
    }
}

#[test]
fn tones_and_bass() {
    let chord: Chord = "F#m7b5/E".parse().unwrap();
    assert_eq!(chord.tones().collect::<Vec<_>>(), [6, 9, 0, 4]);
    assert_eq!((chord.bass(), chord.slash()), (4, Some(4)));
    assert!(chord.contains(60) && chord.contains(64) && !chord.contains(61));
    let over: Chord = "C/D".parse().unwrap();
    assert!(over.contains(62) && over.tones().all(|tone| tone != 2));
    assert_eq!("C/C".parse::<Chord>().unwrap(), Chord::new(0, Quality::Major));
    assert_eq!(Chord::NONE.over(3), Chord::NONE);
    assert_eq!(Chord::NONE.tones().count(), 0);
}

#[test]
fn a_chord_is_saved_as_its_symbol() {
    let chord: Chord = "Bbmaj7/D".parse().unwrap();
    assert_eq!(serde_json::to_string(&chord).unwrap(), "\"Bbmaj7/D\"");
    assert_eq!(serde_json::from_str::<Chord>("\"Bb^7/D\"").unwrap(), chord);
    assert!(serde_json::from_str::<Chord>("\"Verse\"").unwrap_err().to_string().contains("Verse"));
}

pub(super) fn any_chord() -> impl Strategy<Value = Chord> {
    (0_u8..12, 0..Quality::ALL.len(), prop::option::of(0_u8..12)).prop_map(|(root, quality, bass)| {
        let chord = Chord::new(root, Quality::ALL[quality]);
        bass.map_or(chord, |bass| chord.over(bass))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_in_every_key(chord in any_chord(), tonic in 0_u8..12, minor: bool) {
        let key = if minor { Key::minor(tonic) } else { Key::major(tonic) };
        prop_assert_eq!(chord.spelled(Some(key)).parse(), Ok(chord));
        prop_assert_eq!(chord.to_string().parse(), Ok(chord));
        let ascii = chord.spelled_in_ascii(Some(key));
        prop_assert!(ascii.is_ascii());
        prop_assert_eq!(ascii.parse(), Ok(chord));
    }

    #[test]
    fn transposing_there_and_back(chord in any_chord(), by in -40_i64..40) {
        prop_assert_eq!(chord.transposed(by).transposed(-by), chord);
        let moved: Vec<_> = chord.transposed(by).tones().collect();
        prop_assert_eq!(moved, chord.tones().map(|tone| (i64::from(tone) + by).rem_euclid(12) as u8).collect::<Vec<_>>());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[A-Hbm#0-9/ ()°øΔ+%.a-z-]{0,12}") {
        if let Err(error) = text.parse::<Symbol>() {
            prop_assert!(error.character >= 1 && error.character <= text.chars().count().max(1));
        }
    }
}
