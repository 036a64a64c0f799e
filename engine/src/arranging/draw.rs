//! The random numbers behind a window of a take: noise for the network, jitter for the decoder.
//!
//! A band has a groove: part of the noise is drawn once for the song and is the same in each bar. Sections of another kind
//! than the verse have a groove of their own, near to the song's and the same whenever they come. A phrase whose melody
//! comes back is drawn with the noise of the first time. How much of both depends on the variation; at 1 each window has
//! numbers of its own.

use super::{decode::Jitter, random::Random};
use crate::{
    network::{
        contract::STEPS,
        fit::{Cell, Fit},
    },
    score::recipe::DrawnTake,
};
use continuo_music::{sections::SectionKind, settings::Shape, time::Tick};
use std::ops::Range;

/// The network's noise: numbers that colour the whole window, numbers for each of its four bars, and numbers that move
/// the choice of each chord.
const WINDOW: usize = 32;
const BAR: usize = 16;
pub const BARS: usize = 4;
const CHORD: usize = 4;
const NOISE: usize = WINDOW + BARS * BAR + 8 * CHORD;
/// The numbers that move the choice of chords, slot by slot.
pub const CHORD_NOISE: Range<usize> = WINDOW + BARS * BAR..NOISE;

/// The share of the song in the noise of window and bars, by power, at variation 0. Of 0.6 and 0.8, this left smaller jumps
/// in the size of chords from bar to bar, nearer to those of real songs.
const GROOVE: f32 = 0.8;

/// The share of a kind of section in its groove, by power: the rest is the song's, so that it stays one band.
const KIND: f32 = 0.5;

/// The section in each bar of a window.
pub type Kinds = [Option<SectionKind>; BARS];

/// One window's numbers.
#[derive(Clone)]
pub struct Draw {
    pub noise: Vec<f32>,
    pub jitter: Jitter,
}

/// What all windows of a take share.
pub struct Drawing<'a> {
    pub shape: &'a Shape,
    /// Where the phrase begins.
    pub start: Tick,
    /// The number of the take.
    pub take: u32,
    /// The take whose numbers come back in the bars that are not drawn anew.
    pub recalled: Option<DrawnTake>,
    /// The section in each of the window's bars.
    pub kinds: Kinds,
    /// The length of the noise vector.
    pub noise_size: usize,
}

impl Drawing<'_> {
    /// The numbers for a window. `anew` are the cells of the bars that are drawn anew although the phrase comes back.
    pub fn window(&self, window: usize, fit: &Fit, anew: &[Cell]) -> Draw {
        let mut own = self.of(DrawnTake { start: self.start, take: self.take }, window);
        if self.shape.variation >= 1.0 {
            return own;
        }
        let bar_steps = STEPS / BARS - if fit.in_three() { 4 } else { 0 };
        self.steady(&mut own, bar_steps);
        let Some(recalled) = self.recalled else { return own };
        let mut draw = self.of(recalled, window);
        self.steady(&mut draw, bar_steps);
        for bar in 0..BARS {
            let steps = bar * bar_steps..(bar + 1) * bar_steps;
            if !anew.iter().any(|cell| steps.contains(&cell.step)) {
                continue;
            }
            draw.jitter.take_steps(&own.jitter, steps);
            if self.noise_size == NOISE {
                // Each bar of 4/4 has two chords, each bar of 3/4 has one.
                let chords = if fit.in_three() { bar..bar + 1 } else { 2 * bar..2 * bar + 2 };
                let first_chord = WINDOW + BARS * BAR;
                for range in [
                    WINDOW + bar * BAR..WINDOW + (bar + 1) * BAR,
                    first_chord + chords.start * CHORD..first_chord + chords.end * CHORD,
                ] {
                    draw.noise[range.clone()].copy_from_slice(&own.noise[range]);
                }
            }
        }
        draw
    }

    fn of(&self, DrawnTake { start, take }: DrawnTake, window: usize) -> Draw {
        let mut random = Random::of_window(self.shape.seed, start, take, window);
        let mut noise = vec![0.0; self.noise_size];
        random.fill_noise(self.shape.temperature, &mut noise);
        Draw { noise, jitter: Jitter::draw(&mut random, self.shape.temperature) }
    }

    /// Mixes in the song's groove; the noise keeps its power. Noise of another length is left alone: what its numbers move
    /// is unknown.
    fn steady(&self, draw: &mut Draw, bar_steps: usize) {
        let (noise, jitter) = song_draw(self.shape, self.kinds);
        let steadiness = 1.0 - self.shape.variation;
        draw.jitter.steady(&jitter, bar_steps, steadiness);
        if self.noise_size != NOISE {
            return;
        }
        let share = GROOVE * steadiness;
        for (own, song) in draw.noise.iter_mut().zip(noise) {
            *own = share.sqrt() * song + (1.0 - share).sqrt() * *own;
        }
    }
}

