//! The list of a song's sections.

use super::kind::SectionKind;
use crate::{meter::MeterMap, time::Tick};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The most characters of a section's own name.
pub const MAX_NAME_LENGTH: usize = 24;

/// A stretch of a song with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// From its first tick to the first after it, both on bar lines.
    pub span: Range<Tick>,
    /// What it is.
    pub kind: SectionKind,
    /// The player's own name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Section {
    /// A section with the player's own name, or with its kind's if that is `None` or empty.
    pub fn new(span: Range<Tick>, kind: SectionKind, name: Option<&str>) -> Self {
        Self { span, kind, name: name.and_then(|name| clean_name(name, kind)) }
    }

    /// The name to show: the player's own or else its kind's.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.kind.name())
    }

    /// The player's own name for it.
    pub fn own_name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The same in another stretch.
    fn within(&self, span: Range<Tick>) -> Self {
        Self { span, ..self.clone() }
    }
}

/// A name in one line, without the signs that divide sections in text; `None` if it says no more than the kind.
pub(super) fn clean_name(name: &str, kind: SectionKind) -> Option<String> {
    let spaced: String =
        name.chars().map(|letter| if letter.is_control() || "|\"".contains(letter) { ' ' } else { letter }).collect();
    let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = joined.chars().take(MAX_NAME_LENGTH).collect();
    let short = short.trim_end();
    (!short.is_empty() && !short.eq_ignore_ascii_case(kind.name())).then(|| short.to_owned())
}

/// The sections of a song: in order, on bar lines, without overlaps; there may be bars between them that belong to none.
///
/// ```
/// use continuo_music::{meter::MeterMap, sections::{SectionKind, Sections}};
///
/// let (meters, bar) = (MeterMap::default(), 3840);
/// let mut sections = Sections::default();
/// sections.paint(&(0..8 * bar), SectionKind::Verse, &meters);
/// // Within the third bar: the whole bar is painted, and the verse is cut.
/// sections.paint(&(6 * bar + 10..6 * bar + 20), SectionKind::Break, &meters);
/// let spans: Vec<_> = sections.all().iter().map(|section| section.span.clone()).collect();
/// assert_eq!(spans, [0..6 * bar, 6 * bar..7 * bar, 7 * bar..8 * bar]);
/// assert_eq!(sections.at(6 * bar).map(|section| section.kind), Some(SectionKind::Break));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sections {
    list: Vec<Section>,
}

impl Sections {
    /// The sections in order.
    pub fn all(&self) -> &[Section] {
        &self.list
    }

    /// Whether no section is named.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The section at a tick.
    pub fn at(&self, tick: Tick) -> Option<&Section> {
        self.list.get(self.index_at(tick)?)
    }

    fn index_at(&self, tick: Tick) -> Option<usize> {
        let index = self.list.partition_point(|section| section.span.end <= tick);
        self.list.get(index).filter(|section| section.span.contains(&tick)).map(|_| index)
    }

    /// The first ticks after each section, in order.
    pub fn ends(&self) -> impl Iterator<Item = Tick> {
        self.list.iter().map(|section| section.span.end)
    }

    /// Where sections begin or end, in order, each once.
    pub fn borders(&self) -> Vec<Tick> {
        let mut borders: Vec<Tick> =
            self.list.iter().flat_map(|section| [section.span.start, section.span.end]).collect();
        borders.dedup();
        borders
    }

    /// Makes all bars that a stretch touches one section of this kind, without a name. What it covers of other sections
    /// goes. Inside a section of the same kind, nothing changes.
    pub fn paint(&mut self, stretch: &Range<Tick>, kind: SectionKind, meters: &MeterMap) {
        let Some(span) = whole_bars(stretch, meters) else { return };
        let is_inside = |section: &Section| section.kind == kind && section.span.end >= span.end;
        if !self.at(span.start).is_some_and(is_inside) {
            self.put(Section::new(span, kind, None), meters);
        }
    }

