use super::*;
use crate::{
    meter::{Meter, MeterChange, MeterMap},
    note::Note,
    time::Tick,
};
use proptest::prelude::*;
use std::ops::Range;

const BAR: Tick = 3840;

/// 4/4, a bar of it cut short, 3/4.
fn meters() -> MeterMap {
    let waltz = Meter { numerator: 3, denominator: 4 };
    MeterMap::from_changes([MeterChange { tick: 10 * BAR + 1920, meter: waltz }])
}

#[derive(Clone, Debug)]
enum Change {
    Paint(Range<Tick>, SectionKind),
    Erase(Range<Tick>),
    Rename(Tick, String),
    Move(usize, Tick),
}

fn kinds() -> impl Strategy<Value = SectionKind> {
    prop::sample::select(SectionKind::ALL.to_vec())
}

fn stretches() -> impl Strategy<Value = Range<Tick>> {
    (-BAR..20 * BAR, 0..10 * BAR).prop_map(|(start, ticks)| start..start + ticks)
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        3 => (stretches(), kinds()).prop_map(|(stretch, kind)| Change::Paint(stretch, kind)),
        1 => stretches().prop_map(Change::Erase),
        1 => (-BAR..20 * BAR, "[ -~é]{0,30}").prop_map(|(tick, name)| Change::Rename(tick, name)),
        2 => (0..12_usize, -BAR..20 * BAR).prop_map(|(index, to)| Change::Move(index, to)),
    ];
    prop::collection::vec(change, 0..12)
}

fn made(changes: &[Change], meters: &MeterMap) -> Sections {
    let mut sections = Sections::default();
    for change in changes {
        match change {
            Change::Paint(stretch, kind) => sections.paint(stretch, *kind, meters),
            Change::Erase(stretch) => sections.erase(stretch, meters),
            Change::Rename(tick, name) => {
                sections.rename(*tick, name);
            }
            Change::Move(index, to) => {
                if let Some(&border) = sections.borders().get(*index) {
                    sections.move_border(border, *to, meters);
                }
            }
        }
    }
    sections
}

proptest! {
    #[test]
    fn sections_stay_in_order_on_bar_lines(changes in changes()) {
        let meters = meters();
        let sections = made(&changes, &meters);
        prop_assert!(sections.is_valid(), "{:?}", sections);
        for border in sections.borders() {
            prop_assert_eq!(meters.bar_start(border), border);
        }
        let saved = serde_json::to_string(&sections).unwrap();
        prop_assert_eq!(serde_json::from_str::<Sections>(&saved).unwrap(), sections);
    }

    #[test]
    fn what_is_painted_is_found_there_and_nothing_else_changes(changes in changes(), stretch in stretches(), kind in kinds()) {
        let meters = meters();
        let before = made(&changes, &meters);
        let mut sections = before.clone();
        sections.paint(&stretch, kind, &meters);
        for tick in (-2 * BAR..32 * BAR).step_by(480) {
            let bar = meters.phrase_at(tick, 1);
            let is_painted = !stretch.is_empty() && bar.start < stretch.end && stretch.start < bar.end;
            let kind_in = |sections: &Sections| sections.at(tick).map(|section| section.kind);
            prop_assert_eq!(kind_in(&sections), if is_painted { Some(kind) } else { kind_in(&before) });
        }
        sections.erase(&stretch, &meters);
        prop_assert!(stretch.is_empty() || sections.at(stretch.start).is_none());
    }

    #[test]
    fn a_border_moves_alone(changes in changes(), index in 0..12_usize, to in -BAR..20 * BAR) {
        let meters = meters();
        let before = made(&changes, &meters);
        let borders = before.borders();
        let Some(&border) = borders.get(index) else { return Ok(()) };
        let mut sections = before.clone();
        let moved = sections.move_border(border, to, &meters);
        prop_assert!(moved.is_some());
        prop_assert_eq!(sections.all().len(), before.all().len());
        let (mut expected, mut left): (Vec<_>, Vec<_>) = (borders, sections.borders());
        expected.retain(|other| *other != border && Some(*other) != moved);
        left.retain(|other| Some(*other) != moved);
        prop_assert_eq!(left, expected);
    }

    #[test]
    fn an_outline_that_was_written_is_read_again(changes in changes()) {
        let meters = meters();
        let mut sections = made(&changes, &meters);
        sections.erase(&(-40 * BAR..0), &meters);
        let outline = Outline::of(&sections, &meters, 0);
        prop_assert_eq!(&outline.placed(&meters, 0), &sections);
        if !sections.is_empty() {
            prop_assert_eq!(outline.to_string().parse::<Outline>(), Ok(outline));
        }
    }

    #[test]
    fn any_text_is_read_or_refused_at_its_place(text in "[a-zA-Z0-9 |\"\n-]{0,40}") {
        let (outline, errors) = Outline::read(&text);
        prop_assert!(!outline.items.is_empty() || !errors.is_empty());
        for error in errors {
            prop_assert!((1..=text.chars().count().max(1)).contains(&error.character));
        }
    }
}

