//! Reading charts.

use super::{
    beats::Beats,
    layout::{Bar, Chart, MAX_BARS, Section, Slot},
};
use crate::{
    chord::{Chord, Quality, Symbol, SymbolError},
    key::Key,
    meter::Meter,
};
use std::str::FromStr;

/// The most words in a bar.
pub(super) const MAX_WORDS: usize = 256;
/// The most times that a repeat is played.
const MAX_TIMES: usize = 100;

/// A chart that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ChartError {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// What is wrong there.
    pub problem: ChartProblem,
}

/// What is wrong in a chart.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChartProblem {
    /// A word is no chord.
    #[error(transparent)]
    Symbol(#[from] SymbolError),
    /// `%` has nothing to repeat.
    #[error("\"%\" repeats the bar before, but no bar comes before it")]
    NoBarBefore,
    /// `%` shares its bar.
    #[error("\"%\" repeats the whole bar before, so it stands alone between two bar lines")]
    SharedRepeat,
    /// `%` stands in another meter than the bar before.
    #[error("\"%\" repeats the bar before, which has another meter; write its chords")]
    OtherMeter,
    /// Nothing can be held.
    #[error("\"{0}\" holds the chord before, but no chord comes before it")]
    NoChordBefore(String),
    /// More words than a bar may have.
    #[error("a bar has at most {MAX_WORDS} chords and dots")]
    FullBar,
    /// More bars than a chart may have.
    #[error("a chart has at most {MAX_BARS} bars, all repeats counted")]
    TooLong,
    /// A repeat within a repeat.
    #[error("a repeat begins here within another one, which has to end first with \":||\"")]
    NestedRepeat,
    /// A repeat that does not end in its section.
    #[error("the repeat that begins here does not end in its section: write \":||\" behind its last bar")]
    OpenRepeat,
    /// The end of a repeat without bars.
    #[error("there is no bar to repeat before this \":||\"")]
    EmptyRepeat,
    /// A number of times that is not used.
    #[error("\"{0}\" is not how often a repeat is played: write x2 to x{MAX_TIMES} behind \":||\"")]
    Times(String),
    /// No key.
    #[error("\"{0}\" is not a key: write a note with m for minor, such as Key: Bb or Key: F#m")]
    Key(String),
    /// No meter.
    #[error("\"{0}\" is not a meter: write beats and note value, such as Time: 3/4 or Time: 6/8")]
    Time(String),
    /// A heading without its end.
    #[error("the heading that begins here has no \"]\"")]
    OpenHeading,
    /// A heading within a bar.
    #[error("a section begins at a bar line: write \"|\" before its heading")]
    HeadingInBar,
}

impl FromStr for Chart {
    type Err = ChartError;

    fn from_str(text: &str) -> Result<Self, ChartError> {
        let mut reader = Reader::default();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let letters: Vec<char> = line.chars().collect();
            reader.line(index + 1, &letters[..comment(&letters)])?;
        }
        reader.end_section()?;
        Ok(Self { key: reader.key, sections: reader.sections })
    }
}

/// Where a comment begins: `#` that belongs to no word.
fn comment(letters: &[char]) -> usize {
    let begins = |index: &usize| letters[*index] == '#' && (*index == 0 || letters[index - 1].is_whitespace());
    (0..letters.len()).find(begins).unwrap_or(letters.len())
}

/// A place in the text: line and column, from 1.
type Place = (usize, usize);

fn error((line, column): Place, problem: impl Into<ChartProblem>) -> ChartError {
    ChartError { line, column, problem: problem.into() }
}

#[derive(Default)]
struct Reader {
    key: Option<Key>,
    meter: Meter,
    sections: Vec<Section>,
    section: Section,
    bar_count: usize,
    /// Where the repeat in progress began, and its first bar in the section.
    repeat: Option<(Place, usize)>,
    /// The first bar behind the last repeat of the section.
    behind_repeat: usize,
    /// The last chord that was read.
    chord: Option<Chord>,
    /// The bar before, in whichever section.
    before: Option<Bar>,
}

impl Reader {
    fn line(&mut self, line: usize, letters: &[char]) -> Result<(), ChartError> {
        let start = letters.iter().take_while(|letter| letter.is_whitespace()).count();
        let mut body = start;
        if let Some(colon) = label(&letters[start..]).map(|colon| start + colon) {
            let value: String = letters[colon + 1..].iter().collect();
            let place = (line, colon + 2 + value.chars().take_while(|letter| letter.is_whitespace()).count());
            let name: String = letters[start..colon].iter().collect();
            match name.trim().to_lowercase().as_str() {
                "key" => return self.read_key(value.trim(), place),
                "time" | "meter" | "metre" => return self.read_meter(value.trim(), place),
                _ => self.begin_section(&letters[start..colon])?,
            }
            body = colon + 1;
        }
        self.bars(line, letters, body)
    }

