//! Who plays: a drummer's performance that is near to a part, and how it strays where the drummer played nothing.
//!
//! A performance says how far each stroke of four bars was from what the network expects, so that deviations keep what
//! real ones have: accents and ghost notes, and limbs and bars that belong together.

use super::slots::SLOT;
use crate::{
    arranging::random::Random,
    network::{
        DrumGenre, DrumPerformance, DrummerNetwork,
        contract::{DRUM_FEEL, DRUM_VOICES, STEPS},
    },
};
use std::cmp::Reverse;

/// Among so many of the performances that are nearest to a part one is drawn.
const NEAREST: usize = 4;
/// Bars of a performance, the nearest to a bar first.
const OTHER_BARS: [isize; 6] = [1, -1, 2, -2, 3, -3];

/// The genre and who of its drummers plays.
#[derive(Clone, Copy)]
pub(super) struct Player<'a> {
    /// The genre's index, unless it is unknown.
    pub genre: Option<usize>,
    pub feel: [f32; DRUM_FEEL],
    /// None where the network's file has none.
    pub performance: Option<&'a DrumPerformance>,
}

/// What is known of a part, step by step.
pub(super) enum Wanted<'a> {
    /// All strokes.
    Strokes(&'a [[bool; DRUM_VOICES]]),
    /// That one of these voices is to play or not.
    Any(&'a [bool], std::ops::Range<usize>),
}

/// A drummer of a genre who plays what is nearest to the part, the nearer to the genre's mean the lower the temperature;
/// unknown where the network does not know the genre.
pub(super) fn player_of<'a>(
    network: &'a DrummerNetwork,
    id: Option<&str>,
    temperature: f32,
    wanted: &Wanted<'_>,
    random: &mut Random,
) -> Player<'a> {
    let genres = network.file().genres();
    let Some(index) = id.and_then(|id| genres.iter().position(|genre| genre.id == id && genre.feel.is_some())) else {
        return Player { genre: None, feel: [0.0; DRUM_FEEL], performance: None };
    };
    let DrumGenre { feel, feels, performances, .. } = &genres[index];
    let mean = feel.clone().unwrap_or_default();
    let near = nearest(performances, wanted);
    let choices = if near.is_empty() { feels.len() } else { near.len() };
    let drawn = (random.uniform() * choices as f32) as usize;
    let performance = near.get(drawn).copied();
    let one = performance.map_or_else(|| feels.get(drawn).unwrap_or(&mean).as_slice(), |found| &found.feel);
    let own = temperature.clamp(0.0, 1.0);
    let between = |number: usize| Some(mean.get(number)? + own * (one.get(number)? - mean.get(number)?));
    Player { genre: Some(index), feel: std::array::from_fn(|number| between(number).unwrap_or_default()), performance }
}

/// The performances whose strokes agree most with the part's, by F1 less the share of strokes whose voices they lack; a part
/// of more than four bars hears them again and again.
fn nearest<'a>(performances: &'a [DrumPerformance], wanted: &Wanted<'_>) -> Vec<&'a DrumPerformance> {
    let bits = |voices: &mut dyn Iterator<Item = usize>| voices.fold(0_u16, |bits, voice| bits | 1 << voice);
    let steps: Vec<u16> = match wanted {
        Wanted::Strokes(steps) => {
            steps.iter().map(|voices| bits(&mut (0..DRUM_VOICES).filter(|&voice| voices[voice]))).collect()
        }
        Wanted::Any(steps, _) => steps.iter().map(|&step| u16::from(step)).collect(),
    };
    let heard = |played: u16| match wanted {
        Wanted::Strokes(_) => played,
        Wanted::Any(_, voices) => u16::from(played & bits(&mut voices.clone()) != 0),
    };
    let agreement = |performance: &DrumPerformance| {
        let known = performance.strokes().iter().fold(0, |known, &played| known | heard(played));
        let (mut both, mut count, mut own, mut lacking) = (0, 0, 0, 0);
        for (step, &strokes) in steps.iter().enumerate() {
            let played = heard(performance.strokes()[step % STEPS]);
            both += i64::from((played & strokes).count_ones());
            count += i64::from(played.count_ones() + strokes.count_ones());
            own += i64::from(strokes.count_ones());
            lacking += i64::from((strokes & !known).count_ones());
        }
        // Whole numbers, so that all systems choose alike.
        (both << 33) / count.max(1) - (lacking << 32) / own.max(1)
    };
    let mut found: Vec<_> = performances.iter().map(|performance| (agreement(performance), performance)).collect();
    found.sort_by_key(|&(agreement, _)| Reverse(agreement));
    found.into_iter().take(NEAREST).map(|(_, performance)| performance).collect()
}

