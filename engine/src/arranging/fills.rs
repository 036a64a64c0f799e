//! Drum fills: what leads from one section into the next.
//!
//! The fills are drummers' own ([`drummers`]). One is chosen by the song's seed and the bar line before which it stands, so
//! the same song has the same fills in whatever order its phrases are made. A cymbal ends it on the next section's first
//! beat as often as drummers do that.

mod drummers;
mod genre_fills;

use super::{place::PhrasePlace, random::Random};
use crate::network::contract::DRUM_VOICES;
use continuo_music::{
    meter::{Meter, PhraseSpan},
    note::Note,
    settings::Shape,
    time::{TICKS_PER_STEP, Tick},
};
use drummers::GENRES;
use genre_fills::{GenreFills, Stroke};

/// Steps of a drummer's fill: a bar of 4/4.
const STEPS: Tick = 16;
const BEAT: Tick = 4;
/// General MIDI keys of kick and crash, and of the cymbals that a crash replaces.
const KICK: u8 = 36;
const CRASH: u8 = 49;
const KEPT_TIME: [u8; 5] = [42, 44, 46, 49, 51];
/// How loud a fill is beside the bars around it, and how far its own velocities may be moved for that.
const LOUDER: f32 = 1.08;
const MOVED: std::ops::RangeInclusive<f32> = 0.6..=1.5;

/// Where the fills of a phrase are, and which drummer plays them.
pub struct Fills<'a> {
    shape: &'a Shape,
    span: &'a PhraseSpan,
    place: &'a PhrasePlace,
    take: u32,
    genre: Option<&'static GenreFills>,
}

/// A fill before a bar line.
struct Planned {
    /// How many sixteenths before the bar line it may begin.
    steps: Tick,
    /// Whether a cymbal ends it.
    cymbal: bool,
    random: Random,
}

impl<'a> Fills<'a> {
    /// The fills of a phrase; a genre without drum kits has no fills.
    pub fn of(shape: &'a Shape, span: &'a PhraseSpan, place: &'a PhrasePlace, take: u32, genre: &str) -> Self {
        Self { shape, span, place, take, genre: GENRES.iter().find(|known| known.genre == genre) }
    }

    /// Plays the fills in the drums of a phrase, which are sorted. `voices` are the General MIDI keys of the drum voices.
    pub fn play(&self, drums: &mut Vec<Note>, voices: &[u8; DRUM_VOICES]) {
        let Some(genre) = self.genre else { return };
        let loudness = mean_velocity(drums);
        let bar = self.span.meter.bar_ticks().max(1);
        if self.place.after_section
            && let Some(fill) = self.planned(self.span.start, true)
        {
            end_with_cymbal(drums, self.span.start, &fill, loudness);
        }
        for (start, place) in (self.span.start..).step_by(bar as usize).zip(&self.place.bars) {
            let line = (start + bar).min(self.span.end);
            let Some(mut fill) = self.planned(line, place.ends_section) else { continue };
            fill_bar(drums, &(start..line), self.span.meter, (&mut fill, genre), (self.take, loudness, voices));
            if line < self.span.end && place.ends_section {
                end_with_cymbal(drums, line, &fill, loudness);
            }
        }
        drums.sort_unstable();
    }

    /// The fill before a bar line, if there is one. Where no section ends, there are small ones only where the phrase ends
    /// and the player asks for more than songs have.
    fn planned(&self, line: Tick, ends_section: bool) -> Option<Planned> {
        let (amount, genre) = (self.shape.fills, self.genre?);
        let ends_phrase = line == self.span.end;
        if amount <= 0.0 || !ends_section && !ends_phrase {
            return None;
        }
        let mut random = Random::of_fill(self.shape.seed, line);
        let (happens, long, cymbal) = (random.uniform(), random.uniform(), random.uniform());
        // At 50 %, four sections in five end in a fill, and half of the fills take the whole bar.
        let likely = if ends_section { 1.6 * amount } else { 2.0 * (amount - 0.5) };
        (happens < likely).then(|| Planned {
            steps: if ends_section && long < amount { STEPS } else { STEPS / 2 },
            cymbal: ends_section && cymbal < genre.cymbal.max(amount),
            random,
        })
    }
}