    /// Reads the heading that begins at a character; returns where the text goes on.
    fn heading(&mut self, line: usize, letters: &[char], start: usize) -> Result<usize, ChartError> {
        let end = letters[start..].iter().position(|letter| *letter == ']').map(|length| start + length);
        let end = end.ok_or_else(|| error((line, start + 1), ChartProblem::OpenHeading))?;
        self.begin_section(&letters[start + 1..end])?;
        Ok(end + 1)
    }

    fn begin_section(&mut self, name: &[char]) -> Result<(), ChartError> {
        self.end_section()?;
        let name = name.iter().collect::<String>().trim().to_owned();
        // An empty heading begins a section without a name.
        self.section = Section { name: Some(name), bars: Vec::new() };
        Ok(())
    }

    fn end_section(&mut self) -> Result<(), ChartError> {
        if let Some((place, _)) = self.repeat {
            return Err(error(place, ChartProblem::OpenRepeat));
        }
        let mut section = std::mem::take(&mut self.section);
        if section.name.is_some() || !section.bars.is_empty() {
            section.name = section.name.filter(|name| !name.is_empty());
            self.sections.push(section);
        }
        self.behind_repeat = 0;
        Ok(())
    }

    fn read_key(&mut self, text: &str, place: Place) -> Result<(), ChartError> {
        let chord: Option<Chord> = text.parse().ok().filter(|chord: &Chord| chord.slash().is_none());
        self.key = Some(match chord.map(|chord| (chord.root(), chord.quality())) {
            Some((tonic, Quality::Major)) => Key::major(tonic),
            Some((tonic, Quality::Minor)) => Key::minor(tonic),
            _ => return Err(error(place, ChartProblem::Key(text.to_owned()))),
        });
        Ok(())
    }

    fn read_meter(&mut self, text: &str, place: Place) -> Result<(), ChartError> {
        let numbers = text
            .split_once('/')
            .and_then(|(beats, value)| Meter::new(beats.trim().parse().ok()?, value.trim().parse().ok()?));
        self.meter = numbers.ok_or_else(|| error(place, ChartProblem::Time(text.to_owned())))?;
        Ok(())
    }

    /// Reads the bars of a line, and the headings between them, from a character on.
    fn bars(&mut self, line: usize, letters: &[char], from: usize) -> Result<(), ChartError> {
        let mut words: Vec<(Place, String)> = Vec::new();
        let (mut at, mut is_behind_line) = (from, false);
        while at < letters.len() {
            let place = (line, at + 1);
            if letters[at].is_whitespace() {
                at += 1;
            } else if letters[at] == '[' {
                if !words.is_empty() {
                    return Err(error(place, ChartProblem::HeadingInBar));
                }
                (at, is_behind_line) = (self.heading(line, letters, at)?, false);
            } else if is_bar_line(letters, at) {
                let end = at + letters[at..].iter().take_while(|letter| matches!(letter, '|' | ':')).count();
                if !words.is_empty() || is_behind_line {
                    self.bar(&std::mem::take(&mut words), place)?;
                }
                (at, is_behind_line) = self.bar_line(line, letters, at..end)?;
            } else {
                let end = (at..letters.len()).find(|&end| letters[end].is_whitespace() || is_bar_line(letters, end));
                let end = end.unwrap_or(letters.len());
                words.push((place, letters[at..end].iter().collect()));
                at = end;
            }
        }
        if words.is_empty() { Ok(()) } else { self.bar(&words, (line, letters.len())) }
    }

    /// Reads a bar line with its repeat signs; returns where the text goes on, and whether it is a plain bar line.
    fn bar_line(
        &mut self,
        line: usize,
        letters: &[char],
        span: std::ops::Range<usize>,
    ) -> Result<(usize, bool), ChartError> {
        let sign = &letters[span.clone()];
        let first_line = sign.iter().position(|letter| *letter == '|').unwrap_or(0);
        let (ends, begins) = (first_line > 0, sign.last() == Some(&':'));
        let mut at = span.end;
        if ends {
            let place = (line, span.start + 1);
            let first = self.repeat.take().map_or(self.behind_repeat, |(_, first)| first);
            if first >= self.section.bars.len() {
                return Err(error(place, ChartProblem::EmptyRepeat));
            }
            let mut times = 2;
            if !begins {
                (times, at) = repeat_times(line, letters, at)?;
            }
            let bars = self.section.bars[first..].to_vec();
            for bar in std::iter::repeat_n(bars, times - 1).flatten() {
                self.push(bar, place)?;
            }
            self.behind_repeat = self.section.bars.len();
        }
        if begins {
            let place = (line, span.start + 1);
            if self.repeat.is_some() {
                return Err(error(place, ChartProblem::NestedRepeat));
            }
            self.repeat = Some((place, self.section.bars.len()));
        }
        Ok((at, !ends && !begins && sign.len() == 1))
    }

