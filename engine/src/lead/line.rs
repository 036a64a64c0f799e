//! The line that Lead goes on with: what the player and Lead played before, one note at a time.

use super::turns::Turn;
use continuo_music::{
    lead::LeadMode,
    meter::MeterMap,
    note::Note,
    song::melody_line,
    time::{TICKS_PER_STEP, Tick},
};

/// The network reads anew from another bar on after so many bars.
const GROUP: Tick = 4;
/// It looks up what began up to eight bars before, in groups of eight bars.
const LOOKED_UP: Tick = 8;

/// Which bars count where Lead goes on. It depends on the place alone, so that the same music gives the same notes wherever
/// playing began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Notes before this bar line do not count.
    pub origin: Tick,
    /// From this bar line on, the network reads: four to eight bars.
    pub read_from: Tick,
    /// What came before this place was known when the window moved here.
    pub moved_at: Tick,
    /// From this bar line on, a solo hears itself, and before it the melody.
    pub own_from: Tick,
}

impl Window {
    /// Of a place. The window moves in the middle of a bar, away from the beginning of a phrase, where much is to be done.
    pub fn at(meters: &MeterMap, place: Tick) -> Self {
        let change = meters.at(place);
        let bar = change.meter.bar_ticks().max(1);
        let number = (place + bar / 2 - change.tick).div_euclid(bar);
        let group = number.div_euclid(GROUP) * GROUP;
        let read_from = group - GROUP;
        let origin = (read_from - LOOKED_UP).div_euclid(LOOKED_UP) * LOOKED_UP;
        let tick = |bars: Tick| change.tick + bars.max(0) * bar;
        Self {
            origin: tick(origin),
            read_from: tick(read_from),
            moved_at: tick(group) - bar / 2,
            own_from: tick(read_from + GROUP / 2),
        }
    }
}

/// The line before a place: the player's melody and Lead's `own` notes (both sorted), one note at a time.
///
/// Where Lead fills, the melody comes first, and in its turns Lead does. A solo goes on with itself, and hears the melody of
/// the first two bars that the network reads.
pub fn line_before(
    mode: LeadMode,
    melody: &[Note],
    own: &[Note],
    window: Window,
    turn: &Turn,
    place: Tick,
) -> Vec<Note> {
    let within = |notes: &[Note]| -> Vec<Note> {
        let first = notes.partition_point(|note| note.start < window.origin - TICKS_PER_STEP / 2);
        let after = notes.partition_point(|note| note.start < place);
        notes.get(first..after).unwrap_or_default().to_vec()
    };
    let (melody, own) = (melody_line(&within(melody)), within(own));
    let mut line: Vec<Note> = match mode {
        LeadMode::Solo => {
            let is_own = |note: &&Note| note.start >= window.own_from;
            if own.iter().any(|note| is_own(&note)) {
                let heard = melody.iter().filter(|note| !is_own(note));
                let played = own.iter().filter(is_own);
                heard.chain(played).copied().collect()
            } else {
                melody
            }
        }
        LeadMode::Off | LeadMode::Fill => {
            let rests =
                |note: &&Note| !melody.iter().any(|other| other.start <= note.start && note.start < other.end());
            own.iter().filter(rests).chain(&melody).copied().collect()
        }
        LeadMode::Trade => {
            // In turns before this one, too, the player may have played on.
            let is_led = |note: &&Note| own.iter().any(|led| near(led, note));
            let is_before = |note: &&Note| note.start < turn.since - TICKS_PER_STEP / 2;
            melody.iter().filter(|note| is_before(note) && !is_led(note)).chain(&own).copied().collect()
        }
    };
    line.sort_unstable();
    let starts: Vec<Tick> = line.iter().skip(1).map(|note| note.start).collect();
    for (note, next) in line.iter_mut().zip(starts) {
        note.length = note.length.min(next - note.start);
    }
    line.retain(|note| note.length > 0);
    line
}

/// Whether two notes sound together.
const fn near(one: &Note, other: &Note) -> bool {
    one.start < other.end() && other.start < one.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Tick = 3840;

    fn note(start: Tick, pitch: u8) -> Note {
        Note { start, pitch, length: 960, velocity: 90 }
    }

    fn line(mode: LeadMode, melody: &[Note], own: &[Note], since: Tick, place: Tick) -> Vec<(Tick, u8)> {
        let turn = Turn { stretch: place..place + 960, since, end: None, hushed_from: 0 };
        let window = Window::at(&MeterMap::default(), place);
        line_before(mode, melody, own, window, &turn, place).iter().map(|note| (note.start, note.pitch)).collect()
    }

    #[test]
    fn the_window_holds_four_to_eight_bars_and_moves_in_the_middle_of_a_bar() {
        let meters = MeterMap::default();
        for beat in 0..400 {
            let place = beat * 960;
            let window = Window::at(&meters, place);
            let bars = (place - window.read_from) as f64 / BAR as f64;
            assert!(bars < 8.0 && (bars >= 3.5 || window.read_from == 0), "{beat}");
            assert!(window.origin <= window.read_from && window.origin % (8 * BAR) == 0);
            if beat > 0 && Window::at(&meters, place - 960) != window {
                assert_eq!(beat % 4, 2);
            }
        }
    }

    #[test]
    fn one_line_comes_of_two() {
        let melody = [note(0, 72), note(960, 74), note(4 * BAR, 76)];
        let own = [note(480, 50), note(2000, 52), note(4 * BAR + 960, 53)];
        let place = 5 * BAR;
        assert_eq!(
            line(LeadMode::Fill, &melody, &own, 0, place),
            [(0, 72), (960, 74), (2000, 52), (4 * BAR, 76), (4 * BAR + 960, 53)],
            "where the melody plays, Lead was hushed"
        );
        assert_eq!(line(LeadMode::Trade, &melody, &own[1..], 4 * BAR, place)[2..], [(2000, 52), (4 * BAR + 960, 53)]);
        assert_eq!(line(LeadMode::Solo, &melody, &own, 0, place), [(0, 72), (960, 74), (4 * BAR + 960, 53)]);
        assert_eq!(line(LeadMode::Solo, &melody, &[], 0, place).len(), 3, "a solo begins with the melody");
    }
}
