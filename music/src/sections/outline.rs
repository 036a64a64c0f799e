//! The sections of a song as a line of text.

use super::{
    kind::SectionKind,
    list::{Section, Sections},
};
use crate::{meter::MeterMap, time::Tick};
use std::{
    fmt::{self, Display},
    str::FromStr,
};

/// The most bars of an outline.
const MAX_BARS: usize = 10_000;

/// A song's sections one after another, each with its number of bars.
///
/// ```text
/// Intro 4 | Verse 8 | Chorus "Big one" 8 | - 2 | Verse 2 8 | Ending 4
/// ```
/// `|` and line breaks divide sections. The last word of each is its number of bars, with or without `bars` behind it. The
/// words before it are its kind, or a name that says the kind, as `Verse 2`, `Refrain` or `Outro` do; a name of another sort
/// stands in quotation marks behind the kind. `-` stands for bars of no section.
///
/// ```
/// use continuo_music::{meter::MeterMap, sections::Outline};
///
/// let outline: Outline = "Intro 4 | Verse 2 8".parse()?;
/// assert_eq!(outline.to_string(), "Intro 4 | Verse \"Verse 2\" 8");
/// let sections = outline.placed(&MeterMap::default(), 0);
/// assert_eq!(sections.ends().collect::<Vec<_>>(), [4 * 3840, 12 * 3840]);
/// # Ok::<(), continuo_music::sections::OutlineError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// In order.
    pub items: Vec<OutlineItem>,
}

/// A section in an outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineItem {
    /// Its kind; `None` for bars of no section.
    pub kind: Option<SectionKind>,
    /// The player's own name for it.
    pub name: Option<String>,
    /// Its number of bars, at least 1.
    pub bars: usize,
}

/// A part of an outline that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("section {number}, character {character}: {problem}")]
pub struct OutlineError {
    /// Which section, from 1.
    pub number: usize,
    /// The character of the text at which it begins, from 1.
    pub character: usize,
    /// What is wrong with it.
    pub problem: OutlineProblem,
}

/// What is wrong in an outline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutlineProblem {
    /// A name that says no kind.
    #[error(
        "\"{0}\" is not a kind of section: write Intro, Verse, Chorus, Bridge, Break or Ending and the number of bars, such as Verse 8, and a name of your own in quotation marks between them"
    )]
    Kind(String),
    /// No number of bars.
    #[error("\"{0}\" has no number of bars at its end: write it behind the name, such as Verse 8")]
    NoBars(String),
    /// A number of bars that is not used.
    #[error("\"{0}\" is not a number of bars: a section has 1 to {MAX_BARS}")]
    Bars(String),
    /// Several sections without anything between them.
    #[error("\"{0}\" looks like several sections: put | between them, such as Verse 8 | Chorus 8")]
    Undivided(String),
    /// Quotation marks that do not end.
    #[error("the name that begins in {0} has no quotation mark at its end")]
    OpenName(String),
    /// More bars than an outline may have.
    #[error("all sections together have at most {MAX_BARS} bars")]
    TooLong,
    /// Nothing is written.
    #[error("no section is written: write kinds and numbers of bars, such as Intro 4 | Verse 8 | Chorus 8")]
    Empty,
}

impl Outline {
    /// Reads an outline as far as it can be understood, and says what could not be. Bars of an unknown kind belong to no
    /// section; without a number of bars, reading ends.
    pub fn read(text: &str) -> (Self, Vec<OutlineError>) {
        let (mut outline, mut errors) = (Self::default(), Vec::new());
        let (mut number, mut begins, mut all_bars) = (0, 0, 0);
        for piece in text.split(['|', '\n']) {
            let leading = piece.chars().take_while(|letter| letter.is_whitespace()).count();
            let character = begins + leading + 1;
            begins += piece.chars().count() + 1;
            let piece = piece.trim();
            if piece.is_empty() {
                continue;
            }
            number += 1;
            let (item, problem) = read_item(piece);
            errors.extend(problem.map(|problem| OutlineError { number, character, problem }));
            let Some(item) = item else { break };
            all_bars += item.bars;
            if all_bars > MAX_BARS {
                errors.push(OutlineError { number, character, problem: OutlineProblem::TooLong });
                break;
            }
            outline.items.push(item);
        }
        if number == 0 {
            errors.push(OutlineError { number: 1, character: 1, problem: OutlineProblem::Empty });
        }
        (outline, errors)
    }

    /// The sections in a song, from the bar that contains `from` on.
    pub fn placed(&self, meters: &MeterMap, from: Tick) -> Sections {
        let mut sections = Sections::default();
        let mut start = meters.phrase_at(from, 1).start;
        for item in &self.items {
            let end = (0..item.bars).fold(start, |bar, _| meters.phrase_at(bar, 1).end);
            if let Some(kind) = item.kind {
                sections.put(Section::new(start..end, kind, item.name.as_deref()), meters);
            }
            start = end;
        }
        sections
    }

