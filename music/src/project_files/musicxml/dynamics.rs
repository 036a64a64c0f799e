//! Dynamics under a part: how loud its sections are.

use super::xml::{Xml, element, empty};
use crate::notation::Piece;
use std::io;

/// The marks with the highest mean velocity of each.
const MARKS: [(&str, f64); 6] = [("pp", 40.0), ("p", 56.0), ("mp", 71.0), ("mf", 88.0), ("f", 106.0), ("ff", 128.0)];
/// A mean velocity that differs by less from the one before does not deserve another mark.
const SAME: f64 = 8.0;

/// The marks of a part, by bar: at its first note, and where a section begins that is louder or softer. `begins` says in
/// which bars sections begin.
pub fn marks(voices: &[Vec<Vec<Piece>>], bars: usize, begins: impl Fn(usize) -> bool) -> Vec<Option<&'static str>> {
    let mut found = vec![None; bars];
    let mut borders: Vec<usize> = (0..bars).filter(|&bar| bar == 0 || begins(bar)).collect();
    borders.push(bars);
    let mut before: Option<(f64, &str)> = None;
    for pair in borders.windows(2) {
        let inside = || (pair[0]..pair[1]).filter_map(|bar| Some((bar, struck(voices, bar)?)));
        let Some((first, _)) = inside().next() else { continue };
        let (sum, count) = inside().fold((0.0, 0.0), |(sum, count), (_, (more, notes))| (sum + more, count + notes));
        let mean = sum / count;
        let mark = MARKS.iter().find(|(_, most)| mean < *most).map_or("ff", |(mark, _)| *mark);
        if before.is_none_or(|(old, old_mark)| old_mark != mark && (old - mean).abs() >= SAME) {
            found[first] = Some(mark);
            before = Some((mean, mark));
        }
    }
    found
}

/// The sum of the velocities in a bar, and the number of notes; `None` without one.
fn struck(voices: &[Vec<Vec<Piece>>], bar: usize) -> Option<(f64, f64)> {
    let heads = voices.iter().filter_map(|pieces| pieces.get(bar)).flatten().flat_map(|piece| &piece.heads);
    let velocities: Vec<f64> = heads.filter(|head| !head.is_tied_back).map(|head| f64::from(head.velocity)).collect();
    (!velocities.is_empty()).then(|| (velocities.iter().sum(), velocities.len() as f64))
}

/// Writes a mark below the staff.
pub fn write(xml: &mut Xml, mark: &str) -> io::Result<()> {
    element(xml, "direction", &[("placement", "below")], |xml| {
        element(xml, "direction-type", &[], |xml| element(xml, "dynamics", &[], |xml| empty(xml, mark, &[])))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::{Head, Value};

    fn bar(velocity: u8) -> Vec<Piece> {
        let head = Head { pitch: 60, velocity, is_tied_back: false, is_tied_on: false };
        let value = Value { kind: "whole", is_dotted: false };
        vec![Piece { start: 0, ticks: 3840, value, triplet: None, heads: vec![head] }]
    }

    #[test]
    fn a_mark_stands_at_the_first_note_and_where_a_section_is_louder_or_softer() {
        let voices = [vec![vec![], bar(80), bar(84), bar(86), bar(110), bar(60)]];
        let found = marks(&voices, 6, |index| [1, 3, 4, 5].contains(&index));
        assert_eq!(found, [None, Some("mf"), None, None, Some("ff"), Some("mp")]);
        assert_eq!(marks(&[vec![]], 2, |_| false), [None, None]);
    }
}
