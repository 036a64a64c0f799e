//! Where a phrase stands in its song: in which section, and whether the song or a section begins or ends in it.

use crate::score::score::Score;
use continuo_music::{meter::PhraseSpan, sections::SectionKind, settings::Shape, stable_hash::StableHash, time::Tick};

/// Where a phrase stands in its song.
///
/// Sections that the player painted count; where none is painted, they follow from the form of the melody, and have no kind
/// ([`form_borders`](continuo_music::sections::form_borders)).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhrasePlace {
    /// The song begins in it, with its melody or with its first section.
    pub is_first: bool,
    /// The song ends in it: where a song that is given as a whole ends, or else with a painted ending.
    pub is_last: bool,
    /// A section ends where it begins.
    pub after_section: bool,
    /// Its bars in order.
    pub bars: Vec<BarPlace>,
}

/// Where a bar stands in its song.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BarPlace {
    /// The section that is painted there.
    pub section: Option<SectionKind>,
    /// It is the last bar of a section, painted or not. The song's last bar counts only if a painted section ends there.
    pub ends_section: bool,
}

impl PhrasePlace {
    /// A phrase of which nothing is known.
    pub const UNKNOWN: Self = Self { is_first: false, is_last: false, after_section: false, bars: Vec::new() };

    /// The place of a phrase in a score. `form_borders` is where sections begin in its melody, for a song in which none is
    /// painted; `begins` is where its melody begins, if that is known.
    pub fn of(score: &Score, form_borders: &[Tick], begins: Option<Tick>, span: &PhraseSpan) -> Self {
        let sections = score.sections();
        let first_section = sections.all().first().map(|section| section.span.start);
        let begins = begins.into_iter().chain(first_section).min();
        let ends_at = |tick: Tick| {
            if sections.is_empty() { form_borders.contains(&tick) } else { sections.ends().any(|end| end == tick) }
        };
        let bar_ticks = span.meter.bar_ticks().max(1);
        let starts = (0..).map(|bar| span.start + bar * bar_ticks).take_while(|start| *start < span.end);
        let bars = starts.map(|start| BarPlace {
            section: sections.at(start).map(|section| section.kind),
            ends_section: ends_at((start + bar_ticks).min(span.end)),
        });
        Self {
            is_first: begins.is_some_and(|begins| span.contains(begins)),
            is_last: score.song_end().is_some_and(|end| span.contains(end - 1)),
            after_section: ends_at(span.start),
            bars: bars.collect(),
        }
    }

    /// The section that is painted where the phrase begins.
    pub fn section(&self) -> Option<SectionKind> {
        self.bars.first()?.section
    }

    /// A number that changes with what this place decides of a phrase of this shape; `None` if it decides nothing. Stable
    /// between versions, since it is saved.
    pub fn decides(&self, shape: &Shape) -> Option<u64> {
        let fills = shape.fills > 0.0;
        let ends = self.after_section || self.bars.iter().any(|bar| bar.ends_section);
        let painted = self.bars.iter().any(|bar| bar.section.is_some());
        (painted || fills && ends).then(|| {
            let mut hash = StableHash::default();
            hash.add((fills && self.after_section).into());
            for bar in &self.bars {
                bar.section.map_or("", SectionKind::name).bytes().for_each(|byte| hash.add(byte.into()));
                hash.add((fills && bar.ends_section).into());
            }
            hash.value()
        })
    }

    /// The section that is painted at a tick of the phrase with this span.
    pub fn section_at(&self, tick: Tick, span: &PhraseSpan) -> Option<SectionKind> {
        let bar = (tick - span.start).div_euclid(span.meter.bar_ticks().max(1));
        self.bars.get(usize::try_from(bar).ok()?)?.section
    }

    /// A number that changes with what is painted in the phrase; `None` if nothing is. Stable between versions, since it
    /// is saved.
    pub fn fingerprint(&self) -> Option<u64> {
        self.bars.iter().any(|bar| bar.section.is_some()).then(|| {
            let mut hash = StableHash::default();
            hash.add(self.is_first.into());
            hash.add(self.is_last.into());
            for bar in &self.bars {
                bar.section.map_or("", SectionKind::name).bytes().for_each(|byte| hash.add(byte.into()));
                hash.add(bar.ends_section.into());
            }
            hash.value()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::sections::{Outline, Sections};

    const BAR: Tick = 3840;

    fn place(score: &Score, borders: &[Tick], start: Tick) -> PhrasePlace {
        PhrasePlace::of(score, borders, Some(2 * BAR), &score.meters.phrase_at(start, 4))
    }

    fn last_bars(place: &PhrasePlace) -> Vec<usize> {
        (0..place.bars.len()).filter(|bar| place.bars[*bar].ends_section).collect()
    }

    fn painted(text: &str) -> Sections {
        text.parse::<Outline>().unwrap().placed(&Score::default().meters, 0)
    }

    #[test]
    fn each_bar_knows_its_section() {
        let mut score = Score::default();
        score.set_sections(painted("Intro 2 | Verse 6 | Chorus 8 | Ending 4"));
        let intro = place(&score, &[], 0);
        let kinds: Vec<_> = intro.bars.iter().map(|bar| bar.section).collect();
        assert_eq!(kinds, [Some(SectionKind::Intro), Some(SectionKind::Intro), Some(SectionKind::Verse), kinds[2]]);
        assert_eq!((intro.section(), last_bars(&intro)), (Some(SectionKind::Intro), vec![1]));
        assert_eq!((intro.is_first, intro.is_last), (true, false));
        assert_eq!(
            last_bars(&place(&score, &[BAR * 6], 4 * BAR)),
            [3],
            "the form does not count where sections are painted"
        );
        assert_eq!(last_bars(&place(&score, &[], 8 * BAR)), [] as [usize; 0]);
        let ending = place(&score, &[], 16 * BAR);
        assert_eq!((ending.section(), ending.is_last), (Some(SectionKind::Ending), true));
    }

    #[test]
    fn sections_follow_from_the_form_where_none_is_painted() {
        let mut score = Score::default();
        let at = |score: &Score, start: Tick| place(score, &[8 * BAR], start);
        assert_eq!((last_bars(&at(&score, 4 * BAR)), at(&score, 4 * BAR).section()), (vec![3], None));
        assert_eq!((at(&score, 0).is_first, at(&score, 4 * BAR).is_first), (true, false));
        assert_eq!(at(&score, 4 * BAR).fingerprint(), None);
        score.set_end(12 * BAR);
        assert_eq!((at(&score, 4 * BAR).is_last, at(&score, 8 * BAR).is_last), (false, true));
    }

    #[test]
    fn the_fingerprint_is_of_what_is_painted_in_the_phrase() {
        let mut score = Score::default();
        let of = |score: &Score| place(score, &[], 4 * BAR).fingerprint();
        score.set_sections(painted("Intro 4 | Verse 8 | Chorus 8"));
        let verse = of(&score);
        score.set_sections(painted("Verse 2 | - 2 | Verse 8"));
        assert_eq!(of(&score), verse);
        for other in ["- 4 | Chorus 8", "- 4 | Verse 4 | Verse 4", "- 8 | Verse 4"] {
            score.set_sections(painted(other));
            assert_ne!(of(&score), verse, "{other}");
        }
        assert_eq!(of(&score), None);
    }
}