    /// The outline of a song's sections, from the bar that contains `from` on; sections before it are left out.
    pub fn of(sections: &Sections, meters: &MeterMap, from: Tick) -> Self {
        let from = meters.phrase_at(from, 1).start;
        let (mut start, mut items) = (from, Vec::new());
        for section in sections.all().iter().filter(|section| section.span.start >= from) {
            let bars = |from: Tick, to: Tick| {
                std::iter::successors(Some(from), |bar| Some(meters.phrase_at(*bar, 1).end))
                    .take_while(|bar| *bar < to)
                    .count()
            };
            let gap = bars(start, section.span.start);
            if gap > 0 {
                items.push(OutlineItem { kind: None, name: None, bars: gap });
            }
            items.push(OutlineItem {
                kind: Some(section.kind),
                name: section.own_name().map(str::to_owned),
                bars: bars(section.span.start, section.span.end),
            });
            start = section.span.end;
        }
        Self { items }
    }

    /// Its number of bars.
    pub fn bars(&self) -> usize {
        self.items.iter().map(|item| item.bars).sum()
    }
}

impl FromStr for Outline {
    type Err = OutlineError;

    fn from_str(text: &str) -> Result<Self, OutlineError> {
        let (outline, errors) = Self::read(text);
        errors.into_iter().next().map_or(Ok(outline), Err)
    }
}

impl Display for OutlineItem {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str(self.kind.map_or("-", SectionKind::name))?;
        if let Some(name) = &self.name {
            write!(text, " \"{name}\"")?;
        }
        write!(text, " {}", self.bars)
    }
}

impl Display for Outline {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, item) in self.items.iter().enumerate() {
            text.write_str(if index == 0 { "" } else { " | " })?;
            item.fmt(text)?;
        }
        Ok(())
    }
}

/// Reads a section, as far as it can be understood.
fn read_item(text: &str) -> (Option<OutlineItem>, Option<OutlineProblem>) {
    let (before, quoted, bars) = match (text.find('"'), text.rfind('"')) {
        (Some(open), Some(close)) if open < close => (&text[..open], Some(&text[open + 1..close]), &text[close + 1..]),
        (Some(_), _) => return (None, Some(OutlineProblem::OpenName(text.to_owned()))),
        _ => {
            let end = without_unit(text);
            let at = end.rfind(char::is_whitespace).unwrap_or(0);
            (&end[..at], None, &end[at..])
        }
    };
    let (before, bars) = (before.trim(), without_unit(bars.trim()).trim());
    if before.is_empty() && quoted.is_none() || bars.is_empty() {
        let is_number = bars.parse::<usize>().is_ok();
        let problem =
            if is_number { OutlineProblem::Kind(text.to_owned()) } else { OutlineProblem::NoBars(text.to_owned()) };
        return (None, Some(problem));
    }
    let Some(bars) = bars.parse().ok().filter(|bars| (1..=MAX_BARS).contains(bars)) else {
        let is_number = bars.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-');
        let text = if is_number { bars } else { text }.to_owned();
        return (None, Some(if is_number { OutlineProblem::Bars(text) } else { OutlineProblem::NoBars(text) }));
    };
    let nothing = OutlineItem { kind: None, name: None, bars };
    if ["-", "–", "—"].contains(&before) {
        return (Some(nothing), None);
    }
    let said = if before.is_empty() { quoted.unwrap_or_default() } else { before };
    let Some(kind) = SectionKind::of_name(said) else {
        return (Some(nothing), Some(OutlineProblem::Kind(said.to_owned())));
    };
    if is_undivided(before) {
        return (None, Some(OutlineProblem::Undivided(text.to_owned())));
    }
    let name = quoted.unwrap_or(if before.eq_ignore_ascii_case(kind.name()) { "" } else { before });
    let section = Section::new(0..1, kind, Some(name));
    (Some(OutlineItem { kind: Some(kind), name: section.own_name().map(str::to_owned), bars }), None)
}

/// Whether a name without quotation marks goes on with another section: `Verse 8, Chorus`, `Verse 8 Chorus`.
fn is_undivided(name: &str) -> bool {
    let words =
        || name.split(|letter: char| letter.is_whitespace() || ",;/".contains(letter)).filter(|word| !word.is_empty());
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    words().skip_while(|word| !is_number(word)).skip(1).any(|word| SectionKind::of_name(word).is_some())
}

/// A text without the word for bars at its end.
fn without_unit(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let unit = ["bars", "bar"].into_iter().find(|unit| lower.ends_with(unit));
    unit.map_or(text, |unit| text[..text.len() - unit.len()].trim_end())
}