    /// Puts a section in place of what its bars belonged to. Its stretch is widened to bar lines; an empty one changes
    /// nothing.
    pub fn put(&mut self, section: Section, meters: &MeterMap) {
        let Some(span) = whole_bars(&section.span, meters) else { return };
        self.erase(&span, meters);
        let at = self.list.partition_point(|other| other.span.start < span.start);
        self.list.insert(at, Section { span, ..section });
    }

    /// Takes all bars that a stretch touches out of their sections.
    pub fn erase(&mut self, stretch: &Range<Tick>, meters: &MeterMap) {
        let Some(span) = whole_bars(stretch, meters) else { return };
        let mut left = Vec::with_capacity(self.list.len() + 1);
        for section in self.list.drain(..) {
            let before = section.span.start..section.span.end.min(span.start);
            let after = section.span.start.max(span.end)..section.span.end;
            left.extend(
                [before, after].into_iter().filter(|piece| !piece.is_empty()).map(|piece| section.within(piece)),
            );
        }
        self.list = left;
    }

    /// Gives the section at a tick the player's own name, or its kind's if that is empty. Returns whether it changed.
    pub fn rename(&mut self, tick: Tick, name: &str) -> bool {
        self.change(tick, |section| section.name = clean_name(name, section.kind))
    }

    /// Makes the section at a tick one of another kind; its own name stays. Returns whether it changed.
    pub fn set_kind(&mut self, tick: Tick, kind: SectionKind) -> bool {
        self.change(tick, |section| *section = Section::new(section.span.clone(), kind, section.own_name()))
    }

    fn change(&mut self, tick: Tick, work: impl FnOnce(&mut Section)) -> bool {
        let Some(section) = self.index_at(tick).and_then(|index| self.list.get_mut(index)) else { return false };
        let before = section.clone();
        work(section);
        *section != before
    }

    /// Moves the border at a tick to the bar line nearest to another: where one section ends, the next begins, or both.
    /// Each section keeps a bar at least. Returns where the border is now; `None` if there is no border.
    pub fn move_border(&mut self, border: Tick, to: Tick, meters: &MeterMap) -> Option<Tick> {
        let ending = self.list.iter().position(|section| section.span.end == border);
        let beginning = self.list.iter().position(|section| section.span.start == border);
        let first = ending.or(beginning)?;
        // The section that ends here keeps its first bar; one that only begins here stays behind the one before it.
        let lowest = match ending {
            Some(index) => Some(meters.phrase_at(self.list[index].span.start, 1).end),
            None => first.checked_sub(1).map(|before| self.list[before].span.end),
        };
        let highest = match beginning {
            Some(index) => Some(meters.phrase_at(self.list[index].span.end - 1, 1).start),
            None => self.list.get(first + 1).map(|after| after.span.start),
        };
        let bar = meters.phrase_at(to, 1);
        let nearest = if to - bar.start <= bar.end - to { bar.start } else { bar.end };
        let at_least = nearest.max(lowest.unwrap_or(nearest));
        let at = at_least.min(highest.unwrap_or(at_least));
        if let Some(index) = ending {
            self.list[index].span.end = at;
        }
        if let Some(index) = beginning {
            self.list[index].span.start = at;
        }
        Some(at)
    }

    /// Whether they are in order, without overlaps and not empty; a list read from a file may be invalid.
    pub fn is_valid(&self) -> bool {
        self.list.iter().all(|section| section.span.start < section.span.end)
            && self.list.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start)
    }
}

/// All bars that a stretch touches; `None` if it is empty.
fn whole_bars(stretch: &Range<Tick>, meters: &MeterMap) -> Option<Range<Tick>> {
    (stretch.start < stretch.end)
        .then(|| meters.phrase_at(stretch.start, 1).start..meters.phrase_at(stretch.end - 1, 1).end)
}
