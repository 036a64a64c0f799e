//! A song comes home: it begins and ends on the tonic where its melody allows it, and the drums stop with the last note.

use continuo_music::{
    chord::{Chord, ChordSpan, Quality},
    key::Key,
    note::Note,
    part::{Part, PartNotes},
    time::{TICKS_PER_STEP, Tick},
};
use std::ops::Range;

/// General MIDI keys of kick and crash, and of hi-hats and ride.
const KICK: u8 = 36;
const CRASH: u8 = 49;
const TIME_KEEPERS: [u8; 4] = [42, 44, 46, 51];

/// As many takes are drawn of a phrase that should begin or end on the tonic.
pub const TAKES: u8 = 8;

/// The place of a phrase at the beginning or the end of a song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    /// The song's key.
    pub key: Key,
    /// Where the song's melody begins, if it does in this phrase.
    pub begins: Option<Tick>,
    /// Where the song ends, if it does in this phrase.
    pub ends: Option<Tick>,
}

impl Home {
    /// The place of a phrase in a song in this key, with the place where its melody begins, and ends if that is known.
    pub fn of(key: Option<Key>, begins: Option<Tick>, end: Option<Tick>, span: &Range<Tick>) -> Option<Self> {
        let inside = |tick: &Tick| span.contains(tick);
        let begins = begins.filter(inside);
        let ends = end.filter(|end| inside(&(end - 1)));
        (begins.is_some() || ends.is_some()).then_some(Self { key: key?, begins, ends })
    }

    /// Whether the phrase of these parts begins and ends on the tonic, each counted once for the chord and, at the end,
    /// once for the lowest note. Where the melody wants another chord, nothing counts. `half_bar` is in ticks.
    pub fn reached(&self, parts: &PartNotes, melody: &[Note], half_bar: Tick) -> u32 {
        let tonic = self.key.tonic();
        let mut reached = 0;
        if let Some(begins) = self.begins {
            let stretch = begins..begins + half_bar;
            let first = melody.iter().find(|note| note.start >= begins);
            if first.is_some_and(|note| self.is_in_triad(note)) {
                reached += u32::from(root(parts, &stretch) == Some(tonic));
            }
        }
        if let Some(ends) = self.ends
            && self.last_note(melody).is_some_and(|note| self.is_in_triad(note))
        {
            let sounding = || pitched(parts).filter(|note| note.start < ends && note.end() > ends - 2 * half_bar);
            let last = sounding().map(|note| note.end().min(ends)).max().unwrap_or(ends);
            let at_last = sounding().filter(|note| note.end() >= last - TICKS_PER_STEP);
            let lowest = at_last.map(|note| note.pitch).min();
            reached += u32::from(lowest.is_some_and(|pitch| pitch % 12 == tonic));
            reached += u32::from(root(parts, &(last - half_bar..last)) == Some(tonic));
        }
        reached
    }

    /// Whether there is nothing to reach at the end, or it is reached.
    pub fn is_reached_at_end(&self, parts: &PartNotes, melody: &[Note], half_bar: Tick) -> bool {
        let end = Self { begins: None, ..*self };
        let wanted = self.ends.is_some() && self.last_note(melody).is_some_and(|note| self.is_in_triad(note));
        !wanted || end.reached(parts, melody, half_bar) == 2
    }

    /// Ends all notes with the song: the last chord is held, and the drums stop with a stroke under the melody's last note.
    pub fn end_song(&self, parts: &mut PartNotes, melody: &[Note]) {
        let Some(ends) = self.ends else { return };
        for part in Part::ALL {
            cut_at(&mut parts[part], ends);
        }
        if let Some(last) = self.last_note(melody) {
            hold_last_chord(parts, &(last.start..ends));
            stop_drums(&mut parts[Part::Drums], last.start);
        }
    }

    /// The chord that the song ends with from its melody's last note on: the tonic's triad, if that note is in it; `None`
    /// where the melody wants another chord, and where the song does not end.
    pub fn last_chord(&self, melody: &[Note], span_end: Tick) -> Option<ChordSpan> {
        let last = self.last_note(melody).filter(|note| self.is_in_triad(note))?;
        let quality = if self.key.is_minor() { Quality::Minor } else { Quality::Major };
        Some(ChordSpan { span: last.start..span_end, chord: Chord::new(self.key.tonic(), quality) })
    }

    fn last_note<'a>(&self, melody: &'a [Note]) -> Option<&'a Note> {
        let ends = self.ends?;
        melody.iter().rev().find(|note| note.start < ends)
    }

    fn is_in_triad(&self, note: &Note) -> bool {
        let third = if self.key.is_minor() { 3 } else { 4 };
        let degree = (note.pitch + 12 - self.key.tonic()) % 12;
        degree == 0 || degree == third || degree == 7
    }
}

