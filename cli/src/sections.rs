//! The sections of the song: from the command line, from a chord chart, or from the MIDI file's markers.

use continuo_music::{
    chord::Chart,
    meter::MeterMap,
    sections::{Outline, OutlineItem, Section, SectionKind, Sections},
    time::Tick,
};
use serde_json::{Value, json};

/// The sections that are named.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GivenSections {
    pub sections: Sections,
    /// Where they come from, in words; `None` if none are named.
    pub source: Option<&'static str>,
    /// Whether they are other ones than the file's markers name.
    pub are_new: bool,
    /// What could not be used.
    pub warnings: Vec<String>,
}

impl GivenSections {
    /// The sections of a song from tick `first` (its first full bar) to `end`: those of the command line, else the chart's,
    /// else `in_file`, which the file's markers name.
    pub fn of(
        outline: Option<&str>,
        chart: Option<&Chart>,
        in_file: Sections,
        meters: &MeterMap,
        first: Tick,
        end: Tick,
    ) -> Self {
        let (outline, source, mut warnings) = match (outline, chart.filter(|chart| has_names(chart))) {
            (Some(text), _) if text.trim().eq_ignore_ascii_case("none") => {
                return Self { are_new: true, ..Self::default() };
            }
            (Some(text), _) => {
                let (outline, errors) = Outline::read(text);
                let errors = errors.iter().map(|error| format!("--sections: {error}"));
                (outline, "given", errors.collect())
            }
            (None, Some(chart)) => {
                let (outline, warnings) = of_chart(chart);
                (outline, "from the chart", warnings)
            }
            (None, None) => {
                let source = (!in_file.is_empty()).then_some("as the file names them");
                return Self { sections: in_file, source, ..Self::default() };
            }
        };
        let needs = meters.bar_number(end.max(first + 1) - 1) - meters.bar_number(first) + 1;
        let has = outline.bars() as i64;
        // A chart of another length is reported with its chords.
        if source == "given" && has != 0 && has != needs {
            let what = if has < needs { "the rest has none" } else { "those beyond its end are not used" };
            warnings.push(format!("the sections have {has} bars and the song {needs}: {what}"));
        }
        let mut sections = outline.placed(meters, first);
        if let Some(last) = sections.ends().last().filter(|last| *last > end) {
            sections.erase(&(meters.phrase_at(end.max(first + 1) - 1, 1).end..last), meters);
        }
        let source = (!sections.is_empty()).then_some(source);
        Self { sections, source, are_new: true, warnings }
    }

    /// The sections for programs, with bars counted from 1.
    pub fn json(&self, meters: &MeterMap) -> Value {
        let section = |section: &Section| {
            let (first, last) = (meters.bar_number(section.span.start), meters.bar_number(section.span.end - 1));
            json!({
                "bar": first,
                "bars": last - first + 1,
                "kind": section.kind.name().to_lowercase(),
                "name": section.name(),
            })
        };
        self.sections.all().iter().map(section).collect()
    }
}

fn has_names(chart: &Chart) -> bool {
    chart.sections.iter().any(|section| section.name.is_some())
}

/// The outline of a chart, and what it names that is no kind of section.
fn of_chart(chart: &Chart) -> (Outline, Vec<String>) {
    let (mut items, mut unknown): (Vec<OutlineItem>, Vec<String>) = (Vec::new(), Vec::new());
    for section in chart.sections.iter().filter(|section| !section.bars.is_empty()) {
        let name = section.name.as_deref();
        let kind = name.and_then(SectionKind::of_name);
        if let Some(name) = name.filter(|_| kind.is_none()) {
            unknown.push(format!("\"{name}\""));
        }
        let own = kind.and_then(|kind| Section::new(0..1, kind, name).own_name().map(str::to_owned));
        items.push(OutlineItem { kind, name: own, bars: section.bars.len() });
    }
    unknown.dedup();
    let warnings = (!unknown.is_empty()).then(|| {
        format!(
            "the chart's sections {} have no kind: names that say Intro, Verse, Chorus, Bridge, Break or Ending do",
            unknown.join(", ")
        )
    });
    (Outline { items }, warnings.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    fn given(outline: Option<&str>, chart: Option<&str>, bars: Tick) -> GivenSections {
        let meters = MeterMap::default();
        let chart: Option<Chart> = chart.map(|text| text.parse().expect("a chart"));
        let in_file = "Bridge 2".parse::<Outline>().expect("an outline").placed(&meters, 0);
        GivenSections::of(outline, chart.as_ref(), in_file, &meters, 0, bars * BAR)
    }

    fn line(given: &GivenSections) -> String {
        Outline::of(&given.sections, &MeterMap::default(), 0).to_string()
    }

    #[test]
    fn sections_come_from_the_line_from_a_chart_or_from_the_file() {
        let chart = Some("[Intro]\nC | F\nVerse 2:\nC | F | G | C\n");
        let found = given(Some("Verse 8 | Chorus 8"), chart, 16);
        assert_eq!(
            (line(&found).as_str(), found.source, found.warnings.len()),
            ("Verse 8 | Chorus 8", Some("given"), 0)
        );
        let found = given(None, chart, 6);
        assert_eq!((line(&found).as_str(), found.source), ("Intro 2 | Verse \"Verse 2\" 4", Some("from the chart")));
        let found = given(None, Some("C | F"), 2);
        assert_eq!(
            (line(&found).as_str(), found.source, found.are_new),
            ("Bridge 2", Some("as the file names them"), false)
        );
        assert_eq!(given(Some("none"), chart, 6), GivenSections { are_new: true, ..GivenSections::default() });
    }

    #[test]
    fn what_does_not_fit_is_said_and_used_as_far_as_it_goes() {
        let found = given(Some("Intro 4 | Verse 8"), None, 16);
        assert_eq!(line(&found), "Intro 4 | Verse 8");
        assert!(found.warnings[0].contains("12 bars and the song 16: the rest has none"), "{:?}", found.warnings);
        let found = given(Some("Intro 4 | Verse 8 | Chorus 8"), None, 10);
        assert_eq!(line(&found), "Intro 4 | Verse 6");
        assert!(found.warnings[0].contains("20 bars and the song 10: those beyond its end"), "{:?}", found.warnings);
        let found = given(Some("Intro 4 | Wobble 4 | Verse 4"), None, 12);
        assert_eq!(line(&found), "Intro 4 | - 4 | Verse 4");
        assert!(found.warnings[0].contains("\"Wobble\" is not a kind"), "{:?}", found.warnings);
        let found = given(None, Some("[Strain]\nC | F\n[Chorus]\nG | C"), 4);
        assert_eq!(line(&found), "- 2 | Chorus 2");
        assert!(found.warnings[0].contains("\"Strain\""), "{:?}", found.warnings);
    }
}
