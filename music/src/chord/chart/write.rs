//! Writing charts.

use super::layout::{Bar, Chart};
use crate::{
    chord::{Chord, Quality},
    key::Key,
    meter::Meter,
};
use std::fmt::{self, Write};

/// Bars in a line.
const LINE: usize = 4;

impl fmt::Display for Chart {
    /// Writes the chart as text that reads as the same chart.
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(key) = self.key {
            let quality = if key.is_minor() { Quality::Minor } else { Quality::Major };
            writeln!(text, "Key: {}", Chord::new(key.tonic(), quality).spelled(Some(key)))?;
        }
        let mut meter = Meter::COMMON;
        for (index, section) in self.sections.iter().enumerate() {
            if index > 0 || section.name.is_some() {
                let name = section.name.as_deref().unwrap_or_default();
                writeln!(text, "[{}]", name.replace([']', '\n', '\r'], " ").trim())?;
            }
            let mut in_line = 0;
            for bar in &section.bars {
                if bar.meter != meter {
                    meter = bar.meter;
                    let line = if in_line > 0 { "\n" } else { "" };
                    writeln!(text, "{line}Time: {}/{}", meter.numerator, meter.denominator)?;
                    in_line = 0;
                }
                text.write_str(if in_line > 0 { " | " } else { "" })?;
                write_bar(text, bar, self.key)?;
                in_line += 1;
                if in_line == LINE {
                    writeln!(text)?;
                    in_line = 0;
                }
            }
            if in_line > 0 {
                writeln!(text)?;
            }
        }
        Ok(())
    }
}

/// Writes the chords with as many dots as their lengths need.
fn write_bar(text: &mut impl Write, bar: &Bar, key: Option<Key>) -> fmt::Result {
    let beats = u32::from(bar.meter.numerator);
    // The fewest shares of the bar of which every length is a multiple.
    let is_enough = |shares: &u32| {
        bar.slots
            .iter()
            .all(|slot| (slot.length.numerator() * shares).is_multiple_of(slot.length.denominator() * beats))
    };
    let shares = (1..=super::read::MAX_WORDS as u32).find(is_enough).unwrap_or(1);
    for (index, slot) in bar.slots.iter().enumerate() {
        text.write_str(if index > 0 { " " } else { "" })?;
        text.write_str(&slot.chord.spelled(key))?;
        let length = slot.length.numerator() * shares / (slot.length.denominator() * beats);
        for _ in 1..length {
            text.write_str(" .")?;
        }
    }
    Ok(())
}
