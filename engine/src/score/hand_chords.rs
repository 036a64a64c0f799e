//! The chords that the player set by hand, each on places of half a bar.

use crate::network::fit::plan_steps;
use continuo_music::{
    chord::{Chord, ChordSpan},
    meter::MeterMap,
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// A chord that the player set by hand. The parts keep to it, whatever is given, played or planned there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandChord {
    /// Its ticks: whole places, see [`chord_place`].
    pub span: Range<Tick>,
    /// The chord.
    pub chord: Chord,
    /// Whether other edits leave it alone.
    pub locked: bool,
}

/// A change of the chords that are set by hand. Stretches are moved to the nearest places, see [`chord_place`]. Locked
/// chords stay as they are, except under [`ChordEdit::Lock`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChordEdit {
    /// Sets chords, each over what was set before in its stretch. Of two that overlap the later one counts.
    Set(Vec<HandChord>),
    /// Takes the chords in a stretch away: the band chooses there again.
    Remove(Range<Tick>),
    /// Locks or unlocks the chords that are set in a stretch.
    Lock {
        /// The stretch; chords that lie in it in part are locked as a whole.
        stretch: Range<Tick>,
        /// Locked or not.
        on: bool,
    },
}

/// The place of a chord at a tick: the half bar around it, or the whole bar in meters whose bars the network's plan does
/// not halve (3/4, 6/8, 2/4, odd numbers of beats).
pub fn chord_place(meters: &MeterMap, tick: Tick) -> Range<Tick> {
    let (bar, meter) = (meters.bar_start(tick), meters.at(tick).meter);
    let length = meter.bar_ticks().max(1);
    let is_halved = meter.numerator.is_multiple_of(2) && length > plan_steps(meter) * TICKS_PER_STEP;
    let place = if is_halved { length / 2 } else { length };
    let start = bar + (tick - bar).div_euclid(place.max(1)) * place;
    start..start + place
}

/// The border of places that is nearest to a tick.
pub fn nearest_chord_border(meters: &MeterMap, tick: Tick) -> Tick {
    let Range { start, end } = chord_place(meters, tick);
    if tick - start < end - tick { start } else { end }
}

/// A stretch moved to the borders of places; it has one place at least.
fn on_places(meters: &MeterMap, stretch: &Range<Tick>) -> Range<Tick> {
    let start = nearest_chord_border(meters, stretch.start);
    let end = nearest_chord_border(meters, stretch.end);
    if start < end { start..end } else { chord_place(meters, stretch.start) }
}

fn overlap(left: &Range<Tick>, right: &Range<Tick>) -> bool {
    left.start < right.end && right.start < left.end
}

/// What lies of a stretch outside others, which are in order and do not overlap.
fn outside<'a>(stretch: &Range<Tick>, others: impl Iterator<Item = &'a Range<Tick>>) -> Vec<Range<Tick>> {
    let mut from = stretch.start;
    let mut pieces = Vec::new();
    for other in others.filter(|other| overlap(other, stretch)) {
        pieces.push(from..other.start);
        from = other.end;
    }
    pieces.push(from..stretch.end);
    pieces.retain(|piece| piece.start < piece.end);
    pieces
}

/// Chords laid over others: of those, what lies outside stays. Both are in order, without overlaps.
pub fn laid_over(over: &[ChordSpan], under: &[ChordSpan]) -> Vec<ChordSpan> {
    let mut all = over.to_vec();
    for ChordSpan { span, chord } in under {
        let first = over.partition_point(|other| other.span.end <= span.start);
        let others = over[first..].iter().map(|other| &other.span).take_while(|other| other.start < span.end);
        all.extend(outside(span, others).into_iter().map(|span| ChordSpan { span, chord: *chord }));
    }
    all.sort_unstable_by_key(|chord| chord.span.start);
    all
}

/// Removes what is not locked in a stretch.
fn clear(chords: &mut Vec<HandChord>, stretch: &Range<Tick>) {
    let before = std::mem::take(chords);
    for old in before {
        if old.locked || !overlap(&old.span, stretch) {
            chords.push(old);
        } else {
            let rest = outside(&old.span, std::iter::once(stretch));
            chords.extend(rest.into_iter().map(|span| HandChord { span, ..old.clone() }));
        }
    }
}

/// Sorts chords, and makes neighbours one that are the same.
fn tidy(chords: &mut Vec<HandChord>) {
    chords.sort_unstable_by_key(|chord| chord.span.start);
    chords.dedup_by(|next, last| {
        let is_same = (next.chord, next.locked, next.span.start) == (last.chord, last.locked, last.span.end);
        if is_same {
            last.span.end = next.span.end;
        }
        is_same
    });
}

impl ChordEdit {
    /// The chords after this change of others, both in order and without overlaps.
    pub fn applied_to(&self, chords: &[HandChord], meters: &MeterMap) -> Vec<HandChord> {
        let mut chords = chords.to_vec();
        match self {
            Self::Set(new) => {
                for chord in new {
                    let stretch = on_places(meters, &chord.span);
                    clear(&mut chords, &stretch);
                    tidy(&mut chords);
                    let free = outside(&stretch, chords.iter().map(|old| &old.span));
                    chords.extend(free.into_iter().map(|span| HandChord { span, ..chord.clone() }));
                    tidy(&mut chords);
                }
            }
            Self::Remove(stretch) => clear(&mut chords, &on_places(meters, stretch)),
            Self::Lock { stretch, on } => {
                for chord in chords.iter_mut().filter(|chord| overlap(&chord.span, stretch)) {
                    chord.locked = *on;
                }
            }
        }
        tidy(&mut chords);
        chords
    }
}