/// Ends all notes with the song.
pub fn cut_at(notes: &mut Vec<Note>, end: Tick) {
    // A note that begins just before the end and sounds beyond it belongs to the bar that is cut off, played early.
    notes.retain(|note| note.end() <= end || note.start < end - TICKS_PER_STEP / 2);
    for note in notes {
        note.length = note.length.min(end - note.start);
    }
}

/// Holds what sounds from the melody's last note to the song's end, if it is one chord: a band does not play its figure on.
fn hold_last_chord(parts: &mut PartNotes, ending: &Range<Tick>) {
    let half = (ending.end - ending.start) / 2;
    let (first, then) = (ending.start..ending.start + half, ending.start + half..ending.end);
    let chord = root(parts, &first);
    if root(parts, &then).is_some_and(|then| chord != Some(then)) {
        return;
    }
    for part in Part::PITCHED {
        let early = ending.start - TICKS_PER_STEP / 2;
        let Some(onset) = parts[part].iter().map(|note| note.start).filter(|start| *start >= early).min() else {
            continue;
        };
        // A bass that walks on from another chord tone to the root ends on the root.
        if part == Part::Bass
            && let Some(at_root) = parts[part].iter().find(|note| note.start >= early && Some(note.pitch % 12) == chord)
        {
            let at_root = Note { start: onset, ..*at_root };
            parts[part].retain(|note| note.start < early);
            parts[part].push(at_root);
        }
        let begins_together = |note: &Note| note.start < onset + TICKS_PER_STEP / 2;
        parts[part].retain(begins_together);
        for note in &mut parts[part] {
            if note.start >= onset {
                note.length = ending.end - note.start;
            }
        }
    }
}

/// Stops the drums with the melody's last note: a kit with kick and crash together, whatever else there is as it is.
fn stop_drums(drums: &mut Vec<Note>, last: Tick) {
    drums.retain(|stroke| stroke.start < last + TICKS_PER_STEP / 2);
    let near = |stroke: &&Note| stroke.start >= last - TICKS_PER_STEP / 2;
    let is_kit = drums.iter().any(|stroke| stroke.pitch == KICK);
    let Some(velocity) = drums.iter().map(|stroke| stroke.velocity).max().filter(|_| is_kit) else { return };
    let at = drums.iter().find(near).map_or(last, |stroke| stroke.start);
    drums.retain(|stroke| !(near(&stroke) && TIME_KEEPERS.contains(&stroke.pitch)));
    for pitch in [KICK, CRASH] {
        if !drums.iter().any(|stroke| near(&stroke) && stroke.pitch == pitch) {
            drums.push(Note { start: at, pitch, length: TICKS_PER_STEP, velocity });
        }
    }
    drums.sort_unstable();
}

fn pitched(parts: &PartNotes) -> impl Iterator<Item = &Note> {
    Part::PITCHED.into_iter().flat_map(|part| &parts[part])
}