/// For each of 64 steps and each voice how much louder and later it is played, in mean absolute deviations; none for
/// voices that were not played.
pub(super) type Deviations = Vec<[Option<(f32, f32)>; DRUM_VOICES]>;

/// The deviations of all steps. Where a voice is silent, they are those of the same step of a near bar, or of its nearest
/// stroke of the same weight, or of its nearest.
pub(super) fn filled(performance: &DrumPerformance) -> Deviations {
    let mut known: Deviations = vec![[None; DRUM_VOICES]; STEPS];
    let mut places: [Vec<usize>; DRUM_VOICES] = Default::default();
    for (step, voice, deviation) in performance.deviations() {
        known[step][voice] = Some(deviation);
        places[voice].push(step);
    }
    let of_bar = |step: usize, voice: usize| {
        OTHER_BARS.iter().find_map(|bars| *known.get(step.checked_add_signed(bars * SLOT as isize)?)?.get(voice)?)
    };
    let of_voice = |step: usize, voice: usize| {
        let far = |other: usize| (weight(other).abs_diff(weight(step)), other.abs_diff(step));
        known[places[voice].iter().copied().min_by_key(|&other| far(other))?][voice]
    };
    (0..STEPS)
        .map(|step| {
            std::array::from_fn(|voice| {
                known[step][voice].or_else(|| of_bar(step, voice)).or_else(|| of_voice(step, voice))
            })
        })
        .collect()
}

/// 0 on beats, 1 between them, 2 on other sixteenths.
const fn weight(step: usize) -> usize {
    match step % 4 {
        0 => 0,
        2 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::performance;

    /// Of numbers from 0 to 63, 32 is no deviation and 8 are one.
    const NONE: u8 = 32;

    #[test]
    fn a_silent_voice_strays_as_in_a_near_bar_then_as_its_nearest_stroke_of_the_weight() {
        let found = filled(&performance(&[(0, 1, 40, NONE), (3, 1, 48, 24), (20, 1, 36, NONE)]));
        let loud: Vec<f32> = [0, 3, 20, 16, 19, 4, 36, 1, 8, 30].map(|step| found[step][1].expect("a voice").0).into();
        assert_eq!(loud, [1.0, 2.0, 0.5, 1.0, 2.0, 0.5, 0.5, 2.0, 1.0, 0.5]);
        assert_eq!(found[1][1], Some((2.0, -1.0)), "loudness and lateness are of the same stroke");
        assert!(found.iter().all(|voices| voices[0].is_none()), "a voice that plays nothing has none");
    }

    #[test]
    fn those_play_who_played_most_like_the_part() {
        let performances = [
            performance(&[(1, 5, NONE, NONE)]),
            performance(&[(0, 0, NONE, NONE), (4, 2, NONE, NONE)]),
            // As many agree as above, but it has both voices.
            performance(&[(0, 0, NONE, NONE), (5, 1, NONE, NONE)]),
        ];
        let places = |wanted: &Wanted<'_>| -> Vec<usize> {
            let near = nearest(&performances, wanted);
            near.iter().filter_map(|&found| performances.iter().position(|one| one == found)).collect()
        };
        // Eight bars: the second four are compared with the same strokes.
        let mut strokes = vec![[false; DRUM_VOICES]; 2 * STEPS];
        for step in [0, STEPS] {
            (strokes[step][0], strokes[step + 4][1]) = (true, true);
        }
        assert_eq!(places(&Wanted::Strokes(&strokes)), [2, 1, 0]);
        let taps: Vec<bool> = (0..STEPS).map(|step| step == 1).collect();
        assert_eq!(places(&Wanted::Any(&taps, 0..DRUM_VOICES)), [0, 1, 2]);
        // A bass line does not hear that voice, so its drummer comes last; of equals the first comes first.
        assert_eq!(places(&Wanted::Any(&taps, 0..3)), [1, 2, 0]);
        assert_eq!(nearest(&[], &Wanted::Any(&taps, 0..3)), Vec::<&DrumPerformance>::new());
    }
}
