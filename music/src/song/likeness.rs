//! How much a track looks like a melody, feature by feature.

use super::{
    line::melody_line,
    names::{Hint, hint},
    track::{Text, Track},
};
use crate::{
    note::Note,
    time::{TICKS_PER_QUARTER, Tick},
};
use std::collections::BTreeSet;

/// What speaks for a track as the melody, or against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The user asked for this track.
    Requested,
    /// No other track could be a melody.
    OnlyCandidate,
    /// Its name.
    Name,
    /// Its instrument: the General MIDI program or the instrument's name.
    Instrument,
    /// The lyrics are sung to its notes.
    Lyrics,
    /// It is one line rather than chords.
    OneLine,
    /// Its register is a tune's.
    Register,
    /// Its range is no wider than a voice's.
    Range,
    /// It is the highest line that sounds.
    Highest,
    /// It moves: it is not held.
    Moves,
    /// It goes by steps.
    Steps,
    /// It sounds through most of the song.
    Throughout,
}

impl Reason {
    /// What was weighed, in the order of [`Likeness`].
    const WEIGHED: [Self; FEATURES] = [
        Self::Name,
        Self::Instrument,
        Self::Lyrics,
        Self::OneLine,
        Self::Register,
        Self::Range,
        Self::Highest,
        Self::Moves,
        Self::Steps,
        Self::Throughout,
    ];

    /// The stable identifier for programs.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::OnlyCandidate => "only-candidate",
            Self::Name => "name",
            Self::Instrument => "instrument",
            Self::Lyrics => "lyrics",
            Self::OneLine => "one-line",
            Self::Register => "register",
            Self::Range => "range",
            Self::Highest => "highest",
            Self::Moves => "moves",
            Self::Steps => "steps",
            Self::Throughout => "throughout",
        }
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            Self::Requested => "you chose it",
            Self::OnlyCandidate => "no other track could be a melody",
            Self::Name => "its name",
            Self::Instrument => "its instrument",
            Self::Lyrics => "the words are sung to it",
            Self::OneLine => "it is one line",
            Self::Register => "its register",
            Self::Range => "its narrow range",
            Self::Highest => "it is the highest line",
            Self::Moves => "it is not held",
            Self::Steps => "it goes by steps",
            Self::Throughout => "it sounds throughout",
        })
    }
}

const FEATURES: usize = 10;

/// The weights of the features, in the order of [`Reason::WEIGHED`]. A clear name, or the words of a song, outweigh what
/// the notes say. The weights of the notes' features were fitted to songs, hymns, quartets and piano pieces whose melody
/// is known, and then rounded.
const WEIGHTS: [f64; FEATURES] = [6.0, 3.0, 4.0, 3.0, 1.0, 1.5, 1.8, 3.0, 1.0, 2.0];

/// The weighed features of a track, in the order of [`Reason::WEIGHED`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Likeness([f64; FEATURES]);

impl Likeness {
    /// The total in thousandths.
    pub fn rounded(&self) -> i64 {
        (1000.0 * self.0.iter().sum::<f64>()).round() as i64
    }

    /// What speaks most for this track, compared with another, the strongest first.
    pub fn reasons_over(&self, other: &Self) -> Vec<Reason> {
        const LEAST: f64 = 0.2;
        const MOST_REASONS: usize = 3;
        let ahead =
            Reason::WEIGHED.into_iter().enumerate().map(|(index, reason)| (self.0[index] - other.0[index], reason));
        let mut ahead: Vec<_> = ahead.filter(|(ahead, _)| *ahead > LEAST).collect();
        ahead.sort_by(|one, next| next.0.total_cmp(&one.0));
        ahead.truncate(MOST_REASONS);
        ahead.into_iter().map(|(_, reason)| reason).collect()
    }
}

/// The likeness of each of the tracks that could be a melody. `words` are lyrics in no single track.
pub(super) fn likenesses(tracks: &[&Track], words: &[Text]) -> Vec<Likeness> {
    // A singer rests, and may be silent in a verse.
    const MOSTLY: f64 = 0.4;
    let lines: Vec<Vec<Note>> = tracks.iter().map(|track| melody_line(&track.notes)).collect();
    let song = tracks.iter().flat_map(|track| &track.notes).map(Note::end).max().unwrap_or(1).max(1);
    let highest = shares_on_top(&lines);
    let one = |((track, line), highest): ((&&Track, &Vec<Note>), f64)| {
        let count = track.notes.len() as f64;
        let sounding: Tick = line.iter().map(|note| note.length).sum();
        let few = if count < 4.0 { 0.5 } else { 0.0 };
        let features = [
            value(hint(track.name.as_deref().unwrap_or_default())),
            instrument(track),
            sung(line, if track.lyrics.is_empty() { words } else { &track.lyrics }),
            line.len() as f64 / count,
            register(line),
            -range(line),
            highest,
            moves(line, sounding),
            steps(line),
            (sounding as f64 / song as f64 / MOSTLY).min(1.0) - few,
        ];
        let mut weighed = features;
        for (feature, weight) in weighed.iter_mut().zip(WEIGHTS) {
            *feature *= weight;
        }
        Likeness(weighed)
    };
    tracks.iter().zip(&lines).zip(highest).map(one).collect()
}