impl From<&HandChord> for ChordSpan {
    fn from(chord: &HandChord) -> Self {
        Self { span: chord.span.clone(), chord: chord.chord }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::score::Score;
    use continuo_music::meter::Meter;
    use proptest::prelude::*;

    const HALF: Tick = 1920;

    fn set(from: Tick, to: Tick, symbol: &str, locked: bool) -> HandChord {
        HandChord { span: HALF * from..HALF * to, chord: symbol.parse().unwrap(), locked }
    }

    fn lane(score: &Score) -> String {
        let one = |chord: &HandChord| {
            let lock = if chord.locked { "!" } else { "" };
            format!("{}-{} {}{lock}", chord.span.start / HALF, chord.span.end / HALF, chord.chord)
        };
        score.hand_chords().iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn a_chord_that_is_set_cuts_others_and_leaves_locked_ones_alone() {
        let mut score = Score::default();
        assert!(score.edit_chords(&ChordEdit::Set(vec![set(0, 4, "C", false), set(4, 6, "F", true)])));
        assert!(score.edit_chords(&ChordEdit::Set(vec![set(1, 5, "G7", false)])));
        assert_eq!(lane(&score), "0-1 C, 1-4 G7, 4-6 F!");
        assert!(!score.edit_chords(&ChordEdit::Remove(HALF * 4..HALF * 6)), "it is locked");
        assert!(score.edit_chords(&ChordEdit::Set(vec![set(2, 8, "Dm7", false)])));
        assert_eq!(lane(&score), "0-1 C, 1-2 G7, 2-4 Dm7, 4-6 F!, 6-8 Dm7");
        assert!(score.edit_chords(&ChordEdit::Lock { stretch: HALF * 4..HALF * 5, on: false }));
        assert!(score.edit_chords(&ChordEdit::Remove(HALF * 3..HALF * 7)));
        assert_eq!(lane(&score), "0-1 C, 1-2 G7, 2-3 Dm7, 7-8 Dm7");
        assert!(score.edit_chords(&ChordEdit::Set(vec![set(3, 7, "Dm7", false)])));
        assert_eq!(lane(&score), "0-1 C, 1-2 G7, 2-8 Dm7", "equal neighbours are one chord");
    }

    #[test]
    fn stretches_move_to_the_nearest_half_bars_and_have_one_at_least() {
        let mut score = Score::default();
        let chord = |span| HandChord { span, ..set(0, 1, "C", false) };
        score.edit_chords(&ChordEdit::Set(vec![chord(100..1900)]));
        score.edit_chords(&ChordEdit::Set(vec![chord(HALF * 4 + 10..HALF * 4 + 20)]));
        assert_eq!(lane(&score), "0-1 C, 4-5 C");
    }

    #[test]
    fn places_are_half_bars_where_the_plan_has_them() {
        let place = |numerator, denominator, tick| {
            chord_place(&MeterMap::new(Meter::new(numerator, denominator).unwrap()), tick)
        };
        assert_eq!(place(4, 4, 2000), 1920..3840);
        assert_eq!(place(3, 4, 2000), 0..2880);
        assert_eq!(place(6, 8, 2000), 0..2880);
        assert_eq!(place(2, 4, 2000), 1920..3840);
        assert_eq!(place(12, 8, 3000), 2880..5760);
    }

    #[test]
    fn chords_set_by_hand_lie_over_given_ones() {
        let mut score = Score::default();
        let given = |from: Tick, to: Tick, symbol: &str| ChordSpan::from(&set(from, to, symbol, false));
        score.give_chords(vec![given(0, 4, "C"), given(4, 6, "F")]);
        score.edit_chords(&ChordEdit::Set(vec![set(1, 2, "Am", false), set(3, 5, "G", false)]));
        let kept: Vec<String> =
            score.given_chords().iter().map(|chord| format!("{} {}", chord.span.start / HALF, chord.chord)).collect();
        assert_eq!(kept, ["0 C", "1 Am", "2 C", "3 G", "5 F"]);
        assert_eq!(Score::from_json(&score.to_json()).unwrap(), score);
        score.edit_chords(&ChordEdit::Remove(0..HALF * 6));
        assert_eq!(score.given_chords(), [given(0, 4, "C"), given(4, 6, "F")]);
    }

    proptest! {
        #[test]
        fn chords_stay_in_order_on_places_and_survive_saving(
            edits in prop::collection::vec((0..3_u8, 0..40_i64, 1..12_i64, 0..12_u8, any::<bool>()), 1..30),
        ) {
            let mut score = Score::default();
            for (kind, from, length, root, locked) in edits {
                let stretch = from * 700..(from + length) * 700;
                let chord = Chord::new(root, continuo_music::chord::Quality::Minor);
                let locked_before: Vec<HandChord> =
                    score.hand_chords().iter().filter(|chord| chord.locked).cloned().collect();
                let edit = match kind {
                    0 => ChordEdit::Set(vec![HandChord { span: stretch, chord, locked }]),
                    1 => ChordEdit::Remove(stretch),
                    _ => ChordEdit::Lock { stretch, on: locked },
                };
                score.edit_chords(&edit);
                let chords = score.hand_chords();
                prop_assert!(chords.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
                let is_on_places = |Range { start, end }: &Range<Tick>| start < end && start % HALF == 0 && end % HALF == 0;
                prop_assert!(chords.iter().all(|chord| is_on_places(&chord.span)));
                if kind < 2 {
                    let is_there = |old: &HandChord| {
                        let found = score.hand_chord_at(old.span.start);
                        found.is_some_and(|now| now.chord == old.chord && now.locked && now.span.end >= old.span.end)
                    };
                    prop_assert!(locked_before.iter().all(is_there));
                }
                prop_assert_eq!(&Score::from_json(&score.to_json()).unwrap(), &score);
            }
        }
    }
}