/// Replaces the end of a bar by a fill, if the drums play in the bar.
fn fill_bar(
    drums: &mut Vec<Note>,
    bar: &std::ops::Range<Tick>,
    meter: Meter,
    (fill, genre): (&mut Planned, &GenreFills),
    (take, loudness, voices): (u32, f32, &[u8; DRUM_VOICES]),
) {
    if !drums.iter().any(|note| bar.contains(&note.start)) || genre.fills.is_empty() {
        return;
    }
    let chosen = (fill.random.uniform() * genre.fills.len() as f32) as usize + take as usize;
    let strokes = genre.fills[chosen % genre.fills.len()];
    let length = bar.end - bar.start;
    // Beats of three eighths leave out the second of four sixteenths.
    let in_threes = meter.denominator == 8 && meter.numerator > 3 && meter.numerator.is_multiple_of(3);
    let beat = if in_threes { 6 * TICKS_PER_STEP } else { BEAT * TICKS_PER_STEP };
    let beats = (fill.steps / BEAT).min(length / beat).max(1);
    // Half a bar, where the bar is short.
    let beats = if fill.steps < STEPS { beats.min((length / beat).div_euclid(2).max(1)) } else { beats };
    let skipped = STEPS - beats * BEAT;
    let place = |stroke: &Stroke| {
        let step = Tick::from(stroke.step) - skipped;
        let (whole, sixteenth) = (step.div_euclid(BEAT), step.rem_euclid(BEAT));
        let timing = Tick::from(stroke.timing) * TICKS_PER_STEP / 100;
        let within = match (in_threes, sixteenth) {
            (false, sixteenth) => Some(sixteenth * TICKS_PER_STEP + timing),
            (true, 1) => None,
            (true, 0) => Some(0),
            (true, later) => Some((later - 1) * 2 * TICKS_PER_STEP),
        };
        within.filter(|_| step >= 0).map(|within| bar.end - beats * beat + whole * beat + within)
    };
    let Some(first) = strokes.iter().find_map(|stroke| place(stroke).map(|_| Tick::from(stroke.step) - skipped)) else {
        return;
    };
    // The beat in which the fill begins is the drummer's, too.
    let from = bar.end - beats * beat + first.div_euclid(BEAT) * beat;
    drums.retain(|note| note.start < from - TICKS_PER_STEP / 4 || note.start >= bar.end - TICKS_PER_STEP / 4);
    let own = strokes.iter().map(|stroke| f32::from(stroke.velocity)).sum::<f32>() / strokes.len() as f32;
    let factor = (LOUDER * loudness / own).clamp(*MOVED.start(), *MOVED.end());
    drums.extend(strokes.iter().filter_map(|stroke| {
        let start = place(stroke)?.clamp(bar.start, bar.end - 1);
        let velocity = (f32::from(stroke.velocity) * factor).round().clamp(1.0, 127.0) as u8;
        let pitch = *voices.get(usize::from(stroke.voice))?;
        Some(Note { start, pitch, length: TICKS_PER_STEP.min(bar.end - start), velocity })
    }));
}

/// A crash with the kick where a fill ends, if the drums play there.
fn end_with_cymbal(drums: &mut Vec<Note>, line: Tick, fill: &Planned, loudness: f32) {
    let near = |note: &Note| (note.start - line).abs() <= TICKS_PER_STEP / 2;
    let Some(at) = drums.iter().find(|note| near(note)).map(|note| note.start).filter(|_| fill.cymbal) else { return };
    let kicks = drums.iter().any(|note| near(note) && note.pitch == KICK);
    drums.retain(|note| !(near(note) && KEPT_TIME.contains(&note.pitch)));
    let velocity = (LOUDER * loudness).round().clamp(1.0, 127.0) as u8;
    let mut strike = |pitch| drums.push(Note { start: at, pitch, length: TICKS_PER_STEP, velocity });
    strike(CRASH);
    if !kicks {
        strike(KICK);
    }
    drums.sort_unstable();
}

fn mean_velocity(drums: &[Note]) -> f32 {
    if drums.is_empty() {
        return 90.0;
    }
    drums.iter().map(|note| f32::from(note.velocity)).sum::<f32>() / drums.len() as f32
}

#[cfg(test)]
mod tests;
