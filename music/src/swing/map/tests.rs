use super::*;
use crate::{meter::Meter, swing::SwingGrid};
use proptest::prelude::*;

const BAR: Tick = 3840;

fn note(start: Tick) -> Note {
    Note { start, pitch: 72, length: 200, velocity: 90 }
}

fn span(bars: Range<Tick>) -> PhraseSpan {
    PhraseSpan { start: bars.start * BAR, end: bars.end * BAR, meter: Meter::COMMON }
}

fn map(starts: impl IntoIterator<Item = Tick>) -> SwingMap {
    let mut notes: Vec<Note> = starts.into_iter().map(note).collect();
    notes.sort_unstable();
    SwingMap::of(&notes, &[-BAR..100 * BAR], &MeterMap::default())
}

/// A line of steps in each bar, swung.
fn line(steps: &[Tick], bars: Range<Tick>, swing: Option<Swing>) -> Vec<Tick> {
    let grid = SwingGrid::of(&span(bars.clone()), swing);
    bars.flat_map(|bar| steps.iter().map(move |step| bar * BAR + step * TICKS_PER_STEP))
        .map(|tick| grid.swing(tick))
        .collect()
}

const EIGHTHS: [Tick; 7] = [0, 2, 4, 6, 8, 10, 12];
const SIXTEENTHS: [Tick; 10] = [0, 1, 2, 4, 6, 7, 8, 11, 12, 14];

#[test]
fn a_melody_of_triplets_is_twelve_eighths() {
    let found = map((0..96).map(|index| 320 * index));
    assert_eq!(found.song(), Swing::new(Level::Eighths, 67));
}

#[test]
fn straight_music_with_dots_triplets_and_syncopation_does_not_swing() {
    let dotted = line(&[0, 3, 4, 7, 8, 11, 12], 0..8, None);
    assert_eq!(map(dotted).song(), None);
    let syncopated = line(&[0, 1, 3, 4, 6, 9, 11, 12, 14, 15], 0..8, None);
    assert_eq!(map(syncopated).song(), None);
    let eighths_and_triplets =
        (0..8).flat_map(|bar| [0, 480, 960, 1280, 1600, 1920, 2400].map(|tick| BAR * bar + tick));
    assert_eq!(map(eighths_and_triplets).song(), None);
    let quarter_triplets = (0..8).flat_map(|bar| [0, 480, 960, 1440, 1920, 2560, 3200].map(|tick| BAR * bar + tick));
    assert_eq!(map(quarter_triplets).song(), None);
    assert_eq!(map(line(&[0, 4, 8, 12], 0..8, None)).song(), None, "quarters say nothing");
}

#[test]
fn each_place_has_its_own_swing() {
    let swing = Swing::new(Level::Eighths, 67);
    let mut starts = line(&EIGHTHS, 0..16, None);
    starts.extend(line(&EIGHTHS, 16..32, swing));
    let found = map(starts);
    assert_eq!([0..4, 8..12, 20..24, 28..32].map(|bars| found.at(&span(bars))), [None, None, swing, swing]);
    let mut starts = line(&EIGHTHS, 0..24, swing);
    starts.extend(line(&[0, 4, 8, 12], 24..32, None));
    assert_eq!(map(starts).at(&span(28..32)), swing, "where the melody does not say, the song does");
}

#[test]
fn a_pair_of_eighths_does_not_swing_in_six_eight() {
    let meter = Meter { numerator: 6, denominator: 8 };
    let notes: Vec<Note> = (0..48).map(|index| note(480 * index)).collect();
    let found = SwingMap::of(&notes, &[0..100_000], &MeterMap::new(meter));
    assert_eq!(found.at(&PhraseSpan { start: 0, end: 4 * 2880, meter }), None);
}

#[test]
fn what_was_not_heard_does_not_count() {
    let notes: Vec<Note> = line(&EIGHTHS, 0..8, Swing::new(Level::Eighths, 60)).into_iter().map(note).collect();
    assert_eq!(SwingMap::of(&notes, &[], &MeterMap::default()).song(), None);
    assert!(SwingMap::of(&notes, &[BAR..3 * BAR], &MeterMap::default()).song().is_some());
}

proptest! {
    #[test]
    fn a_swing_is_found_by_how_much_it_is_played(
        percent in 59u8..=69, in_sixteenths: bool, late in -50i64..=50, jitter in prop::collection::vec(-18i64..=18, 200),
    ) {
        let (level, steps) = if in_sixteenths { (Level::Sixteenths, &SIXTEENTHS[..]) } else { (Level::Eighths, &EIGHTHS[..]) };
        let starts = line(steps, 0..12, Swing::new(level, percent));
        let found = map(starts.into_iter().zip(jitter).map(|(tick, jitter)| tick + late + jitter)).song();
        prop_assert!(Swing::is_like(found, Swing::new(level, percent)), "{:?}", found);
    }

    #[test]
    fn what_is_written_is_found_exactly(percent in 55u8..=71, late in -24i64..=24) {
        let swing = Swing::new(Level::Eighths, percent).map(|swing| match swing.percent {
            66 => Swing { percent: 67, ..swing },
            _ => swing,
        });
        let starts = line(&EIGHTHS, 0..8, swing);
        prop_assert_eq!(map(starts.into_iter().map(|tick| tick + late)).song(), swing);
    }

    #[test]
    fn played_timing_is_no_swing(
        late in -60i64..=60, jitter in prop::collection::vec(-32i64..=32, 200),
        mut steps in prop::sample::subsequence((0..16).collect::<Vec<Tick>>(), 2..12),
    ) {
        steps.extend([0, 8]);
        steps.sort_unstable();
        steps.dedup();
        let starts = line(&steps, 0..16, None);
        let found = map(starts.into_iter().zip(jitter).map(|(tick, jitter)| tick + late + jitter)).song();
        prop_assert_eq!(found, None);
    }

    #[test]
    fn a_melody_on_the_grid_is_straight_wherever_it_was_moved_as_a_whole(
        steps in prop::collection::btree_set(0i64..400, 0..200), shift in -24i64..=24,
    ) {
        let found = map(steps.into_iter().map(|step| step * TICKS_PER_STEP + shift));
        for bar in 0..25 {
            prop_assert_eq!(found.at(&span(bar..bar + 4)), None);
        }
    }
}
