use super::*;
use crate::network::{BackendChoice, ModelSource};
use continuo_music::time::Tick;

fn space() -> PhraseSpace {
    PhraseSpace::load(&ModelSource::Embedded, BackendChoice::Tract).expect("the built-in networks")
}

fn request(bars: u32) -> GenerateRequest<'static> {
    GenerateRequest { bars, meter: Meter::COMMON, key: Key::major(2), genre: Some("folk"), temperature: 0.8, seed: 1 }
}

fn generated(request: &GenerateRequest<'_>) -> Generated {
    generate(&space(), request, |_, _| {}).expect("a melody")
}

#[test]
fn a_melody_has_its_bars_its_key_a_form_and_an_ending() {
    for (bars, form) in [(1, "A"), (18, "AABAA")] {
        let found = generated(&request(bars));
        assert_eq!(found.form, form);
        assert!(found.notes.iter().all(|note| note.end() <= Tick::from(bars) * 3840), "{bars}");
        assert!(found.notes.windows(2).all(|pair| pair[0].end() <= pair[1].start), "one line");
        let last = found.notes.last().expect("a note");
        assert!(found.ends_on_tonic && last.pitch % 12 == 2);
        assert!(last.start <= Tick::from(bars - 1) * 3840 + 1920, "too late: {last:?}");
        let inside = found.notes.iter().filter(|note| SCALE.contains(&((note.pitch + 10) % 12))).count();
        assert!(inside * 10 >= found.notes.len() * 7, "{inside} of {}", found.notes.len());
    }
    let found = generated(&request(16));
    let bars = |from: Tick| -> Vec<(Tick, u8)> {
        let inside = |note: &&Note| (from * 3840..(from + 3) * 3840).contains(&note.start);
        found.notes.iter().filter(inside).map(|note| (note.start - from * 3840, note.pitch)).collect()
    };
    assert_eq!(bars(0), bars(4), "what comes again begins alike");
    assert_ne!(bars(0), bars(8));
}

#[test]
fn the_seed_decides_and_other_meters_have_their_bars() {
    let of = |seed| generated(&GenerateRequest { seed, ..request(4) }).notes;
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
    for (numerator, denominator) in [(3, 4), (2, 4), (12, 8)] {
        let meter = Meter::new(numerator, denominator).expect("a meter");
        let found = generated(&GenerateRequest { meter, ..request(7) });
        assert!(found.notes.iter().all(|note| note.end() <= 7 * meter.bar_ticks()), "{numerator}/{denominator}");
        assert!(!found.notes.is_empty());
    }
}

#[test]
fn what_cannot_be_made_is_said_in_words() {
    let space = space();
    let refused =
        |request: GenerateRequest<'_>| generate(&space, &request, |_, _| {}).expect_err("refused").to_string();
    assert!(refused(request(0)).contains("0 bars"));
    assert!(refused(request(1000)).contains("1000 bars"));
    let five = Meter::new(5, 4).expect("a meter");
    assert!(refused(GenerateRequest { meter: five, ..request(4) }).contains("5/4"));
}