const fn value(hint: Hint) -> f64 {
    match hint {
        Hint::Melody => 1.0,
        Hint::PerhapsMelody => 0.35,
        Hint::Nothing => 0.0,
        Hint::PerhapsAccompaniment => -0.35,
        Hint::Accompaniment => -1.0,
    }
}

/// What the instrument says. Pianos and guitars play anything.
fn instrument(track: &Track) -> f64 {
    let name = track.setup.instrument.as_deref().map_or(0.0, |name| value(hint(name)));
    let program = match track.program() {
        // Basses, timpani, percussion and effects.
        Some(32..=39 | 47 | 96..=103 | 112..=127) => -1.0,
        // Pads and string sections.
        Some(44 | 48..=51 | 88..=95) => -0.8,
        // Double basses, plucked strings, low brass, orchestra hits.
        Some(43 | 45 | 55 | 57 | 58) => -0.4,
        // Solo winds, the violin, lead synthesizers, folk instruments.
        Some(21 | 22 | 40 | 56 | 59 | 64..=66 | 68 | 69 | 71..=85 | 110 | 111) => 0.4,
        _ => 0.0,
    };
    (name + program).clamp(-1.0, 1.0)
}

/// The share of the syllables that a note of the line begins with.
fn sung(line: &[Note], words: &[Text]) -> f64 {
    const FEWEST: usize = 4;
    const NEAR: Tick = TICKS_PER_QUARTER / 16;
    let mut syllables: Vec<Tick> = words.iter().map(|word| word.tick).collect();
    syllables.dedup();
    if syllables.len() < FEWEST {
        return 0.0;
    }
    let begins = |tick: Tick| {
        let first = line.partition_point(|note| note.start < tick - NEAR);
        line.get(first).is_some_and(|note| note.start <= tick + NEAR)
    };
    let sung = syllables.iter().filter(|&&tick| begins(tick)).count() as f64 / syllables.len() as f64;
    // Many notes that no syllable is sung to, such as a pianist's, begin with the syllables by chance.
    sung * (2.0 * syllables.len() as f64 / line.len().max(1) as f64).min(1.0)
}

/// How near the line's mean pitch is to the middle of a tune's register.
fn register(line: &[Note]) -> f64 {
    let mean = line.iter().map(|note| f64::from(note.pitch)).sum::<f64>() / line.len().max(1) as f64;
    1.0 - ((mean - 71.0) / 24.0).abs().min(1.0)
}

/// The distance in two octaves between a line's low and high notes, without the lowest and the highest few.
fn range(line: &[Note]) -> f64 {
    let mut pitches: Vec<u8> = line.iter().map(|note| note.pitch).collect();
    pitches.sort_unstable();
    let at = |percent: usize| pitches.get(pitches.len() * percent / 100).copied().unwrap_or(0);
    (f64::from(at(95) - at(5)) / 24.0).min(1.5)
}

/// 1 for a line of notes no longer than a dotted quarter on average, 0 for one of notes held for a bar.
fn moves(line: &[Note], sounding: Tick) -> f64 {
    let quarters = sounding as f64 / TICKS_PER_QUARTER as f64 / line.len().max(1) as f64;
    (1.0 - (quarters - 1.5) / 2.5).clamp(0.0, 1.0)
}

/// The share of the line's intervals that are at most a major third.
fn steps(line: &[Note]) -> f64 {
    let small = line.windows(2).filter(|pair| pair[0].pitch.abs_diff(pair[1].pitch) <= 4).count();
    small as f64 / line.len().saturating_sub(1).max(1) as f64
}

/// For each line, the share of its sounding time in which no other line is above it.
fn shares_on_top(lines: &[Vec<Note>]) -> Vec<f64> {
    let mut edges: Vec<(Tick, bool, u8, usize, usize)> = Vec::new();
    for (line, notes) in lines.iter().enumerate() {
        for (index, note) in notes.iter().enumerate() {
            edges.push((note.start, true, note.pitch, line, index));
            edges.push((note.end(), false, note.pitch, line, index));
        }
    }
    edges.sort_unstable();
    let mut sounding: BTreeSet<(u8, usize, usize)> = BTreeSet::new();
    let mut on_top = vec![0; lines.len()];
    let mut before = 0;
    for (tick, starts, pitch, line, index) in edges {
        if let Some(&(top, _, _)) = sounding.last() {
            // Lines in unison are on top together.
            let mut last = None;
            for &(_, line, _) in sounding.range((top, 0, 0)..) {
                if last != Some(line) {
                    on_top[line] += tick - before;
                }
                last = Some(line);
            }
        }
        before = tick;
        if starts {
            sounding.insert((pitch, line, index));
        } else {
            sounding.remove(&(pitch, line, index));
        }
    }
    let all = lines.iter().map(|line| line.iter().map(|note| note.length).sum::<Tick>().max(1));
    on_top.into_iter().zip(all).map(|(top, all)| (top as f64 / all as f64).min(1.0)).collect()
}

#[cfg(test)]
mod tests;
