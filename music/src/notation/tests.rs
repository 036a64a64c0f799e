use super::{values::Value, *};
use crate::{
    meter::{Meter, MeterChange},
    time::Tick,
};
use proptest::prelude::*;

fn bars_of(numerator: u8, denominator: u8, count: Tick) -> Bars {
    let meter = Meter { numerator, denominator };
    Bars::of(&[MeterChange { tick: 0, meter }], count * meter.bar_ticks())
}

/// Written notes with their pieces: a letter for each value, `.` for a dot, `r` before a rest, `~` behind a tie, `3` in a
/// triplet.
fn text(bars: &Bars, notes: &[(Tick, Tick)]) -> Vec<String> {
    let plain = |tick| Onset { straight: tick, played: tick };
    let onsets: Vec<Onset> = notes.iter().map(|&(start, _)| plain(start)).collect();
    let (cells, _) = Cells::of(bars, &onsets, false);
    let written = |&(start, length): &(Tick, Tick)| {
        let at = cells.written(plain(start));
        (Written { start: at, end: at + 1, pitch: 60, velocity: 90 }, plain(start + length))
    };
    let mut placed: Vec<_> = notes.iter().map(written).collect();
    let ended = ends(bars, &cells, &mut placed);
    let letter = |kind: &str| match kind {
        "whole" => "w",
        "half" => "h",
        "quarter" => "q",
        "eighth" => "e",
        "16th" => "s",
        other => panic!("{other}"),
    };
    let piece = |piece: &Piece| {
        let rest = if piece.heads.is_empty() { "r" } else { "" };
        let dot = if piece.value.is_dotted { "." } else { "" };
        let triplet = if piece.triplet.is_some() { "3" } else { "" };
        let tie = if piece.heads.first().is_some_and(|head| head.is_tied_on) { "~" } else { "" };
        format!("{rest}{}{dot}{triplet}{tie}", letter(piece.value.kind))
    };
    pieces(bars, &cells, &ended).iter().map(|bar| bar.iter().map(piece).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn values_show_the_beats() {
    let four = bars_of(4, 4, 2);
    let line = |notes: &[(Tick, Tick)]| text(&four, notes).join(" | ");
    assert_eq!(line(&[(0, 3840)]), "w | ");
    assert_eq!(line(&[(0, 1440), (1440, 2400)]), "q. e~ h | ", "a tie shows the middle of the bar");
    assert_eq!(line(&[(0, 480), (480, 960), (1440, 480), (1920, 1920)]), "e q e h | ");
    assert_eq!(line(&[(0, 960), (960, 1920), (2880, 960)]), "q h q | ");
    assert_eq!(line(&[(2880, 1920)]), "rh rq q~ | q rq rh");
    assert_eq!(line(&[(0, 720), (720, 240), (960, 240), (1200, 480), (1680, 240)]), "e. s s e s rh | ");
    let six = bars_of(6, 8, 1);
    assert_eq!(text(&six, &[(0, 960), (960, 1920)]), ["q e~ q."]);
    assert_eq!(text(&six, &[(1920, 480)]), ["rq. re e re"]);
    assert_eq!(text(&bars_of(3, 4, 1), &[(0, 960)]), ["q rq rq"]);
}

#[test]
fn triplets_are_triplets() {
    let bars = bars_of(4, 4, 1);
    let line = |notes: &[(Tick, Tick)]| text(&bars, notes).join(" | ");
    assert_eq!(line(&[(0, 320), (320, 320), (640, 320), (960, 2880)]), "e3 e3 e3 h.");
    assert_eq!(line(&[(0, 640), (640, 320), (960, 960), (1920, 1920)]), "q3 e3 q h");
    assert_eq!(line(&[(0, 640), (640, 640), (1280, 640), (1920, 1920)]), "q3 q3 q3 h", "over two beats");
    assert_eq!(line(&[(0, 160), (160, 160), (320, 160), (480, 480), (960, 960), (1920, 1920)]), "s3 s3 s3 e q h");
    assert_eq!(line(&[(0, 300), (350, 300), (600, 300), (980, 900), (1900, 1800)]), "e3 e3 e3 q h", "as played");
}

#[test]
fn played_notes_have_readable_values() {
    let bars = bars_of(4, 4, 1);
    let line = |notes: &[(Tick, Tick)]| text(&bars, notes).join(" | ");
    // Released early, struck late, held into the next one.
    assert_eq!(line(&[(12, 863), (955, 1001), (1930, 400), (2410, 300), (2870, 980)]), "q q e e q");
    assert_eq!(line(&[(0, 200), (960, 200), (1920, 1900)]), "e re e re h", "staccato");
    assert_eq!(line(&[(0, 279), (279, 681), (960, 2880)]), "s e. h.", "a sixteenth that swings a little");
}

proptest! {
    #[test]
    fn each_bar_is_full_and_no_note_is_far_from_where_it_was_played(
        numerator in 1u8..=12, exponent in 2u32..=3,
        mut notes in prop::collection::vec((0i64..20_000, 1i64..4000), 1..60),
    ) {
        let bars = bars_of(numerator, 1 << exponent, 40);
        notes.sort_unstable();
        let plain = |tick| Onset { straight: tick, played: tick };
        let mut onsets: Vec<Onset> = notes.iter().map(|&(start, _)| plain(start)).collect();
        onsets.dedup();
        let (cells, _) = Cells::of(&bars, &onsets, false);
        let placed = |(index, &(start, length)): (usize, &(Tick, Tick))| {
            let at = cells.written(plain(start));
            (Written { start: at, end: at + 1, pitch: 40 + (index % 40) as u8, velocity: 90 }, plain(start + length))
        };
        let mut placed: Vec<_> = notes.iter().enumerate().map(placed).collect();
        for ((note, _), (start, _)) in placed.iter().zip(&notes) {
            prop_assert!((note.start - start).abs() <= 320 / 2 + 1, "{} is written at {}", start, note.start);
        }
        let end = bars.all().last().map_or(0, |bar| bar.start + bar.ticks);
        let expected: std::collections::BTreeSet<_> =
            placed.iter().map(|(note, _)| (note.start, note.pitch)).filter(|(start, _)| *start < end).collect();
        let ended = ends(&bars, &cells, &mut placed);
        let mut found = std::collections::BTreeSet::new();
        for (bar, pieces) in bars.all().iter().zip(pieces(&bars, &cells, &ended)) {
            let mut at = bar.start;
            for piece in &pieces {
                prop_assert_eq!(piece.start, at);
                at += piece.ticks;
                let ticks = if piece.triplet.is_some() { piece.ticks * 3 / 2 } else { piece.ticks };
                prop_assert!(Value::of(ticks) == Some(piece.value), "{:?}", piece);
                found.extend(piece.heads.iter().filter(|head| !head.is_tied_back).map(|head| (piece.start, head.pitch)));
            }
            prop_assert!(pieces.is_empty() || at == bar.start + bar.ticks, "{:?}", bar);
        }
        prop_assert_eq!(found, expected);
    }
}