#[test]
fn an_outline_is_read_as_musicians_write_it() {
    let read =
        |text: &str| text.parse::<Outline>().map(|outline| outline.to_string()).map_err(|error| error.to_string());
    assert_eq!(read("intro 4|VERSE 8 bars | chorus 8"), Ok("Intro 4 | Verse 8 | Chorus 8".to_owned()));
    assert_eq!(read("Verse 2 8 || Outro 1 bar"), Ok("Verse \"Verse 2\" 8 | Ending \"Outro\" 1".to_owned()));
    assert_eq!(read("Chorus \"Here we go\" 8 | - 2 | \"Solo 3\" 12"), {
        Ok("Chorus \"Here we go\" 8 | - 2 | Bridge \"Solo 3\" 12".to_owned())
    });
    let refused = |text: &str| read(text).unwrap_err();
    assert!(
        refused("Intro 4 | Vers 8")
            .starts_with("section 2, character 11: \"Vers\" is not a kind of section: write Intro")
    );
    assert!(refused("Verse").starts_with("section 1, character 1: \"Verse\" has no number of bars"));
    assert!(refused("Intro 4 | Verse 0").contains("\"0\" is not a number of bars"));
    assert!(refused("Verse -4").contains("\"-4\" is not a number of bars"));
    assert!(refused("8").contains("\"8\" is not a kind"));
    assert!(refused("Chorus \"Big 8").contains("has no quotation mark at its end"));
    assert!(refused(" ").contains("no section is written"));
    assert!(refused("Verse 9000 | Chorus 9000").starts_with("section 2, character 14: all sections together"));
}

#[test]
fn an_outline_is_used_as_far_as_it_goes() {
    let (outline, errors) = Outline::read("Intro 4 | Wobble 8 | Chorus 8 | Verse");
    assert_eq!((outline.to_string().as_str(), outline.bars()), ("Intro 4 | - 8 | Chorus 8", 20));
    assert_eq!(errors.iter().map(|error| error.number).collect::<Vec<_>>(), [2, 4]);
}

#[test]
fn names_say_kinds() {
    let kind = SectionKind::of_name;
    for (name, expected) in [
        ("Verse 2", SectionKind::Verse),
        ("PRE-CHORUS", SectionKind::Verse),
        ("Prechorus", SectionKind::Verse),
        ("Chorus1", SectionKind::Chorus),
        ("Refrain", SectionKind::Chorus),
        ("Middle 8", SectionKind::Bridge),
        ("Guitar solo", SectionKind::Bridge),
        ("Breakdown", SectionKind::Break),
        ("[Outro]", SectionKind::Ending),
    ] {
        assert_eq!(kind(name), Some(expected), "{name}");
    }
    for name in ["", "A", "Em7", "Versatile", "2"] {
        assert_eq!(kind(name), None, "{name}");
    }
}

#[test]
fn own_names_are_short_and_in_one_line() {
    let mut sections = Sections::default();
    sections.paint(&(0..BAR), SectionKind::Verse, &MeterMap::default());
    assert!(sections.rename(0, "  the |\nlong \"one\" that nobody can read in a lane "));
    assert_eq!(sections.all()[0].name(), "the long one that nobody");
    assert!(sections.set_kind(0, SectionKind::Chorus));
    assert_eq!(sections.all()[0].own_name(), Some("the long one that nobody"));
    assert!(sections.rename(0, "Chorus"));
    assert_eq!(sections.all()[0].own_name(), None);
    assert!(!sections.rename(0, " "));
    assert!(!sections.rename(BAR, "nothing is there"));
}