/// The song's own noise in a kind of section: its colour, the same in each bar, and the likeliest chords.
pub fn song_noise(shape: &Shape, kind: Option<SectionKind>, noise_size: usize) -> Vec<f32> {
    let mut noise = vec![0.0; noise_size];
    if noise_size == NOISE {
        for (own, song) in noise.iter_mut().zip(song_draw(shape, [kind; BARS]).0) {
            *own = song;
        }
    }
    noise
}

/// The song's numbers: noise for the window and, the same in each bar of a kind, for its bars; and jitter.
fn song_draw(shape: &Shape, kinds: Kinds) -> ([f32; WINDOW + BARS * BAR], Jitter) {
    let mut random = Random::of_song(shape.seed);
    let mut song = [0.0; WINDOW + BAR];
    random.fill_noise(shape.temperature, &mut song);
    let mut noise = [0.0; WINDOW + BARS * BAR];
    for (bar, kind) in kinds.into_iter().enumerate() {
        let groove = groove_of(shape, &song, kind);
        if bar == 0 {
            noise[..WINDOW].copy_from_slice(&groove[..WINDOW]);
        }
        noise[WINDOW + bar * BAR..WINDOW + (bar + 1) * BAR].copy_from_slice(&groove[WINDOW..]);
    }
    (noise, Jitter::draw(&mut random, shape.temperature))
}

/// The groove of a kind of section, of the same power as the song's, which verses and bars of no section have.
fn groove_of(shape: &Shape, song: &[f32; WINDOW + BAR], kind: Option<SectionKind>) -> [f32; WINDOW + BAR] {
    let mut groove = *song;
    if let Some(kind) = kind.filter(|kind| *kind != SectionKind::Verse) {
        let mut own = [0.0; WINDOW + BAR];
        Random::of_section(shape.seed, kind.name()).fill_noise(shape.temperature, &mut own);
        for (number, own) in groove.iter_mut().zip(own) {
            *number = (1.0 - KIND).sqrt() * *number + KIND.sqrt() * own;
        }
    }
    groove
}

#[cfg(test)]
mod tests {
    use super::*;
    use continuo_music::meter::{Meter, PhraseSpan};

    const SPAN: PhraseSpan = PhraseSpan { start: 15_360, end: 30_720, meter: Meter::COMMON };