    /// Reads the words of one bar.
    fn bar(&mut self, words: &[(Place, String)], end: Place) -> Result<(), ChartError> {
        let place = words.first().map_or(end, |(place, _)| *place);
        if let Some((place, _)) = words.iter().find(|(_, word)| word == "%") {
            let before = self.before.clone().ok_or_else(|| error(*place, ChartProblem::NoBarBefore))?;
            if words.len() > 1 {
                return Err(error(*place, ChartProblem::SharedRepeat));
            }
            if before.meter != self.meter {
                return Err(error(*place, ChartProblem::OtherMeter));
            }
            return self.push(before, *place);
        }
        // Each share of the bar with its chord, and whether it is written anew there.
        let mut shares: Vec<(Chord, bool)> = Vec::new();
        for (place, word) in words {
            if word.chars().all(|letter| matches!(letter, '.' | '/')) {
                let held = self.chord.ok_or_else(|| error(*place, ChartProblem::NoChordBefore(word.clone())))?;
                shares.extend(word.chars().map(|_| (held, false)));
            } else {
                let chord = match word.parse().map_err(|problem: SymbolError| error(*place, problem))? {
                    Symbol::Chord(chord) => chord,
                    Symbol::Repeat => return Err(error(*place, ChartProblem::SharedRepeat)),
                };
                self.chord = Some(chord);
                shares.push((chord, true));
            }
            if shares.len() > MAX_WORDS {
                return Err(error(*place, ChartProblem::FullBar));
            }
        }
        if shares.is_empty() {
            let held = self.chord.ok_or_else(|| error(end, ChartProblem::NoChordBefore("|".to_owned())))?;
            shares.push((held, false));
        }
        let share = |count: usize| Beats::new(u32::from(self.meter.numerator) * count as u32, shares.len() as u32);
        let begins = |index: &usize| *index == 0 || shares[*index].1;
        let starts: Vec<usize> = (0..shares.len()).filter(begins).collect();
        let ends = starts.iter().skip(1).copied().chain([shares.len()]);
        let slots = starts.iter().zip(ends).map(|(&start, end)| Slot {
            chord: shares[start].0,
            start: share(start),
            length: share(end - start),
        });
        let bar = Bar { meter: self.meter, slots: slots.collect() };
        self.push(bar, place)
    }

    fn push(&mut self, bar: Bar, place: Place) -> Result<(), ChartError> {
        self.bar_count += 1;
        if self.bar_count > MAX_BARS {
            return Err(error(place, ChartProblem::TooLong));
        }
        self.chord = bar.slots.last().map(|slot| slot.chord);
        self.before = Some(bar.clone());
        self.section.bars.push(bar);
        Ok(())
    }
}

/// Where the colon of a label at the beginning of a line stands.
fn label(letters: &[char]) -> Option<usize> {
    let colon = letters.iter().position(|letter| *letter == ':')?;
    let is_name = letters.first().is_some_and(|letter| letter.is_alphanumeric()) && !letters[..colon].contains(&'|');
    let is_alone = letters.get(colon + 1).is_none_or(|letter| letter.is_whitespace());
    (is_name && is_alone).then_some(colon)
}

/// Whether a bar line begins at a character: `|`, or colons before one.
fn is_bar_line(letters: &[char], at: usize) -> bool {
    letters[at..].iter().find(|letter| **letter != ':') == Some(&'|')
}

/// How often the repeat that ends before a character is played, and where the text goes on.
fn repeat_times(line: usize, letters: &[char], at: usize) -> Result<(usize, usize), ChartError> {
    let start = at + letters[at..].iter().take_while(|letter| letter.is_whitespace()).count();
    let word: String =
        letters[start..].iter().take_while(|letter| !letter.is_whitespace() && **letter != '|').collect();
    let Some(number) = word.trim_matches(['(', ')']).strip_prefix(['x', 'X', '×']) else { return Ok((2, at)) };
    let times = number.parse().ok().filter(|times| (2..=MAX_TIMES).contains(times));
    let times = times.ok_or_else(|| error((line, start + 1), ChartProblem::Times(word.clone())))?;
    Ok((times, start + word.chars().count()))
}
