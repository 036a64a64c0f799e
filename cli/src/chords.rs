//! The chords that the parts keep to: from the command line, from a chart, or from the MIDI file itself.

use crate::{arguments::ArrangeArguments, chart_file, failure::Failure};
use continuo_music::{
    chord::{Chart, ChordSpan},
    meter::MeterMap,
    time::Tick,
};

/// The chords that are given.
pub struct GivenChords {
    pub spans: Vec<ChordSpan>,
    /// Where they come from, in words; `None` if none are given.
    pub source: Option<&'static str>,
    /// What is wrong with them.
    pub warnings: Vec<String>,
    /// The chart that they come from.
    pub chart: Option<Chart>,
}

impl GivenChords {
    /// The chords for a song from tick `first` (its first full bar) to `end`. `in_file` are those of the MIDI file.
    pub fn of(
        arguments: &ArrangeArguments,
        in_file: &[ChordSpan],
        meters: &MeterMap,
        first: Tick,
        end: Tick,
    ) -> Result<Self, Failure> {
        let (text, named, source) = match (&arguments.chords, &arguments.chord_chart) {
            (Some(text), _) if text.trim().eq_ignore_ascii_case("none") => return Ok(Self::none()),
            (Some(text), _) => (text.clone(), "--chords".to_owned(), "given"),
            (None, Some(path)) => (chart_file::read(path)?, path.display().to_string(), "from the chart"),
            (None, None) if in_file.is_empty() => return Ok(Self::none()),
            (None, None) => {
                return Ok(Self { spans: in_file.to_vec(), source: Some("as the file names them"), ..Self::none() });
            }
        };
        let chart: Chart = text.parse().map_err(|error| Failure::input(&format_args!("{named}: {error}")))?;
        if chart.bar_count() == 0 {
            let problem = "names no chord; write chords between bar lines, such as \"C | Am F\", or \"none\" for none";
            return Err(Failure::input(&format_args!("{named}: the chart {problem}")));
        }
        let spans = chart.placed(meters, first);
        let bars_until = |tick: Tick| meters.bar_number(tick - 1) - meters.bar_number(first) + 1;
        let (has, needs) = (chart.bar_count() as i64, bars_until(end.max(first + 1)));
        let warning = match has - needs {
            0 => None,
            ..0 => Some(format!("the chart has {has} bars and the song {needs}: the rest has chords of its own")),
            _ => {
                Some(format!("the chart has {has} bars and the song {needs}: the chords of the last bars are not used"))
            }
        };
        let warnings = warning.into_iter().chain(other_meter(&text, &chart, meters, first)).collect();
        Ok(Self { spans, source: Some(source), warnings, chart: Some(chart) })
    }

    const fn none() -> Self {
        Self { spans: Vec::new(), source: None, warnings: Vec::new(), chart: None }
    }
}

/// A warning if a chart names meters, and the song has another one in a bar.
fn other_meter(text: &str, chart: &Chart, meters: &MeterMap, first: Tick) -> Option<String> {
    // Without a line that names one, a chart's bars count as 4/4, whatever the song has.
    let names_meter = |line: &str| {
        let label = line.split_once(':').map(|(label, _)| label.trim().to_lowercase());
        label.is_some_and(|label| matches!(label.as_str(), "time" | "meter" | "metre"))
    };
    text.lines().any(names_meter).then_some(())?;
    let mut tick = first;
    for bar in chart.sections.iter().flat_map(|section| &section.bars) {
        let meter = meters.at(tick).meter;
        if bar.meter() != meter {
            let (number, here) = (meters.bar_number(tick), format!("{}/{}", meter.numerator, meter.denominator));
            let charted = format!("{}/{}", bar.meter().numerator, bar.meter().denominator);
            return Some(format!(
                "the chart has {charted} in bar {number} and the song {here}: the chart's chords fill the song's bars"
            ));
        }
        tick += meter.bar_ticks();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Arguments, Command};
    use clap::Parser;
    use std::fs;

    fn given(options: &[&str], bars: Tick) -> Result<GivenChords, String> {
        let line = [&["continuo", "arrange", "a.mid", "-o", "b.mid"], options].concat();
        let Command::Arrange(arguments) = Arguments::try_parse_from(line).map_err(|error| error.to_string())?.command
        else {
            panic!("another command")
        };
        let in_file = [ChordSpan { span: 0..3840, chord: "Am".parse().expect("a chord") }];
        GivenChords::of(&arguments, &in_file, &MeterMap::default(), 0, bars * 3840).map_err(|failure| failure.sentence)
    }

    #[test]
    fn chords_come_from_the_line_from_a_chart_or_from_the_file() {
        let found = given(&["--chords", "C | Am F"], 2).expect("chords");
        assert_eq!((found.spans.len(), found.spans[2].span.clone(), found.warnings), (3, 5760..7680, Vec::new()));
        assert_eq!(given(&[], 2).expect("chords").source, Some("as the file names them"));
        assert_eq!(given(&["--chords", "none"], 2).expect("no chords").source, None);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("chart.txt");
        fs::write(&path, "[Verse]\nC | F\n").expect("a file");
        let found = given(&["--chord-chart", path.to_str().expect("UTF-8")], 2).expect("chords");
        assert_eq!(found.source, Some("from the chart"));
    }

    #[test]
    fn a_chart_of_another_length_is_used_as_far_as_it_goes() {
        let warning = |bars| given(&["--chords", "C | F | G"], bars).expect("chords").warnings.pop();
        assert_eq!(warning(3), None);
        assert!(warning(5).is_some_and(|warning| warning.contains("3 bars and the song 5")));
        assert!(warning(2).is_some_and(|warning| warning.contains("not used")));
    }

    #[test]
    fn a_chart_without_chords_is_refused() {
        for empty in ["", " ", "# nothing", "Key: C"] {
            let error = given(&["--chords", empty], 2).err().expect("an error");
            assert!(error.contains("names no chord"), "{empty}: {error}");
        }
        assert!(given(&["--chords", "|"], 2).is_err());
    }

    #[test]
    fn a_charts_meter_is_compared_with_the_songs_if_it_names_one() {
        let warnings = |text| given(&["--chords", text], 2).expect("chords").warnings;
        let found = warnings("Time: 3/4\nC | F");
        assert!(found.iter().any(|warning| warning.contains("3/4 in bar 1 and the song 4/4")), "{found:?}");
        assert_eq!(warnings("Time: 4/4\nC | F"), Vec::<String>::new());
        assert_eq!(warnings("C | F"), Vec::<String>::new());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let error = given(&["--chords", "C | Hm7"], 2).err().expect("an error");
        assert!(error.contains("--chords") && error.contains("Hm7"), "{error}");
        assert!(given(&["--chord-chart", "/nowhere/chart.txt"], 2).is_err());
        assert!(given(&["--chords", "C", "--chord-chart", "x"], 2).is_err());
    }
}