    fn drawing(shape: &Shape, recalled: Option<DrawnTake>) -> Drawing<'_> {
        Drawing { shape, start: SPAN.start, take: 0, recalled, kinds: [None; BARS], noise_size: NOISE }
    }

    fn noise(variation: f32, start: Tick, recalled: Option<DrawnTake>) -> Vec<f32> {
        let shape = Shape { variation, ..Shape::default() };
        let fit = Fit::new(&SPAN);
        Drawing { start, ..drawing(&shape, recalled) }.window(0, &fit, &[]).noise
    }

    fn correlation(left: &[f32], right: &[f32]) -> f32 {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
    }

    #[test]
    fn a_free_phrase_has_numbers_of_its_own() {
        let mut expected = vec![0.0; NOISE];
        Random::of_window(1, SPAN.start, 0, 0).fill_noise(1.0, &mut expected);
        assert_eq!(noise(1.0, SPAN.start, None), expected);
        let first = DrawnTake { start: 0, take: 3 };
        assert_eq!(noise(1.0, SPAN.start, Some(first)), expected);
    }

    #[test]
    fn the_groove_is_the_songs_and_the_chords_stay_free() {
        let mean = |variation: f32, part: std::ops::Range<usize>| {
            let pairs = (0..40).map(|phrase| {
                let at = |start: Tick| noise(variation, start, None);
                correlation(&at(phrase * 15_360)[part.clone()], &at((phrase + 1) * 15_360)[part.clone()])
            });
            pairs.sum::<f32>() / 40.0
        };
        assert!((mean(0.0, 0..WINDOW + BARS * BAR) - GROOVE).abs() < 0.1);
        assert!((mean(0.5, 0..WINDOW + BARS * BAR) - GROOVE / 2.0).abs() < 0.1);
        assert!(mean(1.0, 0..WINDOW + BARS * BAR).abs() < 0.1);
        assert!(mean(0.0, WINDOW + BARS * BAR..NOISE).abs() < 0.1);
        let noise = noise(0.0, 0, None);
        let power = noise.iter().map(|x| x * x).sum::<f32>() / NOISE as f32;
        assert!((0.6..1.5).contains(&power), "{power}");
    }

    #[test]
    fn a_kind_of_section_has_a_groove_near_the_songs_from_its_first_bar_on() {
        let shape = Shape { variation: 0.0, ..Shape::default() };
        let of = |kinds: Kinds| Drawing { kinds, ..drawing(&shape, None) }.window(0, &Fit::new(&SPAN), &[]).noise;
        let (verse, chorus) = (Some(SectionKind::Verse), Some(SectionKind::Chorus));
        let song = of([None; BARS]);
        assert_eq!(of([verse; BARS]), song, "verses have the song's");
        let all_chorus = of([chorus; BARS]);
        assert!((0.2..0.95).contains(&correlation(&all_chorus, &song)), "{}", correlation(&all_chorus, &song));
        assert_ne!(of([Some(SectionKind::Bridge); BARS]), all_chorus);
        let half = of([verse, verse, chorus, chorus]);
        let border = WINDOW + 2 * BAR;
        assert_eq!(half[..border], song[..border]);
        assert_eq!(half[border..], all_chorus[border..]);
    }

    #[test]
    fn a_return_has_the_numbers_of_the_first_time_but_in_bars_drawn_anew() {
        let shape = Shape { variation: 0.0, ..Shape::default() };
        let fit = Fit::new(&SPAN);
        let first = DrawnTake { start: 0, take: 2 };
        let there = Drawing { start: 0, take: 2, ..drawing(&shape, None) }.window(0, &fit, &[]);
        assert_eq!(drawing(&shape, Some(first)).window(0, &fit, &[]).noise, there.noise);
        let own = drawing(&shape, None).window(0, &fit, &[]);
        let anew = &fit.window(0)[16..32];
        let varied = drawing(&shape, Some(first)).window(0, &fit, anew);
        for (index, value) in varied.noise.iter().enumerate() {
            let second_bar = (WINDOW + BAR..WINDOW + 2 * BAR).contains(&index)
                || (WINDOW + BARS * BAR + 2 * CHORD..WINDOW + BARS * BAR + 4 * CHORD).contains(&index);
            let expected = if second_bar { &own } else { &there };
            assert_eq!(value.to_bits(), expected.noise[index].to_bits(), "{index}");
        }
    }

    #[test]
    fn noise_of_another_form_is_left_alone() {
        let shape = Shape { variation: 0.0, ..Shape::default() };
        let fit = Fit::new(&SPAN);
        let mut expected = vec![0.0; 24];
        Random::of_window(1, SPAN.start, 0, 0).fill_noise(1.0, &mut expected);
        let draw = Drawing { noise_size: 24, ..drawing(&shape, None) }.window(0, &fit, fit.window(0));
        assert_eq!(draw.noise, expected);
    }
}