/// The root of the triad that fits best in a stretch, by how long each pitch class sounds; `None` in silence.
fn root(parts: &PartNotes, stretch: &Range<Tick>) -> Option<u8> {
    const KINDS: [[usize; 3]; 3] = [[0, 4, 7], [0, 3, 7], [0, 3, 6]];
    let mut weights = [0; 12];
    for note in pitched(parts) {
        let length = note.end().min(stretch.end) - note.start.max(stretch.start);
        weights[usize::from(note.pitch % 12)] += length.max(0);
    }
    if weights == [0; 12] {
        return None;
    }
    let triads = (0..12).flat_map(|root| KINDS.map(|kind| (root, kind)));
    // The root weighs a little more: C E G A is more often C than Am.
    let fit = |&(root, kind): &(usize, [usize; 3])| {
        kind.iter().map(|interval| 100 * weights[(root + interval) % 12]).sum::<Tick>() + weights[root]
    };
    triads.max_by_key(fit).map(|(root, _)| root as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const C: Home = Home { key: Key::major(0), begins: None, ends: Some(3840) };

    fn note(start: Tick, pitch: u8, length: Tick) -> Note {
        Note { start, pitch, length, velocity: 80 }
    }

    fn chord(start: Tick, pitches: &[u8]) -> PartNotes {
        let mut parts = PartNotes::default();
        parts[Part::Bass] = vec![note(start, pitches[0], 1920)];
        parts[Part::Chords] = pitches[1..].iter().map(|&pitch| note(start, pitch, 1920)).collect();
        parts
    }

    #[test]
    fn only_the_first_and_the_last_phrase_have_a_place() {
        let at = |span: Range<Tick>| Home::of(Some(Key::major(0)), Some(100), Some(11_520), &span);
        assert_eq!(at(0..3840), Some(Home { begins: Some(100), ends: None, ..C }));
        assert_eq!(at(3840..7680), None);
        assert_eq!(at(7680..11_520), Some(Home { ends: Some(11_520), ..C }));
        assert_eq!(Home::of(None, Some(100), Some(11_520), &(0..3840)), None);
    }

    #[test]
    fn an_ending_is_reached_with_the_tonics_chord_over_the_tonic() {
        let melody = [note(1920, 72, 1920)];
        let reached = |pitches: &[u8]| C.reached(&chord(1920, pitches), &melody, 1920);
        assert_eq!(reached(&[36, 60, 64, 67]), 2);
        assert_eq!(reached(&[40, 60, 64, 67]), 1, "over its third");
        assert_eq!(reached(&[33, 60, 64, 69]), 0);
        assert_eq!(reached(&[38, 57, 62, 66]), 0);
        // Under a melody that ends on D nothing is wanted.
        assert!(C.is_reached_at_end(&chord(1920, &[38, 57, 62, 66]), &[note(1920, 74, 1920)], 1920));
        assert!(!C.is_reached_at_end(&chord(1920, &[38, 57, 62, 66]), &melody, 1920));
    }

    #[test]
    fn the_last_chord_is_the_tonics_where_the_melody_allows_it() {
        let chord = |pitch: u8, home: Home| home.last_chord(&[note(0, 62, 1920), note(1920, pitch, 960)], 3840);
        let last = chord(67, C).expect("G is in C");
        assert_eq!((last.span, last.chord.to_string()), (1920..3840, "C".to_owned()));
        let minor = chord(72, Home { key: Key::minor(9), ..C }).expect("C is in Am");
        assert_eq!(minor.chord.to_string(), "Am");
        assert_eq!(chord(62, C), None, "D is not");
        assert_eq!(chord(67, Home { ends: None, ..C }), None, "the song goes on");
    }

    #[test]
    fn a_beginning_is_reached_with_the_tonics_chord() {
        let begin = Home { begins: Some(0), ends: None, ..C };
        assert_eq!(begin.reached(&chord(0, &[36, 60, 64, 67]), &[note(0, 64, 480)], 1920), 1);
        assert_eq!(begin.reached(&chord(0, &[43, 59, 62, 67]), &[note(0, 64, 480)], 1920), 0);
        assert_eq!(begin.reached(&chord(0, &[36, 60, 64, 67]), &[note(0, 65, 480)], 1920), 0);
    }

    #[test]
    fn nothing_flickers_at_the_end() {
        let mut notes = vec![note(3600, 40, 480), note(3780, 40, 60), note(3838, 40, 480), note(3840, 40, 480)];
        cut_at(&mut notes, 3840);
        assert_eq!(notes, [note(3600, 40, 240), note(3780, 40, 60)]);
    }

    #[test]
    fn everything_ends_with_the_song_and_the_drums_with_the_last_note() {
        let mut parts = chord(2880, &[36, 60]);
        parts[Part::Drums] = (0..16).map(|step| note(240 * step, 42, 240)).collect();
        C.end_song(&mut parts, &[note(0, 60, 1920), note(1920, 60, 1920)]);
        assert_eq!(parts[Part::Bass], [note(2880, 36, 960)]);
        assert_eq!(parts[Part::Drums].last().map(|stroke| stroke.start), Some(1920));
    }

    #[test]
    fn a_kit_stops_with_kick_and_crash_and_the_last_chord_is_held() {
        let mut parts = chord(1920, &[36, 60, 64, 67]);
        parts[Part::Bass] = [(1920, 31), (2400, 36), (2880, 36)].map(|(start, pitch)| note(start, pitch, 240)).to_vec();
        parts[Part::Drums] = (0..16).map(|step| note(240 * step, if step == 0 { 36 } else { 42 }, 240)).collect();
        C.end_song(&mut parts, &[note(0, 60, 1920), note(1920, 60, 240)]);
        assert_eq!(parts[Part::Bass], [note(1920, 36, 1920)]);
        assert!(parts[Part::Chords].iter().all(|note| note.end() == 3840));
        let last: Vec<u8> =
            parts[Part::Drums].iter().filter(|stroke| stroke.start >= 1920).map(|stroke| stroke.pitch).collect();
        assert_eq!(last, [36, 49]);
    }

    #[test]
    fn a_change_of_chord_under_the_last_note_stays() {
        let mut parts = chord(1920, &[41, 60, 65, 69]);
        for (part, notes) in chord(2880, &[36, 60, 64, 67]).iter() {
            parts[part].iter_mut().for_each(|note| note.length = 960);
            parts[part].extend(notes.iter().map(|&note| Note { length: 960, ..note }));
        }
        let before = parts.clone();
        C.end_song(&mut parts, &[note(1920, 60, 1920)]);
        assert_eq!(parts, before);
    }
}
