//! The key that Lead plays in: the song's, unless the chords have left it.

use continuo_music::{
    chord::ChordSpan,
    key::Key,
    meter::MeterMap,
    time::Tick,
};
use std::ops::Range;

/// C major's scale.
const SCALE: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
/// While as many of the chords' tones belong to the song's scale, its key holds.
const AT_HOME: f32 = 0.7;
/// Chords of so many bars before and after a beat count.
const BARS: Tick = 2;
/// How much a chord that is over counts beside those that sound or come.
const OVER: f32 = 0.25;

/// The key in a beat. Where the chords leave the song's key, it is the nearest one on the circle of fifths that has most of
/// their tones, in the song's mode.
pub fn key_under(home: Key, chords: &[ChordSpan], meters: &MeterMap, span: &Range<Tick>) -> Key {
    let reach = BARS * meters.at(span.start).meter.bar_ticks();
    let mut weights = [0.0_f32; 12];
    for chord in chords {
        let length = |from: Tick, to: Tick| (chord.span.end.min(to) - chord.span.start.max(from)).max(0) as f32;
        let weight = OVER * length(span.start - reach, span.start) + length(span.start, span.start + reach);
        let count = chord.chord.tones().count().max(1) as f32;
        for tone in chord.chord.tones() {
            weights[usize::from(tone % 12)] += weight / count;
        }
    }
    let all: f32 = weights.iter().sum();
    let in_scale = |by: i64| -> f32 {
        let tone = |step: &u8| (i64::from(*step) + by).rem_euclid(12) as usize;
        SCALE.iter().map(|step| weights[tone(step)]).sum::<f32>() / all.max(f32::MIN_POSITIVE)
    };
    // The song's scale is C major's moved so far.
    let own = -home.shift();
    if all <= 0.0 || in_scale(own) >= AT_HOME {
        return home;
    }
    // Fifths up and down by turns, the nearest first.
    let fifths = (0..=6_i64).flat_map(|count| [7 * count, -7 * count]);
    let best = fifths.fold((0, in_scale(own)), |best, by| {
        let share = in_scale(own + by);
        if share > best.1 + 1e-3 { (by, share) } else { best }
    });
    let tonic = (i64::from(home.tonic()) + best.0).rem_euclid(12) as u8;
    if home.is_minor() { Key::minor(tonic) } else { Key::major(tonic) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    fn key(home: Key, symbols: &[&str], bar: Tick) -> Key {
        let chords: Vec<ChordSpan> = symbols
            .iter()
            .zip(0..)
            .map(|(symbol, at): (_, Tick)| ChordSpan {
                span: at * BAR..(at + 1) * BAR,
                chord: symbol.parse().expect("a chord"),
            })
            .collect();
        key_under(home, &chords, &MeterMap::default(), &(bar * BAR..bar * BAR + 960))
    }

    #[test]
    fn the_songs_key_holds_under_its_chords_and_gives_way_where_they_leave_it() {
        let c = Key::major(0);
        assert_eq!(key(c, &["C", "F", "D7", "G7", "C7", "F7"], 2), c);
        assert_eq!(key(c, &[], 0), c);
        let moved = ["C", "F", "G7", "C", "F#", "B", "C#7", "F#"];
        assert_eq!(key(c, &moved, 3), c);
        assert_eq!(key(c, &moved, 4), Key::major(6));
        assert_eq!(key(Key::minor(9), &["Am", "Dm", "Ebm", "Abm", "Bb7", "Ebm"], 2), Key::minor(3));
    }
}
