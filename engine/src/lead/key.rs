//! The key that Lead plays in: the song's, unless the chords have left it.

use continuo_music::{chord::ChordSpan, key::Key, meter::MeterMap, time::Tick};

/// C major's scale.
const SCALE: [u8; 7] = [0, 2, 4, 5, 7, 9, 11];
/// While as many of a chord's tones belong to the song's scale, the song's key holds.
const AT_HOME: f32 = 0.6;
/// Where it does not, chords of so many bars before and after say what does.
const BARS: Tick = 2;
/// How much a chord that is over counts beside those that sound or come.
const OVER: f32 = 0.25;

/// The key at a place. Where the chord leaves the song's key, it is the nearest one on the circle of fifths that has most of
/// the tones of the chords around, in the song's mode.
pub fn key_at(home: Key, chords: &[ChordSpan], meters: &MeterMap, tick: Tick) -> Key {
    let Some(now) = chords.iter().find(|chord| chord.span.contains(&tick)) else { return home };
    // The song's scale is C major's moved so far.
    let own = -home.shift();
    let mut weights = [0.0; 12];
    add(&mut weights, now, 1.0);
    if now.chord.is_none() || share(&weights, own) >= AT_HOME {
        return home;
    }
    let reach = BARS * meters.at(tick).meter.bar_ticks();
    for chord in chords {
        let length = |from: Tick, to: Tick| (chord.span.end.min(to) - chord.span.start.max(from)).max(0) as f32;
        add(&mut weights, chord, OVER * length(tick - reach, tick) + length(tick, tick + reach));
    }
    // Fifths up and down by turns, the nearest first.
    let fifths = (0..=6_i64).flat_map(|count| [7 * count, -7 * count]);
    let best = fifths.fold((0, share(&weights, own)), |best, by| {
        let found = share(&weights, own + by);
        if found > best.1 + 1e-3 { (by, found) } else { best }
    });
    let tonic = (i64::from(home.tonic()) + best.0).rem_euclid(12) as u8;
    if home.is_minor() { Key::minor(tonic) } else { Key::major(tonic) }
}

/// Adds a chord's tones, which share its weight.
fn add(weights: &mut [f32; 12], chord: &ChordSpan, weight: f32) {
    let count = chord.chord.tones().count().max(1) as f32;
    for tone in chord.chord.tones() {
        weights[usize::from(tone % 12)] += weight / count;
    }
}

/// The share of weights in C major's scale moved so far.
fn share(weights: &[f32; 12], by: i64) -> f32 {
    let inside: f32 = SCALE.iter().map(|step| weights[(i64::from(*step) + by).rem_euclid(12) as usize]).sum();
    inside / weights.iter().sum::<f32>().max(f32::MIN_POSITIVE)
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
        key_at(home, &chords, &MeterMap::default(), bar * BAR)
    }

    #[test]
    fn the_songs_key_holds_under_its_chords_and_gives_way_where_they_leave_it() {
        let c = Key::major(0);
        assert_eq!(key(c, &["C", "F", "D7", "G7", "C7", "F7"], 2), c);
        assert_eq!(key(c, &[], 0), c);
        let moved = ["C", "F", "G7", "C", "F#", "B", "C#7", "F#"];
        assert_eq!([0, 1, 2, 3].map(|bar| key(c, &moved, bar)), [c; 4]);
        // F# and B belong to the scale of B, too, and that is nearer.
        assert_eq!([4, 5, 6, 7].map(|bar| key(c, &moved, bar).tonic()), [11, 6, 6, 6]);
        // The song's mode stays; the scales of Eb minor and of Ab minor have both chords.
        let moved = key(Key::minor(9), &["Am", "Dm", "Ebm", "Abm"], 2);
        assert!(moved.is_minor() && [3, 8].contains(&moved.tonic()), "{}", moved.name());
    }
}
