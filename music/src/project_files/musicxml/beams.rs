//! Which notes of a voice share beams: those of a beat.

use crate::{
    notation::{Bar, Piece},
    time::{TICKS_PER_QUARTER, Tick},
};

/// Half a bar of common time.
const HALF: Tick = 2 * TICKS_PER_QUARTER;

/// The beams of each piece from the outermost on, as the format names them: `begin`, `continue`, `end` or a hook.
pub fn beams(bar: &Bar, pieces: &[Piece]) -> Vec<Vec<&'static str>> {
    let mut found = vec![Vec::new(); pieces.len()];
    let mut from = 0;
    while from < pieces.len() {
        let to = end_of_group(bar, pieces, from);
        if to - from > 1 {
            for (index, beams) in found[from..to].iter_mut().enumerate() {
                *beams = within(&pieces[from..to], index);
            }
        }
        from = to;
    }
    found
}

/// Where the group ends that begins with a piece.
fn end_of_group(bar: &Bar, pieces: &[Piece], from: usize) -> usize {
    let beat = |piece: &Piece, ticks: Tick| (piece.start - bar.start) / ticks;
    let group = |ticks: Tick| {
        let first = beat(&pieces[from], ticks);
        let together = pieces[from..].iter().take_while(|piece| flags(piece) > 0 && beat(piece, ticks) == first);
        from + together.count().max(1)
    };
    // Eighths go together through half a bar in common time, where they stay easy to count.
    let is_common = !bar.is_compound() && bar.beat() == TICKS_PER_QUARTER && bar.ticks % HALF == 0;
    if is_common && (pieces[from].start - bar.start) % HALF == 0 {
        let half = group(HALF);
        if pieces[from..half].iter().all(|piece| piece.value.kind == "eighth" && piece.triplet.is_none()) {
            return half;
        }
    }
    group(bar.beat())
}

/// How many flags a note of this value has by itself; none for a rest.
fn flags(piece: &Piece) -> usize {
    match piece.value.kind {
        _ if piece.heads.is_empty() => 0,
        "eighth" => 1,
        "16th" => 2,
        "32nd" => 3,
        "64th" => 4,
        _ => 0,
    }
}

/// The beams of one piece of a group.
fn within(group: &[Piece], index: usize) -> Vec<&'static str> {
    let has = |place: Option<usize>, level: usize| {
        place.and_then(|place| group.get(place)).is_some_and(|piece| flags(piece) >= level)
    };
    (1..=flags(&group[index]))
        .map(|level| match (has(index.checked_sub(1), level), has(Some(index + 1), level)) {
            (false, true) => "begin",
            (true, true) => "continue",
            (true, false) => "end",
            (false, false) if index == 0 => "forward hook",
            (false, false) => "backward hook",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::Meter,
        notation::{Head, Value},
    };

    const EIGHTH: Tick = TICKS_PER_QUARTER / 2;

    fn piece(start: Tick, ticks: Tick, is_note: bool) -> Piece {
        let (kind, is_dotted) = match ticks {
            720 => ("eighth", true),
            480 => ("eighth", false),
            240 => ("16th", false),
            _ => ("quarter", false),
        };
        let head = Head { pitch: 60, velocity: 90, is_tied_back: false, is_tied_on: false };
        let heads = if is_note { vec![head] } else { Vec::new() };
        Piece { start, ticks, value: Value { kind, is_dotted }, triplet: None, heads }
    }

    fn shown(meter: Meter, values: &[(Tick, bool)]) -> Vec<String> {
        let bar = Bar { start: 0, ticks: meter.bar_ticks(), meter, song: 0..meter.bar_ticks() };
        let mut at = 0;
        let pieces: Vec<Piece> = values
            .iter()
            .map(|&(ticks, is_note)| {
                at += ticks;
                piece(at - ticks, ticks, is_note)
            })
            .collect();
        beams(&bar, &pieces).iter().map(|beams| beams.join("+")).collect()
    }

    #[test]
    fn eighths_go_together_through_half_a_bar_and_shorter_notes_through_a_beat() {
        let eighths = shown(Meter::COMMON, &[(EIGHTH, true); 8]);
        let half = ["begin", "continue", "continue", "end"];
        assert_eq!(eighths, [half, half].concat());
        let mixed =
            shown(Meter::COMMON, &[(480, true), (240, true), (240, true), (480, true), (480, true), (1920, true)]);
        assert_eq!(mixed, ["begin", "continue+begin", "end+end", "begin", "end", ""]);
    }

    #[test]
    fn rests_and_long_notes_end_a_beam_and_a_lonely_short_note_gets_a_hook() {
        let notes = [(480, true), (480, false), (720, true), (240, true), (960, true), (480, false), (480, true)];
        assert_eq!(shown(Meter::COMMON, &notes), ["", "", "begin", "end+backward hook", "", "", ""]);
    }

    #[test]
    fn compound_meters_beam_in_threes() {
        let meter = Meter { numerator: 6, denominator: 8 };
        let three = ["begin", "continue", "end"];
        assert_eq!(shown(meter, &[(EIGHTH, true); 6]), [three, three].concat());
    }
}