/// A bar of quarter notes for each letter: the same letter, the same bar.
fn tune(letters: &str) -> Vec<Note> {
    let bars = letters.chars().filter(|letter| !letter.is_whitespace()).enumerate();
    let bar = |(bar, letter): (usize, char)| {
        let seed = u32::from(letter).wrapping_mul(2_654_435_761);
        (0..4).map(move |beat| Note {
            start: BAR * bar as Tick + 960 * Tick::from(beat),
            pitch: 60 + (seed >> (5 * beat + 3)) as u8 % 12,
            length: 900,
            velocity: 90,
        })
    };
    bars.flat_map(bar).collect()
}

fn border_bars(letters: &str) -> Vec<Tick> {
    let melody = tune(letters);
    let heard = [0..melody.last().map_or(0, |note| (note.start / BAR + 1) * BAR)];
    form_borders(&melody, &heard, &MeterMap::default()).into_iter().map(|border| border / BAR).collect()
}

#[test]
fn sections_follow_from_the_form() {
    assert_eq!(border_bars("abcdefgh abcdefgh ijklmnop abcdefgh"), [8, 16, 24], "AABA");
    assert_eq!(border_bars("abcdabcd efghefgh"), [8], "a folk tune of two strains");
    assert_eq!(border_bars("abcd abcd efgh abcd abcd efgh abcd abcd efgh"), [12, 24], "a blues");
    assert_eq!(border_bars("abcd abcd abcd abcd abcd abcd"), [] as [Tick; 0], "one riff");
    assert_eq!(border_bars("abcd"), [] as [Tick; 0]);
    assert_eq!(border_bars(""), [] as [Tick; 0]);
}

#[test]
fn sections_begin_after_a_pickup_that_is_written_as_a_bar() {
    let tune = tune("abcdefgh abcdefgh ijklmnop");
    let pickup = Note { start: 2880, pitch: 60, length: 900, velocity: 90 };
    let later = tune.iter().map(|note| Note { start: note.start + BAR, ..*note });
    let melody: Vec<Note> = std::iter::once(pickup).chain(later).collect();
    let borders = |melody: &[Note]| -> Vec<Tick> {
        let borders = form_borders(melody, &[0..26 * BAR], &MeterMap::default());
        borders.into_iter().map(|border| border / BAR).collect()
    };
    assert_eq!(borders(&melody), [9, 17]);
    let mut early = melody.clone();
    early[0].start = 960;
    assert_ne!(borders(&early), [9, 17], "what begins in the first half of a bar is no pickup");
}

#[test]
fn sections_that_nothing_divides_are_no_name() {
    for text in ["Verse 8, Chorus 8", "Verse 8 Chorus 8", "Intro 4; Verse 8"] {
        let error = text.parse::<Outline>().expect_err(text).to_string();
        assert!(error.contains("put | between them"), "{error}");
    }
    let numbered: Outline = "Verse 2 8 | Chorus \"Verse 8, Chorus\" 8".parse().expect("two sections");
    assert_eq!(numbered.items.len(), 2);
}

proptest! {
    #[test]
    fn a_form_that_grew_is_the_one_of_the_whole_melody(
        steps in prop::collection::vec((prop::collection::vec("[abcd]{4}", 1..5), 0_usize..40, any::<bool>(), 0_u8..3), 1..6),
    ) {
        let mut form = GrowingForm::default();
        let mut letters = String::new();
        for (more, keep, late, meter) in steps {
            // The song is cut somewhere and goes on otherwise.
            letters.truncate(letters.len() - letters.len().min(keep) / 4);
            letters.extend(more);
            let mut melody = tune(&letters);
            if late {
                melody.remove(0);
            }
            let meters = match meter {
                0 => MeterMap::new(Meter { numerator: 3, denominator: 4 }),
                _ => MeterMap::default(),
            };
            let end = melody.last().map_or(0, Note::end);
            let whole = if meter == 1 { vec![0..end / 2] } else { vec![0..end] };
            prop_assert_eq!(form.borders(&melody, &whole, &meters), form_borders(&melody, &whole, &meters));
        }
    }
}
